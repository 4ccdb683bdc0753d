"""The loop that erases papers whose day has come: beside the pages while they are served, or by ``jiexu work erase``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Event, Thread

import structlog

from jiexu.usecases import uploads
from jiexu.usecases.demonstration import clock
from jiexu.usecases.node import Node, open_node

SECONDS = 900
"""Between two rounds: a day begins once, and a page opens nothing whose day has come."""
log = structlog.get_logger()


def one_round(node: Node, *, today: date) -> int:
    """Erase what is due; how many papers. ``today``: where the node keeps no day of its own."""
    return uploads.erase_due(node, day=clock(node) or today)


def beside(
    url: str, *, today: Callable[[], date], ended: Event | None = None, seconds: float = SECONDS
) -> Thread:
    """Rounds in a thread of this process, under the role of ``url``, until ``ended`` or the process is.

    What stops a round, a database that went away for one, is said in the log and tried again at the next.
    """
    until = ended or Event()

    def rounds() -> None:
        while True:
            try:
                node = open_node(url)
                try:
                    if erased := one_round(node, today=today()):
                        log.info("papers_erased", papers=erased)
                finally:
                    node.store.close()
            except Exception as error:  # noqa: BLE001  a loop that ended would keep what was promised to be erased
                log.warning("erasing_waits", reason=type(error).__name__)
            if until.wait(seconds):
                return

    thread = Thread(target=rounds, name="erasing", daemon=True)
    thread.start()
    return thread
