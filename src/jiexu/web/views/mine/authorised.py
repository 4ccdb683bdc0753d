"""Who may act for a person: authorised by them, for what, until when; ended at any time."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.exchange.envelope import BEIJING
from jiexu.texts import say
from jiexu.usecases import delegating
from jiexu.usecases.delegating import DelegationError
from jiexu.usecases.doors import Purpose, Role
from jiexu.usecases.reading.mine import record as reading_record
from jiexu.web import desk, routes, tries
from jiexu.web.forms import Asked
from jiexu.web.grants import Mine, by_the_person, shown
from jiexu.web.pages import language_of, trouble
from jiexu.web.views.proving import too_often

CHOICES = {"view": (Purpose.VIEW,), "apply": (Purpose.VIEW, Purpose.APPLY)}
"""What may be chosen: to look, or to look and act."""
FIELDS = ("name", "purposes", "until")
LONGEST = 150
"""Characters of an account's name."""


@by_the_person
def authorise(request: HttpRequest, me: Mine) -> HttpResponse:
    """Who may act now and who might before; and a form for one more."""
    if request.method != "POST":
        return _shown(request, me, {}, {})
    key = f"authorise {me.visitor.id}"
    if wait := tries.tracking.wait(key):
        return too_often(request, wait)
    written = {name: request.POST.get(name, "").strip()[:LONGEST] for name in FIELDS}
    try:
        desk.write(
            lambda store: delegating.give(
                store,
                me.grant,
                me.visitor.id,
                name=written["name"],
                purposes=CHOICES.get(written["purposes"], ()),
                on=_today(),
                until=_day(written["until"]),
            )
        )
    except DelegationError as fault:
        # Names of accounts are not to be tried out one after another.
        tries.tracking.failed(key)
        errors = {str(fault.data["field"]): say(language_of(request), f"errors.{fault.code}", **fault.data)}
        return _shown(request, me, written, errors)
    return _back(me)


@by_the_person
def end(request: HttpRequest, me: Mine, number: str) -> HttpResponse:
    """End one, from now on."""
    every = desk.write(lambda store: delegating.given(store, me.grant))
    if number not in {str(each.id) for each in every}:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    try:
        desk.write(lambda store: delegating.end(store, int(number), me.visitor.id, on=_today()))
    except DelegationError:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    return _back(me)


def _shown(request: HttpRequest, me: Mine, written: dict[str, str], errors: dict[str, str]) -> HttpResponse:
    found = desk.ask(lambda reader: reading_record.record(reader, me.subject))
    every, today, lang = (
        desk.write(lambda store: delegating.given(store, me.grant)),
        _today(),
        language_of(request),
    )
    fields = [
        Asked(
            name=name,
            shape="radios" if name == "purposes" else "input",
            label=say(lang, f"authorise.f_{name}"),
            hint=say(lang, f"authorise.h_{name}"),
            given=written.get(name, ""),
            required=True,
            type="date" if name == "until" else "text",
            mode="",
            choices=tuple((each, say(lang, f"authorise.p_{each}")) for each in CHOICES)
            if name == "purposes"
            else (),
            error=errors.get(name, ""),
        )
        for name in FIELDS
    ]
    return shown(
        request, me, "mine/authorise.html", found, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        standing=[each for each in every if each.stands(today)],
        over=[each for each in every if not each.stands(today)],
        fields=fields, errors=bool(errors), kind="",
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _today() -> date:
    """The calendar's day, also where a demonstration keeps its own: roles begin and end for people, not for stories."""
    return datetime.now(BEIJING).date()


def _back(me: Mine) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("mine_authorise", args=[me.grant.id]), status=HTTPStatus.SEE_OTHER)


ROUTES = (
    routes.asking("my/<str:grant>/authorise/", authorise, "mine_authorise", who=Role.PERSON),
    routes.pressing("my/<str:grant>/authorise/<str:number>/end/", end, "mine_authorise_end", who=Role.PERSON),
)
