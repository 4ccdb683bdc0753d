"""A run of calendar months, both ends included."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from jiexu.values.errors import ValueFault
from jiexu.values.month import Month
from jiexu.values.writing import clipped

# Tilde, dots and the words to and 至 stand between two months; a dash does so only between spaces or where
# both months are written without one (NFKC has already made every wide tilde and colon narrow).
_BETWEEN = re.compile(r"\s*(?:~|至|到|\.\.|—+|–|\bto\b|\s-\s)\s*|(?<=[0-9]{6})-(?=[0-9]{6}$)|(?<=月)-")


class PeriodError(ValueFault):
    """A period is not readable or ends before it begins."""


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """Months from ``first`` to ``last``, both included. Raises PeriodError where last is before first."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise PeriodError(
                "period_reversed",
                "The period ends in {last} before it begins in {first}; exchange the two months or correct one.",
                first=str(self.first),
                last=str(self.last),
            )

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2019-07~2026-09``, ``201907-202609``, ``2019年7月至2026年9月``; a lone month is a period of one.

        Raises PeriodError, or MonthError for a half that is no month.
        """
        halves = _BETWEEN.split(unicodedata.normalize("NFKC", text).strip())
        if len(halves) > 2:
            raise PeriodError(
                "period_unreadable",
                "{given!r} is not one period; write it as 2019-07~2026-09.",
                given=clipped(text),
            )
        return cls(Month.parse(halves[0]), Month.parse(halves[-1]))

    @property
    def count(self) -> int:
        """How many months, at least 1."""
        return self.last - self.first + 1

    def __contains__(self, month: Month) -> bool:
        return self.first <= month <= self.last

    def __iter__(self) -> Iterator[Month]:
        return (Month(index) for index in range(self.first.index, self.last.index + 1))

    def __str__(self) -> str:
        return f"{self.first}~{self.last}"
