"""A process that serves pages to the benchmark, as ``jiexu up`` serves them: ours with people signed in, or the plain one.

    python -m jiexu.bench.serving ours DESK CLIENTS
    python -m jiexu.bench.serving plain

Writes one line of JSON: its port, and a session for each client. Ends with its standard input.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import threading
from datetime import date
from typing import Any

from jiexu.conf.serving import HOST, serve
from jiexu.usecases import doors
from jiexu.usecases.doors import Role

ROLES = (Role.CLERK, Role.REVIEWER, Role.FINANCE)
SINCE = date(2026, 1, 1)
GRANTED_BY = "bench"


def main(what: str, desk: str = "", clients: str = "0") -> None:
    """Serve until standard input ends."""
    if what == "plain":
        from jiexu.bench import plain  # noqa: PLC0415
        from jiexu.conf import settings  # noqa: PLC0415

        application, sessions = plain.application(settings.database(os.environ["JIEXU_DESK_URL"])), []
    else:
        from jiexu.conf.wsgi import application  # noqa: PLC0415  reads the settings, which the environment carries

        sessions = signed_in(desk, int(clients))
    # More visitors than threads is what is measured, and no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    listening = socket.create_server((HOST, 0))
    threading.Thread(target=_end_with_input, daemon=True).start()
    print(json.dumps({"port": listening.getsockname()[1], "sessions": sessions}), flush=True)  # noqa: T201
    serve(application, listening)


def signed_in(desk: str, clients: int) -> list[str]:
    """A session each for so many people who work at a desk, their second factor shown."""
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415

    from jiexu.usecases.node import open_node  # noqa: PLC0415
    from jiexu.web import factors  # noqa: PLC0415
    from jiexu.web.staff import OPENS  # noqa: PLC0415

    password, sessions = make_password(None), []
    node = open_node(os.environ["JIEXU_WORKER_URL"])
    for number in range(clients):
        account, new = User.objects.using(OPENS).get_or_create(
            username=f"bench-{number:02}", defaults={"password": password}
        )
        if new:
            role = ROLES[number % len(ROLES)]
            doors.grant(node, account.pk, role, desk=desk, since=SINCE, by=GRANTED_BY)
        request: Any = RequestFactory().get("/")
        request.session = SessionStore()
        factors.enter_demonstration(request, User.objects.get(pk=account.pk))
        request.session.save()
        sessions.append(str(request.session.session_key))
    node.store.close()
    return sessions


def _end_with_input() -> None:
    """Whoever started this process holds its standard input: when they are gone, so is it."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
