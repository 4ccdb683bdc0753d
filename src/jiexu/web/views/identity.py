"""Identity repair at the desk: whom a document may belong to, the evidence for each, and two people who agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.exchange.payloads import Document
from jiexu.texts import say
from jiexu.usecases import identity, looks, reading
from jiexu.usecases.doors import Role
from jiexu.usecases.identity import Brought, Candidate
from jiexu.usecases.node import Node
from jiexu.values.errors import ValueFault
from jiexu.values.identity import DocumentKind, IdentityError, validate_document
from jiexu.values.names import PersonName
from jiexu.web import desk, kept, office, pages, routes
from jiexu.web.doors import Visitor
from jiexu.web.forms import Asked
from jiexu.web.kept import Said
from jiexu.web.pages import language_of, page, trouble
from jiexu.web.routes import DESK

FIELDS = ("name", "document_kind", "document_number", "birth")
IDENTITY = "identity"
WHY = "identity"
"""The reason under which looks at candidates are noted."""


def look_for(request: HttpRequest) -> HttpResponse:
    """What waits for a second person; and a form: name, document and birth as the document shows them."""
    written = kept.read(request, _kept_at(request)) if "again" in request.GET else None
    if request.method == "POST":
        written = _given(request)
        if request.POST.get("step") == "begin":
            return _form(request, written, {})
    if written is None:
        return _form(request, {"document_kind": DocumentKind.CITIZEN_CARD.value}, {})
    today = desk.ask(reading.today_of)
    brought, errors = _read(request, written, today)
    if brought is None:
        return _form(request, written, errors)
    return _candidates(request, brought, written)


def _given(request: HttpRequest) -> dict[str, str]:
    """What was written, kept so that the same page can be read in the other language."""
    written = {name: request.POST.get(name, "").strip()[:120] for name in FIELDS}
    kept.keep(request, _kept_at(request), written)
    pages.stand_at(request, _again())
    return written


def _kept_at(request: HttpRequest) -> str:
    """Of one desk: whoever works at another now, or at this one no more, reads nothing of it."""
    return f"{IDENTITY} {office.here(request)[1]}"


def _again() -> str:
    return f"{reverse('identity')}?again=1"


def _read(
    request: HttpRequest, written: dict[str, str], today: date
) -> tuple[Brought | None, dict[str, str]]:
    """What was brought, or what is wrong with it, by field."""
    lang, errors = language_of(request), {}
    kind = written["document_kind"] if DocumentKind.known(written["document_kind"]) else "01"
    number, birth = "", None
    try:
        PersonName(written["name"])
    except ValueFault as fault:
        errors["name"] = office.sentence(request, fault)
    try:
        number = validate_document(
            kind, written["document_number"], today=today, allow_synthetic=desk.is_invented()
        )
    except (ValueFault, IdentityError) as fault:
        errors["document_number"] = office.sentence(request, fault)
    else:
        birth = identity.birth_in(Document(kind, number))
    if birth is None:
        with suppress(ValueError):
            birth = date.fromisoformat(written["birth"])
        if birth is None and "document_number" not in errors:
            errors["birth"] = say(lang, "identity.birth_needed")
    if errors or birth is None:
        return None, errors
    return Brought(written["name"], Document(kind, number), birth), {}


def _form(request: HttpRequest, written: dict[str, str], errors: dict[str, str]) -> HttpResponse:
    visitor, agency = office.here(request)
    lang = language_of(request)
    kinds = tuple((kind.value, say(lang, f"documents.kind_{kind.value}")) for kind in DocumentKind)
    fields = [
        Asked(
            name=name,
            shape="select" if name == "document_kind" else "input",
            label=say(lang, f"identity.f_{name}"),
            hint=say(lang, f"identity.h_{name}") if name in {"document_number", "birth"} else "",
            given=written.get(name, ""),
            required=False,
            type="date" if name == "birth" else "text",
            mode="",
            choices=kinds if name == "document_kind" else (),
            error=errors.get(name, ""),
        )
        for name in FIELDS
    ]
    with office.at_desk(agency) as node:
        waits = identity.waiting(node, agency)
    context: dict[str, Any] = {
        "identity": True,
        "today": desk.ask(reading.today_of),
        "fields": fields,
        "errors": [field for field in fields if field.error],
        "waits": waits,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return page(request, "identity/form.html", status, **context, **office.frame(request, visitor))


def _candidates(
    request: HttpRequest,
    brought: Brought,
    written: dict[str, str],
    status: int = HTTPStatus.OK,
    said: Said | None = None,
) -> HttpResponse:
    """Everybody who may be meant, each with what speaks for it and against."""
    visitor, agency = office.here(request)
    found: list[Candidate] = []
    with office.at_desk(agency) as node:
        try:
            found = identity.candidates(node, agency, brought)
        except ValueFault as fault:
            said, status = office.said(fault), HTTPStatus.CONFLICT
        _noted(node, visitor, agency, (each.person for each in found))
        with node.store.transaction("identity.known", [agency]) as cursor:
            known = identity.is_known(cursor, agency, brought.document)
    context: dict[str, Any] = {
        "identity": True,
        "today": desk.ask(reading.today_of),
        "brought": brought,
        "masked": _masked(brought),
        "found": found,
        "known": known,
        "sent": sorted(written.items()),
        "said": kept.sentence(request, _again(), said),
    }
    return page(request, "identity/candidates.html", status, **context, **office.frame(request, visitor))


def _masked(brought: Brought) -> str:
    return f"…{brought.document.number[-4:]}"


def _noted(node: Node, visitor: Visitor, agency: str, people: Iterable[str]) -> None:
    """That somebody's record is looked at is kept before it is shown, for the person to read."""
    at = datetime.now(UTC)
    seen = [
        looks.Seen(agency, looks.What.RECORD, WHY, visitor.name, visitor.role_at_desk, at, person=person)
        for person in people
    ]
    if seen:
        with node.store.transaction("looks.identity", [agency]) as cursor:
            looks.note(cursor, seen)


