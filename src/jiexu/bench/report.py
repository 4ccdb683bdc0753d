"""What was measured: as JSON under names that stay, and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jiexu.bench.ground import UnevenGroundError
from jiexu.bench.run import Run
from jiexu.bench.step import StepCost
from jiexu.bench.transfer import Measured, Pair
from jiexu.bench.visits import Visited
from jiexu.bench.web import Waits
from jiexu.texts import Lang, say

MEBIBYTE = 2**20
NAMES = {"inbox": "page_inbox", "search": "page_search", "case": "page_case"}
"""What the pages that are measured are called."""


def as_json(measured: Measured) -> dict[str, Any]:
    """The whole measurement. Numbers that were not measured are null; docs/benchmarks.md says what each means."""
    middle = measured.middle
    run, cases = middle.run, measured.cast.cases
    return {
        "ratio": round(middle.ratio, 4),
        "cases_per_second": round(run.cases_per_second, 1),
        "tpcb_per_second": round(middle.baseline.tpcb_per_second, 1),
        "trial": measured.wanted.is_trial,
        "seed": measured.cast.seed,
        "cases": cases,
        "mixed": measured.wanted.mixed,
        "areas": measured.cast.areas,
        "pairs": measured.cast.pairs,
        "machine": measured.machine,
        "runs": [_pair(pair) for pair in measured.pairs],
        "processor_ms_per_case": _processor(run),
        "processor_ms_per_tpcb": _rounded(middle.baseline.processor_ms),
        "wal_bytes_per_case": round(run.used.wal_bytes / cases),
        "commits_per_case": round(run.used.commits / cases, 3),
        "fsyncs_per_case": round(run.used.wal_fsyncs / cases, 3),
        "phases": dict(run.phases),
        "outcomes": dict(run.outcomes),
        "counts": [
            {"name": each.name, "found": each.found, "expected": each.expected, "per_case": round(each.found / cases, 3)}
            for each in measured.counted
        ],
        "differences": [each.as_json() for each in measured.off],
        "floor": _floor(measured),
        "memory": _memory(measured),
        "interactive": None if measured.single is None else {
            "cases": measured.single.cases,
            "p50_ms": round(measured.single.p50_ms, 1),
            "p99_ms": round(measured.single.p99_ms, 1),
        },
        "profile": [
            {"function": each.function, "seconds": round(each.seconds, 3), "share": round(each.share, 4), "calls": each.calls}
            for each in measured.profile
        ],
    }  # fmt: skip


def step_json(cost: StepCost) -> dict[str, Any]:
    """What steps cost beside few and many stored cases."""
    return {
        "ratio": round(cost.ratio, 3),
        "seed": cost.wanted.seed,
        "wave": cost.wanted.wave,
        "rounds": cost.wanted.rounds,
        "machine": cost.machine,
        "few": cost.few.stored,
        "many": cost.many.stored,
        "few_ms": round(cost.few.whole_ms, 3),
        "many_ms": round(cost.many.whole_ms, 3),
        "steps": [_step(cost, name) for name in cost.steps],
        "scanned": [
            {
                "table": table,
                "few_rows": round(cost.few.scanned[table]),
                "many_rows": round(cost.many.scanned[table]),
            }
            for table in cost.growing
        ],
    }


def _step(cost: StepCost, name: str) -> dict[str, str | float | None]:
    few, many = cost.few.median_ms(name), cost.many.median_ms(name)
    ratio = round(many / few, 2) if few else None
    return {"name": name, "few_ms": round(few, 3), "many_ms": round(many, 3), "ratio": ratio}


def step_lines(cost: StepCost, lang: Lang) -> Iterator[str]:
    """The same for people."""
    told = step_json(cost)
    yield say(lang, "bench.step_head", **_only(told, "wave", "rounds", "seed"))
    yield say(lang, "bench.machine", **told["machine"])
    yield say(lang, "bench.step_ratio", **_only(told, "few", "many", "few_ms", "many_ms", "ratio"))
    yield say(lang, "bench.step_steps")
    yield from (
        f"  {each['few_ms']:10.3f} {each['many_ms']:10.3f} {each['ratio'] or '-':>6}  {each['name']}"
        for each in told["steps"]
    )
    if told["scanned"]:
        yield say(lang, "bench.step_scanned")
    yield from (
        f"  {each['few_rows']:10} {each['many_rows']:10}  {each['table']}" for each in told["scanned"]
    )


def web_json(waits: Waits) -> dict[str, Any]:
    """What ``--json`` prints: the ratio of the slowest page first."""
    wanted = waits.wanted
    return {
        "ratio": round(waits.ratio, 2),
        "trial": wanted.is_trial,
        "stored": wanted.stored,
        "waiting": waits.waiting,
        "clients": wanted.clients,
        "seconds": wanted.seconds,
        "seed": wanted.seed,
        "plain": [_visited(each) for each in waits.plain],
        "pages": {
            name: {"ratio": round(waits.ratio_of(name), 2), **_visited(each)}
            for name, each in waits.pages.items()
        },
        "machine": dict(waits.machine),
    }


def _visited(each: Visited) -> dict[str, float]:
    return {
        "p50_ms": round(each.percentile(50), 1),
        "p95_ms": round(each.percentile(95), 1),
        "per_second": round(each.per_second, 1),
        "bytes": each.page_bytes,
    }


def web_lines(waits: Waits, lang: Lang) -> Iterator[str]:
    """The same as people read it."""
    told = web_json(waits)
    yield say(lang, "bench.web_head", **_only(told, "stored", "waiting", "clients", "seconds"))
    yield say(lang, "bench.machine", **told["machine"])
    yield say(lang, "bench.web_ratio", **_only(told, "ratio"))
    if told["trial"]:
        yield say(lang, "bench.trial")
    first, last = told["plain"]
    yield say(lang, "bench.web_plain", **first)
    for name, each in told["pages"].items():
        yield say(lang, "bench.web_page", page=say(lang, f"bench.{NAMES[name]}"), **each)
    yield say(lang, "bench.web_plain", **last)


def uneven_json(uneven: UnevenGroundError, *, seed: int) -> dict[str, Any]:
    """What is said instead where the ground is not even: no ratio."""
    return {"seed": seed, "differences": [each.as_json() for each in uneven.differences]}


def _pair(pair: Pair) -> dict[str, float]:
    return {
        "ratio": round(pair.ratio, 4),
        "cases_per_second": round(pair.run.cases_per_second, 1),
        "run_seconds": round(pair.run.ended.seconds, 3),
        "checkpoint_seconds": round(pair.run.checkpoint_seconds, 3),
        "tpcb_before": round(pair.before.tpcb_per_second, 1),
        "tpcb_after": round(pair.after.tpcb_per_second, 1),
    }


def _processor(run: Run) -> dict[str, float | None]:
    ours, server = run.processor_ms
    return {
        "ours": _rounded(ours),
        "server": _rounded(server),
        "whole": None if server is None else _rounded(ours + server),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _floor(measured: Measured) -> dict[str, float] | None:
    """The share is that of the run whose rows were copied, with its CHECKPOINT, and without one for the floor."""
    floor = measured.floor
    if floor is None:
        return None
    return {
        "rows": floor.rows,
        "seconds": round(floor.seconds, 3),
        "checkpoint_seconds": round(floor.checkpoint_seconds, 3),
        "share": round(floor.seconds / measured.pairs[-1].run.seconds, 4),
    }


def _memory(measured: Measured) -> dict[str, float | None]:
    """Peak memory of the median run and of the one with more cases, and how much more that is, in hundredths."""
    few = measured.middle.run.ended.peak_bytes
    many = measured.many.ended.peak_bytes if measured.many else None
    return {
        "cases": measured.cast.cases,
        "peak_bytes": few,
        "more_cases": measured.many.cases if measured.many else None,
        "more_peak_bytes": many,
        "growth_percent": None if few is None or many is None else round(100 * (many / few - 1), 1),
    }


def lines(measured: Measured, lang: Lang) -> Iterator[str]:
    """The measurement as people read it: the ratio first, then what it is made of."""
    told = as_json(measured)

    def text(key: str, **data: object) -> str:
        known = {
            name: say(lang, "bench.not_measured") if value is None else value for name, value in data.items()
        }
        return say(lang, f"bench.{key}", **known)

    yield text("head_mixed" if told["mixed"] else "head", **_only(told, "cases", "seed", "areas", "pairs"))
    yield text("machine", **told["machine"])
    for number, each in enumerate(told["runs"], start=1):
        yield text("run", number=number, **each)
    yield text(
        "ratio", repeat=len(told["runs"]), **_only(told, "ratio", "cases_per_second", "tpcb_per_second")
    )
    if told["trial"]:
        yield text("trial")
    yield text("processor", tpcb=told["processor_ms_per_tpcb"], **told["processor_ms_per_case"])
    yield text("written", **_only(told, "wal_bytes_per_case", "commits_per_case", "fsyncs_per_case"))
    yield text("floor", **told["floor"]) if told["floor"] else text("floor_not")
    memory = _mebibytes(told["memory"])
    yield text("memory" if measured.many is None else "memory_more", **memory)
    if told["interactive"]:
        yield text("interactive", **told["interactive"])
    yield text("phases")
    yield from (f"  {seconds:10.3f}  {name}" for name, seconds in told["phases"].items())
    if told["profile"]:
        yield text("profile")
    yield from (f"  {each['share']:10.1%} {each['calls']:10}  {each['function']}" for each in told["profile"])
    yield text("counts" if told["counts"] else "counts_not")
    yield from (f"  {each['per_case']:10.3f}  {each['name']}" for each in told["counts"])
    yield from (each.sentence(lang) for each in measured.off)


def _only(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: told[name] for name in names}


def _mebibytes(memory: dict[str, float | None]) -> dict[str, float | None]:
    """Bytes as people count memory."""
    return {
        name: round(value / MEBIBYTE) if name.endswith("bytes") and value is not None else value
        for name, value in memory.items()
    }
