"""``jiexu desk letter | take-letter | receipt``: the offline route at the desk."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from jiexu.cli.common import lang, node_options
from jiexu.cli.desk import desk
from jiexu.cli.working import Day, agency_of, file_faults, today, word, working
from jiexu.exchange.canonical import check_length
from jiexu.exchange.wire import LONGEST_DELIVERY
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.texts import say
from jiexu.usecases import letters
from jiexu.values import case_number

File = click.Path(path_type=Path, dir_okay=False)


def _read(file: Path) -> bytes:
    """A letter or a receipt, never more in memory than one may have. Raises MalformedError for a longer file."""
    with file.open("rb") as opened:
        data = opened.read(LONGEST_DELIVERY + 1)
    if len(data) > LONGEST_DELIVERY:
        check_length(max(len(data), file.stat().st_size), LONGEST_DELIVERY)
    return data


@desk.command("letter", help=word("help_letter"))
@click.argument("case_no")
@click.option("--agency", required=True, help=word("help_agency"))
@click.option("--out", type=File, required=True, help=word("help_letter_out"))
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def letter(*, case_no: str, agency: str, out: Path, on: date | None, folder: DataFolder) -> None:
    """Write the next message of a case that must be carried by hand."""
    with working(folder, "letter") as node, file_faults():
        day = on or today()
        code, number = agency_of(node, agency, day), case_number.validate(case_no)
        written = letters.write(node, agency=code, case_no=number, day=day)
    if written is None:
        raise click.ClickException(word("no_letter", agency=code, case=number))
    out.write_bytes(written.data)
    says = ", ".join(say(lang(), f"exchange.type_{each}") for each in written.says)
    click.echo(word("letter_written", place=out, says=says, receiver=written.receiver))


@desk.command("take-letter", help=word("help_take_letter"))
@click.argument("file", type=File)
@click.option("--receipt", "receipt_out", type=File, required=True, help=word("help_receipt_out"))
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def take_letter(*, file: Path, receipt_out: Path, on: date | None, folder: DataFolder) -> None:
    """Take in a letter of the other agency and write the receipt that goes back."""
    with working(folder, "take-letter") as node, file_faults():
        given = letters.read(_read(file))
        receipt_out.write_bytes(letters.take_in(node, given, day=on or today()))
    click.echo(word("letter_taken", sender=given.sender, place=receipt_out))


@desk.command("receipt", help=word("help_receipt"))
@click.argument("letter_file", type=File)
@click.argument("receipt_file", type=File)
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def receipt(*, letter_file: Path, receipt_file: Path, on: date | None, folder: DataFolder) -> None:
    """Store the receipt for a letter that was carried."""
    with working(folder, "receipt") as node, file_faults():
        given = letters.read(_read(letter_file))
        letters.acknowledge(node, given, _read(receipt_file), day=on or today())
    click.echo(word("receipt_stored", receiver=given.receiver))
