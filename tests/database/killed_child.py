"""Runs a plan in children that may be killed. A process of its own, started by ``test_killed.py``.

It loads everything once and then forks: each child is a fresh process that has never opened a connection, is told
by ``JIEXU_DIE_AT`` when to die by SIGKILL, and costs milliseconds instead of a second.
Reads one JSON object a line (``url``, ``people``, ``seals``, ``environment``, maybe ``processes``) and answers with the child's exit
status, negative for a signal. A child that stopped itself is answered with ``stopped``; any line lets it go on.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from prove_cast import plan

from jiexu.gateways.policyfiles import areas as area_files
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.usecases import delivery
from jiexu.usecases.node import open_node
from jiexu.usecases.running import go
from jiexu.usecases.seals import writer


def child(asked: dict[str, Any]) -> None:
    """The command itself: open the node, run to the end."""
    os.environ.update(asked["environment"])
    node = open_node(asked["url"])
    whole = plan(tuple(asked["people"]), writer(Path(asked["seals"])))
    progress = go(node, replace(whole, processes=asked.get("processes", 1)))
    if progress.exceptions:
        raise RuntimeError(f"cases stood alone: {progress.exceptions}")
    node.store.close()


def start(asked: dict[str, Any]) -> int:
    """A child at work; its process id."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            child(asked)
            status = 0
        except BaseException:  # noqa: BLE001 - a child never returns into the parent's loop
            traceback.print_exc()
        finally:
            os._exit(status)
    return pid


def became(pid: int) -> str:
    """``stopped``, or the exit status of a child that is no more."""
    _, status = os.waitpid(pid, os.WUNTRACED)
    return "stopped" if os.WIFSTOPPED(status) else str(os.waitstatus_to_exitcode(status))


def main() -> None:
    area_files.areas(), working_days(), shipped_policy()
    # A few cases fill several pages of a round, so that a kill between two of them is met too.
    delivery.LONGEST_BUNDLE, delivery.HEADS_AT_ONCE = 2, 5
    for line in sys.stdin:
        pid = start(json.loads(line))
        while (answer := became(pid)) == "stopped":
            print(answer, flush=True)  # noqa: T201 - the answer
            sys.stdin.readline()
            os.kill(pid, signal.SIGCONT)
        print(answer, flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
