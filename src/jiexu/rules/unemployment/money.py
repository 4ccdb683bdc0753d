"""The money of an unemployment transfer: benefit not yet drawn, and what is added for medical care and training."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiexu.rules.decision import Confidence, Decision, Plain
from jiexu.rules.policy import Policy
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import number, rounded, whole, word_of

UNE_05 = Rule(
    "UNE-05",
    Anchor.APPLICATION,
    ("THREE_ITEMS", "NOT_KNOWN"),
    ("mohrss-2021-85", "unemployment-claims-2000"),
    parameters=("unemployment.transfer.added_share",),
)
UNE_06 = Rule(
    "UNE-06",
    Anchor.APPLICATION,
    ("COMPUTED", "BOTH_READINGS", "AT_MOST", "NOT_KNOWN"),
    ("mohrss-2021-85", "cq-unemployment-2011:29", "zz-unemployment-2019:32"),
    confidence=Confidence.MEDIUM,
    parameters=("unemployment.transfer.added_share_of", "unemployment.transfer.standard_of"),
)
UNE_07 = Rule(
    "UNE-07",
    Anchor.APPLICATION,
    ("MONEY_MOVES", "RELATION_ONLY", "FIXED_MONTHS_ASK", "NOT_KNOWN"),
    ("mohrss-2021-85", "unemployment-short-record"),
    parameters=("unemployment.transfer.moves_money_from_months",),
)


@dataclass(frozen=True, slots=True)
class Due:
    """Months of benefit the old place fixed, and how many of them were drawn.

    ``least`` and ``most``: fixed months; they agree where they are known. ``monthly_fen``: benefit of one month.
    """

    least: int
    most: int
    drawn: int
    monthly_fen: int


@dataclass(frozen=True, slots=True)
class Money:
    """What is sent, in fen: ``least_fen`` and ``most_fen`` agree where nothing is open; None where not known.

    ``added_of_remaining`` / ``added_of_total``: the added half by either reading, for the most months.
    """

    least_fen: int | None
    most_fen: int | None
    months: int
    benefit_fen: int
    added_of_remaining_fen: int
    added_of_total_fen: int
    decisions: tuple[Decision, ...]


def money(*, due: Due, area: str, policy: Policy, on: date) -> Money:
    """UNE-05, UNE-06: undrawn months × the monthly benefit, plus a share of the benefit for care and training.

    ``area``: the place that sends, whose standard counts. Whether the share is taken of the undrawn or of the whole
    benefit is open in the national text: where the place does not say, both readings are given.
    """
    share = policy.find("unemployment.transfer.added_share", on=on)
    basis = policy.find("unemployment.transfer.added_share_of", area, on=on)
    standard = policy.find("unemployment.transfer.standard_of", on=on)
    rate = number(share)
    remaining, smallest = max(0, due.most - due.drawn), max(0, due.least - due.drawn)
    said: dict[str, Plain] = {
        "area": area,
        "drawn": due.drawn,
        "months": remaining,
        "monthly_fen": due.monthly_fen,
    }
    items = UNE_05.decide("NOT_KNOWN" if rate is None else "THREE_ITEMS", facts=(share,))
    if rate is None:
        unknown = UNE_06.decide("NOT_KNOWN", facts=(basis, standard), inputs=said)
        return Money(None, None, remaining, remaining * due.monthly_fen, 0, 0, (unknown, items))

    def added(months: int) -> int:
        return rounded(Decimal(months) * due.monthly_fen * Decimal(rate))

    of = {"remaining": added(remaining), "total": added(due.most)}
    low_of = {"remaining": added(smallest), "total": added(due.least)}
    word = word_of(basis)
    highest = remaining * due.monthly_fen + (of[word] if word else max(of.values()))
    lowest = smallest * due.monthly_fen + (low_of[word] if word else min(low_of.values()))
    outcome = "COMPUTED" if lowest == highest else "AT_MOST" if due.least < due.most else "BOTH_READINGS"
    # Where both readings give the same sum, that they differ is no doubt about it.
    facts = (standard,) if outcome == "COMPUTED" and word is None else (basis, standard)
    decided = UNE_06.decide(outcome, facts=facts, inputs={**said, "least_fen": lowest, "most_fen": highest})
    return Money(
        lowest,
        highest,
        remaining,
        remaining * due.monthly_fen,
        of["remaining"],
        of["total"],
        (decided, items),
    )


def money_moves(*, paid_months: int, fixed_undrawn: int, policy: Policy, on: date) -> Decision:
    """UNE-07: with less than a year paid at the old place the relation moves alone.

    ``fixed_undrawn``: months fixed already and not drawn; an exception for them exists, whose text was cut off.
    """
    found = policy.find("unemployment.transfer.moves_money_from_months", on=on)
    needed = whole(found)
    inputs: dict[str, Plain] = {"fixed_undrawn": fixed_undrawn, "paid_months": paid_months}
    if needed is None:
        return UNE_07.decide("NOT_KNOWN", facts=(found,), inputs=inputs)
    if paid_months >= needed:
        return UNE_07.decide("MONEY_MOVES", facts=(found,), inputs=inputs)
    if fixed_undrawn:
        return UNE_07.decide("FIXED_MONTHS_ASK", facts=(found,), inputs=inputs, links=(Confidence.LOW,))
    return UNE_07.decide("RELATION_ONLY", facts=(found,), inputs=inputs)


ENTRIES: Entries = ((UNE_05, money), (UNE_06, money), (UNE_07, money_moves))
