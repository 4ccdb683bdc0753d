"""What somebody was told, in the pages; and how else they want to hear of it."""

from __future__ import annotations

import os
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.cases.messages import Channel
from jiexu.store.db import Store
from jiexu.texts import LANGS, Lang, say
from jiexu.usecases import contacts, messages, reading
from jiexu.usecases.contacts import Contact, ContactError
from jiexu.usecases.doors import FOR_SOMEBODY, Grant, Purpose, Role
from jiexu.usecases.senders import senders
from jiexu.values.errors import ValueFault
from jiexu.web import desk, routes, words
from jiexu.web.doors import Visitor
from jiexu.web.grants import entered, head_today, mine
from jiexu.web.pages import language_of, page, trouble
from jiexu.web.tries import shipped_tries

confirming = shipped_tries()
"""Codes that are tried for one grant."""


def _here(request: HttpRequest, number: int) -> tuple[Visitor, Grant, str]:
    """Raises Http404 where the grant is not theirs."""
    me = mine(request, str(number), FOR_SOMEBODY)
    if me is None:
        raise Http404
    if me.is_agent:
        # Who acts for another reads under the same authorisation, and the look is kept.
        entered(request, number, Purpose.VIEW)
    return me.visitor, me.grant, me.subject.agency


def told(request: HttpRequest, grant: int) -> HttpResponse:
    """Every notice of one's cases, the newest first; from now on they are read."""
    _, held, agency = _here(request, grant)
    found = desk.ask(lambda reader: messages.notices(reader, held))

    def note(store: Store) -> None:
        with store.transaction("messages.seen", [agency]) as cursor:
            messages.seen(cursor, held, found)

    if any(each.is_new for each in found):
        desk.write(note)
    lang, frame, places = language_of(request), head_today(held), desk.ask(reading.desk_places)

    def place_of(code: str) -> reading.Place:
        return places.get(code) or reading.Place(code, code, code, code)

    said = [
        (each, words.told(lang, each.key, each.data, place_of, frame["today"]), words.day(lang, each.told_on, frame["today"]))
        for each in found
    ]  # fmt: skip
    return page(
        request, "messages/told.html", tab="messages", said=said, new=sum(e.is_new for e in found), **frame
    )


def contact(request: HttpRequest, grant: int) -> HttpResponse:
    """Channels, language and wording."""
    _, held, agency = _here(request, grant)
    with desk.node(agency) as node:
        chosen = contacts.contact(node, held)
        if request.method != "POST":
            return _form(request, held, chosen)
        given = request.POST
        wanted = {each for each in _offered(held) if each.value in given.getlist("channel")}
        lang: Lang = next((each for each in LANGS if each == given.get("lang")), "zh")
        try:
            contacts.choose(
                node,
                held,
                channels=wanted,
                lang=lang,
                elder=given.get("elder") == "yes",
                email=given.get("email", ""),
                phone=given.get("phone", ""),
                webhook=given.get("webhook", ""),
                on=desk.ask(reading.today_of),
            )
        except ContactError as fault:
            return _form(request, held, chosen, fault)
    return HttpResponseRedirect(reverse("my_contact", args=[grant]), status=HTTPStatus.SEE_OTHER)


def _offered(grant: Grant) -> tuple[Channel, ...]:
    """Channels that are set up here; webhooks are for employers."""
    there = senders(os.environ)
    return tuple(
        each
        for each in Channel
        if each in there and (each is not Channel.WEBHOOK or grant.role is Role.EMPLOYER)
    )


def _form(
    request: HttpRequest, grant: Grant, chosen: Contact | None, fault: ValueFault | None = None
) -> HttpResponse:
    given = request.POST
    reached = chosen.reached if chosen else contacts.Reached()
    typed = {name: given.get(name, getattr(reached, name)) for name in ("email", "phone", "webhook")}
    marked = (
        set(given.getlist("channel"))
        if fault
        else {each.value for each in chosen.channels}
        if chosen
        else set()
    )
    error = say(language_of(request), f"errors.{fault.code}", **fault.data) if fault else ""
    field = {"contact_email": "email", "contact_phone": "phone", "contact_webhook": "webhook"}.get(
        fault.code if fault else "", "code"
    )
    return page(
        request,
        "messages/contact.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        chosen=chosen,
        offered=_offered(grant),
        marked=marked,
        typed=typed,
        error=error,
        field=field,
        speaks=given.get("lang") or (chosen.lang if chosen else language_of(request)),
        large=given.get("elder") == "yes" if fault else bool(chosen and chosen.elder),
        waits=bool(chosen and Channel.EMAIL in chosen.channels and not chosen.confirmed),
        **head_today(grant),
    )


def confirm(request: HttpRequest, grant: int) -> HttpResponse:
    """The code that came by e-mail; tried a few times only."""
    _, held, agency = _here(request, grant)
    if confirming.wait(f"grant {grant}"):
        return trouble(request, status=HTTPStatus.TOO_MANY_REQUESTS)
    with desk.node(agency) as node:
        try:
            contacts.confirm(node, held, request.POST.get("code", ""), on=desk.ask(reading.today_of))
        except ContactError as fault:
            confirming.failed(f"grant {grant}")
            return _form(request, held, contacts.contact(node, held), fault)
    return HttpResponseRedirect(reverse("my_contact", args=[grant]), status=HTTPStatus.SEE_OTHER)


ROUTES = (
    routes.reading("my/<int:grant>/messages/", told, "my_messages", who=FOR_SOMEBODY),
    routes.asking("my/<int:grant>/messages/contact/", contact, "my_contact", who=FOR_SOMEBODY),
    routes.pressing("my/<int:grant>/messages/contact/code/", confirm, "my_contact_code", who=FOR_SOMEBODY),
)
