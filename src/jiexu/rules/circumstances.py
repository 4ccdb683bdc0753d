"""What a person is in the middle of when they move: unemployment benefit, hospital, long illness (R-098 … R-100)."""

from __future__ import annotations

from datetime import date

from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.policy import Policy
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import yes

R_098 = Rule(
    "R-098",
    Anchor.EVENT,
    ("END_FIRST", "NO_GROUND_KNOWN"),
    ("sil:48", "handling-2023:24"),
    confidence=Confidence.MEDIUM,
    parameters=("unemployment.medical_premium_paid",),
)
R_099 = Rule("R-099", Anchor.EVENT, ("ASK_BOTH_BEFORE_SWITCHING",), (), Basis.INFERENCE, Confidence.LOW)
R_100 = Rule(
    "R-100",
    Anchor.EVENT,
    ("ASK_DESTINATION",),
    ("nhsa-2021-43:2",),
    Basis.INFERENCE,
    Confidence.MEDIUM,
)


def drawing_unemployment(*, origin: str, on: date, policy: Policy) -> Decision:
    """R-098: while unemployment benefit is drawn, its fund pays medical cover at the origin; that ends first."""
    paid = policy.find("unemployment.medical_premium_paid", on=on)
    inputs: dict[str, Plain] = {"on": on.isoformat(), "origin": origin}
    return R_098.decide("END_FIRST" if yes(paid) else "NO_GROUND_KNOWN", facts=(paid,), inputs=inputs)


def in_hospital(*, on: date) -> Decision:
    """R-099: a stay in hospital across the switch is settled by local rules; a person at both agencies decides."""
    return R_099.decide("ASK_BOTH_BEFORE_SWITCHING", inputs={"on": on.isoformat()})


def chronic_illness(*, destination: str, on: date) -> Decision:
    """R-100: an entitlement for a chronic disease (门诊慢特病) is not part of what moves; the destination grants its own."""
    return R_100.decide("ASK_DESTINATION", inputs={"destination": destination, "on": on.isoformat()})


ENTRIES: Entries = ((R_098, drawing_unemployment), (R_099, in_hospital), (R_100, chronic_illness))
