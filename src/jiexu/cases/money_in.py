"""Money at the destination: announced, advised, received, matched, credited; and every difference on the way.

Nothing is credited until form and receipt agree to the fen (医保办发〔2021〕43号 art. 8, R-047, R-048). After a death
what arrives is set aside for the heirs instead (R-043).
"""

from __future__ import annotations

from jiexu.cases.events import CreditReviewed, NotReceived, ReceiptMatched
from jiexu.cases.file import File, MoneyTrack, Payer
from jiexu.cases.legs import CLEARED_MODES, FOR_HEIRS, STAYING, TAKEN_BACK
from jiexu.cases.money_out import MODE_DECIDED, REST_FOLLOWS
from jiexu.cases.states import MONEY_FINAL, MoneyState, RecordState, Way
from jiexu.cases.step import Draft, Facts, Step, already_done, not_possible
from jiexu.exchange.payloads import LegEnded, LegNotice, MoneyCredited, MoneyQuery, Part, PaymentAdvice
from jiexu.ledger.accounts import AccountKind
from jiexu.ledger.entries import PostingReason
from jiexu.rules.money import MoneyMode, announced_rule
from jiexu.rules.ours import DEATH_TAKEN_BACK, MODE
from jiexu.rules.process import R_043, R_048, R_051, receipt_differs
from jiexu.values.changing import changed

EXCESS = "excess"
"""Name of the only part of an amount that goes back to the payer: it belongs to nobody's account."""
NOT_COMING = frozenset({MoneyMode.NONE, MoneyMode.ESTATE})
OTHER_PAYER = "other_payer"
"""Why a receipt is matched although its payer is not the other agency's approved account: two people say so."""
OVER = MONEY_FINAL | FOR_HEIRS
"""States of an amount to which whatever still comes is too much."""
EXPECTED = frozenset({MoneyState.AWAITED, MoneyState.SETTLED, MoneyState.MISMATCH})


def announced(
    draft: Draft,
    *,
    leg: int,
    mode: MoneyMode,
    rule: str,
    parts: tuple[Part, ...],
    earlier: MoneyTrack | None = None,
) -> None:
    """Open the track of an amount the origin announced, or renew one that has not moved yet."""
    if mode in NOT_COMING:
        if earlier is not None:
            draft.close(earlier, MoneyState.ENDED)
        return
    waits = draft.promise("reminder")
    track = MoneyTrack(leg, Way.IN, MoneyState.AWAITED, mode, rule, parts, waits)
    if mode in STAYING:
        draft.close(track, STAYING[mode])
    elif mode is MoneyMode.UNKNOWN:
        draft.here(track, MoneyState.MODE_UNKNOWN, waits)
    elif mode in CLEARED_MODES:
        draft.here(track, MoneyState.CLEARED, draft.promise("credit"))
    else:
        draft.put(track)


def leg_noticed(file: File, facts: Facts, message: LegNotice) -> Step:
    """A further amount is announced, or one the heirs' no more; its mode was decided, or what we queried is confirmed."""
    draft, track = Draft(file, facts), file.leg(message.leg)
    anew = track is not None and track.state is MoneyState.ENDED and message.why == TAKEN_BACK
    if track is None or anew or track.state is MoneyState.MODE_UNKNOWN:
        announced(
            draft,
            leg=message.leg,
            mode=MoneyMode(message.mode),
            rule=_why_announced(file, message),
            parts=message.parts,
            earlier=track,
        )
        total = sum(part.amount_fen for part in message.parts)
        draft.tell("money_announced", amount_fen=total, why=message.why)
        return draft.step()
    if track.state not in EXPECTED:
        return already_done(file, "no_query_open")
    if message.why == REST_FOLLOWS:
        draft.here(track, MoneyState.AWAITED, draft.promise("reminder"))
    else:
        draft.here(track, MoneyState.SETTLED, draft.promise("credit"))
    return draft.step()


def _why_announced(file: File, message: LegNotice) -> str:
    """The rule by which a noticed amount travels, as far as the destination can tell it."""
    if message.why == TAKEN_BACK:
        return announced_rule(asked=file.asked, mode=MoneyMode(message.mode))
    return MODE.id if message.why == MODE_DECIDED else R_051.id


