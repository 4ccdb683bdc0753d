"""An account of one's own: opened at the counter with the document in hand, its password set with the code from there."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from jiexu.exchange.envelope import BEIJING
from jiexu.texts import Lang, say
from jiexu.usecases import own_accounts, reading
from jiexu.usecases.doors import Role
from jiexu.usecases.own_accounts import OwnAccountError
from jiexu.values.identity import DocumentKind
from jiexu.web import desk, office, routes, tries
from jiexu.web.forms import Asked
from jiexu.web.pages import language_of, page
from jiexu.web.routes import Who
from jiexu.web.views.proving import too_often, visitor

AT_COUNTER = ("kind", "number", "name", "checked")
TO_BEGIN = ("account", "code", "password", "again")
SECRET = frozenset({"password", "again"})
LONGEST = 200


def at_counter(request: HttpRequest) -> HttpResponse:
    """A clerk opens an account for a person whose document they hold; name and code are shown once."""
    who, agency = office.here(request)
    lang = language_of(request)
    written = {name: request.POST.get(name, "").strip()[:LONGEST] for name in AT_COUNTER}
    errors: dict[str, str] = {}
    context: dict[str, Any] = {"today": desk.ask(reading.today_of), "has_clock": desk.ask(reading.has_clock)}
    if request.method == "POST":
        if written["checked"] != "yes":
            errors["checked"] = say(lang, "opening.not_checked")
        else:
            try:
                with office.at_desk(agency) as node:
                    opened = own_accounts.open_account(
                        node, agency, kind=written["kind"], number=written["number"], name=written["name"],
                        by=who.id, on=datetime.now(BEIJING).date(), at=datetime.now(UTC), hashed=make_password,
                    )  # fmt: skip
                return page(
                    request,
                    "doors/account_opened.html",
                    opened=opened,
                    **context,
                    **office.frame(request, who),
                )
            except OwnAccountError as fault:
                errors[str(fault.data["field"])] = office.sentence(request, fault)
    given = written if request.method == "POST" else {"kind": DocumentKind.CITIZEN_CARD.value}
    fields = [field(name, given, errors, lang) for name in AT_COUNTER]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return page(
        request,
        "doors/account.html",
        status,
        fields=fields,
        errors=bool(errors),
        **context,
        **office.frame(request, who),
    )


def begin(request: HttpRequest) -> HttpResponse:
    """The person sets their password with the code from the counter; then they sign in like everybody."""
    if request.method != "POST":
        return _begin(request, {}, {})
    if wait := tries.tracking.wait(visitor(request)):
        return too_often(request, wait)
    lang = language_of(request)
    written = {name: request.POST.get(name, "")[:LONGEST] for name in TO_BEGIN}
    errors: dict[str, str] = {}
    try:
        validate_password(written["password"])
    except ValidationError as wrong:
        errors["password"] = " ".join(wrong.messages)
    if written["password"] != written["again"]:
        errors["again"] = say(lang, "opening.differ")
    if errors:
        return _begin(request, written, errors)
    agencies = list(desk.ask(reading.desk_places))
    name, code = written["account"].strip().upper(), written["code"].strip().upper()
    try:
        account = desk.write(
            lambda store: own_accounts.use_code(
                store, agencies, name=name, code=code, at=datetime.now(UTC), fits=fits
            )
        )
    except OwnAccountError as fault:
        tries.tracking.failed(visitor(request))
        return _begin(request, written, {"code": office.sentence(request, fault)})
    user = User.objects.get(pk=account)
    user.set_password(written["password"])
    user.save(update_fields=["password"])
    return page(request, "account/begun.html", name=name)


def fits(code: str, kept: str) -> bool:
    return bool(check_password(code, kept or _nobodys())) and bool(kept)


@cache
def _nobodys() -> str:
    """What a code is compared with where there is no such account: it takes as long."""
    return str(make_password("nobody has this code"))


def _begin(request: HttpRequest, written: dict[str, str], errors: dict[str, str]) -> HttpResponse:
    shown = {name: text for name, text in written.items() if name == "account"}
    fields = [field(name, shown, errors, language_of(request)) for name in TO_BEGIN]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return page(request, "account/begin.html", status, fields=fields, errors=bool(errors))


def field(name: str, written: dict[str, str], errors: dict[str, str], lang: Lang) -> Asked:
    choices = {
        "kind": tuple((each.value, say(lang, f"documents.kind_{each.value}")) for each in DocumentKind),
        "checked": (("yes", say(lang, "opening.checked_yes")),),
    }
    shapes = {"kind": "select", "checked": "radios"}
    return Asked(
        name=name,
        shape=shapes.get(name, "input"),
        label=say(lang, f"opening.f_{name}"),
        hint=say(lang, f"opening.h_{name}") if name in {"account", "code", "password"} else "",
        given=written.get(name, ""),
        required=False,
        type="password" if name in SECRET else "text",
        mode="",
        choices=choices.get(name, ()),
        error=errors.get(name, ""),
    )


ROUTES = (
    routes.asking("desk/accounts/", at_counter, "desk_accounts", who=Role.CLERK),
    routes.asking("sign-up/", begin, "account_signup", who=Who.PUBLIC),
)
