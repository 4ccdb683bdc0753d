"""Opens the node's database for one command: to write in it alone, or to look beside what runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from jiexu.cli.common import process_environment, sentences, show_progress, tell
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.postgres.node import reading, writing
from jiexu.gateways.postgres.roles import Connections, outside_url
from jiexu.gateways.postgres.trouble import NodeTroubleError


@contextmanager
def at_work(*, folder: DataFolder, doing: str) -> Iterator[Connections]:
    """The prepared database for a command that writes, Django ready; ``doing`` is one word, such as ``run``.

    Ends the command with the sentence for it where the folder is in use (a running node included) or the
    database does not come up. The server is stopped afterwards.
    """
    with (
        sentences(folder),
        writing(folder=folder, doing=doing, environment=os.environ, tell=tell) as connections,
    ):
        prepare(folder=folder, connections=connections)
        yield connections


@contextmanager
def looking(*, folder: DataFolder) -> Iterator[Connections]:
    """The database for a command that only reads, Django ready: beside a running node, else started for it."""
    with sentences(folder), reading(folder=folder, environment=os.environ, tell=tell) as connections:
        check_tables(folder=folder, connections=connections, must_be_there=True)
        at_hand(folder, connections)
        ready_django(folder=folder, connections=connections)
        yield connections


def ready_django(*, folder: DataFolder, connections: Connections) -> None:
    """Makes Django usable in this process on these connections."""
    os.environ.update(process_environment(folder=folder, connections=connections))
    import django  # noqa: PLC0415 - must not be loaded before its environment stands
    import structlog  # noqa: PLC0415 - only commands that work on cases write logs

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    django.setup()


def prepare(*, folder: DataFolder, connections: Connections, keys_behind: bool = False) -> None:
    """Brings tables, areas, policy and demonstration up to date: quick where they are.

    ``keys_behind``: a change of node keys that was cut short is about to be ended.
    """
    check_tables(folder=folder, connections=connections, must_be_there=False)
    at_hand(folder, connections, clear=True, behind=keys_behind)
    ready_django(folder=folder, connections=connections)
    from jiexu.usecases.node import prepare as whole  # noqa: PLC0415 - Django is ready only now

    whole(progress=show_progress)


def at_hand(
    folder: DataFolder, connections: Connections, *, clear: bool = False, behind: bool = False
) -> None:
    """Makes the node's keys this process's, as ``node_keys.at_hand`` does."""
    from jiexu.cli import node_keys  # noqa: PLC0415 - brings psycopg and ciphers, which would make ``jiexu --version`` slow

    node_keys.at_hand(folder=folder, connections=connections, clear=clear, behind=behind)


def check_tables(*, folder: DataFolder, connections: Connections, must_be_there: bool) -> None:
    """Raises NodeTroubleError where the tables are not those this version works with, or asked for and not there."""
    from jiexu.store import schema  # noqa: PLC0415 - brings psycopg, which would make ``jiexu --version`` slow

    made_with = schema.noted(connections.owner)
    outside = outside_url(os.environ) is not None
    place = "DATABASE_URL" if outside else folder.path
    if made_with is None:
        if must_be_there:
            raise NodeTroubleError("nothing_here", place=place)
    elif not schema.fits(made_with, schema.shipped()):
        raise NodeTroubleError("other_tables_outside" if outside else "other_tables", place=place)
