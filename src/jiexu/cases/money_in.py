"""Money at the destination: announced, advised, received, matched, credited; and every difference on the way.

Nothing is credited until form and receipt agree to the fen (医保办发〔2021〕43号 art. 8, R-047, R-048). After a death
what arrives is set aside for the heirs instead (R-043).
"""

from __future__ import annotations

from dataclasses import replace

from jiexu.cases.events import CreditReviewed, ReceiptMatched
from jiexu.cases.file import File, MoneyTrack
from jiexu.cases.money_out import CLEARED_MODES, STAYING
from jiexu.cases.states import MONEY_FINAL, MoneyState, RecordState, Way
from jiexu.cases.step import Draft, Facts, Step, already_done, not_possible
from jiexu.exchange.payloads import LegEnded, LegNotice, MoneyCredited, MoneyQuery, Part, PaymentAdvice
from jiexu.ledger.accounts import AccountKind
from jiexu.ledger.entries import PostingReason
from jiexu.rules.money import MoneyMode
from jiexu.rules.process import receipt_differs

EXCESS = "excess"
"""Name of the only part of an amount that goes back to the payer: it belongs to nobody's account."""


def announced(
    draft: Draft, *, leg: int, mode: MoneyMode, parts: tuple[Part, ...], earlier: MoneyTrack | None = None
) -> None:
    """Open the track of an amount the origin announced, or renew one that has not moved yet."""
    if mode is MoneyMode.NONE:
        if earlier is not None:
            draft.put(replace(earlier, state=MoneyState.ENDED, due=None))
        return
    track = MoneyTrack(
        leg,
        Way.IN,
        MoneyState.AWAITED,
        mode,
        parts,
        draft.promise("reminder"),
        received_fen=earlier.received_fen if earlier else 0,
    )
    if mode in STAYING:
        track = replace(track, state=STAYING[mode], due=None)
    elif mode is MoneyMode.UNKNOWN:
        track = replace(track, state=MoneyState.MODE_UNKNOWN)
    elif mode in CLEARED_MODES:
        track = replace(track, state=MoneyState.CLEARED, due=draft.promise("credit"))
    draft.put(track)


def leg_noticed(file: File, facts: Facts, message: LegNotice) -> Step:
    """A further amount is announced, its mode was decided, or the amount we queried is confirmed."""
    draft, track = Draft(file, facts), file.leg(message.leg)
    if track is None or track.state is MoneyState.MODE_UNKNOWN:
        announced(draft, leg=message.leg, mode=MoneyMode(message.mode), parts=message.parts, earlier=track)
        draft.tell(
            "money_announced", amount_fen=sum(part.amount_fen for part in message.parts), why=message.why
        )
        return draft.step()
    if track.state is not MoneyState.MISMATCH:
        return already_done(file, "no_query_open")
    if track.received_fen < track.amount_fen:
        draft.put(
            replace(
                track,
                state=MoneyState.AWAITED,
                due=draft.promise("reminder"),
                handing_over=None,
                due_after=None,
            )
        )
    else:
        draft.put(
            replace(
                track,
                state=MoneyState.SETTLED,
                due=draft.promise("credit"),
                handing_over=None,
                due_after=None,
            )
        )
    return draft.step()


def leg_ended(file: File, facts: Facts, message: LegEnded) -> Step:
    """The announced amount will not come, and why."""
    track = file.leg(message.leg)
    if track is None or track.state in MONEY_FINAL:
        return already_done(file, "ended_already")
    draft = Draft(file, facts)
    draft.put(replace(track, state=MoneyState.ENDED, due=None, handing_over=None, due_after=None))
    draft.tell("money_ended", why=message.why)
    return draft.step()


def advised(file: File, facts: Facts, message: PaymentAdvice) -> Step:
    """The sending bank confirmed, delivered a rest, or gave the money back."""
    track = file.leg(message.leg)
    if track is None or track.state not in {MoneyState.AWAITED, MoneyState.SETTLED, MoneyState.MISMATCH}:
        return already_done(file, "advised_already")
    draft = Draft(file, facts)
    if message.result == "bounced":
        draft.put(
            replace(
                track,
                state=MoneyState.AWAITED,
                due=draft.promise("reminder"),
                handing_over=None,
                due_after=None,
            )
        )
    elif track.state is MoneyState.AWAITED or message.result == "rest_sent":
        draft.put(
            replace(
                track,
                state=MoneyState.SETTLED,
                due=draft.promise("credit"),
                handing_over=None,
                due_after=None,
            )
        )
    else:
        return already_done(file, "advised_already")
    return draft.step()


