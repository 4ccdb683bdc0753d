"""One case at a time, from the application to the credited money, by the use cases that ten thousand take."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jiexu.bench.run import REVIEWER
from jiexu.usecases.applications import ApplicationIn
from jiexu.usecases.node import open_node
from jiexu.usecases.running import Plan, go
from jiexu.usecases.seals import writer

DAYS = 60
"""Days a case may take: more than any straight-through one needs."""


@dataclass(frozen=True, slots=True)
class Interactive:
    """How long single cases took, in milliseconds, each on an otherwise idle node."""

    cases: int
    p50_ms: float
    p99_ms: float


def measure(url: str, asked: Sequence[ApplicationIn], *, day: date, folder: Path) -> Interactive:
    """Run applications one after another, each to its end."""
    node = open_node(url)
    try:
        took = []
        for number, application in enumerate(asked):
            plan = Plan(
                key=f"interactive-{number}", first=day, last=day + timedelta(days=DAYS), reviewer=REVIEWER,
                applications=[application], seals=writer(folder / "interactive.jsonl"),
            )  # fmt: skip
            began = time.perf_counter()
            go(node, plan)
            took.append(1000 * (time.perf_counter() - began))
    finally:
        node.store.close()
    took.sort()
    return Interactive(len(took), percentile(took, 50), percentile(took, 99))


def percentile(ordered: Sequence[float], share: int) -> float:
    """The smallest value that at least ``share`` percent of ordered values do not pass (nearest rank)."""
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]
