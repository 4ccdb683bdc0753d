"""Opens the database of a data folder: for one writer at a time, or beside the one that runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg

from jiexu.gateways.postgres.folder import DataFolder, FolderLock, holder
from jiexu.gateways.postgres.roles import (
    Connections,
    embedded_connections,
    outside_url,
    prepare_embedded,
    prepare_outside,
    server_version,
)
from jiexu.gateways.postgres.server import EmbeddedServer, Tell, embedded, start, stop
from jiexu.gateways.postgres.trouble import NodeTroubleError


def raise_database(*, folder: DataFolder, environment: Mapping[str, str], tell: Tell) -> Connections:
    """Brings up the database, embedded or outside, with its three roles. Only for the holder of the lock.

    Raises NodeTroubleError where it cannot come up; a server started in vain is stopped again.
    """
    if url := outside_url(environment):
        return prepare_outside(url=url, folder=folder, environment=environment)
    server = embedded(folder)
    try:
        start(server=server, tell=tell)
        return prepare_embedded(server)
    except BaseException:
        stop(server=server, tell=tell)
        raise


def lower_database(*, folder: DataFolder, tell: Tell) -> bool:
    """Stops the embedded server where one runs; an outside server is never touched. True when one ran."""
    if not folder.cluster.exists():
        return False
    return stop(server=embedded(folder), tell=tell)


@contextmanager
def writing(
    *, folder: DataFolder, doing: str, environment: Mapping[str, str], tell: Tell
) -> Iterator[Connections]:
    """The database for one writer outside the running node, such as a batch run: lock, start, use, stop.

    Raises NodeTroubleError naming the holder where the folder is in use.
    """
    folder.make()
    with FolderLock.take(folder=folder, doing=doing):
        connections = raise_database(folder=folder, environment=environment, tell=tell)
        try:
            yield connections
        finally:
            lower_database(folder=folder, tell=tell)


@contextmanager
def reading(*, folder: DataFolder, environment: Mapping[str, str], tell: Tell) -> Iterator[Connections]:
    """The database for somebody who only looks: beside a running node, else started for the moment.

    Raises NodeTroubleError where there is nothing to look at, or the folder is in use by a writer.
    """
    if not folder.is_ours and not outside_url(environment):
        raise NodeTroubleError("nothing_here", place=folder.path)
    running = holder(folder) is not None and not outside_url(environment)
    if running and embedded(folder).is_ready():
        yield embedded_connections(embedded(folder))
    else:
        with writing(folder=folder, doing="read", environment=environment, tell=tell) as connections:
            yield connections


def remove(folder: DataFolder) -> None:
    """Removes a stopped node's data, and the socket's folder where that lies outside.

    Raises NodeTroubleError for a folder that jiexu did not make.
    """
    server: EmbeddedServer | None = embedded(folder) if folder.cluster.exists() else None
    folder.remove()
    if server and not server.socket_folder.is_relative_to(folder.path):
        shutil.rmtree(server.socket_folder, ignore_errors=True)


def said_version(connections: Connections) -> str:
    """The server's version as people say it, from the server itself: 18.4."""
    with psycopg.connect(connections.owner) as connection:
        return server_version(connection)
