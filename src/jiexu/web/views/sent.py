"""Papers that people sent to this desk: opened for the purpose that was named, noted, and used or erased early."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.usecases import looks, reading, uploads
from jiexu.usecases.doors import Role
from jiexu.usecases.looks import Seen
from jiexu.usecases.node import Node
from jiexu.usecases.uploads import Upload, UploadError
from jiexu.values.errors import ValueFault
from jiexu.web import desk, office, routes
from jiexu.web.doors import Visitor
from jiexu.web.pages import page, trouble
from jiexu.web.views.mine.uploads import handed


def one(request: HttpRequest, number: str) -> HttpResponse:
    """What was sent, what for and until when; a clerk says that it was used, or is not needed."""
    visitor, agency = office.here(request)
    with office.at_desk(agency) as node:
        try:
            upload = uploads.find(node, agency, number)
        except UploadError:
            return trouble(request, status=HTTPStatus.NOT_FOUND)
        if request.method == "POST":
            try:
                _decide(request, node, visitor, upload)
            except UploadError as fault:
                return _shown(request, node, visitor, upload, fault)
            return HttpResponseRedirect(reverse("desk_upload", args=[number]), status=HTTPStatus.SEE_OTHER)
        return _shown(request, node, visitor, upload)


def _decide(request: HttpRequest, node: Node, visitor: Visitor, upload: Upload) -> None:
    day = desk.ask(reading.today_of)
    match request.POST.get("outcome", ""):
        case "used":
            text = request.POST.get("text", "")
            uploads.use(node, upload.agency, upload.id, text, by=visitor.name, on=day)
        case "not_needed":
            uploads.not_needed(node, upload.agency, upload.id, by=visitor.name, on=day)
        case _:
            raise UploadError(
                "upload_no_answer", "Choose whether the paper was used, or is not needed.", field="outcome"
            )


def _shown(
    request: HttpRequest, node: Node, visitor: Visitor, upload: Upload, fault: ValueFault | None = None
) -> HttpResponse:
    """The page as the paper stands now, noted for the person to read before it is shown."""
    upload = uploads.find(node, upload.agency, upload.id)
    with node.store.transaction("looks.upload", [upload.agency]) as cursor:
        looks.note(cursor, [_look(visitor, upload)])
    today = desk.ask(reading.today_of)
    context: dict[str, Any] = {
        "upload": upload,
        "note": uploads.note_of(node, upload, on=today),
        "is_there": upload.is_there(today),
        "today": today,
        "has_clock": desk.ask(reading.has_clock),
        "error": office.sentence(request, fault) if fault else "",
        "field": fault.data.get("field", "") if fault else "",
        "text": request.POST.get("text", ""),
    }
    status = HTTPStatus.CONFLICT if fault else HTTPStatus.OK
    return page(request, "doors/sent.html", status, **context, **office.frame(request, visitor))


def file(request: HttpRequest, number: str) -> HttpResponse:
    """The paper itself; that it was opened is kept in the same transaction."""
    visitor, agency = office.here(request)
    with office.at_desk(agency) as node:
        try:
            upload = uploads.find(node, agency, number)
        except UploadError:
            return trouble(request, status=HTTPStatus.NOT_FOUND)
        try:
            today = desk.ask(reading.today_of)
            content = uploads.open_paper(node, upload, on=today, seen=_look(visitor, upload))
        except UploadError:
            return HttpResponseRedirect(reverse("desk_upload", args=[number]), status=HTTPStatus.SEE_OTHER)
    return handed(upload, content)


def _look(visitor: Visitor, upload: Upload) -> Seen:
    return uploads.look_at(upload, by=visitor.name, role=visitor.role_at_desk, at=datetime.now(UTC))


ROUTES = (
    routes.asking("desk/uploads/<str:number>/", one, "desk_upload", who=Role.CLERK),
    routes.pressing("desk/uploads/<str:number>/file/", file, "desk_upload_file", who=Role.CLERK),
)
