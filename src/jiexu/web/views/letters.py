"""Letters to print and sign, and the table of places where cover as a retiree could be drawn. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.policyfiles.names import names_of
from jiexu.guide.case import Case
from jiexu.guide.forms import Filled, FormError, FormKind
from jiexu.guide.letters import Letter, LetterError, LetterKind, letter
from jiexu.guide.opening import opened
from jiexu.guide.plan import Plan, plan
from jiexu.guide.question import Question
from jiexu.guide.situation import ImpossibleSituationError, Situation, Stretch
from jiexu.rules.inputs import Payer, Scheme, Sex
from jiexu.rules.retirement import RetirementGroup
from jiexu.texts import Lang, say
from jiexu.usecases.calculators import OUTSIDE
from jiexu.usecases.calculators.cover import PAYER
from jiexu.usecases.calculators.fields import Field, Kind, Today, read
from jiexu.usecases.forms import fields_of, filled
from jiexu.values.errors import ValueFault
from jiexu.values.month import Month
from jiexu.web import routes
from jiexu.web.forms import asked, written_in
from jiexu.web.pages import language_of, page
from jiexu.web.routes import Who
from jiexu.wording.guide import Words
from jiexu.wording.plan import HEADS, cells
from jiexu.wording.policy import place_name

FROM = Field("origin", "from", Kind.AREA, "from", required=True)
INTO = Field("destination", "to", Kind.AREA, "to", required=True)
ON = Field("on", "on", Kind.DAY, "letter_on", default=Today.DAY)
TO_ASK = (FROM, INTO, ON)
TO_AGENCY = (
    FROM,
    INTO,
    Field("accepted_on", "accepted-on", Kind.DAY, "accepted", required=True),
    Field("form_received_on", "form-received-on", Kind.DAY, "form"),
    ON,
)
OF_A_TRANSFER = frozenset({LetterKind.PROGRESS, LetterKind.COMPLAINT, LetterKind.RECONSIDERATION})
"""Letters about a transfer that is under way: they need the day of its acceptance."""
PLAN = (
    Field("paid", "paid", Kind.MONTHS_AT, "paid_months_at", required=True, many=True),
    FROM,
    INTO,
    Field("birth", "birth", Kind.DAY, "birth", required=True),
    Field("group", "group", Kind.CHOICE, "group", required=True, choices=tuple(RetirementGroup)),
    Field("base_fen", "base", Kind.YUAN, "base"),
    PAYER,
    Field("on", "on", Kind.DAY, "on", default=Today.DAY),
)
Errors = Mapping[str, str]
NOTHING: Errors = {}


def letters(request: HttpRequest) -> HttpResponse:
    """What can be written, and to whom."""
    forms = [(kind.value, *_form_words(kind)) for kind in FormKind]
    return page(request, "law/letters.html", kinds=[kind.value for kind in LetterKind], forms=forms)


def _form_words(kind: FormKind) -> tuple[str, str]:
    """Text keys of a form's heading and of when it is used."""
    key = kind.value.replace("-", "_")
    return f"forms.{key}_h", f"forms.{key}_lead"


