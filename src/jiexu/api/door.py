"""The doors of the API: who asks, by a browser's session or by an access key, and whether an address lets them in.

Default deny as for pages: a resource names who may enter where it is declared, and becomes a ``Route`` like any page's.
Nobody known is answered 401, a role too few 404, a proof too few 403.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import URLPattern, path
from django.utils.crypto import constant_time_compare

from jiexu.gateways.policyfiles.limits import shipped_limits
from jiexu.usecases import access
from jiexu.usecases.doors import AT_A_DESK, STAFF
from jiexu.web import desk, doors, factors, tries
from jiexu.web.doors import Visitor
from jiexu.web.problems import problem
from jiexu.web.routes import Route, View, Who, noted
from jiexu.web.views.proving import visitor as asked_from

BEARER = "bearer"
JSON = "application/json"
READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Resource(Route):
    """An address of the API: as a page's, and answered with problem details where somebody may not enter."""

    def pattern(self, *, below: str = "") -> URLPattern:
        answer: Any = noted(self, _behind(self))
        answer.route = self
        # A key is sent by no browser of its own accord; what a session sends is checked at the door below.
        answer.csrf_exempt = True
        return path(self.address.removeprefix(below), answer, name=self.name)


def _behind(route: Resource) -> View:
    @functools.wraps(route.view)
    def entered(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        if request.method not in route.methods:
            answer = problem(request, HTTPStatus.METHOD_NOT_ALLOWED, methods=", ".join(route.methods))
            answer.headers["Allow"] = ", ".join(route.methods)
            return answer
        refused = turned_away(request, route) or unreadable(request)
        return refused if refused is not None else route.view(request, *args, **given)

    return entered


def turned_away(request: HttpRequest, route: Route) -> HttpResponse | None:
    """What somebody who may not enter is answered; None for who may. Credentials are not looked at where all may."""
    if Who.PUBLIC in route.who:
        return None
    given = request.headers.get("Authorization", "")
    refused = _by_key(request, given) if given else _by_session(request)
    if refused is not None:
        return refused
    found = _seated(request)
    if found is None or not found.may(route.who):
        return problem(request, HTTPStatus.NOT_FOUND)
    return _more_proof(request, found, route)


def _by_key(request: HttpRequest, given: str) -> HttpResponse | None:
    """Whose key it is; the sentence where it is nobody's. Wrong ones are counted, and only wrong ones have to wait."""
    scheme, _, key = given.partition(" ")
    opened = None
    if scheme.lower() == BEARER and key.startswith(access.PREFIX):
        opened = desk.write(lambda store: access.opened(store, key.strip(), at=datetime.now(UTC)))
    user = User.objects.filter(pk=opened.account, is_active=True).first() if opened else None
    if opened is None or user is None or not constant_time_compare(proof_of(user), opened.proof):
        if wait := tries.opening.wait(asked_from(request)):
            return too_often(request, wait)
        tries.opening.failed(asked_from(request))
        return problem(request, HTTPStatus.UNAUTHORIZED, "wrong_key")
    grants = doors.grants_of(opened.account)
    desks = [each.desk for each in grants if each.desk]
    # Whoever made the key had shown a second factor then; without one no key is made.
    request.visitor = Visitor(
        user.pk, user.get_username(), grants, next(iter(desks), None), has_second_factor=True
    )
    request.access_key = opened
    return None


def proof_of(user: User) -> str:
    """Stands for the account's password: another password, another proof."""
    return str(user.get_session_auth_hash())


def _by_session(request: HttpRequest) -> HttpResponse | None:
    if doors.visitor(request) is None:
        return problem(request, HTTPStatus.UNAUTHORIZED)
    if request.method not in READS and _is_forged(request):
        return problem(request, HTTPStatus.FORBIDDEN, "forged")
    return None


def _is_forged(request: HttpRequest) -> bool:
    """Whether a browser was made to send this by another site: the token our own pages know is not with it."""
    checking = _Checking(lambda _request: HttpResponse())
    request.csrf_processing_done = False
    checking.process_request(request)
    return checking.process_view(request, _checked, (), {}) is not None


class _Checking(CsrfViewMiddleware):  # type: ignore[misc]  # Django ships no types
    """Says why, and leaves the answer to the door."""

    def _reject(self, request: HttpRequest, reason: str) -> str:  # noqa: ARG002  Django calls it so
        return reason


def _checked(_request: HttpRequest) -> None:
    """A view that is not exempt."""


def _seated(request: HttpRequest) -> Visitor | None:
    """The visitor at the desk they name with ``desk``, else where they sit; None for a desk that is not theirs."""
    found = doors.visitor(request)
    asked = request.GET.get("desk")
    if found is None or asked is None or not any(each.role in AT_A_DESK for each in found.grants):
        return found
    if asked not in found.desks:
        return None
    request.visitor = replace(found, desk=asked)
    return doors.visitor(request)


def _more_proof(request: HttpRequest, found: Visitor, route: Route) -> HttpResponse | None:
    """Staff show a second factor; what moves money or months asks the person themselves, not a program in their name."""
    if Who.SIGNED_IN not in route.who and found.roles & STAFF and not found.has_second_factor:
        return problem(request, HTTPStatus.FORBIDDEN, "second_factor")
    key = key_of(request)
    if key is not None and (route.money or (key.only_reads and request.method not in READS)):
        return problem(request, HTTPStatus.FORBIDDEN, "key_not_enough" if route.money else "key_only_reads")
    if key is None and route.money and not factors.shown_lately(request):
        return problem(request, HTTPStatus.FORBIDDEN, "show_again")
    return None


def key_of(request: HttpRequest) -> access.Opened | None:
    """The access key somebody entered with; None for a session."""
    return getattr(request, "access_key", None)


def unreadable(request: HttpRequest) -> HttpResponse | None:
    """What is said to an address with a NUL in it, and to a body that is too long or no JSON; None for every other."""
    if "\0" in request.path or any("\0" in value for _, values in request.GET.lists() for value in values):
        return problem(request, HTTPStatus.BAD_REQUEST)
    if request.method in READS:
        return None
    if int(request.META.get("CONTENT_LENGTH") or 0) > shipped_limits().told_bytes:
        return problem(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if request.content_type != JSON:
        return problem(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return None


def too_often(request: HttpRequest, wait: int) -> HttpResponse:
    """How many seconds to wait."""
    answer = problem(request, HTTPStatus.TOO_MANY_REQUESTS, seconds=wait)
    answer.headers["Retry-After"] = str(wait)
    return answer


def here(request: HttpRequest) -> Visitor:
    """Who asks: the door let nobody else in."""
    found = doors.visitor(request)
    assert found is not None  # noqa: S101 - the door
    return found
