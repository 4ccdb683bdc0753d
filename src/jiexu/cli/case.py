"""``jiexu case``: a case as a file that proves itself, and the check of such a file without any database."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import click

from jiexu.cases.states import Side
from jiexu.cli.common import Refused, lang, node_options
from jiexu.exchange.container import LARGEST, unpack
from jiexu.exchange.evidence_check import check
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.texts import say
from jiexu.values import case_number
from jiexu.values.errors import ValueFault
from jiexu.wording.evidence import agency_name, checked_words

if TYPE_CHECKING:  # psycopg would make ``jiexu case check`` slow
    from jiexu.usecases.node import Node

FINGERPRINT = re.compile(r"[0-9a-f]{64}")
MOST_READ = LARGEST + (4 << 20)
"""Bytes read of a file at most: a little more than any evidence file has, so that a longer one is refused as such."""


def word(key: str, /, **data: object) -> str:
    """A sentence of ``texts/evidence.yaml`` in the language of this run."""
    return say(lang(), f"evidence.{key}", **data)


@click.group(help=word("help_case"))
def case() -> None:
    """Evidence files."""


# ---------------------------------------------------------------- export


@case.command(help=word("help_export"))
@click.argument("case_no")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help=word("help_out"))
@click.option("--side", type=click.Choice(["origin", "destination"]), help=word("help_side"))
@click.option("--agency", help=word("help_agency"))
@click.option("--redact", is_flag=True, help=word("help_redact"))
@node_options
def export(
    *, case_no: str, out: Path, side: str | None, agency: str | None, redact: bool, folder: DataFolder
) -> None:
    """Writes the file and says with which fingerprint it is to be checked."""
    from jiexu.cli.working import reading  # noqa: PLC0415 - psycopg and Django only where a database is asked

    try:
        number = case_number.validate(case_no)
    except ValueFault as error:
        raise Refused(say(lang(), f"errors.{error.code}", **error.data)) from None
    with reading(folder) as node:
        side, code = _whose(node, number, side, agency)
        data = _made(node, number, code, redact=redact)
        _put(out, data)
        click.echo(
            word(
                "exported",
                place=out,
                case=case_number.format(number),
                agency=agency_name(lang(), code),
                side=say(lang(), f"states.side.{side}"),
                entries=len(unpack(data)),
            )
        )
    click.echo(word("compare", root=check(data).root))


def _made(node: Node, number: str, code: str, *, redact: bool) -> bytes:
    """The evidence file of a case as an agency holds it. Ends the command where something it needs is missing."""
    from jiexu.documents.making import all_issued  # noqa: PLC0415
    from jiexu.usecases import evidence  # noqa: PLC0415
    from jiexu.web.evidence import page  # noqa: PLC0415

    try:
        documents = {} if redact else all_issued(node, number, code)
        return evidence.export(
            node, case_no=number, agency=code, page=page, documents=documents, redact=redact
        )
    except evidence.NothingToExportError as error:
        raise Refused(word("cannot_export", what=error)) from None


def _put(out: Path, data: bytes) -> None:
    try:
        out.write_bytes(data)
    except OSError as error:
        raise Refused(word("unwritable", place=out, reason=error.strerror or error)) from None


@case.command(help=word("help_draw"))
@click.option("--count", type=click.IntRange(1), default=100, show_default=True, help=word("help_draw_count"))
@click.option("--seed", type=int, required=True, help=word("help_draw_seed"))
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help=word("help_draw_out")
)
@click.option("--redact", is_flag=True, help=word("help_redact"))
@node_options
def draw(*, count: int, seed: int, out: Path, redact: bool, folder: DataFolder) -> None:
    """Exports files of drawn cases and checks each; the same cases and seed draw the same."""
    from jiexu.cli.working import Bar, reading  # noqa: PLC0415 - psycopg and Django only where a database is asked
    from jiexu.usecases.evidence import held  # noqa: PLC0415

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(word("unwritable", place=out, reason=error.strerror or error)) from None
    unsound = 0
    with reading(folder) as node:
        files = held(node)
        drawn = sorted(Random(seed).sample(files, min(count, len(files))))  # noqa: S311 - a lot everybody can draw again
        bar = Bar(len(drawn))
        for done, (number, code) in enumerate(drawn, start=1):
            name = f"{number}-{code}.zip"
            data = _made(node, number, code, redact=redact)
            _put(out / name, data)
            try:
                check(data)
            except ValueFault as fault:
                said = say(lang(), f"exchange.{fault.code}", **fault.data)
                click.echo(f"{name}: {word('wrong', said=said)}", err=True)
                unsound += 1
            bar.show(word("drawing", done=done, count=len(drawn)))
        bar.end()
    click.echo(word("drawn", count=len(drawn), of=len(files), seed=seed, place=out, unsound=unsound))
    sys.exit(1 if unsound else 0)


def _whose(node: Node, number: str, side: str | None, agency: str | None) -> tuple[str, str]:
    """Side and agency of the file to export. Ends the command where this node has none such."""
    from jiexu.cli import working  # noqa: PLC0415
    from jiexu.usecases.caseview import sides  # noqa: PLC0415

    there = sides(node, number)
    if not there:
        raise Refused(working.word("no_such_case", case=number))
    if agency is not None:
        with working.file_faults():
            code = working.context(node, working.today()).area(agency, working.today())
        own = next((each for each, at in there.items() if at == code and side in {None, each}), None)
        if own is None:
            raise Refused(
                word("no_agency", agency=agency_name(lang(), code), case=case_number.format(number))
            )
        return own, code
    chosen = Side(side) if side else Side.ORIGIN if Side.ORIGIN in there else Side.DESTINATION
    if chosen not in there:
        where = say(lang(), f"states.side.{chosen}")
        raise Refused(word("no_side", side=where, case=case_number.format(number)))
    return chosen, there[chosen]


@case.command("root", help=word("help_show_root"))
@node_options
def show_root(*, folder: DataFolder) -> None:
    """One line, so that it can be read into other programs."""
    from jiexu.cli.working import reading  # noqa: PLC0415
    from jiexu.usecases.node import directory_root  # noqa: PLC0415

    with reading(folder) as node:
        found = directory_root(node)
    if found is None:
        raise Refused(word("no_root"))
    click.echo(found)


# ---------------------------------------------------------------- check


@case.command("check", help=word("help_check"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--root", help=word("help_root"))
@click.option("--json", "as_json", is_flag=True, help=say(lang(), "cli.help_json"))
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), expose_value=False, help=say(lang(), "cli.help_lang")
)
@click.option("--data", hidden=True, expose_value=False, help=say(lang(), "cli.help_data"))
def check_file(*, file: Path, root: str | None, as_json: bool) -> None:
    """Says what is proven and on whose word the rest stands, or the first thing that is wrong."""
    expected = _fingerprint(root)
    try:
        with file.open("rb") as opened:
            found = check(opened.read(MOST_READ), root=expected)
    except OSError as error:
        raise Refused(word("unreadable", reason=error.strerror or error)) from None
    except ValueFault as fault:
        said = say(lang(), f"exchange.{fault.code}", **fault.data)
        if as_json:
            click.echo(json.dumps({"fits": False, "code": fault.code, **fault.data}, ensure_ascii=False))
        else:
            click.echo(word("wrong", said=said))
        sys.exit(1)
    click.echo(
        json.dumps({"fits": True, **asdict(found)}, default=str)
        if as_json
        else "\n".join(checked_words(found, lang()))
    )


def _fingerprint(given: str | None) -> str | None:
    """A fingerprint as people copy it: any case, with spaces or colons."""
    if given is None:
        return None
    plain = re.sub(r"[\s:-]", "", given).lower()
    if not FINGERPRINT.fullmatch(plain):
        raise Refused(word("bad_root", given=given[:80]))
    return plain
