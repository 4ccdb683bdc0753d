"""The twelve stories: their rows pass their own readers, and the rules say what each line promises."""

from __future__ import annotations

from datetime import date

import pytest

from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.tables import EventKind, gather
from jiexu.rules import checks, money
from jiexu.rules.inputs import Channel, Status
from jiexu.simulation.stories import Story, stories

BY_KEY = {story.key: story for story in stories()}


def test_there_are_twelve_each_with_its_own_person_and_line_in_both_languages() -> None:
    told = stories()
    assert len(told) == 12
    assert len({story.people[0].documents[0].number for story in told}) == 12
    assert all(story.line("zh") and story.line("en") for story in told)


def test_every_number_is_synthetic() -> None:
    assert all(row.documents[0].number.startswith("00") for story in stories() for row in story.people)


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.key)
def test_every_event_concerns_an_application_or_a_place_of_its_story(story: Story) -> None:
    ways = {(row.origin, row.destination) for row in story.applications}
    places = {row.area for row in story.people}
    for event in story.events:
        assert event.origin in places
        assert event.kind is EventKind.COVER_STOPPED or (event.origin, event.destination) in ways


WHAT_THE_RULES_SAY = """
remitted               530300 510100 -     REMIT              3208.55
stays_then_collected   440100 440300 -     STAY               3000.00
stays_then_collected   440300 510100 -     REMIT              2818.55
stays_then_collected   440100 510100 -     REMIT              3000.00
credited_first         320100 320500 -     CREDIT_THEN_CLEAR  5315.77
money_unknown          430100 430400 -     UNKNOWN            2239.65
stopped_too_late       420100 340100 NA-01 REMIT              4555.88
stopped_too_late       420100 340100 -     REMIT              4555.88
overlap                330100 350200 -     REMIT              6730.71
wrong_amount           500000 530100 -     REMIT              4120.36
bounced                210100 370200 -     REMIT              3535.52
died_on_the_way        610100 620100 -     REMIT              8752.93
old_procedure          130100 120000 -     REMIT              1940.28
at_christmas           450100 520100 -     REMIT              1865.10
stopped_in_the_window  140100 110000 -     REMIT              1390.66
"""


def test_the_rules_meet_each_application_as_its_story_tells() -> None:
    said = [answer for story in stories() for answer in answers(story)]
    assert said == [line.split() for line in WHAT_THE_RULES_SAY.strip().splitlines()]


def answers(story: Story) -> list[list[str]]:
    """Story, places, refusals, money mode and yuan of each application, cover being stopped as events say."""
    policy, found = shipped_policy(), []
    for row in story.applications:
        today = row.received_on or date.max
        stopped = {e.origin: e.on for e in story.events if e.kind is EventKind.COVER_STOPPED and e.on < today}
        known = {one.area: one for one in gather(story.people)}
        here = known[row.origin].facts(scheme=row.from_scheme)
        there = known[row.destination].facts(scheme=row.to_scheme)
        asked = row.asked(today=today)
        codes = [
            code
            for code in checks.refusal_codes(
                checks.origin_check(asked=asked, person=here, today=today, policy=policy)
            )
            if not (code == "NA-01" and row.origin in stopped)
        ]
        codes += checks.refusal_codes(
            checks.destination_check(asked=asked, person=there, today=today, policy=policy)
        )
        chosen = money.money_mode(asked=asked, person=here, policy=policy, on=today)
        yuan = f"{chosen.amount_fen / 100:.2f}"
        found.append(
            [story.key, row.origin, row.destination, ",".join(codes) or "-", chosen.mode.value, yuan]
        )
    return found


def test_the_overlap_is_three_months() -> None:
    here, there = BY_KEY["overlap"].people
    shared = [a & b for a in here.months.values() for b in there.months.values()]
    assert [str(months) for months in shared] == ["2026-07~2026-09"]


def test_the_one_stopped_too_late_was_insured_at_both_places() -> None:
    assert [row.enrolment.status for row in BY_KEY["stopped_too_late"].people] == [Status.INSURED] * 2


def test_the_wrong_amount_is_another_than_the_account_holds() -> None:
    story = BY_KEY["wrong_amount"]
    assert story.events[0].amount_fen != sum(part.balance_fen for part in story.people[0].account)


def test_the_old_procedure_began_before_the_new_one_was_in_force() -> None:
    assert BY_KEY["old_procedure"].applications[0].received_on == date(2021, 11, 22)


def test_the_deadline_of_christmas_is_provisional() -> None:
    received = BY_KEY["at_christmas"].applications[0].received_on
    assert received == date(2026, 12, 25)
    due = working_days().add_working_days(received, 10)
    assert (due.on, due.provisional) == (date(2027, 1, 11), True)


def test_the_one_stopped_in_the_window_was_proposed_consented_and_stopped() -> None:
    story = BY_KEY["stopped_in_the_window"]
    assert (story.applications[0].is_proposal, story.applications[0].channel) == (True, Channel.PROACTIVE)
    assert [event.kind for event in story.events] == [EventKind.CONSENT, EventKind.STOP]
