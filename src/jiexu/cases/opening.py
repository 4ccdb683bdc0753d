"""How a case begins, on either side: application, proposal, the two signed checks, acceptance or refusal.

医保办发〔2021〕43号 art. 4–6: one unified set of checks; both positive and the opening side accepts, t0 stands in
the notice and both sides count from it. All reasons of both sides are told at once, so that nobody comes twice.
"""

from __future__ import annotations

from jiexu.cases.events import Applied, Proposed
from jiexu.cases.file import Due, File, RecordTrack
from jiexu.cases.legal import count_letter_clock, count_origin_clock
from jiexu.cases.states import RECORD_FINAL, DueKind, RecordState, Side
from jiexu.cases.step import Draft, Facts, Rival, Step, already_done, not_possible
from jiexu.exchange.payloads import Application, Check, Notice, Refused
from jiexu.rules.checks import (
    accepted,
    applicant_check,
    destination_check,
    doubt_of,
    origin_check,
    refusal_codes,
    same_year,
    year_joined,
)
from jiexu.rules.decision import Decision
from jiexu.rules.edges import open_case
from jiexu.rules.inputs import Applicant, Asked, Channel, Scheme
from jiexu.rules.process import R_050
from jiexu.rules.scope import classify


def opened(facts: Facts, event: Applied) -> Step:
    """This agency takes the application and opens the case."""
    if facts.agency not in {event.asked.origin, event.asked.destination}:
        return not_possible(None, "not_for_this_agency")
    draft = Draft(_new_file(facts, case_no=event.case_no, asked=event.asked, opener=True, event=event), facts)
    return begin(draft)


def proposed(facts: Facts, event: Proposed) -> Step:
    """免申即转: the file waits for the person; without consent it lapses. Only the new place sees the enrolment."""
    if facts.agency != event.asked.destination or facts.agency == event.asked.origin:
        return not_possible(None, "not_for_this_agency")
    draft = Draft(_new_file(facts, case_no=event.case_no, asked=event.asked, opener=True, event=event), facts)
    draft.record(RecordState.PROPOSED, draft.promise("proposal"))
    draft.tell("proposed", origin=event.asked.origin, destination=event.asked.destination)
    return draft.step()


def consented(file: File, facts: Facts) -> Step:
    """The consent is the application; the person may still stop it inside the window."""
    if file.record.state is not RecordState.PROPOSED:
        return already_done(file, "not_proposed")
    draft = Draft(file, facts)
    draft.set(trips=file.trips + 1)
    if facts.rival is not None:
        decision = open_case(other_case=facts.rival.case_no)
        draft.decided([decision])
        _refuse_here(draft, decision.refusals)
        return draft.step()
    draft.record(RecordState.WINDOW, draft.promise("window"))
    draft.tell("window_open")
    return draft.step()


def stopped(file: File, facts: Facts) -> Step:
    """The person stopped a proposal or a window; nothing had begun."""
    draft = Draft(file, facts)
    draft.record(RecordState.STOPPED)
    draft.tell("stopped")
    return draft.step()


def begin(draft: Draft) -> Step:
    """Check this side, and ask the other side for its check."""
    facts, file = draft.facts, draft.file
    scope = classify(asked=file.asked, policy=facts.policy)
    may_apply = applicant_check(asked=file.asked, policy=facts.policy)
    standing = () if facts.rival is None else (open_case(other_case=facts.rival.case_no),)
    own = own_decisions(file.asked, file.side, facts)
    draft.decided([*may_apply, *scope, *standing, *own])
    draft.set(doubt=doubt_of(own))
    if refusals := _at_once(scope, (*may_apply, *standing), own):
        draft.set(own_check=refusals)
        _refuse_here(draft, refusals)
        return draft.step()
    _tell_of_sharing(draft, own)
    codes = refusal_codes(own)
    draft.set(own_check=codes)
    seq = draft.send(_application(file, codes, _year_joined(file, facts)))
    draft.record(
        RecordState.CHECKING, draft.promise("handover"), carried_by=seq, after=draft.promise("check")
    )
    return draft.step()


def _at_once(scope: tuple[Decision, ...], mine: tuple[Decision, ...], own: list[Decision]) -> tuple[str, ...]:
    """What needs no question to the other side. Where nothing has to move, no other reason is told: nobody shall
    stop cover for it."""
    if nothing_moves := refusal_codes(scope):
        return nothing_moves
    return refusal_codes([*mine, *own]) if refusal_codes(mine) else ()


