"""The counter: an application for a person who is present, from the form to the number that is handed to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.tables import Context, FaultyRow
from jiexu.gateways.tables.applications import Application
from jiexu.gateways.tables.vocabulary import APPLICANTS, CHANNELS, DOCUMENT_KINDS, SCHEMES, YES_NO
from jiexu.rules.inputs import Applicant, Channel, Scheme
from jiexu.texts import Lang, say
from jiexu.usecases import counter as counters
from jiexu.usecases import reading
from jiexu.usecases.doors import Role
from jiexu.values import case_number
from jiexu.values.identity import DocumentKind
from jiexu.web import desk, office, routes
from jiexu.web.doors import Visitor
from jiexu.web.forms import Asked
from jiexu.web.pages import language_of, page, trouble

HERE, AWAY = "in", "out"
"""The person came to this place, or leaves it."""
YES: Final = YES_NO.zh[True]
FIELDS = (
    "name", "document_kind", "document_number", "direction", "other", "from_scheme", "to_scheme", "applicant",
    "authorised", "employer", "channel", "wants_cash",
)  # fmt: skip
FIRST = {
    "document_kind": DocumentKind.CITIZEN_CARD.value,
    "direction": HERE,
    "from_scheme": Scheme.EMPLOYEE.value,
    "to_scheme": Scheme.EMPLOYEE.value,
    "applicant": Applicant.MEMBER.value,
    "authorised": "no",
    "channel": Channel.COUNTER.value,
    "wants_cash": "no",
}
"""What stands in the form before anything is written."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form as it was written. ``written``: field → text; ``errors``: field → what is wrong, with its cure."""

    written: Mapping[str, str]
    errors: Mapping[str, str]

    def fields(self, lang: Lang) -> list[Asked]:
        return [
            Asked(
                name=name,
                shape="radios" if name in CHOICES and len(CHOICES[name]) <= MOST_BESIDE else "select" if name in CHOICES else "input",
                label=say(lang, f"counter.f_{name}"),
                hint=say(lang, f"counter.h_{name}") if name in HINTED else "",
                given=self.written.get(name, ""),
                required=False,
                type="text",
                mode="",
                choices=tuple((value, say(lang, key)) for value, key in CHOICES.get(name, ())),
                error=self.errors.get(name, ""),
            )
            for name in FIELDS
        ]  # fmt: skip


MOST_BESIDE = 4
"""Choices up to which they stand beside each other."""
HINTED = frozenset({"name", "document_number", "other", "authorised", "employer", "channel", "wants_cash"})
_YES_NO = (("yes", "policy.said_yes"), ("no", "policy.said_no"))
CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "document_kind": tuple((kind.value, f"documents.kind_{kind.value}") for kind in DocumentKind),
    "direction": ((HERE, "counter.direction_in"), (AWAY, "counter.direction_out")),
    "from_scheme": tuple((each.value, f"web.scheme.{each.value}") for each in Scheme),
    "to_scheme": tuple((each.value, f"web.scheme.{each.value}") for each in Scheme),
    "applicant": tuple((each.value, f"web.word.{each.value}") for each in Applicant),
    "authorised": _YES_NO,
    "channel": tuple(
        (each.value, f"counter.channel_{each.value}") for each in (Channel.COUNTER, Channel.OFFLINE)
    ),
    "wants_cash": _YES_NO,
}


def counter(request: HttpRequest) -> HttpResponse:
    """The form, then what was understood to look at once more, then the act."""
    visitor, agency = office.here(request)
    if request.method != "POST":
        return _form(request, visitor, Form(FIRST, {}))
    written = {name: _given(request, name) for name in FIELDS}
    if request.POST.get("step") == "change":
        return _form(request, visitor, Form(written, {}))
    today = desk.ask(reading.today_of)
    read = counters.read(_cells(written, agency), Context(areas(), today, demonstration=desk.is_invented()))
    if isinstance(read, FaultyRow):
        return _form(request, visitor, Form(written, _errors(read, language_of(request))))
    if request.POST.get("step") != "file":
        return _check(request, visitor, written, read, today)
    if request.POST.get("agree") != "yes":
        said = say(language_of(request), "counter.agree_missing")
        return _check(request, visitor, written, read, today, said)
    with office.at_desk(agency) as node:
        application = counters.as_taken(read, agency, today=today)
        taken = counters.file(node, application, day=today, by=visitor.name)
    address = reverse("counter_filed", args=[taken.case_no])
    again = "" if taken.outcome == "created" else f"?was={taken.outcome}"
    return HttpResponseRedirect(f"{address}{again}", status=HTTPStatus.SEE_OTHER)


def _given(request: HttpRequest, name: str) -> str:
    """What was written into a field; a choice that the form does not offer counts as the first one."""
    text = request.POST.get(name, "").strip()[:120]
    offered = [value for value, _ in CHOICES.get(name, ())]
    return text if not offered or text in offered else FIRST[name]