def write(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of a letter; once it is sent, the letter as it is printed."""
    lang = language_of(request)
    if kind not in set(LetterKind):
        sentence = say(lang, "pages_letters.no_letter", kind=kind[:20])
        return page(request, "law/not_here.html", HTTPStatus.NOT_FOUND, sentence=sentence, back="/letters/")
    fields = TO_AGENCY if kind in OF_A_TRANSFER else TO_ASK
    frame: dict[str, Any] = {
        "kind": kind,
        "folder": "letters",
        "heading": f"pages_letters.{kind}_h",
        "lead": f"pages_letters.{kind}_lead",
        "button": "pages_letters.button",
        "how_to": "pages_letters.how_to",
    }
    if request.method != "POST":
        return _form(request, "law/letter_form.html", fields, {}, **frame)
    written = written_in(request, fields)
    given = read(fields, written, datetime.now(BEIJING).replace(tzinfo=None))
    if given.faults:
        errors = {key: fault.sentence(lang) for key, fault in given.faults.items()}
        return _form(request, "law/letter_form.html", fields, written, errors, **frame)
    words = Words(lang, shipped_policy().parameters)
    found = composed(LetterKind(kind), given.values, words)
    if isinstance(found, str):
        return _form(request, "law/letter_form.html", fields, written, trouble=found, **frame)
    lines = [(words.plain(one), words.legal(one)) for one in found.lines]
    sent = [(key, text) for key, texts in written.items() for text in texts]
    return page(request, "law/letter.html", lines=lines, until=found.until, sent=sent, **frame)


def fill_in(request: HttpRequest, kind: str) -> HttpResponse:
    """A form or paper beside the medical transfer: its fields; once they are sent, the paper as it is printed."""
    lang = language_of(request)
    if kind not in set(FormKind):
        sentence = say(lang, "pages_letters.no_letter", kind=kind[:20])
        return page(request, "law/not_here.html", HTTPStatus.NOT_FOUND, sentence=sentence, back="/letters/")
    form = FormKind(kind)
    fields, (heading, lead) = fields_of(form), _form_words(form)
    names = "、".join(names_of(kind))
    frame: dict[str, Any] = {"kind": kind, "folder": "forms", "heading": heading, "lead": lead}
    frame |= {"button": "forms.button", "how_to": "forms.how_to", "names": names}
    if request.method != "POST":
        return _form(request, "law/letter_form.html", fields, {}, **frame)
    written = written_in(request, fields)
    given = read(fields, written, datetime.now(BEIJING).replace(tzinfo=None))
    if given.faults:
        wrong = {key: fault.sentence(lang) for key, fault in given.faults.items()}
        return _form(request, "law/letter_form.html", fields, written, wrong, **frame)
    found = _filled(form, given.values, lang)
    if not isinstance(found, Filled):
        errors, trouble = found
        return _form(request, "law/letter_form.html", fields, written, errors, trouble, **frame)
    words = Words(lang, shipped_policy().parameters)
    lines = [(words.plain(one), words.legal(one)) for one in found.lines]
    sent = [(key, text) for key, texts in written.items() for text in texts]
    return page(request, "law/letter.html", lines=lines, until=None, sent=sent, **frame)


def _filled(kind: FormKind, values: Mapping[str, Any], lang: Lang) -> Filled | tuple[Errors, str]:
    """The paper, or what is wrong: by field, or in one sentence."""
    try:
        return filled(kind, values)
    except FormError as error:
        return {str(error.data["field"]): say(lang, "calc.needed")}, ""
    except ValueFault as error:
        return NOTHING, say(lang, f"errors.{error.code}", **error.data)
    except OUTSIDE:
        return NOTHING, say(lang, "calc.outside")


def composed(kind: LetterKind, values: Mapping[str, Any], words: Words) -> Letter | str:
    """The letter, or the sentence that says why there can be none."""
    situation = Situation(
        values["origin"],
        values["destination"],
        accepted_on=values.get("accepted_on"),
        form_received_on=values.get("form_received_on"),
    )
    case = _opened(situation, values, words)
    if isinstance(case, str):
        return case
    try:
        found = letter(kind, case)
    except LetterError as error:
        return say(words.lang, f"errors.{error.code}", **error.data)
    return words.asked(found) if isinstance(found, Question) else found


def _opened(situation: Situation, values: Mapping[str, Any], words: Words) -> Case | str:
    try:
        case = opened(
            situation,
            policy=shipped_policy(),
            calendar=working_days(),
            areas=areas(),
            on=values["on"],
        )
    except ImpossibleSituationError as error:
        return say(words.lang, f"errors.{error.code}", **error.data)
    return case if isinstance(case, Case) else " ".join(words.asked(each) for each in case)


def _form(
    request: HttpRequest,
    template: str,
    fields: Sequence[Field],
    written: Mapping[str, Sequence[str]],
    errors: Errors = NOTHING,
    trouble: str = "",
    **frame: Any,
) -> HttpResponse:
    lang = language_of(request)
    shown = [asked(each, written, lang, errors.get(each.name, "")) for each in fields]
    return page(
        request,
        template,
        HTTPStatus.UNPROCESSABLE_ENTITY if errors or trouble else HTTPStatus.OK,
        fields=shown,
        errors=[each for each in shown if each.error],
        trouble=trouble,
        **frame,
    )


def plan_of_places(request: HttpRequest) -> HttpResponse:
    """Years in several places: what each still asks for, what it costs and from when, side by side."""
    if request.method != "POST":
        return _form(request, "law/plan.html", PLAN, {})
    lang = language_of(request)
    written = written_in(request, PLAN)
    given = read(PLAN, written, datetime.now(BEIJING).replace(tzinfo=None))
    if given.faults:
        errors = {key: fault.sentence(lang) for key, fault in given.faults.items()}
        return _form(request, "law/plan.html", PLAN, written, errors)
    words = Words(lang, shipped_policy().parameters)
    case = _opened(_situation(given.values), given.values, words)
    if isinstance(case, str):
        return _form(request, "law/plan.html", PLAN, written, trouble=case)
    found = plan(case)
    if found.questions or found.retires is None:
        sentence = " ".join(words.asked(each) for each in found.questions)
        return _form(request, "law/plan.html", PLAN, written, trouble=sentence)
    sent = [(key, text) for key, texts in written.items() for text in texts]
    return _form(request, "law/plan.html", PLAN, written, table=_table(found, words), sent=sent)


def _situation(values: Mapping[str, Any]) -> Situation:
    group = RetirementGroup(values["group"])
    return Situation(
        values["origin"],
        values["destination"],
        from_scheme=Scheme.EMPLOYEE,
        to_scheme=Scheme.EMPLOYEE,
        history=tuple(
            Stretch(area, Scheme.EMPLOYEE, Month.parse(first), Month.parse(last))
            for area, months in values["paid"]
            for first, last in months.to_json()
        ),
        birth=values["birth"],
        sex=Sex.MALE if group is RetirementGroup.MAN else Sex.FEMALE,
        group=group,
        base_fen=values["base_fen"],
        payer=Payer(values["payer"]),
    )


def _table(found: Plan, words: Words) -> dict[str, Any]:
    assert found.retires is not None  # noqa: S101  a plan without questions has a month of retirement
    return {
        "assumes": say(words.lang, "guide.plan_assumes", month=words.datum(found.retires.month)),
        "heads": [say(words.lang, f"guide.plan_{head}") for head in HEADS],
        "rows": [cells(row, words) for row in found.rows],
        "places": [
            (
                place_name(row.standing.area, words.lang),
                [(words.said(each), words.legal(each)) for each in row.sentences],
            )
            for row in found.rows
        ],
    }


ROUTES = (
    routes.reading("letters/", letters, "letters", who=Who.PUBLIC),
    routes.asking("letters/<str:kind>/", write, "write_letter", who=Who.PUBLIC),
    routes.asking("forms/<str:kind>/", fill_in, "fill_form", who=Who.PUBLIC),
    routes.asking("plan/", plan_of_places, "plan", who=Who.PUBLIC),
)
