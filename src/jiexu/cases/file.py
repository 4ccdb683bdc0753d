"""One agency's side of a case, as immutable data.

A file is open while one of its tracks is; a case while one of its files is. Who holds a track is never stored by
hand: it follows from the state, and from whether a message that hands it over still lacks its receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiexu.cases.states import (
    MONEY_FINAL,
    MONEY_HOLDERS,
    RECORD_FINAL,
    RECORD_HOLDERS,
    TWO_PEOPLE,
    DueKind,
    Holder,
    MoneyState,
    Next,
    RecordState,
    Side,
    Way,
)
from jiexu.exchange.payloads import Document, Form, Part
from jiexu.rules.decision import Confidence
from jiexu.rules.inputs import Asked
from jiexu.rules.money import MoneyMode
from jiexu.values.names import same_person


@dataclass(frozen=True, slots=True)
class Due:
    """A date by which the next event is expected, and how firm it is. ``calendar``: version it was counted with."""

    on: date
    kind: DueKind
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Holder, next event and date of an open track (design §2, promise 2)."""

    holder: Holder
    next_event: Next
    due: Due


class TrackError(ValueError):
    """An open track without a date, a closed one with a date (promise 2), or money in one person's hands alone.

    A machine that makes one is wrong.
    """


def expect_date(is_final: bool, handing_over: int | None, due: Due | None) -> None:
    """Raise TrackError unless the track has a date exactly while it is open."""
    is_open = not is_final or handing_over is not None
    if is_open != (due is not None):
        wanted = "needs a date for its next event" if is_open else "is closed and can have no date"
        raise TrackError(f"This track {wanted}; mend the transition that made it.")


def expect_two_people(is_needed: bool, handled_by: str, reviewed_by: str) -> None:
    """Raise TrackError where one person did both, or nobody reviewed what must have been reviewed (design §5)."""
    if (reviewed_by or is_needed) and (not handled_by or not reviewed_by):
        raise TrackError("This amount moved without two people; name who handled and who reviewed it.")
    if reviewed_by and same_person(handled_by, reviewed_by):
        raise TrackError(f"{handled_by} handled and reviewed this amount; let another person review.")


@dataclass(frozen=True, slots=True)
class RecordTrack:
    """The record's way through this file.

    ``due``: date of the next event. ``handing_over``: number of the message that carries the track across, while
    its receipt is not stored. ``due_after``: the date that applies once it is; None for a final state.
    """

    state: RecordState
    due: Due | None
    handing_over: int | None = None
    due_after: Due | None = None

    def __post_init__(self) -> None:
        expect_date(self.state in RECORD_FINAL, self.handing_over, self.due)

    @property
    def is_open(self) -> bool:
        return self.due is not None


@dataclass(frozen=True, slots=True)
class Payer:
    """An account outside this agency, and how much of an amount came from it, or goes back to it, in fen."""

    account: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class MoneyTrack:
    """One amount's way through this file, in fen by part of the account.

    ``rule``: the rule that chose ``mode``; it stands on the postings of the amount.
    ``leg``: 1 for the amount on the information form, counted up for what moves on its own later. ``attempt``:
    how often the amount was given to the bank. ``held_by_issue``: the form issue under whose number the amount is
    held, None when nothing is held. ``received_fen``: what the bank brought so far (destination), or what the
    destination says it received (origin, once it asked).
    ``payers``: who paid what the bank brought, receipt by receipt; of an amount that goes back, who gets it.
    ``early``: what the destination reported before our own bank answered (``credited`` or ``queried``); of an amount
    for the heirs ``came_back``, where it was taken from the account for returned money.
    ``handled_by``: who had it in hand last. ``reviewed_by``: who reviewed what was handled, empty until then.
    """

    leg: int
    way: Way
    state: MoneyState
    mode: MoneyMode
    rule: str
    parts: tuple[Part, ...]
    due: Due | None
    attempt: int = 1
    held_by_issue: int | None = None
    received_fen: int = 0
    early: str = ""
    handled_by: str = ""
    reviewed_by: str = ""
    handing_over: int | None = None
    due_after: Due | None = None
    payers: tuple[Payer, ...] = ()

    @property
    def amount_fen(self) -> int:
        return sum(part.amount_fen for part in self.parts)

    def __post_init__(self) -> None:
        expect_date(self.state in MONEY_FINAL, self.handing_over, self.due)
        expect_two_people((self.way, self.state) in TWO_PEOPLE, self.handled_by, self.reviewed_by)
        outside = {Way.IN: self.received_fen, Way.BACK: self.amount_fen, Way.OUT: 0}[self.way]
        if sum(payer.amount_fen for payer in self.payers) != outside:
            raise TrackError(
                "This amount does not say which accounts it came from or goes back to; name them."
            )

    @property
    def is_open(self) -> bool:
        return self.due is not None


