"""Opens the node's database for one command: to write in it alone, or to look beside what runs."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from jiexu.cli.common import process_environment, sentences, show_progress, tell
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.postgres.node import reading, writing
from jiexu.gateways.postgres.roles import Connections


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
        ready_django(folder=folder, connections=connections)
        yield connections


def ready_django(*, folder: DataFolder, connections: Connections) -> None:
    """Makes Django usable in this process on these connections."""
    os.environ.update(process_environment(folder=folder, connections=connections))
    import django  # noqa: PLC0415 - must not be loaded before its environment stands
    import structlog  # noqa: PLC0415 - only commands that work on cases write logs

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    django.setup()


def prepare(*, folder: DataFolder, connections: Connections) -> None:
    """Brings tables, areas, policy and demonstration up to date: quick where they are."""
    ready_django(folder=folder, connections=connections)
    # The seam: until the use case exists, tables are all there is to prepare.
    if importlib.util.find_spec("jiexu.usecases.node"):
        whole = getattr(importlib.import_module("jiexu.usecases.node"), "prepare", None)
        if whole is not None:
            whole(progress=show_progress)
            return
    from django.core.management import call_command  # noqa: PLC0415 - Django is ready only now

    call_command("migrate", database="owner", verbosity=0)
