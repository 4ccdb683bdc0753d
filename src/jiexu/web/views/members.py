"""An employer's own members: where each stands, a spreadsheet up, every row's result seen first, then sent, with a result file."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.tables import Context
from jiexu.gateways.tables.applications import COLUMNS, read_applications
from jiexu.gateways.tables.faults import TableError
from jiexu.gateways.tables.writing import Sheet, csv_bytes, workbook
from jiexu.store.db import Store
from jiexu.texts import Lang, say
from jiexu.usecases import employers, looks, reading
from jiexu.usecases.doors import Grant, Role, Subject
from jiexu.usecases.employers import Batch, Found, NoSuchBatchError, words_of
from jiexu.usecases.looks import Seen, What
from jiexu.web import desk, routes
from jiexu.web.doors import Visitor
from jiexu.web.grants import head_today, mine
from jiexu.web.pages import language_of, page
from jiexu.wording.policy import place_name

TEMPLATE = (
    "name",
    "document_kind",
    "document_number",
    "origin",
    "destination",
    "from_scheme",
    "to_scheme",
    "consent",
)
"""Columns an employer fills in; the others of a file of applications may be there and are read the same."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}
AGAIN_AFTER = "1"
"""Seconds after which a browser without scripts looks again how far it is."""
REASON = "employer"


def _here(request: HttpRequest, number: int) -> tuple[Visitor, Grant, Subject]:
    """Raises Http404 where the grant is not theirs or is none of an employer."""
    me = mine(request, str(number), frozenset({Role.EMPLOYER}))
    if me is None:
        raise Http404
    return me.visitor, me.grant, me.subject


def _whole(text: str) -> int:
    """How many rows stand on the pages before; 0 for anything that is no number."""
    return (
        int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(employers.MOST_ROWS)) else 0
    )


def members(request: HttpRequest, grant: int) -> HttpResponse:
    """Everybody the employer insures now, and where each one's transfer stands."""
    visitor, held, subject = _here(request, grant)
    at = _whole(request.GET.get("after", "0"))
    found, count = desk.ask(lambda reader: employers.members(reader, subject, after=at))
    noted(visitor, subject, len(found))
    with desk.node(subject.agency) as node:
        sent = employers.batches(node, held)
    places = desk.ask(reading.desk_places)
    return page(
        request,
        "employer/members.html",
        members=found,
        count=count,
        at=places[subject.agency],
        places=places,
        after=at + len(found) if at + len(found) < count else None,
        batches=sent,
        **head_today(held),
    )


def noted(visitor: Visitor, subject: Subject, shown: int) -> None:
    """That an employer looked at a list of its people is kept, with how many it showed."""
    seen = Seen(
        subject.agency, What.LIST, REASON, visitor.name, Role.EMPLOYER.value, datetime.now(UTC), shown=shown
    )

    def note(store: Store) -> None:
        with store.transaction("looks.employer", [subject.agency]) as cursor:
            looks.note(cursor, [seen])

    desk.write(note)


def template(request: HttpRequest, grant: int, kind: str) -> HttpResponse:
    """An empty table with the headers people fill in."""
    _here(request, grant)
    if kind not in KINDS:
        raise Http404
    lang = language_of(request)
    columns = {column.name: column for column in COLUMNS}
    sheet = Sheet(say(lang, "pages_employer.sheet"), [columns[name].title(lang) for name in TEMPLATE], [])
    return _file(sheet, kind, "jiexu-members")


