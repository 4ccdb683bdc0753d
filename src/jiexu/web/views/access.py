"""Keys for programs: made by who has just shown who they are, shown once, ended at any time."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.policyfiles.limits import shipped_limits
from jiexu.texts import Lang, say
from jiexu.usecases import access
from jiexu.usecases.access import AccessError
from jiexu.web import desk, doors, factors, office, routes
from jiexu.web.forms import Asked
from jiexu.web.pages import language_of, page
from jiexu.web.routes import Who

FIELDS = ("name", "days", "may")
READS, ACTS = "reads", "acts"
LONGEST = 200
log = logging.getLogger("jiexu.doors")


def keys(request: HttpRequest) -> HttpResponse:
    """Every key one has, and a form for one more."""
    if (first := _proof(request)) is not None:
        return first
    if request.method != "POST":
        return _shown(request, {"days": str(shipped_limits().key_days), "may": READS}, {})
    written = {name: request.POST.get(name, "").strip()[:LONGEST] for name in FIELDS}
    lang = language_of(request)
    if written["may"] not in {READS, ACTS}:
        return _shown(request, written, {"may": say(lang, "access.may_needed")})
    days = written["days"]
    try:
        made = desk.write(
            lambda store: access.make(
                store,
                request.user.pk,
                name=written["name"],
                days=int(days) if days.isascii() and days.isdigit() and len(days) < len("1000") else 0,
                only_reads=written["may"] == READS,
                proof=str(request.user.get_session_auth_hash()),
                at=datetime.now(UTC),
                longest=shipped_limits().key_days,
            )
        )
    except AccessError as fault:
        return _shown(request, written, {str(fault.data["field"]): office.sentence(request, fault)})
    _note(request, "made")
    return _shown(request, {"days": days, "may": READS}, {}, made)


def end(request: HttpRequest, key: str) -> HttpResponse:
    """It opens nothing from now on. Nothing is asked before: who ends a key may be in a hurry."""
    if not desk.write(lambda store: access.end(store, request.user.pk, key, at=datetime.now(UTC))):
        raise Http404
    _note(request, "ended")
    return HttpResponseRedirect(reverse("my_access"), status=HTTPStatus.SEE_OTHER)


def _proof(request: HttpRequest) -> HttpResponse | None:
    """Where somebody goes first who may not make keys: to a second factor, and to show anew who they are."""
    found = doors.visitor(request)
    assert found is not None  # noqa: S101 - the door
    if not found.has_second_factor:
        return doors.to(request, "mfa_activate_totp")
    return None if factors.shown_lately(request) else doors.to(request, "account_reauthenticate")


def _note(request: HttpRequest, what: str) -> None:
    """A line in the log of the doors: never the key, and nothing of a person."""
    found = doors.visitor(request)
    line = {
        "at": datetime.now(BEIJING).isoformat(timespec="seconds"),
        "access_key": what,
        "account": found.id if found else None,
    }
    log.info(json.dumps(line))


def _shown(
    request: HttpRequest, written: dict[str, str], errors: dict[str, str], made: str = ""
) -> HttpResponse:
    lang, now = language_of(request), datetime.now(UTC)
    every = desk.write(lambda store: access.keys(store, request.user.pk))
    return page(
        request,
        "access/keys.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        made=made,
        good=[each for each in every if each.is_good(now)],
        over=[each for each in every if not each.is_good(now)],
        fields=[_field(name, written, errors, lang) for name in FIELDS],
        errors=bool(errors),
    )


def _field(name: str, written: dict[str, str], errors: dict[str, str], lang: Lang) -> Asked:
    choices = tuple((each, say(lang, f"access.may_{each}")) for each in (READS, ACTS))
    return Asked(
        name=name,
        shape="radios" if name == "may" else "input",
        label=say(lang, f"access.f_{name}"),
        hint=say(lang, f"access.h_{name}", most=shipped_limits().key_days),
        given=written.get(name, ""),
        required=True,
        type="text",
        mode="numeric" if name == "days" else "",
        choices=choices if name == "may" else (),
        error=errors.get(name, ""),
    )


ROUTES = (
    routes.asking("my/access/", keys, "my_access", who=Who.SIGNED_IN),
    routes.pressing("my/access/<str:key>/end/", end, "my_access_end", who=Who.SIGNED_IN),
)
