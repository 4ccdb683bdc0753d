"""Policy: the dated facts of the law, looked up by parameter, area and day.

``Policy.find`` answers with the fact in force or says that nothing is known; it never fills a hole with another
place's rule (R-101). Inheritance is declared per parameter; a value taken over from the province is one
confidence step weaker, a national one is not: it is made for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, NamedTuple, TypeVar, cast

from jiexu.rules.channels import RegisteredChannel
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Fact, FactStatus, Given, Scope, Value

NATION = "nation"
Way = tuple[str, bool, bool]
FROM_NATION: Way = (NATION, False, False)
NOTHING: Given = {}
ELSEWHERE = ""
"""Stands for an area in a province that has no records of its own."""
MOST_KEPT = 10_000
"""Answers a policy keeps at most: a day of all areas asks for some thousands."""
Answer = TypeVar("Answer")


class Inheritance(StrEnum):
    """From whom an area takes a value it does not set itself.

    ``if_whole_province``: from the province, but only where its record says that it binds every pool in it.
    ``…_or_nation``: where the province has none either, from the nation.
    """

    NONE = "none"
    FROM_PROVINCE = "from_province"
    IF_WHOLE_PROVINCE = "if_whole_province"
    FROM_NATION = "from_nation"
    FROM_PROVINCE_OR_NATION = "from_province_or_nation"
    IF_WHOLE_PROVINCE_OR_NATION = "if_whole_province_or_nation"


ASKS_PROVINCE = {
    Inheritance.FROM_PROVINCE,
    Inheritance.IF_WHOLE_PROVINCE,
    Inheritance.FROM_PROVINCE_OR_NATION,
    Inheritance.IF_WHOLE_PROVINCE_OR_NATION,
}
ASKS_NATION = {
    Inheritance.FROM_NATION,
    Inheritance.FROM_PROVINCE_OR_NATION,
    Inheritance.IF_WHOLE_PROVINCE_OR_NATION,
}
ONLY_IF_BOUND = {Inheritance.IF_WHOLE_PROVINCE, Inheritance.IF_WHOLE_PROVINCE_OR_NATION}


class UnknownParameterError(KeyError):
    """A rule asked for a parameter that policy/parameters.yaml does not name."""


class AmbiguousFactsError(ValueError):
    """Two records answer the same question. The loader refuses such files; settings may still collide."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be recorded under a name.

    ``kind``: number, bool, word, set, text, label, labels, month, day, days, time, areas.
    ``picked_on``: the date a record is chosen by. ``words``: the closed list of a word or set. ``bounds``:
    lowest and highest number, inclusive. ``axes``: the axes a record may name. ``annual``: holds for a year
    named by the authority, so every value has an end. ``stale_after_months``: when a value without end should
    be looked up again.
    """

    name: str
    kind: str
    inheritance: Inheritance
    picked_on: str
    unit: str | None = None
    words: tuple[str, ...] = ()
    bounds: tuple[Decimal, Decimal] | None = None
    axes: frozenset[str] = frozenset()
    annual: bool = False
    stale_after_months: int | None = None
    asks_province: bool = field(init=False)
    asks_nation: bool = field(init=False)
    only_if_bound: bool = field(init=False)

    def __post_init__(self) -> None:
        """Says its inheritance as plain flags, which every look-up reads."""
        object.__setattr__(self, "asks_province", self.inheritance in ASKS_PROVINCE)
        object.__setattr__(self, "asks_nation", self.inheritance in ASKS_NATION)
        object.__setattr__(self, "only_if_bound", self.inheritance in ONLY_IF_BOUND)


@dataclass(frozen=True, slots=True)
class Found:
    """A value and the facts it rests on.

    ``reconstructed``: asked as known on a day before our first record, and answered by what was published then.
    """

    value: Value
    fact_ids: tuple[str, ...]
    confidence: Confidence
    reconstructed: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """No value is known here, which is as unsure as can be. ``fact_ids`` names the record that says so, if any."""

    parameter: str
    area: str | None
    fact_ids: tuple[str, ...] = ()
    confidence: ClassVar[Confidence] = Confidence.LOW


class Row(NamedTuple):
    """A record as a look-up reads it: first and last day, for whom, and itself.

    ``ready``: its answer to its own area, and to those that take it over; None where that depends on the day, or the
    record says that nothing is known.
    """

    start: date
    last: date
    scope: Scope
    fact: Fact
    ready: tuple[Found, Found] | None


Rows = tuple[Row, ...]


class Shelf(NamedTuple):
    """The records of one parameter, put where a look-up goes. ``own``: by place.

    ``above``: what is asked after the area's own records, by the two digits its province begins with, in the order of
    ``ways``; whether it is one step weaker there, and whether it must bind all pools. ``rest``: for all other provinces.
    """

    own: Mapping[str, Rows]
    above: Mapping[str, tuple[tuple[Rows, bool, bool], ...]]
    rest: tuple[tuple[Rows, bool, bool], ...]

    @classmethod
    def of(cls, declared: Parameter, rows: Mapping[str, Rows]) -> Shelf:
        """Follows the parameter's inheritance once for each province that has records."""

        def above(area: str) -> tuple[tuple[Rows, bool, bool], ...]:
            asked = ways(declared, area)[1:]
            return tuple((rows[place], lowered, bound) for place, lowered, bound in asked if place in rows)

        return cls(rows, {place[:2]: above(place[:2]) for place in rows}, above(ELSEWHERE))


