"""Signing in with a provider of OpenID Connect; linking it with one's account, and ending that."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.openid.client import Client, NotProvenError, Proven, ProviderAwayError
from jiexu.usecases import openid as linking
from jiexu.usecases import own_accounts, reading
from jiexu.usecases.doors import STAFF
from jiexu.usecases.openid import LinkError
from jiexu.usecases.own_accounts import OwnAccountError
from jiexu.values.errors import ValueFault
from jiexu.web import desk, doors, factors, kept, office, openid, routes, tries
from jiexu.web.openid import Kept
from jiexu.web.pages import language_of, page
from jiexu.web.routes import Who
from jiexu.web.views.mine.opening import field, fits
from jiexu.web.views.proving import too_often, visitor

TO_LINK = ("account", "code")
LONGEST = 200


def _client(name: str) -> Client:
    """Raises Http404 for a provider this node does not have."""
    found = openid.clients().get(name)
    if found is None:
        raise Http404
    return found


def _today() -> Any:
    return datetime.now(BEIJING).date()


def _onward(request: HttpRequest) -> str:
    asked = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if safe else str(reverse("mine"))


def enter(request: HttpRequest, provider: str) -> HttpResponse:
    """Off to the provider, to sign in; or to show once more who one is."""
    client = _client(provider)
    signed_in = request.user.is_authenticated
    try:
        address = openid.begin(request, client, "again" if signed_in else "enter", _onward(request))
    except ProviderAwayError as error:
        return _away(request, client, error)
    return HttpResponseRedirect(address)


def back(request: HttpRequest, provider: str) -> HttpResponse:
    """Somebody came back: in, or to what is left to do."""
    client = _client(provider)
    try:
        came_for, proven = openid.came_back(request, client)
    except ProviderAwayError as error:
        return _away(request, client, error)
    except NotProvenError as error:
        openid.note(client, error)
        return _said(request, client, "denied" if "error" in request.GET else "not_proven")
    return _arrived(request, client, came_for, proven)


def _arrived(request: HttpRequest, client: Client, came_for: Kept, proven: Proven) -> HttpResponse:
    """What somebody came back for."""
    known = openid.known(proven)
    account = desk.write(lambda store: linking.account_of(store, known))
    if came_for.purpose == "link":
        return _link(request, client, known)
    if came_for.purpose == "again":
        if account is None or account != request.user.pk:
            return _said(request, client, "somebody_else")
        factors.shown_by_provider(request)
        return HttpResponseRedirect(came_for.onward)
    user = User.objects.filter(pk=account, is_active=True).first()
    if user is None:
        request.session[openid.PENDING] = {
            "known": known,
            "provider": came_for.provider,
            "at": int(time.time()),
        }
        return HttpResponseRedirect(reverse("openid_unknown"))
    return _in(request, client, user, came_for.onward, counts=openid.counts(client, proven))


def _in(request: HttpRequest, client: Client, user: User, onward: str, *, counts: bool) -> HttpResponse:
    if request.user.is_authenticated:
        logout(request)
    answer = factors.enter_by_provider(request, user, onward, counts=counts)
    request.session[openid.WITH] = client.provider.name
    return answer


def _link(request: HttpRequest, client: Client, known: str) -> HttpResponse:
    """Whoever is signed in here links what they just proved there."""
    if not request.user.is_authenticated:
        return _said(request, client, "not_proven")
    try:
        desk.write(
            lambda store: linking.link(
                store, known, provider=client.provider.name, account=request.user.pk, how="signed_in", on=_today()
            )
        )  # fmt: skip
    except LinkError as fault:
        return _mine(request, fault)
    return HttpResponseRedirect(reverse("my_openid"))


def unknown(request: HttpRequest) -> HttpResponse:
    """Who came back and enters no account: with a code from the counter it is linked here, else after signing in."""
    pending = request.session.get(openid.PENDING)
    if pending is None or time.time() - pending["at"] > openid.LASTS:
        return HttpResponseRedirect(reverse("account_login"))
    client = _client(pending["provider"])
    if request.method != "POST":
        return _unknown(request, client, {}, {})
    if wait := tries.tracking.wait(visitor(request)):
        return too_often(request, wait)
    written = {name: request.POST.get(name, "").strip()[:LONGEST] for name in TO_LINK}
    name, code = written["account"].upper(), written["code"].upper()
    agencies = list(desk.ask(reading.desk_places))
    try:
        account = desk.write(
            lambda store: own_accounts.use_code(
                store, agencies, name=name, code=code, at=datetime.now(UTC), fits=fits
            )
        )
        desk.write(
            lambda store: linking.link(
                store, pending["known"], provider=pending["provider"], account=account, how="counter", on=_today()
            )
        )  # fmt: skip
    except (OwnAccountError, LinkError) as fault:
        tries.tracking.failed(visitor(request))
        return _unknown(request, client, written, {"code": office.sentence(request, fault)})
    del request.session[openid.PENDING]
    return _in(request, client, User.objects.get(pk=account), reverse("mine"), counts=False)


def _unknown(
    request: HttpRequest, client: Client, written: dict[str, str], errors: dict[str, str]
) -> HttpResponse:
    fields = [
        field(name, {"account": written.get("account", "")}, errors, language_of(request)) for name in TO_LINK
    ]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return page(request, "openid/unknown.html", status, title=client.provider.title, fields=fields, errors=bool(errors))  # fmt: skip


def mine(request: HttpRequest) -> HttpResponse:
    """Which providers enter one's account, and which could."""
    if not openid.clients():
        raise Http404
    return _mine(request)


