"""An answer that lies between two ends because a text leaves something open; equal ends are a plain answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from jiexu.values.month import Month

End = TypeVar("End", int, Month)


@dataclass(frozen=True, slots=True)
class Between(Generic[End]):
    """A number of months, an amount in fen, or a month: surely not below ``low`` and not above ``high``, both included."""

    low: End
    high: End

    @classmethod
    def of(cls, values: Iterable[End]) -> Between[End]:
        """The ends of every possible answer. Raises ValueError without one."""
        sorted_values = sorted(values)
        if not sorted_values:
            raise ValueError("A range needs one possible answer at least.")
        return cls(sorted_values[0], sorted_values[-1])

    @property
    def sure(self) -> bool:
        """Whether there is one answer only."""
        return self.low == self.high


def after(base: Between[Month], months: Between[int]) -> Between[Month]:
    """The month that comes so many months later, at the earliest and at the latest."""
    return Between(base.low + months.low, base.high + months.high)
