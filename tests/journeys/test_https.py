"""A node that people reach by https, with a server in front: Django's own list of what to mind is empty, and visitors are apart."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import waitress

from jiexu.cli.serve import in_front
from jiexu.gateways.postgres.folder import DataFolder

SOURCE = Path(__file__).resolve().parents[2] / "src"


def checked(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    secret = DataFolder(path=folder)
    secret.make()
    environment = {
        **os.environ,
        "PYTHONPATH": str(SOURCE),
        "DJANGO_SETTINGS_MODULE": "jiexu.conf.settings",
        "JIEXU_SECRET_KEY": secret.secret("django"),
        **more,
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)


def test_django_finds_nothing_to_mind_where_people_come_by_https(tmp_path: Path) -> None:
    ran = checked(tmp_path / "node", JIEXU_HTTPS="1")
    assert ran.returncode == 0, ran.stderr


def test_on_loopback_http_cookies_still_come_back(tmp_path: Path) -> None:
    assert "security.W012" in checked(tmp_path / "node").stderr


@pytest.mark.parametrize(
    ("proxy", "seen"),
    [("127.0.0.1", "203.0.113.9 https"), ("192.0.2.1", "127.0.0.1 http"), ("", "127.0.0.1 http")],
)
def test_only_the_server_in_front_is_believed(proxy: str, seen: str) -> None:
    """Whoever else writes such a header stays at the address they came from."""

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [])
        return [f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']}".encode()]

    listening = socket.create_server(("127.0.0.1", 0))
    server = waitress.create_server(
        application,
        sockets=[listening],
        clear_untrusted_proxy_headers=True,
        **in_front({"JIEXU_PROXY": proxy}),
    )
    threading.Thread(target=server.run, daemon=True).start()
    with socket.create_connection(listening.getsockname()) as asked:
        asked.sendall(b"GET / HTTP/1.0\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\r\n")
        answer = b"".join(iter(lambda: asked.recv(4096), b"")).decode()
    server.close()
    assert answer.endswith(seen)
