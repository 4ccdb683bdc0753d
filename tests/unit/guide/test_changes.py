"""What a step would change is what the rules answer when the step is put in place of what was told."""

from dataclasses import replace
from datetime import date

from guide_cast import guide_for, moving
from hypothesis import given, settings

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.case import Case
from jiexu.guide.changes import AT_MOST, changes_topic, result, steps
from jiexu.guide.findings import Findings
from jiexu.guide.place import Place, locate
from jiexu.guide.situation import Situation, Stretch, Topic
from jiexu.rules.inputs import Scheme, Status
from jiexu.values.month import Month

Asked = tuple[Situation, date]


def case_of(told: Situation, on: date) -> Case | None:
    day = told.applied_on or told.accepted_on or on
    here, there = (locate(place, "origin", areas(), day) for place in (told.origin, told.destination))
    if not isinstance(here, Place) or not isinstance(there, Place):
        return None
    return Case(replace(told, history=()), shipped_policy(), working_days(), here, there, on)


@settings(max_examples=80, deadline=None)
@given(asked=moving())
def test_every_step_told_gives_another_result_and_the_best_comes_first(asked: Asked) -> None:
    case = case_of(*asked)
    if case is None:
        return
    now, said = result(Findings(case)), changes_topic(Findings(case)).sentences
    told = [sentence for sentence in said if sentence.key.startswith("guide.change_")]
    assert len(told) <= AT_MOST
    tried = [(step, result(Findings(replace(case, told=step.told)))) for step in steps(case)]
    for sentence in told:
        results = [then for step, then in tried if (step.key, step.data) == (sentence.key, sentence.data)]
        assert any(then.seen != now.seen for then in results)
    best = min((then.badness for _, then in tried), default=now.badness)
    if told and best < now.badness and not told[0].key.startswith("guide.change_to_"):
        first = [then for step, then in tried if (step.key, step.data) == (told[0].key, told[0].data)]
        in_order = [then.badness for step, then in tried if not step.key.startswith("guide.change_to_")]
        assert min(then.badness for then in first) == min(in_order)


@settings(max_examples=80, deadline=None)
@given(asked=moving())
def test_answers_handed_on_from_step_to_step_are_those_that_asking_anew_gives(asked: Asked) -> None:
    case = case_of(*asked)
    if case is None:
        return
    found = Findings(case)
    for step in steps(case):
        assert result(found.given(step.told)) == result(Findings(replace(case, told=step.told))), step.key


def test_a_step_that_only_makes_the_wait_unknowable_is_not_told() -> None:
    """The months say when cover at the new place began; for another insurance there they do not."""
    here = Stretch("曲靖", Scheme.EMPLOYEE, Month.of(2025, 1), Month.of(2026, 5))
    there = Stretch("成都", Scheme.EMPLOYEE, Month.of(2026, 7), Month.of(2026, 8))
    told = Situation(
        "曲靖",
        "成都",
        from_scheme=Scheme.EMPLOYEE,
        to_scheme=Scheme.EMPLOYEE,
        status=Status.STOPPED,
        balance_fen=0,
        history=(here, there),
    )
    guide = guide_for(told, on=date(2026, 8, 23))
    assert "guide.change_to_resident" not in {sentence.key for sentence in guide.sentences}


def test_who_pays_by_the_day_named_gets_what_was_said() -> None:
    on = date(2026, 10, 23)
    told = Situation(
        "曲靖",
        "成都",
        from_scheme=Scheme.EMPLOYEE,
        to_scheme=Scheme.EMPLOYEE,
        status=Status.STOPPED,
        last_paid=Month.of(2026, 8),
        first_paid=Month.of(2027, 1),
    )
    topics = dict(guide_for(told, on=on).topics)
    step, then = topics[Topic.CHANGES][:2]
    assert (step.key, then.key) == ("guide.change_pay_by", "guide.no_wait")
    assert "guide.no_wait" not in {sentence.key for sentence in topics[Topic.COVER]}
    until = step.data["until"]
    assert isinstance(until, date)
    again = dict(guide_for(replace(told, first_paid=Month.containing(until)), on=on).topics)
    assert then in again[Topic.COVER]
