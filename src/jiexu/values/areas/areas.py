"""Which pooling area a person means: codes, names old and new, pinyin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from jiexu.values.areas.pooling import Pooling, make_pooling
from jiexu.values.areas.records import (
    Ask,
    Division,
    Found,
    Level,
    Lookup,
    Match,
    NotFound,
    Pool,
    PoolMap,
    UnknownAreaError,
)
from jiexu.values.areas.words import LONGEST, Words, is_latin, make_words, normalised

_CODE = re.compile(r"[0-9]{6}")
_MOST_SUGGESTIONS = 8
_SHORTEST_HEAD = {
    True: 4,
    False: 2,
}  # letters of pinyin, or characters, that can stand for a province or prefecture


@dataclass(frozen=True, slots=True)
class Areas:
    """All divisions and pooling areas, ready for lookups. Immutable; make it with ``make_areas``."""

    pooling: Pooling
    words: Words
    began: int
    names_that_ask: frozenset[str]
    funds: Mapping[str, str]

    def find(self, text: str, on: date | None = None, *, written_on: date | None = None) -> Lookup:
        """The pooling area a text means on a day (None: as far as the data reach).

        ``on`` is the day the answer is for, usually of application: it picks the pooling map (R-004).
        ``written_on`` is the day a stored code or name was written down: codes are reused, so an old record
        is read by its own date. Never guesses: what fits several pooling areas is asked.
        """
        key = normalised(text)
        if not key:
            return NotFound("empty")
        if len(key) > LONGEST:
            return NotFound("too_long")
        if key.isdecimal():
            return self._by_code(key, on, written_on)
        return self._by_name(key, on, written_on)

    def pool(self, code: str, on: date | None = None) -> Pool:
        """The pool with this code on a day; its newest record where none is in force then.

        Raises UnknownAreaError where no pool ever had the code.
        """
        known = self.pooling.pools.get(code)
        if not known:
            sentence = "No pooling area has the code {area}. Write a code from the list of areas, or a name."
            raise UnknownAreaError("unknown_area", sentence, area=code[:LONGEST])
        return self.pooling.pool_on(code, on) or known[-1]

    def pools(self, on: date | None = None) -> tuple[Pool, ...]:
        """All pooling areas in force on a day, by code."""
        return tuple(self.pooling.in_force(on))

    def province_of(self, pool: Pool) -> Division | None:
        """The province a pool lies in; None for the corps."""
        return self.pooling.rows[pool.province][-1] if pool.province else None

    def divisions(self) -> tuple[Division, ...]:
        """Every row, by code and first year."""
        return tuple(row for same in self.pooling.rows.values() for row in same)

    def same_pool(self, a: str, b: str, on: date | None = None) -> bool | None:
        """Whether two codes of pools or divisions belong to one pool on a day (R-001); None where it takes a question."""
        pools = []
        for code in (a, b):
            found = self._by_code(code, on, None)
            if not isinstance(found, Found):
                return None
            pools.append(found.pool.code)
        return pools[0] == pools[1]

    def _by_code(self, key: str, on: date | None, written_on: date | None) -> Lookup:
        pool = self.pooling.pool_on(key, on)
        if pool is not None and written_on is None:
            division = self.pooling.division_of(pool)
            return Found(pool, division, "code_decides" if self.pooling.rules(pool, on) else None)
        if not _CODE.fullmatch(key):
            return NotFound("not_six_digits")
        rows = self.pooling.rows.get(key, ())
        if not rows:
            return NotFound("unknown_code", self._suggested(self._province_rows(key), on))
        day = written_on or on
        return self._answer(self._of_the_time(rows, day, written=written_on is not None, old=rows), on)

    def _by_name(self, key: str, on: date | None, written_on: date | None) -> Lookup:
        if key in self.funds and (fund := self.pooling.pool_on(self.funds[key], on)):
            return Found(fund, self.pooling.division_of(fund))
        rows = self._named(key)
        if not rows:
            return NotFound("unknown_name", self._suggestions(key, on))
        meant = self._meant(rows, key, written_on or on, written=written_on is not None)
        answer = self._answer(meant, on)
        if isinstance(answer, Found) and answer.note is None and self._has_namesakes(answer.pool, rows, on):
            return replace(answer, note="namesakes")
        return answer

    def _province_rows(self, key: str) -> list[Division]:
        """For a code nobody knows: the prefecture or province its first digits stand for."""
        return [
            *self.pooling.rows.get(key[:4] + "00", ())[-1:],
            *self.pooling.rows.get(key[:2] + "0000", ())[-1:],
        ]

    def _named(self, key: str) -> list[Division]:
        """Divisions a text names: alone, or as the last of 'province prefecture county'."""
        rows = self.words.spoken(key)
        if rows:
            return list(rows)
        for end in range(len(key) - 1, _SHORTEST_HEAD[is_latin(key)] - 1, -1):
            heads = [row for row in self.words.spoken(key[:end]) if row.level is not Level.COUNTY]
            inside = [row for row in self._named(key[end:]) if self._lies_in(row, heads)] if heads else []
            if inside:
                return inside
        return []

    def _lies_in(self, row: Division, heads: list[Division]) -> bool:
        """Whether a division, or what it became, belongs to one of the heads of a higher level."""
        above = {
            code
            for place in (row, *self.pooling.places(row, None))
            for code in (place.code, place.parent, place.province)
        }
        higher = [head for head in heads if head.level.rank < row.level.rank]
        now = {place.code for head in higher for place in (head, *self.pooling.places(head, None))}
        return bool(above & now)

    def _meant(self, rows: list[Division], key: str, day: date | None, *, written: bool) -> list[Division]:
        """Of rows with the same name: those of the time, and the highest level unless the name must ask."""
        old = tuple(row for row in rows if row.level is Level.PREFECTURE or self._lingers(row, rows, key))
        meant = self._of_the_time(rows, day, written=written, old=old)
        if key in self.names_that_ask:
            return meant
        year = day.year if day else None
        live = [row.level.rank for row in meant if row.in_force(year)]
        if not live or min(live) == Level.COUNTY.rank:
            return meant
        return [row for row in meant if row.level.rank == min(live) and row.in_force(year)]

    def _has_namesakes(self, pool: Pool, rows: list[Division], on: date | None) -> bool:
        """Whether a place of the day with the same name lies in another pool."""
        year = on.year if on else None
        live = (row for row in rows if row.in_force(year))
        return any(match.pool.code != pool.code for row in live for match in self.pooling.matches(row, on))

    def _lingers(self, row: Division, rows: list[Division], key: str) -> bool:
        """Whether an ended county may still be meant: written in full, and not simply the same place of today."""
        if is_latin(key) or key != normalised(row.name):
            return False
        return not any(place in rows for place in self.pooling.places(row, None))

    def _of_the_time(
        self, rows: Iterable[Division], day: date | None, *, written: bool, old: tuple[Division, ...]
    ) -> list[Division]:
        """Rows in force on a day, and the ``old`` ones a person may still mean by the same name or code.

        A dated text means what it meant then. Where nothing was in force, the ones that ended last are meant.
        """
        rows = list(rows)
        year = day.year if day else None
        live = [row for row in rows if row.in_force(year)]
        if live:
            recent = [row for row in old if row not in live and (row.until_year or 0) > self.began]
            return live if written else live + recent
        ended = [row.until_year for row in rows if row.until_year is not None]
        return [row for row in rows if not ended or row.until_year == max(ended)]

    def _answer(self, meant: list[Division], on: date | None) -> Lookup:
        if on is not None and on.year < self.began:
            return NotFound("not_yet")
        found: dict[tuple[str, str], Match] = {}
        for row in meant:
            for match in self.pooling.matches(row, on):
                found.setdefault(match.key, match)
        if not found:
            outside = any(self.pooling.is_outside(row) for row in meant)
            return NotFound("no_pool" if outside else "not_yet")
        matches = tuple(found.values())
        if len({match.pool.code for match in matches}) > 1:
            return Ask(self._question(meant, matches, on), matches)
        return Found(matches[0].pool, meant[0], _note(meant[0], on))

    def _question(self, meant: list[Division], matches: tuple[Match, ...], on: date | None) -> str:
        if len(meant) == 1 and meant[0].level is Level.PROVINCE:
            return "which_pool_of_province"
        rules = self.pooling.rules(matches[0].pool, on)
        if rules and {match.pool.code for match in matches} <= {rules[0].pool, *rules[0].also}:
            return rules[0].question
        past = [row for row in meant if row.is_past(on.year if on else None)]
        split = any(len({match.pool.code for match in self.pooling.matches(row, on)}) > 1 for row in past)
        return "which_county" if split else "which_place"

    def _suggestions(self, key: str, on: date | None) -> tuple[Match, ...]:
        """Places that resemble a text; for an address too long for us, the place its beginning names."""
        beginnings = (self._named(key[:end]) for end in range(len(key) - 1, 1, -1))
        beginning = next((rows for rows in beginnings if rows), [])
        near = self.words.resembling(key)
        return self._suggested([*near, *(row for row in beginning if row.until_year is None)], on)

    def _suggested(self, rows: Iterable[Division], on: date | None) -> tuple[Match, ...]:
        found = {match.key: match for row in rows for match in self.pooling.matches(row, on)}
        return tuple(found.values())[:_MOST_SUGGESTIONS]


def _note(row: Division, on: date | None) -> str | None:
    if on is not None and on.year in {row.from_year, row.until_year}:
        return "year_of_change"
    return "renamed" if row.is_past(on.year if on else None) else None


def make_areas(*, divisions: Iterable[Division], known: PoolMap) -> Areas:
    """Build the index from rows; reads nothing itself."""
    rows = tuple(divisions)
    pooling = make_pooling(rows, known)
    funds = {
        normalised(name): pool.code
        for pool in known.pools
        for name in (*pool.names, *(() if pool.division else (pool.name, pool.short_name, pool.name_en)))
    }
    return Areas(
        pooling=pooling,
        words=make_words(rows, known.other_names),
        began=known.began,
        names_that_ask=frozenset(normalised(name) for name in known.names_that_ask),
        funds=funds,
    )
