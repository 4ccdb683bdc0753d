"""Papers at the desk: documents of a case printed and handed over, and papers of other agencies taken in by their codes."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.documents import carrying, codes, making, proving, taking
from jiexu.documents.errors import DocumentError
from jiexu.documents.kinds import Kind
from jiexu.documents.setting import Press
from jiexu.documents.taking import TakenIn
from jiexu.documents.verdict_words import error_words
from jiexu.exchange.envelope import BEIJING
from jiexu.rules.inputs import Channel
from jiexu.texts import Lang, catalogue, say
from jiexu.usecases import handing, reading
from jiexu.usecases.doors import Role
from jiexu.usecases.handing import Handed, Way, Whom
from jiexu.values import case_number, short_code
from jiexu.values.errors import ValueFault
from jiexu.web import desk, kept, office, routes
from jiexu.web.kept import Said
from jiexu.web.office import SealAwayError
from jiexu.web.pages import language_of, page, trouble
from jiexu.web.routes import DESK

LANGUAGES: dict[str, tuple[Lang, ...]] = {"zh": ("zh",), "en": ("en",), "both": ("zh", "en")}
COPIES = {"1": 1, "3": 3}
LONGEST = 40_000
"""Characters of scanned texts that are read: a message fills a handful of pictures."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that was issued: its code, and into whose hands it went."""

    kind: str
    number: int
    code: str
    made_on: date
    made_by: str
    handed: tuple[dict[str, Any], ...]


def papers(request: HttpRequest, number: str) -> HttpResponse:
    """Documents of a case: which can be printed now, which were issued, and who has them."""
    return _papers(request, number)


def _papers(
    request: HttpRequest, number: str, status: int = HTTPStatus.OK, said: Said | None = None
) -> HttpResponse:
    visitor, agency = office.here(request)
    found = _case(number, agency)
    if found is None:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    lang, case_no = language_of(request), found.row.case_no
    with office.at_desk(agency) as node:
        office.noted(node, visitor, agency, case_no)
        can = making.possible(node, agency, case_no, found.today)
        issued = making.listed(node, case_no)
        with node.store.transaction("handing.read", [agency]) as cursor:
            handed = handing.of_case(cursor, case_no)
    context: dict[str, Any] = {
        "today": found.today,
        "has_clock": found.has_clock,
        "page": found,
        "can": [kind for kind, error in can.items() if error is None],
        "cannot": [(kind, error.sentence(lang)) for kind, error in can.items() if error is not None],
        "offline": found.channel == Channel.OFFLINE,
        "papers": [
            Paper(
                row["kind"],
                row["number"],
                short_code.format(row["short_code"]),
                row["made_on"],
                row["made_by"],
                tuple(
                    each for each in handed if (each["kind"], each["number"]) == (row["kind"], row["number"])
                ),
            )
            for row in issued
        ],
        "whom": tuple(Whom),
        "ways": tuple(Way),
        "said": kept.sentence(request, reverse("desk_papers", args=[case_no]), said),
    }
    return page(request, "counter/papers.html", status, **context, **office.frame(request, visitor))


def _case(number: str, agency: str) -> reading.CasePage | None:
    try:
        plain = case_number.validate(number)
        return desk.ask(lambda reader: reading.case(reader, case_no=plain, agency=agency))
    except (case_number.CaseNumberError, reading.NoSuchCaseError):
        return None


def print_paper(request: HttpRequest, number: str) -> HttpResponse:
    """One document as a signed PDF: made now, or (``number``) as it was issued."""
    visitor, agency = office.here(request)
    found = _case(number, agency)
    kind, sent = request.POST.get("kind", ""), request.POST.get("number", "")
    if found is None or kind not in set(Kind) or (sent and not (sent.isascii() and sent.isdigit())):
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    copies = COPIES.get(request.POST.get("copies", ""), 1)
    langs = LANGUAGES.get(request.POST.get("language", ""), ("zh",))
    at = datetime.now(BEIJING)
    today = desk.ask(reading.today_of)
    try:
        with office.with_seal(agency) as node:
            made = making.make(
                node, found.row.case_no, Kind(kind), day=today, by=visitor.name, number=int(sent) if sent else None
            )  # fmt: skip
            pdf = making.printed(Press(node.areas), made, langs, at=at, copies=copies)
    except SealAwayError:
        return _papers(request, number, HTTPStatus.SERVICE_UNAVAILABLE, lambda to: say(to, "counter.no_seal"))
    except (DocumentError, ValueFault) as error:
        return _papers(request, number, HTTPStatus.CONFLICT, functools.partial(error_words, error))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}-{made.issued.number}.pdf"'
    return answer


