"""What commands that work on cases share: the opened node, its clock, its seals, and numbers as people read them."""

from __future__ import annotations

import errno
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TextIO

import click
import psycopg

from jiexu.cli.common import Refused, lang, text
from jiexu.cli.opened import at_work, looking
from jiexu.cli.params import Day as Day  # noqa: PLC0414  # offered here as well
from jiexu.cli.params import today as today  # noqa: PLC0414  # offered here as well
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.postgres.roles import Connections
from jiexu.gateways.postgres.server import last_words
from jiexu.gateways.tables.cells import Context
from jiexu.gateways.tables.faults import FaultyRow, TableError
from jiexu.store.db import StoreGoneError
from jiexu.texts import catalogue, say
from jiexu.usecases.node import Node, open_node
from jiexu.usecases.trial import takes_synthetic
from jiexu.values.errors import ValueFault

SHOWN_FAULTS = 20
SYNTHETIC = "citizen_synthetic"
"""The fault of a number that is one of invented people only."""
PEOPLE = "JIEXU_PEOPLE"
"""Set to ``invented``, it says so of the people of a node that nobody declared."""
OBJECTS_BEFORE_A_LOOK = 100_000
"""New objects before the youngest are looked through; a wave makes a few times as many."""


def word(key: str, /, **data: object) -> str:
    """A sentence of ``texts/transfer.yaml`` in the language of this run."""
    return say(lang(), f"transfer.{key}", **data)


@contextmanager
def working(folder: DataFolder, doing: str) -> Iterator[Node]:
    """The node opened to write, alone in its folder, as the worker: loops, whole files, messages and keys."""
    with connected(folder, doing) as roles, opened(roles.worker) as node:
        look_for_garbage_rarely()
        yield node


def look_for_garbage_rarely() -> None:
    """Records refer to nothing that refers back to them: looking for circles among them was an eighth of a run's time."""
    gc.freeze()
    gc.set_threshold(OBJECTS_BEFORE_A_LOOK, 50, 1000)


@contextmanager
def at_desk(folder: DataFolder, doing: str) -> Iterator[Node]:
    """The node opened to write as the desk: a person or clerk acts, and signs nothing."""
    with connected(folder, doing) as roles, opened(roles.desk) as node:
        yield node


@contextmanager
def reading(folder: DataFolder) -> Iterator[Node]:
    """The node opened to read as the worker, beside whatever runs."""
    with gone_in_a_sentence(folder), looking(folder=folder) as roles, opened(roles.worker) as node:
        yield node


@contextmanager
def seen_from_desk(folder: DataFolder) -> Iterator[Node]:
    """The node opened to read as the desk, beside whatever runs."""
    with gone_in_a_sentence(folder), looking(folder=folder) as roles, opened(roles.desk) as node:
        yield node


@contextmanager
def connected(folder: DataFolder, doing: str) -> Iterator[Connections]:
    """The database to write in, alone in its folder, under whichever role the command chooses."""
    with gone_in_a_sentence(folder), at_work(folder=folder, doing=doing) as roles:
        yield roles


@contextmanager
def opened(url: str) -> Iterator[Node]:
    """The node under the role of ``url``."""
    node = open_node(url)
    try:
        yield node
    finally:
        node.store.close()


@contextmanager
def gone_in_a_sentence(folder: DataFolder) -> Iterator[None]:
    """A server that went away ends the command with its sentence; where a full disk was why, with that one."""
    try:
        yield
    except (StoreGoneError, psycopg.OperationalError) as error:
        # Without a state of its own, or with one of class 57 (operator intervention), the connection was lost.
        if not (getattr(error, "sqlstate", None) or "57P01").startswith("57"):
            raise
        if os.strerror(errno.ENOSPC) in last_words(folder.logs / "postgres.log"):
            raise Refused(text("disk_full", folder=folder.path)) from None
        raise click.ClickException(word("database_gone", reason=str(error).strip())) from None


def context(node: Node, on: date) -> Context:
    """What rows of files are read against: invented people are accepted where there are no others."""
    return Context(
        areas=node.areas,
        today=on,
        demonstration=takes_synthetic(node, said=os.environ.get(PEOPLE) == "invented"),
    )


def agency_of(node: Node, text: str, on: date) -> str:
    """The agency a place name or code means; its area may not be in doubt."""
    with file_faults():
        return Context(areas=node.areas, today=on).area(text, on)


@contextmanager
def file_faults() -> Iterator[None]:
    """A file that cannot be used as a whole ends the command with its sentence; nothing of it was taken."""
    try:
        yield
    except (TableError, ValueFault) as error:
        cure = f" {word('people_are_real')}" if getattr(error, "code", "") == SYNTHETIC else ""
        raise click.ClickException(_sentence(error) + cure) from None


def _sentence(error: TableError | ValueFault) -> str:
    """What is wrong, in the language of this run where its sentence stands in a catalogue."""
    if isinstance(error, TableError):
        return error.sentence(lang())
    for topic in ("exchange", "errors"):
        if error.code in catalogue(topic):
            return say(lang(), f"{topic}.{error.code}", **error.data)
    return str(error)


def show_unread(headers: tuple[str, ...]) -> None:
    """Columns of a file that were not read, so that nobody thinks they were."""
    click.echo(word("columns_unread", columns="、".join(headers)), err=True)


class FaultTeller:
    """Tells of faulty rows as they come: the first faults in words, every row as a line of JSON in ``lines``."""

    def __init__(self, lines: TextIO | None = None) -> None:
        self.lines, self.rows, self.faults = lines, 0, 0
        self.is_synthetic = False

    def add(self, row: FaultyRow) -> None:
        """Tell of a row and keep it."""
        self.tell(row)
        if self.lines is not None:
            faults = [fault.as_json(lang()) for fault in row.faults]
            kept = {"row": row.row, "outcome": "not_read", "faults": faults}
            self.lines.write(json.dumps(kept, ensure_ascii=False) + "\n")

    def tell(self, row: FaultyRow) -> None:
        """Tell of a row in words."""
        for fault in row.faults[: max(0, SHOWN_FAULTS - self.faults)]:
            click.echo(fault.sentence(lang()), err=True)
        self.faults += len(row.faults)
        self.is_synthetic |= any(fault.code == SYNTHETIC for fault in row.faults)
        self.rows += 1

    def end(self, where: str) -> None:
        """Say how many were not written out, and ``where`` they are."""
        if self.faults > SHOWN_FAULTS:
            click.echo(word("more_faults", count=self.faults - SHOWN_FAULTS, where=where), err=True)
        if self.is_synthetic:
            click.echo(word("people_are_real"), err=True)


def seal_writer(folder: DataFolder) -> Callable[[Sequence[dict[str, object]]], None]:
    """Writes seals beside the database, not into it; each is on disk before the journal counts as sealed."""
    from jiexu.usecases.seals import writer  # noqa: PLC0415  # opens a file only where something is sealed

    return writer(folder.path / "seals.jsonl")


class Bar:
    """A line that tells how far a run is; redrawn on a terminal, silent elsewhere until the end."""

    def __init__(self, total: int) -> None:
        self.total, self.shown = total, ""

    def show(self, sentence: str) -> None:
        if sys.stderr.isatty() and sentence != self.shown:
            click.echo(f"\r\x1b[K{sentence}", err=True, nl=False)
            self.shown = sentence

    def end(self) -> None:
        if self.shown:
            click.echo("", err=True)
