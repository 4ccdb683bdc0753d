"""Every rule by its id, with the function that applies it: nothing in the law file may be without code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jiexu.rules import (
    checks,
    clocks,
    continuity,
    edges,
    gaps,
    late_fee,
    makeup,
    money,
    process,
    residents,
    retirement,
    scope,
    waiting,
    years,
)
from jiexu.rules.pension import (
    amount,
    back_payment,
    civil,
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
    continuity,
    late_fee,
    years,
    retirement,
    edges,
)
PENSION = (route, amount, back_payment, temporary, place, drawing, steps, overlap, civil, military, linking)
OTHER_SYSTEMS = PENSION

RULES: Mapping[str, Entry] = {
    rule.id: Entry(rule=rule, apply=function)
    for module in (*TRANSFER_RULES, *OTHER_SYSTEMS)
    for rule, function in module.ENTRIES
}