def leg_ended(file: File, facts: Facts, message: LegEnded) -> Step:
    """The announced amount will not come, and why."""
    track = file.leg(message.leg)
    if track is None or track.state in MONEY_FINAL:
        return already_done(file, "ended_already")
    draft = Draft(file, facts)
    draft.close(track, MoneyState.ENDED)
    draft.tell("money_ended", why=message.why)
    return draft.step()


def advised(file: File, facts: Facts, message: PaymentAdvice) -> Step:
    """The sending bank confirmed, delivered a rest, or gave the money back."""
    track = file.leg(message.leg)
    draft = Draft(file, facts)
    if track is not None and message.result == "bounced" and track.state in EXPECTED:
        draft.here(track, MoneyState.AWAITED, draft.promise("reminder"))
    elif track is not None and track.state is MoneyState.AWAITED:
        draft.here(track, MoneyState.SETTLED, draft.promise("credit"))
    else:
        return already_done(file, "advised_already")
    return draft.step()


def not_received(file: File, facts: Facts, event: NotReceived) -> Step:
    """Advised, but our bank shows nothing, or too little: ask the origin what became of it (R-048)."""
    track = file.leg(event.leg)
    if track is None or track.way is not Way.IN or track.state is not MoneyState.SETTLED:
        return already_done(file, "not_advised")
    if track.received_fen >= track.amount_fen:
        return not_possible(file, "money_is_here")
    draft = Draft(file, facts)
    query(draft, track)
    return draft.step()


def receipt_matched(file: File, facts: Facts, event: ReceiptMatched) -> Step:
    """A bank receipt carries this case's reference: credit it when it agrees to the fen, else ask the origin."""
    track = file.leg(event.leg)
    if track is None or track.way is not Way.IN:
        return not_possible(file, "no_such_amount")
    if track.state not in EXPECTED | OVER:
        return not_possible(file, "nothing_expected")
    if doubt := payer_doubt(event.payer_account, facts.other_account, why=event.why):
        return not_possible(file, doubt)
    draft, payer = Draft(file, facts), Payer(event.payer_account, event.amount_fen)
    if track.state in OVER:
        _give_back(draft, payer, by=event.by)
        return draft.step()
    received = changed(
        track, received_fen=track.received_fen + event.amount_fen, payers=(*track.payers, payer)
    )
    if file.record.state is RecordState.FORM_DISPUTED:
        draft.here(received, MoneyState.SETTLED, draft.promise("credit"))
    elif received.received_fen == received.amount_fen:
        _credit(draft, received, AccountKind.RECEIPTS, by=event.by, reviewer=event.reviewer)
    else:
        query(draft, received)
    return draft.step()


def payer_doubt(payer: str, expected: str | None, *, why: str = "reference") -> str:
    """Why money from this account may not count for an amount of the other agency's: a key of the texts, empty where it may.

    ``expected``: the approved account of the other agency, as in ``Facts``. ``why``: two people may say that another
    account is right; no account at all never is, because an excess could not go back.
    """
    if not payer:
        return "payer_unnamed"
    if why == OTHER_PAYER or payer == expected:
        return ""
    return "payer_differs" if expected else "payer_unlisted"


def query(draft: Draft, track: MoneyTrack) -> None:
    """Received and expected differ: nothing is credited until the origin has answered."""
    draft.decided([receipt_differs(form_fen=track.amount_fen, received_fen=track.received_fen)])
    seq = draft.send(MoneyQuery(track.leg, track.received_fen, track.amount_fen))
    draft.across(track, MoneyState.MISMATCH, seq, after=draft.promise("mismatch"))
    draft.tell("money_differs", received_fen=track.received_fen, expected_fen=track.amount_fen)


def credit_reviewed(file: File, facts: Facts, event: CreditReviewed) -> Step:
    """Finance credits what lies matched: an amount cleared later, or one whose difference was explained."""
    track = file.leg(event.leg)
    creditable = {MoneyState.CLEARED, MoneyState.SETTLED}
    if track is None or track.way is not Way.IN or track.state not in creditable:
        return already_done(file, "nothing_to_credit")
    draft = Draft(file, facts)
    if track.state is MoneyState.CLEARED:
        credit_cleared(draft, track, by=event.by, reviewer=event.reviewer)
        return draft.step()
    if file.record.state is RecordState.FORM_DISPUTED or track.received_fen < track.amount_fen:
        return not_possible(file, "money_not_complete")
    _credit(draft, track, AccountKind.RECEIPTS, by=event.by, reviewer=event.reviewer)
    return draft.step()


