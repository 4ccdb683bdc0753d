"""Months paid in two places: one relation is kept, the others are cleared for those months (PEN-26)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiexu.rules.decision import Decision, Plain
from jiexu.rules.pension.stretches import Kind, Stretch, in_order, of_kind
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import number, rounded
from jiexu.values.month import Month

PEN_26 = Rule(
    "PEN-26",
    Anchor.MONTH,
    ("CLEARED_AND_REFUNDED", "NO_OVERLAP", "NOT_KNOWN"),
    ("jinyun-overlap",),
    parameters=("pension.transfer.record_rate",),
)


@dataclass(frozen=True, slots=True)
class Overlap:
    """``months``: calendar months counted once instead of twice or more. ``refund_fen``: personal account refunded.

    ``refund_fen`` is without interest, and None where a record rate of that time is not known.
    """

    months: tuple[Month, ...]
    refund_fen: int | None
    decision: Decision


def overlap(
    *, kept: Iterable[Stretch], cleared: Sequence[Iterable[Stretch]], policy: Policy, interest_fen: int = 0
) -> Overlap:
    """PEN-26: which months of the other relations are cleared, and what of their personal accounts is paid back.

    ``kept``: the record the person chose with the agency. ``cleared``: each other record. Transfer first, clear
    later, by the agency that takes in. Years are never counted twice. A third relation is compared with what the
    first two hold together. Raises PensionRecordError for a record that cannot be.
    """
    held = set(_wages(kept))
    double: set[Month] = set()
    exact = Decimal(0)
    unknown = False
    facts: list[Found | Unknown] = []
    for other in cleared:
        wages = _wages(other)
        for month in sorted(wages.keys() & held):
            answer = policy.find("pension.transfer.record_rate", on=month.first_day())
            rate = number(answer)
            unknown = unknown or rate is None
            facts += [] if answer in facts else [answer]
            exact += wages[month] * Decimal(rate or 0)
        double |= wages.keys() & held
        held |= wages.keys()
    refund = None if unknown else rounded(exact) + interest_fen * bool(double)
    outcome = "NO_OVERLAP" if not double else "NOT_KNOWN" if unknown else "CLEARED_AND_REFUNDED"
    inputs: dict[str, Plain] = {"months": len(double), "refund_fen": refund}
    return Overlap(tuple(sorted(double)), refund, PEN_26.decide(outcome, facts=facts, inputs=inputs))


def _wages(stretches: Iterable[Stretch]) -> dict[Month, int]:
    return {
        month: stretch.wage_fen
        for stretch in of_kind(in_order(stretches), Kind.PAID)
        for month in stretch.period
    }


ENTRIES: Entries = ((PEN_26, overlap),)
