"""Every rule by its id, with the function that applies it: nothing in the law file may be without code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jiexu.rules import checks, clocks, edges, money, process, retirement, scope, years
from jiexu.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule and the function whose answer cites it. ``rule.title`` is the text key of its name."""

    rule: Rule
    apply: Callable[..., object]


RULES: Mapping[str, Entry] = {
    rule.id: Entry(rule=rule, apply=function)
    for module in (scope, checks, clocks, money, process, years, retirement, edges)
    for rule, function in module.ENTRIES
}
