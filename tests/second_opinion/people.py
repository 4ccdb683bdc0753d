"""People made from a seed: the n-th person of a seed is always the same, alone or among a million."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

Month = tuple[int, int]
EMPLOYEE, RESIDENT = "310", "390"
GROUPS = ("man", "woman_55", "woman_50")
AREAS = (
    "110000", "310000", "320100", "320500", "321100", "330100", "330200", "350100", "350500", "370200",
    "410700", "420100", "430100", "440100", "440300", "460100", "460200", "510100", "530100", "530300",
    "620100", "630100", "640100", "650100", "660000",
)  # fmt: skip
"""Pooling areas of every way of treating money, places of one pool, and the two whose province is in doubt."""
FIRST_DAY, LAST_DAY = date(2016, 9, 1), date(2026, 11, 20)
"""Days of application: the oldest clock that is held, and the last that ends in announced years."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an account, in fen."""

    balance: int
    held: int
    movable: bool


@dataclass(frozen=True, slots=True)
class Person:
    """One person with one move.

    ``at_origin`` / ``at_destination``: words of ORIGIN and DESTINATION below. ``months``: area, month and how it
    counts. ``returns``: the month in which contributions are paid again at the destination.
    """

    number: int
    birth: date
    group: str
    origin: str
    destination: str
    from_scheme: str
    to_scheme: str
    applied: date
    at_origin: str
    at_destination: str
    stopped: date
    origin_year: int
    destination_year: int | None
    has_account: bool
    parts: tuple[Part, ...]
    months: tuple[tuple[str, Month, str], ...]
    handled_after: int
    seed: int

    def draws(self, rule: str) -> random.Random:
        """What more a rule wants to know of the person: the same whenever it is asked."""
        return random.Random(f"{self.seed}/{self.number}/{rule}")  # noqa: S311  # people for a test

    @property
    def sex(self) -> str:
        return "male" if self.group == "man" else "female"


ORIGIN = (
    "stopped",
    "stopped",
    "stopped",
    "stopped_today",
    "stops_tomorrow",
    "insured",
    "retired",
    "retired_and_insured",
)
DESTINATION = ("insured", "insured", "insured", "from_tomorrow", "stopped", "nobody", "retired")


def person(seed: int, number: int) -> Person:
    """The person of this number."""
    draw = random.Random(f"{seed}/{number}")  # noqa: S311  # people for a test
    origin = draw.choice(AREAS)
    destination = _nearby(origin, draw) if draw.random() < 0.4 else draw.choice(AREAS)
    from_scheme, to_scheme = (draw.choices((EMPLOYEE, RESIDENT), (3, 1))[0] for _ in range(2))
    applied = FIRST_DAY + timedelta(days=draw.randrange((LAST_DAY - FIRST_DAY).days + 1))
    between_residents = from_scheme == to_scheme == RESIDENT
    destination_year = applied.year + draw.choice((0, 0, 1)) if between_residents else None
    return Person(
        number=number,
        birth=date(draw.randint(1950, 2015), draw.randint(1, 12), draw.randint(1, 28)),
        group=draw.choice(GROUPS),
        origin=origin,
        destination=destination,
        from_scheme=from_scheme,
        to_scheme=to_scheme,
        applied=applied,
        at_origin=_state(draw, ORIGIN, from_scheme),
        at_destination=_state(draw, DESTINATION, to_scheme),
        stopped=applied - timedelta(days=draw.randint(1, 400)),
        origin_year=applied.year + draw.choice((-1, 0, 0, 1)),
        destination_year=destination_year,
        has_account=draw.random() < 0.9,
        parts=tuple(_part(draw) for _ in range(draw.choice((0, 1, 1, 2, 3)))),
        months=tuple(_months(draw, origin, destination)),
        handled_after=draw.randint(0, 30),
        seed=seed,
    )


def _state(draw: random.Random, states: tuple[str, ...], scheme: str) -> str:
    """Residents are never retired members (RET-04)."""
    return draw.choice([state for state in states if scheme == EMPLOYEE or "retired" not in state])


def _nearby(origin: str, draw: random.Random) -> str:
    return draw.choice([area for area in AREAS if area[:2] in {origin[:2], "66"}])


def _part(draw: random.Random) -> Part:
    balance = draw.choice((0, draw.randint(1, 900_000), draw.randint(1, 900_000), -draw.randint(1, 5_000)))
    held = draw.choice((0, 0, max(balance, 0) // 2))
    return Part(balance=balance, held=held, movable=draw.random() < 0.8)


def _months(draw: random.Random, *areas: str) -> list[tuple[str, Month, str]]:
    """Some stretches of months at the two places, which may overlap."""
    found = []
    for _ in range(draw.randint(0, 4)):
        area, kind = draw.choice(areas), draw.choice(("paid", "paid", "deemed", "resident"))
        start = draw.randrange(1995 * 12, 2026 * 12)
        stretch = range(start, start + draw.choice((1, 2, 11, 30)))
        found += [(area, (index // 12, index % 12 + 1), kind) for index in stretch]
    return found


Answers = tuple[dict[str, object], object, object]
"""The question, the second opinion's answer, the engine's answer."""
Compared = dict[str, Callable[[Person], Answers]]
