"""Claims run against one change after another in forks of one process that has read everything already.

Loaded by ``mutate_rules.py`` into pytest (``-p mutate_plugin``), which collects the claims as always. Then, in a fork,
each claim runs once and says which changed functions it comes through; then each change gets a fork of its own, in which
the claims that come through its function run, the quickest first, until one fails. A fork costs some ten milliseconds,
a process of its own would cost seconds. What was worked out while modules are imported is not worked out again.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from _pytest.runner import runtestprotocol
from mutmut.state import state

TASK = "JIEXU_MUTATE"
"""Names a file: the Unix time after which no change is begun, and the changes; beside it (``.done``) the outcomes."""
MOST = "JIEXU_MUTATE_MOST"
"""How many changes at most."""
CHILDREN = "JIEXU_MUTATE_CHILDREN"
"""How many changes are looked at side by side."""
MUTANT = "MUTANT_UNDER_TEST"
LONGEST = 120
"""Seconds of work for all claims about one change; what takes longer has not ended."""
KILLED, SURVIVED, UNTOUCHED = "killed", "survived", "no claim"
MOST_MEMORY = 4 * 2**30

Answer = TypeVar("Answer")
Came = Mapping[str, list[tuple[float, str]]]
"""By function, the claims that come through it, with the seconds each takes."""


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Instead of the usual run. Writes each outcome as soon as it is known, so that a run can be taken up again."""
    if session.testsfailed:
        raise session.Interrupted("the claims could not be collected")
    task = Path(os.environ[TASK])
    ends, changes = json.loads(task.read_text(encoding="utf-8"))
    done = task.with_suffix(".done")
    known = {json.loads(line)[0] for line in done.read_text("utf-8").splitlines()} if done.exists() else set()
    items = {item.nodeid: item for item in session.items}
    os.environ[MUTANT] = ""
    if failed(session.items[0]):  # what the first claim loads, such as the policy, no fork has to load again
        raise session.Interrupted("the first claim does not hold as things are; mend that first")
    gc.collect()
    gc.freeze()
    came = in_a_fork(lambda: came_through(session.items))
    if came is None:
        raise session.Interrupted("a claim does not hold as things are; mend that first")
    quickest = sorted({claim for claims in came.values() for claim in claims})[:500]
    if one("", [items[name] for _, name in quickest])[0] != SURVIVED:
        raise session.Interrupted("a claim fails in a fork though nothing is changed")
    asked = [change for change in changes[: int(os.environ[MOST])] if change not in known]
    children = [share_of(asked, first, ends, came, items, done) for first in range(int(os.environ[CHILDREN]))]
    if any(os.waitpid(child, 0)[1] for child in children):
        raise session.Interrupted("a child did not come to its end")
    return True


def share_of(
    asked: Sequence[str], first: int, ends: float, came: Came, items: Mapping[str, pytest.Item], done: Path
) -> int:
    """Looks at every so-manieth change in a process of its own, whose number it gives."""
    if child := os.fork():
        return child
    status = 1
    try:
        with done.open("a", encoding="utf-8") as told:
            for change in asked[first :: int(os.environ[CHILDREN])]:
                if time.time() > ends:
                    break
                print(json.dumps(look_at(change, came, items)), file=told, flush=True)
        status = 0
    finally:
        os._exit(status)


def look_at(change: str, came: Came, items: Mapping[str, pytest.Item]) -> tuple[str, str, float, str]:
    """The change, what became of it, the seconds that took, and the claim that noticed it."""
    began = time.monotonic()
    claims = came.get(function_of(change), [])
    outcome, by = one(change, [items[name] for _, name in sorted(claims)])
    for place, (_, name) in enumerate(claims):
        if name == by:  # what noticed one change of a function may well notice the next
            claims[place] = (-began, name)
    return change, outcome, round(time.monotonic() - began, 2), by


def function_of(change: str) -> str:
    """The function a change is in, as mutmut names it when it is called."""
    return change.rpartition("__mutmut_")[0]


def came_through(items: Iterable[pytest.Item]) -> Came | None:
    """Runs every claim once on the code as it is; None where one fails."""
    os.environ[MUTANT] = "stats"
    came: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for item in items:
        state()._stats.clear()  # noqa: SLF001  # mutmut offers no other way
        began = time.perf_counter()
        if failed(item):
            print(f"{item.nodeid} fails without any change", file=sys.stderr)
            return None
        seconds = time.perf_counter() - began
        for function in state()._stats:  # noqa: SLF001
            came[function].append((seconds, item.nodeid))
    return dict(came)


def failed(item: pytest.Item) -> bool:
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def in_a_fork(work: Callable[[], Answer]) -> Answer:
    """The answer of a function that leaves no trace here. Raises EOFError where it never answered."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        with os.fdopen(writing, "wb") as told:
            pickle.dump(work(), told)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as heard:
        answer: Answer = pickle.load(heard)  # noqa: S301  # our own child wrote it
    os.waitpid(child, 0)
    return answer


def one(change: str, claims: list[pytest.Item]) -> tuple[str, str]:
    """What becomes of one change, and the claim that noticed it."""
    if not claims:
        return UNTOUCHED, ""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.environ[MUTANT] = change
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        try:
            by = next(filter(failed, claims), None)
            os.write(writing, by.nodeid.encode() if by else b"")
            os._exit(by is not None)
        except BaseException:  # noqa: BLE001  # even what pytest itself dies of
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as heard:
        by_whom = heard.read().decode()
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return "timeout", ""
    return SURVIVED if code == 0 else KILLED, by_whom
