"""Money at the origin: reviewed, ordered, confirmed; and every way it can go wrong.

Nothing leaves a personal account before the bank confirmed, except where the places credit first and clear later;
there the account is debited with the form. Two different people stand on every posting (design §5).
"""

from __future__ import annotations

from jiexu.cases.events import (
    BankBounced,
    BankConfirmed,
    BankRejected,
    BatchReturned,
    BatchReviewed,
    BatchSent,
    OrderedAgain,
    QueryAnswered,
    RestSent,
    SetAside,
)
from jiexu.cases.file import File, MoneyTrack
from jiexu.cases.legs import HELD_AGAIN, TO_SET_ASIDE, capture, hold_leg, keep_for_heirs, stop_for_death
from jiexu.cases.states import MONEY_FINAL, MoneyState, Way
from jiexu.cases.step import BankOrder, Draft, Facts, Step, already_done, not_possible
from jiexu.exchange.payloads import LegEnded, LegNotice, MoneyCredited, MoneyQuery, PaymentAdvice
from jiexu.ledger.accounts import AccountKind
from jiexu.ledger.entries import PostingReason
from jiexu.rules.money import MoneyMode
from jiexu.rules.process import receipt_differs
from jiexu.values.changing import changed
from jiexu.values.names import same_person

REST_FOLLOWS, AMOUNT_CONFIRMED = "rest_follows", "amount_confirmed"
"""Why a notice answers a query: our bank still owes a rest, or it sent all that the form says."""

MODE_DECIDED = "mode_decided"
"""Why a notice announces an amount whose way was not known before."""

PERSON, PAYER = "person", "payer"
"""Payees that are no agency: the person of the case, and whoever paid what came too much."""


def batch_reviewed(file: File, facts: Facts, event: BatchReviewed) -> Step:
    """A second person looked at the batch this amount is in; finance may send it."""
    track = file.leg(event.leg)
    if track is None or track.due is None or track.state is not MoneyState.DUE:
        return already_done(file, "not_in_this_state")
    if same_person(event.reviewer, track.handled_by):
        return not_possible(file, "same_person")
    draft = Draft(file, facts)
    draft.here(changed(track, reviewed_by=event.reviewer), MoneyState.REVIEWED, track.due)
    return draft.step()


def batch_returned(file: File, facts: Facts, event: BatchReturned) -> Step:
    """Taken out of the batch: finance orders it again, or decides otherwise."""
    track = file.leg(event.leg)
    if track is None or track.state not in {MoneyState.DUE, MoneyState.REVIEWED}:
        return already_done(file, "not_in_this_state")
    draft = Draft(file, facts)
    aside = changed(track, state=MoneyState.HELD_BACK, reviewed_by="")
    draft.here(aside, aside.state, draft.promise("returned"))
    return draft.step()


