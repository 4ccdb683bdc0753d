"""The months of a pension record as its place holds them: periods on one contribution wage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from jiexu.values.errors import ValueFault
from jiexu.values.month import Month
from jiexu.values.period import Period


class Kind(StrEnum):
    """``paid``; ``arrears``: owed and not paid; ``deemed``: years of work counted without contributions."""

    PAID = "paid"
    ARREARS = "arrears"
    DEEMED = "deemed"


class PensionRecordError(ValueFault):
    """Periods or amounts that no record of one place can hold."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Months on one contribution wage (缴费工资基数).

    ``wage_fen``: of one month, in fen. ``recorded_fen``: what the place booked into the personal account for all
    these months, without interest; None: what the target rate gives. ``interest_fen``: what the place booked on them.
    """

    period: Period
    wage_fen: int = 0
    kind: Kind = Kind.PAID
    recorded_fen: int | None = None
    interest_fen: int = 0


def in_order(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The stretches by time. Raises PensionRecordError for a month that stands twice, or an amount below zero."""
    ordered = tuple(sorted(stretches, key=lambda stretch: stretch.period))
    for stretch in ordered:
        if stretch.wage_fen < 0 or (stretch.recorded_fen or 0) < 0 or stretch.interest_fen < 0:
            raise PensionRecordError(
                "pension_amount_negative",
                "An amount of {period} is below zero; write zero or more.",
                period=str(stretch.period),
            )
    for before, after in pairwise(ordered):
        if after.period.first <= before.period.last:
            raise PensionRecordError(
                "pension_month_twice",
                "The periods {one} and {other} of one place share months; write every month once.",
                one=str(before.period),
                other=str(after.period),
            )
    return ordered


def of_kind(stretches: Iterable[Stretch], kind: Kind) -> tuple[Stretch, ...]:
    """The stretches of a kind."""
    return tuple(stretch for stretch in stretches if stretch.kind is kind)


def months_of(stretches: Iterable[Stretch]) -> int:
    """How many months the stretches hold."""
    return sum(stretch.period.count for stretch in stretches)


def since(stretch: Stretch, start: Month) -> Iterator[Month]:
    """The months of a stretch from a month on."""
    return (month for month in stretch.period if month >= start)
