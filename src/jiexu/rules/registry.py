"""Every rule by its id, with the function that applies it: nothing in the law file may be without code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jiexu.rules import (
    checks,
    choosing,
    circumstances,
    clocks,
    continuity,
    edges,
    flexible,
    gaps,
    held,
    late_fee,
    makeup,
    money,
    needed,
    place_facts,
    premium,
    process,
    residents,
    resuming,
    retirement,
    scope,
    service,
    topup,
    using,
    waiting,
    years,
)
from jiexu.rules.family import delegated, sharing, wallet
from jiexu.rules.pension import (
    amount,
    applying,
    back_payment,
    civil,
    course,
    drawing,
    linking,
    military,
    overlap,
    place,
    route,
    steps,
    temporary,
)
from jiexu.rules.rule import Rule
from jiexu.rules.unemployment import entitlement, limits, moving
from jiexu.rules.unemployment import money as unemployment_money
from jiexu.rules.unemployment import months as unemployment_months
from jiexu.rules.withdrawal import medical
from jiexu.rules.withdrawal import pension as pension_account


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule and the function whose answer cites it. ``rule.title`` is the text key of its name."""

    rule: Rule
    apply: Callable[..., object]


TRANSFER_RULES = (
    scope,
    checks,
    clocks,
    money,
    process,
    gaps,
    waiting,
    makeup,
    residents,
    premium,
    resuming,
    continuity,
    late_fee,
    years,
    held,
    needed,
    topup,
    retirement,
    flexible,
    edges,
    circumstances,
    place_facts,
    choosing,
    using,
)
PENSION = (
    route,
    amount,
    back_payment,
    temporary,
    place,
    drawing,
    steps,
    applying,
    course,
    overlap,
    civil,
    military,
    linking,
)
UNEMPLOYMENT = (moving, unemployment_money, entitlement, limits, unemployment_months)
WITHDRAWAL = (medical, pension_account)
FAMILY = (sharing, delegated, wallet)
OTHER_SYSTEMS = (*PENSION, *UNEMPLOYMENT, *WITHDRAWAL, *FAMILY, service)

BY_MODULE = tuple(
    Entry(rule=rule, apply=function)
    for module in (*TRANSFER_RULES, *OTHER_SYSTEMS)
    for rule, function in module.ENTRIES
)
FAMILIES = tuple(dict.fromkeys(entry.rule.id.partition("-")[0] for entry in BY_MODULE))


def _listed(entry: Entry) -> tuple[int, int]:
    """Where a rule stands in a list: by family, in the order of the modules, then by number."""
    family, _, number = entry.rule.id.partition("-")
    return FAMILIES.index(family), int(number)


RULES: Mapping[str, Entry] = {entry.rule.id: entry for entry in sorted(BY_MODULE, key=_listed)}
