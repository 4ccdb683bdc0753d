"""The demonstration's clock: the next working day, carried out under the worker role while the web itself only reads."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from jiexu.usecases import demonstration
from jiexu.usecases.node import open_node
from jiexu.web.desk import url_of

_one_at_a_time = threading.Lock()


def can_move() -> bool:
    """Whether this process knows the data folder in which a day's seals are kept."""
    return "JIEXU_DATA" in os.environ


def next_day() -> bool:
    """Carry the demonstration one working day further; False where somebody else is doing so now.

    Raises ValueError on a node without a demonstration.
    """
    if not _one_at_a_time.acquire(blocking=False):
        return False
    try:
        node = open_node(url_of("worker"))
        try:
            demonstration.next_day(node, data=Path(os.environ["JIEXU_DATA"]))
        finally:
            node.store.close()
    finally:
        _one_at_a_time.release()
    return True
