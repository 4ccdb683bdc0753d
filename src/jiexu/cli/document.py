"""``jiexu document``: make, verify, list and take in what is handed out on paper."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click

from jiexu.cli.common import Refused, data_option, lang, node_options
from jiexu.cli.transfer import Day
from jiexu.cli.working import Bar, reading, today, working
from jiexu.documents import fonts, making
from jiexu.documents.errors import DocumentError
from jiexu.documents.kinds import Kind
from jiexu.documents.making import Made
from jiexu.documents.setting import Press
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.texts import Lang, catalogue, say
from jiexu.usecases.deskwork import CLERK
from jiexu.usecases.node import Node
from jiexu.values import case_number, short_code
from jiexu.values.errors import ValueFault

IN_LANGUAGES: dict[str, tuple[Lang, ...]] = {"zh": ("zh",), "en": ("en",), "both": ("zh", "en")}
KINDS = {kind.value.replace("_", "-"): kind for kind in Kind}


def word(key: str, /, **data: object) -> str:
    """A sentence of ``texts/document.yaml`` in the language of this run."""
    return say(lang(), f"document.{key}", **data)


def kind_name(kind: str) -> str:
    return say(lang(), f"papers.kind.{kind}")


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
@click.option("--cases", "cases_file", type=click.File(encoding="utf-8"), help=word("help_cases"))
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
    cases_file: Iterable[str] | None,
    by: str,
    on: date | None,
    folder: DataFolder,
) -> None:
    """One document into a file, or many into a folder; what cannot be made is said and the rest goes on."""
    named = [*cases, *(line.strip() for line in cases_file or () if line.strip())]
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


def _make_one(node: Node, order: Order, case_no: str, place: Path) -> None:
    press = Press(node.areas)
    try:
        made = making.make(node, case_no, order.kinds[0], day=order.day, by=order.by, number=order.number)
    except (DocumentError, ValueFault) as error:
        raise Refused(sentence(error)) from None
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
    with reading(folder) as node:
        try:
            rows = making.listed(node, case_no)
        except ValueFault as error:
            raise Refused(sentence(error)) from None
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


def sentence(error: DocumentError | ValueFault) -> str:
    """Why, in the language of this run where the sentence is translated."""
    if isinstance(error, DocumentError):
        return error.sentence(lang())
    for topic in ("errors", "exchange"):
        if error.code in catalogue(topic):
            return say(lang(), f"{topic}.{error.code}", **error.data)
    return str(error)