def batch_sent(file: File, facts: Facts, event: BatchSent) -> Step:
    """The order is at the bank; its answer is due by our promise of bank days."""
    track = file.leg(event.leg)
    if track is None or track.state is not MoneyState.REVIEWED:
        return already_done(file, "not_reviewed")
    if same_person(event.by, track.reviewed_by):
        return not_possible(file, "same_person")
    is_back, to_person = track.way is Way.BACK, track.mode is MoneyMode.TO_PERSON
    if not (is_back or to_person or facts.payee_known):
        return not_possible(file, "bank_data_missing")
    draft = Draft(file, facts)
    draft.here(changed(track, handled_by=event.by), MoneyState.ORDERED, draft.promise("bank"))
    if is_back:
        payee, account = PAYER, track.payers[0].account
    else:
        payee, account = (PERSON, "") if to_person else (file.other, facts.other_account or "")
    draft.orders.append(
        BankOrder(
            track.leg,
            track.attempt,
            track.amount_fen,
            payee,
            back=is_back,
            batch=event.batch,
            payee_account=account,
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
        _from_agency(draft, track, AccountKind.RECEIPTS, PostingReason.GIVEN_BACK)
        draft.close(track, MoneyState.GIVEN_BACK)
        return draft.step()
    if track.held_by_issue is None:
        _from_agency(draft, track, AccountKind.RETURNED, PostingReason.SENT_AGAIN)
    else:
        to_person = track.mode is MoneyMode.TO_PERSON
        capture(
            draft,
            track,
            reason=PostingReason.PAID_TO_PERSON if to_person else PostingReason.PAID_OUT,
            into=AccountKind.BANK,
            key="",
            rule=track.rule,
            by=track.handled_by,
            reviewer=track.reviewed_by,
        )
    _advise(draft, changed(track, held_by_issue=None))
    return draft.step()


def _from_agency(draft: Draft, track: MoneyTrack, source: AccountKind, reason: PostingReason) -> None:
    """The bank paid from money that stands on no person's account: what came back once, or came too much."""
    for part in track.parts:
        draft.post(
            reason,
            draft.own(source),
            draft.own(AccountKind.BANK),
            part=part,
            track=track,
            rule=track.rule,
            by=track.handled_by,
            reviewer=track.reviewed_by,
        )


def _advise(draft: Draft, track: MoneyTrack) -> None:
    """Tell the destination, unless it already told us; then its word decides."""
    draft.tell("money_sent", amount_fen=track.amount_fen)
    if track.early == "credited":
        draft.close(track, MoneyState.CREDITED)
        return
    if track.mode is MoneyMode.TO_PERSON:
        seq = draft.send(LegEnded(track.leg, "paid_to_person"))
        draft.close(track, MoneyState.TO_PERSON, carried_by=seq)
        return
    seq = draft.send(PaymentAdvice(track.leg, track.attempt, track.amount_fen, "settled"))
    if track.early == "queried":
        draft.here(changed(track, early=""), MoneyState.QUERIED, draft.promise("mismatch"))
    else:
        draft.across(track, MoneyState.SETTLED, seq, after=draft.promise("reminder"))


def bank_rejected(file: File, facts: Facts, event: BankRejected) -> Step:
    """The bank did not carry out the order: nothing left, the hold stays, finance orders again."""
    track = file.leg(event.leg)
    if track is None or track.state is not MoneyState.ORDERED or track.attempt != event.attempt:
        return already_done(file, "rejected_already")
    draft = Draft(file, facts)
    back = draft.here(track, MoneyState.HELD_BACK, draft.promise("returned"))
    _not_again_after_death(draft, back)
    return draft.step()


def _not_again_after_death(draft: Draft, track: MoneyTrack) -> None:
    """R-043: what the bank refused or gave back after the death goes to nobody before two people looked."""
    if draft.file.died_on is not None and track.way is Way.OUT:
        stop_for_death(draft, track)


def bank_bounced(file: File, facts: Facts, event: BankBounced) -> Step:
    """A confirmed payment came back: it waits in the account for returned money, and the other side is told."""
    track = file.leg(event.leg)
    if track is None or track.attempt != event.attempt or track.state is MoneyState.RETURNED:
        return already_done(file, "bounced_already")
    left = {MoneyState.SETTLED, MoneyState.QUERIED, MoneyState.CHASING, MoneyState.TO_PERSON}
    if track.state not in left:
        return not_possible(file, "bounce_contradicts")
    draft = Draft(file, facts)
    draft.tell("money_bounced", amount_fen=track.amount_fen)
    if track.state is MoneyState.TO_PERSON:
        _back_to_person(draft, track)
        return draft.step()
    for part in track.parts:
        draft.post(
            PostingReason.BOUNCED,
            draft.own(AccountKind.BANK),
            draft.own(AccountKind.RETURNED),
            part=part,
            track=track,
            rule=track.rule,
            by=track.handled_by,
            reviewer=track.reviewed_by,
        )
    back = draft.here(track, MoneyState.RETURNED, draft.promise("returned"))
    _not_again_after_death(draft, back)
    draft.send(PaymentAdvice(track.leg, track.attempt, track.amount_fen, "bounced"))
    return draft.step()


def _back_to_person(draft: Draft, track: MoneyTrack) -> None:
    """What the person's own bank gave back is the person's again, and held anew; no other agency waits for it."""
    for part in track.parts:
        draft.post(
            PostingReason.CORRECTION,
            draft.own(AccountKind.BANK),
            draft.personal(part.part),
            part=part,
            track=track,
            rule=track.rule,
            by=track.handled_by,
            reviewer=track.reviewed_by,
            corrects=draft.id_of(PostingReason.PAID_TO_PERSON, track, part),
        )
    held = hold_leg(draft, track, issue=HELD_AGAIN + track.attempt)
    back = draft.here(held, MoneyState.RETURNED, draft.promise("returned"))
    _not_again_after_death(draft, back)


def ordered_again(file: File, facts: Facts, event: OrderedAgain) -> Step:
    """Into the next batch, under the next attempt, so that the bank can tell the two apart."""
    track = file.leg(event.leg)
    if track is not None and track.state is MoneyState.STOPPED_BY_DEATH:
        return not_possible(file, "person_died")
    if track is None or track.state not in {MoneyState.RETURNED, MoneyState.HELD_BACK, MoneyState.RESIDUAL}:
        return already_done(file, "nothing_to_order")
    if track.handing_over is not None:
        return not_possible(file, "notice_not_receipted")
    if track.mode is MoneyMode.REMIT and not facts.payee_known:
        return not_possible(file, "bank_data_missing")
    draft = Draft(file, facts)
    again = track.attempt if track.state is MoneyState.RESIDUAL else track.attempt + 1
    anew = changed(track, state=MoneyState.DUE, attempt=again, handled_by=event.by, reviewed_by="")
    draft.here(anew, anew.state, draft.promise("returned"))
    return draft.step()


def put_aside(file: File, facts: Facts, event: SetAside) -> Step:
    """After a death, two people set aside for the heirs what has not left, or came back (R-043)."""
    track = file.leg(event.leg)
    if track is None or track.way is not Way.OUT or track.state not in TO_SET_ASIDE:
        return already_done(file, "nothing_to_set_aside")
    if file.died_on is None:
        return not_possible(file, "nobody_died")
    draft = Draft(file, facts)
    keep_for_heirs(draft, track, by=event.by, reviewer=event.reviewer)
    return draft.step()


def money_queried(file: File, facts: Facts, message: MoneyQuery) -> Step:
    """The destination received another amount than the form says; finance here looks at what the bank did."""
    track = file.leg(message.leg)
    open_to_query = {MoneyState.SETTLED, MoneyState.CHASING, MoneyState.ORDERED}
    if track is None or track.state not in open_to_query:
        return already_done(file, "query_too_late")
    draft = Draft(file, facts)
    draft.decided([receipt_differs(form_fen=track.amount_fen, received_fen=message.received_fen)])
    # Kept with the amount, so that finance here sees whether too little or too much arrived.
    track = changed(track, received_fen=message.received_fen)
    if track.state is MoneyState.ORDERED:
        draft.put(changed(track, early="queried"))
    else:
        draft.here(track, MoneyState.QUERIED, draft.promise("mismatch"))
    return draft.step()


def query_answered(file: File, facts: Facts, event: QueryAnswered) -> Step:
    """The amount on the form stands. Where the bank delivered too little, the origin chases the rest."""
    track = file.leg(event.leg)
    if track is None or track.state is not MoneyState.QUERIED:
        return already_done(file, "no_query")
    draft = Draft(file, facts)
    why = REST_FOLLOWS if event.short else AMOUNT_CONFIRMED
    seq = draft.send(LegNotice(track.leg, track.mode.value, track.parts, why))
    if event.short:
        draft.here(track, MoneyState.CHASING, draft.promise("bank"))
    else:
        draft.across(track, MoneyState.SETTLED, seq, after=draft.promise("reminder"))
    return draft.step()


def rest_sent(file: File, facts: Facts, event: RestSent) -> Step:
    """The bank sent the rest it owed; the destination is advised again."""
    track = file.leg(event.leg)
    if track is None or track.state is not MoneyState.CHASING:
        return already_done(file, "no_rest_due")
    draft = Draft(file, facts)
    seq = draft.send(PaymentAdvice(track.leg, track.attempt, track.amount_fen, "settled"))
    draft.across(track, MoneyState.SETTLED, seq, after=draft.promise("reminder"))
    return draft.step()


def money_credited(file: File, facts: Facts, message: MoneyCredited) -> Step:
    """The destination credited the amount: this track closes, once our own bank has answered too.

    What says that another amount was credited ends nothing: somebody must look.
    """
    track = file.leg(message.leg)
    if track is None or track.state in MONEY_FINAL:
        return already_done(file, "credited_already")
    if message.amount_fen != track.amount_fen:
        return not_possible(file, "credit_differs")
    draft = Draft(file, facts)
    if track.state is MoneyState.ORDERED:
        draft.put(changed(track, early="credited"))
    elif track.state in {MoneyState.SETTLED, MoneyState.CLEARED, MoneyState.QUERIED, MoneyState.CHASING}:
        draft.close(track, MoneyState.CREDITED)
        draft.tell("money_credited", amount_fen=message.amount_fen, how=message.how)
    else:
        return not_possible(file, "credit_contradicts")
    return draft.step()
