"""The machine a measurement was made on, in the words that let others judge it."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import psutil

from jiexu import __version__
from jiexu.bench.server import Server


def described(server: Server) -> dict[str, str | int | float]:
    """The machine, the disk under the data, and the server."""
    return {
        **here(),
        "file_system": _file_system(server.folder),
        "postgresql": server.rows("SELECT current_setting('server_version') AS said")[0]["said"],
        "server": server.kind,
    }


def here() -> dict[str, str | int | float]:
    """Processor, memory, system, versions, and how busy the machine was when it was asked."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load_1min": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "jiexu": __version__,
    }


def _processor() -> str:
    """The processor's name where the system tells it, else its family."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _file_system(folder: Path) -> str:
    """The kind of file system the data lie on: on tmpfs, for one, fsync costs nothing."""
    mounts = [part for part in psutil.disk_partitions(all=True) if folder.is_relative_to(part.mountpoint)]
    return max(mounts, key=lambda part: len(part.mountpoint)).fstype if mounts else "?"