def receipt_matched(file: File, facts: Facts, event: ReceiptMatched) -> Step:
    """A bank receipt carries this case's reference: credit it when it agrees to the fen, else ask the origin."""
    track = file.leg(event.leg)
    if track is None or track.way is not Way.IN:
        return not_possible(file, "no_such_amount")
    draft = Draft(file, facts)
    if track.state in MONEY_FINAL | {MoneyState.ESTATE}:
        _give_back(draft, event.amount_fen)
        return draft.step()
    if track.state in {MoneyState.MODE_UNKNOWN, MoneyState.CLEARED}:
        return not_possible(file, "nothing_expected")
    received = replace(track, received_fen=track.received_fen + event.amount_fen)
    _compare(draft, received, by=event.by, reviewer=event.reviewer)
    return draft.step()


def _compare(draft: Draft, track: MoneyTrack, *, by: str, reviewer: str) -> None:
    """Credit when received and expected agree and the form is undisputed; otherwise ask, or wait for the form."""
    if draft.file.record.state is RecordState.FORM_DISPUTED:
        draft.put(
            replace(
                track,
                state=MoneyState.SETTLED,
                due=draft.promise("credit"),
                handing_over=None,
                due_after=None,
            )
        )
    elif track.received_fen == track.amount_fen:
        _credit(
            draft, track, AccountKind.RECEIPTS, PostingReason.CREDITED, rule="R-032", by=by, reviewer=reviewer
        )
    else:
        draft.decided([receipt_differs(form_fen=track.amount_fen, received_fen=track.received_fen)])
        seq = draft.send(MoneyQuery(track.leg, track.received_fen, track.amount_fen))
        after = draft.promise("mismatch")
        draft.put(
            replace(
                track,
                state=MoneyState.MISMATCH,
                due=draft.promise("handover"),
                handing_over=seq,
                due_after=after,
            )
        )
        draft.tell("money_differs", received_fen=track.received_fen, expected_fen=track.amount_fen)


def credit_reviewed(file: File, facts: Facts, event: CreditReviewed) -> Step:
    """Finance credits what lies matched: an amount cleared later, or one whose difference was explained."""
    track = file.leg(event.leg)
    if (
        track is None
        or track.way is not Way.IN
        or track.state not in {MoneyState.CLEARED, MoneyState.SETTLED}
    ):
        return already_done(file, "nothing_to_credit")
    draft = Draft(file, facts)
    if track.state is MoneyState.CLEARED:
        credit_cleared(draft, track, by=event.by, reviewer=event.reviewer)
        return draft.step()
    if file.record.state is RecordState.FORM_DISPUTED or track.received_fen < track.amount_fen:
        return not_possible(file, "money_not_complete")
    _credit(
        draft,
        track,
        AccountKind.RECEIPTS,
        PostingReason.CREDITED,
        rule="R-032",
        by=event.by,
        reviewer=event.reviewer,
    )
    return draft.step()


def credit_cleared(draft: Draft, track: MoneyTrack, *, by: str, reviewer: str) -> None:
    """先划转后清算: credit at once; what the other agency owes stands in the clearing account."""
    _credit(
        draft, track, AccountKind.CLEARING, PostingReason.CLEARED_IN, rule="R-036", by=by, reviewer=reviewer
    )


def _credit(
    draft: Draft,
    track: MoneyTrack,
    source: AccountKind,
    reason: PostingReason,
    *,
    rule: str,
    by: str,
    reviewer: str,
) -> None:
    died = draft.file.died_on is not None
    key = draft.file.other if source is AccountKind.CLEARING else ""
    for part in track.parts:
        account = draft.own(AccountKind.ESTATE, draft.file.case_no) if died else draft.personal(part.part)
        why = PostingReason.TO_ESTATE if died else reason
        draft.post(
            why,
            draft.own(source, key),
            account,
            part=part,
            track=track,
            rule="R-043" if died else rule,
            by=by,
            reviewer=reviewer,
        )
    seq = draft.send(MoneyCredited(track.leg, track.amount_fen, "estate" if died else "credited"))
    if died:
        draft.put(
            replace(
                track, state=MoneyState.ESTATE, due=draft.promise("estate"), handing_over=None, due_after=None
            )
        )
    else:
        draft.put(
            replace(
                track,
                state=MoneyState.CREDITED,
                due=draft.promise("handover"),
                handing_over=seq,
                due_after=None,
            )
        )
    draft.tell("money_credited", amount_fen=track.amount_fen, how="estate" if died else "credited")
    if source is AccountKind.RECEIPTS and track.received_fen > track.amount_fen:
        _give_back(draft, track.received_fen - track.amount_fen)


def _give_back(draft: Draft, amount_fen: int) -> None:
    """What came too much, or twice, goes back to the payer: an amount of its own, reviewed like any other."""
    leg = draft.next_leg(Way.BACK)
    draft.put(
        MoneyTrack(
            leg,
            Way.BACK,
            MoneyState.DUE,
            MoneyMode.REMIT,
            (Part(EXCESS, amount_fen),),
            draft.promise("returned"),
        )
    )
    draft.tell("money_given_back", amount_fen=amount_fen)
