"""What a person has answered so far, kept in a signed cookie of their own browser and nowhere else.

It survives reload, the way back, a change of language and a restart of the server, holds no name and no number of a
document, and no address ever holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE, SALT, PATH = "guide", "jiexu.guide", "/guide/"
SECONDS_KEPT = 7 * 24 * 3600
MOST = 3800
"""Bytes a cookie may take: browsers keep 4096 with its name and attributes."""

Value = str | list[Any]
Typed = Mapping[str, list[str]]


class TooMuchError(ValueError):
    """The answers do not fit into a cookie any more."""


@dataclass(frozen=True, slots=True)
class Answers:
    """``words``: as people write them in a file for the guide, in the order answered; None: "I don't know".

    ``draft``: the question last sent with something that cannot be read, and what was typed, so that a reload or
    another language shows it again.
    """

    words: Mapping[str, Value | None] = field(default_factory=dict)
    draft: tuple[str, Typed] | None = None

    def told(self) -> dict[str, Any]:
        """What the guide is told: without what is not known."""
        given: dict[str, Any] = {
            word: value for word, value in self.words.items() if value not in (None, [], "")
        }
        match given.get("joined_on"):
            case "yes":
                given["joined"] = True
                del given["joined_on"]
            case "no":
                given["joined_on"] = False
        return given

    def answered(self, word: str, value: Value | None) -> Answers:
        """With an answer: in its old place where there was one, else as the last."""
        return Answers({**self.words, word: value})

    def without(self, word: str) -> Answers:
        """As if the question had not been answered."""
        return Answers({each: value for each, value in self.words.items() if each != word})

    def typed(self, word: str, fields: Typed) -> Answers:
        """With what was sent and cannot be read."""
        return replace(
            self, draft=(word, {name: [each[:200] for each in given] for name, given in fields.items()})
        )


def read(request: HttpRequest) -> Answers:
    """What this browser has answered; nothing where the cookie is missing, too old, or not ours."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS_KEPT)
        draft = kept["d"]
        return Answers(dict(kept["w"]), (draft[0], draft[1]) if draft else None)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return Answers()


def keep(response: HttpResponse, answers: Answers, *, secure: bool) -> None:
    """Writes the cookie. Raises TooMuchError where it would not be kept whole."""
    written = signing.dumps({"w": list(answers.words.items()), "d": answers.draft}, salt=SALT, compress=True)
    if len(written) > MOST:
        raise TooMuchError
    response.set_cookie(
        COOKIE, written, max_age=SECONDS_KEPT, path=PATH, secure=secure, httponly=True, samesite="Lax"
    )


def forget(response: HttpResponse) -> None:
    """Takes the cookie back."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
