"""The one page there is until the web's own front page takes its address in ``jiexu.conf.urls``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from jiexu.texts import Lang, say

PAGE = (
    '<!doctype html><html lang="{}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{}</title><main><h1>{}</h1><p>{}</p></main></html>"
)


def front(request: HttpRequest) -> HttpResponse:
    """Says that the node runs, in the reader's language."""
    wanted = request.headers.get("Accept-Language", "zh")
    lang: Lang = "en" if wanted.lower().startswith("en") else "zh"
    name, sentence = say(lang, "common.name"), say(lang, "cli.page_runs")
    return HttpResponse(format_html(PAGE, lang, name, name, sentence))
