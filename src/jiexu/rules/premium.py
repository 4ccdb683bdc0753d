"""What a resident pays for a year of cover, and what repairing missed years costs (LOC-07)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from jiexu.rules.decision import Basis, Plain
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import amount_fen, fraction, known, rounded
from jiexu.rules.working import Line, Rounding, Worked, area, count, fen, line, share, years
from jiexu.values.errors import ValueFault

LOC_07 = Rule(
    "LOC-07",
    Anchor.COVERAGE_YEAR,
    ("AMOUNT", "COMPUTED", "AT_LEAST", "NOT_KNOWN"),
    ("guobanfa-2024-38",),
    Basis.LOCAL,
    parameters=(
        "resident.premium.amount",
        "resident.premium.base",
        "resident.premium.rate",
        "resident.premium.minimum",
    ),
)
MONTHS = 12


class PremiumError(ValueFault):
    """A number of years that cannot be paid for."""


@dataclass(frozen=True, slots=True)
class Resident:
    """Who pays, as far as the place tells groups apart; None is not given. ``group``: ``adult``, ``student``, ``minor`` …"""

    group: str = "adult"
    tier: str | None = None
    age: int | None = None
    household: str | None = None
    subsidy: str | None = None
    timing: str = "window"

    @property
    def given(self) -> dict[str, str | int | date]:
        """What is known of the person, by axis."""
        facts = {
            "age": self.age,
            "group": self.group,
            "household": self.household,
            "subsidy": self.subsidy,
            "tier": self.tier,
            "timing": self.timing,
        }
        return {axis: value for axis, value in facts.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Premium:
    """``year_fen``: the year's own part, or the least it can be where ``at_least``; None: not known.

    ``total_fen``: the year and the repaired years, each at the same rate.
    """

    year_fen: int | None
    total_fen: int | None
    at_least: bool = False


def resident_premium(
    *, cover_year: int, who: Resident, place: str, policy: Policy, repaired: int = 0
) -> Worked[Premium]:
    """LOC-07: the person's own part for a year of cover at ``place``, and for ``repaired`` missed years besides.

    Where the place sets a base and a rate, the year is base × rate × months of a year, rounded half up to the fen.
    Without a number of the place the national least amount is given as such. Raises PremiumError below zero years.
    """
    if repaired < 0:
        raise PremiumError(
            "repaired_below_zero",
            "{repaired} years cannot be paid afterwards; give zero or more.",
            repaired=repaired,
        )
    on = date(cover_year, 1, 1)
    stated = policy.find("resident.premium.amount", place, on=on, scope=who.given)
    base = policy.find("resident.premium.base", place, on=on)
    rate = policy.find("resident.premium.rate", place, on=on, scope={**who.given, "paid_by": "person"})
    least = policy.find("resident.premium.minimum", place, on=on, scope={"paid_by": "person"})
    inputs: dict[str, Plain] = {"cover_year": cover_year, "place": place, "repaired": repaired}
    asked = line("premium.asked", place=area(place), year=count(cover_year))
    outcome, facts, amount, step = _amount(stated, base, rate, least)
    decision = LOC_07.decide(outcome, facts=facts, inputs=inputs)
    own = replace(step, articles=decision.articles, facts=decision.facts)
    if amount is None:
        return Worked(Premium(None, None), (decision,), (asked, own), line("premium.closing_unknown"))
    total = amount * (1 + repaired)
    more = (
        [line("premium.repaired", amount=fen(amount), repaired=years(repaired), total=fen(total))]
        if repaired
        else []
    )
    closing = line("premium.closing_least" if outcome == "AT_LEAST" else "premium.closing", total=fen(total))
    answer = Premium(amount, total, outcome == "AT_LEAST")
    return Worked(answer, (decision,), (asked, own, *more), closing)


Looked = Found | Unknown


def _amount(
    stated: Looked, base: Looked, rate: Looked, least: Looked
) -> tuple[str, tuple[Looked, ...], int | None, Line]:
    """The word, the facts, the year in fen, and the line that says how it comes about."""
    fixed, base_fen, each = amount_fen(stated), amount_fen(base), fraction(rate)
    if fixed is not None:
        return "AMOUNT", (stated,), fixed, line("premium.amount", amount=fen(fixed))
    if base_fen is not None and each is not None:
        amount = rounded(base_fen * each * Decimal(MONTHS))
        step = line(
            "premium.computed",
            rounding=Rounding.HALF_UP_TO_FEN,
            base=fen(base_fen),
            rate=share(each),
            amount=fen(amount),
        )
        return "COMPUTED", known(base, rate), amount, step
    floor = amount_fen(least)
    if floor is not None:
        return "AT_LEAST", (stated, least), floor, line("premium.least", amount=fen(floor))
    return "NOT_KNOWN", (stated, least), None, line("premium.unknown")


ENTRIES: Entries = ((LOC_07, resident_premium),)
