"""What is open to all: places and rules, calculations, the guide's answer, following a case, checking a document, figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest
from pydantic import Field as Described
from pydantic import create_model

from jiexu.api import shapes
from jiexu.api.core import ANYBODY, RefusedError, lang_of, pressing, reading
from jiexu.documents.errors import DocumentError
from jiexu.documents.verdict_words import error_words, verdict_lines
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.policyfiles.areas import areas as area_map
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.situations import KNOWN, SituationError, situation_of
from jiexu.guide.answer import answer
from jiexu.guide.situation import ImpossibleSituationError
from jiexu.rules.overview import Held, holding
from jiexu.rules.policy import NATION, province_of
from jiexu.rules.registry import RULES, Entry
from jiexu.texts import Lang, say
from jiexu.usecases import reading as asked
from jiexu.usecases.calculators import CALCULATORS, OUTSIDE
from jiexu.usecases.calculators.fields import FieldError, MissingFieldError, read
from jiexu.values import case_number
from jiexu.values.errors import ValueFault
from jiexu.web import desk, tries, words
from jiexu.web.today import today
from jiexu.web.views.proving import by_code, visitor
from jiexu.wording import finding
from jiexu.wording.area import is_place
from jiexu.wording.calculating import label, working_words
from jiexu.wording.guide import Words as GuideWords
from jiexu.wording.guide import as_json
from jiexu.wording.policy import (
    parameter_name,
    place_name,
    scope_words,
    source_title,
    text_words,
    value_words,
)
from jiexu.wording.rules import code_of

LAW, ASK, PROVE = "law", "ask", "prove"
"""Headings under which these stand."""

# ---------------------------------------------------------------- places


@reading("areas", who=ANYBODY, group=LAW, answers=shapes.Areas)
def areas(request: HttpRequest, q: shapes.Words) -> dict[str, Any]:
    """The place a text names, by code, name, former name or pinyin; or those it may mean."""
    lang = lang_of(request)
    try:
        found = [finding.place(shipped_policy(), q.strip(), today())]
    except finding.NoOnePlaceError as error:
        if not error.pools:
            raise RefusedError(HTTPStatus.NOT_FOUND, detail=error.sentence(lang)) from None
        return {"areas": [_area(pool.code, lang) for pool in error.pools], "is_certain": False}
    return {"areas": [_area(code, lang) for code in found], "is_certain": True}


def _area(code: str, lang: Lang) -> dict[str, str]:
    return {
        "code": code,
        "name": place_name(code, lang),
        "province": "" if code == NATION else province_of(code),
    }


@reading("areas/{code}", who=ANYBODY, group=LAW, answers=shapes.AreaFacts)
def area(
    request: HttpRequest, code: shapes.Words, on: date | None = None, known_on: date | None = None
) -> dict[str, Any]:
    """What holds in a place on a day, as our data stood on another."""
    policy, lang, day = shipped_policy(), lang_of(request), on or today()
    if not is_place(policy, code):
        raise RefusedError(HTTPStatus.NOT_FOUND, detail=say(lang, "pages_law.no_area", code=code[:20]))
    held = holding(policy, code, on=day, known_on=known_on)
    return {
        "code": code,
        "name": place_name(code, lang),
        "on": day,
        "known_on": known_on,
        "reconstructed": any(each.reconstructed for each in held),
        "policy_digest": policy.digest,
        "facts": _facts(held, lang),
    }


def _facts(held: Iterable[Held], lang: Lang) -> list[dict[str, Any]]:
    return [_fact(each, lang) for each in held]


def _fact(held: Held, lang: Lang) -> dict[str, Any]:
    fact = held.fact
    parameter = shipped_policy().parameters[fact.parameter]
    return {
        "fact": fact.id,
        "parameter": fact.parameter,
        "name": parameter_name(fact.parameter, lang),
        "value": "" if fact.value is None else value_words(fact.value, parameter, lang),
        "is_known": fact.value is not None,
        "place": held.place,
        "start": fact.start,
        "until": fact.until,
        "published": fact.published,
        "recorded": fact.known_since,
        "confidence": held.confidence.value,
        "scope": scope_words(fact.scope, lang),
        "sources": list(fact.sources),
        "rivals": [
            {
                "value": "" if each.value is None else value_words(each.value, parameter, lang),
                "confidence": each.confidence.value,
                "why": text_words(each.why, lang),
                "source": source_title(each.source, lang),
            }
            for each in fact.rivals
        ],
    }


# ---------------------------------------------------------------- rules


@reading("rules", who=ANYBODY, group=LAW, answers=shapes.Rules)
def rules(request: HttpRequest) -> dict[str, Any]:
    """Every numbered rule."""
    return {"rules": [_rule(entry, lang_of(request)) for entry in RULES.values()]}


@reading("rules/{rule_id}", who=ANYBODY, group=LAW, answers=shapes.RuleHere)
def rule(
    request: HttpRequest, rule_id: shapes.Words, area: shapes.Words = NATION, on: date | None = None
) -> dict[str, Any]:
    """One rule with the facts it reads at a place on a day."""
    lang, policy, day = lang_of(request), shipped_policy(), on or today()
    try:
        entry = finding.rule(rule_id)
    except finding.NotNamedError as error:
        raise RefusedError(HTTPStatus.NOT_FOUND, detail=finding.no_rule(lang, error)) from None
    code = _place(area, lang, "area")
    held = [each for each in holding(policy, code, on=day) if each.fact.parameter in entry.rule.parameters]
    return {"rule": _rule(entry, lang), "area": code, "on": day, "facts": _facts(held, lang)}


def _place(text: str, lang: Lang, where: str) -> str:
    try:
        return finding.place(shipped_policy(), text.strip(), today())
    except finding.NoOnePlaceError as error:
        raise _wrong([(where, error.sentence(lang))]) from None


def _wrong(errors: Iterable[tuple[str, str]]) -> RefusedError:
    return RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors)


def _rule(entry: Entry, lang: Lang) -> dict[str, Any]:
    one = entry.rule
    return {
        "rule": one.id,
        "name": say(lang, f"rules.{one.id}"),
        "anchor": one.anchored_on.value,
        "basis": one.basis.value,
        "confidence": one.confidence.value,
        "outcomes": {outcome: say(lang, f"outcomes.{one.id}.{outcome}") for outcome in one.outcomes},
        "articles": list(one.articles),
        "parameters": list(one.parameters),
        "code": code_of(entry),
    }


# ---------------------------------------------------------------- calculations and the guide


@reading("calculators", who=ANYBODY, group=ASK, answers=shapes.Calculators)
def calculators(request: HttpRequest) -> dict[str, Any]:
    """What can be calculated, and what each calculation asks for."""
    lang = lang_of(request)
    return {
        "calculators": [
            {
                "name": each.name,
                "title": say(lang, f"calc.help_{each.help}"),
                "fields": [
                    {
                        "name": field.name,
                        "label": label(field, lang),
                        "written_as": field.kind.value,
                        "required": field.required,
                        "many": field.many,
                        "choices": ["yes", "no"] if field.kind.name == "YES_NO" else list(field.choices),
                    }
                    for field in each.fields
                ],
            }
            for each in CALCULATORS.values()
        ]
    }


@pressing("calculators/{name}", who=ANYBODY, group=ASK, answers=shapes.Worked)
def calculate(request: HttpRequest, name: shapes.Words, given: shapes.Given) -> dict[str, Any]:
    """The answer with its working, line by line. Kept nowhere."""
    lang, calculator = lang_of(request), CALCULATORS.get(name)
    if calculator is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, detail=say(lang, "calc.no_calculator", name=name[:30]))
    strange = sorted(given.values.keys() - {each.name for each in calculator.fields})
    if strange:
        raise _wrong([(f"values.{each}", say(lang, "api.v_unknown")) for each in strange])
    written = {key: [text] if isinstance(text, str) else text for key, text in given.values.items()}
    read_in = read(calculator.fields, written, datetime.now(BEIJING).replace(tzinfo=None))
    if read_in.faults:
        raise _wrong([(f"values.{key}", fault.sentence(lang)) for key, fault in read_in.faults.items()])
    try:
        worked = calculator.work(**read_in.values)
    except MissingFieldError as missing:
        raise _wrong([(f"values.{missing.name}", FieldError("calc.needed").sentence(lang))]) from None
    except ValueFault as fault:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, detail=say(lang, f"errors.{fault.code}", **fault.data)) from None  # fmt: skip
    except OUTSIDE:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, detail=say(lang, "calc.outside")) from None
    said = working_words(worked, lang)
    return {
        "answer": said.closing,
        "steps": [{"said": each.text, "grounds": list(each.grounds)} for each in said.steps],
        "confidence": said.confidence.value,
    }


Told = shapes.Words | int | bool | list[shapes.Words] | None
Stays = Annotated[list[dict[shapes.Words, shapes.Words]], Described(max_length=100)] | None
SAID: dict[str, Any] = {
    "on": (date | None, None),
    **{word: (Stays if word == "history" else Told, None) for word in sorted(KNOWN - {"joined"})},
}
Situation: Any = create_model("Situation", __base__=shapes.Sent, **SAID)
"""The words of a situation, as in the file that ``jiexu guide`` reads; a history is written out, and no file is named."""


@pressing("guide", who=ANYBODY, group=ASK, answers=shapes.Guide)
def guide(request: HttpRequest, situation: Situation) -> dict[str, Any]:
    """The personal answer for somebody who moves. Kept nowhere."""
    lang = lang_of(request)
    told = {word: value for word, value in situation.model_dump().items() if value is not None}
    day = told.pop("on", None) or today()
    if told.get("joined_on") in NOT_JOINED:
        told["joined_on"] = False
    try:
        found = answer(
            situation_of(told), policy=shipped_policy(), calendar=working_days(), areas=area_map(), on=day
        )
    except SituationError as error:
        raise _wrong([("situation", error.sentence(lang))]) from None
    except ImpossibleSituationError as error:
        raise _wrong([("situation", say(lang, f"errors.{error.code}", **error.data))]) from None
    return as_json(found, GuideWords(lang, shipped_policy().parameters))


NOT_JOINED = ("no", "否", "没有")
"""What is written for somebody who has not joined where they move to."""

# ---------------------------------------------------------------- following and proving


@pressing("tracking", who=ANYBODY, group=PROVE, answers=shapes.Tracked)
def tracking(request: HttpRequest, given: shapes.Tracking) -> Any:
    """One line for the record and one for each amount, by case number and the last four of a document."""
    lang = lang_of(request)
    try:
        number = case_number.validate(given.case_no)
    except case_number.CaseNumberError as error:
        raise _wrong([("case_no", words.number_trouble(lang, error))]) from None
    keys = visitor(request), f"case {number}"
    wait_if_tried(tries.tracking, *keys)
    try:
        return desk.ask(lambda reader: asked.track(reader, case_no=number, last_four=given.last_four))
    except asked.NoSuchCaseError:
        tries.tracking.failed(*keys)
        raise RefusedError(HTTPStatus.NOT_FOUND, detail=say(lang, "pages_prove.no_such_pair")) from None


def wait_if_tried(counted: tries.Tries, *keys: str) -> None:
    """Raises RefusedError where one of these keys was tried too often."""
    if wait := counted.wait(*keys):
        raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, seconds=wait)


@pressing("verification", who=ANYBODY, group=PROVE, answers=shapes.Verdict)
def verification(request: HttpRequest, given: shapes.Code) -> dict[str, Any]:
    """Whether a document is genuine, by the code that stands on it."""
    lang, key = lang_of(request), visitor(request)
    wait_if_tried(tries.proving, key)
    try:
        with desk.node() as node:
            verdict = by_code(node, given.code.strip())
            said = verdict_lines(verdict, node.areas, lang)
    except (DocumentError, ValueFault) as error:
        tries.proving.failed(key)
        raise _wrong([("code", error_words(error, lang))]) from None
    return {
        "kind": verdict.kind.value,
        "agency": verdict.agency,
        "case_no": verdict.case_no,
        "number": verdict.number,
        "made_on": verdict.made_on,
        "said": said,
    }


@reading("figures", who=ANYBODY, group=PROVE, answers=shapes.Figures)
def figures(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001  a view takes a request
    """How the service does."""
    found = desk.ask(asked.service_figures)
    if found is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, "no_figures")
    return {
        "on": found.day,
        "cases": found.cases,
        "legs": list(found.legs),
        "pairs": list(found.pairs),
        "scores": list(found.scores),
    }
