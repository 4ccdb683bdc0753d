"""events: what agencies come to know while cases run, from bank, counter and desk (docs/formats.md).

Every row is an input an agency really has. Without the file every case runs as if none of it had happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from jiexu.gateways.tables.cells import FARTHEST_AHEAD, Context, RowReader, day_until
from jiexu.gateways.tables.columns import Column
from jiexu.gateways.tables.faults import CellError, FaultyRow
from jiexu.gateways.tables.reading import Row, Source, Unread, read_rows
from jiexu.gateways.tables.seen import Seen
from jiexu.gateways.tables.vocabulary import EVENTS, EventKind
from jiexu.values import case_number
from jiexu.values.identity import IdentityDocument
from jiexu.values.money import format_yuan, parse_yuan

COLUMNS = (
    Column("on", required=True, also=("发生日期", "day", "date")),
    Column("case_no", also=("案件号", "案号", "case", "case number")),
    Column("document_kind", also=("证件种类", "document type", "id type")),
    Column(
        "document_number",
        also=("身份证号", "身份证号码", "公民身份号码", "证件号", "id number", "document no"),
    ),
    Column("origin", also=("转出地区", "转出统筹区", "原参保地", "from")),
    Column("destination", also=("转入地区", "转入统筹区", "现参保地", "to")),
    Column("event", required=True, also=("事项", "what happened")),
    Column("amount", also=("金额（元）", "yuan")),
    Column("note", also=("说明", "remark")),
)
REQUIRED = frozenset(column.name for column in COLUMNS if column.required)

NEEDS_AMOUNT = frozenset({EventKind.WRONG, EventKind.SHORT, EventKind.LATE, EventKind.UNMATCHED})
MAY_HAVE_AMOUNT = NEEDS_AMOUNT | {EventKind.DUPLICATE}
_OF_THE_RECORD = {
    EventKind.COVER_BEGAN: ("document_number", "destination"),
    EventKind.RESIDENT_COVER_BEGAN: ("document_number", "destination"),
    EventKind.COVER_STOPPED: ("document_number", "origin"),
    EventKind.UNMATCHED: ("destination",),
}
"""Events that concern no case: what names them instead."""
_WITHOUT_CASE = {
    EventKind.DEATH: ("document_number", "origin"),
    EventKind.DEATH_TAKEN_BACK: ("document_number", "origin"),
}
_CASE = ("document_number", "origin", "destination")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One thing an agency comes to know on a day.

    A case is named by its number, or by the person's document and both areas (codes of pooling areas).
    ``amount_fen``: what arrived, for the events that say so, else None.
    """

    row: int
    on: date
    kind: EventKind
    case_no: str | None = None
    document: IdentityDocument | None = None
    origin: str | None = None
    destination: str | None = None
    amount_fen: int | None = None
    note: str = ""

    def cells(self) -> dict[str, str]:
        """The row as it is written; ``read_events`` reads the same from it."""
        return {
            "on": self.on.isoformat(),
            "case_no": self.case_no or "",
            "document_kind": self.document.kind if self.document else "",
            "document_number": self.document.number if self.document else "",
            "origin": self.origin or "",
            "destination": self.destination or "",
            "event": EVENTS.zh[self.kind],
            "amount": "" if self.amount_fen is None else format_yuan(self.amount_fen).replace(",", ""),
            "note": self.note,
        }


def read_events(
    source: Source, *, context: Context, stdin: BinaryIO | None = None, unread: Unread | None = None
) -> Iterator[EventRow | FaultyRow]:
    """Every row of the file as an event or as what is wrong with it. Raises TableError before the first."""
    return events_of(read_rows(source, columns=COLUMNS, stdin=stdin, unread=unread), context=context)


def events_of(rows: Iterable[Row], *, context: Context) -> Iterator[EventRow | FaultyRow]:
    """As ``read_events``, from rows. The same event twice is a mistake of the file: say it once."""
    with Seen() as seen:
        for row in rows:
            reader = RowReader(row, required=REQUIRED)
            event = _event(reader, context)
            earlier = seen.first(row.number, tuple(event.cells().items())) if event else None
            if earlier:
                reader.add("", "event_twice", first=earlier[0])
            yield reader.faulty() if event is None or earlier else event


def _event(reader: RowReader, context: Context) -> EventRow | None:
    on = reader.read("on", day_until(context.today + FARTHEST_AHEAD))
    kind, number = reader.document(context)
    event = EventRow(
        row=reader.row.number,
        on=on,
        kind=reader.read("event", EVENTS.read),
        case_no=reader.optional("case_no", case_number.validate),
        document=IdentityDocument(kind, number) if number else None,
        origin=reader.read(
            "origin", lambda text: context.area(text, on if reader.fine("on") else context.today)
        ),
        destination=reader.read(
            "destination", lambda text: context.area(text, on if reader.fine("on") else context.today)
        ),
        amount_fen=reader.optional("amount", _above_zero),
        note=reader.text("note"),
    )
    if reader.fine("event"):
        _amount(reader, event.kind)
        _named(reader, event.kind)
    return None if reader.faults else event


def _above_zero(text: str) -> int:
    fen = parse_yuan(text)
    if fen == 0:
        raise CellError("amount_zero")
    return fen


def _amount(reader: RowReader, kind: EventKind) -> None:
    if kind in NEEDS_AMOUNT and not reader.text("amount"):
        reader.add("amount", "amount_missing", event=EVENTS.zh[kind])
    if kind not in MAY_HAVE_AMOUNT and reader.text("amount") and reader.fine("amount"):
        reader.add("amount", "amount_unwanted", event=EVENTS.zh[kind])


def _named(reader: RowReader, kind: EventKind) -> None:
    """Whether the row says whom it concerns."""
    if reader.text("case_no") and kind not in _OF_THE_RECORD:
        return
    for name in _OF_THE_RECORD.get(kind) or _WITHOUT_CASE.get(kind) or _CASE:
        if not reader.text(name):
            reader.add(name, "event_of_whom", event=EVENTS.zh[kind])