def asked_for_check(facts: Facts, case_no: str, sender: str, message: Application) -> Step:
    """The other side opened a case; this side answers its own check and waits for the opener's acceptance."""
    asked = _asked(message)
    if sender == facts.agency or {sender, facts.agency} != {asked.origin, asked.destination}:
        return not_possible(None, "not_for_this_agency")
    if message.positive == bool(message.refusals):
        return not_possible(None, "check_contradicts")
    file = _new_file(facts, case_no=case_no, asked=asked, opener=False, event=message, other=sender)
    draft = Draft(file, facts)
    own = own_decisions(asked, file.side, facts)
    if file.side is Side.ORIGIN:
        own += _same_year(file, facts, message.cover_year)
    supersedes = None
    if facts.rival is not None and message.positive and not refusal_codes(own):
        if _yields(facts.rival, to=case_no, sender=sender):
            supersedes = facts.rival.case_no
        else:
            own.append(open_case(other_case=facts.rival.case_no))
    draft.decided(own)
    _tell_of_sharing(draft, own)
    codes = refusal_codes(own)
    draft.set(own_check=codes, other_check=message.refusals)
    seq = draft.send(Check(positive=not codes, refusals=codes, cover_year=_year_joined(file, facts)))
    draft.record(
        RecordState.CHECKING, draft.promise("handover"), carried_by=seq, after=draft.promise("check")
    )
    return draft.step(supersedes=supersedes)


def check_answered(file: File, facts: Facts, message: Check) -> Step:
    """The opener has both answers and accepts or refuses; while a withdrawal is asked it does neither."""
    if file.record.state is not RecordState.CHECKING:
        return already_done(file, "check_too_late")
    if message.positive == bool(message.refusals):
        return not_possible(file, "check_contradicts")
    draft = Draft(file, facts)
    draft.set(other_check=message.refusals)
    if file.withdrawing is not None:
        return draft.step()
    year = _same_year(file, facts, message.cover_year) if file.side is Side.ORIGIN else []
    mine: tuple[Decision | str, ...] = (*(file.own_check or ()), *year)
    theirs: tuple[Decision | str, ...] = message.refusals
    origin, destination = (mine, theirs) if file.side is Side.ORIGIN else (theirs, mine)
    decision = accepted(on=facts.today, origin_check=origin, destination_check=destination, doubt=file.doubt)
    draft.decided([*year, decision])
    if decision.refusals:
        _refuse(draft, decision.refusals)
    else:
        _accept(draft)
    return draft.step()


def notice_received(file: File, facts: Facts, message: Notice) -> Step:
    """The opener accepted: C1 runs from the day in the notice. After a death the day still counts for a form on its way."""
    if file.record.state not in {RecordState.CHECKING, RecordState.DIED}:
        return already_done(file, "notice_too_late")
    draft = Draft(file, facts)
    draft.set(accepted_on=message.accepted_on)
    due = count_origin_clock(draft)
    if file.record.state is RecordState.DIED:
        return draft.step()
    draft.record(
        RecordState.ACCEPTED,
        due,
        carried_by=file.record.handing_over if file.withdrawing else None,
        after=due if file.withdrawing else None,
    )
    draft.tell("accepted", accepted_on=message.accepted_on.isoformat())
    return draft.step()


def refusal_received(file: File, facts: Facts, message: Refused) -> Step:
    """The opener refused the application, or another case stands before it."""
    if file.record.state in RECORD_FINAL:
        return already_done(file, "ended_already")
    draft = Draft(file, facts)
    draft.set(refusals=message.refusals, withdrawing=None)
    draft.record(RecordState.REFUSED)
    return draft.step()


def superseded(file: File, facts: Facts, by_case: str) -> Step:
    """Two openings at once, or a form that crossed a death taken back: the other case stands, and this one yields."""
    if file.record.state not in {RecordState.WINDOW, RecordState.CHECKING}:
        return already_done(file, "checked_already")
    draft = Draft(file, facts)
    decision = open_case(other_case=by_case)
    draft.decided([decision])
    draft.set(withdrawing=None)
    refuse = _refuse_here if file.record.state is RecordState.WINDOW else _refuse
    refuse(draft, decision.refusals)
    return draft.step()


