"""What to do in which order, before the move and after it, each step with whose turn it is and its day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jiexu.guide.case import Case, Part
from jiexu.guide.cover import Answered, first_paid
from jiexu.guide.deadlines import Clocks
from jiexu.guide.sentence import AreaCode, Data, Sentence
from jiexu.rules.checks import R_015, R_017, R_018
from jiexu.rules.decision import Decision
from jiexu.rules.edges import R_102
from jiexu.rules.inputs import Status
from jiexu.rules.service import credentials, record_query


@dataclass(frozen=True, slots=True)
class Step:
    """``key``: of its sentence. ``errands``: how often the person has to go to a counter for it."""

    key: str
    decision: Decision
    day: date | None = None
    errands: int = 0


def steps_topic(case: Case, clocks: Clocks | None, cover: Answered | None) -> Part:
    """What is left to do, numbered; then how often the person has to go anywhere for it."""
    if clocks is None or not case.is_current:
        old = R_102.decide("HISTORY_ONLY", facts=(case.procedure,))
        return Part((case.voice.tell(old, "guide.steps_not_known", {"day": case.day}),))
    steps = list(_steps(case, clocks, cover))
    here, there = AreaCode(case.here.code), AreaCode(case.there.code)
    said: list[Sentence] = []
    for number, step in enumerate(steps, start=1):
        data: Data = {"number": number, "here": here, "there": there}
        said.append(
            case.voice.tell(step.decision, step.key, data if step.day is None else {**data, "day": step.day})
        )
    errands: Data = {"errands": sum(step.errands for step in steps)}
    said.append(case.voice.tell(R_015.decide("ONLINE"), "guide.step_errands", errands))
    said.append(case.voice.tell(credentials(), "guide.step_no_card", {"steps": len(steps)}))
    return Part(tuple(said))


def _steps(case: Case, clocks: Clocks, cover: Answered | None) -> Iterator[Step]:
    """Only what has not happened yet, as far as it was told."""
    told = case.told
    if told.accepted_on is None and told.applied_on is None:
        if told.status is not Status.STOPPED:
            yield Step("guide.step_stop", R_017.decide("NOT_STOPPED"))
        if not case.is_joined:
            yield _join(case, cover)
        yield Step("guide.step_apply", R_015.decide("ONLINE"))
    if told.form_received_on is None:
        key = "guide.step_out" if told.accepted_on is not None else "guide.step_out_if"
        yield Step(key, clocks.origin.decision, clocks.origin.on)
    if told.record_in_on is None:
        key = "guide.step_in" if told.form_received_on is not None else "guide.step_in_if"
        yield Step(key, clocks.destination.decision, clocks.destination.on)
    yield Step("guide.step_look", record_query(policy=case.policy, on=case.on))


def _join(case: Case, cover: Answered | None) -> Step:
    """Joining, with the last day on which paying keeps the gap within the limit, where that lies ahead."""
    inside = None if cover is None else cover.cover.answer.inside_until
    until = None if inside is None else inside.low.last_day()
    if cover is not None and until is not None and until >= case.on and first_paid(case) is not None:
        return Step("guide.step_join_by", cover.cover.decisions[0], until)
    return Step("guide.step_join", R_018.decide("NOT_ENROLLED"))
