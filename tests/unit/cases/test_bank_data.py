"""R-094: the agency to be paid has no account on the directory's list. The months move, the money waits, nobody is at fault."""

from __future__ import annotations

import pytest
from cases_story import BY, CHENGDU, ISSUE, PERSON, QUJING, Story, refused

from jiexu.cases.events import BatchReturned, ModeDecided, OrderedAgain
from jiexu.cases.states import Holder, Next
from jiexu.rules.inputs import Scheme
from jiexu.rules.money import MoneyMode
from jiexu.simulation import population
from jiexu.simulation.quiet import come_to_rest, left_over
from jiexu.simulation.world import HANDLED

XINING, WHOLE = "630100", 320_855


def without_account(story: Story, agency: str = CHENGDU) -> Story:
    for node in story.world.nodes.values():
        node.unpayable = frozenset({agency})
    return story


def completed(story: Story) -> None:
    for node in story.world.nodes.values():
        node.unpayable = frozenset()


def decided(story: Story, agency: str) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (each.outcome, each.refusals)
        for at, step in story.world.kept
        for each in step.decisions
        if at == agency and each.rule == "R-094"
    ]


def test_the_record_moves_and_the_money_waits_with_origin_finance_held_and_dated() -> None:
    story = without_account(Story()).record_in()
    assert story.records == ("in", "in")
    assert decided(story, QUJING) == [("MONEY_WAITS", ())]
    assert (story.money(), story.held()) == (("held_back", "awaited"), WHOLE)
    waiting = story.money_at(story.o)
    assert (waiting.holder, waiting.next_event) == (Holder.FINANCE, Next.ORDER_AGAIN)
    assert story.told("bank_data_missing") == [(QUJING, "bank_data_missing", {"amount_fen": WHOLE})]


def test_nothing_is_ordered_until_the_account_is_known_and_then_it_goes_its_way() -> None:
    story = without_account(Story()).record_in()
    assert refused(story.at_origin(OrderedAgain(1, HANDLED))) == "not_possible: bank_data_missing"
    completed(story)
    come_to_rest(story.world)
    assert story.money() == ("credited", "credited")
    assert left_over(story.world) == []


def test_a_place_that_adds_this_to_its_refusals_does_not_accept() -> None:
    story = without_account(Story(origin=XINING))
    story.apply()
    story.post()
    assert story.o.refusals == story.d.refusals == ("NA-09",)
    assert decided(story, XINING) == [("REFUSED_LOCALLY", ("NA-09",))]


@pytest.mark.parametrize(("origin", "destination"), [("440100", "440300"), ("320100", "320500")])
def test_where_nothing_is_remitted_no_account_is_asked_for(origin: str, destination: str) -> None:
    story = without_account(Story(origin=origin, destination=destination), destination).record_in()
    assert decided(story, origin) == []
    assert story.told("bank_data_missing") == []


def test_what_is_decided_or_comes_late_waits_in_the_same_way() -> None:
    story = without_account(Story(schemes=(Scheme.EMPLOYEE, Scheme.RESIDENT))).record_in()
    story.at_origin(ModeDecided(1, MoneyMode.REMIT, "agreed by telephone", *BY))
    assert (story.money()[0], story.held()) == ("held_back", WHOLE)
    late = Story().record_in()
    come_to_rest(late.world)
    population.money_comes_late(without_account(late).world, QUJING, PERSON, 45)
    assert (late.money(2)[0], late.held()) == ("residual", 45)
    assert refused(late.at_origin(OrderedAgain(2, HANDLED))) == "not_possible: bank_data_missing"


def test_an_account_that_is_lost_after_the_order_stops_the_next_one() -> None:
    story = Story().accepted()
    story.at_origin(ISSUE)
    without_account(story)
    story.at_origin(BatchReturned(1))
    assert refused(story.at_origin(OrderedAgain(1, HANDLED))) == "not_possible: bank_data_missing"
