"""The destination's record: receiving the form, returning it for correction, counting the months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jiexu.cases.events import FormDisputed, TakenIn
from jiexu.cases.file import File
from jiexu.cases.legal import count_destination_clock
from jiexu.cases.money_in import announced, credit_cleared, query
from jiexu.cases.origin import FIRST_LEG, count_by_rule, form_lines, rule_of
from jiexu.cases.states import MONEY_FINAL, MoneyState, RecordState, Way
from jiexu.cases.step import Draft, Facts, MonthMove, MoveKind, Step, already_done, not_possible
from jiexu.exchange.payloads import Form, FormDispute, RecordIn
from jiexu.records.monthset import MonthSet
from jiexu.records.record import TakenIn as Months
from jiexu.records.record import take_in
from jiexu.rules.decision import Decision
from jiexu.rules.inputs import Scheme
from jiexu.rules.money import MoneyMode, announced_rule
from jiexu.rules.process import record_first
from jiexu.rules.years import R_076, R_077, R_078, added, counted_once, deemed, handed_over, resident

MAY_RECEIVE = frozenset({RecordState.ACCEPTED, RecordState.FORM_DISPUTED, RecordState.DIED})
"""A form can cross a death: it was issued, so its months must still be counted somewhere."""


def form_received(file: File, facts: Facts, message: Form) -> Step:
    """C2 begins: 5 working days from receipt, by this agency's calendar.

    A form that crossed a death brings its case back; what was applied for meanwhile, the death taken back, yields.
    """
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
    rival = facts.rival if file.record.state is RecordState.DIED else None
    return draft.step(supersedes=None if rival is None else rival.case_no)


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
    draft.months.extend(_moves(result, file.form.issue))
    taken = sum(months.count for months in result.taken.values())
    twice = sum(months.count for months in result.already_counted.values())
    draft.decided(_counted(draft, result))
    if twice:
        draft.decided([counted_once(taken=taken, duplicates=twice)])
    for track in file.money:
        if track.state is MoneyState.CLEARED:
            credit_cleared(draft, track, by=event.by, reviewer=event.reviewer)
    draft.decided(
        record_first(money_state=track.state.value)
        for track in draft.file.money
        if track.way is Way.IN and track.state not in MONEY_FINAL
    )
    seq = draft.send(RecordIn(file.form.issue, taken, twice))
    draft.record(RecordState.IN, carried_by=seq)
    draft.tell("record_in", taken=taken, already_counted=twice)
    return draft.step()


def _moves(result: Months, issue: int) -> Iterator[MonthMove]:
    """Months that came home, that are new here, and that counted here already (R-077), line by line."""
    for line, months in result.came_back.items():
        yield MonthMove(MoveKind.CAME_BACK, line, months, issue, rule_of(line))
    for line, months in result.taken.items():
        if new := months - result.came_back.get(line, MonthSet.EMPTY):
            yield MonthMove(MoveKind.IN, line, new, issue, rule_of(line))
    for line, months in result.already_counted.items():
        yield MonthMove(MoveKind.ALREADY_COUNTED, line, months, issue, R_077.id)


def _counted(draft: Draft, result: Months) -> Iterator[Decision]:
    """R-076 for employee months, R-078 for deemed ones, R-080 for those of residents."""
    asked, facts = draft.file.asked, draft.facts
    for rule, months in count_by_rule(result.taken).items():
        if rule == R_076.id:
            yield added(months=months)
        elif rule == R_078.id:
            yield deemed(months=months)
        elif asked.to_scheme is Scheme.RESIDENT:
            yield handed_over(months=months, scheme=Scheme.RESIDENT)
        else:
            yield resident(months=months, area=asked.destination, policy=facts.policy, on=facts.today)


def _first_leg(draft: Draft, form: Form) -> None:
    """Open leg 1 by the form, or bring it into line with the corrected one."""
    first = draft.file.leg(FIRST_LEG)
    nothing_came = first is not None and first.state is MoneyState.AWAITED and not first.received_fen
    if first is None or nothing_came or first.state is MoneyState.MODE_UNKNOWN:
        mode = MoneyMode(form.mode)
        stands = first is not None and first.mode is mode
        rule = first.rule if first and stands else announced_rule(asked=draft.file.asked, mode=mode)
        announced(draft, leg=FIRST_LEG, mode=mode, rule=rule, parts=form.parts, earlier=first)
    elif first.state is MoneyState.SETTLED:
        draft.put(replace(first, parts=form.parts))


def _compare_again(draft: Draft) -> None:
    """What came while the form was disputed was not compared; ask now where it differs."""
    for track in draft.file.money:
        waits = track.way is Way.IN and track.state is MoneyState.SETTLED
        if waits and track.received_fen not in {0, track.amount_fen}:
            query(draft, track)