def own_decisions(asked: Asked, side: Side, facts: Facts) -> list[Decision]:
    """This side's check: is coverage stopped here (origin), is the person enrolled here (destination)?"""
    person, today, policy = facts.person, facts.today, facts.policy
    if side is Side.DESTINATION:
        return list(destination_check(asked=asked, person=person, today=today, policy=policy))
    known = facts.payee_known
    return list(origin_check(asked=asked, person=person, today=today, policy=policy, payee_known=known))


def _new_file(
    facts: Facts,
    *,
    case_no: str,
    asked: Asked,
    opener: bool,
    event: Applied | Proposed | Application,
    other: str = "",
) -> File:
    side = Side.ORIGIN if facts.agency == asked.origin else Side.DESTINATION
    away = asked.destination if side is Side.ORIGIN else asked.origin
    return File(
        case_no=case_no,
        side=side,
        agency=facts.agency,
        other=other or away,
        opener=opener,
        asked=asked,
        person=facts.person_ref,
        name=event.name,
        documents=event.documents,
        record=RecordTrack(RecordState.CHECKING, Due(facts.today, DueKind.PROMISE)),
        opened_on=facts.today,
    )


def _tell_of_sharing(draft: Draft, own: list[Decision]) -> None:
    """R-050: that a family sharing ends is told beforehand; what was not used returns to the giver's account."""
    if any(each.rule == R_050.id and each.outcome == "ENDS_WITH_TRANSFER" for each in own):
        draft.tell("sharing_ends")


def _same_year(file: File, facts: Facts, joined: int | None) -> list[Decision]:
    """What the origin judges once the destination told which year of cover was joined there."""
    if not file.asked.between_residents:
        return []
    return same_year(asked=file.asked, person=facts.person, joined=joined, policy=facts.policy)


def _year_joined(file: File, facts: Facts) -> int | None:
    if file.side is Side.ORIGIN:
        return None
    return year_joined(asked=file.asked, person=facts.person, today=facts.today)


def _application(file: File, refusals: tuple[str, ...], cover_year: int | None) -> Application:
    asked = file.asked
    return Application(
        origin=asked.origin,
        destination=asked.destination,
        from_scheme=asked.from_scheme.value,
        to_scheme=asked.to_scheme.value,
        applicant=asked.applicant.value,
        channel=asked.channel.value,
        received_on=asked.received_on,
        name=file.name,
        documents=file.documents,
        employer=asked.employer,
        authorised=asked.authorised,
        positive=not refusals,
        refusals=refusals,
        cover_year=cover_year,
        wants_cash=asked.wants_cash,
    )


def _asked(message: Application) -> Asked:
    return Asked(
        received_on=message.received_on,
        origin=message.origin,
        destination=message.destination,
        from_scheme=Scheme(message.from_scheme),
        to_scheme=Scheme(message.to_scheme),
        applicant=Applicant(message.applicant),
        channel=Channel(message.channel),
        authorised=message.authorised,
        employer=message.employer,
        wants_cash=message.wants_cash,
    )


def _yields(rival: Rival, *, to: str, sender: str) -> bool:
    """Both sides opened at once and neither is accepted: the lower case number stands (design §4)."""
    return rival.opened_here and rival.checking and rival.other == sender and to < rival.case_no


def _accept(draft: Draft) -> None:
    draft.set(accepted_on=draft.facts.today)
    due = count_origin_clock(draft)
    seq = draft.send(Notice(accepted_on=draft.facts.today))
    if draft.file.side is Side.ORIGIN:
        draft.record(RecordState.ACCEPTED, due)
    else:
        draft.record(RecordState.ACCEPTED, count_letter_clock(draft), carried_by=seq, after=due)
    draft.tell("accepted", accepted_on=draft.facts.today.isoformat())


def _refuse_here(draft: Draft, refusals: tuple[str, ...]) -> None:
    """Refuse what the other side never heard of."""
    draft.set(refusals=refusals)
    draft.record(RecordState.REFUSED)
    draft.tell("refused", refusals=" ".join(refusals))


def _refuse(draft: Draft, refusals: tuple[str, ...]) -> None:
    draft.set(refusals=refusals)
    seq = draft.send(Refused(refusals=refusals))
    draft.record(RecordState.REFUSED, carried_by=seq)
    draft.tell("refused", refusals=" ".join(refusals))
