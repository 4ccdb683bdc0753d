"""The working of a calculation, line by line: what was counted from what, by which article and fact.

A line holds no words, only a key of ``texts/working.yaml``, figures with their units, and how it was rounded, so
that the same working can be kept, replayed and said in any language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from jiexu.rules.between import Between
from jiexu.rules.decision import Confidence, Decision, weakest
from jiexu.rules.facts import Bound, Number
from jiexu.values.month import Month


class Unit(StrEnum):
    """What a figure counts. ``share``: 0.0005 is 0.05 %. ``age``: in months. ``word``: a word of ``texts/working.yaml``."""

    FEN = "fen"
    MONTHS = "months"
    YEARS = "years"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    COUNT = "count"
    SHARE = "share"
    AGE = "age"
    DAY = "day"
    MONTH = "month"
    AREA = "area"
    TIME = "time"
    WORD = "word"


class Rounding(StrEnum):
    """What was done to a result that is not whole. ``exact``: nothing had to be."""

    EXACT = "exact"
    HALF_UP_TO_FEN = "half_up_to_fen"


Shown = Number | Bound | Between[int] | Between[Month] | date | Month | str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, day, month or word with its unit. A ``Bound`` or ``Between`` where only limits are known."""

    value: Shown
    unit: Unit

    def as_json(self) -> dict[str, object]:
        """Whole numbers as such; fractions, days and months as text; a bound as its two ends."""
        if isinstance(self.value, Bound | Between):
            ends = {"low": _plain(self.value.low), "high": _plain(self.value.high)}
            return {"unit": self.unit.value, "value": ends}
        return {"unit": self.unit.value, "value": _plain(self.value)}


def _plain(value: Number | date | Month | str | None) -> int | str | None:
    return value if value is None or isinstance(value, int) else str(value)


Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a calculation. ``key``: its sentence in ``texts/working.yaml``, whose places the figures fill, or in
    ``texts/outcomes.yaml`` where a rule itself speaks.

    ``articles`` and ``facts``: keys of the articles and ids of the policy records that this step rests on.
    """

    key: str
    figures: Figures = field(default_factory=dict)
    rounding: Rounding = Rounding.EXACT
    articles: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The line as it is kept: ASCII keys, no words."""
        return {
            "articles": list(self.articles),
            "facts": list(self.facts),
            "figures": {name: figure.as_json() for name, figure in self.figures.items()},
            "key": self.key,
            "rounding": self.rounding.value,
        }


def line(
    key: str,
    /,
    *,
    by: Decision | None = None,
    rounding: Rounding = Rounding.EXACT,
    **figures: Figure,
) -> Line:
    """A line that rests on what a decision rests on; without one it is plain arithmetic or what was asked."""
    grounds = ((), ()) if by is None else (by.articles, by.facts)
    return Line(key, figures, rounding, *grounds)


def spoken(decision: Decision) -> Line:
    """The line that says what a rule answered, in the sentence that ``texts/outcomes.yaml`` has for it."""
    return line(f"{decision.rule}.{decision.outcome}", by=decision)


Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Reasoned(Generic[Answer]):
    """A result with the decisions it follows from, for who does not read how it was worked out."""

    answer: Answer
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Worked(Reasoned[Answer]):
    """A result with its decisions, the lines that work it out, and the sentence that closes them."""

    lines: tuple[Line, ...]
    closing: Line

    @property
    def confidence(self) -> Confidence:
        """The weakest link of every decision it rests on."""
        return weakest(decision.confidence for decision in self.decisions)

    def as_json(self) -> dict[str, object]:
        """Decisions, lines and closing sentence as they are kept; the answer is in their figures."""
        return {
            "closing": self.closing.as_json(),
            "confidence": self.confidence.value,
            "decisions": [decision.as_json() for decision in self.decisions],
            "lines": [each.as_json() for each in self.lines],
        }


def fen(value: int | Bound | Between[int]) -> Figure:
    """An amount in fen."""
    return Figure(_one(value), Unit.FEN)


def months(value: Number | Bound | Between[int]) -> Figure:
    """A number of months."""
    return Figure(_one(value), Unit.MONTHS)


def years(value: Number | Bound | Between[int]) -> Figure:
    """A number of years."""
    return Figure(_one(value), Unit.YEARS)


def age(value: int) -> Figure:
    """An age in months."""
    return Figure(value, Unit.AGE)


def working_days(value: int) -> Figure:
    """A number of working days."""
    return Figure(value, Unit.WORKING_DAYS)


def calendar_days(value: int) -> Figure:
    """A number of calendar days."""
    return Figure(value, Unit.CALENDAR_DAYS)


def count(value: int) -> Figure:
    """A bare number, such as a year or a number of times."""
    return Figure(value, Unit.COUNT)


def share(value: Number | Bound) -> Figure:
    """A rate: 0.02 is 2 %."""
    return Figure(value if isinstance(value, Bound) else Decimal(value), Unit.SHARE)


def day(value: date) -> Figure:
    """A day."""
    return Figure(value, Unit.DAY)


def month(value: Month | Between[Month]) -> Figure:
    """A calendar month."""
    return Figure(_one(value), Unit.MONTH)


def area(code: str) -> Figure:
    """A place by its division code, or ``nation``."""
    return Figure(code, Unit.AREA)


def moment(value: datetime) -> Figure:
    """A Beijing day and hour, to the minute."""
    return Figure(value.isoformat(sep=" ", timespec="minutes"), Unit.TIME)


def word(key: str) -> Figure:
    """A word said in the reader's language: ``word.KEY`` of ``texts/working.yaml``."""
    return Figure(key, Unit.WORD)


def _one(value: Shown) -> Shown:
    """The answer itself where there is one only."""
    return value.low if isinstance(value, Between) and value.sure else value
