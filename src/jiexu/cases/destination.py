"""The destination's record: receiving the form, returning it for correction, counting the months."""

from __future__ import annotations

from dataclasses import replace

from jiexu.cases.events import FormDisputed, TakenIn
from jiexu.cases.file import File
from jiexu.cases.legal import count_destination_clock
from jiexu.cases.money_in import announced, credit_cleared, query
from jiexu.cases.origin import FIRST_LEG, form_lines
from jiexu.cases.states import MoneyState, RecordState, Way
from jiexu.cases.step import Draft, Facts, MonthMove, MoveKind, Step, already_done, not_possible
from jiexu.exchange.payloads import Form, FormDispute, RecordIn
from jiexu.records.record import take_in
from jiexu.rules.money import MoneyMode
from jiexu.rules.years import added, counted_once

MAY_RECEIVE = frozenset({RecordState.ACCEPTED, RecordState.FORM_DISPUTED, RecordState.DIED})
"""A form can cross a death: it was issued, so its months must still be counted somewhere."""


def form_received(file: File, facts: Facts, message: Form) -> Step:
    """C2 begins: 5 working days from receipt, by this agency's calendar."""
    if file.record.state not in MAY_RECEIVE or (file.form is not None and message.issue <= file.form.issue):
        return already_done(file, "form_received_already")
    draft = Draft(file, facts)
    if file.withdrawing is not None:
        draft.tell("already_issued")
    draft.set(form=message, withdrawing=None)
    due = count_destination_clock(draft)
    draft.record(RecordState.FORM_RECEIVED, due)
    _first_leg(draft, message)
    _compare_again(draft)
    if message.left_behind:
        draft.tell("left_behind", places=" ".join(message.left_behind))
    draft.tell("form_received", months=sum(each.months.count for each in message.months))
    return draft.step()


def form_disputed(file: File, facts: Facts, event: FormDisputed) -> Step:
    """Return the form for correction (R-093). C1 stands as it was; C2 begins anew with the corrected form."""
    if file.record.state is not RecordState.FORM_RECEIVED or file.form is None:
        return not_possible(file, "no_form_to_dispute")
    draft = Draft(file, facts)
    seq = draft.send(FormDispute(file.form.issue, event.reason))
    draft.record(RecordState.FORM_DISPUTED, draft.promise("handover"), carried_by=seq, after=file.origin_due)
    draft.tell("form_disputed", reason=event.reason)
    return draft.step()


def taken_in(file: File, facts: Facts, event: TakenIn) -> Step:
    """Count the months of the form; a calendar month counts once (R-077). Credit what is cleared later."""
    if file.record.state is not RecordState.FORM_RECEIVED or file.form is None:
        return (
            already_done(file, "taken_in_already")
            if file.record.state is RecordState.IN
            else not_possible(file, "no_form_yet")
        )
    if facts.record is None:
        return not_possible(file, "no_record_here")
    draft = Draft(file, facts)
    result = take_in(facts.record, form_lines(file.form))
    for kind, lines in (
        (MoveKind.CAME_BACK, result.came_back),
        (
            MoveKind.IN,
            {
                line: months - result.came_back[line] if line in result.came_back else months
                for line, months in result.taken.items()
            },
        ),
        (MoveKind.ALREADY_COUNTED, result.already_counted),
    ):
        draft.months.extend(
            MonthMove(kind, line, months, file.form.issue) for line, months in sorted(lines.items()) if months
        )
    taken = sum(months.count for months in result.taken.values())
    twice = sum(months.count for months in result.already_counted.values())
    draft.decided([added(months=taken)])
    if twice:
        draft.decided([counted_once(taken=taken, duplicates=twice)])
    for track in file.money:
        if track.state is MoneyState.CLEARED:
            credit_cleared(draft, track, by=event.by, reviewer=event.reviewer)
    seq = draft.send(RecordIn(file.form.issue, taken, twice))
    draft.record(RecordState.IN, carried_by=seq)
    draft.tell("record_in", taken=taken, already_counted=twice)
    return draft.step()


def _first_leg(draft: Draft, form: Form) -> None:
    """Open leg 1 by the form, or bring it into line with the corrected one."""
    first = draft.file.leg(FIRST_LEG)
    nothing_came = first is not None and first.state is MoneyState.AWAITED and not first.received_fen
    if first is None or nothing_came or first.state is MoneyState.MODE_UNKNOWN:
        announced(draft, leg=FIRST_LEG, mode=MoneyMode(form.mode), parts=form.parts, earlier=first)
    elif first.state is MoneyState.SETTLED:
        draft.put(replace(first, parts=form.parts))


def _compare_again(draft: Draft) -> None:
    """What came while the form was disputed was not compared; ask now where it differs."""
    for track in draft.file.money:
        waits = track.way is Way.IN and track.state is MoneyState.SETTLED
        if waits and track.received_fen not in {0, track.amount_fen}:
            query(draft, track)
