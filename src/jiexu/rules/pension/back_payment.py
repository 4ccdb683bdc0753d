"""Months paid back at once, which move only with a proof (PEN-07, PEN-08)."""

from __future__ import annotations

from datetime import date

from jiexu.rules.calendar import Calendar
from jiexu.rules.clocks import Clock, NoClockError, clock
from jiexu.rules.decision import Decision, Plain
from jiexu.rules.pension.temporary import notice_not_read
from jiexu.rules.policy import Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import whole, yes

PEN_07 = Rule(
    "PEN-07",
    Anchor.APPLICATION,
    ("NO_PROOF_NEEDED", "COMMITMENT_NEEDED", "DOCUMENT_NEEDED", "PROVEN", "NOT_KNOWN"),
    ("mohrss-2019-94",),
    parameters=("pension.back_payment.document_needed", "pension.back_payment.proof_from_years"),
)
PEN_08 = Rule(
    "PEN-08",
    Anchor.APPLICATION,
    ("REST_MOVES", "DUE"),
    ("mohrss-2019-94",),
    parameters=("pension.back_payment.notice_days",),
)
MONTHS = 12


def back_payment(
    *,
    months: int,
    paid_on: date,
    policy: Policy,
    on: date,
    commitment: bool = False,
    document_on: date | None = None,
    by_local_rule: bool = False,
) -> tuple[Decision, ...]:
    """PEN-07: one payment for three years or more needs a commitment or, later, a legal document of before it.

    ``months``: covered by the one payment. ``commitment``: the sending agency commits itself in writing.
    ``document_on``: day of the judgment, audit, inspection or award, which must lie before the payment.
    ``by_local_rule``: the payment rested on a local rule only; then these months do not move. Without the proof the
    person is told, and all other months move (PEN-08).
    """
    limit = policy.find("pension.back_payment.proof_from_years", on=on)
    needed = policy.find("pension.back_payment.document_needed", on=paid_on)
    years, document = whole(limit), yes(needed)
    inputs: dict[str, Plain] = {
        "by_local_rule": by_local_rule,
        "months": months,
        "paid_on": paid_on.isoformat(),
    }
    if years is None:
        return (PEN_07.decide("NOT_KNOWN", facts=(limit,), inputs=inputs),)
    if months < years * MONTHS and not by_local_rule:
        return (PEN_07.decide("NO_PROOF_NEEDED", facts=(limit,), inputs=inputs),)
    facts = (limit, needed)
    proven = document_on is not None and document_on < paid_on if document else commitment
    if proven and not by_local_rule:
        return (PEN_07.decide("PROVEN", facts=facts, inputs=inputs), notice_not_read())
    outcome = "DOCUMENT_NEEDED" if document else "COMMITMENT_NEEDED"
    return (
        PEN_07.decide(outcome, facts=facts, inputs=inputs),
        PEN_08.decide("REST_MOVES", inputs=inputs),
        notice_not_read(),
    )


def told_by(*, letter_received_on: date, calendar: Calendar, policy: Policy) -> Clock:
    """PEN-08: until when the sending agency must tell the person in writing that a proof is missing.

    Raises NoClockError where no rule of that day is held.
    """
    found = policy.find("pension.back_payment.notice_days", on=letter_received_on)
    if isinstance(found, Unknown):
        raise NoClockError(
            f"No time to tell of a missing proof is known on {letter_received_on.isoformat()}; "
            "correct the date, or record it in policy/nation.yaml."
        )
    return clock(PEN_08, found, letter_received_on, calendar)


ENTRIES: Entries = ((PEN_07, back_payment), (PEN_08, told_by))
