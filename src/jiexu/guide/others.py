"""The other insurances that do not come along with medical insurance: pension and unemployment."""

from __future__ import annotations

from jiexu.guide.case import Case, Part
from jiexu.guide.sentence import AreaCode, Data, Sentence
from jiexu.guide.situation import Career
from jiexu.rules.calendar import YearNotCoveredError
from jiexu.rules.clocks import NoClockError
from jiexu.rules.decision import Decision
from jiexu.rules.inputs import Payer, Status
from jiexu.rules.pension.applying import who_applies
from jiexu.rules.pension.civil import Leaving as Left
from jiexu.rules.pension.civil import Work, annuity, crossing, leaving
from jiexu.rules.pension.military import papers, service_counts, service_deemed, veteran_unemployed
from jiexu.rules.pension.route import inside_or_across, may_move
from jiexu.rules.pension.steps import Step, step_due
from jiexu.rules.pension.temporary import account_kind
from jiexu.rules.policy import province_of
from jiexu.rules.service import Subject, hotline
from jiexu.rules.unemployment.entitlement import Leaving, left_by_choice, medical_premium
from jiexu.rules.unemployment.moving import follows, inside_province


def others_topic(case: Case) -> Part:
    """Each moves by a case of its own, at another office and line. Residents have neither of the two."""
    if case.told.from_scheme is not None and not case.told.from_employee:
        return Part()
    tell, told = case.voice.tell, case.told
    pension = may_move(drawing=told.status is Status.RETIRED)
    between = inside_or_across(
        origin=case.here.code,
        destination=case.there.code,
        between_systems=False,
        policy=case.policy,
        on=case.day,
    )
    said = [tell(pension, "guide.pension_apart"), tell(pension), tell(between, "guide.pension_between")]
    said += [tell(between), *_temporary(case), *_pension_steps(case, between)]
    said += [tell(follows(months=0), "guide.unemployment_apart"), tell(follows(months=0))]
    if province_of(case.here.code) == province_of(case.there.code):
        said.append(tell(inside_province(area=case.here.code, policy=case.policy, on=case.day)))
    if told.payer is Payer.UNEMPLOYED or told.status is Status.STOPPED:
        said += [tell(left_by_choice(how=how)) for how in (Leaving.CONTRACT_ENDED, Leaving.OWN_NOTICE)]
    if told.payer is Payer.UNEMPLOYED:
        said.append(tell(medical_premium(policy=case.policy, on=case.day)))
    said += [tell(one) for one in CAREERS[told.career]()] if told.career is not None else []
    line = hotline(subject=Subject.PENSION, policy=case.policy, on=case.day, area=case.there.code)
    if line.number is not None:
        said.append(tell(line.decision, "guide.line_hrss", {"line": line.number}))
    return Part(tuple(said))


def _pension_steps(case: Case, between: Decision) -> list[Sentence]:
    """The pension's own plan beside the medical one, from the same interview: at other agencies, by its own days."""
    told = case.told
    if told.status is Status.RETIRED or between.outcome == "REGISTRATION_ONLY":
        return []
    tell, here, there = case.voice.tell, AreaCode(case.here.code), AreaCode(case.there.code)
    said = [tell(who_applies(payer=told.payer or Payer.EMPLOYER), "guide.pension_plan", {"there": there})]
    places = {Step.REVIEW: there, Step.OUT: here, Step.INTO: there}
    start = case.on
    for number, (step, place) in enumerate(places.items(), start=1):
        try:
            clock = step_due(
                step=step, start=start, applied_on=case.on, calendar=case.calendar, policy=case.policy
            )
        except (NoClockError, YearNotCoveredError):
            return said
        data: Data = {"number": number, "place": place, "due": clock.on}
        said.append(tell(clock.decision, f"guide.pension_step_{step}", data))
        start = clock.on
    return said


def _soldier() -> tuple[Decision, ...]:
    """Who left the army: what it sends, how service counts, with which papers, and where benefit is claimed."""
    return (
        service_counts(months=0),
        service_deemed(months=0),
        papers(),
        veteran_unemployed(settled_by_state=False),
    )


def _public() -> tuple[Decision, ...]:
    """Who left a public body: the relation, where it goes by how one left, and the occupational annuity."""
    return (
        crossing(from_work=Work.PUBLIC, to_work=Work.ENTERPRISE),
        *(leaving(how=how) for how in (Left.APPROVED_MOVE, Left.RESIGNED)),
        annuity(has_annuity=True),
    )


CAREERS = {Career.SOLDIER: _soldier, Career.PUBLIC: _public}


def _temporary(case: Case) -> list[Sentence]:
    """A general or a temporary account of the pension, where the person told what decides it."""
    told = case.told
    if told.birth is None or told.sex is None or case.home is None:
        return []
    kind = account_kind(
        sex=told.sex,
        birth=told.birth,
        registered_in=case.home,
        destination=case.there.code,
        first_on=told.joined_on or case.day,
        policy=case.policy,
        on=case.day,
    )
    if province_of(case.here.code) == province_of(case.there.code):
        return []
    return [case.voice.tell(decision) for decision in kind.decisions]
