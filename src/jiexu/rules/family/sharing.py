"""Sharing one's account with relatives (家庭共济): with whom, where, for what, and until when (FAM-01 … FAM-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.policy import Found, Policy, province_of
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import word_of, yes
from jiexu.values.errors import ValueFault
from jiexu.values.money import format_yuan

FAM_01 = Rule("FAM-01", Anchor.EVENT, ("ALLOWED", "NO_ACCOUNT", "RECEIVER_NOT_INSURED"), ("sharing-2024",))
FAM_02 = Rule(
    "FAM-02",
    Anchor.EVENT,
    ("NEAR_RELATIVE", "NOT_YET_INCLUDED", "NOT_A_NEAR_RELATIVE", "NOT_KNOWN"),
    ("civil-code:1045", "sharing-2024"),
    parameters=("sharing.relatives",),
)
FAM_03 = Rule(
    "FAM-03",
    Anchor.EVENT,
    ("CLOSE_FAMILY", "NEAR_RELATIVES", "NOT_YET"),
    ("guobanfa-2021-14", "sharing-2024"),
    parameters=("sharing.relatives",),
)
FAM_04 = Rule(
    "FAM-04",
    Anchor.EVENT,
    ("PAID", "NOT_PAID", "NOT_KNOWN"),
    ("sharing-2024", "nhsa-2026-sharing"),
    parameters=("sharing.pays",),
)
FAM_05 = Rule(
    "FAM-05",
    Anchor.EVENT,
    ("IN_PROVINCE", "ACROSS_PROVINCES", "WALLET_ONLY", "NOT_KNOWN"),
    ("sharing-2024", "nhsa-2026-sharing"),
    parameters=("sharing.across_provinces", "sharing.in_province"),
)
FAM_06 = Rule("FAM-06", Anchor.ALWAYS, ("OWN_CREDENTIAL",), ("sharing-2024", "fund-supervision-2021:17"))
FAM_07 = Rule(
    "FAM-07",
    Anchor.EVENT,
    ("PATIENT_FIRST", "GIVER_FIRST", "NOT_KNOWN"),
    ("sharing-order",),
    Basis.LOCAL,
    Confidence.LOW,
    parameters=("sharing.deducted_first_from",),
)
FAM_08 = Rule(
    "FAM-08",
    Anchor.EVENT,
    ("BIND_ONLINE", "BIND_WITH_PROOF"),
    ("sharing-2024",),
    confidence=Confidence.MEDIUM,
)
FAM_09 = Rule(
    "FAM-09",
    Anchor.EVENT,
    ("ENDS_WITH_MOVE", "MAKE_ANEW"),
    ("nhsa-2026-sharing",),
    confidence=Confidence.MEDIUM,
    parameters=("sharing.ends_on_transfer",),
)
FAM_10 = Rule(
    "FAM-10",
    Anchor.EVENT,
    ("LOCKED", "NOT_LOCKED"),
    ("nhsa-2026-sharing",),
    confidence=Confidence.MEDIUM,
    parameters=("sharing.quota_locked",),
)


class SharingError(ValueFault):
    """Amounts of a shared quota that cannot be."""


class Relation(StrEnum):
    """Who the receiver is to the giver; ``other``: a cousin, in-law, friend."""

    SPOUSE = "spouse"
    PARENT = "parents"
    CHILD = "children"
    SIBLING = "siblings"
    GRANDPARENT = "grandparents"
    GRANDCHILD = "grandchildren"
    OTHER = "other"


class Use(StrEnum):
    """What the shared money is to pay; ``wellness`` stands for public health, fitness and the like."""

    CARE = "care"
    RESIDENT_PREMIUM = "resident_premium"
    LONG_TERM_CARE_PREMIUM = "long_term_care_premium"
    WELLNESS = "wellness"


def may_share(*, giver_has_account: bool, receiver_insured: bool) -> Decision:
    """FAM-01: who gives has an employee account, who receives is in basic medical insurance of either kind."""
    inputs: dict[str, Plain] = {"giver_has_account": giver_has_account, "receiver_insured": receiver_insured}
    if not giver_has_account:
        return FAM_01.decide("NO_ACCOUNT", inputs=inputs)
    return FAM_01.decide("ALLOWED" if receiver_insured else "RECEIVER_NOT_INSURED", inputs=inputs)


def relative(*, relation: Relation, policy: Policy, on: date) -> Decision:
    """FAM-02: near relatives (近亲属) as the Civil Code names them, as far as sharing reached on the day."""
    found = policy.find("sharing.relatives", on=on)
    inputs: dict[str, Plain] = {"relation": relation.value}
    if relation is Relation.OTHER:
        return FAM_02.decide("NOT_A_NEAR_RELATIVE", inputs=inputs)
    if not isinstance(found, Found) or not isinstance(found.value, tuple):
        return FAM_02.decide("NOT_KNOWN", facts=(found,), inputs=inputs)
    outcome = "NEAR_RELATIVE" if relation.value in found.value else "NOT_YET_INCLUDED"
    return FAM_02.decide(outcome, facts=(found,), inputs=inputs)


def reached(*, policy: Policy, on: date) -> Decision:
    """FAM-03: whom sharing reached on a day: since 2021 spouse, parents, children; since 2024 near relatives."""
    found = policy.find("sharing.relatives", on=on)
    inputs: dict[str, Plain] = {"on": on.isoformat()}
    if not isinstance(found, Found) or not isinstance(found.value, tuple):
        return FAM_03.decide("NOT_YET", inputs=inputs)
    wide = Relation.SIBLING.value in found.value
    return FAM_03.decide("NEAR_RELATIVES" if wide else "CLOSE_FAMILY", facts=(found,), inputs=inputs)


def pays(*, use: Use, policy: Policy, on: date) -> Decision:
    """FAM-04: out-of-pocket cost of care and premiums of residents; from 2026-01-09 long-term care contributions too."""
    found = policy.find("sharing.pays", on=on)
    inputs: dict[str, Plain] = {"use": use.value}
    if not isinstance(found, Found) or not isinstance(found.value, tuple):
        return FAM_04.decide("NOT_KNOWN", facts=(found,), inputs=inputs)
    if use is Use.WELLNESS:
        return FAM_04.decide("NOT_PAID", facts=(found,), inputs=inputs, links=(Confidence.MEDIUM,))
    return FAM_04.decide("PAID" if use.value in found.value else "NOT_PAID", facts=(found,), inputs=inputs)


def where(*, giver: str, receiver: str, policy: Policy, on: date) -> Decision:
    """FAM-05: inside the province; across provinces by wallet only, and by sharing since the notice of 2026-01-09.

    On which day and where first the notice takes effect was not found: both places are to be asked.
    """
    inputs: dict[str, Plain] = {"giver": giver, "receiver": receiver}
    if province_of(giver) == province_of(receiver):
        inside = policy.find("sharing.in_province", giver, on=on)
        return FAM_05.decide("IN_PROVINCE" if yes(inside) else "NOT_KNOWN", facts=(inside,), inputs=inputs)
    across = policy.find("sharing.across_provinces", giver, on=on)
    outcome = {True: "ACROSS_PROVINCES", False: "WALLET_ONLY", None: "NOT_KNOWN"}[yes(across)]
    return FAM_05.decide(outcome, facts=(across,), inputs=inputs)


def own_credential() -> Decision:
    """FAM-06: money is shared, cards are not: the patient shows the patient's own credential."""
    return FAM_06.decide("OWN_CREDENTIAL")


