"""What a wave looks at: its work, and everything about files, people and rivals that its decisions rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from jiexu.cases.decide import looks_at_person
from jiexu.cases.events import (
    Applied,
    BatchSent,
    Consented,
    Event,
    FormIssued,
    ModeDecided,
    MoneyCameLate,
    OrderedAgain,
    Proposed,
    ReceiptMatched,
    Received,
)
from jiexu.cases.file import File
from jiexu.cases.states import RecordState, Side
from jiexu.cases.step import NOT_LOOKED_UP, Facts, Rival
from jiexu.exchange.bundle import RECORDED
from jiexu.exchange.envelope import message_id
from jiexu.exchange.lanes import Arrival
from jiexu.exchange.payloads import Application, Document, Form
from jiexu.ledger.entries import Posting
from jiexu.rules.inputs import Scheme
from jiexu.store import bulk, files, people
from jiexu.store.db import Cursor
from jiexu.store.files import StoredFile
from jiexu.store.steps import Incoming
from jiexu.usecases.accounts import numbers
from jiexu.usecases.node import Node
from jiexu.values.changing import changed
from jiexu.values.names import comparable

Key = tuple[str, str]
PAYING = FormIssued | ModeDecided | MoneyCameLate | OrderedAgain | BatchSent
"""Events by which an amount may be ordered, so that the payee's account is looked up."""
WITH_ACCOUNT = PAYING | ReceiptMatched
"""Events that look at the account of the other agency: to pay there, or to see who paid."""


@dataclass(frozen=True, slots=True)
class Work:
    """One event for one file.

    ``incoming``: the message it came with. ``once``: a name under which the event happens at most once, however
    often it is given. ``booked``: postings of the agency's own statement that the event rests on (late money).
    ``seen``: version of the file somebody looked at; the event happens to no other.
    """

    agency: str
    case_no: str
    event: Event
    incoming: Incoming | None = None
    once: str = ""
    booked: tuple[Posting, ...] = ()
    seen: int | None = None

    @property
    def key(self) -> Key:
        return self.agency, self.case_no


