"""From a division to the pooling area that insures its people, on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jiexu.values.areas.records import Division, Level, Match, Pool, PoolDefault, PoolMap, Several


@dataclass(frozen=True, slots=True)
class Pooling:
    """Divisions by code, pooling areas by code, and how one leads to the other."""

    rows: Mapping[str, tuple[Division, ...]]
    below: Mapping[str, tuple[Division, ...]]
    pools: Mapping[str, tuple[Pool, ...]]
    several: Mapping[str, tuple[Several, ...]]
    inside: Mapping[str, tuple[str, ...]]
    no_pool: frozenset[str]

    def pool_on(self, code: str, on: date | None) -> Pool | None:
        """The record of a pool in force on a day."""
        return next((pool for pool in self.pools.get(code, ()) if pool.in_force(on)), None)

    def places(self, row: Division, on: date | None) -> list[Division]:
        """The divisions that are today what this one was: itself while in force, else its successors.

        A prefecture that was split is answered by the counties below it, because only they decide.
        """
        return self._followed(row, None if on is None else on.year, frozenset())

    def _followed(self, row: Division, year: int | None, seen: frozenset[Division]) -> list[Division]:
        if row.until_year is None or not row.is_past(year) or row in seen:
            return [row]
        heirs = [heir for code in row.successors if (heir := self._heir(code, row.until_year))]
        if row.level is Level.PREFECTURE and len(heirs) > 1:
            heirs = [c for c in self.below.get(row.code, ()) if c.until_year == row.until_year] or heirs
        return [end for heir in heirs for end in self._followed(heir, year, seen | {row})]

    def _heir(self, code: str, year: int) -> Division | None:
        """The row of a successor in the year it took over."""
        fitting = [
            row
            for row in self.rows.get(code, ())
            if row.from_year <= year and (row.until_year or year + 1) > year
        ]
        return max(fitting, key=lambda row: row.from_year, default=None)

    def own_pool(self, row: Division, on: date | None) -> Pool | None:
        """The pool of a division itself; None for a province that is not one pool, and outside these schemes."""
        for code in (row.code, row.parent, row.province):
            pool = self.pool_on(code, on)
            if pool is not None:
                return pool
        return None

    def is_outside(self, row: Division) -> bool:
        """Whether it lies where these schemes do not hold."""
        return row.province in self.no_pool

    def matches(self, row: Division, on: date | None) -> list[Match]:
        """Every pool that may insure people of a division, with the places that lead to it, each pair once.

        A province that is not one pool gives all of its pools.
        """
        found: dict[tuple[str, str], Match] = {}
        for place in self.places(row, on):
            for match in self._matches_of_place(place, on):
                found.setdefault(match.key, match)
        return list(found.values())

    def _matches_of_place(self, place: Division, on: date | None) -> list[Match]:
        pool = self.own_pool(place, on)
        if pool is not None:
            return self._with_others(Match(pool, place), on)
        return self._matches_inside(place, on)

    def _matches_inside(self, province: Division, on: date | None) -> list[Match]:
        """Every pool of a province once, then those from elsewhere that insure people in it."""
        pools = [pool for code in self.inside.get(province.code, ()) if (pool := self.pool_on(code, on))]
        own = {pool.code: Match(pool, self.division_of(pool)) for pool in pools}
        for match in list(own.values()):
            for other in self._with_others(match, on):
                own.setdefault(other.pool.code, other)
        return list(own.values())

    def _with_others(self, match: Match, on: date | None) -> list[Match]:
        others = [self.pool_on(code, on) for rule in self.rules(match.pool, on) for code in rule.also]
        return [match, *(Match(pool, match.via) for pool in others if pool is not None)]

    def rules(self, pool: Pool, on: date | None) -> list[Several]:
        """What else insures people where this pool does."""
        return [rule for rule in self.several.get(pool.code, ()) if rule.in_force(on)]

    def division_of(self, pool: Pool) -> Division | None:
        """The newest division a pool is named after."""
        return self.rows[pool.division][-1] if pool.division else None

    def in_force(self, on: date | None) -> list[Pool]:
        """All pools on a day, by code."""
        return [pool for code in self.pools if (pool := self.pool_on(code, on))]


def make_pooling(divisions: Iterable[Division], known: PoolMap) -> Pooling:
    """Index the divisions and add the pools that follow from the rule of thumb."""
    rows: defaultdict[str, list[Division]] = defaultdict(list)
    below: defaultdict[str, list[Division]] = defaultdict(list)
    for row in sorted(divisions, key=lambda row: (row.code, row.from_year)):
        rows[row.code].append(row)
        below[row.parent].append(row)
    pools: defaultdict[str, list[Pool]] = defaultdict(list)
    for pool in known.pools:
        pools[pool.code].append(pool)
    whole_provinces = {
        pool.code: pool for pool in known.pools if pool.code.endswith("0000") and pool.division
    }
    for default in known.defaults:
        for same in list(rows.values()):
            pool_by_default = _by_default(same, default, known, whole_provinces)
            if pool_by_default and pool_by_default.code not in pools:
                pools[pool_by_default.code].append(pool_by_default)
    several: defaultdict[str, list[Several]] = defaultdict(list)
    for rule in known.several:
        several[rule.pool].append(rule)
    inside: defaultdict[str, list[str]] = defaultdict(list)
    for code in sorted(pools):
        inside[pools[code][-1].province or ""].append(code)
    return Pooling(
        rows={code: tuple(same) for code, same in rows.items()},
        below={code: tuple(same) for code, same in below.items()},
        pools={code: tuple(pools[code]) for code in sorted(pools)},
        inside={code: tuple(names) for code, names in inside.items()},
        several={code: tuple(same) for code, same in several.items()},
        no_pool=known.no_pool,
    )


def _by_default(
    same: list[Division], default: PoolDefault, known: PoolMap, whole_provinces: Mapping[str, Pool]
) -> Pool | None:
    """The assumed pool of a code, as long as its province is not one pool; None where there is none."""
    last = same[-1]
    first = _first_of_run(same)
    stands_alone = last.level is Level.PREFECTURE or (
        last.level is Level.COUNTY and last.parent == last.province
    )
    if (
        last.level is not default.level
        or not stands_alone
        or (last.until_year or known.began + 1) <= known.began
    ):
        return None
    until = date(last.until_year + 1, 1, 1) if last.until_year else None
    province = whole_provinces.get(last.province)
    if province is not None:
        if province.since is None:
            return None
        until = min(until or province.since, province.since)
    return Pool(
        code=last.code,
        division=last.code,
        province=last.province,
        kind=last.level.value,
        name=last.name,
        short_name=last.short_name,
        name_en=last.name_en,
        source=default.source,
        confidence=default.confidence,
        status=default.status,
        since=date(first.from_year, 1, 1) if first.from_year > known.began else None,
        until=until,
    )


def _first_of_run(same: list[Division]) -> Division:
    """The oldest row of a code that leads without a pause to its newest: a reused code starts anew."""
    first = same[-1]
    for row in reversed(same[:-1]):
        if row.until_year != first.from_year or row.level is not first.level:
            break
        first = row
    return first
