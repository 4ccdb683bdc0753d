"""Policy: the dated facts of the law, looked up by parameter, area and day.

A fact is one record of the policy files: a value in force from a day to a day, with its sources and how sure
it is. ``Policy.find`` answers with the fact or says that nothing is known; it never fills a hole with another
place's rule (R-101). Inheritance is declared per parameter; a value taken over from the province is one
confidence step weaker, a national one is not: it is made for everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Confidence

Value = str | int | bool | tuple[str, ...]
"""Numbers of the law are integers (days, months, fen) or decimals kept as text; sets of words are tuples."""

NATION = "nation"
EMPTY: Mapping[str, str] = {}


class Inheritance(StrEnum):
    """From whom an area takes a value it does not set itself.

    ``if_whole_province``: from the province, but only where its record says that it binds every pool in it.
    """

    NONE = "none"
    FROM_PROVINCE = "from_province"
    IF_WHOLE_PROVINCE = "if_whole_province"
    FROM_NATION = "from_nation"


class FactStatus(StrEnum):
    IN_FORCE = "in_force"
    ANNOUNCED = "announced"
    ASSUMED = "assumed"
    DRAFT = "draft"


class UnknownParameterError(KeyError):
    """A rule asked for a parameter that policy/parameters.yaml does not name."""


class AmbiguousFactsError(ValueError):
    """Two records answer the same question. The loader refuses such files; settings may still collide."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be recorded under a name, and on which date a record is picked."""

    name: str
    kind: str
    inheritance: Inheritance
    picked_on: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One policy record.

    ``area``: ``nation``, a province or a pooling area. ``value``: None where the record says that the value was
    looked for and is unknown. ``start`` / ``until``: first and last day, inclusive; None = no end announced.
    ``known_since``: the day the record entered our data; a later record about the same days succeeds it.
    ``whole_province``: a province's record that binds every pool in it. ``sure_from``: before this day the start itself is doubtful, and the fact one step weaker.
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
    scope: Mapping[str, str] = field(default_factory=dict)
    status: FactStatus = FactStatus.IN_FORCE
    sure_from: date | None = None
    whole_province: bool = False

    def in_force(self, on: date) -> bool:
        return (
            self.status is not FactStatus.DRAFT
            and self.start <= on
            and (self.until is None or on <= self.until)
        )

    def confidence_on(self, on: date) -> Confidence:
        doubtful = self.sure_from is not None and on < self.sure_from
        return self.confidence.lowered() if doubtful else self.confidence

    def is_about(self, scope: Mapping[str, str]) -> bool:
        """Every axis the record names must be given and match; an axis nobody gave does not match."""
        return all(scope.get(axis) == word for axis, word in self.scope.items())


@dataclass(frozen=True, slots=True)
class Found:
    """A value and the facts it rests on."""

    value: Value
    fact_ids: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Unknown:
    """No value is known here. ``fact_ids`` names the record that says so, where there is one."""

    parameter: str
    area: str | None
    fact_ids: tuple[str, ...] = ()


def province_of(area: str) -> str:
    """The province-level code of a division code: 530300 → 530000."""
    return area[:2] + "0000"


@dataclass(frozen=True, slots=True)
class Policy:
    """All facts of one policy version. ``digest``: SHA-256 in hex over the canonical form of all records."""

    parameters: Mapping[str, Parameter]
    facts: Mapping[tuple[str, str], tuple[Fact, ...]]
    digest: str

    def find(
        self, parameter: str, area: str | None = None, *, on: date, scope: Mapping[str, str] = EMPTY
    ) -> Found | Unknown:
        """The value in force on a day in an area (the nation where none is given).

        Raises UnknownParameterError for a name outside the catalogue, AmbiguousFactsError where two records
        match.
        """
        declared = self.parameters.get(parameter)
        if declared is None:
            raise UnknownParameterError(f"No parameter {parameter!r}: name it in policy/parameters.yaml.")
        for place, steps_down in self._places(declared, area):
            fact = self._only(parameter, place, on, scope)
            if fact is not None and _reaches(fact, declared, place, area):
                return _answer(fact, area, on, lowered=steps_down)
        return Unknown(parameter=parameter, area=area)

    def with_facts(self, extra: Iterable[Fact], *, digest: str) -> Policy:
        """This policy with an agency's own settings added; the caller passes the digest of the whole."""
        joined = dict(self.facts)
        for fact in extra:
            key = (fact.parameter, fact.area)
            joined[key] = (*joined.get(key, ()), fact)
        return replace(self, facts=joined, digest=digest)

    def _only(self, parameter: str, place: str, on: date, scope: Mapping[str, str]) -> Fact | None:
        live = [
            fact
            for fact in self.facts.get((parameter, place), ())
            if fact.in_force(on) and fact.is_about(scope)
        ]
        newest = max((fact.known_since for fact in live), default=None)
        matching = [fact for fact in live if fact.known_since == newest]
        if len(matching) > 1:
            raise AmbiguousFactsError(
                f"{parameter} in {place} on {on.isoformat()} has {len(matching)} records: "
                f"{', '.join(fact.id for fact in matching)}. Withdraw all but one."
            )
        return matching[0] if matching else None

    @staticmethod
    def _places(declared: Parameter, area: str | None) -> tuple[tuple[str, bool], ...]:
        """Where to look, in order, and whether a value found there is one step weaker here."""
        if area is None or area == NATION:
            return ((NATION, False),)
        own = (area, False)
        if declared.inheritance is Inheritance.FROM_NATION:
            return (own, (NATION, False))
        takes_over = declared.inheritance in {Inheritance.FROM_PROVINCE, Inheritance.IF_WHOLE_PROVINCE}
        if takes_over and province_of(area) != area:
            return (own, (province_of(area), True))
        return (own,)


def _reaches(fact: Fact, declared: Parameter, place: str, area: str | None) -> bool:
    """Whether a record found at a place speaks for the area asked about."""
    return place == area or declared.inheritance is not Inheritance.IF_WHOLE_PROVINCE or fact.whole_province


def _answer(fact: Fact, area: str | None, on: date, *, lowered: bool) -> Found | Unknown:
    if fact.value is None:
        return Unknown(parameter=fact.parameter, area=area, fact_ids=(fact.id,))
    confidence = fact.confidence_on(on)
    return Found(
        value=fact.value, fact_ids=(fact.id,), confidence=confidence.lowered() if lowered else confidence
    )
