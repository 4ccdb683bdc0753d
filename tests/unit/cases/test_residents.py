"""居民→居民: cover is by the year. The destination tells which year was joined there; the origin judges by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cases_story import CHENGDU, ISSUE, PERSON, QUJING, Story, done

from jiexu.cases.decide import decide
from jiexu.cases.events import Received
from jiexu.exchange.payloads import Application, Check
from jiexu.rules.decision import Decision
from jiexu.rules.inputs import Scheme
from jiexu.simulation import population

RESIDENTS = (Scheme.RESIDENT, Scheme.RESIDENT)
DECEMBER = date(2026, 12, 10)


def residents(*, joined: int | None, left: int | None = 2026, on: date = DECEMBER) -> Story:
    """Somebody who left the resident cover of one year at 曲靖 and joined that of another at 成都."""
    story = Story(schemes=RESIDENTS, on=on)
    for agency, year in ((QUJING, left), (CHENGDU, joined)):
        row = story.world.nodes[agency].find(population.number_of(PERSON))
        assert row is not None
        enrolments = tuple(replace(each, cover_year=year) for each in row.enrolments)
        population.keep(story.world, replace(row, enrolments=enrolments))
    return story


def about_the_year(story: Story) -> list[tuple[str, str, str, str]]:
    """Where, rule, outcome and confidence of what was decided on the year of cover."""
    return [
        (at, each.rule, each.outcome, each.confidence.value)
        for at, step in story.world.kept
        for each in step.decisions
        if each.rule == "R-021" or (each.rule == "R-010" and each.outcome != "RR")
    ]


@pytest.mark.parametrize("at", [QUJING, CHENGDU])
def test_who_joined_next_years_cover_in_december_is_accepted_wherever_the_case_was_opened(at: str) -> None:
    story = residents(joined=2027)
    story.apply(at)
    story.post()
    assert story.records == ("accepted", "accepted")
    assert set(about_the_year(story)) == {
        (CHENGDU, "R-010", "START_NOT_KNOWN", "low"),
        (QUJING, "R-021", "NEXT_YEAR_JOINED", "high"),
    }


@pytest.mark.parametrize("at", [QUJING, CHENGDU])
def test_who_joined_this_years_cover_waits_until_the_year_is_over(at: str) -> None:
    story = residents(joined=2026)
    story.apply(at)
    story.post()
    assert story.records == ("refused", "refused")
    assert story.o.refusals == story.d.refusals == ("NA-04",)
    assert (QUJING, "R-021", "CURRENT_YEAR", "high") in about_the_year(story)


def test_in_the_next_year_nothing_stands_in_the_way() -> None:
    story = residents(joined=2027, on=date(2027, 1, 12))
    story.apply()
    story.post()
    assert story.records == ("accepted", "accepted")
    assert about_the_year(story) == [(CHENGDU, "R-010", "JOINED_THIS_YEAR", "high")]


def test_all_reasons_are_told_at_once_the_year_among_them() -> None:
    story = Story(schemes=RESIDENTS, on=DECEMBER, stops=False)
    story.apply(QUJING)
    story.post()
    assert story.o.refusals == ("NA-01", "NA-04")


@pytest.mark.parametrize("at", [QUJING, CHENGDU])
def test_a_year_nobody_wrote_down_at_the_destination_leaves_the_ban_standing_and_unsure(at: str) -> None:
    story = residents(joined=None)
    story.apply(at)
    story.post()
    assert story.o.refusals == ("NA-04",)
    assert (QUJING, "R-021", "CURRENT_YEAR", "low") in about_the_year(story)
    assert (QUJING, "R-010", "YEAR_UNKNOWN", "low") in about_the_year(story)


@pytest.mark.parametrize("joined", [2026, 2027])
def test_a_check_of_the_first_version_means_what_it_meant_when_it_was_sent(joined: int) -> None:
    """It says nothing of the year: the origin judges as before, and says that it is not sure."""
    story = residents(joined=joined)
    assert done(story.apply(QUJING))
    old = Check(positive=True, refusals=())
    step = decide(story.o, Received(story.case_no, old), story.facts(story.o))
    assert step.file is not None
    assert step.file.refusals == ("NA-04",)
    assert words(step.decisions)["R-021"] == ("CURRENT_YEAR", "low")


def test_an_application_of_the_first_version_is_judged_the_same_way() -> None:
    story = residents(joined=2027)
    [application] = [payload for _, payload in story.apply(CHENGDU).messages]
    assert isinstance(application, Application)
    assert application.cover_year == 2027
    old = replace(application, cover_year=None)
    facts = replace(story.world.nodes[QUJING]._facts(DECEMBER, None, "X", Received("X", old)))
    step = decide(None, Received("X", old), facts, sender=CHENGDU)
    assert step.file is not None
    assert step.file.own_check == ("NA-04",)
    assert words(step.decisions)["R-021"] == ("CURRENT_YEAR", "low")


@pytest.mark.parametrize("schemes", [(Scheme.EMPLOYEE, Scheme.RESIDENT), (Scheme.EMPLOYEE, Scheme.EMPLOYEE)])
def test_nobody_elses_year_of_cover_travels(schemes: tuple[Scheme, Scheme]) -> None:
    story = Story(schemes=schemes)
    story.apply(QUJING)
    story.post()
    [answer] = story.sent(Check)
    assert isinstance(answer, Check)
    assert answer.cover_year is None


def words(decisions: tuple[Decision, ...]) -> dict[str, tuple[str, str]]:
    return {each.rule: (each.outcome, each.confidence.value) for each in decisions}


# Cash.


@pytest.mark.parametrize("at", [QUJING, CHENGDU])
def test_a_wish_for_cash_is_answered_by_the_origin_wherever_it_was_spoken(at: str) -> None:
    story = Story(wants_cash=True)
    story.apply(at)
    story.post()
    assert story.o.asked.wants_cash
    assert story.d.asked.wants_cash
    step = story.at_origin(ISSUE)
    assert words(step.decisions)["R-041"] == ("DENIED", "high")


def test_an_application_of_the_first_version_asks_for_no_cash() -> None:
    story = Story(wants_cash=True)
    [application] = [payload for _, payload in story.apply(CHENGDU).messages]
    assert isinstance(application, Application)
    old = replace(application, wants_cash=False)
    facts = story.world.nodes[QUJING]._facts(story.on, None, "X", Received("X", old))
    step = decide(None, Received("X", old), facts, sender=CHENGDU)
    assert step.file is not None
    assert not step.file.asked.wants_cash
