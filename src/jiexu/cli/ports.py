"""Takes the port the pages are served on, or says who has it."""

from __future__ import annotations

import errno
import socket

import psutil

from jiexu.cli.common import tell, text
from jiexu.conf.serving import HOST
from jiexu.gateways.postgres.trouble import NodeTroubleError

USUAL, LAST = 8500, 8519


def listen(asked: int | None) -> socket.socket:
    """A listening socket: on the port asked for exactly, else on the usual one or the next that is free.

    Raises NodeTroubleError where the port asked for is taken, or all of the usual ones are.
    """
    if asked is not None:
        return bound(asked) or refuse(asked)
    for port in range(USUAL, LAST + 1):
        if taken := bound(port):
            if port != USUAL:
                tell("port_other", {"asked": USUAL, "who": who_has(USUAL), "port": port})
            return taken
    raise NodeTroubleError("no_port", first=USUAL, last=LAST)


def bound(port: int) -> socket.socket | None:
    """A socket listening on a port, or None where the port is taken."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((HOST, port))
        opened.listen(128)
    except PermissionError:
        opened.close()
        raise NodeTroubleError("port_forbidden", port=port) from None
    except OSError as error:
        opened.close()
        if error.errno != errno.EADDRINUSE:
            raise
        return None
    return opened


def refuse(port: int) -> socket.socket:
    """Raises the NodeTroubleError that names who has the port."""
    raise NodeTroubleError("port_taken", port=port, who=who_has(port))


def who_has(port: int) -> str:
    """Name and process number of the program on a port, as far as this user may see it."""
    try:
        found = [
            psutil.Process(one.pid)
            for one in psutil.net_connections(kind="tcp")
            if one.laddr and one.laddr.port == port and one.status == psutil.CONN_LISTEN and one.pid
        ]
        return f"{found[0].name()} ({found[0].pid})" if found else text("unknown_program")
    except psutil.Error:
        return text("unknown_program")
