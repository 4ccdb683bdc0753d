"""Supporting papers a person sends: what each is for, who sees it and when it is erased is told first; later it can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.gateways.papers.checking import PaperError
from jiexu.gateways.policyfiles.limits import MEGABYTE
from jiexu.gateways.policyfiles.uploads import Purpose, shipped_uploads
from jiexu.texts import Lang, say
from jiexu.usecases import reading, requests, uploads
from jiexu.usecases.looks import What
from jiexu.usecases.reading.mine import cases as reading_cases
from jiexu.usecases.reading.mine import record as reading_record
from jiexu.usecases.reading.mine.record import Record
from jiexu.usecases.requests import Asker
from jiexu.usecases.uploads import About, Upload, UploadError
from jiexu.values import case_number
from jiexu.values.errors import ValueFault
from jiexu.web import desk, kept, office, routes, tries, words
from jiexu.web.forms import Asked
from jiexu.web.grants import FOR_A_PERSON, Mine, acting, noted, own, shown
from jiexu.web.pages import language_of, trouble
from jiexu.web.views.proving import too_often

CASE, REQUEST = "case", "request"
"""What a paper can belong to, as addresses say it."""


@own
def every(request: HttpRequest, me: Mine) -> HttpResponse:
    """Everything that was sent, and what became of it."""
    noted(me, What.UPLOAD)
    found = _record(me)
    with desk.node() as node:
        sent = uploads.of_person(node, _keys(found))
    rows = [(each, found.place_of(each.agency)) for each in sent]
    return shown(request, me, "mine/uploads.html", found, rows=rows, tab="papers")


@own
def one(request: HttpRequest, me: Mine, number: str) -> HttpResponse:
    """One paper: what it is for, who used it, and when it is or was erased."""
    return _one(request, me, number)


def _one(request: HttpRequest, me: Mine, number: str, refused: kept.Said | None = None) -> HttpResponse:
    found, upload = _sent(me, number)
    if upload is None:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    noted(me, What.UPLOAD, case_no=upload.case_no)
    today = desk.ask(reading.today_of)
    with desk.node(upload.agency) as node:
        note = uploads.note_of(node, upload, on=today)
    return shown(
        request, me, "mine/upload.html", found, HTTPStatus.CONFLICT if refused else HTTPStatus.OK,
        upload=upload, note=note, place=found.place_of(upload.agency), is_there=upload.is_there(today), is_new="sent" in request.GET,
        said=kept.sentence(request, reverse("mine_upload", args=[me.grant.id, upload.id]), refused), tab="papers",
    )  # fmt: skip


@own
def file(request: HttpRequest, me: Mine, number: str) -> HttpResponse:
    """The paper itself, for whom it is from."""
    _, upload = _sent(me, number)
    if upload is None:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    noted(me, What.UPLOAD, case_no=upload.case_no)
    try:
        with desk.node(upload.agency) as node:
            content = uploads.open_paper(node, upload, on=desk.ask(reading.today_of), seen=None)
    except UploadError:
        return HttpResponseRedirect(
            reverse("mine_upload", args=[me.grant.id, number]), status=HTTPStatus.SEE_OTHER
        )
    return handed(upload, content)


def handed(upload: Upload, content: bytes) -> HttpResponse:
    """A paper to be kept by who asked for it: never shown within a page of ours, under a name that says nothing of anybody."""
    answer = HttpResponse(content, content_type=upload.kind.mime)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="jiexu-paper-{upload.id[:8]}.{upload.kind.value}"'
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@acting
def take_back(request: HttpRequest, me: Mine, number: str) -> HttpResponse:
    """Take a paper back: it is erased now."""
    _, upload = _sent(me, number)
    if upload is None:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    try:
        with desk.node(upload.agency) as node:
            uploads.take_back(
                node, upload.agency, upload.id, by=me.visitor.name, on=desk.ask(reading.today_of)
            )
    except UploadError as fault:
        return _one(request, me, number, office.said(fault))
    return HttpResponseRedirect(
        reverse("mine_upload", args=[me.grant.id, number]), status=HTTPStatus.SEE_OTHER
    )


# ---------------------------------------------------------------- sending


@acting
def choose(request: HttpRequest, me: Mine, about: str, number: str) -> HttpResponse:
    """What the paper is for: a closed list, each with why it is asked for."""
    found = _record(me)
    belongs = _about(found, about, number)
    if belongs is None and not _is_own(me, found, about, number):
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    purposes = belongs.purposes if belongs else ()
    return shown(
        request, me, "mine/upload_choose.html", found,
        about=about, number=number, purposes=purposes, closed=not purposes, back=_back(me, about, number), tab="papers",
    )  # fmt: skip


@acting
def new(request: HttpRequest, me: Mine, about: str, number: str, purpose: str) -> HttpResponse:
    """What it is for, who sees it and when it is erased; then the file."""
    found = _record(me)
    belongs = _about(found, about, number)
    wanted = next((each for each in belongs.purposes if each.name == purpose), None) if belongs else None
    if belongs is None and _is_own(me, found, about, number):
        address = reverse("mine_upload_choose", args=[me.grant.id, about, number])
        return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
    if belongs is None or wanted is None:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    today = desk.ask(reading.today_of)
    form = _Form(about, number, wanted, belongs, found)
    if request.method != "POST":
        return form.shown(request, me, today)
    whose = f"papers of {me.visitor.id}"
    if wait := tries.sending.wait(whose):
        return too_often(request, wait)
    tries.sending.failed(whose)
    try:
        agency = _agency(request, belongs)
        paper = uploads.looked_at(_bytes(request), request.POST.get("note", ""), wanted.name, belongs)
        with desk.node(agency) as node:
            by = Asker(me.visitor.name, me.grant.role.value, today)
            ident = uploads.send(node, belongs, agency, paper, by=by)
    except (PaperError, UploadError) as fault:
        return form.shown(request, me, today, fault)
    address = reverse("mine_upload", args=[me.grant.id, ident])
    return HttpResponseRedirect(f"{address}?sent=1", status=HTTPStatus.SEE_OTHER)


@dataclass(frozen=True, slots=True)
class _Form:
    """The form of one purpose."""

    about: str
    number: str
    purpose: Purpose
    belongs: About
    found: Record

    def shown(
        self, request: HttpRequest, me: Mine, today: date, fault: ValueFault | None = None
    ) -> HttpResponse:
        lang = language_of(request)
        wrong = str(fault.data.get("field", "file")) if fault else ""
        said = say(lang, f"errors.{fault.code}", **fault.data) if fault else ""
        places = [self.found.place_of(agency) for agency, _ in self.belongs.to]

        def field(name: str, shape: str, choices: tuple[tuple[str, str], ...] = ()) -> Asked:
            return Asked(
                name=name,
                shape=shape,
                label=say(lang, f"uploads.f_{name}"),
                hint=_hint(lang, name),
                given=request.POST.get(name, choices[0][0] if choices else ""),
                required=name != "note",
                type="text",
                mode="",
                choices=choices,
                error=said if wrong == name else "",
            )

        which = tuple((each.code, words.agency_name(lang, each)) for each in places)
        fields = [field("file", "file"), field("note", "lines")]
        if len(places) > 1:
            fields.insert(0, field("place", "radios", which))
        return shown(
            request, me, "mine/upload_form.html", self.found, HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
            about=self.about, number=self.number, purpose=self.purpose, fields=fields, errors=bool(fault), places=places,
            erase_on=today + timedelta(days=self.purpose.days), law=[words.cited(lang, each) for each in uploads.LAW], tab="papers",
        )  # fmt: skip


def _hint(lang: Lang, name: str) -> str:
    settings = shipped_uploads().limits
    if name == "file":
        return say(
            lang,
            "uploads.h_file",
            megabytes=settings.most_bytes // MEGABYTE,
            pages=settings.pages,
            least=settings.least_pixels,
        )
    return say(lang, "uploads.h_note", most=uploads.LONGEST) if name == "note" else ""


def _agency(request: HttpRequest, belongs: About) -> str:
    """The agency that shall see it: the only one, or the one that was chosen."""
    return belongs.to[0][0] if len(belongs.to) == 1 else request.POST.get("place", "")


def _bytes(request: HttpRequest) -> bytes:
    """What was sent, one byte further than may be taken at most; its name is not looked at."""
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise UploadError("upload_no_file", "Choose a file.", field="file")
    return bytes(sent.read(shipped_uploads().limits.most_bytes + 1))


# ---------------------------------------------------------------- whose


def _record(me: Mine) -> Record:
    return desk.ask(lambda reader: reading_record.record(reader, me.subject))


def _keys(found: Record) -> list[tuple[str, str]]:
    return [(each.place.code, each.reference) for each in found.known]


def _sent(me: Mine, number: str) -> tuple[Record, Upload | None]:
    """A paper of the person's own; None for every other number."""
    found = _record(me)
    with desk.node() as node:
        sent = uploads.of_person(node, _keys(found))
    return found, next((each for each in sent if each.id == number), None)


