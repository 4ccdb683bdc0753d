"""Everything about a person as files: tables for paper and spreadsheets, the same as data. No file name says anything of them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import orjson

from jiexu.documents import own
from jiexu.documents.own import Table
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.tables.writing import guarded
from jiexu.texts import Lang, say
from jiexu.usecases.looks import STATED
from jiexu.usecases.reading import Place
from jiexu.usecases.reading.mine.everything import Everything
from jiexu.usecases.reading.mine.record import Looked
from jiexu.usecases.requests import Request
from jiexu.usecases.uploads import Upload
from jiexu.values import short_code
from jiexu.values.money import format_yuan
from jiexu.web import words

Cells = tuple[str, ...]
FIXED = (1980, 1, 1, 0, 0, 0)
"""The moment files in the archive carry: the same rows give the same bytes."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A paper the person sent. ``content``: the paper, where it is there still; None for an agent, and where it is erased."""

    upload: Upload
    note: str
    content: bytes | None

    @property
    def file(self) -> str:
        """What it is called in the archive."""
        return f"papers/{self.upload.id[:8]}.{self.upload.kind.value}" if self.content else ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken away. ``whole``: whether document numbers stand whole, for the person alone; an agent gets the last four."""

    every: Everything
    asked: Sequence[Request]
    whole: bool
    sent: Sequence[Sent] = ()


def pdf(taken: Taken, lang: Lang) -> bytes:
    """All tables as one document."""
    every = taken.every
    lead = (
        say(lang, "everything.as_of", name=every.name, day=every.today.isoformat()),
        say(lang, "everything.no_proof"),
    )
    return own.pdf(say(lang, "everything.title"), lead, tables(taken, lang), lang=lang, on=every.today)


def archive(taken: Taken, lang: Lang) -> bytes:
    """A ZIP with a CSV for each table, of what has a day one for each year; every cell is text and none a formula; and the papers sent."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for table in tables(taken, lang):
            for year in dict.fromkeys(sorted(table.years, key=lambda one: one or 0)):
                rows = [row for row, of in zip(table.rows, table.years, strict=True) if of == year]
                name = f"{table.name}.csv" if year is None else f"{table.name}-{year}.csv"
                file.writestr(zipfile.ZipInfo(name, FIXED), _csv(table.columns, rows))
        for each in taken.sent:
            if each.content:
                file.writestr(zipfile.ZipInfo(each.file, FIXED), each.content)
    return written.getvalue()


