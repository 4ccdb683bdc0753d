"""What a decision changes: the new file and everything that must be stored with it, in one transaction.

``Draft`` gathers the parts of a step while a machine decides; it is an ordinary value inside one call of
``decide`` and nothing of it survives the call but the ``Step``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, cast

from jiexu.cases.file import Due, File, MoneyTrack, RecordTrack
from jiexu.cases.states import RECORD_FINAL, DueKind, MoneyState, RecordState, Way
from jiexu.exchange.payloads import Part, Payload
from jiexu.ledger.accounts import Account, AccountKind
from jiexu.ledger.entries import Hold, HoldResolution, Posting, PostingReason, posting_id
from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line, PersonRecord
from jiexu.rules.calendar import Calendar
from jiexu.rules.clocks import R_027, Clock, promise_due
from jiexu.rules.decision import Decision, Plain
from jiexu.rules.inputs import PersonFacts
from jiexu.rules.policy import Policy
from jiexu.values.changing import changed

BACK_LEGS = 100
"""Numbers above this belong to amounts that go back to a payer, which only one file knows."""


class Outcome(StrEnum):
    """How an event ended. Already done is harmless and differs from done differently (promise 6)."""

    DONE = "done"
    ALREADY_DONE = "already_done"
    NOT_POSSIBLE = "not_possible"


class MoveKind(StrEnum):
    """Months that go out, are taken back with a withdrawn form, come in, come home, or count already."""

    OUT = "out"
    UNDONE = "undone"
    IN = "in"
    CAME_BACK = "came_back"
    ALREADY_COUNTED = "already_counted"


@dataclass(frozen=True, slots=True)
class MonthMove:
    """Months of one line that change who counts them, under one issue of the form, by one rule."""

    kind: MoveKind
    line: Line
    months: MonthSet
    issue: int
    rule: str


@dataclass(frozen=True, slots=True)
class BankOrder:
    """An order for the bank: amount in fen, to an agency, a ``person`` or, with ``back``, the ``payer`` of an excess.

    ``payee_account``: the approved account of the agency, or the one that paid; empty for a person's own.
    """

    leg: int
    attempt: int
    amount_fen: int
    payee: str
    back: bool = False
    batch: str = ""
    payee_account: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice for the person or the supervisor. ``key`` names a text, ``data`` fills it."""

    key: str
    data: Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Rival:
    """Another standing file of the same person, scheme and way at this agency."""

    case_no: str
    opened_here: bool
    checking: bool
    other: str


class NotLookedUpError(RuntimeError):
    """A step looked at a person who was not looked up for it: ``decide.looks_at_person`` must name its event."""


class _NotLookedUp:
    """Stands for the facts of a person that the event does not ask about; looking at any of them is an error."""

    def __getattr__(self, name: str) -> object:
        raise NotLookedUpError(f"{name!r} of a person was asked for, who was not looked up for this event.")


NOT_LOOKED_UP: Final = cast("Any", _NotLookedUp())
"""In the place of ``Facts.person`` and ``Facts.record`` for events that look at neither: most of them."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a step may look at: the day, the law, and this agency's own knowledge of the person.

    ``person_ref`` is empty and ``person`` None where the agency found nobody under the documents given; both
    ``person`` and ``record`` are ``NOT_LOOKED_UP`` for events that look at neither.
    ``other_account``: the approved account of the other agency; empty where the directory lists none, None where the
    other agency is not in the directory here, and for events that ask for no account.
    ``left_behind``: places where money of the person's earlier cases stayed, as far as known here.
    """

    agency: str
    today: date
    calendar: Calendar
    policy: Policy
    person_ref: str = ""
    person: PersonFacts | None = None
    record: PersonRecord | None = None
    rival: Rival | None = None
    left_behind: tuple[str, ...] = ()
    other_account: str | None = None

    @property
    def payee_known(self) -> bool:
        """Whether the other agency can be paid, as far as the directory is here (R-094)."""
        return self.other_account != ""


@dataclass(frozen=True, slots=True)
class Step:
    """The whole effect of one event on one file. ``supersedes``: a rival case that must yield in the same transaction."""

    file: File | None
    outcome: Outcome = Outcome.DONE
    reason: str = ""
    messages: tuple[tuple[int, Payload], ...] = ()
    holds: tuple[Hold, ...] = ()
    resolutions: tuple[HoldResolution, ...] = ()
    postings: tuple[Posting, ...] = ()
    months: tuple[MonthMove, ...] = ()
    orders: tuple[BankOrder, ...] = ()
    decisions: tuple[Decision, ...] = ()
    told: tuple[Told, ...] = ()
    supersedes: str | None = None


def already_done(file: File, reason: str = "") -> Step:
    """The event changes nothing because its effect stands already."""
    return Step(file=file, outcome=Outcome.ALREADY_DONE, reason=reason)


def not_possible(file: File | None, reason: str) -> Step:
    """The event cannot happen to this file now; ``reason`` is a key of the texts."""
    return Step(file=file, outcome=Outcome.NOT_POSSIBLE, reason=reason)


