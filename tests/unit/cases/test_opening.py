"""How a case begins: application, proposal, both checks, acceptance, refusal, and two openings at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cases_story import CHENGDU, GUANGZHOU, ISSUE, PERSON, QUJING, Story, refused, said

from jiexu.cases.decide import decide
from jiexu.cases.events import (
    Applied,
    Consented,
    DayBegan,
    Proposed,
    Receipted,
    Received,
    StoppedByPerson,
    Superseded,
    WithdrawAsked,
)
from jiexu.cases.states import DueKind, Holder, Next
from jiexu.cases.step import Facts, Outcome, Rival
from jiexu.exchange.payloads import Application, Check, Document, Notice, Refused
from jiexu.rules.inputs import Applicant
from jiexu.simulation import population

NUMBER = (Document("99", population.number_of(PERSON)),)


def facts(story: Story, agency: str, **changes: object) -> Facts:
    """What an agency of the story knows, with changes."""
    node = story.world.nodes[agency]
    event = Applied("X", story.asked(), "Person 1", NUMBER)
    return replace(node._facts(story.world.today, None, "X", event), **changes)  # type: ignore[arg-type]  # names of Facts


# The ordinary way.


def test_both_checks_positive_and_the_opening_side_accepts_on_that_day() -> None:
    story = Story().accepted()
    assert story.records == ("accepted", "accepted")
    assert story.o.accepted_on == story.d.accepted_on == date(2026, 11, 23)
    assert story.record_at(story.o).holder is Holder.CLERK
    assert story.record_at(story.d).holder is Holder.OTHER_AGENCY


@pytest.mark.parametrize(
    ("accepted", "due", "kind"),
    [
        (date(2026, 11, 23), date(2026, 12, 7), DueKind.LEGAL),
        (date(2026, 9, 28), date(2026, 10, 16), DueKind.LEGAL),
        (date(2026, 11, 21), date(2026, 12, 4), DueKind.LEGAL),
        (date(2026, 11, 22), date(2026, 12, 4), DueKind.LEGAL),
        (date(2026, 10, 10), date(2026, 10, 23), DueKind.LEGAL),
        (date(2026, 10, 1), date(2026, 10, 20), DueKind.LEGAL),
        (date(2026, 12, 25), date(2027, 1, 11), DueKind.PROVISIONAL),
    ],
)
def test_the_origin_has_ten_working_days_from_acceptance(accepted: date, due: date, kind: DueKind) -> None:
    story = Story(on=accepted).accepted()
    for file in (story.o, story.d):
        assert file.origin_due is not None
        assert (file.origin_due.on, file.origin_due.kind) == (due, kind)
    assert story.record_at(story.o).due.on == due


def test_both_sides_count_from_the_day_in_the_notice_and_not_from_its_arrival() -> None:
    story = Story()
    story.apply()
    story.post_messages(QUJING)
    story.post_messages(CHENGDU)
    story.days(3)
    story.post()
    assert story.o.accepted_on == date(2026, 11, 23)
    assert story.o.origin_due == story.d.origin_due
    assert story.record_at(story.o).due.on == date(2026, 12, 7)


def test_until_both_checks_are_there_no_legal_clock_runs() -> None:
    story = Story()
    story.apply()
    waiting = story.record_at(story.d)
    assert (waiting.holder, waiting.next_event) == (Holder.CLERK, Next.RECEIPT)
    story.post_messages(QUJING)
    assert story.record_at(story.o).due.kind is DueKind.PROMISE
    story.at_destination(Receipted(1, story.world.today))
    waiting = story.record_at(story.d)
    assert (waiting.holder, waiting.next_event) == (Holder.OTHER_AGENCY, Next.CHECK)
    assert story.d.origin_due is None


def test_the_side_that_was_asked_waits_for_the_acceptance() -> None:
    story = Story()
    story.apply()
    story.post_messages(QUJING)
    story.at_origin(Receipted(1, story.world.today))
    waiting = story.record_at(story.o)
    assert (waiting.holder, waiting.next_event) == (Holder.OTHER_AGENCY, Next.ACCEPTANCE)


def test_the_origin_may_open_and_accept_as_well() -> None:
    story = Story()
    story.apply(at=QUJING)
    story.post()
    assert story.records == ("accepted", "accepted")
    assert story.o.opener
    assert not story.d.opener


def test_a_repeated_application_message_changes_nothing() -> None:
    story = Story().accepted()
    again = Applied(story.case_no, story.asked(), "Person 1", NUMBER)
    assert refused(story.at_destination(again)) == "already_done: opened_already"
    message = Received(story.case_no, _application(story))
    assert refused(decide(story.o, message, facts(story, QUJING))) == "already_done: opened_already"


# Refusals.


def test_still_insured_at_the_origin_is_refused_with_every_reason_of_both_sides() -> None:
    story = Story(stops=False, joins=False)
    story.apply()
    story.post()
    assert story.records == ("refused", "refused")
    assert story.d.refusals == story.o.refusals == ("NA-01", "NA-02")
    assert not story.o.is_open
    assert not story.d.is_open


def test_inside_one_pool_nothing_moves_and_nobody_else_is_asked() -> None:
    story = Story(destination=QUJING)
    step = story.apply()
    assert step.file is not None
    assert step.file.refusals == ("NA-05",)
    assert not step.messages
    assert not step.file.is_open


def test_who_may_not_apply_is_told_so_at_once_with_this_sides_other_reasons() -> None:
    story = Story(joins=False)
    asked = replace(story.asked(), applicant=Applicant.AGENT)
    step = decide(None, Applied("X", asked, "Person 1", NUMBER), facts(story, CHENGDU))
    assert step.file is not None
    assert step.file.refusals == ("NA-02", "NA-13")


def test_an_agency_that_is_neither_side_opens_nothing() -> None:
    story = Story()
    elsewhere = replace(facts(story, CHENGDU), agency=GUANGZHOU)
    for event in (
        Applied("X", story.asked(), "Person 1", NUMBER),
        Proposed("X", story.asked(), "Person 1", NUMBER),
    ):
        assert refused(decide(None, event, elsewhere)) == "not_possible: not_for_this_agency"
    message = Received("X", _application(story))
    for sender in (GUANGZHOU, QUJING):
        step = decide(None, message, facts(story, QUJING), sender=sender)
        assert refused(step) == "not_possible: not_for_this_agency"


def test_anything_else_about_an_unknown_case_is_not_possible() -> None:
    story = Story()
    assert refused(decide(None, DayBegan(), facts(story, CHENGDU))) == "not_possible: no_such_case"


# One case at a time.


def test_a_second_application_while_one_stands_is_refused() -> None:
    story = Story().accepted()
    first = story.case_no
    step = story.apply(lot="00000002")
    assert step.file is not None
    assert step.file.refusals == ("NA-11",)
    story.case_no = first
    assert story.records == ("accepted", "accepted")


def test_a_case_that_was_refused_stands_in_nobodys_way() -> None:
    story = Story(stops=False)
    story.apply()
    story.post()
    population.stop(story.world, QUJING, PERSON)
    story.apply(lot="00000002")
    story.post()
    assert story.records == ("accepted", "accepted")


@pytest.mark.parametrize(
    ("at_destination", "at_origin"), [("00000001", "00000002"), ("00000002", "00000001")]
)
def test_of_two_openings_at_once_the_lower_case_number_stands(at_destination: str, at_origin: str) -> None:
    story = Story()
    story.apply(lot=at_destination)
    by_destination = story.case_no
    story.apply(at=QUJING, lot=at_origin)
    by_origin = story.case_no
    story.post()
    stands, yields = sorted((by_destination, by_origin))
    story.case_no = stands
    assert story.records == ("accepted", "accepted")
    story.case_no = yields
    assert story.records == ("refused", "refused")
    assert story.o.refusals == story.d.refusals == ("NA-11",)


def test_what_is_accepted_stands_against_a_lower_number() -> None:
    story = Story()
    rival = Rival("ZZZ", opened_here=True, checking=False, other=CHENGDU)
    step = decide(None, Received("A", _application(story)), facts(story, QUJING, rival=rival), sender=CHENGDU)
    assert said(step) == [Check(positive=False, refusals=("NA-11",))]
    assert step.supersedes is None


def test_a_case_that_this_side_refuses_anyway_supersedes_nothing() -> None:
    story = Story(stops=False)
    rival = Rival("ZZZ", opened_here=True, checking=True, other=CHENGDU)
    step = decide(None, Received("A", _application(story)), facts(story, QUJING, rival=rival), sender=CHENGDU)
    assert said(step) == [Check(positive=False, refusals=("NA-01",))]
    assert step.supersedes is None


def test_a_case_past_its_check_is_not_superseded() -> None:
    story = Story().accepted()
    assert refused(story.at_destination(Superseded("A"))) == "already_done: checked_already"


# Proposals (免申即转).


def test_nothing_starts_on_silence() -> None:
    story = Story()
    step = story.apply(proposal=True)
    assert not step.messages
    waiting = story.record_at(story.d)
    assert (waiting.holder, waiting.next_event) == (Holder.PERSON, Next.CONSENT)
    assert not story.d.stands
    story.days((waiting.due.on - story.world.today).days + 1)
    assert story.d.record.state.value == "lapsed"
    assert not story.d.is_open


def test_consent_is_the_application_once_the_window_has_passed() -> None:
    story = Story()
    story.apply(proposal=True)
    story.at_destination(Consented())
    waiting = story.record_at(story.d)
    assert (waiting.next_event, story.d.trips) == (Next.WINDOW_END, 2)
    story.days((waiting.due.on - story.world.today).days)
    story.post()
    assert story.records == ("accepted", "accepted")
    assert refused(story.at_destination(Consented())) == "already_done: not_proposed"


@pytest.mark.parametrize("stopping", [StoppedByPerson(), WithdrawAsked("no")])
@pytest.mark.parametrize("consented", [False, True])
def test_a_person_stops_a_proposal_or_a_window(
    stopping: StoppedByPerson | WithdrawAsked, consented: bool
) -> None:
    story = Story()
    story.apply(proposal=True)
    if consented:
        story.at_destination(Consented())
    story.at_destination(stopping)
    assert story.d.record.state.value == "stopped"
    assert not story.d.is_open


def test_after_the_window_it_is_too_late_to_stop() -> None:
    assert refused(Story().accepted().at_destination(StoppedByPerson())) == "not_possible: window_over"


def test_only_the_new_place_proposes() -> None:
    story = Story()
    event = Proposed("X", story.asked(), "Person 1", NUMBER)
    assert refused(decide(None, event, facts(story, QUJING))) == "not_possible: not_for_this_agency"


def test_consent_to_a_proposal_overtaken_by_a_case_is_refused() -> None:
    story = Story()
    story.apply(proposal=True)
    proposal = story.case_no
    story.apply(lot="00000002")
    story.case_no = proposal
    step = story.at_destination(Consented())
    assert (story.d.record.state.value, story.d.refusals) == ("refused", ("NA-11",))
    assert [decision.rule for decision in step.decisions] == ["R-086"]


# Late and crossing messages.


def test_check_and_notice_after_the_end_change_nothing() -> None:
    story = Story().form_sent()
    late = [
        (story.d, Check(positive=True, refusals=()), "already_done: check_too_late"),
        (story.o, Notice(story.world.today), "already_done: notice_too_late"),
    ]
    for file, message, why in late:
        assert refused(decide(file, Received(file.case_no, message), facts(story, file.agency))) == why


def test_a_refusal_of_a_refused_case_is_known() -> None:
    story = Story(stops=False)
    story.apply()
    story.post()
    message = Received(story.case_no, Refused(("NA-01",)))
    assert refused(decide(story.o, message, facts(story, QUJING))) == "already_done: ended_already"


def test_an_event_of_the_other_side_is_not_possible() -> None:
    story = Story().form_sent()
    assert story.o.form is not None
    assert refused(decide(story.o, Received("X", story.o.form), facts(story, QUJING))).endswith(
        "not_for_this_side"
    )


def test_a_silent_agency_is_reminded_of_again_and_again() -> None:
    story = Story().accepted()
    assert not story.o.form
    before = story.record_at(story.d).due
    story.days((before.on - story.world.today).days)
    assert story.record_at(story.d).due == before
    story.days(1)
    after = story.record_at(story.d)
    assert (after.holder, after.due.kind) == (Holder.OTHER_AGENCY, DueKind.PROMISE)
    assert after.due.on > before.on
    assert story.record_at(story.o).due == before
    story.at_origin(ISSUE)


def _application(story: Story) -> Application:
    asked = story.asked()
    return Application(
        origin=asked.origin,
        destination=asked.destination,
        from_scheme="310",
        to_scheme="310",
        applicant="member",
        channel="online",
        received_on=asked.received_on,
        name="Person 1",
        documents=NUMBER,
        employer=None,
        authorised=False,
        positive=True,
        refusals=(),
    )


def test_outcomes_have_three_words() -> None:
    assert {each.value for each in Outcome} == {"done", "already_done", "not_possible"}
