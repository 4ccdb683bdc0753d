"""Money at the origin: held with the form, reviewed, ordered, confirmed; and every way it can go wrong.

Nothing leaves a personal account before the bank confirmed, except where the places credit first and clear later;
there the account is debited with the form. Two different people stand on every posting (design §5).
"""

from __future__ import annotations

from dataclasses import replace

from jiexu.cases.events import (
    BankBounced,
    BankConfirmed,
    BankRejected,
    BatchReturned,
    BatchReviewed,
    BatchSent,
    ModeDecided,
    MoneyCameLate,
    OrderedAgain,
    QueryAnswered,
    RestSent,
)
from jiexu.cases.file import Due, File, MoneyTrack
from jiexu.cases.states import MONEY_FINAL, MoneyState, Way
from jiexu.cases.step import BankOrder, Draft, Facts, Step, already_done, hold_id, not_possible
from jiexu.exchange.payloads import LegEnded, LegNotice, MoneyCredited, MoneyQuery, Part, PaymentAdvice
from jiexu.ledger.accounts import AccountKind
from jiexu.ledger.entries import Hold, HoldResolution, PostingReason
from jiexu.rules.inputs import PersonFacts
from jiexu.rules.money import MoneyMode, money_mode
from jiexu.rules.process import receipt_differs, residual

CLEARED_MODES = frozenset({MoneyMode.CREDIT_THEN_CLEAR, MoneyMode.INSTANT})
STAYING = {MoneyMode.STAY: MoneyState.STAYED, MoneyMode.KEEP: MoneyState.KEPT}


def open_leg(
    draft: Draft,
    *,
    leg: int,
    mode: MoneyMode,
    parts: tuple[Part, ...],
    carried_by: int,
    due: Due,
    by: str,
    reviewer: str,
) -> MoneyTrack:
    """Open the money track of an amount that leaves (or stays) here. ``due``: date for giving it to the bank."""
    track = MoneyTrack(leg=leg, way=Way.OUT, state=MoneyState.DUE, mode=mode, parts=parts, due=due)
    if mode in STAYING:
        track = replace(track, state=STAYING[mode], due=None)
        draft.tell("money_stays", mode=mode.value, amount_fen=track.amount_fen)
    elif mode is MoneyMode.UNKNOWN:
        track = replace(track, state=MoneyState.MODE_UNKNOWN, due=draft.promise("mode"))
        draft.tell("money_unknown", amount_fen=track.amount_fen)
    elif mode in CLEARED_MODES:
        for part in parts:
            debit, credit = draft.personal(part.part), draft.own(AccountKind.CLEARING, draft.file.other)
            draft.post(
                PostingReason.CLEARED_OUT,
                debit,
                credit,
                part=part,
                track=track,
                rule="R-036",
                by=by,
                reviewer=reviewer,
            )
        handover = draft.promise("handover")
        track = replace(
            track,
            state=MoneyState.CLEARED,
            due=handover,
            handing_over=carried_by,
            due_after=draft.promise("reminder"),
        )
    draft.put(track)
    return track


def hold_leg(draft: Draft, track: MoneyTrack, *, issue: int) -> MoneyTrack:
    """Set exactly the amount of this track aside, part by part."""
    case_no = draft.file.case_no
    draft.holds.extend(
        Hold(
            id=hold_id(case_no, track, issue, part.part),
            account=draft.personal(part.part),
            amount_fen=part.amount_fen,
            case_no=case_no,
            leg=track.leg,
            issue=issue,
        )
        for part in track.parts
    )
    held = replace(track, held_by_issue=issue)
    draft.put(held)
    return held


def release(draft: Draft, track: MoneyTrack) -> None:
    """Give a held amount free again, because a corrected form replaces the one it was held for."""
    if track.held_by_issue is not None:
        issue = track.held_by_issue
        draft.resolutions.extend(
            HoldResolution(hold_id(draft.file.case_no, track, issue, part.part), "released", ())
            for part in track.parts
        )
        draft.put(replace(track, held_by_issue=None))


def capture(
    draft: Draft,
    track: MoneyTrack,
    *,
    reason: PostingReason,
    into: AccountKind,
    key: str,
    rule: str,
    by: str,
    reviewer: str,
) -> None:
    """Take the amount out of the personal account for good, ending its hold where it is held."""
    case_no = draft.file.case_no
    for part in track.parts:
        ident = draft.post(
            reason,
            draft.personal(part.part),
            draft.own(into, key),
            part=part,
            track=track,
            rule=rule,
            by=by,
            reviewer=reviewer,
        )
        if track.held_by_issue is not None:
            draft.resolutions.append(
                HoldResolution(hold_id(case_no, track, track.held_by_issue, part.part), "captured", (ident,))
            )


