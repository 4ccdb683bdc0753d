"""People, applications and plans for tests on a real database: two agencies that everybody here knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jiexu.exchange.payloads import Document
from jiexu.records.monthset import MonthSet
from jiexu.rules.inputs import Asked, Enrolment, Scheme, Sex, Status
from jiexu.usecases.applications import ApplicationIn
from jiexu.usecases.people import PersonAtAgency
from jiexu.usecases.running import Plan
from jiexu.values.citizen import make_synthetic
from jiexu.values.month import Month

QUJING, CHENGDU, KUNMING = "530300", "510100", "530100"
MONDAY = date(2026, 11, 23)
LAST_DAY = date(2027, 3, 31)
BIRTH = date(1990, 1, 1)
NAME = "测试甲"
REVIEWER = "复核王"


def number_of(person: int) -> str:
    """The synthetic citizen number of the person counted so."""
    return make_synthetic(BIRTH, person)


def lives(
    person: int, origin: str = QUJING, destination: str = CHENGDU, fen: int = 320_855
) -> list[PersonAtAgency]:
    """Somebody who paid at the origin until September 2026 and is insured at the destination since November."""
    papers = (("01", number_of(person), None, None),)
    paid = MonthSet.between(Month.of(2019, 7), Month.of(2026, 9))
    left = Enrolment(Scheme.EMPLOYEE, Status.STOPPED, date(2019, 7, 1), date(2026, 9, 30))
    joined = Enrolment(Scheme.EMPLOYEE, Status.INSURED, date(2026, 11, 1))
    now = MonthSet.of(Month.of(2026, 11))
    return [
        PersonAtAgency(
            origin, NAME, BIRTH, Sex.MALE, papers, (left,), (("310", "paid", paid),), (("this_year", fen, True),)
        ),
        PersonAtAgency(
            destination, NAME, BIRTH, Sex.MALE, papers, (joined,), (("310", "paid", now),), (("this_year", 5000, True),)
        ),
    ]  # fmt: skip


def asks(
    person: int, origin: str = QUJING, destination: str = CHENGDU, *, on: date = MONDAY
) -> ApplicationIn:
    """That person's application to be followed."""
    asked = Asked(on, origin, destination, Scheme.EMPLOYEE, Scheme.EMPLOYEE)
    return ApplicationIn(person + 2, NAME, Document("01", number_of(person)), asked)


def plan(applications: Sequence[ApplicationIn], key: str = "run") -> Plan:
    """Everything from the first Monday until nothing moves any more."""
    return Plan(key=key, first=MONDAY, last=LAST_DAY, reviewer=REVIEWER, applications=applications)
