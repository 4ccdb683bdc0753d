"""What a person says is wrong: contested months, wrong data, a look not understood. Written, checked once more, sent, answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.gateways.policyfiles.uploads import shipped_uploads
from jiexu.rules.inputs import Scheme
from jiexu.texts import Lang, say
from jiexu.usecases import looks, reading, requests, uploads
from jiexu.usecases.reading.mine import record as reading_record
from jiexu.usecases.reading.mine.record import Known, Record
from jiexu.usecases.reading.shown import Deadline
from jiexu.usecases.requests import Asker, Kind, Request, RequestError, Said
from jiexu.web import desk, kept, pages, routes, words
from jiexu.web.forms import Asked
from jiexu.web.grants import FOR_A_PERSON, Mine, acting, noted, own, shown
from jiexu.web.pages import language_of, trouble

FIELDS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.MONTHS: ("place", "scheme", "first", "last", "right", "why"),
    Kind.LOOK: ("place", "why"),
}
USUAL: Final = ("place", "right", "why")
"""Fields of every other kind."""
LINES: Final = frozenset({"right", "why"})


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was written. ``errors``: field → what is wrong, with its cure."""

    kind: Kind
    written: Mapping[str, str]
    errors: Mapping[str, str]

    def fields(self, lang: Lang, known: tuple[Known, ...]) -> list[Asked]:
        choices = {
            "place": tuple((each.place.code, words.agency_name(lang, each.place)) for each in known),
            "scheme": tuple((each.value, say(lang, f"web.scheme.{each.value}")) for each in Scheme),
        }
        return [
            Asked(
                name=name,
                shape="lines" if name in LINES else "input" if name not in choices else "radios",
                label=say(
                    lang, f"requests.f_{name}_{self.kind}" if name == "right" else f"requests.f_{name}"
                ),
                hint=say(lang, f"requests.h_{name}") if name in {"first", "why"} else "",
                given=self.written.get(name, ""),
                required=True,
                type="text",
                mode="",
                choices=choices.get(name, ()),
                error=self.errors.get(name, ""),
            )
            for name in FIELDS.get(self.kind, USUAL)
        ]


@own
def every(request: HttpRequest, me: Mine) -> HttpResponse:
    """What was asked so far, who has it and until when, what was answered; and what else can be asked."""
    noted(me, looks.What.REQUEST)
    found = _record(me)
    with desk.node() as node:
        asked = requests.of_person(node, _keys(found))
    rows = [
        (each, due, found.place_of(each.agency)) for each, due in zip(asked, _deadlines(asked), strict=True)
    ]
    return shown(request, me, "mine/requests.html", found, rows=rows, kinds=list(Kind))


@acting
def ask(request: HttpRequest, me: Mine, kind: str) -> HttpResponse:
    """The form, then everything once more to look at, then the act."""
    found = _record(me)
    if kind not in set(Kind) or not found.known:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    what = Kind(kind)
    if request.method != "POST":
        return _written_before(request, me, found, what)
    step = request.POST.get("step", "")
    written = {name: request.POST.get(name, "")[: requests.LONGEST + 1] for name in FIELDS.get(what, USUAL)}
    kept.keep(request, _draft(me, what), written)
    read = _read(language_of(request), what, written, found, desk.ask(reading.today_of))
    if read.errors and step != "change":
        pages.stand_at(request, _address(me, what, "read"))
        return _form(request, me, found, Form(what, written, read.errors))
    if step != "send" or read.subject is None:
        return _to(_address(me, what, "change" if step == "change" else "check"))
    with desk.node() as node:
        by = Asker(me.visitor.name, me.grant.role.value, desk.ask(reading.today_of))
        about = (read.subject.place.code, read.subject.reference)
        number = requests.ask(node, about, what, read.said, by=by)
    kept.forget(request, _draft(me, what))
    return _to(f"{reverse('mine_request', args=[me.grant.id, number])}?sent=1")


@dataclass(frozen=True, slots=True)
class Read:
    """What was written, as it would be asked. ``subject``: the person at the agency it goes to, None where none was chosen."""

    said: Said
    subject: Known | None
    errors: Mapping[str, str]


