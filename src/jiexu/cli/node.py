"""The node as a whole: up, down, status, reset."""

from __future__ import annotations

import errno
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import psutil

from jiexu.cli.common import (
    is_disk_full,
    lang,
    node_options,
    process_environment,
    sentences,
    show_progress,
    tell,
    text,
)
from jiexu.cli.opened import prepare
from jiexu.cli.params import today as beijing_today
from jiexu.cli.ports import listen
from jiexu.conf.serving import HOST
from jiexu.gateways.postgres.folder import DataFolder, FolderLock, holder
from jiexu.gateways.postgres.node import lower_database, raise_database, remove
from jiexu.gateways.postgres.roles import Connections, outside_url
from jiexu.gateways.postgres.server import embedded, last_words
from jiexu.gateways.postgres.trouble import NodeTroubleError

PAUSE_SECONDS = 0.05
ANSWER_SECONDS = 60
END_SECONDS = 20


@click.command(help=text("help_up"))
@click.option("--port", type=click.IntRange(1, 65535), help=text("help_port"))
@click.option("--empty", is_flag=True, help=text("help_empty"))
@node_options
def up(folder: DataFolder, port: int | None, empty: bool) -> None:
    """Starts the node, or prints the address of the one that runs."""
    began = time.monotonic()
    with sentences(folder):
        held = holder(folder)
        if held and held.get("doing") == "serve":
            if is_well(folder=folder, held=held):
                click.echo(text("running_at", address=held["address"]))
                return
            tell("mending", {})
            end_serving(held)
        folder.make()
        with FolderLock.take(folder=folder, doing="up") as lock:
            address = bring_up(folder=folder, lock=lock, port=port, empty=empty)
    tell("started", {"seconds": time.monotonic() - began})
    click.echo(text("running_at", address=address))


def bring_up(*, folder: DataFolder, lock: FolderLock, port: int | None, empty: bool) -> str:
    """Port, database, tables and data, then the pages; returns the address. Nothing stays up if one fails."""
    with listen(port) as listening:
        connections = raise_database(folder=folder, environment=os.environ, tell=tell)
        try:
            prepare(folder=folder, connections=connections)
            if empty:
                declare_real(url=connections.worker)
            else:
                show_demonstration(folder=folder, url=connections.worker)
            return start_serving(folder=folder, lock=lock, listening=listening, connections=connections)
        except BaseException as error:
            lower_database(folder=folder, tell=tell)
            # A server that cannot write its journal dies, and all its client sees is a lost connection.
            if is_disk_full(error) or os.strerror(errno.ENOSPC) in last_words(folder.logs / "postgres.log"):
                raise NodeTroubleError("disk_full", folder=folder.path) from error
            raise


def declare_real(*, url: str) -> None:
    """Notes that real people are kept here: numbers of invented ones are none on this node."""
    from jiexu.usecases.demonstration import note_real  # noqa: PLC0415
    from jiexu.usecases.node import open_node  # noqa: PLC0415

    node = open_node(url)
    try:
        note_real(node)
    finally:
        node.store.close()


def show_demonstration(*, folder: DataFolder, url: str) -> None:
    """Loads and runs the demonstration once; a start that was killed in it goes on where it stopped."""
    # Only a node that shows something needs the simulation; every other start is quicker without.
    from jiexu.simulation.demonstration import demonstration  # noqa: PLC0415
    from jiexu.usecases.demonstration import begin, has_others, is_there  # noqa: PLC0415
    from jiexu.usecases.node import open_node  # noqa: PLC0415
    from jiexu.web.staff import make_invented  # noqa: PLC0415

    node = open_node(url)
    try:
        if has_others(node):
            # Accounts whose password is shown to everybody open no door to real people.
            tell("demo_left_out", {})
            return
        if not is_there(node):
            begin(
                node,
                demonstration(),
                data=folder.path,
                tell=lambda part, done, total: show_progress(text(f"demo_{part}"), done, total),
            )
        make_invented(node, on=beijing_today())
    finally:
        node.store.close()


