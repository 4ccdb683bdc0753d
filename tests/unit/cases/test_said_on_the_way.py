"""What the law says along the way is decided where it happens: promises beside legal days, lateness, money that comes after the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cases_story import CHENGDU, PERSON, QUJING, SHENZHEN, Story

from jiexu.cases.decide import decide
from jiexu.cases.events import Applied, DayBegan, Received
from jiexu.cases.states import DueKind, Holder
from jiexu.exchange.payloads import Document
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.decision import Confidence, Decision
from jiexu.rules.policy import Fact
from jiexu.simulation import population
from jiexu.simulation.node import Packet

NUMBER = (Document("99", population.number_of(PERSON)),)


def promised(parameter: str, area: str, days: int) -> Fact:
    return Fact(
        f"test/{parameter}",
        parameter,
        area,
        days,
        date(2021, 12, 1),
        None,
        date(2026, 11, 21),
        Confidence.MEDIUM,
    )


def by(story: Story, agency: str, rule: str) -> list[Decision]:
    return [
        each for at, step in story.world.kept for each in step.decisions if at == agency and each.rule == rule
    ]


@pytest.mark.parametrize(
    ("parameter", "agency", "on"),
    [
        ("handling.promise_out_days", QUJING, "2026-12-03"),
        ("handling.promise_in_days", CHENGDU, "2026-11-25"),
    ],
)
def test_a_places_own_promise_stands_beside_the_legal_day_and_never_in_its_place(
    parameter: str, agency: str, on: str
) -> None:
    days = 8 if agency == QUJING else 2
    policy = shipped_policy().with_facts([promised(parameter, agency, days)], digest="0")
    story = Story(policy=policy).form_sent()
    [promise] = by(story, agency, "R-026")
    assert (promise.outcome, promise.inputs["on"]) == ("PROMISED", on)
    assert story.o.origin_due is not None
    assert story.d.destination_due is not None
    assert (story.o.origin_due.on, story.d.destination_due.on) == (date(2026, 12, 7), date(2026, 11, 30))
    other = CHENGDU if agency == QUJING else QUJING
    assert by(story, other, "R-026") == []


def test_every_legal_day_says_how_it_was_counted() -> None:
    story = Story().form_sent()
    for agency, rules in ((QUJING, ["R-024"]), (CHENGDU, ["R-024", "R-025"])):
        counted = [(each.inputs["on"], each.inputs["calendar"]) for each in by(story, agency, "R-029")]
        days = [each.inputs["on"] for rule in rules for each in by(story, agency, rule)]
        assert [on for on, _ in counted] == days
        assert {calendar for _, calendar in counted} == {story.world.calendar.version}


def test_what_the_law_gave_a_day_for_is_overdue_the_day_after_once() -> None:
    story = Story().accepted()
    story.world.today = date(2026, 12, 7)
    assert decide(story.d, DayBegan(), story.facts(story.d)).decisions == ()
    story.world.today = date(2026, 12, 8)
    step = story.at_destination(DayBegan())
    [late] = [each for each in step.decisions if each.rule == "R-028"]
    assert (late.outcome, late.inputs["due_on"]) == ("OVERDUE", "2026-12-07")
    story.world.today = date(2027, 1, 29)
    again = story.at_destination(DayBegan())
    assert [each.rule for each in again.decisions] == [], "what is waited for now is our own reminder"


def test_the_record_does_not_wait_for_the_money_and_says_so() -> None:
    story = Story().record_in()
    [first] = by(story, CHENGDU, "R-049")
    assert (first.outcome, first.inputs) == ("NORMAL", {"money_state": "awaited"})


@pytest.mark.parametrize(
    "story",
    [
        lambda: Story(fen={}),
        lambda: Story(origin="440100", destination=SHENZHEN),
        lambda: Story(origin="320100", destination="320500"),
    ],
    ids=["nothing to move", "money that stays", "money credited with the record"],
)
def test_where_no_money_is_to_come_nothing_is_said_of_it(story: object) -> None:
    told = story().record_in()  # type: ignore[operator]  # each makes a story
    assert by(told, told.destination, "R-049") == []


def test_money_that_is_here_is_credited_after_matching_by_our_day_or_the_places_own() -> None:
    story = Story().settled()
    [ours] = by(story, CHENGDU, "R-027")
    assert ours.outcome == "AFTER_MATCHING"
    suzhou = Story(destination="320500").settled()
    [theirs] = by(suzhou, "320500", "R-027")
    assert (theirs.outcome, theirs.inputs["days"]) == ("PROMISED", 5)


def test_a_promise_that_passes_in_a_year_not_announced_is_reminded_of_and_breaks_no_law() -> None:
    story = Story(on=date(2026, 12, 31))
    story.apply()
    story.post_messages(QUJING)
    for receipt in [each for each in story.world.wire if not isinstance(each, Packet)]:
        story.world.deliver(story.world.wire.index(receipt))
    story.world.wire.clear()  # the answer is lost
    waiting = story.record_at(story.d)
    assert waiting.holder is Holder.OTHER_AGENCY
    assert (waiting.due.on.year, waiting.due.kind) == (2027, DueKind.PROMISE)
    story.days((waiting.due.on - story.world.today).days + 1)
    assert story.told("reminded") != []
    assert by(story, CHENGDU, "R-028") == []


def test_an_acceptance_is_no_surer_than_the_openers_own_check() -> None:
    story = Story()
    row = story.world.nodes[CHENGDU].find(population.number_of(PERSON))
    assert row is not None
    unpaid = tuple(replace(each, first_month_paid=False) for each in row.enrolments)
    population.keep(story.world, replace(row, enrolments=unpaid))
    story.accepted()
    [accepted] = by(story, CHENGDU, "R-019")
    assert by(story, CHENGDU, "R-091")[0].confidence is accepted.confidence is Confidence.LOW
    assert story.d.doubt is Confidence.LOW
    [sure] = by(Story().accepted(), CHENGDU, "R-019")
    assert sure.confidence is Confidence.HIGH


@pytest.mark.parametrize("at", [QUJING, CHENGDU])
def test_a_family_sharing_that_ends_is_told_beforehand_by_the_place_that_knows_of_it(at: str) -> None:
    story = Story()
    facts = story.world.nodes[QUJING]._facts(story.on, None, "X", Applied("X", story.asked(), "P", NUMBER))
    assert facts.person is not None
    shared = replace(facts, person=replace(facts.person, sharing_open=True))
    if at == QUJING:
        step = decide(None, Applied("X", story.asked(), "Person 1", NUMBER), shared)
    else:
        [letter] = [payload for _, payload in story.apply(CHENGDU).messages]
        step = decide(None, Received("X", letter), shared, sender=CHENGDU)
    assert "sharing_ends" in {told.key for told in step.told}
    assert ("R-050", "ENDS_WITH_TRANSFER") in {(each.rule, each.outcome) for each in step.decisions}


def test_nothing_is_told_of_a_sharing_that_is_not_there() -> None:
    story = Story().record_in()
    assert story.told("sharing_ends") == []
