"""What a decision of a case was made on: the months of each kind, the amounts compared, the place that was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from cases_story import BY, CHENGDU, GUANGZHOU, ISSUE, PERSON, QUJING, SHENZHEN, TAKE_IN, Story, said

from jiexu.cases.decide import decide
from jiexu.cases.events import BatchReviewed, BatchSent, FormDisputed, ModeDecided, Received
from jiexu.cases.file import File
from jiexu.exchange.payloads import Form
from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line, MonthKind, PersonRecord, Tally
from jiexu.rules.inputs import Scheme
from jiexu.rules.money import MoneyMode
from jiexu.simulation import population
from jiexu.simulation.bank import account_of
from jiexu.simulation.quiet import come_to_rest
from jiexu.simulation.world import HANDLED, REVIEWED
from jiexu.values.month import Month

CHONGQING = "500000"
"""Whole years as a resident are converted there into years as an employee."""
TWO_YEARS = MonthSet.between(Month.of(2010, 1), Month.of(2011, 12))
ONE_YEAR = MonthSet.between(Month.of(2012, 1), Month.of(2012, 12))


def decided(story: Story, agency: str, *rules: str) -> list[tuple[str, dict[str, Any]]]:
    """Rule and inputs of what an agency decided by these rules, in order."""
    return [
        (each.rule, dict(each.inputs))
        for at, step in story.world.kept
        for each in step.decisions
        if at == agency and each.rule in rules
    ]


def with_lines(story: Story, lines: dict[Line, MonthSet]) -> Story:
    """More months in the record of the origin."""
    row = story.world.nodes[QUJING].find(population.number_of(PERSON))
    assert row is not None
    more = {line: Tally(months) for line, months in lines.items()}
    record = PersonRecord(QUJING, {**row.record.lines, **more})
    population.keep(story.world, replace(row, record=record))
    return story


# Months.


def test_deemed_and_paid_months_are_decided_on_with_their_numbers() -> None:
    deemed = Line(Scheme.EMPLOYEE.value, QUJING, MonthKind.DEEMED)
    story = with_lines(Story(), {deemed: TWO_YEARS}).record_in()
    assert decided(story, QUJING, "R-076", "R-078") == [
        ("R-076", {"months": 87, "scheme": Scheme.EMPLOYEE.value}),
        ("R-078", {"months": 24}),
    ]
    assert decided(story, CHENGDU, "R-076", "R-078") == [("R-076", {"months": 87}), ("R-078", {"months": 24})]


def test_months_earned_in_two_places_are_counted_together() -> None:
    earlier = Line(Scheme.EMPLOYEE.value, GUANGZHOU, MonthKind.PAID)
    story = with_lines(Story(), {earlier: ONE_YEAR}).record_in()
    assert [inputs["months"] for _, inputs in decided(story, QUJING, "R-076")] == [99]
    assert [inputs["months"] for _, inputs in decided(story, CHENGDU, "R-076")] == [99]


def test_months_of_residents_are_decided_on_with_their_number() -> None:
    story = Story(schemes=(Scheme.RESIDENT, Scheme.RESIDENT), on=date(2027, 1, 12))
    row = story.world.nodes[QUJING].find(population.number_of(PERSON))
    assert row is not None
    last_year = tuple(replace(each, cover_year=2026) for each in row.enrolments)
    population.keep(story.world, replace(row, enrolments=last_year))
    story.record_in()
    told = ("R-080", {"months": 87, "scheme": Scheme.RESIDENT.value})
    assert decided(story, QUJING, "R-080") == decided(story, CHENGDU, "R-080") == [told]


def test_a_residents_months_are_judged_by_the_destinations_rule_of_the_day() -> None:
    story = Story(destination=CHONGQING, schemes=(Scheme.RESIDENT, Scheme.EMPLOYEE)).record_in()
    (decision,) = [
        each
        for at, step in story.world.kept
        for each in step.decisions
        if (at, each.rule) == (CHONGQING, "R-080")
    ]
    assert (decision.outcome, dict(decision.inputs)) == ("CONVERTED_LOCALLY", {"months": 87})
    assert decision.facts


def test_months_that_counted_already_name_the_form_they_stood_on() -> None:
    story = Story().form_sent()
    here = story.world.nodes[CHENGDU].find(population.number_of(PERSON))
    assert here is not None
    twice = MonthSet.between(Month.of(2026, 8), Month.of(2026, 10))
    population.keep(story.world, here.earning(scheme=Scheme.EMPLOYEE, months=twice))
    step = story.at_destination(TAKE_IN)
    assert {(each.kind.value, each.issue) for each in step.months} == {("in", 1), ("already_counted", 1)}


def test_months_that_come_home_name_the_form_they_stood_on() -> None:
    story = Story().record_in()
    come_to_rest(story.world)
    population.stop(story.world, CHENGDU, PERSON)
    population.join(story.world, QUJING, PERSON)
    asked = population.asked(story.world, CHENGDU, QUJING)
    story.case_no, _ = population.apply(story.world, QUJING, PERSON, asked, "00000009")
    come_to_rest(story.world)
    home = [move for at, step in story.world.kept for move in step.months if move.kind.value == "came_back"]
    assert [(move.months.count, move.issue) for move in home] == [(87, 1)]


# Money.


def test_money_that_agrees_is_decided_on_once_and_money_that_was_asked_about_not_again() -> None:
    story = Story().settled()
    story.arrives(320_855)
    agreed = ("R-048", {"form_fen": 320_855, "received_fen": 320_855})
    assert decided(story, CHENGDU, "R-048") == [agreed]


def test_what_goes_to_the_person_needs_no_account_of_the_other_agency() -> None:
    story = Story(schemes=(Scheme.EMPLOYEE, Scheme.RESIDENT)).record_in()
    story.at_origin(ModeDecided(1, MoneyMode.TO_PERSON, "agreed by telephone", *BY))
    for node in story.world.nodes.values():
        node.unpayable = frozenset({CHENGDU})
    step = story.at_origin(BatchReviewed(1, REVIEWED), BatchSent(1, HANDLED, "B1"))
    assert [(order.payee, order.payee_account) for order in step.orders] == [("person", "")]


def test_an_order_names_the_account_on_the_list_and_none_where_no_list_is_here() -> None:
    story = Story().form_sent()
    story.at_origin(BatchReviewed(1, REVIEWED))
    for account, named in ((account_of(CHENGDU), account_of(CHENGDU)), (None, "")):
        facts = replace(story.facts(story.o), other_account=account)
        [order] = decide(story.o, BatchSent(1, HANDLED, "B1"), facts).orders
        assert (order.payee, order.payee_account) == (CHENGDU, named)


def test_a_corrected_form_that_says_another_way_brings_the_rule_of_that_way() -> None:
    """Inside 广东 money stays; a wrong form announced it, the corrected one says that it stays after all."""
    story = Story(origin=GUANGZHOU, destination=SHENZHEN).accepted()
    [right] = said(story.at_origin(ISSUE))
    assert isinstance(right, Form)

    def heard(file: File, form: Form) -> File:
        step = decide(file, Received(file.case_no, form), story.facts(story.d))
        assert step.file is not None
        return step.file

    announced = heard(story.d, replace(right, mode="REMIT"))
    disputed = decide(announced, FormDisputed("wrong-amount"), story.facts(story.d)).file
    assert disputed is not None
    corrected = heard(disputed, replace(right, issue=2))
    assert [file.money[0].rule for file in (announced, corrected)] == ["R-036", "R-037"]
