"""Forms made from what a calculation asks for: each field with label, hint, what was written, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from jiexu.texts import Lang, say
from jiexu.usecases.calculators.fields import Field, Kind
from jiexu.wording.calculating import choice_words, hint, label

FEW = 4
"""Choices up to which they stand beside each other; more are folded into a list."""
INPUT_MODES = {Kind.COUNT: "numeric", Kind.YEAR: "numeric", Kind.YUAN: "decimal", Kind.MONTH: "numeric"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One field as a form shows it. ``shape``: radios, select, lines or input. ``given``: what was written."""

    name: str
    shape: str
    label: str
    hint: str
    given: str
    required: bool
    type: str
    mode: str
    choices: tuple[tuple[str, str], ...]
    error: str = ""


def asked(field: Field, written: Mapping[str, Sequence[str]], lang: Lang, error: str) -> Asked:
    """A field with what was written into it."""
    return Asked(
        name=field.name,
        shape=_shape(field),
        label=label(field, lang),
        hint=hint(field, lang),
        given="\n".join(written.get(field.name, ())) if written else _first(field),
        required=field.required,
        type="date" if field.kind is Kind.DAY else "text",
        mode=INPUT_MODES.get(field.kind, ""),
        choices=_choices(field, lang),
        error=error,
    )


def _shape(field: Field) -> str:
    if field.kind is Kind.YES_NO or (field.kind is Kind.CHOICE and len(field.choices) <= FEW):
        return "radios"
    if field.kind is Kind.CHOICE:
        return "select"
    return "lines" if field.many else "input"


def _first(field: Field) -> str:
    """What stands in a field before anything is written."""
    if field.kind is Kind.YES_NO:
        return "yes" if field.default else "no"
    return str(field.default) if field.kind is Kind.CHOICE and field.default else ""


def _choices(field: Field, lang: Lang) -> tuple[tuple[str, str], ...]:
    if field.kind is Kind.YES_NO:
        return ("yes", say(lang, "policy.said_yes")), ("no", say(lang, "policy.said_no"))
    if field.kind is not Kind.CHOICE:
        return ()
    named = tuple((str(each), choice_words(field, each, lang)) for each in field.choices)
    return named if field.required or field.default else (("", say(lang, "calc.none_of_these")), *named)


def written_in(request: HttpRequest, fields: Sequence[Field]) -> dict[str, list[str]]:
    """What was sent, by name of the field; what is empty is left out of the lists."""
    return {each.name: [text for text in request.POST.getlist(each.name) if text.strip()] for each in fields}
