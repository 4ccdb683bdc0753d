"""The records areas are built from, and the answers a lookup gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from jiexu.values.errors import ValueFault

Sureness = Literal["high", "medium", "low"]
"""How well a record is founded; the same words as everywhere in the policy files."""


class Level(StrEnum):
    """Level of an administrative division. A municipality is a province."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"

    @property
    def rank(self) -> int:
        """0 for a province, 2 for a county."""
        return (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY).index(self)


class PoolStatus(StrEnum):
    """Whether a pooling area is known as one, taken as one by the rule of thumb, or in doubt."""

    SURE = "sure"
    ASSUMED = "assumed"
    UNKNOWN = "unknown"


class UnknownAreaError(ValueFault):
    """No pooling area has this code. Write a code from the list of areas, or the name of the place."""


@dataclass(frozen=True, slots=True)
class Division:
    """One division code over one period (GB/T 2260): the key is code *and* period, codes are reused.

    ``from_year`` is inclusive, ``until_year`` exclusive (None while in force); the source knows years only, so
    in a year of change both sides may be meant. ``parent`` is the code of the prefecture, of the province where
    there is no prefecture between, or empty for a province. ``successors`` are the codes that took it over,
    its own code where only the name changed. ``pinyin`` has one toneless syllable a character, ü as v.
    """

    code: str
    name: str
    short_name: str
    level: Level
    parent: str
    from_year: int
    until_year: int | None = None
    successors: tuple[str, ...] = ()
    pinyin: str = ""
    english: str = ""

    @property
    def name_en(self) -> str:
        """Usual English name, else the short name's pinyin in one word: Qujing, Xi'an."""
        first, *others = self.pinyin.split()[: len(self.short_name)] or [""]
        joined = first + "".join(f"'{part}" if part[0] in "aeo" else part for part in others)
        return self.english or joined.replace("v", "u").capitalize()

    @property
    def initials(self) -> str:
        """First letters of the short name's pinyin: qj."""
        return "".join(part[0] for part in self.pinyin.split()[: len(self.short_name)])

    @property
    def province(self) -> str:
        """Code of the province it lies in."""
        return self.code[:2] + "0000"

    def is_past(self, year: int | None) -> bool:
        """Whether it had ended in a year, the year of its end included. None means now."""
        return self.until_year is not None and (year is None or self.until_year <= year)

    def in_force(self, year: int | None) -> bool:
        """Whether it may be meant in a year; years of change count on both sides. None means now."""
        if year is None:
            return self.until_year is None
        return self.from_year <= year and (self.until_year is None or year <= self.until_year)


@dataclass(frozen=True, slots=True)
class Pool:
    """A pooling area (统筹地区) over a period: first day inclusive, ``until`` exclusive, None = not known.

    ``code`` is its code in the medical-insurance system (admdvs); ``division`` its GB/T 2260 code, None for
    funds that GB/T 2260 does not know. ``province`` is None for the corps, which every count lists apart.
    ``source`` names a source of ``policy/areas/pools.yaml``.
    """

    code: str
    division: str | None
    province: str | None
    kind: str
    name: str
    short_name: str
    name_en: str
    source: str
    confidence: Sureness
    status: PoolStatus
    since: date | None = None
    until: date | None = None
    names: tuple[str, ...] = ()

    def in_force(self, on: date | None) -> bool:
        """Whether it pools on a day; None means as far as the map reaches."""
        if on is None:
            return self.until is None
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class PoolDefault:
    """What counts as a pooling area where no record says otherwise."""

    level: Level
    source: str
    confidence: Sureness
    status: PoolStatus


@dataclass(frozen=True, slots=True)
class Several:
    """Other pooling areas that insure people where ``pool`` does, and the text of the question that decides."""

    pool: str
    also: tuple[str, ...]
    question: str
    since: date | None = None
    until: date | None = None

    def in_force(self, on: date | None) -> bool:
        """Whether it holds on a day; None means as far as the map reaches."""
        if on is None:
            return self.until is None
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class PoolMap:
    """Everything known about pooling, beside the divisions themselves.

    ``began`` is the year pooling began: what ended before it never competes with a place that exists.
    ``no_pool`` are provinces outside these schemes. ``names_that_ask`` are short names where the prefecture
    must not win over the district. ``other_names`` are pairs of a further name and a division code.
    """

    began: int
    pools: tuple[Pool, ...] = ()
    defaults: tuple[PoolDefault, ...] = ()
    several: tuple[Several, ...] = ()
    no_pool: frozenset[str] = frozenset()
    names_that_ask: frozenset[str] = frozenset()
    other_names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """One pooling area that may be meant, and the division that leads there (None for a fund named itself)."""

    pool: Pool
    via: Division | None

    @property
    def key(self) -> tuple[str, str]:
        """What makes two matches the same: pool and division code."""
        return (self.pool.code, self.via.code if self.via else "")


@dataclass(frozen=True, slots=True)
class Found:
    """Exactly one pooling area is meant. ``note`` is a key of ``texts/areas.yaml``, or None.

    Notes: ``renamed`` (an old name or code was followed), ``year_of_change`` (the year asked about is the year
    of a change, of which no day is known), ``code_decides`` (others insure people here too; the code chose),
    ``namesakes`` (a district or county elsewhere is called so too; the higher level was taken).
    """

    pool: Pool
    via: Division | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Several pooling areas may be meant; ``question_key`` names the question in ``texts/areas.yaml``.

    An answer is given by writing the chosen pool's code.
    """

    question_key: str
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class NotFound:
    """Nothing by that name. ``reason`` is a key of ``texts/areas.yaml``; suggestions are guesses, best first."""

    reason: str
    suggestions: tuple[Match, ...] = ()


Lookup = Found | Ask | NotFound
