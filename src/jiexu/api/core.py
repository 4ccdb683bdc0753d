"""Where resources are declared: each with who may enter, what it answers, and every problem it may answer instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from jiexu.api.door import Resource
from jiexu.api.shapes import Problem
from jiexu.texts import Lang, say
from jiexu.usecases.doors import Role
from jiexu.web.problems import problem
from jiexu.web.routes import Visitors, Who, Whom, all_of

VERSION = "1"
ROOT = f"api/v{VERSION}/"


class AsWritten(JSONRenderer):
    """Chinese stands in an answer as people write it, so that whoever looks at one can read it."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


CORE = NinjaAPI(
    title="jiexu",
    version=VERSION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    renderer=AsWritten(),
)
V = TypeVar("V", bound=Callable[..., Any])
GROUPS = ("law", "ask", "prove", "own", "desk", "audit")
"""Headings under which resources are listed, in this order."""
ALWAYS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
BEHIND_A_DOOR = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
WITH_A_BODY = (HTTPStatus.CONFLICT, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.TOO_MANY_REQUESTS)


@dataclass(frozen=True, slots=True)
class Declared:
    """A resource as it was declared. ``group``: under which heading it is listed."""

    name: str
    address: str
    method: str
    group: str
    who: Visitors
    money: bool


DECLARED: dict[str, Declared] = {}
"""Every resource by its name."""


class RefusedError(Exception):
    """What is asked is not possible. ``kind``: of problem; ``detail``: said instead of its own sentence."""

    def __init__(
        self,
        status: HTTPStatus,
        kind: str = "",
        *,
        detail: str = "",
        errors: Iterable[tuple[str, str]] = (),
        **data: object,
    ) -> None:
        super().__init__(status, kind)
        self.status, self.kind, self.detail, self.errors, self.data = (
            status,
            kind,
            detail,
            tuple(errors),
            data,
        )


def reading(address: str, *, who: Whom, group: str, answers: Any) -> Callable[[V], V]:
    """A resource that is only read."""
    return _resource(address, "GET", who=who, group=group, answers=answers)


def pressing(address: str, *, who: Whom, group: str, answers: Any, money: bool = False) -> Callable[[V], V]:
    """A question that is asked in the body, because it must stand in no address; or an act."""
    return _resource(address, "POST", who=who, group=group, answers=answers, money=money)


def _resource(
    address: str, method: str, *, who: Whom, group: str, answers: Any, money: bool = False
) -> Callable[[V], V]:
    visitors = all_of(who)
    refusals = {
        *ALWAYS,
        *(() if Who.PUBLIC in visitors else BEHIND_A_DOOR),
        *(WITH_A_BODY if method == "POST" else ()),
    }

    def declared(view: V) -> V:
        name = view.__name__
        responses = {HTTPStatus.OK: answers, **dict.fromkeys(sorted(refusals), Problem)}
        CORE.api_operation(
            [method], address, response=responses, operation_id=name, tags=[group], url_name=f"api_{name}"
        )(view)
        DECLARED[name] = Declared(name, address, method, group, visitors, money)
        return view

    return declared


def routes() -> tuple[Resource, ...]:
    """What Django serves: each resource behind its door."""
    views = {pattern.name: pattern.callback for pattern in CORE.urls[0]}
    return tuple(
        Resource(
            ROOT + each.address.replace("{", "<str:").replace("}", ">"),
            _answering(views[f"api_{each.name}"]),
            f"api_{each.name}",
            each.who,
            ("GET", "HEAD") if each.method == "GET" else ("POST",),
            each.money,
        )
        for each in DECLARED.values()
    )


def _answering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same; who asks for the head alone is answered as by GET, and Django leaves the body out."""

    def answered(request: HttpRequest, **given: Any) -> HttpResponse:
        asked, request.method = request.method, "GET" if request.method == "HEAD" else request.method
        try:
            return view(request, **given)
        finally:
            request.method = asked

    return answered


# ---------------------------------------------------------------- what is not possible


def lang_of(request: HttpRequest) -> Lang:
    """The language that was asked for."""
    lang: Lang = getattr(request, "lang", "zh")
    return lang


@CORE.exception_handler(RefusedError)
def _refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
    return problem(request, error.status, error.kind, detail=error.detail, errors=error.errors, **error.data)


@CORE.exception_handler(Http404)
def _not_found(request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(request, HTTPStatus.NOT_FOUND)


@CORE.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code)


@CORE.exception_handler(ValidationError)
def _wrong(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [(_where(each["loc"]), _what(lang_of(request), each)) for each in error.errors]
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors)


def _where(place: Iterable[object]) -> str:
    """``origin`` for what stands in the body or in the address under that name."""
    parts = [str(each) for each in place]
    return ".".join(parts[2:] if parts[0] == "body" and len(parts) > 2 else parts[1:]) or parts[0]


WORDS = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "string_too_long": "long",
    "string_too_short": "empty",
    "literal_error": "choice",
    "enum": "choice",
    "date_from_datetime_parsing": "day",
    "date_parsing": "day",
    "date_type": "day",
}
"""Why a value does not fit, by what pydantic calls it."""


def _what(lang: Lang, error: Mapping[str, Any]) -> str:
    known = error.get("ctx", {})
    word = WORDS.get(error["type"], "other")
    return say(lang, f"api.v_{word}", most=known.get("max_length", ""), choices=known.get("expected", ""))


ANYBODY = Who.PUBLIC
SPEAKING = frozenset({Role.PERSON, Role.AGENT, Role.EMPLOYER})
"""Who speaks for somebody."""
