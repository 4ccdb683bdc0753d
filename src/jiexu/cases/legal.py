"""The legal clocks of a file: by the national rule, or by the places' own days where the case goes by contact letter.

R-024 and R-025 count 10 and 5 working days. On the offline route each stage has the days its own place published
(R-031); where a place published none, the decision says so and the national clock counts.
"""

from __future__ import annotations

from datetime import date

from jiexu.cases.file import Due, File
from jiexu.cases.states import Side
from jiexu.cases.step import Draft, due_of
from jiexu.rules.clocks import Clock, Stage, destination_due, local_promise, offline_due, origin_due
from jiexu.rules.inputs import Channel


def is_offline(file: File) -> bool:
    """Whether what the two agencies tell one another is carried by hand (R-023)."""
    return file.asked.channel is Channel.OFFLINE


def count_origin_clock(draft: Draft, *, letter_on: date | None = None) -> Due:
    """C1. By contact letter the origin's days begin when the letter is there.

    ``letter_on``: that day, where this file knows better than the day of acceptance.
    """
    facts, file = draft.facts, draft.file
    accepted_on = file.accepted_on or facts.today
    begins = facts.today if file.side is Side.ORIGIN else letter_on or accepted_on
    clock = _local(draft, Stage.OUT, file.asked.origin, begins) or origin_due(
        accepted_on=accepted_on, calendar=facts.calendar, policy=facts.policy
    )
    due = _counted(draft, clock)
    draft.set(origin_due=due)
    if file.side is Side.ORIGIN:
        _own_promise(draft, "transfer_out", begins)
    return due


def count_destination_clock(draft: Draft) -> Due:
    """C2, from today: the form is here."""
    facts, file = draft.facts, draft.file
    clock = _local(draft, Stage.IN, file.asked.destination, facts.today) or destination_due(
        form_received_on=facts.today,
        calendar=facts.calendar,
        policy=facts.policy,
        accepted_on=file.accepted_on,
    )
    due = _counted(draft, clock)
    draft.set(destination_due=due)
    _own_promise(draft, "transfer_in", facts.today)
    return due


def count_letter_clock(draft: Draft) -> Due:
    """By when the destination's contact letter is at the origin. The law sets no day; a place may (R-031)."""
    clock = _local(draft, Stage.LETTER, draft.file.asked.destination, draft.facts.today)
    return draft.promise("handover") if clock is None else _counted(draft, clock)


def _local(draft: Draft, stage: Stage, area: str, begins: date) -> Clock | None:
    """The place's own clock on the offline route; None, and said in a decision, where it published none."""
    facts, file = draft.facts, draft.file
    if not is_offline(file):
        return None
    answer = offline_due(
        stage=stage,
        area=area,
        start=begins,
        applied_on=file.asked.received_on,
        calendar=facts.calendar,
        policy=facts.policy,
    )
    if isinstance(answer, Clock):
        return answer
    draft.decided([answer])
    return None


def _own_promise(draft: Draft, what: str, begins: date) -> None:
    """R-026: where this agency's place promises to be faster, that is said beside the legal day, which stands."""
    facts = draft.facts
    promise = local_promise(
        what=what, start=begins, calendar=facts.calendar, policy=facts.policy, area=facts.agency
    )
    if promise is not None:
        draft.decided([promise.decision])


def _counted(draft: Draft, clock: Clock) -> Due:
    """The day, with the rule that sets it and the one by which days are counted (R-029)."""
    draft.decided([clock.decision, clock.counting])
    return due_of(clock)
