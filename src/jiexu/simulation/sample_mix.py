"""How sampled people are mixed: every rate is an assumption and stands here, in a thousand (docs/formats.md).

The rates serve testing: what is rare in life is frequent enough here to be met. They describe no real population.
Within each thousand they are exact, because cards are dealt from a deck and not thrown with dice.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from jiexu.gateways.tables import EventKind
from jiexu.rules.inputs import Applicant


class Kind(StrEnum):
    """What kind of life is sampled. The word never leaves the sample: no file carries it."""

    ACROSS = "across provinces, with money"
    GUANGDONG = "inside Guangdong"
    JIANGSU = "inside Jiangsu"
    INSIDE = "inside another province"
    SAME_POOL = "both places in one pooling area"
    EMPTY = "an account with nothing in it"
    NO_ACCOUNT = "insured without an account (单建统筹)"
    TO_RESIDENT = "employee to resident"
    TO_EMPLOYEE = "resident to employee"
    RESIDENT = "resident to resident"
    RETIRED = "already retired at the origin"
    STILL_INSURED = "cover at the origin not stopped"
    NOT_ENROLLED = "not enrolled at the destination"
    OVERLAP = "months paid at both places"
    TWO_ORIGINS = "two earlier places, two applications"
    CHAIN = "A to B, then B to C"
    PROPOSED = "proposed, not asked for (免申即转)"


KINDS: Mapping[Kind, int] = {
    Kind.ACROSS: 400,  # the case the law was made for; most of what a nation moves
    Kind.GUANGDONG: 70,  # money stays (STAY)
    Kind.JIANGSU: 60,  # credited first, cleared later
    Kind.INSIDE: 70,  # mostly provinces whose way is not known here: a person decides
    Kind.SAME_POOL: 20,  # nothing to transfer; counters see it often enough
    Kind.EMPTY: 30,
    Kind.NO_ACCOUNT: 30,
    Kind.TO_RESIDENT: 40,
    Kind.TO_EMPLOYEE: 50,
    Kind.RESIDENT: 40,  # half of them inside the same cover year, which is refused
    Kind.RETIRED: 20,
    Kind.STILL_INSURED: 40,  # the most frequent reason for a second trip
    Kind.NOT_ENROLLED: 30,
    Kind.OVERLAP: 30,
    Kind.TWO_ORIGINS: 20,
    Kind.CHAIN: 20,
    Kind.PROPOSED: 30,
}


class Paper(StrEnum):
    """Which document identifies a person."""

    CITIZEN = "01"
    HONG_KONG = "04"
    MACAO = "05"
    TAIWAN = "06"
    FOREIGN_CARD = "07"
    FOREIGN_PASSPORT = "08"
    RESIDENCE_PERMIT = "17"


PAPERS: Mapping[Paper, int] = {
    Paper.CITIZEN: 966,
    Paper.RESIDENCE_PERMIT: 12,  # Hong Kong, Macao, Taiwan: the form of a citizen number
    Paper.HONG_KONG: 4,
    Paper.MACAO: 3,
    Paper.TAIWAN: 4,
    Paper.FOREIGN_CARD: 8,
    Paper.FOREIGN_PASSPORT: 3,
}


class Naming(StrEnum):
    """How a name is written."""

    PLAIN = "plain"
    RARE = "with a character of four bytes"
    DOTTED = "of several parts, with a middle dot"
    LATIN = "in Latin letters"


NAMINGS: Mapping[Naming, int] = {Naming.PLAIN: 945, Naming.RARE: 20, Naming.DOTTED: 30, Naming.LATIN: 5}

APPLICANTS: Mapping[tuple[Applicant, bool], int] = {
    (Applicant.MEMBER, False): 780,
    (Applicant.EMPLOYER, False): 140,
    (Applicant.AGENT, True): 70,
    (Applicant.AGENT, False): 10,  # no authorisation shown: refused
}


class Day(StrEnum):
    """When an application is received, counted from the first day of the sample."""

    FIRST = "on the first day"
    WEEKS = "within thirty days"
    MAKE_UP = "in the days before a make-up working day, where the calendar has one within 120 days"
    YEAR_END = "in the last eleven days of the year"


DAYS: Mapping[Day, int] = {Day.FIRST: 600, Day.WEEKS: 300, Day.MAKE_UP: 50, Day.YEAR_END: 50}

ON_THE_WAY: Mapping[EventKind | None, int] = {
    None: 640,  # nothing happens that should not
    EventKind.DEATH: 40,
    EventKind.WRONG: 40,
    EventKind.SHORT: 40,
    EventKind.BOUNCED: 50,
    EventKind.REJECTED: 40,
    EventKind.DUPLICATE: 30,
    EventKind.LATE: 50,
    EventKind.UNMATCHED: 20,
    EventKind.WITHDRAW: 25,
    EventKind.DISPUTE: 25,
}
"""To applications that move money."""

UNDECIDED: Mapping[EventKind | None, int] = {
    None: 400,  # still with the agency when the run ends
    EventKind.MODE_KEEP: 300,
    EventKind.MODE_REMIT: 200,
    EventKind.MODE_TO_PERSON: 100,
}
"""To money from employee to resident insurance, for which few places have a known rule."""

ANSWERS: Mapping[tuple[EventKind, ...], int] = {
    (): 300,  # no consent: the proposal lapses
    (EventKind.CONSENT,): 500,
    (EventKind.CONSENT, EventKind.STOP): 150,
    (EventKind.STOP,): 50,
}
"""To proposals."""


class Course(StrEnum):
    """Which of these tables tells what happens to a life."""

    QUIET = "nothing"
    MONEY = "what happens to money on its way"
    UNDECIDED = "how the agency decides"
    PROPOSED = "what the person answers"
    STOPPED = "cover at the middle place ends before the second move"


COURSES: Mapping[Kind, Course] = {
    **dict.fromkeys((Kind.ACROSS, Kind.JIANGSU, Kind.OVERLAP, Kind.TWO_ORIGINS), Course.MONEY),
    Kind.TO_RESIDENT: Course.UNDECIDED,
    Kind.PROPOSED: Course.PROPOSED,
    Kind.CHAIN: Course.STOPPED,
}
"""Kinds that are not listed are quiet."""


@dataclass(frozen=True, slots=True)
class Mix:
    """The rates one sample is dealt at: without arguments all that is listed here.

    ``places_in_doubt``: whether people also move from and to places of which it is unknown whether they pool alone.
    ``first_months_unpaid``: whether some are insured at the new place and their first month is not paid yet.
    """

    kinds: Mapping[Kind, int] = field(default_factory=lambda: KINDS)
    days: Mapping[Day, int] = field(default_factory=lambda: DAYS)
    applicants: Mapping[tuple[Applicant, bool], int] = field(default_factory=lambda: APPLICANTS)
    papers: Mapping[Paper, int] = field(default_factory=lambda: PAPERS)
    namings: Mapping[Naming, int] = field(default_factory=lambda: NAMINGS)
    courses: Mapping[Kind, Course] = field(default_factory=lambda: COURSES)
    on_the_way: Mapping[EventKind | None, int] = field(default_factory=lambda: ON_THE_WAY)
    undecided: Mapping[EventKind | None, int] = field(default_factory=lambda: UNDECIDED)
    answers: Mapping[tuple[EventKind, ...], int] = field(default_factory=lambda: ANSWERS)
    places_in_doubt: bool = True
    first_months_unpaid: bool = True


STRAIGHT_THROUGH = Mix(
    kinds={Kind.ACROSS: 1},
    days={Day.FIRST: 1},
    applicants={who: rate for who, rate in APPLICANTS.items() if who != (Applicant.AGENT, False)},
    places_in_doubt=False,
    first_months_unpaid=False,
)
"""Applications of one day that no person has to look at: across provinces, with money that is remitted."""

Card = TypeVar("Card")


class Deck(Generic[Card]):
    """Deals cards at exact rates: a full deck in a seeded order, then the next one."""

    def __init__(self, rates: Mapping[Card, int], *, seed: str) -> None:
        self._cards = [card for card, count in rates.items() for _ in range(count)]
        self._random = random.Random(seed)  # noqa: S311  # reproducible invented people, nothing secret
        self._left: list[Card] = []

    def deal(self) -> Card:
        """The next card."""
        if not self._left:
            self._left = self._cards[:]
            self._random.shuffle(self._left)
        return self._left.pop()
