"""How a month of a province is mixed: every rate is an assumption, with its reason (docs/formats.md).

No rate is a statistic: nobody publishes one. They are set so that a month looks like one to whoever handles transfers,
and so that everything that goes wrong somewhere goes wrong in it too, seldom enough to be met between ordinary work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from jiexu.gateways.tables import EventKind
from jiexu.rules.inputs import Applicant
from jiexu.simulation.sample_mix import COURSES, Kind, Mix, Paper

KINDS: Mapping[Kind, int] = {
    Kind.ACROSS: 790,  # the case the law was made for; inside the province where the direction says so
    Kind.SAME_POOL: 12,  # another county of one pooling area: nothing to transfer
    Kind.EMPTY: 15,  # spent at the pharmacy before leaving
    Kind.NO_ACCOUNT: 25,  # flexible workers often choose cover without an account
    Kind.TO_RESIDENT: 30,
    Kind.TO_EMPLOYEE: 40,
    Kind.RESIDENT: 15,
    Kind.RETIRED: 6,  # comes to the counter all the same
    Kind.STILL_INSURED: 22,  # the most frequent reason for a second trip
    Kind.NOT_ENROLLED: 15,  # asks before the new employer has enrolled them
    Kind.OVERLAP: 10,  # both employers paid the month of the change
    Kind.TWO_ORIGINS: 8,  # never moved the first place's record
    Kind.PROPOSED: 12,  # few places propose yet
}
"""Applications of single people. From A to B and on to C takes longer than a month and is left out."""

RELOCATED: Mapping[Kind, int] = {
    Kind.ACROSS: 905,
    Kind.EMPTY: 15,
    Kind.STILL_INSURED: 40,  # payroll handed in the list of leavers too late
    Kind.NOT_ENROLLED: 20,  # on the list, and never came
    Kind.OVERLAP: 20,
}
"""People whom their employer moves."""

PAPERS: Mapping[Paper, int] = {
    Paper.CITIZEN: 990,
    Paper.RESIDENCE_PERMIT: 4,
    Paper.HONG_KONG: 1,
    Paper.MACAO: 1,
    Paper.TAIWAN: 1,
    Paper.FOREIGN_CARD: 2,
    Paper.FOREIGN_PASSPORT: 1,
}

APPLICANTS: Mapping[tuple[Applicant, bool], int] = {
    (Applicant.MEMBER, False): 880,
    (Applicant.EMPLOYER, False): 70,  # for one person; whole staffs come on top
    (Applicant.AGENT, True): 47,
    (Applicant.AGENT, False): 3,
}

ON_THE_WAY: Mapping[EventKind | None, int] = {
    None: 930,
    EventKind.DEATH: 2,
    EventKind.WRONG: 4,
    EventKind.SHORT: 4,
    EventKind.BOUNCED: 12,  # a wrong account number or a name with a rare character
    EventKind.REJECTED: 5,
    EventKind.DUPLICATE: 2,
    EventKind.LATE: 15,
    EventKind.UNMATCHED: 3,
    EventKind.WITHDRAW: 15,  # a new job found at the old place
    EventKind.DISPUTE: 8,  # the person counts other months than the form
}
"""To applications that move money. ``Season.late`` takes the place of LATE, at the cost of None."""

MONTH = Mix(
    kinds=KINDS,
    applicants=APPLICANTS,
    papers=PAPERS,
    courses={kind: course for kind, course in COURSES.items() if kind in KINDS},
    on_the_way=ON_THE_WAY,
)


class Direction(StrEnum):
    """Where a move goes, seen from the province."""

    OUT = "out of the province"
    IN = "into the province"
    INSIDE = "from one pooling area of it to another"


DIRECTIONS: Mapping[Direction, int] = {
    Direction.OUT: 420,  # provinces people leave for work send more than they take
    Direction.IN: 350,
    Direction.INSIDE: 230,  # to the capital of the province and back
}
"""Of all moves. A single pooling area has none inside: those go out."""

CAPITAL_SHARE = 6
"""How many other pooling areas of its province the capital (codes ending in 0100) weighs as much as."""


@dataclass(frozen=True, slots=True)
class Season:
    """What is particular about one month of the year.

    ``leaving``: how many stop their cover somewhere in it, against 100 in an ordinary month. ``relocating``: of a
    thousand applications, how many employers hand in for people they move. ``residents``: residents who ask, against
    100. ``late``: of a thousand transfers with money, how many are followed by late money.
    """

    leaving: int
    relocating: int
    residents: int = 100
    late: int = 15


SEASONS: Mapping[int, Season] = {
    1: Season(
        130, 60, 180, late=60
    ),  # contracts end with the year; cover of the new year began; yearly interest
    2: Season(60, 40, 140, late=25),  # Spring Festival: nobody moves
    3: Season(150, 160),  # people change work, and employers move, after the Festival
    4: Season(110, 120),
    5: Season(90, 100),
    6: Season(100, 100),
    7: Season(140, 150),  # graduates, and half the year is over
    8: Season(110, 120),
    9: Season(100, 100, 110),  # enrolment of residents for the coming year begins
    10: Season(80, 90, 120),
    11: Season(80, 100, 120),
    12: Season(110, 80, 150, late=20),
}

LEFT_AGO = (30, 22, 15, 10, 8, 6, 5, 4)
"""Months since somebody left when they apply, one to eight: most ask soon, some when they first need a doctor."""

WEEKDAYS = (130, 110, 100, 95, 85)
"""Applications received Monday to Friday; counters are fullest after the weekend."""
MAKE_UP_DAY = 70
"""On a weekend day that is worked: people do not expect counters to be open."""
REST_DAY = 12
"""On a day nobody works: online only."""
AFTER_A_BREAK, BEFORE_A_BREAK = 140, 70
"""Percent, on the first and last working day beside three or more days of rest."""
CLOSING_DAYS, WHILE_CLOSING = 5, 40
"""Working days in January during which accounts are closed for the year, and percent of applications then."""

SIZES: Mapping[tuple[int, int], int] = {(10, 50): 600, (51, 200): 280, (201, 1000): 100, (1001, 5000): 20}
"""How many people one employer moves on one Monday: mostly a workshop, sometimes a factory."""


class Slip(StrEnum):
    """What somebody writes wrong in one row of a file."""

    NONE = "as it should be"
    PLACE = "a place that fits several pooling areas, or none"
    NUMBER = "a digit of the document number"
    ROUNDED = "a document number the spreadsheet turned into 5.0E+16"
    NAME = "a character of the name"
    SCHEME = "a scheme that ended years ago"
    TWICE = "the same row twice"
    DIFFERS = "the same row twice, with other details"
    AGAIN = "the same person again, days later"
    FUTURE = "months after this one"
    STOP = "stopped without a day"
    BIRTH = "another date of birth than the number says"
    AMOUNT = "an amount with three decimals"


APPLICATION_SLIPS: Mapping[Slip, int] = {
    Slip.NONE: 954,
    Slip.PLACE: 12,  # only the province, or a district of a name that many cities have
    Slip.NUMBER: 8,
    Slip.ROUNDED: 3,
    Slip.NAME: 4,
    Slip.SCHEME: 3,
    Slip.TWICE: 6,  # copied between sheets
    Slip.DIFFERS: 2,
    Slip.AGAIN: 8,  # impatience: online, then at the counter
}
PEOPLE_SLIPS: Mapping[Slip, int] = {
    Slip.NONE: 988,
    Slip.FUTURE: 4,  # paid in advance, or a slip of the year
    Slip.STOP: 3,
    Slip.BIRTH: 2,
    Slip.AMOUNT: 3,
}