@dataclass(frozen=True, slots=True)
class Bill:
    """How an out-of-pocket cost is paid, in fen; the three parts add up to it. ``decision``: in which order."""

    patient_fen: int
    giver_fen: int
    cash_fen: int
    decision: Decision


def pay_bill(*, cost_fen: int, patient_fen: int, giver_fen: int, area: str, policy: Policy, on: date) -> Bill:
    """FAM-07: which account pays first; the patient's own where nothing else is known, which is no more than likely.

    ``patient_fen``: balance of the patient's own account. ``giver_fen``: what the giver shared and is not used.
    """
    found = policy.find("sharing.deducted_first_from", area, on=on)
    word = word_of(found)
    outcome = {"patient": "PATIENT_FIRST", "giver": "GIVER_FIRST"}.get(word or "", "NOT_KNOWN")
    from_giver = (
        min(cost_fen, giver_fen) if word == "giver" else min(max(0, cost_fen - patient_fen), giver_fen)
    )
    from_patient = min(cost_fen - from_giver, patient_fen)
    said = FAM_07.decide(outcome, facts=(found,), inputs={"area": area, "cost_fen": cost_fen})
    return Bill(from_patient, from_giver, cost_fen - from_giver - from_patient, said)


def binding(*, minor: bool) -> Decision:
    """FAM-08: opened in the national or local app or site; for a minor with a proof of the relation."""
    return FAM_08.decide("BIND_WITH_PROOF" if minor else "BIND_ONLINE", inputs={"minor": minor})


def after_move(*, policy: Policy, on: date) -> Decision:
    """FAM-09: sharing ends when the giver's relation moves (R-050); before that rule it had to be checked and made anew."""
    found = policy.find("sharing.ends_on_transfer", on=on)
    if yes(found):
        return FAM_09.decide("ENDS_WITH_MOVE", facts=(found,))
    return FAM_09.decide("MAKE_ANEW", facts=(found,), inputs={"on": on.isoformat()})


@dataclass(frozen=True, slots=True)
class Quota:
    """``locked_fen``: what the giver cannot use meanwhile; ``returned_fen``: what goes back if sharing ends now."""

    locked_fen: int
    returned_fen: int
    decision: Decision


def quota(*, shared_fen: int, used_fen: int, policy: Policy, on: date) -> Quota:
    """FAM-10: a quota shared under the notice of 2026 is locked for the giver; what is not used goes back.

    Raises SharingError where more was used than shared.
    """
    if used_fen > shared_fen:
        raise SharingError(
            "quota_overused",
            "{used} cannot have been used of a quota of {shared}; correct one of the amounts.",
            used=format_yuan(used_fen),
            shared=format_yuan(shared_fen),
        )
    found = policy.find("sharing.quota_locked", on=on)
    left = shared_fen - used_fen
    is_locked = yes(found) is True
    inputs: dict[str, Plain] = {"returned_fen": left, "shared_fen": shared_fen, "used_fen": used_fen}
    said = FAM_10.decide("LOCKED" if is_locked else "NOT_LOCKED", facts=(found,), inputs=inputs)
    return Quota(left if is_locked else 0, left, said)


ENTRIES: Entries = (
    (FAM_01, may_share),
    (FAM_02, relative),
    (FAM_03, reached),
    (FAM_04, pays),
    (FAM_05, where),
    (FAM_06, own_credential),
    (FAM_07, pay_bill),
    (FAM_08, binding),
    (FAM_09, after_move),
    (FAM_10, quota),
)