def _cells(written: Mapping[str, str], agency: str) -> dict[str, str]:
    """The fields as the columns of an applications file, in the words such files use."""
    away = written["direction"] == AWAY
    other = written["other"]
    return {
        "name": written["name"],
        "document_kind": _word(DOCUMENT_KINDS.zh, written["document_kind"]),
        "document_number": written["document_number"],
        "origin": agency if away else other,
        "destination": other if away else agency,
        "from_scheme": _word(SCHEMES.zh, written["from_scheme"]),
        "to_scheme": _word(SCHEMES.zh, written["to_scheme"]),
        "applicant": _word(APPLICANTS.zh, written["applicant"]),
        "employer": written["employer"],
        "authorised": YES_NO.zh[written["authorised"] == "yes"],
        "channel": _word(CHANNELS.zh, written["channel"]),
        "consent": YES,
        "wants_cash": YES_NO.zh[written["wants_cash"] == "yes"],
    }


def _word(words: Mapping[Any, str], value: str) -> str:
    """The word files use for a choice; what is no choice of ours stays, and is refused with the list."""
    return next((word for each, word in words.items() if str(each) == value), value)


def _errors(row: FaultyRow, lang: Lang) -> dict[str, str]:
    """What is wrong, by the field it stands in: each place is written in one field."""
    between = "；" if lang == "zh" else "; "
    return {
        "other" if fault.column in {"origin", "destination"} else fault.column: between.join(
            dict.fromkeys((fault.what(lang), fault.cure(lang)))
        )
        for fault in row.faults
    }


def _form(request: HttpRequest, visitor: Visitor, form: Form) -> HttpResponse:
    fields = form.fields(language_of(request))
    context: dict[str, Any] = {
        "counter": True,
        "fields": fields,
        "errors": [field for field in fields if field.error],
        "sent": sorted(form.written.items()),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page(request, "counter/form.html", status, **context, **office.frame(request, visitor))


def _check(
    request: HttpRequest,
    visitor: Visitor,
    written: Mapping[str, str],
    read: Application,
    today: date,
    said: str = "",
) -> HttpResponse:
    """What was understood, masked where it is a number, and whether the person is found here."""
    lang = language_of(request)
    _, agency = office.here(request)
    with office.at_desk(agency) as node:
        known = counters.is_known(node, counters.as_taken(read, agency, today=today))
    place = desk.ask(lambda reader: _places(reader, read))
    answers = [
        ("name", read.name.original),
        (
            "document_kind",
            f"{say(lang, f'documents.kind_{read.document.kind}') if DocumentKind.known(read.document.kind) else read.document.kind} {read.document.masked}",
        ),
        ("origin", _scheme(lang, place[0], read.from_scheme)),
        ("destination", _scheme(lang, place[1], read.to_scheme)),
        ("applicant", say(lang, f"web.word.{read.applicant.value}")),
        ("channel", say(lang, f"counter.channel_{read.channel.value}")),
        ("wants_cash", say(lang, "policy.said_yes" if read.wants_cash else "policy.said_no")),
    ]
    if read.applicant is Applicant.AGENT:
        answers.append(("authorised", say(lang, "policy.said_yes" if read.authorised else "policy.said_no")))
    if read.employer:
        answers.append(("employer", read.employer))
    context: dict[str, Any] = {
        "counter": True,
        "today": today,
        "answers": [(say(lang, f"counter.a_{name}"), text) for name, text in answers],
        "sent": sorted(written.items()),
        "known": known,
        "said": said,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if said else HTTPStatus.OK
    return page(request, "counter/check.html", status, **context, **office.frame(request, visitor))


def _places(reader: reading.Reader, read: Application) -> tuple[reading.Place, reading.Place]:
    with reader.looking("places") as look:
        return look.place(read.origin), look.place(read.destination)


def _scheme(lang: Lang, place: reading.Place, scheme: Scheme) -> str:
    name = place.name if lang == "zh" else place.name_en
    return say(lang, "counter.place_scheme", place=name, scheme=say(lang, f"web.scheme.{scheme.value}"))


def filed(request: HttpRequest, number: str) -> HttpResponse:
    """The number, what happens next and until when, who holds it; what to hand to the person."""
    visitor, agency = office.here(request)
    try:
        plain = case_number.validate(number)
        found = desk.ask(lambda reader: reading.case(reader, case_no=plain, agency=agency))
    except (case_number.CaseNumberError, reading.NoSuchCaseError):
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    with office.at_desk(agency) as node:
        office.noted(node, visitor, agency, plain)
    was = request.GET.get("was", "")
    context: dict[str, Any] = {
        "counter": True,
        "today": found.today,
        "has_clock": found.has_clock,
        "page": found,
        "place_of": found.place,
        "was": was if was in {"already_open", "already_recorded", "exception"} else "",
        "offline": found.channel == Channel.OFFLINE,
        "not_found": bool(office.NOT_FOUND & set(found.refusals)),
    }
    return page(request, "counter/filed.html", **context, **office.frame(request, visitor))


ROUTES = (
    routes.asking("desk/counter/", counter, "counter", who=Role.CLERK),
    routes.reading("desk/counter/<str:number>/filed/", filed, "counter_filed", who=Role.CLERK),
)
