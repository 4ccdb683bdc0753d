"""The promises as functions: they find what is broken, and a track cannot be made wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cases_story import CHENGDU, ISSUE, QUJING, TAKE_IN, Story

from jiexu.cases.events import FormDisputed
from jiexu.cases.file import Due, RecordTrack, TrackError
from jiexu.cases.promises import broken_between, broken_in_one
from jiexu.cases.states import DueKind, RecordState
from jiexu.rules.inputs import Scheme

DUE = Due(date(2026, 12, 7), DueKind.LEGAL)


def test_an_open_track_needs_a_date_and_a_closed_one_has_none() -> None:
    with pytest.raises(TrackError, match=r"^This track needs a date for its next event; mend "):
        RecordTrack(RecordState.ACCEPTED, None)
    with pytest.raises(TrackError, match=r"^This track is closed and can have no date; mend "):
        RecordTrack(RecordState.IN, DUE)
    assert RecordTrack(RecordState.IN, DUE, handing_over=3).is_open


def test_a_track_both_sides_leave_to_the_other_is_in_nobodys_hands() -> None:
    story = Story().form_sent()
    assert broken_between(story.o, story.d) == broken_between(story.d, story.o) == []
    taken_back = replace(story.d, record=RecordTrack(RecordState.FORM_DISPUTED, DUE))
    [broken] = broken_between(story.o, taken_back)
    assert "record" in broken
    assert QUJING in broken
    closed = replace(story.d, record=RecordTrack(RecordState.IN, None))
    assert len(broken_between(story.o, closed)) == 1


def test_an_amount_only_one_side_waits_for_is_in_nobodys_hands() -> None:
    story = Story().form_sent()
    [broken] = broken_between(story.d, replace(story.o, money=()))
    assert "money 1" in broken


def test_a_file_of_the_machines_is_never_broken_in_itself() -> None:
    story = Story().form_sent()
    assert broken_in_one(story.o) == broken_in_one(story.d) == []


def test_a_file_that_was_changed_by_hand_is_found_broken_and_each_break_is_named() -> None:
    origin = Story().form_sent().o
    [unheld] = broken_in_one(replace(origin, record=RecordTrack(RecordState.FORM_RECEIVED, DUE)))
    assert "nobody holds" in unheld
    [unsent] = broken_in_one(replace(origin, record=replace(origin.record, handing_over=99)))
    assert "99" in unsent
    [twice] = broken_in_one(replace(origin, money=origin.money * 2))
    assert "same number" in twice


def test_who_waits_for_money_is_reminded_of_it_in_writing() -> None:
    story = Story(schemes=(Scheme.EMPLOYEE, Scheme.RESIDENT)).record_in()
    before = story.money_at(story.d).due
    story.days((before.on - story.world.today).days + 1)
    after = story.money_at(story.d).due
    assert after.on > before.on
    assert story.money_at(story.o).due.on <= after.on


def test_unknown_money_is_judged_anew_with_a_corrected_form() -> None:
    story = Story(schemes=(Scheme.EMPLOYEE, Scheme.RESIDENT)).form_sent()
    story.at_destination(FormDisputed("wrong-months"))
    story.post()
    story.at_origin(ISSUE)
    story.post()
    story.at_destination(TAKE_IN)
    story.post()
    assert story.money() == ("mode_unknown", "mode_unknown")
    assert story.records == ("in", "in")
    assert story.world.nodes[CHENGDU].books.accounts() == ()
