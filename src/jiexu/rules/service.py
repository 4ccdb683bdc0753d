"""What every agency owes those who ask: clocks, free records, cards, telephones, remedies (CLK, QRY, CRD, HOT, LAW)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.rules.calendar import Calendar
from jiexu.rules.clocks import counted_days
from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.policy import Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import whole, word_of, yes

CLK_01 = Rule("CLK-01", Anchor.EVENT, ("WORKING_DAYS",), ("national-holidays:2",))
CLK_02 = Rule(
    "CLK-02", Anchor.EVENT, ("NEXT_WORKING_DAY",), ("civil-code:201",), Basis.INFERENCE, Confidence.MEDIUM
)
CLK_03 = Rule("CLK-03", Anchor.EVENT, ("FROM_ITS_TRIGGER",), ("guobanfa-2009-66:8", "nhsa-2021-43:7"))
CLK_04 = Rule("CLK-04", Anchor.EVENT, ("IN_TIME", "LATE"), ("handling-2023:16", "handling-2023:52", "sil:83"))
CLK_05 = Rule(
    "CLK-05",
    Anchor.APPLICATION,
    ("IDENTITY_ONLY", "NO_GROUND_KNOWN"),
    ("handling-2023:30", "handling-2023:31", "handling-2023:32", "sil:74"),
    parameters=("handling.extra_proof_needs_ground",),
)
QRY_01 = Rule(
    "QRY-01",
    Anchor.EVENT,
    ("FREE", "NOT_KNOWN"),
    ("sil:4", "sil:74", "handling-2023:32"),
    parameters=("record_query.free",),
)
CRD_01 = Rule("CRD-01", Anchor.ALWAYS, ("BOTH_ARE_VALID",), ("handling-2023:6", "handling-2023:7"))
CRD_02 = Rule("CRD-02", Anchor.EVENT, ("ASK_PLACE",), ("regions-004",), Basis.LOCAL, Confidence.LOW)
HOT_01 = Rule(
    "HOT-01",
    Anchor.EVENT,
    ("MEDICAL_LINE", "HUMAN_RESOURCES_LINE", "NOT_KNOWN"),
    ("hotline-12393", "handling-2023:4"),
    confidence=Confidence.MEDIUM,
    parameters=("agency.hotline", "agency.hotline_hrss"),
)
HOT_02 = Rule("HOT-02", Anchor.ALWAYS, ("NOT_VERIFIED",), ("regions-005",), confidence=Confidence.LOW)
LAW_01 = Rule(
    "LAW-01",
    Anchor.EVENT,
    ("REVIEW_OR_SUIT", "MEDIATE_ARBITRATE_SUE", "NOT_KNOWN"),
    ("sil:83", "handling-2023:52", "reconsideration-2023:20"),
    parameters=("remedy.reconsideration_days",),
)
LAW_03 = Rule(
    "LAW-03",
    Anchor.EVENT,
    ("REVIEW_FIRST", "EITHER", "NOT_KNOWN"),
    ("reconsideration-2023:23", "reconsideration-2023:24"),
    parameters=("remedy.reconsideration_by", "remedy.review_first"),
)
LAW_02 = Rule("LAW-02", Anchor.ALWAYS, ("SEPARATE_CONSENT",), ("pipl:28", "pipl:29", "pipl:45", "pipl:47"))


class Subject(StrEnum):
    """What a question is about, which decides whose telephone answers it."""

    MEDICAL = "medical"
    PENSION = "pension"
    UNEMPLOYMENT = "unemployment"


class Against(StrEnum):
    """Whom a complaint is about."""

    AGENCY = "agency"
    EMPLOYER = "employer"


@dataclass(frozen=True, slots=True)
class FirstDay:
    """``on``: day 1 of a clock of working days."""

    on: date
    decisions: tuple[Decision, ...]


def first_day(*, trigger: date, calendar: Calendar) -> FirstDay:
    """CLK-01, CLK-02: the first working day after the trigger is day 1; make-up days count, holidays do not."""
    on = calendar.next_working_day(trigger)
    inputs: dict[str, Plain] = {
        "calendar": calendar.version,
        "on": on.isoformat(),
        "trigger": trigger.isoformat(),
    }
    return FirstDay(
        on, (CLK_01.decide("WORKING_DAYS", inputs=inputs), CLK_02.decide("NEXT_WORKING_DAY", inputs=inputs))
    )


def own_start(*, step_began: date) -> Decision:
    """CLK-03: a step counts from what starts it, never from the last day of the step before."""
    return CLK_03.decide("FROM_ITS_TRIGGER", inputs={"step_began": step_began.isoformat()})


def in_time(*, due_on: date, today: date, told: bool) -> Decision:
    """CLK-04: the agency finishes in time and tells the result, or the way to review and court is open.

    ``told``: the person was told the result or can look it up.
    """
    inputs: dict[str, Plain] = {"due_on": due_on.isoformat(), "today": today.isoformat(), "told": told}
    return CLK_04.decide("LATE" if today > due_on and not told else "IN_TIME", inputs=inputs)


def nothing_more(*, policy: Policy, on: date) -> Decision:
    """CLK-05: no proof beyond identity without a ground in law; asking is free; others may act for the old and disabled."""
    found = policy.find("handling.extra_proof_needs_ground", on=on)
    return CLK_05.decide("IDENTITY_ONLY" if yes(found) else "NO_GROUND_KNOWN", facts=(found,))


def record_query(*, policy: Policy, on: date) -> Decision:
    """QRY-01: everyone may see their record free of charge, and the agency must send or show it."""
    found = policy.find("record_query.free", on=on)
    return QRY_01.decide("FREE" if yes(found) else "NOT_KNOWN", facts=(found,))


def credentials() -> Decision:
    """CRD-01: the social-security card, of plastic or on the telephone, and the medical e-credential are all valid."""
    return CRD_01.decide("BOTH_ARE_VALID")


def old_card(*, area: str) -> Decision:
    """CRD-02: whether an old card ends and a new one is needed is practice of the place; no national text says so."""
    return CRD_02.decide("ASK_PLACE", inputs={"area": area})


@dataclass(frozen=True, slots=True)
class Line:
    """``number`` to call, None where not known; with the area's dialling code before it, that area answers."""

    number: str | None
    decision: Decision