def _mine(request: HttpRequest, fault: ValueFault | None = None) -> HttpResponse:
    linked = {
        each.provider: each.linked_on
        for each in desk.write(lambda store: linking.links(store, request.user.pk))
    }
    ways = [(each.provider, linked.get(name)) for name, each in openid.clients().items()]
    status = HTTPStatus.CONFLICT if fault else HTTPStatus.OK
    said = kept.sentence(request, reverse("my_openid"), office.said(fault) if fault else None)
    return page(request, "openid/mine.html", status, ways=ways, said=said)


def link(request: HttpRequest, provider: str) -> HttpResponse:
    """Begin to link: a page that leads to the provider, for who has just shown who they are."""
    client = _client(provider)
    if (first := _shown(request)) is not None:
        return first
    try:
        address = openid.begin(request, client, "link", reverse("my_openid"))
    except ProviderAwayError as error:
        return _away(request, client, error)
    return page(request, "openid/onward.html", title=client.provider.title, address=address, what="link")


def end(request: HttpRequest, provider: str) -> HttpResponse:
    """This provider enters the account no more; not where it is the only way in."""
    if (first := _shown(request)) is not None:
        return first
    if not request.user.has_usable_password():
        return _mine(request, linking.only_way())
    if not desk.write(
        lambda store: linking.end(store, provider=provider, account=request.user.pk, on=_today())
    ):
        raise Http404
    return HttpResponseRedirect(reverse("my_openid"), status=HTTPStatus.SEE_OTHER)


def _shown(request: HttpRequest) -> HttpResponse | None:
    """Where somebody goes first who may not change how their account is entered: to show what they have shown least lately."""
    found = doors.visitor(request)
    assert found is not None  # noqa: S101 - the door
    if found.roles & STAFF and not found.has_second_factor:
        return HttpResponseRedirect(reverse("mfa_activate_totp"), status=HTTPStatus.SEE_OTHER)
    if not factors.shown_lately(request):
        query = urlencode({"next": reverse("my_openid")})
        return HttpResponseRedirect(
            f"{reverse('account_reauthenticate')}?{query}", status=HTTPStatus.SEE_OTHER
        )
    return None


def leave(request: HttpRequest, provider: str) -> HttpResponse:
    """Sign out here, and on to sign out at the provider."""
    client = _client(provider)
    if request.method == "POST":
        logout(request)
        return HttpResponseRedirect(request.path, status=HTTPStatus.SEE_OTHER)
    if request.user.is_authenticated:
        return HttpResponseRedirect(reverse("account_logout"))
    try:
        address = client.ended(back=request.build_absolute_uri("/"))
    except ProviderAwayError as error:
        openid.note(client, error)
        address = ""
    return page(request, "openid/onward.html", title=client.provider.title, address=address, what="leave")


def _away(request: HttpRequest, client: Client, error: Exception) -> HttpResponse:
    openid.note(client, error)
    return _said(request, client, "away", HTTPStatus.SERVICE_UNAVAILABLE)


def _said(
    request: HttpRequest, client: Client, what: str, status: int = HTTPStatus.FORBIDDEN
) -> HttpResponse:
    return page(request, "openid/said.html", status, title=client.provider.title, what=what)


ROUTES = (
    routes.asking("sign-in/with/", unknown, "openid_unknown", who=Who.PUBLIC),
    routes.reading("sign-in/with/<str:provider>/", enter, "openid_enter", who=Who.PUBLIC),
    routes.reading("sign-in/with/<str:provider>/back/", back, "openid_back", who=Who.PUBLIC),
    routes.asking("sign-out/with/<str:provider>/", leave, "openid_leave", who=Who.PUBLIC),
    routes.reading("my/sign-in-with/", mine, "my_openid", who=Who.SIGNED_IN),
    routes.pressing("my/sign-in-with/<str:provider>/", link, "openid_link", who=Who.SIGNED_IN),
    routes.pressing("my/sign-in-with/<str:provider>/end/", end, "openid_end", who=Who.SIGNED_IN),
)
