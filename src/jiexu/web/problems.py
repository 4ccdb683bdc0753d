"""What is answered to a program where something is not possible: problem details (RFC 9457), in the reader's language.

``type`` is an address on this server where the same problem is explained; ``detail`` says what is wrong, where, and the cure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from jiexu.texts import Lang, catalogue, say

BASE = "/api/"
"""Addresses of programs begin so; every other is a page."""
MEDIA_TYPE = "application/problem+json"
EXPLAINED = "/api/v1/docs/"
KINDS = {
    HTTPStatus.BAD_REQUEST: "unreadable",
    HTTPStatus.UNAUTHORIZED: "no_key",
    HTTPStatus.FORBIDDEN: "forged",
    HTTPStatus.NOT_FOUND: "not_here",
    HTTPStatus.METHOD_NOT_ALLOWED: "method",
    HTTPStatus.CONFLICT: "not_now",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "not_json",
    HTTPStatus.UNPROCESSABLE_ENTITY: "wrong",
    HTTPStatus.TOO_MANY_REQUESTS: "too_often",
    HTTPStatus.INTERNAL_SERVER_ERROR: "ours",
    HTTPStatus.SERVICE_UNAVAILABLE: "away",
}
"""What a status means where nothing more exact is known; the word stands in ``texts/api.yaml``."""


def is_asked_by_program(request: HttpRequest) -> bool:
    """Whether the address is one of the API."""
    return bool(request.path.startswith(BASE))


def problem(
    request: HttpRequest,
    status: int,
    kind: str = "",
    *,
    detail: str = "",
    errors: Iterable[tuple[str, str]] = (),
    **data: object,
) -> HttpResponse:
    """A problem of a kind. ``detail``: said instead of the kind's own sentence. ``errors``: where, and what is wrong there."""
    lang: Lang = getattr(request, "lang", "zh")
    word = kind or KINDS[HTTPStatus(status)]
    said: dict[str, Any] = {
        "type": f"{EXPLAINED}#{word}",
        "title": say(lang, f"api.p_{word}_h"),
        "status": int(status),
        "detail": detail or say(lang, f"api.p_{word}", **data),
        "errors": [{"where": where, "detail": what} for where, what in errors],
    }
    answer = HttpResponse(json.dumps(said, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="jiexu"'
    return answer


def kinds() -> tuple[str, ...]:
    """Every kind of problem there is a sentence for, in the order of the texts."""
    return tuple(key[2:-2] for key in catalogue("api") if key.startswith("p_") and key.endswith("_h"))
