"""``jiexu document``: make, verify, list and take in what is handed out on paper."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import click

from jiexu.cli.common import Refused, data_option, lang, node_options
from jiexu.cli.document_words import kind_name, outcome_words, sentence, show, word
from jiexu.cli.given_files import file_bytes, text_of
from jiexu.cli.working import Bar, Day, reading, today, working
from jiexu.documents import carrying, codes, fonts, making, proving, taking
from jiexu.documents.errors import DocumentError
from jiexu.documents.kinds import Kind
from jiexu.documents.making import Made
from jiexu.documents.proving import Verdict
from jiexu.documents.setting import Press
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.limits import shipped_limits
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.texts import Lang, say
from jiexu.usecases.deskwork import CLERK
from jiexu.usecases.node import Node
from jiexu.values import case_number, short_code
from jiexu.values.errors import ValueFault

IN_LANGUAGES: dict[str, tuple[Lang, ...]] = {"zh": ("zh",), "en": ("en",), "both": ("zh", "en")}
KINDS = {kind.value.replace("_", "-"): kind for kind in Kind}


@click.group(help=word("help"))
def document() -> None:
    """Documents."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made, and how it shall look."""

    kinds: tuple[Kind, ...]
    langs: tuple[Lang, ...]
    copies: int
    number: int | None
    day: date
    by: str


@document.command(help=word("help_make"))
@click.argument("cases", nargs=-1)
@click.option(
    "--kind", "kinds", type=click.Choice(list(KINDS)), multiple=True, required=True, help=word("help_kind")
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help=word("help_out"))
@click.option(
    "--lang",
    "language",
    type=click.Choice(list(IN_LANGUAGES)),
    default="zh",
    show_default=True,
    help=word("help_doc_lang"),
)
@click.option(
    "--copies", type=click.Choice(["1", "3"]), default="1", show_default=True, help=word("help_copies")
)
@click.option("--number", type=click.IntRange(1), help=word("help_number"))
@click.option("--cases", "cases_file", type=click.File("rb"), help=word("help_cases"))
@click.option("--by", default=CLERK, show_default=True, help=word("help_by"))
@click.option("--on", type=Day(), help=word("help_on"))
@data_option
def make(
    *,
    cases: tuple[str, ...],
    kinds: tuple[str, ...],
    out: Path,
    language: str,
    copies: str,
    number: int | None,
    cases_file: BinaryIO | None,
    by: str,
    on: date | None,
    folder: DataFolder,
) -> None:
    """One document into a file, or many into a folder; what cannot be made is said and the rest goes on."""
    with said_in_a_sentence():
        listed = numbers(cases_file) if cases_file else []
    named = [*cases, *listed]
    chosen = tuple(KINDS[kind] for kind in kinds)
    if not named:
        raise click.UsageError(word("no_case_given"))
    one = len(named) * len(chosen) == 1 and not out.is_dir()
    if not one and out.suffix.lower() == ".pdf":
        raise click.UsageError(word("several_need_folder"))
    order = Order(chosen, IN_LANGUAGES[language], int(copies), number, on or today(), by)
    with working(folder, "document") as node:
        if one:
            _make_one(node, order, named[0], out)
        else:
            _make_many(node, order, named, out)


def numbers(cases_file: BinaryIO) -> list[str]:
    """Case numbers out of a list, one a line, or out of the report of a run. Raises DocumentError."""
    text = text_of(cases_file, most=shipped_limits().report_bytes)
    if text.lstrip().startswith("{"):
        try:
            rows = json.loads(text)["rows"]
            return list(dict.fromkeys(row["case_no"] for row in rows if row.get("case_no")))
        except (ValueError, LookupError, TypeError, AttributeError):
            raise DocumentError("cases_unreadable", place=str(getattr(cases_file, "name", "-"))) from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _make_one(node: Node, order: Order, case_no: str, place: Path) -> None:
    press = Press(node.areas)
    with said_in_a_sentence():
        made = making.make(node, case_no, order.kinds[0], day=order.day, by=order.by, number=order.number)
    _write(press, made, order, place)
    _tell(made, place)
    _tell_missing(press)


