"""By contact letter: each stage runs on the days of its own place, and on the law's where a place published none."""

from __future__ import annotations

from datetime import date

import pytest
from cases_story import CHENGDU, ISSUE, SUZHOU, Story

from jiexu.cases.file import Due
from jiexu.cases.states import DueKind, Next
from jiexu.rules.inputs import Channel

WEDNESDAY, FRIDAY = date(2026, 11, 25), date(2026, 11, 27)


def by_letter(origin: str, destination: str, *, at: str) -> Story:
    """Applied for on Monday 2026-11-23; the answer comes on Wednesday, so that is the day of acceptance."""
    story = Story(origin=origin, destination=destination, channel=Channel.OFFLINE)
    story.apply(at)
    story.post_messages(destination if at == origin else origin)
    story.world.today = WEDNESDAY
    story.post_messages(at)
    return story


def brought(story: Story, to: str, on: date) -> Story:
    """The letters on the way reach one agency on a day; their receipts do not come back yet."""
    story.world.today = on
    story.post_messages(to)
    return story


def rules(story: Story, agency: str) -> list[tuple[str, str, object]]:
    """Rule, outcome and stage of what an agency decided about days."""
    return [
        (each.rule, each.outcome, each.inputs.get("stage"))
        for at, step in story.world.kept
        for each in step.decisions
        if at == agency and each.rule in {"R-024", "R-025", "R-031"}
    ]


def day(due: Due | None) -> tuple[date, DueKind]:
    assert due is not None
    return due.on, due.kind


def test_the_origin_has_its_own_ten_days_from_the_day_the_letter_is_there() -> None:
    story = brought(by_letter(SUZHOU, CHENGDU, at=CHENGDU), SUZHOU, FRIDAY)
    assert day(story.o.origin_due) == (date(2026, 12, 11), DueKind.LEGAL)
    assert day(story.record_at(story.o).due) == (date(2026, 12, 11), DueKind.LEGAL)
    assert rules(story, SUZHOU) == [("R-031", "LOCAL_DAYS", "out")]


def test_the_destination_counts_the_origins_days_anew_once_it_knows_when_its_letter_came() -> None:
    story = brought(by_letter(SUZHOU, CHENGDU, at=CHENGDU), SUZHOU, FRIDAY)
    assert day(story.d.origin_due) == (date(2026, 12, 9), DueKind.LEGAL)
    story.world.today = date(2026, 12, 1)
    story.post()
    assert day(story.d.origin_due) == day(story.record_at(story.d).due) == day(story.o.origin_due)


def test_by_wire_the_same_places_count_the_national_days_from_acceptance() -> None:
    story = Story(origin=SUZHOU, destination=CHENGDU, on=WEDNESDAY)
    story.apply()
    story.post_messages(SUZHOU)
    story.post_messages(CHENGDU)
    brought(story, SUZHOU, FRIDAY)
    story.post()
    assert day(story.o.origin_due) == day(story.d.origin_due) == (date(2026, 12, 9), DueKind.LEGAL)
    assert rules(story, SUZHOU) == rules(story, CHENGDU) == [("R-024", "DUE", None)]


def test_the_origin_that_accepts_itself_needs_no_letter_for_its_days_to_begin() -> None:
    story = brought(by_letter(SUZHOU, CHENGDU, at=SUZHOU), CHENGDU, FRIDAY)
    assert day(story.o.origin_due) == day(story.d.origin_due) == (date(2026, 12, 9), DueKind.LEGAL)


def test_where_the_origins_days_are_not_known_that_is_said_and_the_law_counts_from_acceptance() -> None:
    story = brought(by_letter(CHENGDU, SUZHOU, at=SUZHOU), CHENGDU, FRIDAY)
    assert day(story.o.origin_due) == (date(2026, 12, 9), DueKind.LEGAL)
    assert rules(story, CHENGDU) == [("R-031", "NOT_KNOWN", "out"), ("R-024", "DUE", None)]
    story.post()
    assert day(story.d.origin_due) == (date(2026, 12, 9), DueKind.LEGAL)


@pytest.mark.parametrize(
    ("origin", "destination", "on", "kind"),
    [
        (CHENGDU, SUZHOU, date(2026, 12, 2), DueKind.LEGAL),
        (SUZHOU, CHENGDU, date(2026, 11, 26), DueKind.PROMISE),
    ],
)
def test_the_contact_letter_has_a_day_where_its_place_gave_it_one(
    origin: str, destination: str, on: date, kind: DueKind
) -> None:
    story = by_letter(origin, destination, at=destination)
    waiting = story.record_at(story.d)
    assert (waiting.next_event, *day(waiting.due)) == (Next.RECEIPT, on, kind)


def test_the_destination_has_its_own_days_from_the_day_the_form_is_there() -> None:
    story = brought(by_letter(CHENGDU, SUZHOU, at=SUZHOU), CHENGDU, FRIDAY)
    story.at_origin(ISSUE)
    brought(story, SUZHOU, date(2026, 12, 25))
    assert day(story.d.destination_due) == day(story.record_at(story.d).due)
    assert day(story.d.destination_due) == (date(2027, 1, 4), DueKind.PROVISIONAL)
    assert rules(story, SUZHOU)[-1] == ("R-031", "LOCAL_DAYS", "in")


def test_and_the_laws_where_it_published_none() -> None:
    story = brought(by_letter(SUZHOU, CHENGDU, at=CHENGDU), SUZHOU, FRIDAY)
    story.at_origin(ISSUE)
    brought(story, CHENGDU, date(2026, 12, 7))
    assert day(story.d.destination_due) == (date(2026, 12, 14), DueKind.LEGAL)
    assert rules(story, CHENGDU)[-2:] == [("R-031", "NOT_KNOWN", "in"), ("R-025", "DUE", None)]
