"""Download everything: as a document, as tables by year, as data. Who presses it shows once more who they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse

from jiexu.texts import Lang
from jiexu.usecases import requests, uploads
from jiexu.usecases.looks import What
from jiexu.usecases.node import Node
from jiexu.usecases.reading.mine import everything as reading_everything
from jiexu.usecases.reading.mine import record as reading_record
from jiexu.usecases.uploads import Upload
from jiexu.web import desk, routes, takeaway
from jiexu.web.grants import FOR_A_PERSON, Mine, noted, own, shown
from jiexu.web.pages import language_of, trouble
from jiexu.web.takeaway import Sent, Taken

FORMS: Final[dict[str, tuple[str, str, Callable[[Taken, Lang], bytes]]]] = {
    "pdf": ("application/pdf", "jiexu.pdf", takeaway.pdf),
    "csv": ("application/zip", "jiexu-csv.zip", takeaway.archive),
    "json": ("application/json", "jiexu.json", lambda taken, _lang: takeaway.data(taken)),
}
"""Type, name of the file and maker of each form."""


@own
def everything(request: HttpRequest, me: Mine) -> HttpResponse:
    """What can be taken away, and in which forms."""
    found = desk.ask(lambda reader: reading_record.record(reader, me.subject))
    return shown(request, me, "mine/everything.html", found, forms=list(FORMS))


@own
def take(request: HttpRequest, me: Mine, form: str) -> HttpResponse:
    """The file."""
    if form not in FORMS:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    noted(me, What.EVERYTHING)
    every = desk.ask(lambda reader: reading_everything.everything(reader, me.subject))
    keys = [(each.place.code, each.reference) for each in every.known]
    with desk.node() as node:
        asked = requests.of_person(node, keys)
        sent = [
            _sent(node, each, on=every.today, whole=not me.is_agent) for each in uploads.of_person(node, keys)
        ]
    kind, name, made = FORMS[form]
    answer = HttpResponse(
        made(Taken(every, asked, not me.is_agent, sent), language_of(request)), content_type=kind
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _sent(node: Node, upload: Upload, *, on: date, whole: bool) -> Sent:
    """A paper as it is taken away: itself for the person alone, and only while it is there."""
    content = uploads.open_paper(node, upload, on=on, seen=None) if whole and upload.is_there(on) else None
    return Sent(upload, uploads.note_of(node, upload, on=on), content)


ROUTES = (
    routes.reading("my/<str:grant>/everything/", everything, "mine_everything", who=FOR_A_PERSON),
    routes.pressing("my/<str:grant>/everything/<str:form>/", take, "mine_take", who=FOR_A_PERSON, money=True),
)
