"""Time limits of unemployment transfers, all of them local (UNE-10, UNE-13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from jiexu.rules.calendar import Calendar
from jiexu.rules.clocks import Clock, clock, counted_days
from jiexu.rules.decision import Basis, Confidence, Decision
from jiexu.rules.policy import Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import whole

UNE_10 = Rule(
    "UNE-10",
    Anchor.APPLICATION,
    ("LOCAL_DAYS", "NOT_KNOWN"),
    ("yinzhou-unemployment",),
    Basis.LOCAL,
    Confidence.LOW,
    parameters=("unemployment.transfer.out_days",),
)
UNE_13 = Rule(
    "UNE-13",
    Anchor.EVENT,
    ("FILE_BY", "REGISTER_BY", "NO_NATIONAL_LIMIT"),
    (
        "shaanxi-unemployment",
        "cq-unemployment-2011:21",
        "zz-unemployment-2019:19",
        "henan-unemployment-2001:30",
    ),
    Basis.LOCAL,
    parameters=("unemployment.register_within_days", "unemployment.transfer.file_within_days"),
)


@dataclass(frozen=True, slots=True)
class Limit:
    """``on``: the last day, None where the place sets none that is known."""

    on: date | None
    decisions: tuple[Decision, ...]


def out_due(*, area: str, letter_received_on: date, calendar: Calendar, policy: Policy) -> Clock | Decision:
    """UNE-10: when the old place hands over, where it is known; the money follows in the next month's plan."""
    found = policy.find("unemployment.transfer.out_days", area, on=letter_received_on)
    if isinstance(found, Unknown):
        return UNE_10.decide("NOT_KNOWN", facts=(found,), inputs={"area": area})
    return clock(UNE_10, found, letter_received_on, calendar, outcome="LOCAL_DAYS", said={"area": area})


def file_by(*, area: str, certificate_on: date, calendar: Calendar, policy: Policy) -> Limit:
    """UNE-13: until when the transfer must be filed after the certificate; a rule of some provinces only."""
    return _limit("unemployment.transfer.file_within_days", "FILE_BY", area, certificate_on, calendar, policy)


REMIND_AT = Decimal("0.75")
"""Our own choice: a reminder when so much of a time limit is over, and one on its last day."""


def reminders(*, limit: Limit, certificate_on: date) -> tuple[date, ...]:
    """When to think of a time limit: after three quarters of its days, and on the last one; none where there is no limit.

    A limit of 60 days reminds on day 45 and on day 60.
    """
    days = limit.decisions[0].inputs.get("days")
    if limit.on is None or not isinstance(days, int):
        return ()
    return certificate_on + timedelta(days=int(days * REMIND_AT)), certificate_on + timedelta(days=days)


def register_by(*, area: str, lost_on: date, calendar: Calendar, policy: Policy) -> Limit:
    """UNE-13: until when the loss of work must be registered; a rule of some places only."""
    return _limit("unemployment.register_within_days", "REGISTER_BY", area, lost_on, calendar, policy)


def _limit(parameter: str, outcome: str, area: str, start: date, calendar: Calendar, policy: Policy) -> Limit:
    found = policy.find(parameter, area, on=start)
    days = whole(found)
    if days is None:
        return Limit(None, (UNE_13.decide("NO_NATIONAL_LIMIT", facts=(found,), inputs={"area": area}),))
    last, counting = counted_days(start=start, days=days, calendar=calendar)
    said = UNE_13.decide(outcome, facts=(found,), inputs={"area": area, "days": days, "on": last.isoformat()})
    return Limit(last, (said, counting))


ENTRIES: Entries = ((UNE_10, out_due), (UNE_13, file_by))
