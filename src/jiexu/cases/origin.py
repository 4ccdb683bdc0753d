"""The origin's record: issuing the information form, correcting it, and learning that the record is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from jiexu.cases.events import FormIssued, FormRecalled
from jiexu.cases.file import File, MoneyTrack
from jiexu.cases.legs import TO_BE_HELD, hold_leg, movable_parts, open_leg, release
from jiexu.cases.states import MoneyState, RecordState
from jiexu.cases.step import Draft, Facts, MonthMove, MoveKind, Step, already_done, not_possible
from jiexu.exchange.payloads import Form, FormDispute, FormMonths, Part, RecordIn, WithdrawRequest
from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line, MonthKind, PersonRecord, hand_over, undo_hand_over
from jiexu.rules.decision import Decision
from jiexu.rules.edges import R_093
from jiexu.rules.edges import form_disputed as form_wrong
from jiexu.rules.inputs import PersonFacts, Scheme
from jiexu.rules.money import MoneyMode, money_mode
from jiexu.rules.ours import MODE
from jiexu.rules.years import R_076, R_078, deemed, handed_over, months_rule

FIRST_LEG = 1


def form_issued(file: File, facts: Facts, event: FormIssued) -> Step:
    """Issue the form: months go on the way, exactly the amount on it is held, the payment is ordered (C1)."""
    if (
        file.record.state not in {RecordState.ACCEPTED, RecordState.FORM_DISPUTED}
        or file.withdrawing is not None
    ):
        return (
            already_done(file, "form_issued_already")
            if file.form and file.withdrawing is None
            else not_possible(file, "form_not_due")
        )
    if facts.record is None or facts.person is None:
        return not_possible(file, "no_record_here")
    draft = Draft(file, facts)
    issue = file.form.issue + 1 if file.form else 1
    months = _months(draft, facts.record, issue)
    first = file.leg(FIRST_LEG)
    mode, rule, parts = _money(draft, facts.person, first)
    form = Form(issue, facts.today, months, mode.value, parts, facts.left_behind)
    draft.set(form=form)
    seq = draft.send(form)
    draft.record(RecordState.FORM_SENT, file.origin_due, carried_by=seq, after=draft.promise("reminder"))
    if first is None or may_change(first):
        _open_first_leg(draft, form, event, rule, seq)
    draft.tell("form_issued", months=sum(each.months.count for each in months))
    return draft.step()


def form_disputed(file: File, facts: Facts, message: FormDispute) -> Step:
    """The destination returned the form: C1 stands as it was (inference, marked as such in the decision)."""
    if (
        file.form is None
        or message.issue != file.form.issue
        or file.record.state is not RecordState.FORM_SENT
    ):
        return already_done(file, "dispute_too_late")
    draft = Draft(file, facts)
    draft.decided([form_wrong(reason=message.reason)])
    if file.withdrawing is None:
        draft.record(RecordState.FORM_DISPUTED, file.origin_due)
    else:
        # Our own recall crossed the dispute. Its answer will still come and must not be taken for a later one's.
        draft.set(record=replace(file.record, state=RecordState.FORM_DISPUTED))
    draft.tell("form_disputed", reason=message.reason)
    return draft.step()


def form_recalled(file: File, facts: Facts, event: FormRecalled) -> Step:
    """The origin found its own error and asks to take the form back; the destination must consent."""
    if file.record.state is not RecordState.FORM_SENT:
        return not_possible(file, "no_form_to_recall")
    if file.withdrawing is not None:
        return already_done(file, "asked_already")
    draft = Draft(file, facts)
    draft.set(withdrawing="form")
    seq = draft.send(WithdrawRequest(what="form", reason=event.reason))
    draft.record(
        RecordState.FORM_SENT, draft.promise("handover"), carried_by=seq, after=draft.promise("reminder")
    )
    return draft.step()


def record_in(file: File, facts: Facts, message: RecordIn) -> Step:
    """办结反馈: the destination counts the months; the origin's record track closes and its record stays for ever.

    An answer that accounts for other months than the form's, more or fewer, ends nothing: somebody must look.
    """
    if file.record.state is not RecordState.FORM_SENT or file.form is None:
        return already_done(file, "record_in_already")
    sent = sum(each.months.count for each in file.form.months)
    if (message.issue, message.taken + message.already_counted) != (file.form.issue, sent):
        return not_possible(file, "record_in_contradicts")
    draft = Draft(file, facts)
    draft.set(withdrawing=None)
    draft.record(RecordState.IN)
    draft.tell("record_in", taken=message.taken, already_counted=message.already_counted)
    return draft.step()


def _months(draft: Draft, record: PersonRecord, issue: int) -> tuple[FormMonths, ...]:
    """Take back what an earlier issue of the form carried (R-093), then hand over everything counted now."""
    file = draft.file
    if file.form is not None:
        earlier = form_lines(file.form)
        record = undo_hand_over(record, earlier)
        draft.months.extend(
            MonthMove(MoveKind.UNDONE, line, months, file.form.issue, R_093.id)
            for line, months in earlier.items()
        )
    _, out = hand_over(record, file.asked.from_scheme.value)
    draft.months.extend(
        MonthMove(MoveKind.OUT, line, months, issue, rule_of(line)) for line, months in sorted(out.items())
    )
    draft.decided(_handed_over(out))
    return tuple(
        FormMonths(line.scheme, line.area, line.kind.value, months) for line, months in sorted(out.items())
    )


def rule_of(line: Line) -> str:
    """The rule by which months of a line are handed over, and counted where they come to."""
    return months_rule(scheme=line.scheme, kind=line.kind)


def count_by_rule(lines: Mapping[Line, MonthSet]) -> Mapping[str, int]:
    """How many months go by each rule, in the order of the rules."""
    counts: Counter[str] = Counter()
    for line, months in lines.items():
        counts[rule_of(line)] += months.count
    return {rule: counts[rule] for rule in sorted(counts) if counts[rule]}


def _handed_over(out: Mapping[Line, MonthSet]) -> Iterator[Decision]:
    for rule, months in count_by_rule(out).items():
        if rule == R_078.id:
            yield deemed(months=months)
        else:
            yield handed_over(months=months, scheme=Scheme.EMPLOYEE if rule == R_076.id else Scheme.RESIDENT)


def may_change(first: MoneyTrack) -> bool:
    """Whether a corrected form may still change the amount: it was never given to the bank, and never came back."""
    if first.state is MoneyState.DUE:
        return first.attempt == 1 and first.held_by_issue is not None
    return first.state is MoneyState.MODE_UNKNOWN and first.handing_over is None


def form_lines(form: Form) -> Mapping[Line, MonthSet]:
    """The months on a form by line."""
    return {Line(each.scheme, each.area, MonthKind(each.kind)): each.months for each in form.months}


def _money(
    draft: Draft, person: PersonFacts, first: MoneyTrack | None
) -> tuple[MoneyMode, str, tuple[Part, ...]]:
    """How the amount travels, by which rule, and how much it is.

    A corrected form cannot change money that is already under way, nor what the agency decided itself.
    """
    if first is not None and not may_change(first):
        return first.mode, first.rule, first.parts
    if first is not None:
        release(draft, first)
        person = without_hold(person, first)
    facts = draft.facts
    if first is not None and first.rule == MODE.id and (parts := movable_parts(person)):
        return first.mode, first.rule, parts
    asked = draft.file.asked
    # are anchored on the application: what changed after it does not change this case.
    decision = money_mode(asked=asked, person=person, policy=facts.policy, on=asked.received_on)
    draft.decided(decision.decisions)
    parts = tuple(Part(name, amount) for name, amount in decision.parts)
    return decision.mode, decision.rule, parts


def without_hold(person: PersonFacts, track: MoneyTrack) -> PersonFacts:
    """The facts as they are once this case's own hold is released."""
    held = {part.part: part.amount_fen for part in track.parts} if track.held_by_issue is not None else {}
    account = tuple(replace(each, held_fen=each.held_fen - held.get(each.part, 0)) for each in person.account)
    return replace(person, account=account)


def _open_first_leg(draft: Draft, form: Form, event: FormIssued, rule: str, seq: int) -> None:
    mode, first = MoneyMode(form.mode), draft.file.leg(FIRST_LEG)
    if mode is MoneyMode.NONE:
        if first is not None:
            draft.close(replace(first, held_by_issue=None), MoneyState.ENDED, carried_by=seq)
        return
    due = draft.file.origin_due or draft.promise("residual")
    track = open_leg(
        draft,
        leg=FIRST_LEG,
        mode=mode,
        rule=rule,
        parts=form.parts,
        carried_by=seq,
        due=due,
        by=event.by,
        reviewer=event.reviewer,
        attempt=1 if first is None else first.attempt,
    )
    if track.state in TO_BE_HELD:
        hold_leg(draft, track, issue=form.issue)
