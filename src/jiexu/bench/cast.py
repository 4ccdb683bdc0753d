"""Who is measured: invented people over the whole country, drawn from a seed, and the files they come in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from jiexu.bench.trouble import BenchTroubleError
from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.tables import Application, applications, events, people, write_rows
from jiexu.gateways.tables.columns import Column
from jiexu.simulation import sample
from jiexu.simulation.sample_mix import STRAIGHT_THROUGH, Mix
from jiexu.usecases.applications import ApplicationIn
from jiexu.usecases.intake import application_in

AREAS, PAIRS = 300, 5000
"""How many pooling areas, and pairs of them, ten thousand cases meet at least. Fewer cases meet fewer."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The files of one measurement, and what is in them. ``events`` is None where nothing happens on the way."""

    seed: int
    cases: int
    day: date
    people: Path
    applications: Path
    events: Path | None
    areas: int
    pairs: int


@dataclass(slots=True)
class _Met:
    """Which pairs of areas and which persons the applications name."""

    pairs: set[tuple[str, str]] = field(default_factory=set)
    persons: set[tuple[str, str]] = field(default_factory=set)

    def passing(self, rows: Iterable[Application]) -> Iterator[Application]:
        """The same rows, counted on their way."""
        for row in rows:
            self.pairs.add((row.origin, row.destination))
            self.persons.add((row.document.kind, row.document.number))
            yield row


def make_cast(*, seed: int, cases: int, mixed: bool, folder: Path) -> Cast:
    """Write people and applications of a seed: all straight-through, or with ``mixed`` of every kind, with its events.

    Raises BenchTroubleError where two straight-through applications name one person, or too few areas or pairs are met.
    """
    folder.mkdir(exist_ok=True)
    setting = _setting(seed, Mix() if mixed else STRAIGHT_THROUGH)
    known, asked, happens = (folder / f"{name}.csv" for name in ("people", "applications", "events"))
    met = _Met()
    _write(known, sample.people(setting, count=cases), people.COLUMNS)
    _write(asked, met.passing(sample.applications(setting, count=cases)), applications.COLUMNS)
    if mixed:
        _write(happens, sample.events(setting, count=cases), events.COLUMNS)
    cast = Cast(
        seed, cases, setting.on, known, asked, happens if mixed else None,
        areas=len({area for pair in met.pairs for area in pair}), pairs=len(met.pairs),
    )  # fmt: skip
    if not mixed:
        _check(cast, persons=len(met.persons))
    return cast


def applications_of(cast: Cast, *, count: int) -> list[ApplicationIn]:
    """The first applications of a straight-through cast, as a desk takes them one by one."""
    rows = sample.applications(straight_setting(cast.seed), count=count)
    return [application_in(row, today=cast.day) for row in rows]


def straight_lives(seed: int) -> Iterator[sample.Life]:
    """The straight-through lives of a seed, without end."""
    return sample.lives(straight_setting(seed))


def straight_setting(seed: int) -> sample.Setting:
    """The setting of straight-through lives."""
    return _setting(seed, STRAIGHT_THROUGH)


def _setting(seed: int, mix: Mix) -> sample.Setting:
    return sample.Setting(seed=seed, on=sample.FIRST_DAY, areas=areas(), calendar=working_days(), mix=mix)


def _write(file: Path, rows: Iterable[Any], columns: Sequence[Column]) -> None:
    write_rows(file, (row.cells() for row in rows), columns=columns)


def _check(cast: Cast, *, persons: int) -> None:
    if persons != cast.cases:
        raise BenchTroubleError("persons_repeat", cases=cast.cases, persons=persons, seed=cast.seed)
    needed_areas, needed_pairs = min(AREAS, cast.cases), min(PAIRS, cast.cases // 2)
    if cast.areas < needed_areas or cast.pairs < needed_pairs:
        raise BenchTroubleError(
            "too_narrow",
            areas=cast.areas,
            pairs=cast.pairs,
            needed_areas=needed_areas,
            needed_pairs=needed_pairs,
        )
