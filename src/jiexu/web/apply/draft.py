"""What somebody has answered so far, sealed in a cookie of their own browser: it outlives reload, back, language and restart.

The cookie is encrypted, because an account number may stand in it, and bound to account and grant: on a shared computer
the next visitor can neither read nor use it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from jiexu.usecases.doors import Grant
from jiexu.web.doors import Visitor

COOKIE = "apply"
SECONDS_KEPT = 7 * 24 * 3600
MOST_TYPED = 100
"""Characters kept of what was typed into one field."""


@dataclass(frozen=True, slots=True)
class Draft:
    """``words``: answers by question. ``wrong``: the question last sent with something that cannot be read, and what was typed."""

    words: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[str, Mapping[str, str]] | None = None

    def answered(self, **words: str | None) -> Draft:
        """With answers; None takes one back."""
        every = {**self.words, **words}
        return Draft({word: value for word, value in every.items() if value is not None})

    def typed(self, word: str, fields: Mapping[str, str]) -> Draft:
        """With what was sent and cannot be read, so that the page shows it again."""
        return Draft(self.words, (word, {name: text[:MOST_TYPED] for name, text in fields.items()}))


def read(request: HttpRequest, visitor: Visitor, grant: Grant) -> Draft:
    """What this browser has answered for this grant; nothing where the cookie is missing, too old, or not theirs."""
    return opened(request.COOKIES.get(COOKIE, ""), visitor, grant)


def opened(token: str, visitor: Visitor, grant: Grant) -> Draft:
    """The same from a token that a form carried."""
    try:
        held = json.loads(_box().decrypt(token.encode(), ttl=SECONDS_KEPT))
    except (InvalidToken, ValueError, UnicodeEncodeError):
        return Draft()
    if held["who"] != [visitor.id, grant.id]:
        return Draft()
    wrong = held["wrong"]
    return Draft(held["words"], (wrong[0], wrong[1]) if wrong else None)


def sealed(draft: Draft, visitor: Visitor, grant: Grant) -> str:
    """The draft as a token only this server reads."""
    held = {"who": [visitor.id, grant.id], "words": dict(draft.words), "wrong": draft.wrong}
    return _box().encrypt(json.dumps(held).encode()).decode()


def keep(response: HttpResponse, draft: Draft, visitor: Visitor, grant: Grant, *, secure: bool) -> None:
    """Write the cookie."""
    response.set_cookie(
        COOKIE,
        sealed(draft, visitor, grant),
        max_age=SECONDS_KEPT,
        path=_path(grant),
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse, grant: Grant) -> None:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, path=_path(grant), samesite="Lax")


def _path(grant: Grant) -> str:
    return f"/my/{grant.id}/apply/"


def _box() -> Fernet:
    key = hmac.digest(settings.SECRET_KEY.encode(), b"jiexu/apply/1", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key))
