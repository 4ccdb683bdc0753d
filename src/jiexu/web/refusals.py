"""What the doors refuse is noted: a line of JSON each, without anything of a person, for who watches over the node.

A line says when, which route (never its address: that may hold a number), how it was asked, what was answered, and who
asked: the number of the account, its roles and desk, and a mark of where from that tells two visitors apart and cannot be
turned back into an address. It goes to the logger ``jiexu.doors``, which writes to the log of the pages.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from jiexu.exchange.envelope import BEIJING

if TYPE_CHECKING:
    from jiexu.web.doors import Visitor

log = logging.getLogger("jiexu.doors")

REFUSED = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
PROOF = ("/sign-in/", "/my/second-factor/")
"""Where somebody is sent who has not shown who they are, or not lately."""
MARK = 12
"""Characters that stand for where somebody asked from."""


def note(request: HttpRequest, route: str, response: HttpResponseBase) -> None:
    """Writes the line where an answer refuses; nothing for every other."""
    to = str(response.headers.get("Location", "")).partition("?")[0]
    asked_for_proof = to.startswith(PROOF) and not request.path.startswith(PROOF)
    if response.status_code in REFUSED or asked_for_proof:
        write(request, route, response.status_code, to if asked_for_proof else "")


def write(request: HttpRequest, route: str, status: int, to: str = "") -> None:
    """The line itself. ``route``: by its name, empty for an address that nobody has. ``to``: where they were sent."""
    found: Visitor | None = getattr(request, "visitor", None)
    said: dict[str, Any] = {
        "at": datetime.now(BEIJING).isoformat(timespec="seconds"),
        "refused": route,
        "method": request.method if request.method in METHODS else "other",
        "status": int(status),
        "to": to,
        "account": found.id if found else None,
        "roles": sorted(role.value for role in found.roles) if found else [],
        "desk": found.desk if found else None,
        "from": mark(request),
    }
    log.warning(json.dumps(said, ensure_ascii=False))


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


def mark(request: HttpRequest) -> str:
    """Stands for where somebody asked from, the same until the node's key changes."""
    asked_from = str(request.META.get("REMOTE_ADDR", ""))
    return hmac.new(settings.SECRET_KEY.encode(), asked_from.encode(), hashlib.sha256).hexdigest()[:MARK]
