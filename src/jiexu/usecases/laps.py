"""Where the time of a run goes: seconds by the name of what was done."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Laps(defaultdict[str, float]):
    """Seconds of wall clock by name; the same name adds up."""

    def __init__(self) -> None:
        super().__init__(float)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Count what is done inside to ``name``, also when it ends in an error."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self[name] += time.perf_counter() - began

    def as_json(self) -> dict[str, float]:
        """Longest first, to the millisecond."""
        return {name: round(self[name], 3) for name in sorted(self, key=self.__getitem__, reverse=True)}
