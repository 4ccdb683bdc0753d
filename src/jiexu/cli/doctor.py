"""Checks this machine: one line a check, with the cure for each problem."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import psycopg

from jiexu.cli.common import node_options, text
from jiexu.cli.node_keys import own_file
from jiexu.cli.ports import USUAL, bound, who_has
from jiexu.gateways.postgres.folder import DataFolder, holder
from jiexu.gateways.postgres.roles import check_age, outside_url, server_version
from jiexu.gateways.postgres.server import check_version, embedded
from jiexu.gateways.postgres.trouble import NodeTroubleError

NEEDED_MEGABYTES = 300
"""Room for a new database and its journal."""
BUILT = date(2026, 11, 1)
"""No clock that is right shows an earlier day."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it is well, and the line that says so."""

    well: bool
    line: str


def standing(path: Path) -> Path:
    """The nearest folder above that exists."""
    return next(place for place in (path, *path.parents) if place.exists())


def check_python(_folder: DataFolder, _port: int) -> Finding:
    version = platform.python_version()
    well = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Finding(well, text("doctor_python" if well else "doctor_python_bad", version=version))


def check_disk(folder: DataFolder, _port: int) -> Finding:
    free = shutil.disk_usage(standing(folder.path)).free // 1_000_000
    well = free >= NEEDED_MEGABYTES
    key = "doctor_disk" if well else "doctor_disk_bad"
    return Finding(well, text(key, folder=folder.path, free=free, need=NEEDED_MEGABYTES))


def check_port(folder: DataFolder, port: int) -> Finding:
    if (holder(folder) or {}).get("port") == port:
        return Finding(True, text("doctor_port_used", port=port))
    taken = bound(port)
    if taken is None:
        return Finding(False, text("doctor_port_bad", port=port, who=who_has(port)))
    taken.close()
    return Finding(True, text("doctor_port", port=port))


def check_folder(folder: DataFolder, _port: int) -> Finding:
    well = os.access(standing(folder.path), os.R_OK | os.W_OK | os.X_OK)
    return Finding(well, text("doctor_folder" if well else "doctor_folder_bad", folder=folder.path))


def check_locale(_folder: DataFolder, _port: int) -> Finding:
    encoding = sys.stdout.encoding.lower()
    well = encoding.replace("-", "") in {"utf8", "gb18030"}
    return Finding(well, text("doctor_locale" if well else "doctor_locale_bad", encoding=encoding))


def check_lock(folder: DataFolder, _port: int) -> Finding:
    held = holder(folder)
    if held is None:
        return Finding(True, text("doctor_lock"))
    return Finding(True, text("doctor_lock_held", pid=held.get("pid"), doing=held.get("doing")))


def check_server(folder: DataFolder, _port: int) -> Finding:
    try:
        if url := outside_url():
            with psycopg.connect(url, connect_timeout=10) as connection:
                check_age(connection)
                return Finding(True, text("doctor_server_outside", version=server_version(connection)))
        server = embedded(folder)
        check_version(server)
        return Finding(True, text("doctor_server", version=server.binaries.version))
    except NodeTroubleError as trouble:
        return Finding(False, text(trouble.key, **trouble.data))
    except psycopg.OperationalError as error:
        return Finding(False, text("outside_unreachable", reason=str(error).strip()))


def check_node_keys(folder: DataFolder, _port: int) -> Finding:
    """Without its file of keys a node that was at work opens nothing it sealed."""
    mine = own_file(folder)
    if mine is None:
        return Finding(True, text("doctor_node_keys_elsewhere"))
    try:
        there = mine.exists()
    except PermissionError:
        there = True  # another user's: said by the check of the folder
    if there or not folder.cluster.exists():
        return Finding(True, text("doctor_node_keys" if there else "doctor_node_keys_none", file=mine))
    return Finding(False, text("doctor_node_keys_bad", file=mine))


def check_clock(_folder: DataFolder, _port: int) -> Finding:
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    well = now.date() >= BUILT
    return Finding(well, text("doctor_clock" if well else "doctor_clock_bad", now=f"{now:%Y-%m-%d %H:%M}"))


CHECKS: tuple[Callable[[DataFolder, int], Finding], ...] = (
    check_python,
    check_disk,
    check_folder,
    check_lock,
    check_port,
    check_server,
    check_node_keys,
    check_locale,
    check_clock,
)


@click.command(help=text("help_doctor"))
@click.option("--port", type=click.IntRange(1, 65535), default=USUAL, help=text("help_port"))
@node_options
def doctor(folder: DataFolder, port: int) -> None:
    """Runs all checks; status 1 when one found a problem."""
    findings = [check(folder, port) for check in CHECKS]
    for found in findings:
        click.echo(f"{text('doctor_ok' if found.well else 'doctor_problem')}: {found.line}")
    if not all(found.well for found in findings):
        sys.exit(1)
