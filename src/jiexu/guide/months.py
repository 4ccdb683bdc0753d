"""The months a person told, as the questions about gaps and years need them."""

from __future__ import annotations

from collections.abc import Iterable

from jiexu.guide.situation import Stretch
from jiexu.records.monthset import MonthSet
from jiexu.rules.inputs import Scheme
from jiexu.values.month import Month


def held(stretches: Iterable[Stretch]) -> MonthSet:
    """Every month of some stretches, each once."""
    return MonthSet.from_spans((one.first.index, one.last.index + 1) for one in stretches)


def at(stretches: Iterable[Stretch], area: str, scheme: Scheme | None) -> list[Stretch]:
    """The stretches at one place in one scheme."""
    return [one for one in stretches if one.area == area and one.scheme is scheme]


def without_break(stretches: Iterable[Stretch], last: Month) -> int | None:
    """How many months end with this one without a break, in any place and scheme; None where it is not among them."""
    for first, end in held(stretches).spans:
        if first <= last.index < end:
            return last.index - first + 1
    return None
