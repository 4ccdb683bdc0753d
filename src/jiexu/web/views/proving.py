"""Following a case with its number and the last four of a document; checking a document or an evidence file."""

from __future__ import annotations

from http import HTTPStatus

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from jiexu.documents import carrying, codes, proving
from jiexu.documents.errors import DocumentError
from jiexu.documents.verdict_words import error_words, verdict_lines
from jiexu.exchange.evidence_check import check
from jiexu.gateways.policyfiles.limits import MEGABYTE, shipped_limits
from jiexu.texts import say
from jiexu.usecases import reading
from jiexu.usecases.node import Node, directory_root
from jiexu.values import case_number, short_code
from jiexu.values.errors import ValueFault
from jiexu.web import desk, routes, tries, words
from jiexu.web.pages import language_of, page
from jiexu.web.routes import Who
from jiexu.wording.evidence import checked_words

PDF, ZIP = b"%PDF-", b"PK\x03\x04"
"""How the two kinds of files begin; a name says nothing."""
MINUTE = 60


def visitor(request: HttpRequest) -> str:
    """Whose tries are counted together: the address this server was reached from."""
    return f"from {request.META.get('REMOTE_ADDR', '')}"


# ---------------------------------------------------------------- following a case


def track(request: HttpRequest) -> HttpResponse:
    """Asks for number and last four; shows one line for the record and one for each amount."""
    if request.method != "POST":
        return _ask(request, request.GET.get("case", "").strip()[:40])
    given, last = request.POST.get("case", "").strip()[:40], request.POST.get("last", "").strip()[:8]
    lang = language_of(request)
    errors = {} if last else {"last": say(lang, "pages_prove.last_needed")}
    try:
        number = case_number.validate(given)
    except case_number.CaseNumberError as error:
        return _ask(request, given, {"case": words.number_trouble(lang, error), **errors})
    if errors:
        return _ask(request, given, errors)
    keys = visitor(request), f"case {number}"
    if wait := tries.tracking.wait(*keys):
        return too_often(request, wait)
    try:
        found = desk.ask(lambda reader: reading.track(reader, case_no=number, last_four=last))
    except reading.NoSuchCaseError:
        tries.tracking.failed(*keys)
        sentence = say(lang, "pages_prove.no_such_pair")
        return _ask(request, given, {"case": sentence, "last": ""}, HTTPStatus.NOT_FOUND)
    return page(
        request, "track.html", page=found, today=found.today, has_clock=found.has_clock, sent=(number, last)
    )


def _ask(
    request: HttpRequest,
    given: str,
    errors: dict[str, str] | None = None,
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    """The form. In the demonstration, whose people are invented, it tells what to write."""
    shown = ""
    if case_number.is_valid(given) and not errors:
        plain = case_number.validate(given)
        shown = desk.ask(lambda reader: reading.last_four(reader, case_no=plain))
    return page(
        request,
        "track.html",
        status if errors else HTTPStatus.OK,
        given=given,
        errors=errors or {},
        demonstration=shown,
    )


def too_often(request: HttpRequest, wait: int) -> HttpResponse:
    """How long to wait; nothing is lost."""
    sentence = say(language_of(request), "pages_prove.too_often", minutes=-(-wait // MINUTE))
    answer = page(request, "prove/too_often.html", HTTPStatus.TOO_MANY_REQUESTS, sentence=sentence)
    answer.headers["Retry-After"] = str(wait)
    return answer


# ---------------------------------------------------------------- checking a document


def verify(request: HttpRequest) -> HttpResponse:
    """A code as it stands on the paper, a signed PDF, or an evidence file."""
    if request.method != "POST":
        return _verify(request)
    if wait := tries.proving.wait(visitor(request)):
        return too_often(request, wait)
    lang, file = language_of(request), request.FILES.get("file")
    code = request.POST.get("code", "").strip()[:2000]
    try:
        if isinstance(file, UploadedFile):
            lines = _file_lines(request, file.read())
        elif code:
            lines = _here(request, code)
        else:
            return _verify(request, say(lang, "pages_prove.nothing_given"))
    except (DocumentError, ValueFault) as error:
        tries.proving.failed(visitor(request))
        return _verify(request, error_words(error, lang), code)
    return page(request, "prove/verified.html", first=lines[0], lines=lines[1:])


def _verify(request: HttpRequest, trouble: str = "", code: str = "") -> HttpResponse:
    megabytes = shipped_limits().upload_bytes // MEGABYTE
    status = HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK
    return page(request, "prove/verify.html", status, trouble=trouble, code=code, megabytes=megabytes)


def _file_lines(request: HttpRequest, data: bytes) -> list[str]:
    """By what the file begins with. Raises DocumentError or ValueFault for what is not genuine."""
    lang = language_of(request)
    with desk.node() as node:
        if data.startswith(PDF):
            return verdict_lines(proving.file_here(node, data), node.areas, lang)
        if data.startswith(ZIP):
            return checked_words(check(data, root=directory_root(node)), lang)
    raise DocumentError("neither_kind")


def _here(request: HttpRequest, code: str) -> list[str]:
    with desk.node() as node:
        return verdict_lines(by_code(node, code), node.areas, language_of(request))


def by_code(node: Node, code: str) -> proving.Verdict:
    """By the long code, which proves itself, or the short one, which is looked up."""
    if carrying.is_part(code):
        raise DocumentError("part_not_checked_here")
    if not codes.is_code(code) and len(short_code.compact(code)) <= short_code.LENGTH + 4:
        return proving.short_here(node, code)
    return proving.code_here(node, code)


ROUTES = (
    routes.asking("track/", track, "track", who=Who.PUBLIC),
    routes.asking("verify/", verify, "verify", who=Who.PUBLIC),
)
