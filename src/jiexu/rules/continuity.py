"""Benefits while a transfer runs, and never twice (R-068, R-069)."""

from __future__ import annotations

from datetime import date

from jiexu.rules.decision import Basis, Confidence, Decision
from jiexu.rules.policy import Policy
from jiexu.rules.rule import Anchor, Entries, Rule

R_068 = Rule(
    "R-068",
    Anchor.EVENT,
    ("NOT_CONDITIONAL",),
    ("nhsa-2021-43:6", "nhsa-2021-43:10"),
    Basis.INFERENCE,
    Confidence.MEDIUM,
)
R_069 = Rule(
    "R-069",
    Anchor.EVENT,
    ("FORBIDDEN", "NO_GROUND_KNOWN"),
    ("fund-supervision-2021:17", "fund-supervision-2021:41"),
    parameters=("misuse.settlement_stopped_months", "misuse.fraud_fine_times"),
)


def while_running(*, on: date) -> Decision:
    """R-068: benefits at the destination follow enrolment and payment there, not the end of the transfer."""
    return R_068.decide("NOT_CONDITIONAL", inputs={"on": on.isoformat()})


def benefits_twice(*, on: date, policy: Policy) -> Decision:
    """R-069: the same cost, or the same time, paid for in two places is forbidden and has consequences."""
    stopped = policy.find("misuse.settlement_stopped_months", on=on)
    fine = policy.find("misuse.fraud_fine_times", on=on)
    known = bool(stopped.fact_ids)
    return R_069.decide(
        "FORBIDDEN" if known else "NO_GROUND_KNOWN", facts=(stopped, fine), inputs={"on": on.isoformat()}
    )


ENTRIES: Entries = ((R_068, while_running), (R_069, benefits_twice))
