"""Where pages are served, by how many threads, and how they take turns: by ``jiexu up``, and by the benchmark that measures them."""

from __future__ import annotations

import socket
import sys
from typing import Any

HOST = "127.0.0.1"
THREADS = 4
TURN_SECONDS = 0.001
"""How long one thread may compute while others wait; Python's own 5 ms keep the thread waiting that reads and answers."""


def serve(application: Any, listening: socket.socket, **settings: Any) -> None:
    """Serve until the process ends. ``settings``: waitress's own."""
    import waitress  # noqa: PLC0415 - whoever starts it has said by then where it will be found

    sys.setswitchinterval(TURN_SECONDS)
    waitress.serve(application, sockets=[listening], threads=THREADS, ident=None, **settings)
