"""The API for reading: its OpenAPI document, a page that lists it, and a page for each resource. Complete without scripts."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from jiexu.api import described
from jiexu.api.core import DECLARED, GROUPS, ROOT, lang_of
from jiexu.texts import say
from jiexu.web import problems
from jiexu.web.pages import page
from jiexu.web.routes import Who, reading
from jiexu.web.views.troubles import not_found


def openapi(request: HttpRequest) -> HttpResponse:
    """The document programs read."""
    return JsonResponse(described.document(lang_of(request)), json_dumps_params={"ensure_ascii": False})


def docs(request: HttpRequest) -> HttpResponse:
    """What can be asked, by whom, and what every problem means."""
    lang = lang_of(request)
    groups = [
        (
            say(lang, f"api.group_{name}"),
            [(each, say(lang, f"api.op_{each.name}")) for each in DECLARED.values() if each.group == name],
        )
        for name in GROUPS
    ]
    kinds = [(each, say(lang, f"api.p_{each}_h"), _sentence(request, each)) for each in problems.kinds()]
    return page(request, "api/docs.html", groups=groups, kinds=kinds, root=f"/{ROOT}")


def _sentence(request: HttpRequest, kind: str) -> str:
    return say(lang_of(request), f"api.p_{kind}", methods="…", seconds="…")


def resource(request: HttpRequest, name: str) -> HttpResponse:
    """One resource: who may ask, what is sent, what is answered."""
    declared = DECLARED.get(name)
    if declared is None:
        return not_found(request, KeyError(name))
    lang = lang_of(request)
    whole = described.document(lang)
    [operation] = whole["paths"][f"/{ROOT}{declared.address}"].values()
    body = operation.get("requestBody")
    answers = operation["responses"]["200"]["content"][described.JSON]["schema"]
    context: dict[str, Any] = {
        "declared": declared,
        "root": f"/{ROOT}",
        "summary": operation["summary"],
        "who": operation["description"],
        "parameters": [
            (each["name"], described.kind_words(each["schema"]), each["required"], each["description"])
            for each in operation.get("parameters", ())
        ],
        "sent": list(described.rows(body["content"][described.JSON]["schema"], whole)) if body else [],
        "answered": list(described.rows(answers, whole)),
        "problems": [
            (status, problems.KINDS[HTTPStatus(int(status))], answer["description"])
            for status, answer in sorted(operation["responses"].items())
            if int(status) != HTTPStatus.OK
        ],
    }
    return page(request, "api/resource.html", **context)


ROUTES = (
    reading(f"{ROOT}openapi.json", openapi, "api_openapi", who=Who.PUBLIC),
    reading(f"{ROOT}docs/", docs, "api_docs", who=Who.PUBLIC),
    reading(f"{ROOT}docs/<str:name>/", resource, "api_docs_of", who=Who.PUBLIC),
)
