"""Can I move my insurance, must I, and what stands in the way; then what goes along and what stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jiexu.guide.case import Case, Part
from jiexu.guide.place import Place
from jiexu.guide.question import Question
from jiexu.guide.sentence import AreaCode, Sentence
from jiexu.rules.checks import R_005, destination_check, origin_check, same_year
from jiexu.rules.choosing import nothing_paid
from jiexu.rules.decision import Decision
from jiexu.rules.edges import R_102
from jiexu.rules.inputs import Asked, Payer, PersonFacts, Scheme, Status
from jiexu.rules.late_fee import arrears_at_origin, employer_does_not_report, late_fee, paying_for_employer
from jiexu.rules.policy import Found
from jiexu.rules.scope import R_004, R_011, areas, kind, map_used
from jiexu.rules.withdrawal.medical import Case as Moved
from jiexu.rules.withdrawal.medical import by_list
from jiexu.rules.years import R_080


def scope(case: Case) -> Decision:
    """R-001, R-002 or R-003: the two places decide, whatever the schemes are."""
    return areas(asked=case.between, policy=case.policy)


def origin_found(case: Case, asked: Asked, person: PersonFacts | None) -> tuple[Decision, ...]:
    """What the origin would find today; nothing while it is not told how the insurance there stands."""
    if person is None:
        return ()
    found = origin_check(asked=asked, person=person, today=case.day, policy=case.policy)
    joined = case.told.cover_year_there
    if not asked.between_residents or joined is None:
        return found
    return (*found, *same_year(asked=asked, person=person, joined=joined, policy=case.policy))


def destination_found(case: Case, asked: Asked, person: PersonFacts | None) -> tuple[Decision, ...]:
    """What the destination would find today; nothing while it is not told whether the person is insured there."""
    if person is None:
        return ()
    return destination_check(asked=asked, person=person, today=case.day, policy=case.policy)


def arrears_found(case: Case) -> tuple[Decision, ...]:
    """R-070, where months are unpaid at the origin."""
    months = case.told.arrears_months
    if not months:
        return ()
    return (arrears_at_origin(months=months, place=case.here.code, on=case.day, policy=case.policy),)


def move_topic(case: Case, between: Decision, found: tuple[Decision, ...]) -> Part:
    """Whether a transfer is needed and possible, each obstacle with its cure."""
    told = None if case.is_current or between.refusals else f"guide.then_{between.outcome.lower()}"
    said = [case.voice.tell(between, told)]
    if between.refusals:
        return Part(tuple(said))
    if case.nothing_paid:
        return Part((*said, case.voice.tell(nothing_paid(months=0))))
    said += _procedure(case)
    asked = case.asked
    if asked is None:
        return Part(tuple(said), scheme_questions(case))
    retired = tuple(one for one in found if one.rule in {R_005.id, R_011.id})
    if case.told.status is Status.RETIRED and retired:
        # Nothing moves, so what a transfer would need is not told.
        settled = by_list(case=Moved.RETIREE_OUT, area=case.here.code, policy=case.policy, on=case.day)
        return Part((*said, *told_with_cures(case, retired), case.voice.tell(settled)))
    said.append(case.voice.tell(kind(asked=asked)))
    if not case.is_current:
        return Part(tuple(said))
    said += told_with_cures(case, found)
    said += [case.voice.tell(one) for one in _arrears(case)]
    if asked.from_scheme is Scheme.EMPLOYEE and case.told.status is Status.INSURED:
        report = employer_does_not_report(place=case.here.code, on=case.day, policy=case.policy)
        said.append(case.voice.tell(report))
    return Part(tuple(said), _check_questions(case, asked))


def told_with_cures(case: Case, found: Iterable[Decision]) -> Iterator[Sentence]:
    """Each decision, with what mends it where it stands in the way."""
    for decision in found:
        yield case.voice.tell(decision)
        yield from (case.voice.tell(decision, f"refusals.{code}_cure") for code in decision.refusals)


def _arrears(case: Case) -> tuple[Decision, ...]:
    """Who owes a late fee on unpaid months, and that nobody pays for the employer."""
    if not case.told.arrears_months or not case.told.from_employee:
        return ()
    payer, day = case.told.payer or Payer.EMPLOYER, case.day
    # Who owes it does not depend on the amount: one fen for one day asks it.
    owes = late_fee(
        arrears_fen=1, first_day=day, last_day=day, payer=payer, policy=case.policy, place=case.here.code
    ).decisions
    return (*owes, paying_for_employer(on=day)) if payer is Payer.EMPLOYER else owes


def places_topic(case: Case) -> Part:
    """Which two areas this is about, old names that were followed, and what is not sure about the areas."""
    data = {"here": AreaCode(case.here.code), "there": AreaCode(case.there.code)}
    read = case.voice.tell(map_used(asked=case.between), "guide.places_read", data)
    return Part((read, *_notes(case.here, case), *_notes(case.there, case)))


def _notes(place: Place, case: Case) -> list[Sentence]:
    data = {"text": place.text, "pool": AreaCode(place.code), "place": AreaCode(place.code)}
    mapped = R_004.decide("MAP_OF_APPLICATION_DATE", inputs={"received_on": case.day.isoformat()})
    return [case.voice.tell(mapped, f"areas.{note}", data) for note in place.notes]


def _procedure(case: Case) -> list[Sentence]:
    """Names the procedure where it is not that of today."""
    if case.is_current:
        return []
    word = case.procedure.value if isinstance(case.procedure, Found) else "unknown"
    history = R_102.decide("HISTORY_ONLY", facts=(case.procedure,))
    return [case.voice.tell(history, f"guide.procedure_{word}", {"day": case.day})]


def scheme_questions(case: Case) -> tuple[Question, ...]:
    """Which schemes, where that is not told: nearly everything depends on it."""
    words = tuple(scheme.value for scheme in Scheme)
    told = case.told
    asked = (("from_scheme", told.from_scheme), ("to_scheme", told.to_scheme))
    return tuple(Question(f"guide.ask_{name}", name, choices=words) for name, value in asked if value is None)


def _check_questions(case: Case, asked: Asked) -> tuple[Question, ...]:
    """What the two checks need and the person did not tell."""
    wanted = []
    if case.at_origin is None:
        wanted.append(Question("guide.ask_status", "status", choices=tuple(one.value for one in Status)))
    elif asked.between_residents and case.told.cover_year_here is None:
        wanted.append(Question("guide.ask_cover_year_here", "cover_year_here"))
    if case.at_destination is None:
        wanted.append(Question("guide.ask_joined_on", "joined_on"))
    elif asked.between_residents and case.told.cover_year_there is None:
        wanted.append(Question("guide.ask_cover_year_there", "cover_year_there"))
    return tuple(wanted)


def what_topic(case: Case) -> Part:
    """What goes along and what stays."""
    asked = case.asked
    if asked is None:
        return Part((), scheme_questions(case))
    pair = kind(asked=asked)
    tell, find = case.voice.tell, case.policy.find
    said = [tell(pair, "guide.basic_insurance"), tell(pair, "guide.record_moves")]
    if asked.from_scheme is Scheme.RESIDENT:
        said.append(tell(R_080.decide("SEPARATE_COUNTER", inputs={"from_scheme": asked.from_scheme.value})))
    pooled = find("pooled_fund.moves", on=case.day)
    if isinstance(pooled, Found):
        said.append(tell(pair, "guide.pooled_stays", also=(pooled,)))
    injury, birth = find("work_injury.transfers", on=case.day), find("maternity.transfers", on=case.day)
    if isinstance(injury, Found) and isinstance(birth, Found):
        said.append(tell(map_used(asked=asked), "guide.enrolled_anew", also=(injury, birth)))
    return Part(tuple(said))
