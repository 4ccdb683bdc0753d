"""``jiexu bench transfer``: ten thousand cases against what the server itself can do, part by part."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from jiexu.bench import baseline, counts, floor, interactive
from jiexu.bench.baseline import Baseline
from jiexu.bench.cast import Cast, applications_of, make_cast
from jiexu.bench.counts import Counted
from jiexu.bench.floor import Floor
from jiexu.bench.ground import Difference, Ground, ground_of
from jiexu.bench.interactive import Interactive
from jiexu.bench.machine import described
from jiexu.bench.profile import Spent
from jiexu.bench.run import Run, load, profiled, run
from jiexu.bench.server import Server
from jiexu.gateways.postgres.roles import Connections

CASES, REPEAT, SINGLE = 10_000, 3, 200
MORE = 10
"""How many times as many cases the run for memory has."""

Tell = Callable[[str, dict[str, object]], None]
"""Is told what goes on: a key of ``texts/bench.yaml`` and its data."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured. ``single``: how many cases one at a time.

    ``memory``: also a run of ten times as many cases; ``profile``: also one under the profiler.
    """

    seed: int
    cases: int = CASES
    mixed: bool = False
    repeat: int = REPEAT
    single: int = SINGLE
    memory: bool = False
    profile: bool = False
    baseline_seconds: int = baseline.SECONDS
    baseline_scale: int = baseline.SCALE

    @property
    def is_trial(self) -> bool:
        """Whether less is measured than a number to be quoted needs."""
        usual = (CASES, REPEAT, baseline.SECONDS, baseline.SCALE)
        return (self.cases, self.repeat, self.baseline_seconds, self.baseline_scale) != usual


@dataclass(frozen=True, slots=True)
class Pair:
    """One run between two runs of pgbench."""

    run: Run
    before: Baseline
    after: Baseline

    @property
    def baseline(self) -> Baseline:
        """The higher one, which makes our share smaller."""
        return max(self.before, self.after, key=lambda each: each.tpcb_per_second)

    @property
    def ratio(self) -> float:
        """Our cases a second for each TPC-B transaction a second."""
        return self.run.cases_per_second / self.baseline.tpcb_per_second


@dataclass(slots=True)
class Measured:
    """Everything that was measured, in the order it was. What is None or empty was not."""

    wanted: Wanted
    cast: Cast
    machine: dict[str, str | int | float]
    pairs: list[Pair] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)
    off: list[Difference] = field(default_factory=list)
    floor: Floor | None = None
    single: Interactive | None = None
    many: Run | None = None
    profile: list[Spent] = field(default_factory=list)

    @property
    def middle(self) -> Pair:
        """The pair with the median ratio; of an even number the lower one of the middle two."""
        ratio = statistics.median_low(pair.ratio for pair in self.pairs)
        return next(pair for pair in self.pairs if pair.ratio == ratio)


def measure(server: Server, wanted: Wanted, tell: Tell) -> Measured:
    """Measure on a server. Raises UnevenGroundError or BenchTroubleError where a number would mean nothing."""
    tell("making_cast", {"cases": wanted.cases, "seed": wanted.seed})
    cast = make_cast(seed=wanted.seed, cases=wanted.cases, mixed=wanted.mixed, folder=server.folder / "cast")
    measured = Measured(wanted, cast, described(server))
    bench = _Bench(server, wanted, tell, ground_of(server))
    bench.compare(measured)
    bench.look_beside(measured)
    return measured


@dataclass(slots=True)
class _Bench:
    """The parts of one measurement, on one server and against one ground."""

    server: Server
    wanted: Wanted
    tell: Tell
    ground: Ground

    def compare(self, measured: Measured) -> None:
        """Our runs, each between two of pgbench; counts and floor from the last one's rows."""
        loaded, repeat = self._loaded(measured.cast), self.wanted.repeat
        before = self._baseline()
        for number in range(1, repeat + 1):
            self.tell("running", {"number": number, "repeat": repeat, "cases": measured.cast.cases})
            with self._copy(loaded, f"run {number}") as database:
                made = run(self.server, measured.cast, database)
                self.ground.check_database(database, when=f"run {number}, after")
                after = self._baseline()
                measured.pairs.append(Pair(made, before, after))
                before = after
                if not self.wanted.mixed:
                    self._count(measured, database, loaded)
                    if number == repeat:
                        self._floor(measured, database, loaded)
        self._single(measured, loaded)
        self._profile(measured, loaded)
        self.server.drop(loaded)

    def look_beside(self, measured: Measured) -> None:
        """The run for memory, with more cases than the others."""
        if not self.wanted.memory:
            return
        cases = MORE * self.wanted.cases
        self.tell("remembering", {"cases": cases})
        folder = self.server.folder / "cast"
        cast = make_cast(seed=self.wanted.seed, cases=cases, mixed=self.wanted.mixed, folder=folder)
        loaded = self._loaded(cast)
        measured.many = run(self.server, cast, loaded)
        self.server.drop(loaded)

    def _loaded(self, cast: Cast) -> Connections:
        self.tell("loading", {"cases": cast.cases})
        return load(self.server, cast)

    def _baseline(self) -> Baseline:
        self.tell("baseline", {"seconds": self.wanted.baseline_seconds, "scale": self.wanted.baseline_scale})
        made = baseline.measure(
            self.server, seconds=self.wanted.baseline_seconds, scale=self.wanted.baseline_scale
        )
        self.ground.check_session(made.session, when="pgbench")
        return made

    @contextmanager
    def _copy(self, loaded: Connections, name: str) -> Iterator[Connections]:
        """A database of its own in which only the people stand."""
        database = self.server.new(name.replace(" ", "_"), like=loaded)
        try:
            self.ground.check_database(database, when=f"{name}, before")
            yield database
        finally:
            self.server.drop(database)

    def _count(self, measured: Measured, database: Connections, loaded: Connections) -> None:
        size = counts.size_of(loaded, cases=measured.cast.cases)
        measured.counted = counts.count(database, size)
        measured.off += counts.off(measured.counted)

    def _floor(self, measured: Measured, database: Connections, loaded: Connections) -> None:
        if not floor.may_measure(self.server):
            return
        self.tell("flooring", {})
        since = measured.pairs[-1].run.since
        folder = self.server.folder / "floor"
        measured.floor = floor.measure(self.server, run=database, loaded=loaded, since=since, folder=folder)

    def _single(self, measured: Measured, loaded: Connections) -> None:
        if not self.wanted.single or self.wanted.mixed:
            return
        self.tell("single", {"cases": self.wanted.single})
        asked = applications_of(measured.cast, count=min(self.wanted.single, measured.cast.cases))
        with self._copy(loaded, "single") as database:
            measured.single = interactive.measure(
                database.worker, asked, day=measured.cast.day, folder=self.server.folder
            )
            counts.check_ended(database)

    def _profile(self, measured: Measured, loaded: Connections) -> None:
        if not self.wanted.profile:
            return
        self.tell("profiling", {"cases": measured.cast.cases})
        with self._copy(loaded, "profile") as database:
            measured.profile = profiled(self.server, measured.cast, database)
