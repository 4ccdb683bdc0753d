"""The loop that tells people of their cases: beside the pages while they are served, or by ``jiexu work messages``."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from threading import Event, Thread

import structlog

from jiexu.usecases import messages
from jiexu.usecases.demonstration import clock
from jiexu.usecases.messages import Told
from jiexu.usecases.node import Node, open_node
from jiexu.usecases.senders import senders

SECONDS = 30
"""Between two rounds."""
log = structlog.get_logger()


def one_round(node: Node, told: Callable[[Node], Told], *, today: date) -> dict[str, int]:
    """Write down what is to be sent and send what is due; what came of it. ``today``: where the node keeps no day of its own."""
    day, now = clock(node) or today, messages.now_utc()
    new = messages.fill(node, today=day, now=now)
    return {
        "new": new,
        **messages.deliver(node, senders(os.environ), told(node), today=day, now=now),
    }


def beside(
    url: str,
    told: Callable[[Node], Told],
    *,
    today: Callable[[], date],
    ended: Event | None = None,
    seconds: float = SECONDS,
) -> Thread | None:
    """Rounds in a thread of this process, under the role of ``url``, until ``ended`` or the process is; None without channels.

    What stops a round, a database that went away for one, is said in the log and tried again at the next.
    """
    channels = sorted(each.value for each in senders(os.environ))
    if not channels:
        return None
    until = ended or Event()

    def rounds() -> None:
        while True:
            try:
                node = open_node(url)
                try:
                    found = one_round(node, told, today=today())
                finally:
                    node.store.close()
                if any(found.values()):
                    log.info("messages_round", **found)
            except Exception as error:  # noqa: BLE001  a loop that ended at one message would tell nobody anything any more
                # Its kind alone: what an error quotes may be somebody's.
                log.warning("messages_waiting", reason=type(error).__name__)
            if until.wait(seconds):
                return

    log.info("messages_loop", every_seconds=seconds, channels=channels)
    thread = Thread(target=rounds, name="messages", daemon=True)
    thread.start()
    return thread
