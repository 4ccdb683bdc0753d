"""How somebody showed who they are, as django-allauth notes it in the session: which way, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from time import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from jiexu.usecases import access
from jiexu.web import desk
from jiexu.web.accounts import BY_PASSWORD

SECOND, PROVIDER = "mfa", "openid"


def has_second_factor(request: HttpRequest) -> bool:
    """Whether a second factor was shown since signing in."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == SECOND for record in records)


def shown_lately(request: HttpRequest) -> bool:
    """Whether anything was shown in the last minutes: asked before money moves."""
    records = get_authentication_records(request, request.user)
    newest = max((float(record.get("at", 0)) for record in records), default=0.0)
    return bool(time() - newest <= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def enter_demonstration(request: HttpRequest, account: User) -> None:
    """Sign in with an invented account of the demonstration, for which no second factor is asked."""
    login(request, account, backend=BY_PASSWORD)
    record_authentication(request, account, method=SECOND, demonstration=True)


def enter_by_provider(request: HttpRequest, account: User, onward: str, *, counts: bool) -> HttpResponse:
    """Sign in with what a provider proved; a second factor is asked for as after a password, unless the provider's ``counts``."""
    record_authentication(request, account, method=PROVIDER)
    if not counts:
        return perform_login(request, Login(user=account, redirect_url=onward))
    login(request, account, backend=BY_PASSWORD)
    record_authentication(request, account, method=SECOND, by=PROVIDER)
    return HttpResponseRedirect(onward)


def shown_by_provider(request: HttpRequest) -> None:
    """Whoever is signed in has just shown once more who they are."""
    record_authentication(request, request.user, method=PROVIDER, reauthenticated=True)


@receiver(authenticator_added)  # type: ignore[untyped-decorator]  # Django ships no types
def noted(request: HttpRequest, user: User, **_more: Any) -> None:
    """Whoever sets up a second factor has just shown it: the code was asked for."""
    record_authentication(request, user, method=SECOND)


@receiver(authenticator_removed)  # type: ignore[untyped-decorator]  # Django ships no types
def forgotten(request: HttpRequest, user: User, **_more: Any) -> None:
    """Whoever ends their second factor has shown none; keys were made under it, and end with it."""
    records = get_authentication_records(request, user)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        record for record in records if record.get("method") != SECOND
    ]
    desk.write(lambda store: access.end_every(store, user.pk, at=datetime.now(UTC)))


@receiver(user_logged_in)  # type: ignore[untyped-decorator]  # as above
def swept(request: HttpRequest, **_more: Any) -> None:
    """Sessions that are over are removed whenever somebody signs in: what pages kept in them is needed no more."""
    request.session.clear_expired()
