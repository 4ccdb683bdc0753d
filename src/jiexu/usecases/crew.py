"""Processes that share the steps of a run: each does the work of its own agencies, over a connection of its own.

Everything a file, a person or a journal needs belongs to one agency, so no two processes meet on a row, and what each
does is the same in whatever order they are quick. The first process asks for a step, does its own part, and waits for
the others before it asks for the next.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import traceback
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import psycopg

from jiexu.store.db import Store, StoreGoneError
from jiexu.store.files import FileCache
from jiexu.usecases.node import Node

ENOUGH_TO_SHARE = 1000
"""Cases from which other processes are worth their start."""
MOST_PROCESSES = 8
END_WITH_PARENT = 1
"""PR_SET_PDEATHSIG: the signal a process gets when the one that made it is gone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a process did of a step: how many pieces of work changed something, how many steps of files, what failed."""

    changed: int
    steps: int
    failed: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why a process could not go on. ``gone``: the database went away."""

    said: str
    gone: bool


class CrewError(RuntimeError):
    """A process that shares the work ended early. What it committed stands; the same command goes on from there."""


Help = Callable[[Node, int, Iterator[Any]], Iterator[Answer]]
"""Does a part of the work: the node with its share, the number of the part, and the places it is asked to work at."""


def processes_for(cases: int) -> int:
    """How many processes share a run of so many cases: one for each core where there is much to do."""
    if sys.platform != "linux" or cases < ENOUGH_TO_SHARE:
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def share_of(agencies: Sequence[str], part: int, parts: int) -> tuple[str, ...]:
    """The agencies of one of so many processes: by their codes alone, so that an agency never changes hands."""
    return tuple(code for code in agencies if zlib.crc32(code.encode()) % parts == part)


class Crew:
    """The other processes of a run; none where it has one part."""

    def __init__(self, node: Node, parts: int, help_: Help) -> None:
        self.node = node
        self.members: dict[int, tuple[BaseProcess, Connection]] = {}
        self.asked: list[int] = []
        context = multiprocessing.get_context("fork") if parts > 1 else None
        for part in range(1, parts):
            assert context is not None  # noqa: S101  there is more than one part
            ours, theirs = context.Pipe()
            not_theirs = [*(pipe for _, pipe in self.members.values()), ours]
            arguments = node, part, parts, help_, theirs, not_theirs, os.getpid()
            process = context.Process(target=_member, args=arguments, daemon=True)
            process.start()
            theirs.close()
            self.members[part] = process, ours
        if parts > 1:
            node.share = share_of(node.hosted, 0, parts)

    def ask(self, place: object, past: Collection[int]) -> None:
        """Let all begin to work at a place, but for those who have done it."""
        self.asked = [part for part in self.members if part not in past]
        for part in self.asked:
            try:
                self.members[part][1].send(place)
            except OSError:
                raise _ended_early(part) from None

    def answers(self) -> list[Answer]:
        """What each of them did, once all are done. Raises CrewError, or StoreGoneError where the database went away."""
        return [self._answer(part) for part in self.asked]

    def _answer(self, part: int) -> Answer:
        try:
            answer = self.members[part][1].recv()
        except EOFError:
            raise _ended_early(part) from None
        if isinstance(answer, _Trouble):
            raise (StoreGoneError if answer.gone else CrewError)(answer.said)
        assert isinstance(answer, Answer)  # noqa: S101  nothing else is sent
        return answer

    def end(self) -> None:
        """Let them go; whoever still works, because this process met with an error, is stopped in the middle."""
        for process, pipe in self.members.values():
            if sys.exc_info()[0] is not None:
                process.terminate()
            pipe.close()
            process.join()
        self.node.share = None


def _ended_early(part: int) -> CrewError:
    return CrewError(
        f"Process {part} of this run ended early; what it committed stands. Run the same command again."
    )


def _member(
    node: Node,
    part: int,
    parts: int,
    help_: Help,
    pipe: Connection,
    not_ours: Sequence[Connection],
    parent: int,
) -> None:  # pragma: no cover - runs in a process of its own
    """The life of another process: its share, its own connection, a step at a time until nobody asks any more."""
    _end_with(parent)
    for each in not_ours:
        each.close()
    parents = node.store  # kept, never used: closing it here would end the parent's session
    node.store = Store(parents.url)
    node.files, node.share = FileCache(), share_of(node.hosted, part, parts)
    try:
        for answer in help_(node, part, _asked(pipe)):
            pipe.send(answer)
    except (StoreGoneError, psycopg.OperationalError) as error:
        pipe.send(_Trouble(str(error), gone=True))
    except Exception as error:  # noqa: BLE001 - told to the process that asked, which stops the run
        traceback.print_exc()
        pipe.send(_Trouble(f"{type(error).__name__} in process {part} of this run: {error}", gone=False))
    node.store.close()


def _asked(pipe: Connection) -> Iterator[object]:
    while True:
        try:
            yield pipe.recv()
        except EOFError:
            return


def _end_with(parent: int) -> None:
    """Die with the process that asks, however it dies; an interruption at the terminal is for that one to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
