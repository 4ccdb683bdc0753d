"""How a case ends before its time: withdrawn with the other side's consent, or by a death; and a death taken back.

No national text was found for either (law-medical 12.8): both are our design, and say so in their decisions.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from jiexu.cases.events import DeathTakenBack, Died, EstatePaid, WithdrawAsked
from jiexu.cases.file import File
from jiexu.cases.legs import FOR_HEIRS, book_back, go_on, keep_for_heirs, stop_for_death
from jiexu.cases.money_in import credit_after_all
from jiexu.cases.opening import stopped
from jiexu.cases.states import RECORD_FINAL, MoneyState, RecordState, Side, Way
from jiexu.cases.step import Draft, Facts, Step, already_done, not_possible
from jiexu.exchange.payloads import Death, WithdrawAnswer, WithdrawRequest, WrongDeath
from jiexu.ledger.accounts import AccountKind
from jiexu.ledger.entries import PostingReason
from jiexu.rules.money import R_042
from jiexu.rules.ours import death_taken_back as taken_back
from jiexu.rules.ours import withdrawal
from jiexu.rules.process import death_in_process, died_before_acceptance

NOT_BEGUN = frozenset({RecordState.PROPOSED, RecordState.WINDOW})
BEFORE_FORM = frozenset({RecordState.CHECKING, RecordState.ACCEPTED})
CASE, FORM = "case", "form"


def withdraw_asked(file: File, facts: Facts, event: WithdrawAsked) -> Step:
    """The person withdraws. Before anything began it simply stops; later the other side must consent."""
    if file.record.state in NOT_BEGUN:
        return stopped(file, facts)
    if file.record.state in RECORD_FINAL or file.withdrawing is not None:
        return already_done(file, "ended_already")
    if file.record.state not in BEFORE_FORM:
        return not_possible(file, "already_issued")
    draft = Draft(file, facts)
    draft.set(withdrawing=CASE, trips=file.trips + 1)
    seq = draft.send(WithdrawRequest(CASE, event.reason))
    draft.record(
        file.record.state, draft.promise("handover"), carried_by=seq, after=draft.promise("reminder")
    )
    return draft.step()


def withdraw_requested(file: File, facts: Facts, message: WithdrawRequest) -> Step:
    """The other side asks. Consent while no form is issued; a form counted in cannot be taken back."""
    if message.what == FORM:
        return _form_recall_requested(file, facts)
    if file.record.state in RECORD_FINAL:
        return already_done(file, "ended_already")
    draft = Draft(file, facts)
    granted = file.record.state in BEFORE_FORM
    draft.decided([withdrawal(granted=granted)])
    seq = draft.send(WithdrawAnswer(CASE, granted, "" if granted else "already_issued"))
    if granted:
        draft.set(withdrawing=None)
        draft.record(RecordState.WITHDRAWN, carried_by=seq)
        draft.tell("withdrawn")
    return draft.step()


def withdraw_answered(file: File, facts: Facts, message: WithdrawAnswer) -> Step:
    """The other side answered our request; a request that crossed an issued form is answered "already issued"."""
    if file.withdrawing != message.what or file.record.state in RECORD_FINAL:
        return already_done(file, "nothing_asked")
    draft = Draft(file, facts)
    draft.set(withdrawing=None)
    if message.what == FORM and message.granted:
        draft.record(RecordState.FORM_DISPUTED, file.origin_due)
    elif message.granted:
        draft.record(RecordState.WITHDRAWN)
        draft.tell("withdrawn")
    else:
        draft.tell(message.reason)
    return draft.step()


def died(file: File, facts: Facts, event: Died) -> Step:
    """A death was reported here: nothing more is credited, and the other side is told at once (R-043)."""
    if file.died_on is not None:
        return already_done(file, "death_known")
    draft = Draft(file, facts)
    concerns_both = file.is_open and file.record.state not in NOT_BEGUN
    seq = draft.send(Death(event.died_on)) if concerns_both else None
    _stop(draft, event.died_on, carried_by=seq)
    for track in draft.file.money:
        if track.way is Way.OUT:
            keep_for_heirs(draft, track, by=event.by, reviewer=event.reviewer)
    return draft.step()


def death_told(file: File, facts: Facts, message: Death) -> Step:
    """The other side reported the death: nothing leaves any more, and no fen moves before two people here looked."""
    if file.died_on is not None:
        return already_done(file, "death_known")
    draft = Draft(file, facts)
    _stop(draft, message.died_on, carried_by=None)
    for track in draft.file.money:
        if track.way is Way.OUT:
            stop_for_death(draft, track)
    return draft.step()


def death_taken_back(file: File, facts: Facts, event: DeathTakenBack) -> Step:
    """Two people here say that nobody died: what was stopped goes on, what was set aside here is the person's again.

    What the heirs were paid stays paid: it is with them, and comes in later as late money where it is won back.
    """
    if _known_here(facts):
        return already_done(file, "death_known")
    if file.died_on is None and not any(track.state in FOR_HEIRS for track in file.money):
        return already_done(file, "no_death_known")
    draft = Draft(file, facts)
    if file.died_on is not None and file.sent:
        draft.send(WrongDeath(file.died_on))
    _nobody_died(draft)
    for track in draft.file.money:
        if track.state in FOR_HEIRS:
            restore = book_back if track.way is Way.OUT else credit_after_all
            restore(draft, track, by=event.by, reviewer=event.reviewer)
            draft.tell("estate_back", amount_fen=track.amount_fen)
    return draft.step()


def wrong_death_told(file: File, facts: Facts, _message: WrongDeath) -> Step:
    """The other side takes back the death it told. What we know ourselves stands, and it is told again.

    By the other side's word no fen moves: what is set aside here waits for two people of our own.
    """
    if file.died_on is None:
        return already_done(file, "no_death_known")
    draft = Draft(file, facts)
    if _known_here(facts):
        draft.send(Death(file.died_on))
        draft.tell("death_stands", died_on=file.died_on.isoformat())
        return draft.step()
    _nobody_died(draft)
    for track in draft.file.money:
        if track.state is MoneyState.ESTATE:
            draft.kept(track, MoneyState.ESTATE_IN_DOUBT, draft.promise("estate"))
    return draft.step()


def _known_here(facts: Facts) -> bool:
    """Whether the death is noted with the person at this very agency."""
    return facts.person is not None and facts.person.died_on is not None


def _nobody_died(draft: Draft) -> None:
    """The file knows of no death any more; a record that ended by it stays ended, and the person applies anew."""
    file = draft.file
    draft.decided(
        [taken_back(record=file.record.state.value, money=[track.state.value for track in file.money])]
    )
    if file.died_on is not None:
        draft.tell("death_taken_back", died_on=file.died_on.isoformat())
    draft.set(died_on=None)
    if file.record.state is RecordState.DIED:
        draft.tell("apply_anew")
    for track in file.money:
        go_on(draft, track)
        if track.state is MoneyState.ESTATE_PAID:
            draft.tell("estate_stays_paid", amount_fen=track.amount_fen)


def stopped_by_person(file: File, facts: Facts) -> Step:
    """The person says no to a proposal, or stops a consented transfer inside its window."""
    if file.record.state not in NOT_BEGUN:
        return not_possible(file, "window_over")
    return stopped(file, facts)


def estate_paid(file: File, facts: Facts, event: EstatePaid) -> Step:
    """The heirs were paid what was set aside; two people stand on the posting."""
    track = file.leg(event.leg)
    if track is not None and track.state is MoneyState.ESTATE_IN_DOUBT:
        return not_possible(file, "estate_in_doubt")
    if track is None or track.state is not MoneyState.ESTATE:
        return already_done(file, "no_estate")
    draft = Draft(file, facts)
    estate, bank = draft.own(AccountKind.ESTATE, file.case_no), draft.own(AccountKind.BANK)
    for part in track.parts:
        draft.post(
            PostingReason.ESTATE_PAID,
            estate,
            bank,
            part=part,
            track=track,
            rule=R_042.id,
            by=event.by,
            reviewer=event.reviewer,
        )
    paid = replace(track, handled_by=event.by, reviewed_by=event.reviewer)
    draft.close(paid, MoneyState.ESTATE_PAID, carried_by=track.handing_over)
    draft.tell("estate_paid", amount_fen=track.amount_fen)
    return draft.step()


def _stop(draft: Draft, died_on: date, *, carried_by: int | None) -> None:
    """The record stops where it had not begun its way; what becomes of each amount is decided beside it."""
    file = draft.file
    draft.set(died_on=died_on)
    draft.decided(
        [death_in_process(record=file.record.state.value, money=[track.state.value for track in file.money])]
    )
    if file.record.state in NOT_BEGUN | BEFORE_FORM:
        draft.decided([died_before_acceptance(died_on=died_on)])
    if file.record.state in NOT_BEGUN:
        draft.record(RecordState.DIED)
    elif file.record.state in BEFORE_FORM:
        draft.set(withdrawing=None)
        draft.record(RecordState.DIED, carried_by=carried_by)
    for track in draft.file.money:
        if track.state is MoneyState.ESTATE_IN_DOUBT:
            draft.kept(track, MoneyState.ESTATE, draft.promise("estate"))
    draft.tell("died", died_on=died_on.isoformat())


def _form_recall_requested(file: File, facts: Facts) -> Step:
    """Every such request gets one answer, also when the form was returned already: the origin waits for it."""
    draft = Draft(file, facts)
    returned = {RecordState.FORM_RECEIVED, RecordState.FORM_DISPUTED}
    granted = file.side is Side.DESTINATION and file.record.state in returned
    draft.decided([withdrawal(granted=granted)])
    seq = draft.send(WithdrawAnswer(FORM, granted, "" if granted else "already_in"))
    if granted:
        due = draft.promise("handover")
        draft.record(RecordState.FORM_DISPUTED, due, carried_by=seq, after=file.origin_due)
    return draft.step()
