"""What holds for every page: its language, its security headers, and a sentence when the database is away."""

from __future__ import annotations

import functools
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from jiexu.gateways.policyfiles.limits import shipped_limits
from jiexu.texts import LANGS, Lang
from jiexu.web import desk, pages, refusals

Answer = Callable[[HttpRequest], HttpResponse]

COOKIE, VIEW_COOKIE = "lang", "view"
A_YEAR = 365 * 24 * 3600

# Pages have no script, no style attribute and no address outside this server. Passkeys alone cannot do without a script:
# their pages name ours with ``with_script``.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


def language(answer: Answer) -> Answer:
    """The language asked for in the address, else remembered, else the browser's wish, else Chinese."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang")
        request.lang = _known(asked) or _known(request.COOKIES.get(COOKIE)) or _wished(request)
        # Sentences of Django and its apps, such as what is wrong with a password, speak the same language.
        with translation.override("zh-hans" if request.lang == "zh" else "en"):
            response = answer(request)
        if _known(asked):
            response.set_cookie(
                COOKIE, asked, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
            )
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
        response.headers.setdefault("Content-Language", "zh-CN" if request.lang == "zh" else "en")
        return response

    return middleware


def view(answer: Answer) -> Answer:
    """The scale asked for in the address, else remembered, else the usual one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("view")
        remembered = request.COOKIES.get(VIEW_COOKIE)
        request.view = next((one for one in (asked, remembered) if one in pages.VIEWS), pages.STANDARD)
        response = answer(request)
        if asked in pages.VIEWS:
            response.set_cookie(
                VIEW_COOKIE, asked, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
            )
        return response

    return middleware


def headers(answer: Answer) -> Answer:
    """No script, no frame, no guessing of types; pages about people are kept nowhere."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers["Content-Security-Policy"] = POLICY + getattr(response, "may_also", "")
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def with_script(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that may run script files of this server; scripts written into the page stay forbidden."""

    @functools.wraps(view)
    def scripted(request: HttpRequest, *args: object, **given: object) -> HttpResponse:
        response = view(request, *args, **given)
        response.may_also = "; script-src 'self'"
        return response

    return scripted


def bounded(answer: Answer) -> Answer:
    """Refuses a request that is too long before anything of it is read."""
    most = shipped_limits().upload_bytes

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > most:
            refusals.write(request, "", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return pages.trouble(request, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return answer(request)

    return middleware


class DatabaseAway:
    """Answers 503 with a sentence where the database does not answer, and lets every other error pass."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, desk.GONE):
            return pages.trouble(request, status=503)
        return None


def _known(text: str | None) -> Lang | None:
    return next((lang for lang in LANGS if lang == text), None)


def _wished(request: HttpRequest) -> Lang:
    """The first language of the browser that we speak."""
    wishes = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return next((lang for wish, _ in wishes for lang in LANGS if wish.startswith(lang)), "zh")
