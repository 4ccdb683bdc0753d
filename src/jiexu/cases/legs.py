"""One amount at the origin: opened in its mode, held, released, taken out of the account, set aside for heirs and back.

What the other side is told travels in a message; until its receipt is here the amount stays in our hands, even where
it is otherwise at its end (promise 2).
"""

from __future__ import annotations

from jiexu.cases.file import Due, File, MoneyTrack
from jiexu.cases.states import MoneyState, Way
from jiexu.cases.step import Draft, hold_id
from jiexu.exchange.payloads import LegEnded, LegNotice, Part
from jiexu.ledger.accounts import AccountKind
from jiexu.ledger.entries import Hold, HoldResolution, PostingReason
from jiexu.rules.inputs import PersonFacts
from jiexu.rules.money import MoneyMode, of_the_places
from jiexu.rules.ours import DEATH_TAKEN_BACK
from jiexu.rules.process import R_043
from jiexu.values.changing import changed

CLEARED_MODES = frozenset({MoneyMode.CREDIT_THEN_CLEAR, MoneyMode.INSTANT})
STAYING = {MoneyMode.STAY: MoneyState.STAYED, MoneyMode.KEEP: MoneyState.KEPT}
AT_THE_DESK = frozenset({MoneyState.DUE, MoneyState.REVIEWED, MoneyState.HELD_BACK, MoneyState.RETURNED})
"""Here and not at the bank; what is not held in such a state came back and waits in the account for returned money."""
TO_BE_HELD = frozenset({MoneyState.DUE, MoneyState.HELD_BACK})
"""States a freshly opened amount is in when it is to be set aside in the person's account."""
NOT_LEFT = AT_THE_DESK | {MoneyState.RESIDUAL, MoneyState.MODE_UNKNOWN}
"""States of an amount at the origin that a death stops."""
TO_SET_ASIDE = NOT_LEFT | {MoneyState.STOPPED_BY_DEATH}
FOR_HEIRS = frozenset({MoneyState.ESTATE, MoneyState.ESTATE_IN_DOUBT})
"""States of an amount in the account for heirs, from which two people book it back."""
CAME_BACK = "came_back"
"""Kept with an amount for the heirs that was taken from the account for returned money, and not from the person's."""
TAKEN_BACK = "death_taken_back"
"""Why an amount that was said to be the heirs' is announced anew."""
HELD_AGAIN = 1000
"""Holds for an amount that came back to the person's account are numbered above every issue of a form."""


def open_leg(
    draft: Draft,
    *,
    leg: int,
    mode: MoneyMode,
    rule: str,
    parts: tuple[Part, ...],
    carried_by: int,
    due: Due,
    by: str,
    reviewer: str,
    attempt: int = 1,
) -> MoneyTrack:
    """Open the track of an amount that leaves (or stays) here. ``due``: date for giving it to the bank.

    ``attempt``: the number of its next order, above 1 where the amount had a way here before.
    """
    track = MoneyTrack(
        leg=leg,
        way=Way.OUT,
        state=MoneyState.DUE,
        mode=mode,
        rule=rule,
        parts=parts,
        due=due,
        attempt=attempt,
        handled_by=by,
    )
    if mode in STAYING:
        draft.tell("money_stays", mode=mode.value, amount_fen=track.amount_fen)
        return draft.close(track, STAYING[mode], carried_by=carried_by)
    if mode is MoneyMode.UNKNOWN:
        draft.tell("money_unknown", amount_fen=track.amount_fen)
        return draft.here(track, MoneyState.MODE_UNKNOWN, draft.promise("mode"))
    if mode is MoneyMode.ESTATE:
        late = changed(track, state=MoneyState.RESIDUAL)
        return set_aside(draft, late, rule=rule, carried_by=carried_by, by=by, reviewer=reviewer)
    if mode in CLEARED_MODES:
        track = changed(track, reviewed_by=reviewer)
        _clear(draft, track)
        return draft.across(track, MoneyState.CLEARED, carried_by, after=draft.promise("reminder"))
    if mode is MoneyMode.REMIT and not draft.facts.payee_known:
        draft.tell("bank_data_missing", amount_fen=track.amount_fen)
        return draft.here(track, MoneyState.HELD_BACK, draft.promise("returned"))
    return draft.here(track, MoneyState.DUE, due)


def _clear(draft: Draft, track: MoneyTrack) -> None:
    """先划转后清算: the account is debited at once; what this agency owes stands in the clearing account."""
    for part in track.parts:
        draft.post(
            PostingReason.CLEARED_OUT,
            draft.personal(part.part),
            draft.own(AccountKind.CLEARING, draft.file.other),
            part=part,
            track=track,
            rule=track.rule,
            by=track.handled_by,
            reviewer=track.reviewed_by,
        )


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
    return draft.put(changed(track, held_by_issue=issue))


def release(draft: Draft, track: MoneyTrack) -> None:
    """Give a held amount free again, because a corrected form replaces the one it was held for."""
    issue = track.held_by_issue
    if issue is not None:
        draft.resolutions.extend(
            HoldResolution(hold_id(draft.file.case_no, track, issue, part.part), "released", ())
            for part in track.parts
        )


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
        issue = track.held_by_issue
        if issue is not None:
            held = hold_id(draft.file.case_no, track, issue, part.part)
            draft.resolutions.append(HoldResolution(held, "captured", (ident,)))


def stop_for_death(draft: Draft, track: MoneyTrack) -> None:
    """R-043 by the other agency's word: what has not left the origin leaves no more, and waits for two people here."""
    if track.state in NOT_LEFT:
        waits = changed(track, state=MoneyState.STOPPED_BY_DEATH, reviewed_by="")
        draft.kept(waits, waits.state, draft.promise("estate"))