@dataclass(frozen=True, slots=True)
class File:
    """One side of a case (案卷).

    ``person``: this agency's own reference of the person, empty where it found none. ``own_check`` and
    ``other_check``: refusal codes each side answered, empty when its condition is met, None while unanswered.
    ``doubt``: how sure the opener's own check was, which its acceptance can not be surer than.
    ``withdrawing``: ``case`` or ``form`` while the other side's consent is asked. ``sent``: number of the last
    message sent. ``version``: counts the steps. ``trips``: how often the person had to act.
    """

    case_no: str
    side: Side
    agency: str
    other: str
    opener: bool
    asked: Asked
    person: str
    name: str
    documents: tuple[Document, ...]
    record: RecordTrack
    money: tuple[MoneyTrack, ...] = ()
    opened_on: date = date.min
    accepted_on: date | None = None
    origin_due: Due | None = None
    destination_due: Due | None = None
    own_check: tuple[str, ...] | None = None
    other_check: tuple[str, ...] | None = None
    doubt: Confidence = Confidence.HIGH
    refusals: tuple[str, ...] = ()
    form: Form | None = None
    withdrawing: str | None = None
    died_on: date | None = None
    sent: int = 0
    version: int = 0
    trips: int = 1

    @property
    def is_open(self) -> bool:
        return self.record.is_open or any(track.is_open for track in self.money)

    @property
    def stands(self) -> bool:
        """Whether this file occupies the person's place for scheme and origin, so that no second case may open.

        A file that answered its check negatively never stands; a proposal without consent does not yet, and what
        came to its end stands no more.
        """
        begun = self.record.state not in RECORD_FINAL | {RecordState.PROPOSED}
        return begun and not self.own_check and not self.other_check

    def leg(self, number: int) -> MoneyTrack | None:
        """The money track of that number, if there is one."""
        return next((track for track in self.money if track.leg == number), None)


def record_waiting(file: File) -> Waiting | None:
    """Who holds the record, what comes next and by when; None when the track is closed."""
    track = file.record
    if track.due is None:
        return None
    if track.handing_over is not None:
        return Waiting(Holder.CLERK, Next.RECEIPT, track.due)
    holder, following = RECORD_HOLDERS[file.side, track.state]
    if file.withdrawing is not None:
        return Waiting(Holder.OTHER_AGENCY, Next.WITHDRAW_ANSWER, track.due)
    if track.state is RecordState.CHECKING and not file.opener:
        following = Next.ACCEPTANCE
    return Waiting(holder, following, track.due)


def money_waiting(track: MoneyTrack) -> Waiting | None:
    """Who holds this amount, what comes next and by when; None when the track is closed."""
    if track.due is None:
        return None
    if track.handing_over is not None:
        return Waiting(Holder.FINANCE, Next.RECEIPT, track.due)
    holder, following = MONEY_HOLDERS[track.way, track.state]
    return Waiting(holder, following, track.due)
