"""Calculators: a form, and the working line by line. What is written is sent in the body and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from jiexu.exchange.envelope import BEIJING
from jiexu.rules.working import Worked
from jiexu.texts import Lang, say
from jiexu.usecases.calculators import CALCULATORS, OUTSIDE
from jiexu.usecases.calculators.fields import Calculator, FieldError, MissingFieldError, read
from jiexu.values.errors import ValueFault
from jiexu.web import routes
from jiexu.web.forms import asked, written_in
from jiexu.web.pages import language_of, page
from jiexu.web.routes import Who
from jiexu.wording.calculating import working_words

GROUPS = (
    ("transfer", ("deadline", "gap", "makeup", "resume", "latefee", "month-split", "account-use")),
    ("resident", ("scheme-choice", "premium", "resident-wait")),
    ("retire", ("years", "topup", "retirement")),
    (
        "beside",
        (
            "pension-course",
            "pension-transfer",
            "benefit-place",
            "unemployment-transfer",
            "unemployment-months",
            "withdrawal",
            "wallet",
        ),
    ),
)
"""Headings of the list of calculators."""


def calculators(request: HttpRequest) -> HttpResponse:
    """The list."""
    lang = language_of(request)
    groups = [
        (say(lang, f"calc.group_{key}"), [(name, _title(CALCULATORS[name], lang)) for name in names])
        for key, names in GROUPS
    ]
    return page(request, "law/calculators.html", groups=groups)


def _title(calculator: Calculator, lang: Lang) -> str:
    return say(lang, f"calc.help_{calculator.help}")


def calculate(request: HttpRequest, name: str) -> HttpResponse:
    """The form; once it is sent, the answer with its working above it, or what is to be mended."""
    lang = language_of(request)
    calculator = CALCULATORS.get(name)
    if calculator is None:
        sentence = say(lang, "calc.no_calculator", name=name[:30])
        return page(request, "law/not_here.html", HTTPStatus.NOT_FOUND, sentence=sentence, back="/calc/")
    if request.method != "POST":
        return _form(request, calculator, {}, {})
    written = written_in(request, calculator.fields)
    given = read(calculator.fields, written, datetime.now(BEIJING).replace(tzinfo=None))
    if given.faults:
        errors = {key: fault.sentence(lang) for key, fault in given.faults.items()}
        return _form(request, calculator, written, errors)
    try:
        worked, errors, trouble = calculator.work(**given.values), {}, ""
    except MissingFieldError as missing:
        worked, errors, trouble = None, {missing.name: FieldError("calc.needed").sentence(lang)}, ""
    except ValueFault as fault:
        worked, errors, trouble = None, {}, say(lang, f"errors.{fault.code}", **fault.data)
    except OUTSIDE:
        worked, errors, trouble = None, {}, say(lang, "calc.outside")
    return _form(request, calculator, written, errors, trouble, worked)


def _form(
    request: HttpRequest,
    calculator: Calculator,
    written: Mapping[str, Sequence[str]],
    errors: Mapping[str, str],
    trouble: str = "",
    worked: Worked[Any] | None = None,
) -> HttpResponse:
    lang = language_of(request)
    fields = [asked(each, written, lang, errors.get(each.name, "")) for each in calculator.fields]
    return page(
        request,
        "law/calculator.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if errors or trouble else HTTPStatus.OK,
        name=calculator.name,
        title=_title(calculator, lang),
        needed=[each for each in fields if each.required],
        more=[each for each in fields if not each.required],
        errors=[each for each in fields if each.error],
        trouble=trouble,
        working=None if worked is None else working_words(worked, lang),
        sent=[(key, text) for key, texts in written.items() for text in texts],
    )


ROUTES = (
    routes.reading("calc/", calculators, "calculators", who=Who.PUBLIC),
    routes.asking("calc/<str:name>/", calculate, "calculate", who=Who.PUBLIC),
)
