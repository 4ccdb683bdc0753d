"""The steps of a pension transfer, where it can be asked for, and by when each is due (PEN-10, PEN-23 … PEN-25)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from jiexu.rules.calendar import Calendar
from jiexu.rules.clocks import Clock, NoClockError, clock
from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.policy import Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule

PEN_10 = Rule("PEN-10", Anchor.APPLICATION, ("NO_LIMIT",), ("pension-ministry-text", "guobanfa-2009-66:8"))
PEN_23 = Rule(
    "PEN-23",
    Anchor.APPLICATION,
    ("DUE",),
    ("guobanfa-2009-66:8",),
    parameters=("pension.transfer.stage_days",),
)
PEN_24 = Rule(
    "PEN-24",
    Anchor.APPLICATION,
    ("PROMISED", "NOTHING_PROMISED"),
    ("zhenjiang-pension",),
    Basis.LOCAL,
    Confidence.MEDIUM,
    parameters=("pension.transfer.promise_total_days",),
)
PEN_25 = Rule(
    "PEN-25",
    Anchor.APPLICATION,
    ("ONLINE", "COUNTER"),
    ("council-app-pension",),
    confidence=Confidence.MEDIUM,
)


class Step(StrEnum):
    """``review``: the new place checks and writes its letter. ``out``: the old place has the letter. ``into``: the
    new place has relation and money both; either may come first."""

    REVIEW = "review"
    OUT = "out"
    INTO = "into"


def step_due(*, step: Step, start: date, applied_on: date, calendar: Calendar, policy: Policy) -> Clock:
    """PEN-23: each of the three steps has its working days from its own start, never from the day before it was due.

    ``start``: the application, the letter's arrival, or the later of sheet and money. ``applied_on`` picks the rule.
    Raises NoClockError for an application from before the rule.
    """
    found = policy.find("pension.transfer.stage_days", on=applied_on)
    if isinstance(found, Unknown):
        raise NoClockError(
            f"No clock of pension transfers is known for {applied_on.isoformat()}: the oldest rule held here is that "
            "of 2010-01-01. Correct the date, or record the older rule in policy/nation.yaml."
        )
    return clock(PEN_23, found, start, calendar, said={"step": step.value})


def promised_total(*, area: str, start: date, calendar: Calendar, policy: Policy) -> Clock | Decision:
    """PEN-24: what the place promises for the whole way online; a promise, never the law's limit."""
    found = policy.find("pension.transfer.promise_total_days", area, on=start)
    if isinstance(found, Unknown):
        return PEN_24.decide("NOTHING_PROMISED", facts=(found,), inputs={"area": area})
    return clock(PEN_24, found, start, calendar, outcome="PROMISED", said={"area": area})


def online(*, both_open: bool, stopped: bool, arrears_months: int, crosses: bool) -> Decision:
    """PEN-25: the national platform takes an application only if both accounts are open, the old one is stopped and
    owes nothing, and the move crosses a pooling area or a scheme. Else the counter; what moves PEN-06 decides.
    """
    inputs: dict[str, Plain] = {
        "arrears_months": arrears_months,
        "both_open": both_open,
        "crosses": crosses,
        "stopped": stopped,
    }
    fits = both_open and stopped and not arrears_months and crosses
    return PEN_25.decide("ONLINE" if fits else "COUNTER", inputs=inputs)


def no_limit(*, moves_before: int = 0) -> Decision:
    """PEN-10: as often as one changes places, and at any time before the pension is drawn."""
    return PEN_10.decide("NO_LIMIT", inputs={"moves_before": moves_before})


ENTRIES: Entries = ((PEN_10, no_limit), (PEN_23, step_due), (PEN_24, promised_total), (PEN_25, online))
