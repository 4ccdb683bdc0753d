"""What a page that answered a button keeps for whoever looks at it again, sealed in the visitor's own session.

A button's own address answers nothing but the button. So what it says stands at an address that can be read: in the other
language, at the other scale, after going back. Names and reasons may stand in it, so nothing of it is in that address.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest

from jiexu.texts import LANGS, Lang
from jiexu.web import pages

Said = Callable[[Lang], str]
"""A sentence, in the language asked for."""
KEPT: Final = "kept"
MOST: Final = 6
"""Things of one session; the oldest goes first."""
SAID: Final = "said"
"""Names, in an address, the sentence that is told there once more."""


def keep(request: HttpRequest, name: str, what: Any) -> None:
    """Keep what JSON can hold under a name, in place of what stood there."""
    held: dict[str, str] = dict(request.session.get(KEPT, {}))
    held.pop(name, None)
    held[name] = _box().encrypt(json.dumps(what).encode()).decode()
    request.session[KEPT] = dict(list(held.items())[-MOST:])


def read(request: HttpRequest, name: str) -> Any:
    """What was kept; None where nothing is, or it was sealed before the node's key changed."""
    token = request.session.get(KEPT, {}).get(name, "")
    try:
        return json.loads(_box().decrypt(token.encode()))
    except (InvalidToken, ValueError):
        return None


def forget(request: HttpRequest, name: str) -> None:
    """Keep it no longer."""
    held = dict(request.session.get(KEPT, {}))
    if held.pop(name, None) is not None:
        request.session[KEPT] = held


def sentence(request: HttpRequest, address: str, said: Said | None) -> str:
    """What a page says at its head: ``said`` where a button was just refused, else what was said when one was.

    ``address``: where the page can be read; its links for language and scale lead there, and it says the same there.
    """
    if said is None:
        told = read(request, SAID) if SAID in request.GET else None
        return str(told[pages.language_of(request)]) if told and told["mark"] == request.GET[SAID] else ""
    mark = secrets.token_hex(4)
    keep(request, SAID, {"mark": mark, **{lang: said(lang) for lang in LANGS}})
    pages.stand_at(request, f"{address}{'&' if '?' in address else '?'}{SAID}={mark}")
    return said(pages.language_of(request))


def _box() -> Fernet:
    key = hmac.digest(settings.SECRET_KEY.encode(), b"jiexu/kept/1", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key))
