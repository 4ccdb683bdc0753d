"""The process that serves the pages. ``jiexu up`` starts it and hands it the folder's lock and a socket."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any, NoReturn

import click

from jiexu.cli.common import node_options
from jiexu.cli.work import in_words
from jiexu.cli.working import today
from jiexu.conf.serving import HOST
from jiexu.conf.serving import serve as serve_pages
from jiexu.gateways.openid import ProviderFaultError, providers
from jiexu.gateways.postgres.folder import DataFolder, FolderLock
from jiexu.jobs import erasing, messages


def leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Ends the process in the orderly way waitress knows."""
    sys.exit(0)


@click.command(hidden=True)
@click.option("--lock-fd", type=int, required=True)
@click.option("--socket-fd", type=int, required=True)
@node_options
def serve(folder: DataFolder, lock_fd: int, socket_fd: int) -> None:
    """Serves the web application until SIGTERM, holding the folder's lock; what people chose to be told is sent, and what is due is erased."""
    signal.signal(signal.SIGTERM, leave)
    lock = FolderLock.inherited(folder=folder, descriptor=lock_fd)
    listening = socket.socket(fileno=socket_fd)
    port = listening.getsockname()[1]
    lock.note(doing="serve", port=port, address=f"http://{HOST}:{port}/")

    from jiexu.conf.wsgi import application  # noqa: PLC0415 - reads the settings, which the environment carries

    try:
        providers(os.environ)
    except ProviderFaultError as fault:
        raise click.ClickException(str(fault)) from None
    messages.beside(os.environ["JIEXU_WORKER_URL"], in_words, today=today)
    erasing.beside(os.environ["JIEXU_WORKER_URL"], today=today)
    serve_pages(application, listening, clear_untrusted_proxy_headers=True, **in_front(os.environ))


def in_front(environment: Mapping[str, str]) -> dict[str, Any]:
    """Whose word is taken for where a visitor comes from and how: the one server in front, where there is one.

    Wrong passwords and guesses are counted by that address; without this all visitors would be the proxy's.
    """
    proxy = environment.get("JIEXU_PROXY", "").strip()
    if not proxy:
        return {}
    told = {"x-forwarded-for", "x-forwarded-proto"}
    return {"trusted_proxy": proxy, "trusted_proxy_count": 1, "trusted_proxy_headers": told}
