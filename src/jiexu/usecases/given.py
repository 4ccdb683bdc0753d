"""What a run was given: applications, and what desks and banks come to know, kept by the session and asked for by day.

A file of any size goes through here row by row; the run holds a page of it at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from jiexu.cases.states import Side
from jiexu.exchange.payloads import Document
from jiexu.gateways.demo_bank import Fault
from jiexu.store import atrest, files, given
from jiexu.store.db import Row, Store
from jiexu.usecases.applications import ApplicationIn, Taken
from jiexu.usecases.bankfaults import BankEvent
from jiexu.usecases.deskwork import DeskEvent, Verb

Page = list[tuple[int, ApplicationIn]]
"""Applications with their places among all that were given."""
HeardPage = list[tuple[int, DeskEvent]]


@dataclass(frozen=True, slots=True)
class Given:
    """What one run was given. ``first``: the day from which it is taken; ``count``: how many applications."""

    store: Store
    first: date
    count: int

    @classmethod
    def keep(
        cls,
        store: Store,
        *,
        first: date,
        applications: Iterable[ApplicationIn],
        events: Iterable[DeskEvent | BankEvent],
    ) -> Given:
        """Keep everything as it comes. What an earlier run of this session was given is gone."""
        given.make(store)
        count = given.keep_applications(
            store, ((max(each.asked.received_on, first), _packed(each)) for each in applications)
        )
        given.keep_events(store, (_event_row(each, first) for each in events))
        return cls(store, first, count)

    def of_day(self, day: date) -> Iterator[Page]:
        """Applications to be taken on a day."""
        return map(_page, given.applications(self.store, "day = %s", day))

    def before(self, day: date) -> Iterator[Page]:
        """Applications to be taken before a day."""
        return map(_page, given.applications(self.store, "day < %s", day))

    def note(self, page: Page, taken: Sequence[Taken]) -> None:
        """Note what became of a page of applications."""
        places = zip(page, taken, strict=True)
        given.note_taken(self.store, [(at, each.case_no, each.outcome) for (at, _), each in places])

    def taken(self) -> Iterator[Taken]:
        """Every application that was taken so far, in the order given, with what became of it."""
        for rows in given.applications(self.store, "outcome IS NOT NULL"):
            for row in rows:
                yield Taken(_unpacked(row["body"]), row["case_no"], row["outcome"])

    def heard_on(self, day: date) -> Iterator[HeardPage]:
        """What desks come to know on a day."""
        for rows in given.events(self.store, "NOT of_bank AND day = %s", day):
            yield [(row["at"], _desk_event(row)) for row in rows]

    def note_heard(self, page: HeardPage, outcomes: dict[str, str]) -> None:
        """Note what became of what a desk came to know, by the keys of its events."""
        given.note_heard(self.store, [(at, outcomes[event.key]) for at, event in page])

    def heard(self) -> Iterator[tuple[str, str]]:
        """Key and outcome of everything desks came to know so far, in the order given."""
        for rows in given.events(self.store, "outcome IS NOT NULL"):
            for row in rows:
                yield orjson.loads(row["body"])["key"], row["outcome"]

    def strange_receipts(self, day: date) -> list[BankEvent]:
        """Money nobody announced that arrives on a day."""
        pages = given.events(self.store, "of_bank AND fault = '' AND day = %s", day)
        return [_bank_event(row) for rows in pages for row in rows]

    def next_day(self, day: date) -> date | None:
        """The next day on which something was given."""
        return given.next_day(self.store, day)


def _page(rows: list[Row]) -> Page:
    return [(row["at"], _unpacked(row["body"])) for row in rows]


def _packed(each: ApplicationIn) -> bytes:
    document = [each.document.kind, each.document.number]
    asked = files.asked_content(each.asked)
    return orjson.dumps([each.row, each.name, document, asked, each.proposal, each.at_origin])


def _unpacked(body: bytes) -> ApplicationIn:
    row, name, document, asked, *rest = orjson.loads(body)
    return ApplicationIn(row, name, Document(*document), files.asked_of(asked), *rest)


def _event_row(event: DeskEvent | BankEvent, first: date) -> tuple[Any, ...]:
    document = event.document or Document("", "")
    of_bank = isinstance(event, BankEvent)
    fault, fen = (event.fault.value, event.arrives_fen) if isinstance(event, BankEvent) else ("", 0)
    return (
        max(event.on, first), of_bank, orjson.dumps(event), fault, fen,
        event.case_no, document.kind, atrest.seek(document.kind, document.number), event.origin, event.destination,
    )  # fmt: skip


def _desk_event(row: Row) -> DeskEvent:
    kept = _event(row)
    side = kept["side"]
    return DeskEvent(**kept | {"verb": Verb(kept["verb"]), "side": Side(side) if side else None})


def _bank_event(row: Row) -> BankEvent:
    kept = _event(row)
    return BankEvent(**kept | {"fault": Fault(kept["fault"])})


def _event(row: Row) -> dict[str, Any]:
    kept: dict[str, Any] = orjson.loads(row["body"])
    document = kept["document"]
    return kept | {
        "on": date.fromisoformat(kept["on"]),
        "document": Document(**document) if document else None,
    }