def go_on(draft: Draft, track: MoneyTrack) -> None:
    """Nobody died: an amount that was stopped is finance's again, to be decided or ordered under the next attempt.

    Whether it had been ordered before is not kept with it, so no attempt is ever used again.
    """
    if track.state is not MoneyState.STOPPED_BY_DEATH:
        return
    if track.mode is MoneyMode.UNKNOWN:
        draft.kept(track, MoneyState.MODE_UNKNOWN, draft.promise("mode"))
    else:
        draft.kept(track, MoneyState.HELD_BACK, draft.promise("returned"))


def book_back(draft: Draft, track: MoneyTrack, *, by: str, reviewer: str) -> None:
    """Nobody died: what was set aside goes back where it was taken from, part by part, and is announced anew.

    The other side ended this amount, and would send away what comes for it; so nothing is ordered or decided here
    before its receipt for the notice. The attempt counts on, so that what is set aside again is another booking.
    While the way of another amount is undecided it joins that one: the decision takes all there is.
    """
    came_back = track.early == CAME_BACK
    for part in track.parts:
        draft.post(
            PostingReason.CORRECTION,
            draft.own(AccountKind.ESTATE, draft.file.case_no),
            draft.own(AccountKind.RETURNED) if came_back else draft.personal(part.part),
            part=part,
            track=track,
            rule=DEATH_TAKEN_BACK.id,
            by=by,
            reviewer=reviewer,
            corrects=draft.id_of(PostingReason.TO_ESTATE, track, part),
        )
    mode, rule = track.mode, track.rule
    if mode is MoneyMode.ESTATE:
        asked = draft.file.asked
        mode, decisions = of_the_places(asked=asked, policy=draft.facts.policy, on=asked.received_on)
        draft.decided(decisions)
        rule = decisions[-1].rule
    if mode is MoneyMode.UNKNOWN and has_undecided(draft.file):
        draft.close(
            changed(track, handled_by=by, reviewed_by=reviewer),
            MoneyState.ENDED,
            carried_by=track.handing_over,
        )
        return
    seq = draft.send(LegNotice(track.leg, mode.value, track.parts, TAKEN_BACK))
    attempt, again = track.attempt + 1, draft.promise("returned")
    if came_back:
        waits = changed(track, attempt=attempt, early="", handled_by=by, reviewed_by=reviewer)
        draft.across(waits, MoneyState.HELD_BACK, seq, after=again)
        return
    opened = open_leg(
        draft,
        leg=track.leg,
        mode=mode,
        rule=rule,
        parts=track.parts,
        carried_by=seq,
        due=again,
        by=by,
        reviewer=reviewer,
        attempt=attempt,
    )
    if opened.state in TO_BE_HELD:
        held = hold_leg(draft, opened, issue=HELD_AGAIN + attempt)
        draft.across(held, MoneyState.HELD_BACK, seq, after=again)
    elif opened.state is MoneyState.MODE_UNKNOWN:
        draft.across(opened, opened.state, seq, after=draft.promise("mode"))


def keep_for_heirs(draft: Draft, track: MoneyTrack, *, by: str, reviewer: str) -> None:
    """R-043: the money stays where it is. What has not left the origin becomes estate here; the rest goes its way."""
    if track.state not in TO_SET_ASIDE:
        return
    if track.mode is MoneyMode.UNKNOWN:
        person = draft.facts.person
        track = changed(track, parts=movable_parts(person) if person is not None else ())
    seq = draft.send(LegEnded(track.leg, "estate"))
    if track.parts:
        set_aside(draft, track, rule=R_043.id, carried_by=seq, by=by, reviewer=reviewer)
    else:
        draft.close(track, MoneyState.ENDED, carried_by=seq)


def set_aside(
    draft: Draft, track: MoneyTrack, *, rule: str, carried_by: int | None, by: str, reviewer: str
) -> MoneyTrack:
    """Set the amount aside for the heirs: from the account for returned money where it came back, else the person's."""
    came_back = is_returned(track)
    if came_back:
        for part in track.parts:
            draft.post(
                PostingReason.TO_ESTATE,
                draft.own(AccountKind.RETURNED),
                draft.own(AccountKind.ESTATE, draft.file.case_no),
                part=part,
                track=track,
                rule=rule,
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
            rule=rule,
            by=by,
            reviewer=reviewer,
        )
    early = CAME_BACK if came_back else ""
    kept = changed(track, held_by_issue=None, early=early, handled_by=by, reviewed_by=reviewer)
    if carried_by is None:
        return draft.here(kept, MoneyState.ESTATE, draft.promise("estate"))
    return draft.across(kept, MoneyState.ESTATE, carried_by, after=draft.promise("estate"))


def has_undecided(file: File) -> bool:
    """Whether the way of an amount is undecided here, so that its decision takes all there is in the account."""
    return any(track.way is Way.OUT and track.state is MoneyState.MODE_UNKNOWN for track in file.money)


def is_returned(track: MoneyTrack) -> bool:
    """Whether the amount was paid, came back, and waits in the account for returned money to be sent again."""
    at_the_desk = track.state in AT_THE_DESK | {MoneyState.STOPPED_BY_DEATH}
    return at_the_desk and track.held_by_issue is None and track.mode is not MoneyMode.UNKNOWN


def movable_parts(person: PersonFacts) -> tuple[Part, ...]:
    """Every part of the account that may move now, with what is available in it."""
    return tuple(
        Part(each.part, each.available_fen)
        for each in person.account
        if each.movable and each.available_fen > 0
    )
