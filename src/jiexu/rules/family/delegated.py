"""Acting for a relative with the relative's own code (亲情账户): no sharing of money (REL-01, REL-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiexu.rules.decision import Confidence, Decision, Plain
from jiexu.rules.policy import Policy
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import full_years, whole

REL_01 = Rule("REL-01", Anchor.ALWAYS, ("ACTS_ONLY",), ("sharing-2024",))
REL_02 = Rule(
    "REL-02",
    Anchor.EVENT,
    ("FACE_CONSENT", "BY_DOCUMENTS", "TOO_MANY", "NOT_KNOWN"),
    ("delegated-pages",),
    confidence=Confidence.LOW,
    parameters=("delegated.face_consent_from_age", "delegated.holders", "delegated.members"),
)


@dataclass(frozen=True, slots=True)
class Delegation:
    """``members`` one may bind and ``holders`` one may be bound by, as weak pages say; None where not known."""

    members: int | None
    holders: int | None
    decision: Decision


def acts_only() -> Decision:
    """REL-01: it shows the relative's code and lets one register, pay and buy; the relative's own money is spent."""
    return REL_01.decide("ACTS_ONLY")


def bind(*, birth: date, bound_by_giver: int, binding_relative: int, policy: Policy, on: date) -> Delegation:
    """REL-02: whether one more relative can be bound, and how that relative consents.

    ``birth``: of the relative. ``bound_by_giver``: relatives bound already. ``binding_relative``: people who bound
    this relative already. Pages differ about the limits.
    """
    names = ("members", "holders", "face_consent_from_age")
    facts = tuple(policy.find(f"delegated.{name}", on=on) for name in names)
    members, holders, from_age = (whole(fact) for fact in facts)
    age = full_years(birth=birth, on=on)
    inputs: dict[str, Plain] = {"binding_relative": binding_relative, "bound_by_giver": bound_by_giver}
    if members is None or holders is None or from_age is None:
        outcome = "NOT_KNOWN"
    elif bound_by_giver >= members or binding_relative >= holders:
        outcome = "TOO_MANY"
    else:
        outcome = "FACE_CONSENT" if age >= from_age else "BY_DOCUMENTS"
    return Delegation(members, holders, REL_02.decide(outcome, facts=facts, inputs=inputs))


ENTRIES: Entries = ((REL_01, acts_only), (REL_02, bind))