def _file(sheet: Sheet, kind: str, name: str) -> HttpResponse:
    content = workbook([sheet]) if kind == "xlsx" else csv_bytes(sheet)
    answer = HttpResponse(content, content_type=KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def upload(request: HttpRequest, grant: int) -> HttpResponse:
    """Read a spreadsheet; what is found about each row is shown on the next page, and nothing is sent yet."""
    visitor, held, subject = _here(request, grant)
    if request.method != "POST":
        return _form(request, held)
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        return _form(request, held, "pages_employer.no_file")
    today = desk.ask(reading.today_of)
    context = Context(areas=areas(), today=today, demonstration=desk.is_invented())
    try:
        rows = list(_at_most(read_applications("-", context=context, stdin=sent.file)))
    except TableError as fault:
        return _form(request, held, said=fault.sentence(language_of(request)))
    if not rows:
        return _form(request, held, "pages_employer.no_rows")
    if len(rows) > employers.MOST_ROWS:
        return _form(request, held, "pages_employer.too_many")
    seen, sendable = desk.ask(lambda reader: employers.look_at(reader, held, rows, today=today))
    with desk.node(subject.agency) as node:
        number = employers.keep(node, held, seen, sendable, by=visitor.name, on=today)
    return HttpResponseRedirect(reverse("employer_batch", args=[grant, number]), status=HTTPStatus.SEE_OTHER)


def _at_most(rows: Any) -> Any:
    """Rows of the file, one more than may be sent at most."""
    for count, row in enumerate(rows):
        if count > employers.MOST_ROWS:
            return
        yield row


def _form(request: HttpRequest, grant: Grant, key: str = "", said: str = "") -> HttpResponse:
    lang = language_of(request)
    error = said or (say(lang, key, most=employers.MOST_ROWS) if key else "")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    columns = {column.name: column for column in COLUMNS}
    titles = [columns[name].title(lang) for name in TEMPLATE]
    return page(request, "employer/upload.html", status, error=error, titles=titles, **head_today(grant))


def batch(request: HttpRequest, grant: int, number: str) -> HttpResponse:
    """Every row with what was found; once sent off, how far it is. A part more is sent each time somebody looks."""
    _, held, subject = _here(request, grant)
    with desk.node(subject.agency) as node:
        try:
            found = employers.batch(node, held, number)
        except NoSuchBatchError:
            raise Http404 from None
        if found.ordered_on is not None and not found.is_done:
            # It was ordered; looking only carries on what a restart may have broken off.
            employers.send_part(node, held, number)
            found = employers.batch(node, held, number)
    rows, at = _rows(found, language_of(request)), _whole(request.GET.get("after", "0"))
    answer = page(
        request,
        "employer/batch.html",
        batch=found,
        rows=rows[at : at + employers.LISTED],
        before=max(at - employers.LISTED, 0) if at else None,
        after=at + employers.LISTED if at + employers.LISTED < len(rows) else None,
        counts=[(each.value, found.count(each)) for each in Found if found.count(each)],
        **head_today(held),
    )
    if found.ordered_on is not None and not found.is_done:
        answer.headers["Refresh"] = AGAIN_AFTER
    return answer


def _rows(found: Batch, lang: Lang) -> list[dict[str, Any]]:
    return [
        {
            "row": each.row,
            "found": each.found.value,
            "name": each.name,
            "last_four": each.last_four,
            "origin": place_name(each.origin, lang) if each.origin else "",
            "why": words_of(each, lang),
            "outcome": each.outcome,
            "case_no": each.case_no,
        }
        for each in sorted(found.rows, key=lambda one: (one.found is Found.OK, one.row))
    ]


def send(request: HttpRequest, grant: int, number: str) -> HttpResponse:
    """What was seen is sent: noted first, so that whatever stops it, it goes on."""
    visitor, held, subject = _here(request, grant)
    with desk.node(subject.agency) as node:
        try:
            found = employers.batch(node, held, number)
        except NoSuchBatchError:
            raise Http404 from None
        if found.to_send and request.POST.get("agree") == "yes":
            employers.order(node, held, number, by=visitor.name, on=desk.ask(reading.today_of))
    return HttpResponseRedirect(reverse("employer_batch", args=[grant, number]), status=HTTPStatus.SEE_OTHER)


def result(request: HttpRequest, grant: int, number: str, kind: str) -> HttpResponse:
    """What became of every row, as a table nothing in which becomes a formula."""
    _, held, subject = _here(request, grant)
    if kind not in KINDS:
        raise Http404
    lang = language_of(request)
    with desk.node(subject.agency) as node:
        try:
            found = employers.batch(node, held, number)
        except NoSuchBatchError:
            raise Http404 from None
    head = [
        say(lang, f"pages_employer.col_{name}")
        for name in ("row", "name", "document", "origin", "found", "case", "why")
    ]
    rows = [
        [
            each["row"],
            each["name"],
            each["last_four"],
            each["origin"],
            say(lang, f"pages_employer.outcome_{each['outcome'] or each['found']}"),
            each["case_no"],
            each["why"],
        ]
        for each in sorted(_rows(found, lang), key=lambda one: one["row"])
    ]
    return _file(Sheet(say(lang, "pages_employer.sheet"), head, rows), kind, "jiexu-result")


BASE = "my/<int:grant>/members"
ROUTES = (
    routes.reading(f"{BASE}/", members, "members", who=Role.EMPLOYER),
    routes.reading(f"{BASE}/template.<str:kind>", template, "members_template", who=Role.EMPLOYER),
    routes.asking(f"{BASE}/upload/", upload, "members_upload", who=Role.EMPLOYER),
    routes.reading(f"{BASE}/files/<str:number>/", batch, "employer_batch", who=Role.EMPLOYER),
    routes.pressing(f"{BASE}/files/<str:number>/send/", send, "employer_send", who=Role.EMPLOYER),
    routes.reading(
        f"{BASE}/files/<str:number>/result.<str:kind>", result, "employer_result", who=Role.EMPLOYER
    ),
)