def _csv(columns: Sequence[str], rows: Iterable[Cells]) -> bytes:
    """UTF-8 with a mark, so that spreadsheets show Chinese."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def tables(taken: Taken, lang: Lang) -> tuple[Table, ...]:
    """Every table with its rows in words."""
    every = taken.every
    place = partial(words.place_name, lang)
    scheme = partial(_scheme, lang)
    known = [
        (place(one.place), one.name, one.birth.isoformat(), words.optional(lang, f"papers.sex.{one.sex}", ""), _numbers(taken, one.place.code, lang))
        for one in every.known
    ]  # fmt: skip
    covers = [
        (place(one.place), scheme(one.scheme), one.since.isoformat(), one.stopped_on.isoformat() if one.stopped_on else "", words.standing(lang, one), one.employer)
        for one in every.covers
    ]  # fmt: skip
    runs = [
        (place(one.place), place(one.earned_at), scheme(one.scheme), words.optional(lang, f"papers.months_kind.{one.kind}", one.kind), say(lang, f"everything.how_{one.how}"), str(one.first), str(one.last), str(one.last.index - one.first.index + 1))
        for one in every.runs
    ]  # fmt: skip
    moved = [
        (one.on.year, (place(each.place), one.on.isoformat(), say(lang, f"mine.moved_{one.reason}"), format_yuan(one.fen), format_yuan(one.balance_fen), one.case_no, one.rule, ", ".join(one.by)))
        for each in every.accounts
        for one in each.movements
    ]  # fmt: skip
    cases = [
        (row.case_no, place(row.origin), place(row.destination), row.opened_on.isoformat(), say(lang, f"states.{line.state_key}"), format_yuan(line.amount_fen) if line.amount_fen else "", line.due.on.isoformat() if line.due else "")
        for row in every.cases
        for line in row.lines
    ]  # fmt: skip
    told = [
        (one.on.year, (one.on.isoformat(), place(one.place), one.case_no, words.told(lang, one.key, one.data, _place_of(every), every.today)))
        for one in every.told
    ]  # fmt: skip
    papers = [
        (one.made_on.year, (one.made_on.isoformat(), place(one.place), one.case_no, say(lang, f"papers.title.{one.kind}"), str(one.number), short_code.format(one.code)))
        for one in every.papers
    ]  # fmt: skip
    looked = [
        (one.at.astimezone(BEIJING).year, (f"{one.at.astimezone(BEIJING):%Y-%m-%d %H:%M}", place(one.place), one.by, ", ".join(words.optional(lang, f"doors.role_{role}", role) for role in one.roles), words.optional(lang, f"mine.what_{one.what}", one.what), why(one, lang), one.case_no))
        for one in every.looked
    ]  # fmt: skip
    asked = [
        (one.asked_on.year, (one.asked_on.isoformat(), say(lang, f"requests.kind_{one.kind}"), one.said.first, one.said.last, one.said.right, one.said.why, one.due_on.isoformat(), say(lang, f"requests.o_{one.answer.outcome}") if one.answer else "", one.answer.text if one.answer else ""))
        for one in taken.asked
    ]  # fmt: skip
    uploads = [
        (one.upload.sent_on.year, (one.upload.sent_on.isoformat(), place(_place_of(every)(one.upload.agency)), one.upload.case_no, say(lang, f"uploads.p_{one.upload.purpose}"), one.note, one.upload.used.text if one.upload.used else "", _erased(one.upload, lang), one.file))
        for one in taken.sent
    ]  # fmt: skip
    return (
        _table(lang, "known", ("place", "name", "birth", "sex", "documents"), [(None, row) for row in known]),
        _table(lang, "covers", ("place", "scheme", "since", "stopped", "status", "employer"), [(None, row) for row in covers]),
        _table(lang, "months", ("place", "earned_at", "scheme", "kind", "how", "first", "last", "count"), [(None, row) for row in runs]),
        _table(lang, "account", ("place", "day", "what", "amount", "balance", "case", "rule", "by"), moved, _sums(every, lang)),
        _table(lang, "cases", ("case", "origin", "destination", "day", "state", "amount", "due"), [(None, row) for row in cases]),
        _table(lang, "told", ("day", "place", "case", "text"), told),
        _table(lang, "papers", ("day", "place", "case", "what", "number", "code"), papers),
        _table(lang, "looks", ("day", "place", "who", "role", "what", "why", "case"), looked),
        _table(lang, "requests", ("day", "what", "first", "last", "right", "why", "due", "outcome", "answer"), asked),
        _table(lang, "uploads", ("day", "place", "case", "what", "note", "used", "erased", "file"), uploads),
    )  # fmt: skip


def _erased(upload: Upload, lang: Lang) -> str:
    """When a paper was erased and by which rule, or when it will be."""
    if upload.erased is None:
        return say(lang, "uploads.will_erase", day=upload.erase_on.isoformat())
    rule = say(lang, f"uploads.r_{upload.erased.rule}", n=upload.days)
    return say(lang, "uploads.erased_on", day=upload.erased.on.isoformat(), rule=rule)


def _table(
    lang: Lang, name: str, columns: Sequence[str], rows: Sequence[tuple[int | None, Cells]], note: str = ""
) -> Table:
    return Table(
        name,
        say(lang, f"everything.t_{name}"),
        tuple(say(lang, f"everything.c_{column}") for column in columns),
        tuple(row for _, row in rows),
        tuple(year for year, _ in rows),
        note or ("" if rows else say(lang, "everything.none")),
    )


def why(look: Looked, lang: Lang) -> str:
    """Why somebody looked: in words of ours, or as they stated it."""
    return say(lang, f"mine.why_{look.why}") if look.why in STATED else look.why


def _scheme(lang: Lang, code: str) -> str:
    return words.optional(lang, f"web.scheme.{code}", code)


def _place_of(every: Everything) -> words.PlaceOf:
    known = {place.code: place for row in every.cases for place in (row.origin, row.destination)}
    return lambda code: known.get(code) or Place(code, code, code, code)


def _numbers(taken: Taken, agency: str, lang: Lang) -> str:
    """Documents at an agency: whole for the person, else their last four."""
    return "; ".join(
        f"{words.optional(lang, f'documents.kind_{kind}', kind)} {number if taken.whole else f'…{number[-4:]}'}"
        for of, kind, number in taken.every.numbers
        if of == agency
    )


def _sums(every: Everything, lang: Lang) -> str:
    """What proves that nothing is missing: the sum of each account, written out."""
    between = "；" if lang == "zh" else "; "
    return between.join(
        words.place_name(lang, each.place)
        + ": "
        + say(
            lang, "mine.adds",
            opening=format_yuan(each.opening_fen), came=format_yuan(each.in_fen), went=format_yuan(each.out_fen), balance=format_yuan(each.balance_fen),
        )
        for each in every.accounts
    )  # fmt: skip


def data(taken: Taken) -> bytes:
    """The same for machines: codes as they are stored, fen as whole numbers, months as 2026-11, days as 2026-11-30."""
    every = taken.every
    body = {
        "format": "jiexu/person/1",
        "as_of": every.today,
        "known": [
            {
                "agency": one.place.code, "reference": one.reference, "name": one.name, "sex": one.sex, "birth": one.birth, "died_on": one.died_on,
                "documents": [{"kind": kind, "number": number if taken.whole else None, "last": number[-4:]} for of, kind, number in every.numbers if of == one.place.code],
            }
            for one in every.known
        ],
        "enrolments": [
            {"agency": one.place.code, "scheme": one.scheme, "since": one.since, "stopped_on": one.stopped_on, "status": one.status, "employer": one.employer}
            for one in every.covers
        ],
        "months": [
            {"agency": one.place.code, "earned_at": one.earned_at.code, "scheme": one.scheme, "kind": one.kind, "how": one.how, "first": str(one.first), "last": str(one.last)}
            for one in every.runs
        ],
        "accounts": [
            {
                "agency": each.place.code, "balance_fen": each.balance_fen, "held_fen": each.held_fen,
                "movements": [{"on": one.on, "reason": one.reason, "fen": one.fen, "balance_fen": one.balance_fen, "case": one.case_no, "rule": one.rule, "by": list(one.by)} for one in each.movements],
            }
            for each in every.accounts
        ],
        "cases": [
            {
                "case": row.case_no, "origin": row.origin.code, "destination": row.destination.code, "from_scheme": row.from_scheme, "to_scheme": row.to_scheme, "opened_on": row.opened_on,
                "lines": [{"leg": line.leg, "state": line.state, "amount_fen": line.amount_fen, "due_on": line.due.on if line.due else None, "due_kind": line.due.kind if line.due else None} for line in row.lines],
            }
            for row in every.cases
        ],
        "notices": [{"on": one.on, "agency": one.place.code, "case": one.case_no, "key": one.key, "data": one.data} for one in every.told],
        "papers": [{"on": one.made_on, "agency": one.agency, "case": one.case_no, "kind": one.kind, "number": one.number, "code": one.code} for one in every.papers],
        "looks": [{"at": one.at, "agency": one.place.code, "by": one.by, "roles": list(one.roles), "what": one.what, "why": one.why, "case": one.case_no} for one in every.looked],
        "requests": [
            {
                "id": one.id, "agency": one.agency, "kind": one.kind.value, "first": one.said.first, "last": one.said.last, "right": one.said.right, "why": one.said.why, "asked_by": one.asked_by, "asked_on": one.asked_on, "due_on": one.due_on, "due_kind": one.due_kind,
                "answer": {"outcome": one.answer.outcome.value, "text": one.answer.text, "by": one.answer.answered_by, "on": one.answer.answered_on} if one.answer else None,
            }
            for one in taken.asked
        ],
        "uploads": [
            {
                "id": one.upload.id, "agency": one.upload.agency, "case": one.upload.case_no, "request": one.upload.request, "purpose": one.upload.purpose, "kind": one.upload.kind.value, "size": one.upload.size,
                "note": one.note, "sent_by": one.upload.sent_by, "sent_on": one.upload.sent_on, "erase_on": one.upload.erase_on,
                "used": {"for": one.upload.used.text, "by": one.upload.used.by, "on": one.upload.used.on} if one.upload.used else None,
                "erased": {"rule": one.upload.erased.rule.value, "by": one.upload.erased.by, "on": one.upload.erased.on} if one.upload.erased else None,
            }
            for one in taken.sent
        ],
    }  # fmt: skip
    return orjson.dumps(body, option=orjson.OPT_INDENT_2)