class Seen:
    """Everything a wave looks at, fetched with a handful of statements however many cases it has.

    Files first, locked: what another process holds is left out as busy, or waited for with ``wait``. Then the people
    of the free work, locked too: two cases of one person would else count a month twice, each without the other's.
    Then, for the work that is free, ``people`` with what they hold.
    """

    def __init__(self, node: Node, cursor: Cursor, wave: Sequence[Work], day: date, *, wait: bool) -> None:
        self.node, self.day, self.cursor, self.wait = node, day, cursor, wait
        self.stored: dict[Key, StoredFile] = {}
        self.held: set[Key] = set()
        self._lock([work.key for work in wave])
        self.found = people.find(cursor, list(_wanted(wave)))
        self.rivals = self._rivals(cursor, wave)
        self._lock([(agency, rival.case_no) for (agency, _), rival in self.rivals.items()])
        people.lock(
            cursor,
            {
                key
                for work in self._looking(wave)
                if not self.is_busy(work) and (key := self.person_key(work))[1]
            },
        )
        self.matched = _matched(cursor, wave)
        self.receipted = self._receipted(wave)
        self.known: dict[people.Key, people.Known] = {}
        self.accounts: dict[str, str] = {}
        self.left_behind: dict[Key, tuple[str, ...]] = {}
        self.taken: set[tuple[str, ...]] = set()
        self.side: Side | None = None

    def _lock(self, keys: Sequence[Key]) -> None:
        """Lock files that are there; those in another process's hands are noted as held."""
        self.stored |= files.lock(self.cursor, keys, self.node.files, wait=self.wait)
        missing = [key for key in keys if key not in self.stored]
        query = "SELECT f.agency, f.case_no FROM file f JOIN {keys} ON (f.agency, f.case_no) = (k.agency, k.case_no)"
        rows = bulk.select_keys(self.cursor, query, missing, ("agency", "case_no"))
        self.held |= {(row["agency"], row["case_no"]) for row in rows}

    def people(self, wave: Sequence[Work]) -> None:
        """What the agencies know of the people this work looks at."""
        keys = {self.person_key(work): self._scheme(work) for work in self._looking(wave)}
        self.known = people.load(self.cursor, [key for key in keys if key[1]], keys)
        facing = [other for work in wave if (other := self._facing(work))]
        self.accounts = numbers(self.cursor, facing, self.day)
        self.left_behind = _left_behind(
            self.cursor, [self.person_key(work) for work in wave if isinstance(work.event, FormIssued)]
        )

    def _facing(self, work: Work) -> str:
        """The agency that money of this work may go to or comes from; empty where none moves."""
        stored, opening = self.stored.get(work.key), _opening(work)
        if stored is not None:
            return stored.file.other if isinstance(work.event, WITH_ACCOUNT) else ""
        return opening[1] if opening and opening[0] == work.agency else ""

    def _looking(self, wave: Sequence[Work]) -> list[Work]:
        return [work for work in wave if self._looks_at_person(work)]

    def _looks_at_person(self, work: Work) -> bool:
        stored = self.stored.get(work.key)
        return looks_at_person(None if stored is None else stored.file, work.event)

    def is_busy(self, work: Work) -> bool:
        """Whether another process holds the file, or the rival's file, and may be changing it."""
        rival = self.rivals.get(work.key)
        return work.key in self.held or (rival is not None and (work.agency, rival.case_no) in self.held)

    def is_past(self, work: Work) -> bool:
        """Whether the work's message was processed, or its receipt matched, before: here or by another process."""
        stored = self.stored.get(work.key)
        if isinstance(work.event, ReceiptMatched) and (work.agency, work.event.receipt) in self.matched:
            return True
        return bool(work.incoming and stored and stored.lane.received >= work.incoming.envelope.seq)

    def has_moved(self, work: Work) -> bool:
        """Whether the file, locked now, is another than the one somebody looked at."""
        stored = self.stored.get(work.key)
        return work.seen is not None and (stored is None or stored.file.version != work.seen)

    def is_taken(self, work: Work) -> bool:
        """Whether this file or this person stands in the wave already or is busy; marks both as taken otherwise.

        What comes after busy work of the same file or person waits too, so that their order stays. Files of the
        other side wait as well: no transaction writes files of both (promise 4).
        """
        keys: set[tuple[str, ...]] = {work.key}
        if self.person_key(work)[1]:
            keys.add(("person", *self.person_key(work)))
        before = bool(keys & self.taken)
        self.taken |= keys
        if before or self.is_busy(work):
            return True
        side = self._side(work)
        self.side = self.side or side
        return side is not None and side is not self.side

    def _side(self, work: Work) -> Side | None:
        """Which side the work writes; None for a case that is not known here and is not opened by it."""
        stored = self.stored.get(work.key)
        if stored is not None:
            return stored.file.side
        opening = _opening(work)
        return opening and (Side.ORIGIN if work.agency == opening[0] else Side.DESTINATION)

    def file_of(self, work: Work) -> File | None:
        stored = self.stored.get(work.key)
        if stored is None:
            return None
        known = self.known.get((work.agency, stored.file.person))
        if known is not None and stored.file.record.state in {RecordState.PROPOSED, RecordState.WINDOW}:
            # Documents stand in the identity table only; a proposal that begins names them to the other side.
            return changed(stored.file, documents=known.documents)
        return stored.file

    def event_of(self, work: Work) -> Event:
        """The work's event; a message brings along the receipts of ours that are stored by now."""
        if isinstance(work.event, Received) and (numbers := self.receipted.get(work.key)):
            return changed(work.event, receipted=numbers)
        return work.event

    def _receipted(self, wave: Sequence[Work]) -> dict[Key, tuple[int, ...]]:
        """Our messages that still carry tracks across, as far as a stored receipt says that the other side took them."""
        handed: dict[Key, tuple[Key, int]] = {}
        for work in wave:
            stored = self.stored.get(work.key)
            if stored is None or not isinstance(work.event, Received):
                continue
            for number in _handing_over(stored.file):
                ident = message_id(work.case_no, work.agency, number)
                handed[work.agency, ident] = work.key, number
        query = (
            "SELECT b.agency, b.message_id FROM bundle_message b JOIN {keys} ON (b.agency, b.message_id) = (k.agency, k.id) "
            f"WHERE b.sender = b.agency AND b.outcome IN ({TAKEN_WORDS})"
        )
        found: dict[Key, tuple[int, ...]] = {}
        for row in bulk.select_keys(self.cursor, query, list(handed), ("agency", "id")):
            key, number = handed[row["agency"], row["message_id"]]
            found[key] = (*found.get(key, ()), number)
        return found

    def person_key(self, work: Work) -> Key:
        stored = self.stored.get(work.key)
        if stored is not None:
            return work.agency, stored.file.person
        for document in _documents(work):
            person = self.found.get((work.agency, document.kind, document.number))
            if person is not None:
                return work.agency, person
        return work.agency, ""

    def facts(self, work: Work) -> Facts:
        key = self.person_key(work)
        known = self.known.get(key)
        facts = None if known is None else known.facts
        if (
            known is not None
            and facts is not None
            and (name := _name(work))
            and comparable(name) != known.name_key
        ):
            facts = changed(facts, basic_data_agree=False)
        looks = self._looks_at_person(work)
        return Facts(
            agency=work.agency,
            today=self.day,
            calendar=self.node.calendar,
            policy=self.node.policy,
            person_ref=key[1],
            person=facts if looks else NOT_LOOKED_UP,
            record=NOT_LOOKED_UP if not looks else None if known is None else known.record,
            rival=self.rivals.get(work.key),
            left_behind=self.left_behind.get(key, ()),
            other_account=self.accounts.get(self._facing(work)),
        )

    def facts_for(self, file: File) -> Facts:
        """For a step that looks at nobody."""
        return Facts(
            file.agency,
            self.day,
            self.node.calendar,
            self.node.policy,
            file.person,
            NOT_LOOKED_UP,
            NOT_LOOKED_UP,
        )

    def _scheme(self, work: Work) -> str:
        stored = self.stored.get(work.key)
        if stored is not None:
            return stored.file.asked.from_scheme.value
        asked = _opening(work)
        return asked[2] if asked else Scheme.EMPLOYEE.value

    def _rivals(self, cursor: Cursor, wave: Sequence[Work]) -> dict[Key, Rival]:
        """Standing files of the same person and way, for work that opens one, consents to a proposed one or revives one."""
        asked = {work: way for work in wave if (way := self._way(work)) and self.person_key(work)[1]}
        keys = [(*self.person_key(work), opening[2]) for work, opening in asked.items()]
        query = "SELECT f.* FROM file f JOIN {keys} ON (f.agency, f.person, f.from_scheme) = (k.agency, k.person, k.scheme) WHERE f.stands ORDER BY f.case_no"
        rows = bulk.select_keys(cursor, query, keys, ("agency", "person", "scheme"))
        rivals = {}
        for work, (origin, _, scheme) in asked.items():
            at_origin = work.agency == origin
            for row in rows:
                same = (row["agency"], row["person"], row["from_scheme"]) == (*self.person_key(work), scheme)
                if (
                    same
                    and row["side"] == (Side.ORIGIN if at_origin else Side.DESTINATION)
                    and (at_origin or row["other"] == origin)
                    and row["case_no"] != work.case_no
                ):
                    rivals[work.key] = Rival(
                        row["case_no"],
                        row["opener"],
                        row["record_state"] == RecordState.CHECKING,
                        row["other"],
                    )
        return rivals

    def _way(self, work: Work) -> tuple[str, str, str] | None:
        """Origin, destination and scheme of work before which another case may stand."""
        stored = self.stored.get(work.key)
        if stored is None:
            return _opening(work)
        asked, state = stored.file.asked, stored.file.record.state
        proposed = state is RecordState.PROPOSED and isinstance(work.event, Consented)
        message = work.event.payload if isinstance(work.event, Received) else None
        crossed = state is RecordState.DIED and isinstance(message, Form)
        return (asked.origin, asked.destination, asked.from_scheme.value) if proposed or crossed else None


