"""What a new day brings to a file: proposals lapse, windows end, silence of the other side is noticed."""

from __future__ import annotations

from dataclasses import replace

from jiexu.cases.file import File, money_waiting, record_waiting
from jiexu.cases.opening import begin
from jiexu.cases.states import DueKind, Holder, RecordState
from jiexu.cases.step import Draft, Facts, Step, already_done
from jiexu.rules.clocks import overdue


def day_began(file: File, facts: Facts) -> Step:
    """Look at every date that passed. What is late here stays late and visible; only waiting for others is renewed."""
    waiting = record_waiting(file)
    if waiting is not None and file.record.state is RecordState.WINDOW and facts.today >= waiting.due.on:
        return begin(Draft(file, facts))
    draft = Draft(file, facts)
    if waiting is not None and file.record.state is RecordState.PROPOSED and facts.today > waiting.due.on:
        draft.record(RecordState.LAPSED)
        draft.tell("lapsed")
        return draft.step()
    if waiting is not None and waiting.holder is Holder.OTHER_AGENCY and facts.today > waiting.due.on:
        if waiting.due.kind is not DueKind.PROMISE:
            draft.decided([overdue(due_on=waiting.due.on, today=facts.today, done=False)])
        draft.set(record=replace(file.record, due=draft.promise("reminder")))
        draft.tell("reminded", waiting_for=waiting.next_event.value, since=waiting.due.on.isoformat())
    for track in file.money:
        money = money_waiting(track)
        if money is not None and money.holder is Holder.OTHER_AGENCY and facts.today > money.due.on:
            draft.put(replace(track, due=draft.promise("reminder")))
            draft.tell("reminded", waiting_for=money.next_event.value, since=money.due.on.isoformat())
    return draft.step() if draft.told else already_done(file, "nothing_due")