def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """Note into whose hands a document went, and when."""
    visitor, agency = office.here(request)
    found = _case(number, agency)
    sent = request.POST
    if found is None or sent.get("whom") not in set(Whom) or sent.get("way") not in set(Way):
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    today = desk.ask(reading.today_of)
    on = _day(sent.get("on", ""))
    if on is None:
        return _papers(
            request, number, HTTPStatus.UNPROCESSABLE_ENTITY, lambda to: say(to, "counter.day_needed")
        )
    plain = sent.get("number", "")
    handed = Handed(
        kind=sent.get("kind", "")[:40],
        number=int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 9 else 0,
        whom=Whom(sent["whom"]),
        name=sent.get("name", "").strip(),
        way=Way(sent["way"]),
        on=on,
        by=visitor.name,
    )
    try:
        with office.at_desk(agency) as node:
            handing.note(node, agency, found.row.case_no, handed, today=today)
    except ValueFault as fault:
        return _papers(request, number, HTTPStatus.UNPROCESSABLE_ENTITY, office.said(fault))
    return HttpResponseRedirect(reverse("desk_papers", args=[found.row.case_no]), status=HTTPStatus.SEE_OTHER)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# ---------------------------------------------------------------- papers of other agencies


def paper(request: HttpRequest) -> HttpResponse:
    """Takes in a paper by what was scanned or typed from it: the message it stands for has the effect of the wire, once."""
    if request.method != "POST":
        return _ask(request)
    visitor, agency = office.here(request)
    lang = language_of(request)
    text = request.POST.get("codes", "").strip()[:LONGEST]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return _ask(request, say(lang, "counter.codes_needed"))
    today = desk.ask(reading.today_of)
    try:
        parts = lines if all(map(carrying.is_part, lines)) else _parts_of("".join(lines), visitor.name, today)
        with office.with_seal(agency) as node:
            done = taking.take(node, parts, day=today)
    except SealAwayError:
        return _ask(request, say(lang, "counter.no_seal"), text)
    except (DocumentError, ValueFault) as error:
        return _ask(request, error_words(error, lang), text)
    if request.POST.get("receipt"):
        answer = HttpResponse(done.receipt, content_type="application/json")
        answer.headers["Content-Disposition"] = 'attachment; filename="receipt.json"'
        return answer
    return _told(request, done, text)


def _parts_of(code: str, by: str, today: date) -> tuple[str, ...]:
    """The machine-readable page of a paper whose short or long code was given: its agency hands it out once more, signed.

    Raises DocumentError where the paper is not genuine, not of an agency of this node, or stands for no message.
    """
    with desk.node() as node:
        short = not codes.is_code(code) and len(short_code.compact(code)) <= short_code.LENGTH + 4
        verdict = proving.short_here(node, code) if short else proving.code_here(node, code)
    taking.check_is_here(verdict)
    with office.with_seal(verdict.agency) as issuer:
        return taking.page_of(issuer, verdict, day=today, by=by)


def _ask(request: HttpRequest, said: str = "", text: str = "") -> HttpResponse:
    visitor, _ = office.here(request)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if said else HTTPStatus.OK
    context: dict[str, Any] = {"paper_in": True, "said": said, "text": text}
    return page(request, "counter/paper.html", status, **context, **office.frame(request, visitor))


def _told(request: HttpRequest, done: TakenIn, text: str) -> HttpResponse:
    """What the paper said, what became of it, and its receipt that goes back."""
    visitor, agency = office.here(request)
    lang = language_of(request)
    known = catalogue("exchange")
    sender = desk.ask(reading.desk_places).get(done.letter.sender)
    context: dict[str, Any] = {
        "paper_in": True,
        "sender": sender,
        "code": done.letter.sender,
        "says": [say(lang, f"exchange.type_{each}") for each in done.letter.says],
        "outcomes": [
            say(
                lang, f"exchange.outcome_{each}" if f"outcome_{each}" in known else f"exchange.arrival_{each}"
            )
            for each in done.outcomes
        ],
        "again": all(each == "already_recorded" for each in done.outcomes),
        "case_no": _case_of(done, agency),
        "text": text,
    }
    return page(request, "counter/taken.html", **context, **office.frame(request, visitor))


def _case_of(done: TakenIn, agency: str) -> str:
    """The case a paper speaks of, where this agency has it; empty elsewhere."""
    number = next(iter(done.letter.cases), "")
    return number if number and _case(number, agency) is not None else ""


ROUTES = (
    routes.reading("desk/cases/<str:number>/papers/", papers, "desk_papers", who=DESK),
    routes.pressing("desk/cases/<str:number>/papers/print/", print_paper, "papers_print", who=Role.CLERK),
    routes.pressing("desk/cases/<str:number>/papers/handed/", hand_over, "papers_handed", who=Role.CLERK),
    routes.asking("desk/counter/paper/", paper, "counter_paper", who=Role.CLERK),
)