def province_of(area: str) -> str:
    """The province-level code of a division code: 530300 → 530000."""
    return area[:2] + "0000"


@dataclass(frozen=True, slots=True)
class Policy:
    """All facts of one policy version. ``digest``: SHA-256 in hex over the canonical form of all records.

    ``facts`` holds every record by parameter and area, drafts and withdrawn ones included. ``channels``: the
    register of ways to reach an agency. ``began``: the first day anything was recorded.
    """

    parameters: Mapping[str, Parameter]
    facts: Mapping[tuple[str, str], tuple[Fact, ...]]
    digest: str
    channels: tuple[RegisteredChannel, ...] = ()
    began: date = field(init=False)
    _shelves: dict[str, Shelf] = field(init=False, repr=False, compare=False)
    _by_id: dict[str, Fact] = field(init=False, repr=False, compare=False)
    _kept: dict[object, object] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Sorts what a look-up may use, newest record first, so that it scans very few."""
        every = [fact for facts in self.facts.values() for fact in facts]
        rows: dict[str, dict[str, Rows]] = {name: {} for name in self.parameters}
        for (name, place), facts in self.facts.items():
            rows.setdefault(name, {})[place] = _rows(fact for fact in facts if _usable(fact))
        shelves = {name: Shelf.of(declared, rows[name]) for name, declared in self.parameters.items()}
        object.__setattr__(self, "began", min((fact.known_since for fact in every), default=date.max))
        object.__setattr__(self, "_shelves", shelves)
        object.__setattr__(self, "_by_id", {fact.id: fact for fact in every})

    def find(
        self,
        parameter: str,
        area: str | None = None,
        *,
        on: date,
        scope: Given = NOTHING,
        known_on: date | None = None,
    ) -> Found | Unknown:
        """The value in force on a day in an area (the nation where none is given).

        ``known_on``: as our data stood that day; before our first record, as published by that day. None: as
        recorded now. Raises UnknownParameterError for a name outside the catalogue, AmbiguousFactsError where
        two records match.
        """
        shelf = self._shelves.get(parameter)
        if shelf is None:
            raise UnknownParameterError(f"No parameter {parameter!r}: name it in policy/parameters.yaml.")
        if known_on is not None:
            shelf = self._known(parameter, known_on)
        own = area or NATION
        rows = shelf.own.get(own)
        if rows is not None and (row := _only(rows, on, scope)) is not None:
            return self._answer(row, area, on, known_on, lowered=False)
        # A province or the nation stands among those above it as well, and has no answer there either.
        for rows, lowered, must_bind in shelf.above.get(own[:2], shelf.rest):
            row = _only(rows, on, scope)
            if row is not None and (not must_bind or row.fact.whole_province):
                return self._answer(row, area, on, known_on, lowered=lowered)
        return Unknown(parameter, area)

    def _answer(
        self, row: Row, area: str | None, on: date, known_on: date | None, *, lowered: bool
    ) -> Found | Unknown:
        """What a record says to who asked on a day, at its own place or one that takes it over."""
        fact, ready = row.fact, row.ready
        if ready is not None and known_on is None:
            return ready[lowered]
        if fact.value is None:
            return Unknown(fact.parameter, area, (fact.id,))
        sure = fact.confidence_on(on)
        reconstructed = known_on is not None and known_on < self.began
        return Found(fact.value, (fact.id,), sure.lowered() if lowered else sure, reconstructed)

    def fact(self, fact_id: str) -> Fact:
        """The record of an id, for its sources, status, note and rivals. Raises KeyError for an id not held."""
        return self._by_id[fact_id]

    def kept(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """What follows from these facts alone and is asked for in every case: made once, and kept under its question."""
        answer = self._kept.get(key)
        if answer is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            answer = self._kept[key] = make()
        return cast("Answer", answer)

    def with_facts(self, extra: Iterable[Fact], *, digest: str) -> Policy:
        """This policy with an agency's own settings added; the caller passes the digest of the whole."""
        joined = dict(self.facts)
        for fact in extra:
            key = (fact.parameter, fact.area)
            joined[key] = (*joined.get(key, ()), fact)
        return replace(self, facts=joined, digest=digest)

    def _known(self, parameter: str, known_on: date) -> Shelf:
        """What our data held of a parameter on a day; before they began, what was published."""
        declared = self.parameters[parameter]
        if known_on < self.began:
            public = {
                place: tuple(row for row in rows if row.fact.public_since <= known_on)
                for place, rows in self._shelves[parameter].own.items()
            }
            return Shelf.of(declared, public)
        held = {
            place: _rows(
                fact for fact in facts if fact.status is not FactStatus.DRAFT and fact.known(known_on)
            )
            for (name, place), facts in self.facts.items()
            if name == parameter
        }
        return Shelf.of(declared, held)


