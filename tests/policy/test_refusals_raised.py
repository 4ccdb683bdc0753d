"""Every refusal of the closed list is raised by the decision of a case, at each side that can know it, and cites its rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from jiexu.cases.decide import decide
from jiexu.cases.events import Applied, Event, Received
from jiexu.cases.states import Side
from jiexu.cases.step import Facts, Rival, Step
from jiexu.exchange.payloads import Application, Document
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.policyfiles.refusals import shipped_refusals
from jiexu.rules.decision import Confidence
from jiexu.rules.inputs import AccountPart, Applicant, Asked, Enrolment, PersonFacts, Scheme, Sex, Status
from jiexu.rules.policy import Fact

TODAY = date(2026, 11, 23)
QUJING, CHENGDU, NANJING, XINING = "530300", "510100", "320100", "630100"
PAPER = (Document("01", "1"),)
ASKED = Asked(TODAY, QUJING, CHENGDU, Scheme.EMPLOYEE, Scheme.EMPLOYEE)
GONE = Enrolment(Scheme.EMPLOYEE, Status.STOPPED, date(2018, 3, 1), date(2026, 10, 31))
COME = Enrolment(Scheme.EMPLOYEE, Status.INSURED, date(2026, 11, 1))
LEFT_LAST = Enrolment(Scheme.RESIDENT, Status.STOPPED, date(2026, 1, 1), date(2026, 6, 30), cover_year=2026)
JOINED_NEXT = Enrolment(Scheme.RESIDENT, Status.INSURED, date(2027, 1, 1), cover_year=2027)
RESIDENTS = replace(ASKED, from_scheme=Scheme.RESIDENT, to_scheme=Scheme.RESIDENT)
PERSON = PersonFacts(
    birth=date(1990, 5, 17),
    document_kind="01",
    enrolments=(GONE,),
    account=(AccountPart("this_year", 300_000),),
    movable_months=30,
)
OVER_AGE = Fact(
    "test/over-age", "handling.over_age_refused", CHENGDU, value=True, start=date(2021, 12, 1), until=None,
    known_since=TODAY, confidence=Confidence.HIGH,
)  # fmt: skip


@dataclass(frozen=True)
class Met:
    """What a side knows when it is asked, or when it opens the case itself."""

    side: Side
    asked: Asked = ASKED
    person: PersonFacts | None = PERSON
    opens: bool = False
    more: Mapping[str, object] = field(default_factory=dict)

    def step(self) -> Step:
        agency = self.asked.origin if self.side is Side.ORIGIN else self.asked.destination
        other = self.asked.destination if self.side is Side.ORIGIN else self.asked.origin
        policy = shipped_policy().with_facts([OVER_AGE], digest="0")
        facts = Facts(agency, TODAY, working_days(), policy, "P1" if self.person else "", self.person)
        event: Event = Received("X", _letter(self.asked))
        if self.opens:
            event = Applied("X", self.asked, "测试甲", PAPER)
        return decide(None, event, replace(facts, **self.more), sender="" if self.opens else other)  # type: ignore[arg-type]  # names of Facts


def _letter(asked: Asked) -> Application:
    return Application(
        asked.origin, asked.destination, asked.from_scheme.value, asked.to_scheme.value, asked.applicant.value,
        asked.channel.value, asked.received_on, "测试甲", PAPER, asked.employer, authorised=asked.authorised,
        positive=True, refusals=(), cover_year=2026 if asked.between_residents else None,
    )  # fmt: skip


def here(person: PersonFacts = PERSON, **changes: object) -> PersonFacts:
    """The person as the destination knows them."""
    return replace(person, **{"enrolments": (COME,), "account": (), **changes})  # type: ignore[arg-type]  # names of PersonFacts


FROM, TO = Side.ORIGIN, Side.DESTINATION
RETIRED = replace(GONE, status=Status.RETIRED, stopped_on=None)
RIVAL = {"rival": Rival("OTHER", opened_here=False, checking=False, other=NANJING)}
RAISED: dict[str, list[Met]] = {
    "NA-01": [Met(FROM, person=replace(PERSON, enrolments=(replace(GONE, status=Status.INSURED, stopped_on=None),)))],
    "NA-02": [Met(TO, person=None), Met(TO, person=here(enrolments=()))],
    "NA-03": [Met(FROM, person=replace(PERSON, enrolments=(RETIRED,))), Met(TO, person=here(enrolments=(RETIRED,)))],
    "NA-04": [
        Met(FROM, RESIDENTS, replace(PERSON, enrolments=(LEFT_LAST,))),
        Met(TO, replace(RESIDENTS, destination="410700"), here(enrolments=(JOINED_NEXT,))),
    ],
    "NA-05": [Met(FROM, replace(ASKED, origin="460100", destination="460200"), opens=True)],
    "NA-06": [Met(TO, replace(ASKED, destination=NANJING), here(enrolments=(replace(COME, first_month_paid=False),)))],
    "NA-08": [
        Met(FROM, person=replace(PERSON, basic_data_agree=False)),
        Met(TO, person=here(basic_data_agree=False)),
    ],
    "NA-09": [Met(FROM, replace(ASKED, origin=XINING), more={"other_account": ""})],
    "NA-10": [Met(FROM, person=None)],
    "NA-11": [Met(FROM, more=RIVAL), Met(TO, person=here(), more=RIVAL)],
    "NA-12": [Met(FROM, person=replace(PERSON, already_moved_out=True, movable_months=0, account=()))],
    "NA-13": [
        Met(FROM, replace(ASKED, applicant=Applicant.AGENT), opens=True),
        Met(TO, replace(ASKED, applicant=Applicant.EMPLOYER, employer="X"), here()),
    ],
    "NA-14": [Met(FROM, person=replace(PERSON, died_on=TODAY)), Met(TO, person=here(died_on=TODAY))],
    "NA-15": [Met(TO, person=here(birth=date(1955, 1, 1), sex=Sex.MALE))],
}  # fmt: skip
ONLY_A_CLERK = {
    "NA-07": "arrears are no ground in the national text (R-070); the law issue decides where a place adds them",
}
"""Refusals no decision raises yet, and why."""
CASES = [(code, met) for code, listed in RAISED.items() for met in listed]


@pytest.mark.parametrize(
    ("code", "met"), CASES, ids=[f"{code} at the {met.side.value}" for code, met in CASES]
)
def test_a_refusal_of_the_list_is_raised_alone_by_the_facts_it_names(code: str, met: Met) -> None:
    step = met.step()
    assert step.file is not None
    assert step.file.own_check == (code,)


def test_every_refusal_of_the_list_can_be_raised_or_says_why_not() -> None:
    assert sorted([*RAISED, *ONLY_A_CLERK]) == sorted(shipped_refusals())
    assert not set(RAISED) & set(ONLY_A_CLERK)


@pytest.mark.parametrize("code", RAISED)
def test_each_side_that_can_know_a_reason_says_it_and_one_cites_its_rule(code: str) -> None:
    listed = shipped_refusals()[code]
    sides = {"both": {FROM, TO}, "origin": {FROM}, "destination": {TO}, "opener": set()}[listed.says]
    assert {met.side for met in RAISED[code]} >= sides
    citing = {each.rule for met in RAISED[code] for each in met.step().decisions if code in each.refusals}
    assert listed.rule in citing
