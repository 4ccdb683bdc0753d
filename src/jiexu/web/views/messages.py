"""What somebody was told, in the pages; and how else they want to hear of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.cases.messages import Channel
from jiexu.store.db import Store
from jiexu.texts import LANGS, Lang, say
from jiexu.usecases import contacts, messages, reading
from jiexu.usecases.contacts import CODE, Contact, ContactError
from jiexu.usecases.doors import FOR_SOMEBODY, Grant, Purpose, Role
from jiexu.usecases.messages import GivenUp
from jiexu.usecases.senders import senders
from jiexu.values.errors import ValueFault
from jiexu.web import desk, doors, kept, office, routes, tries, words
from jiexu.web.doors import Visitor
from jiexu.web.grants import entered, head_today, mine
from jiexu.web.pages import language_of, page, trouble

WHY = {
    "refused": {"no_address", "SMTPRecipientsRefused", "SMTPSenderRefused", "SMTPDataError"},
    "unreachable": {"gaierror", "TimeoutError", "ConnectionRefusedError", "ConnectionResetError", "SMTPConnectError", "SMTPServerDisconnected", "OSError"},
    "sign_in": {"SMTPAuthenticationError", "SMTPNotSupportedError"},
    "certificate": {"SSLError", "SSLCertVerificationError"},
    "not_https": {"not_https"},
    "not_public": {"not_public"},
}  # fmt: skip
"""What channels say where they did not take a message, by what a person reads of it."""
STATUS = "status_"
AT_DESKS = frozenset({Role.CLERK, Role.SUPERVISOR})


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
    lost = desk.ask(lambda reader: messages.given_up(reader, agency=agency, grant=held.id))

    def note(store: Store) -> None:
        with store.transaction("messages.seen", [agency]) as cursor:
            messages.seen(cursor, held, found)

    if any(each.is_new for each in found):
        desk.write(note)
    lang, frame, place_of = language_of(request), head_today(held), _place_of()
    said = [
        (each, words.told(lang, each.key, each.data, place_of, frame["today"]), words.day(lang, each.told_on, frame["today"]))
        for each in found
    ]  # fmt: skip
    return page(
        request,
        "messages/told.html",
        tab="messages",
        undelivered=undelivered(lang, lost, frame["today"]),
        said=said,
        new=sum(e.is_new for e in found),
        **frame,
    )


def why(lang: Lang, said: str) -> str:
    """Why a message did not arrive, in plain words."""
    if said.startswith(STATUS):
        return say(lang, "pages_messages.why_status", code=said.removeprefix(STATUS))
    key = next((key for key, names in WHY.items() if said in names), "")
    return say(lang, f"pages_messages.why_{key}") if key else say(lang, "pages_messages.why_other", said=said)


def undelivered(lang: Lang, found: Sequence[GivenUp], today: date) -> list[dict[str, Any]]:
    """What was given up, as its lists show it."""
    dues = desk.ask(lambda reader: reading.deadlines(reader, [(each.due_on, "promise") for each in found]))
    place_of = _place_of()
    return [
        {
            "id": each.id,
            "case_no": each.case_no,
            "channel": each.channel.value,
            "what": say(lang, "pages_messages.not_arrived_code") if each.key == CODE else words.told(lang, each.key, each.data, place_of, today),
            "why": why(lang, each.said),
            "on": each.told_on,
            "due": due,
        }
        for each, due in zip(found, dues, strict=True)
    ]  # fmt: skip


def again(request: HttpRequest, grant: int, number: str) -> HttpResponse:
    """The owner has one of their own tried anew."""
    _, _, agency = _here(request, grant)
    _try_again([agency], number, grant)
    return HttpResponseRedirect(reverse("my_messages", args=[grant]), status=HTTPStatus.SEE_OTHER)


def _try_again(agencies: Sequence[str], number: str, grant: int | None = None) -> None:
    """Raises Http404 where nothing under that number was given up there."""

    def write(store: Store) -> bool:
        with store.transaction("messages.again", agencies) as cursor:
            return messages.again(cursor, number, grant=grant, now=messages.now_utc())

    if not desk.write(write):
        raise Http404


def desk_list(request: HttpRequest) -> HttpResponse:
    """What was given up at this desk; for a supervisor on the whole node."""
    visitor = _worker(request)
    agency = "" if Role.SUPERVISOR in visitor.roles else str(visitor.desk)
    found = desk.ask(lambda reader: messages.given_up(reader, agency=agency))
    today = desk.ask(reading.today_of)
    return page(
        request,
        "messages/desk.html",
        rows=undelivered(language_of(request), found, today),
        undelivered_nav=True,
        today=today,
        has_clock=desk.ask(reading.has_clock),
        **office.frame(request, visitor),
    )


def desk_again(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody at a desk, or a supervisor, has one tried anew."""
    visitor = _worker(request)
    every = Role.SUPERVISOR in visitor.roles
    _try_again(list(desk.ask(reading.desk_places)) if every else [str(visitor.desk)], number)
    return HttpResponseRedirect(reverse("desk_messages"), status=HTTPStatus.SEE_OTHER)