def credit_cleared(draft: Draft, track: MoneyTrack, *, by: str, reviewer: str) -> None:
    """先划转后清算: credit at once; what the other agency owes stands in the clearing account."""
    _credit(draft, track, AccountKind.CLEARING, by=by, reviewer=reviewer)


def _credit(draft: Draft, track: MoneyTrack, source: AccountKind, *, by: str, reviewer: str) -> None:
    """Into the person's account, or the heirs'; what came too much becomes an amount of its own."""
    track = changed(track, handled_by=by, reviewed_by=reviewer)
    died = draft.file.died_on is not None
    cleared = source is AccountKind.CLEARING
    reason = PostingReason.CLEARED_IN if cleared else PostingReason.CREDITED
    for part in track.parts:
        estate = draft.own(AccountKind.ESTATE, draft.file.case_no)
        draft.post(
            PostingReason.TO_ESTATE if died else reason,
            draft.own(source, draft.file.other if cleared else ""),
            estate if died else draft.personal(part.part),
            part=part,
            track=track,
            rule=R_043.id if died else track.rule if cleared else R_048.id,
            by=by,
            reviewer=reviewer,
        )
    if track.received_fen == track.amount_fen:
        draft.decided([receipt_differs(form_fen=track.amount_fen, received_fen=track.received_fen)])
    how = "estate" if died else "credited"
    seq = draft.send(MoneyCredited(track.leg, track.amount_fen, how))
    if died:
        draft.across(track, MoneyState.ESTATE, seq, after=draft.promise("estate"))
    else:
        draft.close(track, MoneyState.CREDITED, carried_by=seq)
    draft.tell("money_credited", amount_fen=track.amount_fen, how=how)
    if not cleared and track.received_fen > track.amount_fen:
        for payer in _overpaid(track):
            _give_back(draft, payer, by=by)


def credit_after_all(draft: Draft, track: MoneyTrack, *, by: str, reviewer: str) -> None:
    """Nobody died: what was set aside here goes back where it was taken from, and from there to the person.

    The origin was told that the amount is here, which stays true; it hears nothing more of it.
    """
    cleared = track.mode in CLEARED_MODES
    source = draft.own(*(AccountKind.CLEARING, draft.file.other) if cleared else (AccountKind.RECEIPTS,))
    for part in track.parts:
        draft.post(
            PostingReason.CORRECTION,
            draft.own(AccountKind.ESTATE, draft.file.case_no),
            source,
            part=part,
            track=track,
            rule=DEATH_TAKEN_BACK.id,
            by=by,
            reviewer=reviewer,
            corrects=draft.id_of(PostingReason.TO_ESTATE, track, part),
        )
        draft.post(
            PostingReason.CLEARED_IN if cleared else PostingReason.CREDITED,
            source,
            draft.personal(part.part),
            part=part,
            track=track,
            rule=track.rule if cleared else R_048.id,
            by=by,
            reviewer=reviewer,
        )
    credited = changed(track, handled_by=by, reviewed_by=reviewer)
    draft.close(credited, MoneyState.CREDITED, carried_by=track.handing_over)


def _overpaid(track: MoneyTrack) -> list[Payer]:
    """To whom what came too much goes back, and how much to each: what came last was the one too many."""
    left = track.received_fen - track.amount_fen
    back: dict[str, int] = {}
    for payer in reversed(track.payers):
        taken = min(left, payer.amount_fen)
        if taken:
            back[payer.account] = back.get(payer.account, 0) + taken
        left -= taken
    return [Payer(account, amount) for account, amount in back.items()]


def _give_back(draft: Draft, payer: Payer, *, by: str) -> None:
    """What came too much, or twice, goes back to the account that paid: an amount of its own, reviewed like any other."""
    leg, parts = draft.next_leg(Way.BACK), (Part(EXCESS, payer.amount_fen),)
    due = draft.promise("returned")
    draft.put(
        MoneyTrack(
            leg,
            Way.BACK,
            MoneyState.DUE,
            MoneyMode.REMIT,
            R_048.id,
            parts,
            due,
            handled_by=by,
            payers=(payer,),
        )
    )
    draft.tell("money_given_back", amount_fen=payer.amount_fen)