def _make_many(node: Node, order: Order, named: Sequence[str], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    press, bar, count, began = Press(node.areas), Bar(len(named)), 0, time.monotonic()
    refused = []
    for at, case_no in enumerate(named, start=1):
        for kind in order.kinds:
            try:
                made = making.make(node, case_no, kind, day=order.day, by=order.by, number=order.number)
            except (DocumentError, ValueFault) as error:
                refused.append((case_no, sentence(error)))
                continue
            _write(press, made, order, out / f"{made.issued.code.case_no}-{kind}-{made.issued.number}.pdf")
            count += 1
        bar.show(word("making", done=at, all=len(named)))
    bar.end()
    seconds = time.monotonic() - began
    click.echo(
        word("made_many", count=count, seconds=f"{seconds:.1f}", each=f"{1000 * seconds / max(count, 1):.0f}")
    )
    _tell_missing(press)
    for case_no, why in refused:
        click.echo(word("skipped", case=case_no, why=why), err=True)
    if refused:
        raise SystemExit(1)


def _write(press: Press, made: Made, order: Order, place: Path) -> None:
    at = datetime.now(BEIJING)
    place.write_bytes(making.printed(press, made, order.langs, at=at, copies=order.copies))


def _tell(made: Made, place: Path) -> None:
    issued = made.issued
    click.echo(
        word(
            "made" if made.is_new else "made_again",
            kind=kind_name(issued.content.kind),
            number=issued.number,
            code=short_code.format(issued.short_code),
            day=issued.made_on,
            place=place,
        )
    )


def _tell_missing(press: Press) -> None:
    if press.missing:
        click.echo(word("glyphs", characters=fonts.named(press.missing)), err=True)


@document.command("list", help=word("help_list"))
@click.argument("case_no")
@node_options
def list_(*, case_no: str, folder: DataFolder) -> None:
    """In the order of kinds and numbers."""
    with said_in_a_sentence(), reading(folder) as node:
        rows = making.listed(node, case_no)
    for row in rows:
        click.echo(
            word(
                "listed",
                day=row["made_on"],
                kind=kind_name(row["kind"]),
                number=row["number"],
                code=short_code.format(row["short_code"]),
                agency=row["agency"],
                by=row["made_by"],
            )
        )
    if not rows:
        click.echo(word("none_listed", case=case_number.format(case_no)))


@document.command(help=word("help_verify"))
@click.argument("what")
@click.option("--root", help=word("help_root"))
@node_options
def verify(*, what: str, root: str | None, folder: DataFolder) -> None:
    """Status 0: genuine. 1: not, or it cannot be told, with the reason."""
    with said_in_a_sentence():
        if root is not None:
            show(proving.of_file(_bytes(what), root=root), areas())
            return
        with reading(folder) as node:
            show(_checked(node, what), node.areas)


def _bytes(place: str) -> bytes:
    return file_bytes(place, most=shipped_limits().upload_bytes)


def _checked(node: Node, what: str) -> Verdict:
    """A file by its name, else a code: the long one or the short one."""
    if carrying.is_part(what):
        raise DocumentError("part_not_checked_here")
    if codes.is_code(what):
        return proving.code_here(node, what)
    if what.lower().endswith(".pdf") or Path(what).is_file():
        return proving.file_here(node, _bytes(what))
    if len(short_code.compact(what)) <= short_code.LENGTH + 4:
        return proving.short_here(node, what)
    return proving.code_here(node, what)


@document.command(help=word("help_take"))
@click.argument("texts", nargs=-1)
@click.option("--codes", "codes_file", type=click.File("rb"), help=word("help_codes"))
@click.option(
    "--receipt", type=click.Path(path_type=Path, dir_okay=False), required=True, help=word("help_receipt")
)
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def take(
    *,
    texts: tuple[str, ...],
    codes_file: BinaryIO | None,
    receipt: Path,
    on: date | None,
    folder: DataFolder,
) -> None:
    """The message on the page has the effect of the wire, once."""
    with said_in_a_sentence():
        listed = text_of(codes_file, most=shipped_limits().told_bytes).splitlines() if codes_file else []
    scanned = [*texts, *filter(None, map(str.strip, listed))]
    if not scanned:
        raise click.UsageError(word("no_codes_given"))
    with said_in_a_sentence():
        if not all(map(carrying.is_part, scanned)):
            raise DocumentError("code_not_taken_here")
        with working(folder, "take") as node:
            done = taking.take(node, scanned, day=on or today())
    receipt.write_bytes(done.receipt)
    says = ", ".join(say(lang(), f"exchange.type_{each}") for each in done.letter.says)
    outcome = ", ".join(outcome_words(each) for each in done.outcomes)
    click.echo(word("taken_in", sender=done.letter.sender, says=says, outcome=outcome, place=receipt))


@contextmanager
def said_in_a_sentence() -> Iterator[None]:
    """What is wrong with a document ends the command with its sentence and status 1."""
    try:
        yield
    except (DocumentError, ValueFault) as error:
        raise Refused(sentence(error)) from None
