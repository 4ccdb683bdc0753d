"""A case that waits for the origin's form, beside the stories of the demonstration, of which none does."""

from __future__ import annotations

from datetime import date

from jiexu.exchange.payloads import Document
from jiexu.records.monthset import MonthSet
from jiexu.rules.inputs import Asked, Enrolment, Scheme, Sex, Status
from jiexu.usecases import delivery
from jiexu.usecases.applications import ApplicationIn, take
from jiexu.usecases.node import Node
from jiexu.usecases.people import PersonAtAgency, load_people
from jiexu.values.citizen import make_synthetic
from jiexu.values.month import Month


def one_that_waits(node: Node, person: int = 90_077) -> str:
    """Accepted on 24 November, no form issued: the origin's legal date is 8 December. ``person``: counts people."""
    number, day = make_synthetic(date(1991, 4, 5), person), date(2026, 11, 24)
    papers = (("01", number, None, None),)
    left = Enrolment(Scheme.EMPLOYEE, Status.STOPPED, date(2019, 7, 1), date(2026, 9, 30))
    joined = Enrolment(Scheme.EMPLOYEE, Status.INSURED, date(2026, 11, 1))
    paid = MonthSet.between(Month.of(2019, 7), Month.of(2026, 9))
    people = [
        PersonAtAgency("530300", "等候", date(1991, 4, 5), Sex.FEMALE, papers, (left,), (("310", "paid", paid),), (("this_year", 320855, True),)),
        PersonAtAgency("510100", "等候", date(1991, 4, 5), Sex.FEMALE, papers, (joined,)),
    ]  # fmt: skip
    load_people(node, people, day=day, actor="test")
    asked = Asked(day, "530300", "510100", Scheme.EMPLOYEE, Scheme.EMPLOYEE)
    [taken] = take(node, [ApplicationIn(2, "等候", Document("01", number), asked)], day=day, actor="test")
    for side in ("destination", "origin", "destination", "origin", "destination"):
        delivery.one_round(node, side, day=day, found=lambda _: None)
    return taken.case_no
