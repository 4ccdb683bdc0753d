"""Calculators: what each asks for, and the rules that work it out line by line. Commands and pages are made from them."""

from __future__ import annotations

from jiexu.rules.calendar import YearNotCoveredError
from jiexu.rules.clocks import NoClockError
from jiexu.rules.retirement import RetirementRuleMissingError
from jiexu.usecases.calculators import choosing, cover, pension, systems, years
from jiexu.usecases.calculators.fields import Calculator

CALCULATORS: dict[str, Calculator] = {
    each.name: each
    for each in (
        systems.DEADLINE,
        choosing.SCHEME_CHOICE,
        cover.GAP,
        cover.MAKE_UP,
        cover.RESUME,
        cover.RESIDENT_WAIT,
        cover.PREMIUM,
        cover.LATE_FEE,
        choosing.MONTH_SPLIT,
        choosing.ACCOUNT_USE,
        years.YEARS,
        years.TOP_UP,
        years.RETIREMENT,
        pension.PENSION_COURSE,
        systems.PENSION_TRANSFER,
        systems.BENEFIT_PLACE,
        systems.UNEMPLOYMENT_TRANSFER,
        choosing.UNEMPLOYMENT_MONTHS,
        systems.WITHDRAWAL,
        systems.WALLET,
    )
}
"""Every calculator by name, in the order they are listed."""
OUTSIDE = (NoClockError, YearNotCoveredError, RetirementRuleMissingError)
"""What a calculation raises where no rule, or no calendar, of the asked-for time is held."""
