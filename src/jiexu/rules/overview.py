"""Policy looked at as a whole: what holds in a place, what changes, what is old, and how sure all of it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from jiexu.rules.decision import Confidence, weakest
from jiexu.rules.facts import Fact, FactStatus, Scope, somebody
from jiexu.rules.policy import NATION, Parameter, Policy, Unknown, province_of, ways

PROMISE = "promise."
ONE_DAY = timedelta(days=1)
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Held:
    """A record that answers in a place, and how sure it is there. ``place``: where it stands."""

    fact: Fact
    confidence: Confidence
    place: str
    reconstructed: bool = False


def holding(policy: Policy, area: str, *, on: date, known_on: date | None = None) -> list[Held]:
    """Every record that answers somebody in an area on a day, in the order of the catalogue."""
    return [
        held
        for parameter in law(policy)
        for fact in _candidates(policy, parameter, area, on)
        if (held := _held(policy, fact, area, on, known_on)) is not None
    ]


def law(policy: Policy) -> Iterator[Parameter]:
    """Every parameter but our own promises."""
    return (one for one in policy.parameters.values() if not one.name.startswith(PROMISE))


def _candidates(policy: Policy, parameter: Parameter, area: str, on: date) -> Iterator[Fact]:
    for place, _, _ in ways(parameter, area):
        held = policy.facts.get((parameter.name, place), ())
        yield from sorted((fact for fact in held if fact.in_force(on)), key=lambda fact: fact.id)


def _held(policy: Policy, fact: Fact, area: str, on: date, known_on: date | None) -> Held | None:
    """The record as it answers whom it is about; None where another answers them, or it was not known."""
    given = somebody(fact.scope)
    answer = policy.find(fact.parameter, area, on=on, scope=given, known_on=known_on)
    if answer.fact_ids != (fact.id,):
        return None
    if isinstance(answer, Unknown):
        return Held(fact, fact.confidence_on(on), fact.area)
    return Held(fact, answer.confidence, fact.area, answer.reconstructed)


def last_known(policy: Policy, area: str, *, on: date) -> list[Fact]:
    """Values of the area that change yearly or often, ended before a day and were not followed.

    They are shown as last known, never as current.
    """
    return [
        fact
        for (name, place), held in policy.facts.items()
        if place == area and _perishable(policy.parameters[name])
        for fact in held
        if _ended(policy, fact, on)
    ]


def _perishable(parameter: Parameter) -> bool:
    return parameter.annual or parameter.stale_after_months is not None


def _ended(policy: Policy, fact: Fact, on: date) -> bool:
    """Whether a value ran out, is the last of its group, and nobody it was about has an answer now."""
    if not _counts(fact) or fact.value is None or fact.until is None or fact.until >= on:
        return False
    given = somebody(fact.scope)
    later = (
        other
        for other in policy.facts[fact.parameter, fact.area]
        if _counts(other) and other.start > fact.start and other.is_about(given) and other.value is not None
    )
    return next(later, None) is None and isinstance(
        policy.find(fact.parameter, fact.area, on=on, scope=given), Unknown
    )


def _counts(fact: Fact) -> bool:
    return fact.status is not FactStatus.DRAFT and fact.withdrawn is None


@dataclass(frozen=True, slots=True)
class Change:
    """What answers one group differently on two days. None: nothing did."""

    parameter: str
    area: str
    scope: Scope
    before: Fact | None
    after: Fact | None


def changes(policy: Policy, first: date, second: date) -> list[Change]:
    """Every value that differs between two days, by parameter, area and group."""
    found: list[Change] = []
    for (name, area), facts in policy.facts.items():
        groups = {repr(sorted(fact.scope.items())): fact.scope for fact in facts if _counts(fact)}
        for _, scope in sorted(groups.items()):
            before, after = (_of_group(facts, scope, on) for on in (first, second))
            if (before and before.value) != (after and after.value):
                found.append(Change(name, area, scope, before, after))
    return sorted(found, key=lambda change: (change.area != NATION, change.area, change.parameter))


def _of_group(facts: tuple[Fact, ...], scope: Scope, on: date) -> Fact | None:
    live = [fact for fact in facts if fact.scope == scope and _counts(fact) and fact.in_force(on)]
    return max(live, key=lambda fact: fact.known_since, default=None)


class Why(StrEnum):
    """Why a record should be looked at again."""

    OLD = "old"
    ENDED = "ended"
    ENDING = "ending"
    DRAFT = "draft"
    WEAK = "weak"


def stale(
    policy: Policy, *, on: date, soon: timedelta, older_than: int | None = None
) -> dict[Why, list[Fact]]:
    """Records to look up again on a day. ``older_than``: months, instead of those of the catalogue."""
    found: dict[Why, list[Fact]] = {why: [] for why in Why}
    for (name, _), facts in policy.facts.items():
        if name.startswith(PROMISE):
            continue
        months = policy.parameters[name].stale_after_months
        for fact in facts:
            why = _why(policy, fact, on, on + soon, months and (older_than or months))
            if why is not None:
                found[why].append(fact)
    return {why: sorted(facts, key=lambda fact: fact.id) for why, facts in found.items()}


def _why(policy: Policy, fact: Fact, on: date, soon: date, months: int | None) -> Why | None:
    if fact.status is FactStatus.DRAFT:
        return Why.DRAFT if fact.start <= on else None
    if _perishable(policy.parameters[fact.parameter]) and _ended(policy, fact, on):
        return Why.ENDED
    if fact.value is None or fact.withdrawn is not None or not fact.in_force(on):
        return None
    if fact.until is not None:
        return Why.ENDING if fact.until <= soon and _nothing_follows(policy, fact) else None
    if months and _months_between(_seen_on(fact), on) > months:
        return Why.OLD
    return Why.WEAK if _weaker_than_province(policy, fact, on) else None


def _nothing_follows(policy: Policy, fact: Fact) -> bool:
    after = (fact.until or fact.start) + ONE_DAY
    return isinstance(policy.find(fact.parameter, fact.area, on=after, scope=somebody(fact.scope)), Unknown)


def _seen_on(fact: Fact) -> date:
    """The latest day the record speaks of: a value may still hold, but nobody has said so since."""
    return max(fact.published or fact.start, fact.start)


def _months_between(first: date, second: date) -> int:
    return (second.year - first.year) * MONTHS + second.month - first.month


def _weaker_than_province(policy: Policy, fact: Fact, on: date) -> bool:
    province = province_of(fact.area)
    if fact.area in {NATION, province} or not any(
        place == province for place, _, _ in ways(policy.parameters[fact.parameter], fact.area)
    ):
        return False
    above = [
        each
        for each in policy.facts.get((fact.parameter, province), ())
        if each.whole_province and _counts(each) and each.in_force(on) and each.is_about(somebody(fact.scope))
    ]
    return any(each.confidence.lowered().rank > fact.confidence.rank for each in above)


@dataclass(frozen=True, slots=True)
class Cell:
    """How sure one parameter of one place is. ``confidence``: the weakest of its records; None: said to be unknown."""

    confidence: Confidence | None
    own: bool


def coverage(policy: Policy, *, on: date) -> dict[str, dict[str, Cell]]:
    """Area → parameter → how sure; a parameter nothing answers is left out. Areas are those with records."""
    areas = sorted({area for _, area in policy.facts} - {NATION})
    return {area: _cells(policy, area, on) for area in areas}


def _cells(policy: Policy, area: str, on: date) -> dict[str, Cell]:
    records: dict[str, list[Held]] = defaultdict(list)
    for held in holding(policy, area, on=on):
        if held.place != NATION:
            records[held.fact.parameter].append(held)
    return {name: _cell(held, area) for name, held in records.items()}


def _cell(held: list[Held], area: str) -> Cell:
    known = [each.confidence for each in held if each.fact.value is not None]
    return Cell(weakest(known) if known else None, any(each.place == area for each in held))


def local_parameters(policy: Policy) -> list[Parameter]:
    """What at least one place recorded for itself, in the order of the catalogue."""
    recorded = {name for name, area in policy.facts if area != NATION}
    return [one for one in law(policy) if one.name in recorded]
