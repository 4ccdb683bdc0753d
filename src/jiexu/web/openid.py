"""Signing in with a provider: what the session keeps until somebody comes back, and what the node knows them by."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import time
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from jiexu.gateways.openid import Provider, providers
from jiexu.gateways.openid.client import Begun, Client, NotProvenError, Proven

BEGUN, PENDING, WITH = "openid_begun", "openid_pending", "openid_with"
"""In the session: what was begun, who came back and enters no account yet, and which provider somebody came by."""
LASTS = 10 * 60
"""Seconds in which somebody comes back, and in which who came back is kept."""
Purpose = Literal["enter", "link", "again"]
log = logging.getLogger("jiexu.doors")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was begun: where, for what, and where to go on afterwards."""

    provider: str
    purpose: Purpose
    onward: str
    begun: Begun


def clients() -> dict[str, Client]:
    """The providers of this node by name; none unless configured."""
    return {name: _client(provider) for name, provider in providers(os.environ).items()}


@cache
def _client(provider: Provider) -> Client:
    return Client(provider)


def forget() -> None:
    """Ask providers anew what they say of themselves."""
    _client.cache_clear()


def begin(request: HttpRequest, client: Client, purpose: Purpose, onward: str) -> str:
    """Keep what is needed, and say where to send the person. Raises ProviderAwayError."""
    now = int(time.time())
    begun, address = client.begin(back=back_to(request, client), now=now, anew=purpose == "again")
    request.session[BEGUN] = {
        "provider": client.provider.name,
        "purpose": purpose,
        "onward": onward,
        "begun": asdict(begun),
    }
    return address


def came_back(request: HttpRequest, client: Client) -> tuple[Kept, Proven]:
    """Who came back, and for what. What was kept is good once. Raises ProviderAwayError, NotProvenError."""
    raw: dict[str, Any] | None = request.session.pop(BEGUN, None)
    if raw is None or raw["provider"] != client.provider.name:
        raise NotProvenError("nothing_begun")
    kept = Kept(raw["provider"], raw["purpose"], raw["onward"], Begun(**raw["begun"]))
    now = int(time.time())
    if now - kept.begun.at > LASTS:
        raise NotProvenError("too_late")
    proven = client.finish(request.GET.dict(), kept.begun, back=back_to(request, client), now=now)
    if kept.purpose == "again" and (proven.auth_time is None or proven.auth_time < kept.begun.at - SLACK):
        raise NotProvenError("not_anew")
    return kept, proven


SLACK = 60
"""Seconds two clocks may differ, where somebody shows once more who they are."""


def back_to(request: HttpRequest, client: Client) -> str:
    """Where the provider sends people back to."""
    address: str = request.build_absolute_uri(reverse("openid_back", args=[client.provider.name]))
    return address


def known(proven: Proven) -> str:
    """Stands for somebody at a provider, under a key of this node."""
    said = json.dumps([proven.issuer, proven.subject]).encode()
    return hmac.new(settings.SECRET_KEY.encode(), b"openid\n" + said, hashlib.sha256).hexdigest()


def counts(client: Client, proven: Proven) -> bool:
    """Whether what the provider asked for counts as a second factor here."""
    return bool(client.provider.second_factor & (proven.amr | {proven.acr}))


def note(client: Client, error: Exception) -> None:
    """A line in the log of the doors: which provider and a word, nothing of anybody."""
    log.warning(json.dumps({"openid": client.provider.name, "reason": str(error)}))
