"""What pages are given about a case: names of places, who holds which track, until when, and where the money is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

RECORD = 0
"""The number of the record's line; amounts are numbered from 1, amounts going back to a payer from 101."""


@dataclass(frozen=True, slots=True)
class Place:
    """A pooling area as people call it. ``name_en``: for English pages."""

    code: str
    name: str
    short: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Held:
    """Who must act next. ``role``: a word of ``cases.states.Holder``, never ``other_agency``. ``side``: of the agency.

    ``place`` is the agency's, also where the person or the bank is waited for: that agency answers for the track.
    """

    role: str
    side: str
    place: Place


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day of the next event. ``left``: working days from today to it, 0 on the day, negative once it has passed.

    ``kind``: ``legal``, ``promise`` or ``provisional``.
    """

    on: date
    kind: str
    left: int

    @property
    def is_late(self) -> bool:
        return self.left < 0


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that moves on its own: the record (``leg`` 0) or one amount, as both files together know it.

    ``held`` and ``due`` are None exactly when the line is closed. ``handing_over``: a message that carries it across
    still lacks its receipt.
    """

    leg: int
    state: str
    way: str = ""
    mode: str = ""
    amount_fen: int = 0
    held: Held | None = None
    due: Deadline | None = None
    next_event: str = ""
    handing_over: bool = False

    @property
    def is_open(self) -> bool:
        return self.due is not None

    @property
    def is_record(self) -> bool:
        return self.leg == RECORD

    @property
    def state_key(self) -> str:
        """The text key of its sentence, without the topic: ``record.accepted``, ``money.due``."""
        return f"{'record' if self.is_record else 'money'}.{self.state}"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list. ``lines``: the record first, then the amounts by number."""

    case_no: str
    name: str
    origin: Place
    destination: Place
    from_scheme: str
    to_scheme: str
    opened_on: date
    lines: tuple[Line, ...]

    @property
    def record(self) -> Line:
        return self.lines[0]

    @property
    def money(self) -> tuple[Line, ...]:
        return self.lines[1:]

    @property
    def is_open(self) -> bool:
        return any(line.is_open for line in self.lines)

    @property
    def pressing(self) -> Line:
        """The line to look at first: the one due first, the record where all are closed."""
        waiting = [(line.due.on, line.leg, line) for line in self.lines if line.due is not None]
        return min(waiting, key=lambda one: one[:2])[2] if waiting else self.record

    @property
    def is_late(self) -> bool:
        due = self.pressing.due
        return due is not None and due.is_late


@dataclass(frozen=True, slots=True)
class MoneyWay:
    """Where one amount is, in fen: ``left + on_the_way + arrived = whole``, taken from the postings of both ledgers.

    ``left``: still at the origin, in the account, held, returned or set aside there. ``arrived``: in an account at
    the destination, or paid to the person or the heirs.
    """

    line: Line
    whole: int
    left: int
    arrived: int

    @property
    def on_the_way(self) -> int:
        return self.whole - self.left - self.arrived
