"""Asked beforehand, an application gets the answer it would get when it is there: by the same functions, on the same facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cases_story import CHENGDU, GUANGZHOU, NANJING, PERSON, QUJING, SHENZHEN, SUZHOU, Story

from jiexu.cases.beforehand import Beforehand, beforehand
from jiexu.cases.events import Applied
from jiexu.cases.step import Facts, Rival
from jiexu.exchange.payloads import Document
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.decision import Confidence
from jiexu.rules.inputs import Applicant, Asked, Scheme
from jiexu.rules.money import MoneyMode
from jiexu.simulation import population

RESIDENTS = (Scheme.RESIDENT, Scheme.RESIDENT)
TO_RESIDENT = (Scheme.EMPLOYEE, Scheme.RESIDENT)
STORIES = {
    "everything in order": Story,
    "still insured and not joined": lambda: Story(stops=False, joins=False),
    "not joined": lambda: Story(joins=False),
    "inside one pool": lambda: Story(origin=SUZHOU, destination=SUZHOU),
    "inside a province": lambda: Story(origin=GUANGZHOU, destination=SHENZHEN),
    "to resident insurance": lambda: Story(schemes=TO_RESIDENT),
    "between residents": lambda: residents(2026, 2026),
    "between residents, next year joined": lambda: residents(2026, 2027),
    "between residents, the year joined not known": lambda: residents(2026, None),
}
"""What two agencies hold, as it was before anybody applied."""


def residents(left: int, joined: int | None) -> Story:
    story = Story(schemes=RESIDENTS, on=date(2026, 12, 10))
    for agency, year in ((QUJING, left), (CHENGDU, joined)):
        row = story.world.nodes[agency].find(population.number_of(PERSON))
        assert row is not None
        enrolments = tuple(replace(each, cover_year=year) for each in row.enrolments)
        population.keep(story.world, replace(row, enrolments=enrolments))
    return story


def facts(story: Story, agency: str) -> Facts:
    event = Applied("X", story.asked(), "Person 1", (Document("99", population.number_of(PERSON)),))
    return story.world.nodes[agency]._facts(story.world.today, None, "X", event)


def asked_of(story: Story, asked: Asked | None = None, **without: bool) -> Beforehand:
    """What is told beforehand; ``origin=False`` where its facts are not here."""
    here, there = facts(story, story.origin), facts(story, story.destination)
    return beforehand(
        asked or story.asked(),
        origin=here if without.get("origin", True) else None,
        destination=there if without.get("destination", True) else None,
        policy=shipped_policy(),
    )


@pytest.mark.parametrize("name", STORIES)
def test_it_is_told_beforehand_what_the_case_is_told(name: str) -> None:
    story = STORIES[name]()
    found = asked_of(story)
    story.accepted()
    assert found.problems == story.d.refusals == story.o.refusals
    assert bool(found.problems) == (story.records == ("refused", "refused"))
    assert found.not_here == ()


def test_each_problem_is_told_once_and_both_sides_at_once() -> None:
    assert asked_of(Story(stops=False, joins=False)).problems == ("NA-01", "NA-02")


def test_where_nothing_moves_no_other_reason_is_told() -> None:
    assert asked_of(Story(origin=SUZHOU, destination=SUZHOU, stops=False, joins=False)).problems == ("NA-05",)


def test_a_case_that_stands_at_both_places_is_one_problem() -> None:
    story = Story()
    rival = Rival("OTHER", opened_here=True, checking=False, other=NANJING)
    found = beforehand(
        story.asked(),
        origin=replace(facts(story, QUJING), rival=rival),
        destination=replace(facts(story, CHENGDU), rival=rival),
        policy=shipped_policy(),
    )
    assert found.problems == ("NA-11",)
    assert [each.rule for each in found.decisions].count("R-086") == 1


def test_who_applies_is_judged_before_anything_is_sent() -> None:
    story = Story()
    found = asked_of(story, replace(story.asked(), applicant=Applicant.AGENT, authorised=False))
    assert found.problems == ("NA-13",)


def test_what_another_node_holds_is_named_and_not_guessed() -> None:
    story = Story(stops=False, joins=False)
    neither = asked_of(story, origin=False, destination=False)
    assert (neither.not_here, neither.problems, neither.money) == ((QUJING, CHENGDU), (), None)
    assert not neither.needs_account
    no_origin = asked_of(story, origin=False)
    assert (no_origin.not_here, no_origin.problems, no_origin.money) == ((QUJING,), ("NA-02",), None)
    no_destination = asked_of(story, destination=False)
    assert (no_destination.not_here, no_destination.problems) == ((CHENGDU,), ("NA-01",))


def test_a_refusal_that_hangs_on_the_year_joined_is_told_as_not_known() -> None:
    found = asked_of(residents(2026, 2027), destination=False)
    [refused] = [each for each in found.decisions if each.rule == "R-021"]
    assert refused.confidence is Confidence.LOW
    assert refused in found.not_known
    assert ("R-010", "YEAR_UNKNOWN") in [(each.rule, each.outcome) for each in found.not_known]
    sure = asked_of(residents(2026, 2026))
    assert sure.problems == ("NA-04",)
    assert "R-021" not in [each.rule for each in sure.not_known]


def test_the_way_of_the_money_is_told_with_what_is_not_known_of_it() -> None:
    sent = asked_of(Story())
    assert sent.money is not None
    assert (sent.money.mode, sent.money.amount_fen, sent.not_known) == (MoneyMode.REMIT, 320_855, ())
    silent = asked_of(Story(schemes=TO_RESIDENT))
    assert silent.money is not None
    assert silent.money.mode is MoneyMode.UNKNOWN
    assert [(each.rule, each.outcome) for each in silent.not_known] == [("R-038", "UNKNOWN")]


def test_what_stops_nothing_is_told_once() -> None:
    story = Story(wants_cash=True)
    found = asked_of(story)
    assert found.problems == ()
    assert [(each.rule, each.outcome) for each in found.told] == [("R-041", "DENIED")]


def test_an_account_is_asked_for_only_where_the_money_goes_to_the_person() -> None:
    paid_out = asked_of(Story(origin="350500", schemes=TO_RESIDENT))
    assert paid_out.money is not None
    assert paid_out.money.mode is MoneyMode.TO_PERSON
    assert paid_out.needs_account
    assert not asked_of(Story()).needs_account
