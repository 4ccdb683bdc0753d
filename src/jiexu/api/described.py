"""The API described: its OpenAPI document in the reader's language, with what each field means and which problems it may answer."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

from jiexu.api.core import CORE, DECLARED, GROUPS, ROOT, Declared
from jiexu.texts import Lang, catalogue, say
from jiexu.web.problems import KINDS, MEDIA_TYPE
from jiexu.web.routes import Who

JSON = "application/json"
SITUATION = "Situation"
"""Its words are the guide's own."""
KEY, SESSION = "key", "session"


@cache
def document(lang: Lang) -> dict[str, Any]:
    """OpenAPI 3.1, whole."""
    made: dict[str, Any] = copy.deepcopy(dict(CORE.get_openapi_schema(path_prefix=f"/{ROOT}")))
    made["info"] = {
        "title": say(lang, "api.title"),
        "version": CORE.version,
        "description": say(lang, "api.about"),
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }
    for operations in made["paths"].values():
        for operation in operations.values():
            _operation(operation, DECLARED[operation["operationId"]], lang)
    for name, shape in made["components"]["schemas"].items():
        _shape(name, shape, lang)
    made["components"]["securitySchemes"] = {
        KEY: {"type": "http", "scheme": "bearer", "description": say(lang, "api.by_key")},
        SESSION: {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": say(lang, "api.by_session"),
        },
    }
    made["tags"] = [{"name": each, "description": say(lang, f"api.group_{each}")} for each in GROUPS]
    return made


def _operation(operation: dict[str, Any], declared: Declared, lang: Lang) -> None:
    operation["summary"] = say(lang, f"api.op_{declared.name}")
    operation["description"] = who_words(declared, lang)
    operation["security"] = [] if Who.PUBLIC in declared.who else [{KEY: []}, {SESSION: []}]
    for parameter in operation.get("parameters", ()):
        parameter["description"] = field_words("", parameter["name"].replace("-", "_").lower(), lang)
        parameter["schema"].pop("title", None)
    for status, answer in operation["responses"].items():
        if int(status) == HTTPStatus.OK:
            answer["description"] = operation["summary"]
            continue
        answer["description"] = say(lang, f"api.p_{KINDS[HTTPStatus(int(status))]}_h")
        answer["content"] = {MEDIA_TYPE: answer["content"].pop(JSON)}
    operation["responses"] = {str(status): answer for status, answer in operation["responses"].items()}


def who_words(declared: Declared, lang: Lang) -> str:
    """Who may ask, and what that takes."""
    roles = sorted(each.value for each in declared.who)
    names = ("、" if lang == "zh" else ", ").join(say(lang, f"api.who_{each}") for each in roles)
    said = say(lang, "api.who", names=names)
    return f"{said} {say(lang, 'api.by_hand')}" if declared.money else said


def _shape(name: str, shape: dict[str, Any], lang: Lang) -> None:
    shape.pop("description", None)
    for field, kind in shape.get("properties", {}).items():
        kind.pop("title", None)
        kind["description"] = field_words(name, field, lang)


def field_words(shape: str, field: str, lang: Lang) -> str:
    """What a field means: of this shape, else wherever it stands."""
    if shape == SITUATION and f"ask_{field}" in catalogue("guide"):
        return say(lang, f"guide.ask_{field}")
    if shape == SITUATION and f"help_{field}" in catalogue("guide"):
        return say(lang, f"guide.help_{field}")
    own = f"f_{shape}.{field}"
    return say(lang, f"api.{own}" if own in catalogue("api") else f"api.f_{field}")


def rows(shape: dict[str, Any], whole: dict[str, Any]) -> Iterator[tuple[str, str, bool, str]]:
    """The fields of a shape and of those within it: path, kind, whether it must be there, meaning."""
    yield from _rows(resolved(shape, whole), whole, "", ())


def _rows(
    shape: dict[str, Any], whole: dict[str, Any], path: str, above: tuple[str, ...]
) -> Iterator[tuple[str, str, bool, str]]:
    for name, kind in shape.get("properties", {}).items():
        here = f"{path}{name}"
        yield here, kind_words(kind), name in shape.get("required", ()), kind.get("description", "")
        inner, many = _within(kind)
        if inner and inner not in above:
            beneath = whole["components"]["schemas"][inner]
            yield from _rows(beneath, whole, f"{here}{'[]' if many else ''}.", (*above, inner))


def resolved(shape: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """The shape itself where it is only named."""
    name = shape.get("$ref", "").rpartition("/")[2]
    return whole["components"]["schemas"][name] if name else shape


def _within(kind: dict[str, Any]) -> tuple[str, bool]:
    """The shape a field holds, and whether it holds many; empty for a plain value."""
    for each in (kind, *kind.get("anyOf", ()), *kind.get("allOf", ())):
        if "$ref" in each:
            return each["$ref"].rpartition("/")[2], False
        if "$ref" in each.get("items", {}):
            return each["items"]["$ref"].rpartition("/")[2], True
    return "", False


def kind_words(kind: dict[str, Any]) -> str:
    """The kind of a value in the words of JSON schema."""
    if "anyOf" in kind:
        return " | ".join(dict.fromkeys(kind_words(each) for each in kind["anyOf"]))
    if "$ref" in kind:
        return str(kind["$ref"].rpartition("/")[2])
    if kind.get("type") == "array":
        return f"[{kind_words(kind.get('items', {}))}]"
    return str(kind.get("format") or kind.get("type") or "any")