def batch_reviewed(file: File, facts: Facts, event: BatchReviewed) -> Step:
    return _move(file, facts, event.leg, {MoneyState.DUE}, MoneyState.REVIEWED)


def batch_returned(file: File, facts: Facts, event: BatchReturned) -> Step:
    """Taken out of the batch: finance orders it again, or decides otherwise."""
    return _move(
        file,
        facts,
        event.leg,
        {MoneyState.DUE, MoneyState.REVIEWED},
        MoneyState.HELD_BACK,
        promise="returned",
    )


def batch_sent(file: File, facts: Facts, event: BatchSent) -> Step:
    """The order is at the bank; its answer is due by our promise of bank days."""
    track = file.leg(event.leg)
    if track is None or track.state is not MoneyState.REVIEWED:
        return already_done(file, "not_reviewed")
    draft = Draft(file, facts)
    draft.put(replace(track, state=MoneyState.ORDERED, due=draft.promise("bank")))
    payee = "person" if track.mode is MoneyMode.TO_PERSON else file.other
    draft.orders.append(
        BankOrder(
            track.leg, track.attempt, track.amount_fen, payee, back=track.way is Way.BACK, batch=event.batch
        )
    )
    return draft.step()


def bank_confirmed(file: File, facts: Facts, event: BankConfirmed) -> Step:
    """The bank debited our account: the person's account is emptied of this amount, the other side is advised."""
    track = file.leg(event.leg)
    if track is None or track.state is not MoneyState.ORDERED or track.attempt != event.attempt:
        return already_done(file, "confirmed_already")
    draft = Draft(file, facts)
    if track.way is Way.BACK:
        for part in track.parts:
            draft.post(
                PostingReason.GIVEN_BACK,
                draft.own(AccountKind.RECEIPTS),
                draft.own(AccountKind.BANK),
                part=part,
                track=track,
                rule="R-048",
                by=event.by,
                reviewer=event.reviewer,
            )
        draft.put(replace(track, state=MoneyState.GIVEN_BACK, due=None))
        return draft.step()
    if track.held_by_issue is not None:
        capture(
            draft,
            track,
            reason=PostingReason.PAID_TO_PERSON
            if track.mode is MoneyMode.TO_PERSON
            else PostingReason.PAID_OUT,
            into=AccountKind.BANK,
            key="",
            rule="R-032",
            by=event.by,
            reviewer=event.reviewer,
        )
    else:
        for part in track.parts:
            draft.post(
                PostingReason.SENT_AGAIN,
                draft.own(AccountKind.RETURNED),
                draft.own(AccountKind.BANK),
                part=part,
                track=track,
                rule="R-032",
                by=event.by,
                reviewer=event.reviewer,
            )
    _advise_settled(draft, replace(track, held_by_issue=None))
    return draft.step()


def _advise_settled(draft: Draft, track: MoneyTrack) -> None:
    """Tell the destination, unless it already told us; then its word decides."""
    if track.early == "credited":
        draft.put(replace(track, state=MoneyState.CREDITED, due=None))
    elif track.mode is MoneyMode.TO_PERSON:
        draft.send(LegEnded(track.leg, "paid_to_person"))
        draft.put(replace(track, state=MoneyState.TO_PERSON, due=None))
    elif track.early == "queried":
        draft.send(PaymentAdvice(track.leg, track.attempt, track.amount_fen, "settled"))
        draft.put(replace(track, state=MoneyState.QUERIED, due=draft.promise("mismatch"), early=""))
    else:
        seq = draft.send(PaymentAdvice(track.leg, track.attempt, track.amount_fen, "settled"))
        _hand_over(draft, track, seq)
    draft.tell("money_sent", amount_fen=track.amount_fen)


def _hand_over(draft: Draft, track: MoneyTrack, seq: int) -> None:
    draft.put(
        replace(
            track,
            state=MoneyState.SETTLED,
            due=draft.promise("handover"),
            handing_over=seq,
            due_after=draft.promise("reminder"),
        )
    )


def bank_rejected(file: File, facts: Facts, event: BankRejected) -> Step:
    """The bank did not carry out the order: nothing left, the hold stays, finance orders again."""
    track = file.leg(event.leg)
    if track is None or track.state is not MoneyState.ORDERED or track.attempt != event.attempt:
        return already_done(file, "rejected_already")
    return _move(file, facts, event.leg, {MoneyState.ORDERED}, MoneyState.HELD_BACK, promise="returned")