@dataclass(slots=True)
class Draft:
    """A step in the making."""

    file: File
    facts: Facts
    messages: list[tuple[int, Payload]] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    resolutions: list[HoldResolution] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    months: list[MonthMove] = field(default_factory=list)
    orders: list[BankOrder] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def set(self, **changes: object) -> None:
        """Change fields of the file."""
        self.file = changed(self.file, **changes)

    def send(self, payload: Payload) -> int:
        """Send a message to the other side; the number it goes under."""
        seq = self.file.sent + 1
        self.set(sent=seq)
        self.messages.append((seq, payload))
        return seq

    def promise(self, what: str) -> Due:
        """The date we promise for something that starts today, as our own product setting.

        Where a rule of the law speaks of the promise (R-027: received money is credited after matching), it is decided.
        """
        facts = self.facts
        clock = promise_due(
            what=what, start=facts.today, calendar=facts.calendar, policy=facts.policy, area=facts.agency
        )
        if clock.decision.rule == R_027.id:
            self.decided([clock.decision])
        return due_of(clock)

    def record(
        self,
        state: RecordState,
        due: Due | None = None,
        *,
        carried_by: int | None = None,
        after: Due | None = None,
    ) -> None:
        """Move the record track. ``carried_by``: the message that hands it over; until its receipt the track stays here."""
        if state in RECORD_FINAL and carried_by is not None and due is None:
            due = self.promise("handover")
        self.set(record=RecordTrack(state=state, due=due, handing_over=carried_by, due_after=after))

    def put(self, track: MoneyTrack) -> MoneyTrack:
        """Add a money track, or put it in the place of the one with its number."""
        others = tuple(other for other in self.file.money if other.leg != track.leg)
        self.set(money=tuple(sorted((*others, track), key=lambda one: one.leg)))
        return track

    def here(self, track: MoneyTrack, state: MoneyState, due: Due) -> MoneyTrack:
        """Move an amount to a state in which nothing of it is being handed over."""
        return self.put(changed(track, state=state, due=due, handing_over=None, due_after=None))

    def kept(self, track: MoneyTrack, state: MoneyState, due: Due) -> MoneyTrack:
        """Move an amount to a state; a message that told of the amount before may still lack its receipt."""
        if track.handing_over is None:
            return self.here(track, state, due)
        return self.across(track, state, track.handing_over, after=due)

    def across(self, track: MoneyTrack, state: MoneyState, carried_by: int, *, after: Due) -> MoneyTrack:
        """Move an amount to a state that message ``carried_by`` tells; ``after``: the date once it is receipted."""
        due = self.promise("handover")
        return self.put(changed(track, state=state, due=due, handing_over=carried_by, due_after=after))

    def close(self, track: MoneyTrack, state: MoneyState, *, carried_by: int | None = None) -> MoneyTrack:
        """Bring an amount to its end; where a message tells it, it stays in our hands until the receipt."""
        due = None if carried_by is None else self.promise("handover")
        return self.put(changed(track, state=state, due=due, handing_over=carried_by, due_after=None))

    def next_leg(self, way: Way = Way.OUT) -> int:
        """The next number of an amount; what goes back to a payer is numbered by itself, from 101."""
        floor = BACK_LEGS if way is Way.BACK else 0
        return (
            max(
                (track.leg for track in self.file.money if (track.way is Way.BACK) == (way is Way.BACK)),
                default=floor,
            )
            + 1
        )

    def decided(self, decisions: Iterable[Decision]) -> None:
        self.decisions.extend(decisions)

    def tell(self, key: str, **data: Plain) -> None:
        self.told.append(Told(key, data))

    def personal(self, part: str) -> Account:
        return Account(self.facts.agency, AccountKind.PERSONAL, self.file.person, part)

    def own(self, kind: AccountKind, key: str = "") -> Account:
        return Account(self.facts.agency, kind, key)

    def post(
        self,
        reason: PostingReason,
        debit: Account,
        credit: Account,
        *,
        part: Part,
        track: MoneyTrack,
        rule: str,
        by: str,
        reviewer: str,
        corrects: str | None = None,
    ) -> str:
        """Book one amount of one part; the posting's id."""
        ident = self.id_of(reason, track, part, corrects)
        self.postings.append(
            Posting(
                id=ident,
                debit=debit,
                credit=credit,
                amount_fen=part.amount_fen,
                case_no=self.file.case_no,
                leg=track.leg,
                reason=reason,
                rule=rule,
                handled_by=by,
                reviewed_by=reviewer,
                corrects=corrects,
            )
        )
        return ident

    def id_of(self, reason: PostingReason, track: MoneyTrack, part: Part, corrects: str | None = None) -> str:
        """Derived from what is booked and why, so that the same step always makes the same posting."""
        file = self.file
        return posting_id(
            file.case_no,
            file.side.value,
            reason.value,
            track.leg,
            track.attempt,
            track.way.value,
            part.part,
            *(() if corrects is None else (corrects,)),
        )

    def step(self, supersedes: str | None = None) -> Step:
        return Step(
            file=changed(self.file, version=self.file.version + 1),
            messages=tuple(self.messages),
            holds=tuple(self.holds),
            resolutions=tuple(self.resolutions),
            postings=tuple(self.postings),
            months=tuple(self.months),
            orders=tuple(self.orders),
            decisions=tuple(self.decisions),
            told=tuple(self.told),
            supersedes=supersedes,
        )


def due_of(clock: Clock) -> Due:
    """A clock's date as a track carries it."""
    return Due(on=clock.on, kind=DueKind(clock.kind), calendar=clock.calendar_version)


def hold_id(case_no: str, track: MoneyTrack, issue: int, part: str) -> str:
    """Derived, so that the same hold is recognised when a step is done again."""
    return posting_id("hold", case_no, track.leg, issue, part)
