"""Whether there is anything to transfer, and which kind of case it is (R-001 … R-011)."""

from __future__ import annotations

from datetime import date

from jiexu.rules.decision import Basis, Confidence, Decision
from jiexu.rules.inputs import Asked, Scheme
from jiexu.rules.policy import Found, Policy, province_of
from jiexu.rules.rule import Anchor, Entries, Rule

R_001 = Rule(
    "R-001", Anchor.APPLICATION, ("NO_TRANSFER",), ("nhsa-2021-43:2",), parameters=("pa.intra_mode",)
)
R_002 = Rule(
    "R-002", Anchor.APPLICATION, ("INTRA_PROVINCE",), ("nhsa-2021-43:3",), parameters=("pa.intra_mode",)
)
R_003 = Rule(
    "R-003", Anchor.APPLICATION, ("CROSS_PROVINCE",), ("nhsa-2021-43:3",), parameters=("area.unclear_with",)
)
R_004 = Rule(
    "R-004",
    Anchor.APPLICATION,
    ("MAP_OF_APPLICATION_DATE",),
    ("provincial-pooling-2025",),
    Basis.DESIGN,
    Confidence.MEDIUM,
)
R_007 = Rule("R-007", Anchor.APPLICATION, ("EE",), ("nhsa-2021-43:4",))
R_008 = Rule("R-008", Anchor.APPLICATION, ("ER",), ("nhsa-2021-43:4", "handling-2023:13"))
R_009 = Rule("R-009", Anchor.APPLICATION, ("RE",), ("nhsa-2021-43:4", "handling-2023:13"))
R_010 = Rule(
    "R-010",
    Anchor.APPLICATION,
    (
        "RR",
        "JOINED_NEXT_YEAR",
        "JOINED_THIS_YEAR",
        "YEAR_UNKNOWN",
        "BENEFITS_NOT_BEGUN",
        "START_NOT_KNOWN",
    ),
    ("nhsa-2021-43:4", "handling-2023:13"),
    parameters=("resident.requires_benefit_start",),
)
R_011 = Rule(
    "R-011", Anchor.EVENT, ("FILING_INSTEAD",), ("nhsa-2021-43:2",), Basis.INFERENCE, Confidence.MEDIUM
)

NO_TRANSFER_INSIDE = "NO_TRANSFER"
KINDS = {
    (Scheme.EMPLOYEE, Scheme.EMPLOYEE): (R_007, "EE", "should"),
    (Scheme.EMPLOYEE, Scheme.RESIDENT): (R_008, "ER", "may"),
    (Scheme.RESIDENT, Scheme.EMPLOYEE): (R_009, "RE", "may"),
    (Scheme.RESIDENT, Scheme.RESIDENT): (R_010, "RR", "may"),
}


def classify(*, asked: Asked, policy: Policy) -> tuple[Decision, ...]:
    """Which map applies, whether the areas differ, and which pair of schemes this is.

    ``NO_TRANSFER`` refuses with NA-05: inside one pool nothing has to move.
    """
    return (map_used(asked=asked), areas(asked=asked, policy=policy), kind(asked=asked))


def map_used(*, asked: Asked) -> Decision:
    """R-004: provinces pool one after another, so areas are those of the application's day."""
    return R_004.decide("MAP_OF_APPLICATION_DATE", inputs={"received_on": asked.received_on.isoformat()})


def areas(*, asked: Asked, policy: Policy) -> Decision:
    """R-001, R-002 or R-003. Where it is unclear whether two areas share a province, R-003 with low confidence."""
    inputs = {"destination": asked.destination, "origin": asked.origin}
    if asked.origin == asked.destination:
        return R_001.decide("NO_TRANSFER", inputs=inputs, refusals=("NA-05",))
    if province_of(asked.origin) != province_of(asked.destination):
        doubt = (Confidence.LOW,) if relation_unclear(asked=asked, policy=policy) else ()
        return R_003.decide("CROSS_PROVINCE", inputs=inputs, links=doubt)
    inside = policy.find("pa.intra_mode", asked.origin, on=asked.received_on)
    if isinstance(inside, Found) and inside.value == NO_TRANSFER_INSIDE:
        return R_001.decide("NO_TRANSFER", inputs=inputs, refusals=("NA-05",), facts=(inside,))
    return R_002.decide("INTRA_PROVINCE", inputs=inputs)


def kind(*, asked: Asked) -> Decision:
    """R-007 … R-010: the pair of schemes; 应 (should) for employees, 可 (may) for all others."""
    rule, word, modal = KINDS[asked.from_scheme, asked.to_scheme]
    return rule.decide(word, inputs={"modal": modal})


def relation_unclear(*, asked: Asked, policy: Policy) -> bool:
    """Whether it is not known if the two areas lie in one province (新疆 and the corps)."""
    pair = (asked.origin, asked.destination)
    return any(
        isinstance(found, Found) and found.value == province_of(there)
        for here, there in (pair, pair[::-1])
        for found in (policy.find("area.unclear_with", province_of(here), on=asked.received_on),)
    )


def posted(*, on: date) -> Decision:
    """R-011: works elsewhere but is still insured here: treatment filing (异地就医备案), not a transfer."""
    return R_011.decide("FILING_INSTEAD", inputs={"on": on.isoformat()})


ENTRIES: Entries = (
    (R_001, areas),
    (R_002, areas),
    (R_003, areas),
    (R_004, map_used),
    (R_007, kind),
    (R_008, kind),
    (R_009, kind),
    (R_010, kind),
    (R_011, posted),
)