def bank_bounced(file: File, facts: Facts, event: BankBounced) -> Step:
    """A confirmed payment came back: it waits in the account for returned money, and the other side is told."""
    track = file.leg(event.leg)
    if track is None or track.attempt != event.attempt or track.state is MoneyState.RETURNED:
        return already_done(file, "bounced_already")
    if track.state not in {MoneyState.SETTLED, MoneyState.QUERIED}:
        return not_possible(file, "bounce_contradicts")
    draft = Draft(file, facts)
    for part in track.parts:
        draft.post(
            PostingReason.BOUNCED,
            draft.own(AccountKind.BANK),
            draft.own(AccountKind.RETURNED),
            part=part,
            track=track,
            rule="R-032",
            by=event.by,
            reviewer=event.reviewer,
        )
    draft.put(
        replace(
            track, state=MoneyState.RETURNED, due=draft.promise("returned"), handing_over=None, due_after=None
        )
    )
    draft.send(PaymentAdvice(track.leg, track.attempt, track.amount_fen, "bounced"))
    draft.tell("money_bounced", amount_fen=track.amount_fen)
    return draft.step()


def ordered_again(file: File, facts: Facts, event: OrderedAgain) -> Step:
    """Into the next batch, under the next attempt, so that the bank can tell the two apart."""
    track = file.leg(event.leg)
    if track is None or track.state not in {MoneyState.RETURNED, MoneyState.HELD_BACK, MoneyState.RESIDUAL}:
        return already_done(file, "nothing_to_order")
    draft = Draft(file, facts)
    again = track.attempt if track.state is MoneyState.RESIDUAL else track.attempt + 1
    draft.put(replace(track, state=MoneyState.DUE, attempt=again, due=draft.promise("returned")))
    return draft.step()


def money_queried(file: File, facts: Facts, message: MoneyQuery) -> Step:
    """The destination received another amount than the form says; finance here looks at what the bank did."""
    track = file.leg(message.leg)
    if track is None or track.state not in {MoneyState.SETTLED, MoneyState.ORDERED}:
        return already_done(file, "query_too_late")
    draft = Draft(file, facts)
    draft.decided([receipt_differs(form_fen=track.amount_fen, received_fen=message.received_fen)])
    if track.state is MoneyState.ORDERED:
        draft.put(replace(track, early="queried", received_fen=message.received_fen))
    else:
        draft.put(
            replace(
                track,
                state=MoneyState.QUERIED,
                received_fen=message.received_fen,
                due=draft.promise("mismatch"),
                handing_over=None,
                due_after=None,
            )
        )
    return draft.step()


def query_answered(file: File, facts: Facts, event: QueryAnswered) -> Step:
    """The amount on the form stands. Where the bank delivered too little, the origin chases the rest."""
    track = file.leg(event.leg)
    if track is None or track.state is not MoneyState.QUERIED:
        return already_done(file, "no_query")
    draft = Draft(file, facts)
    seq = draft.send(LegNotice(track.leg, track.mode.value, track.parts, "amount_confirmed"))
    if event.short:
        draft.put(replace(track, state=MoneyState.CHASING, due=draft.promise("bank")))
    else:
        _hand_over(draft, track, seq)
    return draft.step()


def rest_sent(file: File, facts: Facts, event: RestSent) -> Step:
    track = file.leg(event.leg)
    if track is None or track.state is not MoneyState.CHASING:
        return already_done(file, "no_rest_due")
    draft = Draft(file, facts)
    seq = draft.send(PaymentAdvice(track.leg, track.attempt, track.amount_fen, "rest_sent"))
    _hand_over(draft, track, seq)
    return draft.step()


def money_credited(file: File, facts: Facts, message: MoneyCredited) -> Step:
    """The destination credited the amount: this track closes, once our own bank has answered too."""
    track = file.leg(message.leg)
    if track is None or track.state in MONEY_FINAL:
        return already_done(file, "credited_already")
    draft = Draft(file, facts)
    if track.state is MoneyState.ORDERED:
        draft.put(replace(track, early="credited"))
    elif track.state in {MoneyState.SETTLED, MoneyState.CLEARED, MoneyState.QUERIED, MoneyState.CHASING}:
        draft.put(replace(track, state=MoneyState.CREDITED, due=None, handing_over=None, due_after=None))
        draft.tell("money_credited", amount_fen=message.amount_fen, how=message.how)
    else:
        return not_possible(file, "credit_contradicts")
    return draft.step()


