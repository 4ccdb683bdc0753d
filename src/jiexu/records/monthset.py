"""Sets of calendar months, kept as the spans PostgreSQL keeps in an ``int4multirange``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from jiexu.values.errors import ValueFault
from jiexu.values.month import FIRST_INDEX, LAST_INDEX, WRITTEN, Month
from jiexu.values.writing import clipped

Span = tuple[int, int]
"""Month indexes [begin, end): the end is not included."""

_PG = re.compile(r"\{(?:\[\d+,\d+\)(?:,\[\d+,\d+\))*)?\}", re.ASCII)
_PG_SPAN = re.compile(r"\[(\d+),(\d+)\)", re.ASCII)


class MonthSetError(ValueFault):
    """A set of months is not readable or holds an impossible span."""


@dataclass(frozen=True, slots=True)
class MonthSet:
    """A set of calendar months, without order or repetition.

    ``spans``: half-open month indexes (see ``Month.index``), always sorted, never touching, never empty, so
    that equal sets are equal values. Whatever spans are given are brought into this form.
    Raises MonthSetError where a span ends before it begins or leaves 1949-01..2199-12.
    """

    spans: tuple[Span, ...] = ()

    EMPTY: ClassVar[MonthSet]

    def __post_init__(self) -> None:
        if not _is_normal(self.spans):
            object.__setattr__(self, "spans", _normal(self.spans))

    @classmethod
    def of(cls, *months: Month) -> MonthSet:
        return cls(tuple((month.index, month.index + 1) for month in months))

    @classmethod
    def between(cls, first: Month, last: Month) -> MonthSet:
        """Every month from first to last, both included. Raises MonthSetError where last is before first."""
        return cls((_span(first, last),))

    @classmethod
    def from_spans(cls, spans: Iterable[Span]) -> MonthSet:
        """From half-open month indexes in any order, overlapping or not. Raises MonthSetError."""
        return cls(tuple(spans))

    @classmethod
    def union(cls, sets: Iterable[MonthSet]) -> MonthSet:
        """Every month that is in at least one of the sets."""
        return cls(tuple(span for each in sets for span in each.spans))

    def __or__(self, other: MonthSet) -> MonthSet:
        return MonthSet(self.spans + other.spans)

    def __and__(self, other: MonthSet) -> MonthSet:
        return MonthSet(tuple(_common(self.spans, other.spans)))

    def __sub__(self, other: MonthSet) -> MonthSet:
        return MonthSet(tuple(_common(self.spans, _outside(other.spans))))

    @property
    def count(self) -> int:
        """How many months."""
        return sum(end - begin for begin, end in self.spans)

    @property
    def first(self) -> Month | None:
        """The earliest month, None in the empty set."""
        return Month(self.spans[0][0]) if self.spans else None

    @property
    def last(self) -> Month | None:
        """The latest month, None in the empty set."""
        return Month(self.spans[-1][1] - 1) if self.spans else None

    def __contains__(self, month: Month) -> bool:
        return any(begin <= month.index < end for begin, end in self.spans)

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __iter__(self) -> Iterator[Month]:
        """Every month, earliest first."""
        return (Month(index) for begin, end in self.spans for index in range(begin, end))

    def gaps(self) -> MonthSet:
        """The months strictly between the first and the last that are not in the set."""
        return MonthSet(tuple((here[1], there[0]) for here, there in pairwise(self.spans)))

    def isdisjoint(self, other: MonthSet) -> bool:
        return not self & other

    def issubset(self, other: MonthSet) -> bool:
        return not self - other

    def to_pg(self) -> str:
        """PostgreSQL's own text of an ``int4multirange``: ``{[a,b),[c,d)}``, empty ``{}``."""
        return "{" + ",".join(f"[{begin},{end})" for begin, end in self.spans) + "}"

    @classmethod
    def parse_pg(cls, text: str) -> MonthSet:
        """Read what ``to_pg`` writes and PostgreSQL answers. Raises MonthSetError."""
        if not _PG.fullmatch(text):
            raise MonthSetError(
                "months_pg_unreadable",
                "{given!r} is not an int4multirange such as {{[24318,24405)}}; read the column as text.",
                given=clipped(text),
            )
        return cls(tuple((int(begin), int(end)) for begin, end in _PG_SPAN.findall(text)))

    def to_json(self) -> list[list[str]]:
        """Pairs of months, both ends included: ``[["2019-07", "2026-09"]]``."""
        return [[WRITTEN[begin - FIRST_INDEX], WRITTEN[end - 1 - FIRST_INDEX]] for begin, end in self.spans]

    @classmethod
    def from_json(cls, pairs: object) -> MonthSet:
        """Read what ``to_json`` writes; the data may come from outside.

        Raises MonthSetError for anything but pairs of months, a reversed pair, or a month named twice (in one
        line of a form that is a mistake of the sender, not a duplicate to be settled); MonthError for a month.
        """
        if not isinstance(pairs, list):
            raise _not_pairs(pairs)
        return cls.of_periods(_pair(pair) for pair in pairs)

    @classmethod
    def of_periods(cls, periods: Iterable[tuple[Month, Month]]) -> MonthSet:
        """Every month from first to last of each. Raises MonthSetError for a reversed one, or a month named twice."""
        spans = tuple(_span(first, last) for first, last in periods)
        whole = cls(spans)
        if whole.count != sum(end - begin for begin, end in spans):
            raise MonthSetError(
                "months_named_twice",
                "A month is named in two of the {pairs} periods; the sender must correct the form so that periods do not overlap.",
                pairs=len(spans),
            )
        return whole

    def __str__(self) -> str:
        return (
            ", ".join(first if first == last else f"{first}~{last}" for first, last in self.to_json()) or "-"
        )


