"""How far a run is: cases, how many a second, how long it will take, and what went to exceptions."""

from __future__ import annotations

import time

from jiexu.cli.working import Bar, word
from jiexu.usecases.running import Progress

STEPS_OF_A_CASE = 12
"""Steps an ordinary case takes at both sides, from application to credited money: what the time left is guessed by."""
BETWEEN = 0.2
"""Seconds between two redrawings."""


class RunBar(Bar):
    """Redrawn on a terminal a few times a second, silent elsewhere."""

    def __init__(self, total: int) -> None:
        super().__init__(total)
        self.began = self.drawn = time.monotonic()

    def tell(self, progress: Progress) -> None:
        """Show where the run is."""
        now = time.monotonic()
        if now - self.drawn < BETWEEN:
            return
        self.drawn = now
        self.show(sentence(progress, self.total, now - self.began))


def sentence(progress: Progress, total: int, seconds: float) -> str:
    """Where a run is after some seconds. Waves take all cases a step further, so steps are what is counted in cases."""
    rate = progress.steps / STEPS_OF_A_CASE / seconds
    left = max(total - progress.steps / STEPS_OF_A_CASE, 0) / rate if rate else 0
    return word(
        "progress",
        day=progress.day,
        cases=progress.taken,
        total=total,
        rate=f"{rate:.0f}",
        left=f"{left // 60:.0f}:{left % 60:02.0f}",
        exceptions=len(progress.exceptions),
    )