TAKEN = frozenset({RECORDED, Arrival.ALREADY_RECORDED})
"""Receipts by which the receiver holds what the message handed over; after any other the sender still does."""
TAKEN_WORDS = ", ".join(f"'{word}'" for word in sorted(TAKEN))


def _handing_over(file: File) -> set[int]:
    """Numbers of our messages that carry a track of the file across."""
    numbers = (file.record.handing_over, *(track.handing_over for track in file.money))
    return {number for number in numbers if number is not None}


def _opening(work: Work) -> tuple[str, str, str] | None:
    """Origin, destination and scheme where the work opens a file."""
    match work.event:
        case Applied(asked=asked) | Proposed(asked=asked):
            return asked.origin, asked.destination, asked.from_scheme.value
        case Received(payload=Application() as message):
            return message.origin, message.destination, message.from_scheme
        case _:
            return None


def _documents(work: Work) -> tuple[Document, ...]:
    match work.event:
        case Applied() | Proposed():
            return work.event.documents
        case Received(payload=Application() as message):
            return message.documents
        case _:
            return ()


def _name(work: Work) -> str:
    match work.event:
        case Applied() | Proposed():
            return work.event.name
        case Received(payload=Application() as message):
            return message.name
        case _:
            return ""


def _wanted(wave: Sequence[Work]) -> Iterator[tuple[str, str, str]]:
    for work in wave:
        for document in _documents(work):
            yield work.agency, document.kind, document.number


def _matched(cursor: Cursor, wave: Sequence[Work]) -> set[Key]:
    """Receipts of this work that wait no more: matched, split or sent back. Looked at once the files are locked."""
    keys = [(work.agency, work.event.receipt) for work in wave if isinstance(work.event, ReceiptMatched)]
    query = (
        "SELECT r.agency, r.receipt FROM bank_receipt r JOIN {keys} ON (r.agency, r.receipt) = (k.agency, k.receipt) "
        "WHERE NOT EXISTS (SELECT 1 FROM receipt_waiting w WHERE (w.agency, w.receipt) = (r.agency, r.receipt))"
    )
    rows = bulk.select_keys(cursor, query, keys, ("agency", "receipt"))
    return {(row["agency"], row["receipt"]) for row in rows}


def _left_behind(cursor: Cursor, keys: Sequence[Key]) -> dict[Key, tuple[str, ...]]:
    """Places where money of a person's earlier transfers to here stayed."""
    query = (
        "SELECT DISTINCT f.agency, f.person, f.other FROM file f JOIN {keys} ON (f.agency, f.person) = (k.agency, k.person) "
        "JOIN money_track m ON (m.agency, m.case_no) = (f.agency, f.case_no) "
        "WHERE f.side = 'destination' AND m.way = 'in' AND m.state IN ('stayed', 'kept', 'mode_unknown') ORDER BY 1, 2, 3"
    )
    found: dict[Key, tuple[str, ...]] = {}
    for row in bulk.select_keys(cursor, query, sorted(set(keys)), ("agency", "person")):
        key = row["agency"], row["person"]
        found[key] = (*found.get(key, ()), row["other"])
    return found
