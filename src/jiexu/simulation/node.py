"""One agency in memory: what the store keeps, and one transaction a step, all or nothing.

``prepare`` decides on what stands here now and changes nothing; ``commit`` writes the whole or raises. A node that
dies between the two has done nothing, and preparing again must give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from jiexu.cases.decide import decide, looks_at_person
from jiexu.cases.events import Applied, Event, Proposed, Received, Superseded
from jiexu.cases.file import File
from jiexu.cases.states import RecordState, Side
from jiexu.cases.step import NOT_LOOKED_UP, Facts, MonthMove, Outcome, Rival, Step
from jiexu.exchange.envelope import Envelope, Lane, compose, derive_salt
from jiexu.exchange.lanes import Arrival, advance, judge, look_up
from jiexu.exchange.payloads import TYPE_OF, Application, Payload
from jiexu.ledger.books import Books
from jiexu.ledger.books import Outcome as Booked
from jiexu.rules.calendar import Calendar
from jiexu.rules.inputs import Asked, Scheme
from jiexu.rules.policy import Policy
from jiexu.simulation.bank import account_of
from jiexu.simulation.people import Insured, with_moves

Place = tuple[str, int]
"""Case number and number of a message in its sender's lane."""


class RefusedByBooksError(AssertionError):
    """The books did not write what a step asks for; nothing of the step was written."""


class Packet(NamedTuple):
    """A message on the wire."""

    envelope: Envelope
    payload: bytes
    salt: bytes


class Receipt(NamedTuple):
    """The receiver stored the message on a day."""

    case_no: str
    seq: int
    sender: str
    receiver: str
    on: date


@dataclass(frozen=True, slots=True)
class BankReceipt:
    """A line of the bank's statement. ``case_no`` and ``leg``: its reference, as far as the bank passed it on.

    ``payer_account``: the account that paid, as the bank gives it.
    """

    number: str
    amount_fen: int
    case_no: str | None
    leg: int | None
    payer_account: str


class Commit(NamedTuple):
    """Everything one transaction writes."""

    base: int
    steps: tuple[Step, ...]
    packets: tuple[Packet, ...]
    lanes: tuple[Lane, ...]
    recorded: tuple[Envelope, ...]


