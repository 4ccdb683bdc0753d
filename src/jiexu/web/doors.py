"""The doors of the pages: who is there, which roles they hold today, and whether an address lets them in.

Default deny: an address names who may enter, and whoever else asks is told to sign in, or that there is no such page. An
agency's own things are found for its desk alone (404 for every other), and row security stands behind that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from time import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.exchange.envelope import BEIJING
from jiexu.usecases import doors as granted
from jiexu.usecases import reading
from jiexu.usecases.doors import AT_A_DESK, STAFF, Grant, Role
from jiexu.web import desk, factors, pages
from jiexu.web.routes import Visitors, Who

SEEN, BEGAN, DESK = "seen", "began", "desk"
IDLE = 30 * 60
"""Seconds after which a session in which nobody did anything ends."""
NOTE_EVERY = 60
"""Seconds between notes that somebody is there: not every page writes."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is there. ``name``: of the account, as it is written under what they do. ``desk``: the one they work at now."""

    id: int
    name: str
    grants: tuple[Grant, ...]
    desk: str | None
    has_second_factor: bool

    @property
    def roles(self) -> frozenset[Role]:
        """Roles in force; at a desk those of the desk they work at now."""
        return frozenset(
            each.role for each in self.grants if each.role not in AT_A_DESK or each.desk == self.desk
        )

    @property
    def desks(self) -> tuple[str, ...]:
        """Every desk they may work at."""
        return tuple(dict.fromkeys(each.desk for each in self.grants if each.desk))

    @property
    def role_at_desk(self) -> str:
        """The roles they hold where they work now, in one word each, as a look is noted under."""
        return " ".join(sorted(role.value for role in self.roles))

    def grant(self, number: int, *roles: Role) -> Grant | None:
        """The grant of that number, if it is theirs, in force, and of one of these roles."""
        return next((each for each in self.grants if each.id == number and each.role in roles), None)

    def may(self, who: Visitors) -> bool:
        """Whether one of those named is a role of theirs."""
        return Who.SIGNED_IN in who or bool(self.roles & who)


def visitor(request: HttpRequest) -> Visitor | None:
    """Who is there, asked once a request; None for nobody. A session that was left alone too long ends here."""
    if not hasattr(request, "visitor"):
        request.visitor = _visitor(request)
    found: Visitor | None = request.visitor
    return found


def _visitor(request: HttpRequest) -> Visitor | None:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return None
    now = time()
    seen, began = request.session.get(SEEN, now), request.session.setdefault(BEGAN, now)
    # The cookie's age begins anew with every note below, so how long a session lasts is counted here.
    if now - seen > IDLE or now - began > settings.SESSION_COOKIE_AGE:
        logout(request)
        return None
    if now - seen > NOTE_EVERY or SEEN not in request.session:
        request.session[SEEN] = now
    grants = _grants(request.user)
    at = request.session.get(DESK)
    desks = [each.desk for each in grants if each.desk]
    return Visitor(
        id=request.user.pk,
        name=request.user.get_username(),
        grants=grants,
        desk=at if at in desks else next(iter(desks), None),
        has_second_factor=factors.has_second_factor(request),
    )


def grants_of(account: int) -> tuple[Grant, ...]:
    """The roles an account holds today."""
    return desk.ask(lambda reader: _held(reader, account))


def _held(reader: Any, account: int) -> tuple[Grant, ...]:
    with reader.store.bare() as cursor:
        return granted.held(cursor, account, _today())


def _grants(account: User) -> tuple[Grant, ...]:
    """The same of who is signed in: their roles came with the account, but for whoever signs in just now."""
    rows = getattr(account, "standing_roles", None)
    return grants_of(account.pk) if rows is None else granted.holding(rows, _today())


def _today() -> date:
    """The calendar's day, also where a demonstration keeps its own: a role ends for people, not for stories."""
    return datetime.now(BEIJING).date()


def turned_away(request: HttpRequest, who: Visitors, *, money: bool = False) -> HttpResponse | None:
    """Where somebody who may not enter is sent; None for who may."""
    if Who.PUBLIC in who or Who.DEMONSTRATION in who:
        shown = Who.PUBLIC in who or desk.ask(reading.has_clock)
        return None if shown else pages.trouble(request, status=HTTPStatus.NOT_FOUND)
    found = visitor(request)
    if found is None:
        return to(request, "account_login")
    if not found.may(who):
        return pages.trouble(request, status=HTTPStatus.NOT_FOUND)
    return None if Who.SIGNED_IN in who else _more_proof(request, found, money=money)


def _more_proof(request: HttpRequest, found: Visitor, *, money: bool) -> HttpResponse | None:
    """Staff show a second factor, set up if they have none yet; before money everybody shows something anew."""
    if found.roles & STAFF and not found.has_second_factor:
        return to(request, "mfa_activate_totp")
    if money and not factors.shown_lately(request):
        return to(request, "account_reauthenticate")
    return None


def to(request: HttpRequest, name: str) -> HttpResponseRedirect:
    """A page that is passed first. A button cannot be pressed again by an address: back to the page it stood on."""
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else request.POST.get("back", "/")
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': back})}", status=HTTPStatus.SEE_OTHER)


def locked_out(request: HttpRequest, _response: Any = None, _credentials: Any = None) -> HttpResponse:
    """Too many wrong passwords: says so, and for how long."""
    return pages.trouble(request, status=HTTPStatus.TOO_MANY_REQUESTS)
