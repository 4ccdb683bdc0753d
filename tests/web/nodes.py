"""A node as people start it: its own folder, the demonstration, and pages on a free port of this machine."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.postgres.roles import Connections, embedded_connections
from jiexu.gateways.postgres.server import embedded
from openid_provider import provider, settings_of

SOURCE = Path(__file__).resolve().parents[2] / "src"


@dataclass(frozen=True, slots=True)
class Served:
    """``address``: of the front page, without the last slash."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def roles(self) -> Connections:
        return embedded_connections(embedded(DataFolder(path=self.folder)))

    def command(self, *words: str) -> str:
        """``jiexu`` as at a terminal; what it said."""
        known = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "JIEXU_DATA"}}
        ran = subprocess.run(
            [sys.executable, "-m", "jiexu.cli.main", *words, "--data", str(self.folder), "--lang", "en"],
            env={**known, "PYTHONPATH": str(SOURCE)},
            check=True,
            timeout=240,
            stdout=subprocess.PIPE,
            text=True,
        )
        return ran.stdout

    def restart(self) -> None:
        """Pages and database stop and start again, as after a loss of power in the office."""
        self.command("down")
        self.command("up", "--port", str(self.port))

    def row(self, query: str, *values: object) -> tuple[Any, ...]:
        """One row as the owner sees it, for agencies that were named."""
        with psycopg.connect(self.roles.owner) as connection:
            codes = "SELECT set_config('jiexu.agencies', string_agg(code, ','), true) FROM agency"
            connection.execute(codes)
            found = connection.execute(query, values).fetchone()
        assert found is not None
        return tuple(found)


@contextmanager
def served() -> Iterator[Served]:
    """A node with the demonstration, removed afterwards. Right under the temporary folder: see ``tests/conftest.py``.

    Whoever writes such tests names a node of theirs in ``JIEXU_TEST_NODE`` (its folder): it is used, and left as it is then.
    """
    if kept := os.environ.get("JIEXU_TEST_NODE"):
        own = Served(Path(kept), 0)
        own.command("up")
        said = json.loads(own.command("status", "--json"))
        yield Served(Path(kept), int(said["address"].rstrip("/").rpartition(":")[2]))
        return
    folder = Path(tempfile.mkdtemp(prefix="jiexu-web-"))
    folder.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    node = Served(folder / "data", port)
    with provider() as city:
        before = dict(os.environ)
        os.environ |= settings_of(city, folder)
        try:
            node.command("up", "--port", str(port))
            yield node
        finally:
            node.command("down")
            shutil.rmtree(folder, ignore_errors=True)
            for name in set(os.environ) - set(before):
                del os.environ[name]