def _rows(facts: Iterable[Fact]) -> Rows:
    """Records as a look-up reads them, newest first."""
    return tuple(_row(fact) for fact in sorted(facts, key=lambda fact: fact.known_since, reverse=True))


def _row(fact: Fact) -> Row:
    value, sure = fact.value, fact.confidence
    ready = None
    if value is not None and fact.sure_from is None:
        ready = Found(value, (fact.id,), sure), Found(value, (fact.id,), sure.lowered())
    return Row(fact.start, fact.until or date.max, fact.scope, fact, ready)


def _usable(fact: Fact) -> bool:
    return fact.status is not FactStatus.DRAFT and fact.withdrawn is None


def ways(declared: Parameter, area: str) -> tuple[Way, ...]:
    """Where a value is looked for, in order; whether it is one step weaker there; whether it must bind all pools."""
    own = (area, False, False)
    if area == NATION:
        return (own,)
    above = (FROM_NATION,) if declared.asks_nation else ()
    if declared.asks_province and (province := province_of(area)) != area:
        return (own, (province, True, declared.only_if_bound), *above)
    return (own, *above)


def _only(newest_first: Rows, on: date, given: Given) -> Row | None:
    """The newest record that holds on the day for whom is asked. This is the hot path of every rule."""
    found: Row | None = None
    for row in newest_first:
        start, last, scope, fact, _ = row
        if start <= on <= last and (not scope or fact.is_about(given)):
            if found is None:
                found = row
            elif fact.known_since == found.fact.known_since:
                raise AmbiguousFactsError(
                    f"{fact.parameter} in {fact.area} on {on.isoformat()} has two records: "
                    f"{found.fact.id}, {fact.id}. Withdraw all but one."
                )
    return found