@dataclass(slots=True)
class Node:
    """An agency. ``version`` counts its transactions; ``recorded``: what it sent and processed, by id."""

    agency: str
    calendar: Calendar
    policy: Policy
    books: Books
    version: int = 0
    online: bool = True
    unpayable: frozenset[str] = frozenset()
    people: dict[str, Insured] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    outbox: dict[Place, Packet] = field(default_factory=dict)
    recorded: dict[str, Envelope] = field(default_factory=dict)
    receipts: list[BankReceipt] = field(default_factory=list)

    @property
    def secret(self) -> bytes:
        return self.agency.encode()

    # -- what stands here ---------------------------------------------------------------------------------

    def find(self, number: str) -> Insured | None:
        """The row of the person with this document number."""
        return next((row for row in self.people.values() if row.document.number == number), None)

    def lane(self, case_no: str, other: str) -> Lane:
        return self.lanes.get(case_no) or Lane(case_no, self.agency, other)

    def judge(self, packet: Packet) -> Arrival:
        """What an arriving message is to this agency."""
        envelope = packet.envelope
        lane = self.lane(envelope.case_no, envelope.sender)
        kept = look_up(lane, envelope, self.recorded.get)
        arrival, _ = judge(lane, envelope, packet.payload, packet.salt, kept)
        return arrival

    # -- one transaction ----------------------------------------------------------------------------------

    def prepare(
        self, *, today: date, case_no: str, event: Event, sender: str = "", packet: Packet | None = None
    ) -> Commit:
        """Decide one event. ``packet``: the message that brought it."""
        file = self.files.get(case_no)
        step = decide(file, event, self._facts(today, file, case_no, event), sender=sender)
        steps = [step]
        if step.supersedes is not None:
            rival = self.files[step.supersedes]
            yielding = Superseded(case_no)
            steps.insert(0, decide(rival, yielding, self._facts(today, rival, rival.case_no, yielding)))
        lanes: dict[str, Lane] = {}
        if packet is not None:
            lanes[case_no] = advance(self.lane(case_no, sender), packet.envelope)
        packets: list[Packet] = []
        for each in steps:
            self._compose(each, today, lanes, packets)
        recorded = tuple(each.envelope for each in (*packets, *([packet] if packet else [])))
        return Commit(self.version, tuple(steps), tuple(packets), tuple(lanes.values()), recorded)

    def commit(self, commit: Commit) -> None:
        """Write the whole commit. Raises RefusedByBooksError, having written nothing."""
        books, people, files = self.books, dict(self.people), dict(self.files)
        for step in commit.steps:
            if step.outcome is not Outcome.DONE or step.file is None:
                continue
            books, booked = books.record(
                resolutions=step.resolutions, postings=step.postings, holds=step.holds
            )
            if set(booked) - {Booked.CREATED}:
                raise RefusedByBooksError(f"{self.agency}, case {step.file.case_no}: {sorted(set(booked))}")
            _move_months(people, step.file.person, step.months)
            known = self.files.get(step.file.case_no)
            if step.file.version != (known.version + 1 if known else 1):
                raise AssertionError(f"{step.file.case_no}: version {step.file.version} does not follow.")
            files[step.file.case_no] = step.file
        self.books, self.people, self.files = books, people, files
        self.lanes.update({lane.case_no: lane for lane in commit.lanes})
        self.outbox.update({(each.envelope.case_no, each.envelope.seq): each for each in commit.packets})
        self.recorded.update({envelope.id: envelope for envelope in commit.recorded})
        self.version += 1

    # -- inside -------------------------------------------------------------------------------------------

    def _compose(self, step: Step, today: date, lanes: dict[str, Lane], packets: list[Packet]) -> None:
        if step.file is None:
            return
        case_no = step.file.case_no
        instant = datetime(today.year, today.month, today.day) + timedelta(seconds=self.version)  # noqa: DTZ001  written as UTC below
        for seq, payload in step.messages:
            lane = lanes.get(case_no) or self.lane(case_no, step.file.other)
            envelope, data, after = compose(
                lane=lane,
                type=TYPE_OF[type(payload)],
                payload=payload,
                time=f"{instant.isoformat()}Z",
                secret=self.secret,
            )
            if envelope.seq != seq:
                raise AssertionError(f"{case_no}: the file sends number {seq}, the lane {envelope.seq}.")
            packets.append(Packet(envelope, data, derive_salt(self.secret, envelope.id)))
            lanes[case_no] = after

    def _facts(self, today: date, file: File | None, case_no: str, event: Event) -> Facts:
        asked, numbers = _asked(file, event)
        row = next((row for row in map(self.find, numbers) if row is not None), None)
        scheme = Scheme.EMPLOYEE
        if asked is not None:
            scheme = asked.from_scheme if self.agency == asked.origin else asked.to_scheme
        looks = looks_at_person(file, event)
        return Facts(
            agency=self.agency,
            today=today,
            calendar=self.calendar,
            policy=self.policy,
            person_ref=row.ref if row else "",
            person=NOT_LOOKED_UP
            if not looks
            else row.facts(books=self.books, scheme=scheme)
            if row
            else None,
            record=NOT_LOOKED_UP if not looks else row.record if row else None,
            rival=self._rival(row, asked, case_no) if row and asked else None,
            other_account=None if asked is None else self._account_of(asked),
        )

    def _account_of(self, asked: Asked) -> str:
        """The account of the other side, as the directory of this world lists it."""
        other = asked.destination if self.agency == asked.origin else asked.origin
        return "" if other in self.unpayable else account_of(other)

    def _rival(self, row: Insured, asked: Asked, case_no: str) -> Rival | None:
        """At the origin one case per person, scheme and origin; at the destination one per origin."""
        at_origin = self.agency == asked.origin
        for file in self.files.values():
            same = file.person == row.ref and file.case_no != case_no and file.stands
            way = file.asked.origin == asked.origin and file.asked.from_scheme is asked.from_scheme
            if same and way and (file.side is Side.ORIGIN) == at_origin:
                checking = file.record.state is RecordState.CHECKING
                return Rival(file.case_no, file.opener, checking, file.other)
        return None


def _move_months(people: dict[str, Insured], ref: str, moves: tuple[MonthMove, ...]) -> None:
    if moves:
        row = people[ref]
        changed = with_moves(row.record, moves)
        people[ref] = Insured(
            row.agency,
            row.ref,
            row.name,
            row.document,
            row.birth,
            changed,
            row.enrolments,
            row.sex,
            row.died_on,
        )


def _asked(file: File | None, event: Event) -> tuple[Asked | None, tuple[str, ...]]:
    if file is not None:
        return file.asked, tuple(each.number for each in file.documents)
    match event:
        case Applied(asked=asked, documents=documents) | Proposed(asked=asked, documents=documents):
            return asked, tuple(each.number for each in documents)
        case Received(payload=Application() as message):
            return asked_of(message), tuple(each.number for each in message.documents)
        case _:
            return None, ()


def asked_of(message: Payload) -> Asked:
    """What an application of the other side asks, for finding a rival before the machine looks at it."""
    if not isinstance(message, Application):
        raise TypeError(f"{message} opens no case.")
    return Asked(
        received_on=message.received_on,
        origin=message.origin,
        destination=message.destination,
        from_scheme=Scheme(message.from_scheme),
        to_scheme=Scheme(message.to_scheme),
    )
