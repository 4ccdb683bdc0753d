"""Where a run spends its time, function by function, waiting for the server with it.

Such a run is never the one that is timed: the profiler makes small calls dearer than they are.
"""

from __future__ import annotations

import pstats
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHOWN = 25
"""Functions that are told, dearest first."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one function used itself, without what it called: seconds, its share of the whole, and how often it ran."""

    function: str
    seconds: float
    share: float
    calls: int


def profiler(file: Path) -> list[str]:
    """What stands before the module on a command line, so that its profile is written to a file."""
    return [sys.executable, "-m", "cProfile", "-o", str(file)]


def spent(file: Path) -> list[Spent]:
    """The dearest functions of a profile."""
    ordered = sorted(_functions(file), key=lambda each: each.seconds, reverse=True)
    whole = sum(each.seconds for each in ordered)
    return [Spent(each.function, each.seconds, each.seconds / whole, each.calls) for each in ordered[:SHOWN]]


def _functions(file: Path) -> Iterator[Spent]:
    for (source, line, name), (_, calls, seconds, _, _) in pstats.Stats(str(file)).stats.items():  # type: ignore[attr-defined]
        yield Spent(_named(source, line, name), seconds, 0.0, calls)


def _named(source: str, line: int, name: str) -> str:
    """``store/bulk.py:71 insert``: a place below the package, or below where packages lie; built-in ones by name."""
    for beginning in ("/jiexu/", "/site-packages/", "/python3."):
        if beginning in source:
            return f"{source.rpartition(beginning)[2]}:{line} {name}"
    return name if source == "~" else f"{source}:{line} {name}"