def hotline(*, subject: Subject, policy: Policy, on: date, area: str | None = None) -> Line:
    """HOT-01: medical insurance and human resources (pension, unemployment) have each their own number."""
    medical = subject is Subject.MEDICAL
    found = policy.find("agency.hotline" if medical else "agency.hotline_hrss", area, on=on)
    inputs: dict[str, Plain] = {"subject": subject.value}
    if isinstance(found, Unknown):
        return Line(None, HOT_01.decide("NOT_KNOWN", facts=(found,), inputs=inputs))
    said = HOT_01.decide("MEDICAL_LINE" if medical else "HUMAN_RESOURCES_LINE", facts=(found,), inputs=inputs)
    return Line(str(found.value), said)


def unverified_line(*, number: str) -> Decision:
    """HOT-02: a number an article prints and nobody verified is not offered."""
    return HOT_02.decide("NOT_VERIFIED", inputs={"number": number})


@dataclass(frozen=True, slots=True)
class Remedy:
    """``until``: last day to ask for reconsideration; None against an employer, or where not known."""

    until: date | None
    decisions: tuple[Decision, ...]


def remedy(*, against: Against, known_on: date, calendar: Calendar, policy: Policy) -> Remedy:
    """LAW-01: against the agency reconsideration or a suit; against an employer mediation, arbitration, a suit.

    ``known_on``: the day one knew of the act, which is not counted. A last day without work moves on to the next.
    """
    inputs: dict[str, Plain] = {"against": against.value, "known_on": known_on.isoformat()}
    if against is Against.EMPLOYER:
        return Remedy(None, (LAW_01.decide("MEDIATE_ARBITRATE_SUE", inputs=inputs),))
    found = policy.find("remedy.reconsideration_days", on=known_on)
    days = whole(found)
    if days is None:
        return Remedy(None, (LAW_01.decide("NOT_KNOWN", facts=(found,), inputs=inputs),))
    last, counting = counted_days(start=known_on, days=days, calendar=calendar)
    said = LAW_01.decide("REVIEW_OR_SUIT", facts=(found,), inputs={**inputs, "until": last.isoformat()})
    return Remedy(last, (said, counting))


@dataclass(frozen=True, slots=True)
class Review:
    """``by``: word of the authority that reviews, None where not known."""

    by: str | None
    decision: Decision


def review(*, policy: Policy, on: date) -> Review:
    """LAW-03: who reviews an agency that did not act, and whether the review comes before a suit."""
    by, first = policy.find("remedy.reconsideration_by", on=on), policy.find("remedy.review_first", on=on)
    answer = yes(first)
    word = "NOT_KNOWN" if answer is None else "REVIEW_FIRST" if answer else "EITHER"
    return Review(word_of(by), LAW_03.decide(word, facts=(by, first)))


def personal_data() -> Decision:
    """LAW-02: data on health and money are sensitive: separate consent, strict protection, copies and deletion."""
    return LAW_02.decide("SEPARATE_CONSENT")


ENTRIES: Entries = (
    (CLK_01, first_day),
    (CLK_02, first_day),
    (CLK_03, own_start),
    (CLK_04, in_time),
    (CLK_05, nothing_more),
    (QRY_01, record_query),
    (CRD_01, credentials),
    (CRD_02, old_card),
    (HOT_01, hotline),
    (HOT_02, unverified_line),
    (LAW_01, remedy),
    (LAW_02, personal_data),
    (LAW_03, review),
)