def propose(request: HttpRequest) -> HttpResponse:
    """The first of two people says who it is."""
    visitor, agency = office.here(request)
    written = _given(request)
    today = desk.ask(reading.today_of)
    brought, errors = _read(request, written, today)
    if brought is None:
        return _form(request, written, errors)
    try:
        with office.at_desk(agency) as node:
            number = identity.propose(
                node, agency, request.POST.get("person", "")[:40], brought, by=visitor.name, on=today
            )
    except ValueFault as fault:
        return _candidates(request, brought, written, HTTPStatus.CONFLICT, office.said(fault))
    return HttpResponseRedirect(reverse("identity_repair", args=[number]), status=HTTPStatus.SEE_OTHER)


def repair(request: HttpRequest, number: str) -> HttpResponse:
    """One proposal: what was brought beside what is recorded, the evidence, and what can be done."""
    return _repair(request, number)


def _repair(
    request: HttpRequest, number: str, status: int = HTTPStatus.OK, said: Said | None = None
) -> HttpResponse:
    visitor, agency = office.here(request)
    try:
        with office.at_desk(agency) as node:
            found = identity.find(node, agency, number)
            _noted(node, visitor, agency, [found.person])
    except ValueFault:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    context: dict[str, Any] = {
        "identity": True,
        "today": desk.ask(reading.today_of),
        "repair": found,
        "masked": _masked(found.brought),
        "said": kept.sentence(request, reverse("identity_repair", args=[number]), said),
        "own": found.asked_by == visitor.name,
    }
    return page(request, "identity/repair.html", status, **context, **office.frame(request, visitor))


Act = Callable[[Node, str, str, date], None]


def _answered(request: HttpRequest, number: str, act: Act) -> HttpResponse:
    """Do what was pressed; back to the page with a sentence where it was not possible."""
    _, agency = office.here(request)
    with office.at_desk(agency) as node:
        try:
            identity.find(node, agency, number)
        except ValueFault:
            return trouble(request, status=HTTPStatus.NOT_FOUND)
        try:
            act(node, agency, number, desk.ask(reading.today_of))
        except ValueFault as fault:
            return _repair(request, number, HTTPStatus.CONFLICT, office.said(fault))
    return HttpResponseRedirect(reverse("identity"), status=HTTPStatus.SEE_OTHER)


def agree(request: HttpRequest, number: str) -> HttpResponse:
    """The second person agrees: the person has the document from now on."""
    visitor, _ = office.here(request)
    return _answered(
        request,
        number,
        lambda node, agency, each, day: identity.agree(node, agency, each, by=visitor.name, on=day),
    )


def send_back(request: HttpRequest, number: str) -> HttpResponse:
    """The second person does not agree, and says why."""
    visitor, _ = office.here(request)
    why = request.POST.get("why", "")[:400]
    return _answered(
        request,
        number,
        lambda node, agency, each, day: identity.send_back(
            node, agency, each, by=visitor.name, on=day, why=why
        ),
    )


def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """The first person takes back what still waits."""
    visitor, _ = office.here(request)
    return _answered(
        request,
        number,
        lambda node, agency, each, day: identity.take_back(node, agency, each, by=visitor.name, on=day),
    )


ROUTES = (
    routes.asking("desk/identity/", look_for, "identity", who=frozenset({Role.CLERK, Role.REVIEWER})),
    routes.pressing("desk/identity/propose/", propose, "identity_propose", who=Role.CLERK),
    routes.reading("desk/identity/<str:number>/", repair, "identity_repair", who=DESK),
    routes.pressing(
        "desk/identity/<str:number>/agree/", agree, "identity_agree", who=Role.REVIEWER, money=True
    ),
    routes.pressing("desk/identity/<str:number>/back/", send_back, "identity_back", who=Role.REVIEWER),
    routes.pressing("desk/identity/<str:number>/withdraw/", take_back, "identity_take_back", who=Role.CLERK),
)