def start_serving(
    *, folder: DataFolder, lock: FolderLock, listening: socket.socket, connections: Connections
) -> str:
    """Starts the page server, detached, with lock and socket in its hands; returns once a page was answered.

    Raises NodeTroubleError with the end of its log where it ends or does not answer within a minute.
    """
    log = folder.logs / "web.log"
    command = [sys.executable, "-m", "jiexu.cli.main", "serve", "--lang", lang(), "--data", str(folder.path)]
    command += ["--lock-fd", str(lock.descriptor), "--socket-fd", str(listening.fileno())]
    with log.open("ab") as words:
        child = subprocess.Popen(  # noqa: S603 - ourselves
            command,
            env={
                **os.environ,
                **process_environment(folder=folder, connections=connections),
                "PYTHONUTF8": "1",
            },
            pass_fds=(lock.descriptor, listening.fileno()),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
        )
    port = listening.getsockname()[1]
    try:
        wait_for_page(port=port, child=child, log=log)
    except BaseException:
        child.kill()
        raise
    return f"http://{HOST}:{port}/"


def wait_for_page(*, port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    """Returns once the front page is served; raises NodeTroubleError where the page server ends or is too slow."""
    until = time.monotonic() + ANSWER_SECONDS
    while not answers(port=port):
        if child.poll() is not None or time.monotonic() > until:
            raise NodeTroubleError("serve_failed", log=log, words=last_words(log))
        time.sleep(PAUSE_SECONDS)


def answers(*, port: int) -> bool:
    """Whether the front page is served."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/")
        # A node that people reach by https alone sends our own http on.
        return connection.getresponse().status in {http.HTTPStatus.OK, http.HTTPStatus.MOVED_PERMANENTLY}
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def is_well(*, folder: DataFolder, held: Mapping[str, Any]) -> bool:
    """Whether the node that holds the folder serves its page and has its database."""
    has_database = outside_url(os.environ) is not None or embedded(folder).is_ready()
    return has_database and answers(port=held["port"])


def end_serving(held: Mapping[str, Any]) -> None:
    """Ends the page server: asks, waits, and in the end does not ask."""
    try:
        process = psutil.Process(held["pid"])
        process.send_signal(signal.SIGTERM)
        until = time.monotonic() + END_SECONDS
        # A dead process nobody has reaped yet counts as ended: in containers that can take for ever.
        while process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > until:
                process.kill()
                tell("killed_hard", {"pid": held["pid"]})
                until += END_SECONDS
            time.sleep(PAUSE_SECONDS)
    except psutil.NoSuchProcess:
        return


def bring_down(folder: DataFolder) -> bool:
    """Stops pages and database; True when something ran.

    Raises NodeTroubleError while another writer, such as a batch run, holds the folder.
    """
    held = holder(folder)
    serving = held is not None and held.get("doing") == "serve"
    if held is not None and serving:
        end_serving(held)
    if not folder.is_ours:
        return False
    with FolderLock.take(folder=folder, doing="down"):
        return lower_database(folder=folder, tell=tell) or serving


@click.command(help=text("help_down"))
@node_options
def down(folder: DataFolder) -> None:
    """Stops the node."""
    with sentences(folder):
        key = "stopped" if bring_down(folder) else "not_running"
    click.echo(text(key, folder=folder.path))


@click.command(help=text("help_status"))
@click.option("--json", "as_json", is_flag=True, help=text("help_json"))
@node_options
def status(folder: DataFolder, as_json: bool) -> None:
    """Says whether the node runs, where, and on which database."""
    with sentences(folder):
        said = state(folder)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
    elif said["running"]:
        click.echo(text("status_running", **said))
    elif said["doing"]:
        click.echo(text("status_busy", **said))
    else:
        click.echo(text("not_running", folder=folder.path))


def state(folder: DataFolder) -> dict[str, Any]:
    """The node's state: running, doing, pid, address, folder, database (as in 'PostgreSQL 18.4')."""
    held = holder(folder) or {}
    running = held.get("doing") == "serve" and is_well(folder=folder, held=held)
    outside = "DATABASE_URL" if outside_url(os.environ) else None
    return {
        "running": running,
        "doing": held.get("doing"),
        "pid": held.get("pid"),
        "address": held.get("address"),
        "folder": str(folder.path),
        "database": outside or f"PostgreSQL {embedded(folder).binaries.version}",
    }


@click.command(help=text("help_reset"))
@click.option("--yes", is_flag=True, help=text("help_yes"))
@node_options
def reset(folder: DataFolder, yes: bool) -> None:
    """Stops the node and removes its data folder."""
    if not folder.path.exists():
        click.echo(text("reset_none", folder=folder.path))
        return
    with sentences(folder):
        if not folder.is_ours:
            raise NodeTroubleError("folder_not_ours", folder=folder.path)
        if not yes and not click.confirm(text("reset_ask", folder=folder.path)):
            click.echo(text("reset_kept"))
            return
        bring_down(folder)
        remove(folder)
    click.echo(text("reset_done", folder=folder.path))
