"""A person's own cases, both agencies' sides together, and the documents handed out in them."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jiexu.documents import making
from jiexu.documents.errors import DocumentError
from jiexu.documents.kinds import Kind
from jiexu.documents.setting import Press
from jiexu.texts import LANGS
from jiexu.usecases import reading, uploads
from jiexu.usecases.looks import What
from jiexu.usecases.node import instant
from jiexu.usecases.reading.mine import cases as reading_cases
from jiexu.usecases.reading.mine.cases import Handed
from jiexu.values import case_number
from jiexu.web import desk, office, routes
from jiexu.web.grants import FOR_A_PERSON, Mine, noted, own, shown
from jiexu.web.pages import trouble


@own
def cases(request: HttpRequest, me: Mine) -> HttpResponse:
    """Every case of the person: open ones by date, closed ones after."""
    noted(me, What.LIST)
    return shown(
        request, me, "mine/cases.html", desk.ask(lambda reader: reading_cases.cases(reader, me.subject))
    )


@own
def case(request: HttpRequest, me: Mine, number: str) -> HttpResponse:
    """One case with everything that happened and why; no page for a case of somebody else."""
    try:
        plain = case_number.validate(number)
        papers = desk.ask(lambda reader: reading_cases.check_own(reader, me.subject, plain))
        if plain != number:
            return redirect("mine_case", me.grant.id, plain)
        noted(me, What.CASE, case_no=plain)
        found = desk.ask(lambda reader: reading.case(reader, case_no=plain))
    except (case_number.CaseNumberError, reading.NoSuchCaseError):
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    with desk.node() as node:
        sent = uploads.of_case(node, plain)
    return shown(
        request, me, "mine/case.html", found, page=found, papers=papers, place_of=found.place, sent=sent
    )


@own
def papers(request: HttpRequest, me: Mine) -> HttpResponse:
    """Every document that was handed out on paper."""
    noted(me, What.DOCUMENT)
    found = desk.ask(lambda reader: reading_cases.papers(reader, me.subject))
    return shown(request, me, "mine/papers.html", found, papers=found.papers)


@own
def paper(request: HttpRequest, me: Mine, number: str, kind: str, issue: str) -> HttpResponse:
    """A document as it was issued, set and signed again; nothing personal in its file name."""
    try:
        plain = case_number.validate(number)
        own_papers = desk.ask(lambda reader: reading_cases.check_own(reader, me.subject, plain))
    except (case_number.CaseNumberError, reading.NoSuchCaseError):
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    wanted = next((each for each in own_papers if (each.kind, str(each.number)) == (kind, issue)), None)
    if wanted is None:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    noted(me, What.DOCUMENT, case_no=plain)
    try:
        data = _printed(wanted)
    except (DocumentError, office.SealAwayError):
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    answer = HttpResponse(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="jiexu-{wanted.kind}-{wanted.number}.pdf"'
    return answer


def _printed(wanted: Handed) -> bytes:
    """The signed PDF: the issuing agency's keys sign it again, as on its day."""
    with office.with_seal(wanted.agency) as node:
        made = making.make(
            node, wanted.case_no, Kind(wanted.kind), day=wanted.made_on, by="jiexu", number=wanted.number
        )
        at = datetime.fromisoformat(instant(wanted.made_on))
        return making.printed(Press(node.areas), made, LANGS, at=at)


ROUTES = (
    routes.reading("my/<str:grant>/", cases, "mine_cases", who=FOR_A_PERSON),
    routes.reading("my/<str:grant>/cases/<str:number>/", case, "mine_case", who=FOR_A_PERSON),
    routes.reading("my/<str:grant>/papers/", papers, "mine_papers", who=FOR_A_PERSON),
    routes.reading(
        "my/<str:grant>/papers/<str:number>/<str:kind>/<str:issue>/", paper, "mine_paper", who=FOR_A_PERSON
    ),
)
