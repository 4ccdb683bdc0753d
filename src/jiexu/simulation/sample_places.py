"""Where sampled people lived: every pooling area in turn, written the way people write places."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date

from jiexu.simulation.sample_month_mix import CAPITAL_SHARE, Direction
from jiexu.values.areas import Areas, Ask, Found, Pool, PoolStatus, UnknownAreaError

GUANGDONG, JIANGSU = "440000", "320000"


class Places:
    """Deals pooling areas so that each comes once before any comes again.

    ``in_doubt``: also those of which it is unknown whether they pool by themselves.
    """

    def __init__(self, areas: Areas, *, on: date, seed: str, in_doubt: bool = True) -> None:
        self._areas, self._on = areas, on
        self._random = random.Random(f"{seed} places")  # noqa: S311  # invented people, nothing secret
        self._pools = tuple(
            pool for pool in areas.pools(on) if in_doubt or pool.status is not PoolStatus.UNKNOWN
        )
        self._inside: dict[str, list[Pool]] = defaultdict(list)
        for pool in self._pools:
            self._inside[pool.province or pool.code].append(pool)
        self._counties: dict[str, list[str]] = defaultdict(list)
        for division in areas.divisions():
            if division.until_year is None and division.parent:
                self._counties[division.parent].append(division.name)
        self._left: list[Pool] = []

    def next(self) -> Pool:
        """The next pooling area of the round."""
        if not self._left:
            self._left = list(self._pools)
            self._random.shuffle(self._left)
        return self._left.pop()

    def next_with_neighbour(self) -> tuple[Pool, Pool]:
        """The next one that shares its province with others, and one of them. The skipped keep their turn."""
        skipped: list[Pool] = []
        while True:
            pool = self.next()
            others = [other for other in self._inside[pool.province or pool.code] if other.code != pool.code]
            if others and pool.province not in {GUANGDONG, JIANGSU}:
                self._left += skipped
                return pool, self._random.choice(others)
            skipped.append(pool)

    def pair_inside(self, province: str) -> tuple[Pool, Pool]:
        """Two pooling areas of one province."""
        one, other = self._random.sample(self._inside[province], 2)
        return one, other

    def away_from(self, *pools: Pool) -> Pool:
        """A pooling area in none of these provinces."""
        provinces = {pool.province for pool in pools}
        return self._random.choice([pool for pool in self._pools if pool.province not in provinces])

    def written(self, pool: Pool) -> str:
        """A pooling area as somebody writes it: name, short name, pinyin, a county, or the code.

        Only what means exactly this area is written; the code always does.
        """
        county = self._random.choice(self._counties[pool.code] or [pool.name])
        ways = [
            pool.name,
            pool.name,
            pool.short_name,
            pool.name_en.lower(),
            pool.short_name + county,
            pool.code,
        ]
        way = self._random.choice(ways)
        found = self._areas.find(way, self._on)
        return way if isinstance(found, Found) and found.pool.code == pool.code else pool.code

    def county_of(self, pool: Pool) -> str:
        """A county of a pooling area, or the area itself."""
        for _ in range(5):
            way = pool.short_name + self._random.choice(self._counties[pool.code] or [pool.name])
            found = self._areas.find(way, self._on)
            if isinstance(found, Found) and found.pool.code == pool.code:
                return way
        return pool.code


class ProvincePlaces(Places):
    """The pooling areas of one province, or one pooling area alone, and all the others around it."""

    def __init__(self, areas: Areas, *, code: str, on: date, seed: str) -> None:
        """Raises UnknownAreaError where the code is neither of a province nor of a pooling area on that day."""
        super().__init__(areas, on=on, seed=seed)
        self.here = [pool for pool in self._pools if code in {pool.province, pool.code}]
        if not self.here:
            raise UnknownAreaError(
                "no_province_or_pool",
                "{area} is the code neither of a province nor of a pooling area; write one such as 510000 or 510100.",
                area=code,
            )
        codes = {pool.code for pool in self.here}
        self._around = [pool for pool in self._pools if pool.code not in codes]
        self._weights = [CAPITAL_SHARE if pool.code.endswith("0100") else 1 for pool in self.here]

    def one(self) -> Pool:
        """One inside; its capital more often than another."""
        return self._random.choices(self.here, self._weights)[0]

    def pair(self, direction: Direction) -> tuple[Pool, Pool]:
        """Origin and destination. Where there is only one pooling area, nobody moves inside it: they leave."""
        if direction is Direction.INSIDE and len(self.here) > 1:
            origin = self.one()
            return origin, self._random.choice([pool for pool in self.here if pool.code != origin.code])
        outside = self._random.choice(self._around)
        return (outside, self.one()) if direction is Direction.IN else (self.one(), outside)


class Unsure:
    """How a pooling area is written so that nobody knows which one is meant."""

    def __init__(self, areas: Areas, *, on: date) -> None:
        self._areas, self._on = areas, on
        self._by_code: dict[str, tuple[str, ...]] = {}
        for division in areas.divisions():
            asked = areas.find(division.short_name, on) if division.until_year is None else None
            if isinstance(asked, Ask):
                for match in asked.matches:
                    known = self._by_code.get(match.pool.code, ())
                    self._by_code[match.pool.code] = (*known, division.short_name)

    def ways(self, text: str) -> tuple[str, ...]:
        """Ways to write the area a text means that fit others as well: its province alone, a district many have."""
        found = self._areas.find(text, self._on)
        return self._by_code.get(found.pool.code, ()) if isinstance(found, Found) else ()
