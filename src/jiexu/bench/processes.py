"""Processes and what they used: seconds, processor time, memory."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from jiexu.bench.trouble import BenchTroubleError
from jiexu.gateways.postgres.server import last_words

MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
"""What ``ru_maxrss`` counts in."""
TRIES = 50
NOT_OURS = ("JIEXU_DIE_AT", "JIEXU_TRANSACTION_LOG", "JIEXU_DATA")
"""Variables a child never inherits: the hooks of the kill tests, and another node's folder."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A child that ended well. Seconds from start to exit; processor seconds and peak memory with its own children's.

    ``peak_bytes`` is None where it cannot be told from that of this process, which a child starts as a copy of.
    """

    seconds: float
    processor_seconds: float
    peak_bytes: int | None


def run_child(command: Sequence[str], *, environment: Mapping[str, str], log: Path) -> Ended:
    """Run a program to its end, its words going to a log. Raises BenchTroubleError where it fails."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with log.open("wb") as words:
        began = time.monotonic()
        came: list[int] = []
        # Asked to end while the child is being made, we would not know whom to end: that waits until the child is in hand.
        before = signal.signal(signal.SIGTERM, lambda number, _frame: came.append(number))
        try:
            child = subprocess.Popen(  # noqa: S603 - ourselves, and PostgreSQL's own programs
                command, env={**kept, **environment}, stdin=subprocess.DEVNULL, stdout=words, stderr=words
            )
        except BaseException:
            signal.signal(signal.SIGTERM, before)
            raise
        try:
            signal.signal(signal.SIGTERM, before)
            if came:
                signal.raise_signal(signal.SIGTERM)
            _, status, used = os.wait4(child.pid, 0)
        except BaseException:
            # Whoever ends us in the middle ends the child too, before its database goes.
            child.terminate()
            child.wait()
            raise
        seconds = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise BenchTroubleError(
            "child_failed",
            program=Path(command[0]).name,
            status=child.returncode,
            log=log,
            words=last_words(log),
        )
    peak = used.ru_maxrss * MAXRSS_BYTES if used.ru_maxrss > own else None
    return Ended(seconds, used.ru_utime + used.ru_stime, peak)


def postmaster(admin: str) -> int | None:
    """The first process of the server behind a connection, or None where it does not run on this machine."""
    with psycopg.connect(admin) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        try:
            parent = psutil.Process(row[0] if row else 0).parent()
        except psutil.Error:
            return None
        # A server elsewhere, or in a container, tells a number that is some stranger's here.
        return parent.pid if parent is not None and parent.name().startswith("postgres") else None


def processor_seconds(first: int | None) -> float | None:
    """Processor seconds the server has used since it started, or None where the system does not say.

    A server process that ended is counted by the first one, which waits for it; so the difference of two readings
    misses nobody, however short its life. Only Linux keeps that count.
    """
    if first is None or sys.platform != "linux":
        return None
    for _ in range(TRIES):
        try:
            parent = psutil.Process(first)
            children = parent.children()
            used = sum(sum(each.cpu_times()[:4]) for each in (parent, *children))
            if {each.pid for each in parent.children()} == {each.pid for each in children}:
                return float(used)
        except psutil.NoSuchProcess:
            continue
    return None