def mode_decided(file: File, facts: Facts, event: ModeDecided) -> Step:
    """The agency's own decision where no rule is known: stored with its reason, and told to the other side."""
    track = file.leg(event.leg)
    if track is None or track.state is not MoneyState.MODE_UNKNOWN:
        return already_done(file, "mode_known")
    if event.mode in {MoneyMode.UNKNOWN, MoneyMode.NONE, MoneyMode.ESTATE}:
        return not_possible(file, "mode_undecided")
    if facts.person is None:
        return not_possible(file, "no_record_here")
    draft = Draft(file, facts)
    parts = movable_parts(facts.person)
    if not parts:
        return not_possible(file, "nothing_left_to_move")
    draft.decided(
        [residual(amount_fen=sum(part.amount_fen for part in parts), mode=event.mode.value, why=event.reason)]
    )
    seq = draft.send(LegNotice(track.leg, event.mode.value, parts, "mode_decided"))
    opened = open_leg(
        draft,
        leg=track.leg,
        mode=event.mode,
        parts=parts,
        carried_by=seq,
        due=draft.promise("residual"),
        by=event.by,
        reviewer=event.reviewer,
    )
    if opened.state is MoneyState.DUE:
        hold_leg(draft, opened, issue=file.form.issue if file.form else 1)
    return draft.step()


def money_came_late(file: File, facts: Facts, event: MoneyCameLate) -> Step:
    """Money that reached the account after the form: an amount of its own, with its own track (R-051)."""
    if file.form is None or facts.person is None:
        return (
            already_done(file, "comes_with_the_form")
            if file.record.is_open
            else not_possible(file, "no_transfer_here")
        )
    draft = Draft(file, facts)
    decision = money_mode(asked=file.asked, person=facts.person, policy=facts.policy, on=facts.today)
    mode = decision.mode
    draft.decided(
        [
            *decision.decisions,
            residual(amount_fen=sum(part.amount_fen for part in event.parts), mode=mode.value, why=event.why),
        ]
    )
    leg = draft.next_leg()
    if file.died_on is not None:
        _into_estate(
            draft,
            MoneyTrack(leg, Way.OUT, MoneyState.RESIDUAL, mode, event.parts, draft.promise("estate")),
            by=event.by,
            reviewer=event.reviewer,
        )
        return draft.step()
    seq = draft.send(LegNotice(leg, mode.value, event.parts, event.why))
    track = open_leg(
        draft,
        leg=leg,
        mode=mode,
        parts=event.parts,
        carried_by=seq,
        due=draft.promise("residual"),
        by=event.by,
        reviewer=event.reviewer,
    )
    if track.state is MoneyState.DUE:
        held = hold_leg(draft, track, issue=file.form.issue)
        draft.put(replace(held, state=MoneyState.RESIDUAL))
    return draft.step()


def _move(
    file: File, facts: Facts, leg: int, allowed: set[MoneyState], to: MoneyState, promise: str | None = None
) -> Step:
    track = file.leg(leg)
    if track is None or track.state not in allowed:
        return already_done(file, "not_in_this_state")
    draft = Draft(file, facts)
    draft.put(replace(track, state=to, due=draft.promise(promise) if promise else track.due))
    return draft.step()


def stop_for_death(draft: Draft, track: MoneyTrack, *, by: str, reviewer: str) -> None:
    """R-043: the money stays where it is. What has not left the origin becomes estate here; the rest goes its way."""
    if track.state is MoneyState.MODE_UNKNOWN:
        person = draft.facts.person
        track = replace(track, parts=movable_parts(person) if person is not None else ())
    elif track.state not in {
        MoneyState.DUE,
        MoneyState.REVIEWED,
        MoneyState.HELD_BACK,
        MoneyState.RESIDUAL,
        MoneyState.RETURNED,
    }:
        return
    draft.send(LegEnded(track.leg, "estate"))
    if track.parts:
        _into_estate(draft, track, by=by, reviewer=reviewer)
    else:
        draft.put(replace(track, state=MoneyState.ENDED, due=None))


def _into_estate(draft: Draft, track: MoneyTrack, *, by: str, reviewer: str) -> None:
    """Set the amount aside for the heirs, from wherever it stands at this agency."""
    if track.state is MoneyState.RETURNED or (
        track.held_by_issue is None and track.state is MoneyState.HELD_BACK
    ):
        estate = draft.own(AccountKind.ESTATE, draft.file.case_no)
        for part in track.parts:
            draft.post(
                PostingReason.TO_ESTATE,
                draft.own(AccountKind.RETURNED),
                estate,
                part=part,
                track=track,
                rule="R-043",
                by=by,
                reviewer=reviewer,
            )
    else:
        capture(
            draft,
            track,
            reason=PostingReason.TO_ESTATE,
            into=AccountKind.ESTATE,
            key=draft.file.case_no,
            rule="R-043",
            by=by,
            reviewer=reviewer,
        )
    draft.put(replace(track, state=MoneyState.ESTATE, held_by_issue=None, due=draft.promise("estate")))


def movable_parts(person: PersonFacts) -> tuple[Part, ...]:
    """Every part of the account that may move now, with what is available in it."""
    return tuple(
        Part(each.part, each.available_fen)
        for each in person.account
        if each.movable and each.available_fen > 0
    )
