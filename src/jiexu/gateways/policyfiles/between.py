"""What can be wrong between records: two that answer one question, and days between them that nobody explains."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from jiexu.gateways.policyfiles.marked import Flaw
from jiexu.rules.facts import Fact, FactStatus, Scope, Span, Wanted, meet

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Placed:
    """A fact and where it is written."""

    fact: Fact
    file: str
    line: int


def between_flaws(placed: Iterable[Placed]) -> Iterator[Flaw]:
    """Overlaps and unexplained gaps among the records of one parameter and area. Drafts and withdrawn ones do not count."""
    counted = [
        each for each in placed if each.fact.status is not FactStatus.DRAFT and each.fact.withdrawn is None
    ]
    for one, other in itertools.combinations(counted, 2):
        if _clash(one.fact, other.fact):
            what = f"{other.fact.parameter} overlaps with the record of {one.fact.start}."
            yield Flaw(other.file, other.line, what, "End one before the other, or tell their groups apart.")
    yield from _gaps(counted)


def _clash(one: Fact, other: Fact) -> bool:
    return one.known_since == other.known_since and meet(one.scope, other.scope) and _overlap(one, other)


def _overlap(one: Fact, other: Fact) -> bool:
    return one.start <= (other.until or date.max) and other.start <= (one.until or date.max)


def _gaps(placed: list[Placed]) -> Iterator[Flaw]:
    """For every group a record names, no day between its first and last record may be silent."""
    groups: dict[str, Scope] = {repr(sorted(each.fact.scope.items())): each.fact.scope for each in placed}
    for _, scope in sorted(groups.items()):
        cell = sorted(
            (each for each in placed if _covers(each.fact.scope, scope)), key=lambda each: each.fact.start
        )
        reach = cell[0].fact.until
        for each in cell[1:]:
            fact = each.fact
            if reach is not None and fact.start > reach + ONE_DAY:
                what = f"{fact.parameter} is silent from {reach} to {fact.start}."
                yield Flaw(each.file, each.line, what, "Write unknown between.")
            reach = None if reach is None or fact.until is None else max(reach, fact.until)


def _covers(wider: Scope, scope: Scope) -> bool:
    """Whether a record for the wider group speaks for everybody in the other."""
    return all(axis in scope and _within(scope[axis], wanted) for axis, wanted in wider.items())


def _within(inner: Wanted, outer: Wanted) -> bool:
    if isinstance(inner, Span) or isinstance(outer, Span):
        return inner == outer
    return set(_tuple(inner)) <= set(_tuple(outer))


def _tuple(words: str | tuple[str, ...]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words


def distinct(placed: Iterable[Placed]) -> list[Placed]:
    """Records that succeed one another share day and scope; the day we learnt the later one tells their ids apart."""
    taken: set[str] = set()
    result: list[Placed] = []
    for each in sorted(placed, key=lambda one: (one.fact.known_since, one.file, one.line)):
        fact = each.fact
        known = fact.id if fact.id not in taken else f"{fact.id}/known {fact.known_since}"
        taken.add(known)
        result.append(each if known == fact.id else replace(each, fact=replace(fact, id=known)))
    return result
