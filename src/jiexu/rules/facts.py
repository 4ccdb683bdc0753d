"""One fact of the law as data: a value in force from a day to a day, for whom, by which documents, how sure.

A fact has two times. *In force*: ``start`` to ``until``. *As recorded by us*: ``known_since`` until
``withdrawn``. A fact is never edited: it is withdrawn, and another succeeds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from jiexu.rules.decision import Confidence
from jiexu.values.money import parse_yuan

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Bound:
    """A number of which only a limit is known; what is computed with it is a limit too. None: no limit seen."""

    low: Number | None = None
    high: Number | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a document, shown and never computed with. None where nobody has put it into that language."""

    zh: str | None = None
    en: str | None = None


Value = str | int | bool | Decimal | tuple[str, ...] | Bound | Text
"""Whole numbers are int and fractions Decimal (yuan, shares); sets are tuples; days, months and hours ISO text."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range of an axis, both ends inside: years of age, contribution months, or days. None: open."""

    low: int | date | None = None
    high: int | date | None = None

    def holds(self, given: object) -> bool:
        """Whether a number or a day lies inside; anything of another kind does not."""
        return all(
            end is None or (type(given) is type(end) and (given >= end if is_low else given <= end))  # type: ignore[operator]  # same type, checked just before
            for end, is_low in ((self.low, True), (self.high, False))
        )


Wanted = str | tuple[str, ...] | Span
Scope = Mapping[str, Wanted]
Given = Mapping[str, str | int | date]
"""What is known of a person or case by axis, as in ``{"sex": "male", "joined": date(2012, 3, 1)}``."""

EVERYBODY: Scope = {}


class FactStatus(StrEnum):
    """``announced``: published, its day lies ahead. ``assumed``: nobody published it. ``draft``: never applied."""

    IN_FORCE = "in_force"
    ANNOUNCED = "announced"
    ASSUMED = "assumed"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Rival:
    """A value seen elsewhere and not used, with the reason in both languages. ``start`` / ``until`` None: not stated."""

    value: Value | None
    source: str
    confidence: Confidence
    why: Text
    start: date | None = None
    until: date | None = None
    scope: Scope = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """One policy record.

    ``area``: ``nation``, a province or a pooling area. ``value``: None where the record says that the value was
    looked for and is unknown. ``start`` / ``until``: first and last day, inclusive; None = no end announced.
    ``start_known``: False where the documents give no first day; ``start`` is then the document's day or the day
    we learnt it, and ``confidence`` already one step weaker. ``sure_from``: before this day the start itself is
    doubtful, and the fact one step weaker. ``published``: when the document appeared, where known.
    ``known_since`` / ``withdrawn``: the days the record entered and left our data, the latter with its reason.
    ``whole_province``: a province's record that binds every pool in it.
    """

    id: str
    parameter: str
    area: str
    value: Value | None
    start: date
    until: date | None
    known_since: date
    confidence: Confidence
    sources: tuple[str, ...] = ()
    scope: Scope = field(default_factory=dict)
    status: FactStatus = FactStatus.IN_FORCE
    sure_from: date | None = None
    whole_province: bool = False
    published: date | None = None
    withdrawn: date | None = None
    withdrawn_why: str = ""
    start_known: bool = True
    note: str = ""
    rivals: tuple[Rival, ...] = ()

    def in_force(self, on: date) -> bool:
        """Whether its days hold this day. A draft never is; who asked when it was recorded asks ``known``."""
        return (
            self.status is not FactStatus.DRAFT
            and self.start <= on
            and (self.until is None or on <= self.until)
        )

    def known(self, on: date) -> bool:
        """Whether our data held it on this day."""
        return self.known_since <= on and (self.withdrawn is None or on < self.withdrawn)

    @property
    def public_since(self) -> date:
        """The day everybody could know it: its publication, else its first day."""
        return self.published or self.start

    def confidence_on(self, on: date) -> Confidence:
        """How sure it is on a day: one step weaker while its start is in doubt."""
        doubtful = self.sure_from is not None and on < self.sure_from
        return self.confidence.lowered() if doubtful else self.confidence

    def is_about(self, given: Given) -> bool:
        """Every axis the record names must be given and match; an axis nobody gave does not match."""
        for axis, wanted in self.scope.items():  # noqa: SIM110  # every look-up comes here, and a generator costs more than the rest
            if not matches(wanted, given.get(axis)):
                return False
        return True


def matches(wanted: Wanted, given: object) -> bool:
    """Whether what is given is the word, one of the words, or inside the range that a record wants."""
    if isinstance(wanted, str):
        return given == wanted
    return given in wanted if isinstance(wanted, tuple) else wanted.holds(given)


def meet(one: Scope, other: Scope) -> bool:
    """Whether somebody can be meant by both: on every axis both name, they share a word or a day."""
    return all(_share(one[axis], other[axis]) for axis in one.keys() & other.keys())


def _share(one: Wanted, other: Wanted) -> bool:
    if isinstance(one, Span) and isinstance(other, Span):
        return _before(one.low, other.high) and _before(other.low, one.high)
    return bool(set(_words(one)) & set(_words(other)))


def _before(low: int | date | None, high: int | date | None) -> bool:
    return low is None or high is None or low <= high  # type: ignore[operator]  # one axis, one kind of range


def _words(wanted: Wanted) -> tuple[str, ...]:
    """The words of a scope; a range has none."""
    if isinstance(wanted, Span):
        return ()
    return (wanted,) if isinstance(wanted, str) else wanted


def somebody(scope: Scope) -> Given:
    """One person a scope is about: its first word, or an end of its range, on each axis."""
    chosen = {axis: _one(wanted) for axis, wanted in scope.items()}
    return {axis: one for axis, one in chosen.items() if one is not None}


def _one(wanted: Wanted) -> str | int | date | None:
    if isinstance(wanted, Span):
        return wanted.high if wanted.low is None else wanted.low
    return wanted if isinstance(wanted, str) else wanted[0]


def in_fen(yuan: Number) -> int:
    """An amount of yuan in fen. Raises AmountError for parts of a fen: rounding is the rule's business."""
    return parse_yuan(format(yuan, "f") if isinstance(yuan, Decimal) else str(yuan))