def _read(lang: Lang, kind: Kind, written: Mapping[str, str], found: Record, today: date) -> Read:
    said = Said(**{name: written.get(name, "") for name in ("right", "why", "first", "last", "scheme")})
    subject = next((each for each in found.known if each.place.code == written["place"]), None)
    errors = {} if subject else {"place": say(lang, "requests.no_place")}
    if "scheme" in written and written["scheme"] not in set(Scheme):
        errors["scheme"] = say(lang, "requests.no_scheme")
    try:
        requests.checked(kind, said, on=today)
    except RequestError as fault:
        errors[str(fault.data["field"])] = say(lang, f"errors.{fault.code}", **fault.data)
    return Read(said, subject, errors)


def _written_before(request: HttpRequest, me: Mine, found: Record, kind: Kind) -> HttpResponse:
    """The form as it was left, or all of it to look at once more; empty where nothing was written."""
    step, lang = request.GET.get("step", ""), language_of(request)
    written = kept.read(request, _draft(me, kind)) if step else None
    if written is None and step:
        # It was sent, or the session is another: what was asked stands in the list.
        return _to(reverse("mine_requests", args=[me.grant.id]))
    if written is None:
        first = {"place": found.known[0].place.code, "scheme": Scheme.EMPLOYEE.value}
        return _form(
            request, me, found, Form(kind, {**first, **_given(request, "place", "first", "last")}, {})
        )
    read = _read(lang, kind, written, found, desk.ask(reading.today_of))
    if step != "check" or read.errors:
        return _form(request, me, found, Form(kind, written, {} if step == "change" else read.errors))
    return shown(
        request,
        me,
        "mine/request_check.html",
        found,
        kind=kind,
        written=written,
        sent=[(name, _written(lang, name, text, found)) for name, text in written.items() if text],
        tab="requests",
    )


def _draft(me: Mine, kind: Kind) -> str:
    return f"asked {me.grant.id} {kind.value}"


def _address(me: Mine, kind: Kind, step: str) -> str:
    return f"{reverse('mine_ask', args=[me.grant.id, kind.value])}?step={step}"


def _to(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


@own
def one(request: HttpRequest, me: Mine, number: str) -> HttpResponse:
    """One request: who has it until when, and the answer with its reason."""
    found = _record(me)
    with desk.node() as node:
        asked = next((each for each in requests.of_person(node, _keys(found)) if each.id == number), None)
        sent = uploads.of_request(node, asked.agency, asked.id) if asked else []
    if asked is None:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    noted(me, looks.What.REQUEST)
    return shown(
        request, me, "mine/request.html", found,
        asked=asked, due=_deadlines([asked])[0], place=found.place_of(asked.agency), is_new="sent" in request.GET,
        sent=sent, takes_papers=bool(shipped_uploads().about(asked.kind)),
        law=[words.cited(language_of(request), each) for each in requests.LAW], tab="requests",
    )  # fmt: skip


def _form(request: HttpRequest, me: Mine, found: Record, form: Form) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    fields = form.fields(language_of(request), found.known)
    return shown(
        request, me, "mine/request_form.html", found, status,
        kind=form.kind, fields=fields, errors=bool(form.errors), tab="requests",
    )  # fmt: skip


def _given(request: HttpRequest, *names: str) -> dict[str, str]:
    """What a link put into the form before."""
    return {name: request.GET[name][:20] for name in names if name in request.GET}


def _written(lang: Lang, name: str, text: str, found: Record) -> str:
    if name == "place":
        return words.agency_name(lang, found.place_of(text))
    return say(lang, f"web.scheme.{text}") if name == "scheme" else text


def _record(me: Mine) -> Record:
    return desk.ask(lambda reader: reading_record.record(reader, me.subject))


def _keys(found: Record) -> list[tuple[str, str]]:
    return [(each.place.code, each.reference) for each in found.known]


def _deadlines(asked: Sequence[Request]) -> tuple[Deadline, ...]:
    return desk.ask(
        lambda reader: reading.deadlines(reader, [(each.due_on, each.due_kind) for each in asked])
    )


ROUTES = (
    routes.reading("my/<str:grant>/requests/", every, "mine_requests", who=FOR_A_PERSON),
    routes.asking("my/<str:grant>/requests/new/<str:kind>/", ask, "mine_ask", who=FOR_A_PERSON),
    routes.reading("my/<str:grant>/requests/<str:number>/", one, "mine_request", who=FOR_A_PERSON),
)