def _about(found: Record, about: str, number: str) -> About | None:
    """What a paper can be sent to: the person's own, and open."""
    asked: dict[str, Callable[..., About | None]] = {CASE: uploads.about_case, REQUEST: uploads.about_request}
    if about not in asked or (about == CASE and not case_number.is_valid(number)):
        return None
    plain = case_number.validate(number) if about == CASE else number
    with desk.node() as node:
        return asked[about](node, _keys(found), plain)


def _is_own(me: Mine, found: Record, about: str, number: str) -> bool:
    """Whether it is the person's own although nothing can be sent to it any more."""
    if about == REQUEST:
        with desk.node() as node:
            return any(each.id == number for each in requests.of_person(node, _keys(found)))
    if about != CASE or not case_number.is_valid(number):
        return False
    plain = case_number.validate(number)
    try:
        desk.ask(lambda reader: reading_cases.check_own(reader, me.subject, plain))
    except reading.NoSuchCaseError:
        return False
    return True


def _back(me: Mine, about: str, number: str) -> str:
    address: str = reverse("mine_case" if about == CASE else "mine_request", args=[me.grant.id, number])
    return address


ROUTES = (
    routes.reading("my/<str:grant>/uploads/", every, "mine_uploads", who=FOR_A_PERSON),
    routes.reading(
        "my/<str:grant>/uploads/new/<str:about>/<str:number>/",
        choose,
        "mine_upload_choose",
        who=FOR_A_PERSON,
    ),
    routes.asking(
        "my/<str:grant>/uploads/new/<str:about>/<str:number>/<str:purpose>/",
        new,
        "mine_upload_new",
        who=FOR_A_PERSON,
    ),
    routes.reading("my/<str:grant>/uploads/<str:number>/", one, "mine_upload", who=FOR_A_PERSON),
    routes.reading("my/<str:grant>/uploads/<str:number>/file/", file, "mine_upload_file", who=FOR_A_PERSON),
    routes.pressing(
        "my/<str:grant>/uploads/<str:number>/back/", take_back, "mine_upload_back", who=FOR_A_PERSON
    ),
)