def _is_normal(spans: tuple[Span, ...]) -> bool:
    """Whether spans are already in the form ``_normal`` gives: most are, because they come from sets."""
    before = FIRST_INDEX - 1
    for begin, end in spans:
        if not before < begin < end:
            return False
        before = end
    return before <= LAST_INDEX + 1


def _normal(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted, merged where they touch, without empty spans."""
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if not FIRST_INDEX <= begin <= end <= LAST_INDEX + 1:
            raise MonthSetError(
                "months_bad_span",
                "The span [{begin},{end}) of month indexes is reversed or leaves 1949-01 to 2199-12; correct it.",
                begin=begin,
                end=end,
            )
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif begin < end:
            merged.append((begin, end))
    return tuple(merged)


def _common(left: tuple[Span, ...], right: tuple[Span, ...]) -> Iterator[Span]:
    """What two normal tuples of spans share, by walking both once."""
    here = there = 0
    while here < len(left) and there < len(right):
        begin, end = max(left[here][0], right[there][0]), min(left[here][1], right[there][1])
        if begin < end:
            yield begin, end
        if left[here][1] <= right[there][1]:
            here += 1
        else:
            there += 1


def _outside(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Every month of the calendar that the spans leave out."""
    edges = [FIRST_INDEX, *(edge for span in spans for edge in span), LAST_INDEX + 1]
    return tuple(zip(edges[::2], edges[1::2], strict=True))


def _span(first: Month, last: Month) -> Span:
    if last.index < first.index:
        raise MonthSetError(
            "months_reversed",
            "Months run from {first} to {last}, which is backwards; exchange the two or correct one.",
            first=str(first),
            last=str(last),
        )
    return first.index, last.index + 1


def _pair(pair: object) -> tuple[Month, Month]:
    match pair:
        case [str(first), str(last)]:
            return Month.parse(first), Month.parse(last)
        case _:
            raise _not_pairs(pair)


def _not_pairs(given: object) -> MonthSetError:
    return MonthSetError(
        "months_json_unreadable",
        'Periods are a list of pairs such as ["2019-07", "2026-09"], not {given}; correct the message.',
        given=clipped(repr(given)),
    )


MonthSet.EMPTY = MonthSet()
