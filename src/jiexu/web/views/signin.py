"""Signing in and out, and the second factor."""

from __future__ import annotations

from http import HTTPStatus

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.usecases import reading
from jiexu.usecases.doors import Role
from jiexu.web import desk, factors, routes, staff
from jiexu.web.middleware import with_script
from jiexu.web.pages import page, said
from jiexu.web.routes import Who


def demonstration(request: HttpRequest) -> HttpResponse:
    """On a node with a demonstration: one button a role, without password or second factor."""
    if request.method == "POST":
        return _enter(request)
    return page(
        request,
        "doors/demonstration.html",
        accounts=staff.INVENTED,
        places=desk.ask(reading.desk_places),
        password=staff.DEMONSTRATION_PASSWORD,
    )


def _enter(request: HttpRequest) -> HttpResponse:
    chosen = next((each for each in staff.INVENTED if each.name == request.POST.get("name")), None)
    found = staff.account_named(chosen.name) if chosen else None
    if chosen is None or found is None:
        return said(request, "no_such_role", status=HTTPStatus.NOT_FOUND)
    factors.enter_demonstration(request, found)
    at_desk = chosen.role in {Role.CLERK, Role.REVIEWER, Role.FINANCE}
    return HttpResponseRedirect(reverse("desk" if at_desk else "mine"), status=HTTPStatus.SEE_OTHER)


ROUTES = (
    routes.asking("sign-in/", account.login, "account_login", who=Who.PUBLIC),
    routes.asking("sign-in/second/", with_script(factor.authenticate), "mfa_authenticate", who=Who.PUBLIC),
    routes.asking("sign-in/again/", account.reauthenticate, "account_reauthenticate", who=Who.SIGNED_IN),
    routes.asking("sign-in/second-again/", factor.reauthenticate, "mfa_reauthenticate", who=Who.SIGNED_IN),
    routes.reading("sign-in/inactive/", account.account_inactive, "account_inactive", who=Who.PUBLIC),
    routes.asking("sign-out/", account.logout, "account_logout", who=Who.PUBLIC),
    routes.reading("my/security/", factor.index, "mfa_index", who=Who.SIGNED_IN),
    routes.asking("my/password/", account.password_change, "account_change_password", who=Who.SIGNED_IN),
    routes.asking("my/second-factor/", totp.activate_totp, "mfa_activate_totp", who=Who.SIGNED_IN),
    routes.asking("my/second-factor/end/", totp.deactivate_totp, "mfa_deactivate_totp", who=Who.SIGNED_IN),
    routes.reading("my/second-factor/codes/", codes.view_recovery_codes, "mfa_view_recovery_codes", who=Who.SIGNED_IN),
    routes.asking("my/second-factor/codes/new/", codes.generate_recovery_codes, "mfa_generate_recovery_codes", who=Who.SIGNED_IN),
    routes.reading("my/keys/", keys.list_webauthn, "mfa_list_webauthn", who=Who.SIGNED_IN),
    routes.asking("my/keys/add/", with_script(keys.add_webauthn), "mfa_add_webauthn", who=Who.SIGNED_IN),
    routes.asking("my/keys/<int:pk>/end/", keys.remove_webauthn, "mfa_remove_webauthn", who=Who.SIGNED_IN),
    routes.asking("sign-in/key-again/", with_script(keys.reauthenticate_webauthn), "mfa_reauthenticate_webauthn", who=Who.SIGNED_IN),
    routes.asking("demonstration/sign-in/", demonstration, "demonstration_sign_in", who=Who.DEMONSTRATION),
)  # fmt: skip