def _worker(request: HttpRequest) -> Visitor:
    visitor = doors.visitor(request)
    assert visitor is not None  # noqa: S101 - the door
    return visitor


def _place_of() -> Callable[[str], reading.Place]:
    places = desk.ask(reading.desk_places)
    return lambda code: places.get(code) or reading.Place(code, code, code, code)


def contact(request: HttpRequest, grant: int) -> HttpResponse:
    """Channels, language and wording."""
    visitor, held, agency = _here(request, grant)
    with desk.node(agency) as node:
        chosen = contacts.contact(node, held)
        if request.method != "POST":
            return _form(request, held, chosen)
        given = request.POST
        wanted = {each for each in _offered(held) if each.value in given.getlist("channel")}
        asked = (f"account {visitor.id}", f"address {given.get('email', '').strip().lower()}")
        asks = contacts.asks_code(chosen, wanted, given.get("email", ""))
        if asks and (wait := tries.coding.wait(*asked)):
            return _form(request, held, chosen, contacts.too_often(wait))
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
        if asks:
            tries.coding.failed(*asked)
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
    field = {
        "contact_email": "email",
        "contact_too_often": "email",
        "contact_phone": "phone",
        "contact_webhook": "webhook",
    }.get(fault.code if fault else "", "code")
    if fault is None or field == "code":
        there = reverse("my_contact", args=[grant.id])
        error = kept.sentence(request, there, office.said(fault) if fault else None)
    else:
        error = office.sentence(request, fault)
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
    if tries.confirming.wait(f"grant {grant}"):
        return trouble(request, status=HTTPStatus.TOO_MANY_REQUESTS)
    with desk.node(agency) as node:
        try:
            contacts.confirm(node, held, request.POST.get("code", ""), on=desk.ask(reading.today_of))
        except ContactError as fault:
            tries.confirming.failed(f"grant {grant}")
            return _form(request, held, contacts.contact(node, held), fault)
    return HttpResponseRedirect(reverse("my_contact", args=[grant]), status=HTTPStatus.SEE_OTHER)


ROUTES = (
    routes.reading("my/<int:grant>/messages/", told, "my_messages", who=FOR_SOMEBODY),
    routes.asking("my/<int:grant>/messages/contact/", contact, "my_contact", who=FOR_SOMEBODY),
    routes.pressing(
        "my/<int:grant>/messages/<str:number>/again/", again, "my_message_again", who=FOR_SOMEBODY
    ),
    routes.reading("desk/messages/", desk_list, "desk_messages", who=AT_DESKS),
    routes.pressing("desk/messages/<str:number>/again/", desk_again, "desk_message_again", who=AT_DESKS),
    routes.pressing("my/<int:grant>/messages/contact/code/", confirm, "my_contact_code", who=FOR_SOMEBODY),
)
