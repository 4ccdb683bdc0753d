"""Letters that contradict themselves, or what was sent, end nothing and open nothing."""

from __future__ import annotations

import pytest
from cases_story import CHENGDU, QUJING, Story, done, refused

from jiexu.cases.decide import decide
from jiexu.cases.events import Received
from jiexu.cases.step import Facts
from jiexu.exchange.payloads import Application, Check, Document, RecordIn


@pytest.mark.parametrize(
    "answer", [Check(positive=False, refusals=()), Check(positive=True, refusals=("NA-01",))]
)
def test_a_check_that_contradicts_itself_accepts_and_refuses_nothing(answer: Check) -> None:
    story = Story()
    assert done(story.apply())
    assert refused(story.hears(story.d, answer)) == "not_possible: check_contradicts"


@pytest.mark.parametrize(("positive", "refusals"), [(False, ()), (True, ("NA-01",))])
def test_an_application_that_contradicts_itself_opens_no_file(
    positive: bool, refusals: tuple[str, ...]
) -> None:
    story = Story()
    asked = story.asked()
    letter = Application(
        asked.origin,
        asked.destination,
        asked.from_scheme.value,
        asked.to_scheme.value,
        asked.applicant.value,
        asked.channel.value,
        asked.received_on,
        "Person 1",
        (Document("99", "1"),),
        None,
        authorised=False,
        positive=positive,
        refusals=refusals,
    )
    facts = Facts(QUJING, story.world.today, story.world.calendar, story.world.policy)
    step = decide(None, Received("X", letter), facts, sender=CHENGDU)
    assert refused(step) == "not_possible: check_contradicts"


def test_an_answer_for_other_months_than_the_forms_does_not_close_the_origins_record() -> None:
    story = Story().form_sent()
    form = story.o.form
    assert form is not None
    sent = sum(each.months.count for each in form.months)
    for wrong in (
        RecordIn(form.issue, sent - 1, 0),
        RecordIn(form.issue, sent, 1),
        RecordIn(form.issue + 1, sent, 0),
    ):
        assert refused(story.hears(story.o, wrong)) == "not_possible: record_in_contradicts"
    assert done(story.hears(story.o, RecordIn(form.issue, sent - 1, 1)))
