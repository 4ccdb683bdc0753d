"""What each side checks before acceptance, all reasons at once (R-005, R-006, R-012 … R-023, R-087, R-090 …).

A check answers with every rule that applied: refusals carry codes of the closed list, notes carry none. Facts
come from the agency that checks; what only the other side knows is not judged here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jiexu.rules.decision import Basis, Confidence, Decision, Plain, weakest
from jiexu.rules.edges import (
    bank_data_missing,
    basic_data_note,
    document_note,
    moved_before,
    resolve_duplicate_first,
)
from jiexu.rules.edges import open_case as open_case  # noqa: PLC0414  # offered here as well
from jiexu.rules.inputs import Applicant, Asked, Channel, Enrolment, PersonFacts, Scheme, Sex, Status
from jiexu.rules.money import MoneyMode, money_mode, movable_parts, owed
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.process import died_before_acceptance, sharing
from jiexu.rules.retirement import R_084, RetirementGroup, retirement_age
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.scope import R_010, posted

R_005 = Rule("R-005", Anchor.APPLICATION, ("OUT_OF_SCOPE",), ("nhsa-2021-43:2", "zhejiang-2021:24"))
R_006 = Rule(
    "R-006",
    Anchor.EVENT,
    ("AGE_REACHED", "AGE_MAY_BE_REACHED", "REFUSED_LOCALLY"),
    ("nhsa-2021-43:2",),
    Basis.INFERENCE,
    Confidence.MEDIUM,
    parameters=("handling.over_age_refused", *R_084.parameters),
)
R_012 = Rule("R-012", Anchor.APPLICATION, ("ALLOWED",), ("nhsa-2021-43:5",))
R_013 = Rule(
    "R-013", Anchor.APPLICATION, ("ALLOWED", "NOT_FOR_THIS_SCHEME", "NOT_THE_EMPLOYER"), ("nhsa-2021-43:4",)
)
R_014 = Rule(
    "R-014",
    Anchor.APPLICATION,
    ("ALLOWED", "NOT_AUTHORISED"),
    ("handling-2023:30",),
    confidence=Confidence.MEDIUM,
)
R_015 = Rule("R-015", Anchor.APPLICATION, ("ONLINE", "COUNTER", "PROACTIVE"), ("nhsa-2021-43:5",))
R_016 = Rule(
    "R-016",
    Anchor.APPLICATION,
    ("IDENTITY_ONLY", "NO_GROUND_KNOWN"),
    ("handling-2023:31",),
    parameters=("handling.extra_proof_needs_ground",),
)
R_017 = Rule("R-017", Anchor.EVENT, ("STOPPED", "NOT_STOPPED", "NO_RECORD"), ("nhsa-2021-43:6",))
R_018 = Rule("R-018", Anchor.EVENT, ("ENROLLED", "NOT_ENROLLED"), ("nhsa-2021-43:6",))
R_019 = Rule("R-019", Anchor.ACCEPTANCE, ("ACCEPTED",), ("nhsa-2021-43:6",))
R_020 = Rule("R-020", Anchor.ACCEPTANCE, ("REFUSED",), ("nhsa-2021-43:6",))
R_021 = Rule(
    "R-021",
    Anchor.APPLICATION,
    ("CURRENT_YEAR", "NEXT_YEAR_JOINED", "NO_GROUND_KNOWN"),
    ("nhsa-2021-43:4",),
    parameters=("resident.same_year_refused",),
)
R_022 = Rule(
    "R-022",
    Anchor.APPLICATION,
    ("MONTH_PAID", "MONTH_UNPAID"),
    ("nanjing-guide",),
    Basis.LOCAL,
    parameters=("handling.dest_paid_month_required",),
)
R_023 = Rule("R-023", Anchor.APPLICATION, ("CONTACT_LETTER",), ("mohrss-2016-94", "suzhou-offline"))
R_091 = Rule(
    "R-091",
    Anchor.APPLICATION,
    ("ASK_DESTINATION", "NOT_REQUIRED"),
    ("nanjing-guide",),
    Basis.INFERENCE,
    Confidence.MEDIUM,
    parameters=("handling.dest_paid_month_required",),
)


def origin_check(
    *, asked: Asked, person: PersonFacts | None, today: date, policy: Policy, payee_known: bool = True
) -> tuple[Decision, ...]:
    """Is cover at the origin stopped, and is there anything that may leave? Every reason at once.

    Whether residents may move within their year is asked apart (``same_year``): the destination must say which year
    was joined there. ``payee_known``: the account of the agency to be paid is known here (R-094).
    """
    mine = _of(person, asked.from_scheme)
    if person is None or not mine:
        return (R_017.decide("NO_RECORD", inputs={"scheme": asked.from_scheme.value}, refusals=("NA-10",)),)
    decisions = [*_retired(mine), *_stopped(mine, today)]
    decisions += moved_before(
        already=person.already_moved_out,
        months=person.movable_months,
        fen=sum(fen for _, fen in movable_parts(person.account)),
    )
    decisions += over_age(asked=asked, person=person, today=today, policy=policy, destination=False)
    decisions += _origin_notes(person, asked, today, policy)
    if not payee_known:
        decisions += _unpayable(asked, person, policy)
    return tuple(decisions)


def destination_check(
    *, asked: Asked, person: PersonFacts | None, today: date, policy: Policy
) -> tuple[Decision, ...]:
    """Is the person properly enrolled at the destination? Every reason at once."""
    mine = _of(person, asked.to_scheme)
    if person is None:
        return (R_018.decide("NOT_ENROLLED", inputs={"scheme": asked.to_scheme.value}, refusals=("NA-02",)),)
    enrolled = [one for one in mine if _enrolled(one, asked, today)]
    decisions = [*_retired(mine), *_enrolled_decision(asked, enrolled, mine)]
    if enrolled:
        decisions += [
            *_employer(asked, enrolled),
            *first_month(asked=asked, enrolled=enrolled, policy=policy),
            *joined_year(asked=asked, enrolled=enrolled, today=today, policy=policy),
        ]
    decisions += over_age(asked=asked, person=person, today=today, policy=policy, destination=True)
    decisions += _person_notes(person, today, policy)
    return tuple(decisions)


def applicant_check(*, asked: Asked, policy: Policy) -> tuple[Decision, ...]:
    """May this applicant apply, and by this way? Whether an employer is the current one, the destination knows."""
    return (
        applicant(asked=asked),
        channel(asked=asked),
        identity_only(on=asked.received_on, policy=policy),
    )


def applicant(*, asked: Asked) -> Decision:
    """R-012 the member, R-013 the employer of an employee member, R-014 an agent who shows an authorisation."""
    if asked.applicant is Applicant.MEMBER:
        return R_012.decide("ALLOWED", inputs={"applicant": asked.applicant.value})
    if asked.applicant is Applicant.EMPLOYER:
        fits = asked.to_scheme is Scheme.EMPLOYEE and asked.employer is not None
        inputs: dict[str, Plain] = {
            "employer_named": asked.employer is not None,
            "to_scheme": asked.to_scheme.value,
        }
        if fits:
            return R_013.decide("ALLOWED", inputs=inputs)
        return R_013.decide("NOT_FOR_THIS_SCHEME", inputs=inputs, refusals=("NA-13",))
    inputs = {"authorised": asked.authorised}
    if asked.authorised:
        return R_014.decide("ALLOWED", inputs=inputs)
    return R_014.decide("NOT_AUTHORISED", inputs=inputs, refusals=("NA-13",))


def channel(*, asked: Asked) -> Decision:
    """R-015: online or at either counter; R-023 where it must go by certificate and contact letter."""
    if asked.channel is Channel.OFFLINE:
        return R_023.decide("CONTACT_LETTER", inputs={"channel": asked.channel.value})
    return R_015.decide(asked.channel.name, inputs={"channel": asked.channel.value})


def identity_only(*, on: date, policy: Policy) -> Decision:
    """R-016: proof beyond identity needs a ground in law, regulation or a State Council decision."""
    ground = policy.find("handling.extra_proof_needs_ground", on=on)
    known = isinstance(ground, Found) and ground.value is True
    return R_016.decide("IDENTITY_ONLY" if known else "NO_GROUND_KNOWN", facts=(ground,))


def doubt_of(own: Iterable[Decision]) -> Confidence:
    """How sure a side is of its own check: as its weakest decision that refuses, or could have."""
    return weakest(one.confidence for one in own if one.refusals or one.rule in GATES)


def accepted(
    *,
    on: date,
    origin_check: Iterable[Decision | str],
    destination_check: Iterable[Decision | str],
    doubt: Confidence = Confidence.HIGH,
) -> Decision:
    """R-019 where neither side refuses, else R-020 with every code. Refusals may be cured and applied for again.

    A check is given as this side's own decisions, or as the codes a side answered with; ``doubt``: how sure the
    decisions behind this side's own codes were. The acceptance is as sure as the weakest of them.
    """
    both = (*origin_check, *destination_check)
    own = [one for one in both if isinstance(one, Decision)]
    told = {one for one in both if isinstance(one, str)}
    codes = tuple(sorted({*told, *refusal_codes(own)}))
    links = (doubt, doubt_of(own))
    inputs: dict[str, Plain] = {"on": on.isoformat()}
    if codes:
        return R_020.decide("REFUSED", inputs=inputs, refusals=codes, links=links)
    return R_019.decide("ACCEPTED", inputs=inputs, links=links)


def refusal_codes(decisions: Iterable[Decision]) -> tuple[str, ...]:
    """All codes of the decisions, each once, in order of the list."""
    return tuple(sorted({code for decision in decisions for code in decision.refusals}))


def _of(person: PersonFacts | None, scheme: Scheme) -> tuple[Enrolment, ...]:
    return () if person is None else tuple(one for one in person.enrolments if one.scheme is scheme)


def _retired(mine: tuple[Enrolment, ...]) -> list[Decision]:
    """R-005: retired members of employee insurance file for treatment elsewhere instead (异地就医备案)."""
    if any(one.status is Status.RETIRED for one in mine):
        return [R_005.decide("OUT_OF_SCOPE", inputs={"status": Status.RETIRED.value}, refusals=("NA-03",))]
    return []


def _stopped(mine: tuple[Enrolment, ...], today: date) -> list[Decision]:
    """R-017: every enrolment in the scheme has ended; one that ends later has not. Advice of R-090 beside it."""
    running = [one for one in mine if one.status is Status.INSURED or _ends_later(one, today)]
    inputs: dict[str, Plain] = {"enrolments": len(mine), "running": len(running), "today": today.isoformat()}
    if not running:
        return [R_017.decide("STOPPED", inputs=inputs)]
    return [
        R_017.decide("NOT_STOPPED", inputs=inputs, refusals=("NA-01",)),
        resolve_duplicate_first(running=len(running)),
    ]


def _ends_later(one: Enrolment, today: date) -> bool:
    return one.status is Status.STOPPED and one.stopped_on is not None and one.stopped_on > today


def same_year(
    *, asked: Asked, person: PersonFacts | None, joined: int | None, policy: Policy
) -> list[Decision]:
    """R-021, R-010: within their cover year residents do not move to resident insurance; the next year's they may join.

    The origin judges, on the facts of the person there. ``joined``: the year of cover joined at the destination, None
    where that side did not say it (an old message, or a year nobody wrote down): then nothing shows that the ban does
    not hold, and it stands, as unsure as that.
    """
    latest = max((one.cover_year or 0 for one in _of(person, asked.from_scheme)), default=0)
    if not asked.between_residents or latest < asked.received_on.year:
        return []
    banned = policy.find("resident.same_year_refused", on=asked.received_on)
    inputs: dict[str, Plain] = {
        "cover_year": latest,
        "joined": joined,
        "received_on": asked.received_on.isoformat(),
    }
    if joined is not None and joined > latest:
        return [R_021.decide("NEXT_YEAR_JOINED", facts=(banned,), inputs=inputs)]
    if not isinstance(banned, Found) or banned.value is not True:
        return [R_021.decide("NO_GROUND_KNOWN", facts=(banned,), inputs=inputs)]
    doubt = () if joined is not None else (Confidence.LOW,)
    refused = R_021.decide("CURRENT_YEAR", facts=(banned,), inputs=inputs, refusals=("NA-04",), links=doubt)
    return [refused, R_010.decide("YEAR_UNKNOWN")] if doubt else [refused]


def year_joined(*, asked: Asked, person: PersonFacts | None, today: date) -> int | None:
    """The latest year of resident cover joined at the destination, which the origin asks about; else None."""
    if not asked.between_residents:
        return None
    enrolled = (one for one in _of(person, asked.to_scheme) if _enrolled(one, asked, today))
    return max((one.cover_year for one in enrolled if one.cover_year is not None), default=None)


def _enrolled(one: Enrolment, asked: Asked, today: date) -> bool:
    """In force today; resident cover of a coming year counts as joined."""
    if one.status is not Status.INSURED:
        return False
    if asked.to_scheme is Scheme.RESIDENT:
        return one.cover_year is None or one.cover_year >= today.year
    return one.since <= today


def _enrolled_decision(
    asked: Asked, enrolled: list[Enrolment], mine: tuple[Enrolment, ...]
) -> list[Decision]:
    inputs: dict[str, Plain] = {"enrolments": len(enrolled), "scheme": asked.to_scheme.value}
    if enrolled:
        return [R_018.decide("ENROLLED", inputs=inputs)]
    if any(one.status is Status.RETIRED for one in mine):
        return []  # R-005 has said it: retired is not unenrolled
    return [R_018.decide("NOT_ENROLLED", inputs=inputs, refusals=("NA-02",))]


def _employer(asked: Asked, enrolled: list[Enrolment]) -> list[Decision]:
    """R-013: an applying employer must be the one the person is insured with here."""
    if asked.applicant is not Applicant.EMPLOYER:
        return []
    if any(one.employer is not None and one.employer == asked.employer for one in enrolled):
        return [R_013.decide("ALLOWED", inputs={"employer_matches": True})]
    return [R_013.decide("NOT_THE_EMPLOYER", inputs={"employer_matches": False}, refusals=("NA-13",))]


def first_month(*, asked: Asked, enrolled: list[Enrolment], policy: Policy) -> list[Decision]:
    """R-022, R-091: some places ask for the first month to be paid; most have not said."""
    if asked.to_scheme is not Scheme.EMPLOYEE:
        return []
    paid = any(one.first_month_paid for one in enrolled)
    required = policy.find("handling.dest_paid_month_required", asked.destination, on=asked.received_on)
    inputs: dict[str, Plain] = {"destination": asked.destination, "first_month_paid": paid}
    if isinstance(required, Unknown):
        return [] if paid else [R_091.decide("ASK_DESTINATION", facts=(required,), inputs=inputs)]
    if required.value is not True:
        return [] if paid else [R_091.decide("NOT_REQUIRED", facts=(required,), inputs=inputs)]
    if paid:
        return [R_022.decide("MONTH_PAID", facts=(required,), inputs=inputs)]
    return [R_022.decide("MONTH_UNPAID", facts=(required,), inputs=inputs, refusals=("NA-06",))]


def joined_year(*, asked: Asked, enrolled: list[Enrolment], today: date, policy: Policy) -> list[Decision]:
    """R-010 at the destination: which year was joined, and whether its benefits must have begun."""
    if not asked.between_residents:
        return []
    years = [one.cover_year for one in enrolled if one.cover_year is not None]
    if not years:
        return [R_010.decide("YEAR_UNKNOWN")]
    joined = max(years)
    inputs: dict[str, Plain] = {"cover_year": joined, "received_on": asked.received_on.isoformat()}
    must_have_begun = policy.find("resident.requires_benefit_start", asked.destination, on=asked.received_on)
    if min(years) > today.year:
        if isinstance(must_have_begun, Unknown):
            return [R_010.decide("START_NOT_KNOWN", facts=(must_have_begun,), inputs=inputs)]
        if must_have_begun.value is True:
            refused = ("NA-04",)
            return [
                R_010.decide("BENEFITS_NOT_BEGUN", facts=(must_have_begun,), inputs=inputs, refusals=refused)
            ]
    outcome = "JOINED_NEXT_YEAR" if joined > asked.received_on.year else "JOINED_THIS_YEAR"
    return [R_010.decide(outcome, inputs=inputs)]


def over_age(
    *, asked: Asked, person: PersonFacts, today: date, policy: Policy, destination: bool
) -> list[Decision]:
    """R-006: old enough to retire but not retired is in scope; the person is warned that a place may refuse."""
    if asked.to_scheme is not Scheme.EMPLOYEE:
        return []
    reached = [
        retirement_age(birth=person.birth, group=group, on=today, policy=policy).month <= today
        for group in _groups(person.sex)
    ]
    if not any(reached):
        return []
    # Not the birth date: a stored decision tells what it was decided on without telling who it is about.
    inputs: dict[str, Plain] = {"groups": len(reached), "reached": sum(reached), "today": today.isoformat()}
    if destination:
        local = policy.find("handling.over_age_refused", asked.destination, on=asked.received_on)
        if isinstance(local, Found) and local.value is True and all(reached):
            return [R_006.decide("REFUSED_LOCALLY", facts=(local,), inputs=inputs, refusals=("NA-15",))]
    return [R_006.decide("AGE_REACHED" if all(reached) else "AGE_MAY_BE_REACHED", inputs=inputs)]


def _groups(sex: Sex | None) -> tuple[RetirementGroup, ...]:
    if sex is Sex.MALE:
        return (RetirementGroup.MAN,)
    if sex is Sex.FEMALE:
        return (RetirementGroup.WOMAN_50, RetirementGroup.WOMAN_55)
    return tuple(RetirementGroup)


def _origin_notes(person: PersonFacts, asked: Asked, today: date, policy: Policy) -> list[Decision]:
    notes = _person_notes(person, today, policy)
    if person.owed_fen > 0:
        notes.append(owed(owed_fen=person.owed_fen, policy=policy, on=today))
    if person.sharing_open:
        notes.append(sharing(on=today, policy=policy))
    if person.posted:
        notes.append(posted(on=asked.received_on))
    return notes


def _unpayable(asked: Asked, person: PersonFacts, policy: Policy) -> list[Decision]:
    """R-094 concerns money that is to be remitted, and nothing else."""
    on = asked.received_on
    money = money_mode(asked=asked, person=person, policy=policy, on=on)
    if money.mode is not MoneyMode.REMIT:
        return []
    return [bank_data_missing(agency=asked.destination, origin=asked.origin, policy=policy, on=on)]


def _person_notes(person: PersonFacts, today: date, policy: Policy) -> list[Decision]:
    """What is true of the person at either side: death, and the kind of document."""
    notes = document_note(document_kind=person.document_kind, on=today, policy=policy)
    notes += basic_data_note(same=person.basic_data_agree)
    if person.died_on is not None:
        notes.append(died_before_acceptance(died_on=person.died_on))
    return notes


GATES = frozenset({"R-006", "R-010", "R-017", "R-018", "R-021", "R-022", "R-091", "R-094"})
"""Rules that may refuse, and whose doubts an acceptance therefore inherits."""

ENTRIES: Entries = (
    (R_005, origin_check),
    (R_006, over_age),
    (R_012, applicant),
    (R_013, applicant),
    (R_014, applicant),
    (R_015, channel),
    (R_016, identity_only),
    (R_017, origin_check),
    (R_018, destination_check),
    (R_019, accepted),
    (R_020, accepted),
    (R_021, same_year),
    (R_022, first_month),
    (R_023, channel),
    (R_091, first_month),
)
