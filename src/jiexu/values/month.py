"""A calendar month: the unit in which insurance is counted."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final, overload

from jiexu.values.errors import ValueFault
from jiexu.values.writing import clipped

FIRST_YEAR = 1949
LAST_YEAR = 2199
FIRST_INDEX = FIRST_YEAR * 12
LAST_INDEX = LAST_YEAR * 12 + 11

# The three ways people write a month; each group of digits is ASCII because the text is normalised first.
_WRITTEN = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})|([0-9]{2})|年([0-9]{1,2})月)", re.ASCII)


class MonthError(ValueFault):
    """A month is not readable or lies outside 1949-01..2199-12."""


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One calendar month. ``index`` is year * 12 + month - 1, so months subtract and compare as integers.

    Raises MonthError outside 1949-01..2199-12.
    """

    index: int

    def __post_init__(self) -> None:
        if not FIRST_INDEX <= self.index <= LAST_INDEX:
            raise MonthError(
                "month_out_of_range",
                "Month {year}-{month} lies outside 1949-01 to 2199-12; check the year.",
                year=self.index // 12,
                month=self.index % 12 + 1,
            )

    @classmethod
    def of(cls, year: int, month: int) -> Month:
        """The month of a year, ``month`` 1 to 12. Raises MonthError."""
        if not 1 <= month <= 12:
            raise MonthError(
                "month_no_such_month",
                "{year}-{month} is no month: months run from 1 to 12; correct the month.",
                year=year,
                month=month,
            )
        return cls(year * 12 + month - 1)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2026-03``, ``202603``, ``2026/3``, ``2026.3`` or ``2026年3月``, also full-width. Raises MonthError."""
        if (index := INDEX_OF.get(text)) is not None:
            return cls(index)
        found = _WRITTEN.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
        if found is None:
            raise MonthError(
                "month_unreadable", "{given!r} is not a month; write it as 2026-03.", given=clipped(text)
            )
        year, *rest = (group for group in found.groups() if group is not None)
        return cls.of(int(year), int(rest[0]))

    @classmethod
    def containing(cls, day: date) -> Month:
        """The month a day lies in. Raises MonthError outside the range of months."""
        return cls.of(day.year, day.month)

    @property
    def year(self) -> int:
        return self.index // 12

    @property
    def month(self) -> int:
        """1 to 12."""
        return self.index % 12 + 1

    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    def last_day(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def next(self) -> Month:
        """The month after. Raises MonthError after 2199-12."""
        return Month(self.index + 1)

    def previous(self) -> Month:
        """The month before. Raises MonthError before 1949-01."""
        return Month(self.index - 1)

    def __add__(self, months: int) -> Month:
        return Month(self.index + months)

    @overload
    def __sub__(self, other: int) -> Month: ...
    @overload
    def __sub__(self, other: Month) -> int: ...
    def __sub__(self, other: int | Month) -> Month | int:
        if isinstance(other, Month):
            return self.index - other.index
        return Month(self.index - other)

    def __str__(self) -> str:
        return WRITTEN[self.index - FIRST_INDEX]


WRITTEN: Final = tuple(
    f"{index // 12:04d}-{index % 12 + 1:02d}" for index in range(FIRST_INDEX, LAST_INDEX + 1)
)
"""Every month as it is written, from ``FIRST_INDEX`` on: a form of a long life has hundreds, and 3,012 exist."""
INDEX_OF: Final = {text: index for index, text in enumerate(WRITTEN, start=FIRST_INDEX)}
"""The index of every month by how it is written."""
