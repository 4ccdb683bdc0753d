"""The law in words: numbered rules, the documents they rest on, what is often said and wrong, and terms."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jiexu.gateways.policyfiles.catalogue import Source
from jiexu.gateways.policyfiles.facts import cite, shipped_policy, shipped_sources
from jiexu.gateways.policyfiles.names import shipped_names
from jiexu.guide.myths import every_myth
from jiexu.guide.sentence import Sentence, Voice
from jiexu.rules.overview import holding
from jiexu.rules.policy import NATION
from jiexu.rules.registry import RULES, Entry
from jiexu.texts import Lang, catalogue, say
from jiexu.web import routes
from jiexu.web.pages import language_of, page
from jiexu.web.routes import Who
from jiexu.web.today import today
from jiexu.wording import finding
from jiexu.wording.area import known_words
from jiexu.wording.guide import Words
from jiexu.wording.names import name_lines
from jiexu.wording.policy import parameter_name, place_name, source_title
from jiexu.wording.rules import code_of, sure_words

A_PAGE = 80
"""Documents on one page of the list."""


def rules(request: HttpRequest) -> HttpResponse:
    """Every rule by its subject; one that is asked for by number is opened."""
    lang, asked = language_of(request), request.GET.get("q", "").strip()
    if asked:
        try:
            return redirect("rule", rule_id=finding.rule(asked).rule.id)
        except finding.NotNamedError as error:
            return _rules(request, HTTPStatus.NOT_FOUND, asked, finding.no_rule(lang, error))
    return _rules(request, HTTPStatus.OK, "", "")


def _rules(request: HttpRequest, status: int, asked: str, trouble: str) -> HttpResponse:
    lang = language_of(request)
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for rule_id in RULES:
        groups[rule_id.partition("-")[0]].append((rule_id, say(lang, f"rules.{rule_id}")))
    named = [
        (say(lang, f"pages_law.rules_{key}") if f"rules_{key}" in catalogue("pages_law") else key, found)
        for key, found in groups.items()
    ]
    return page(
        request, "law/rules.html", status, groups=named, count=len(RULES), asked=asked, trouble=trouble
    )


def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """One rule: what it answers, on what it rests, which facts it reads at a place on a day."""
    lang, policy = language_of(request), shipped_policy()
    try:
        entry = finding.rule(rule_id)
    except finding.NotNamedError as error:
        return _rules(request, HTTPStatus.NOT_FOUND, rule_id[:20], finding.no_rule(lang, error))
    if entry.rule.id != rule_id:
        return redirect("rule", rule_id=entry.rule.id)
    asked, trouble, code = request.GET.get("area", "").strip(), "", NATION
    if asked:
        try:
            code = finding.place(policy, asked, today())
        except finding.NoOnePlaceError as error:
            trouble = error.sentence(lang)
    day = _day(request.GET.get("on", ""))
    held = [each for each in holding(policy, code, on=day) if each.fact.parameter in entry.rule.parameters]
    reads = [
        (
            parameter_name(name, lang),
            [known_words(policy, each, code, lang) for each in held if each.fact.parameter == name],
        )
        for name in entry.rule.parameters
    ]
    return page(
        request,
        "law/rule.html",
        HTTPStatus.NOT_FOUND if trouble else HTTPStatus.OK,
        **_rule_words(entry, lang),
        reads=reads,
        asked=asked,
        trouble=trouble,
        place_name=place_name(code, lang),
        on=day,
    )


def _rule_words(entry: Entry, lang: Lang) -> dict[str, object]:
    rule_id = entry.rule.id
    return {
        "rule_id": rule_id,
        "name": say(lang, f"rules.{rule_id}"),
        "sure_said": sure_words(entry, lang),
        "confidence": entry.rule.confidence,
        "anchor": say(lang, f"rules.anchor.{entry.rule.anchored_on.value}"),
        "code": code_of(entry),
        "answers": [say(lang, f"outcomes.{rule_id}.{outcome}") for outcome in entry.rule.outcomes],
        "articles": [(each.partition(":")[0], cite(lang, each)) for each in entry.rule.articles],
    }


def _day(text: str) -> date:
    """A day out of an address; today where it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return today()


def sources(request: HttpRequest) -> HttpResponse:
    """Every document with how its text was seen and how much rests on it, the most used first."""
    lang, asked = language_of(request), request.GET.get("q", "").strip()[:60]
    cited = _cited()
    found = sorted(shipped_sources().values(), key=lambda one: (-cited[one.id], one.id))
    found = [one for one in found if asked.lower() in _searched(one)] if asked else found
    number = request.GET.get("page", "")
    last = max(1, -(-len(found) // A_PAGE))
    at = min(int(number), last) if number.isdecimal() and len(number) < len("1000") and int(number) else 1
    shown = found[(at - 1) * A_PAGE : at * A_PAGE]
    return page(
        request,
        "law/sources.html",
        rows=[(one.id, source_title(one.id, lang), cited[one.id]) for one in shown],
        count=len(found),
        asked=asked,
        at=at,
        last=last,
    )


def _cited() -> Counter[str]:
    return Counter(key for facts in shipped_policy().facts.values() for fact in facts for key in fact.sources)


def _searched(source: Source) -> str:
    return " ".join([source.id, *source.titles.values(), source.number or "", source.issuer or ""]).lower()


def source(request: HttpRequest, key: str) -> HttpResponse:
    """One document: how it was seen, which rules and which records rest on it."""
    lang, policy = language_of(request), shipped_policy()
    one = shipped_sources().get(key)
    if one is None:
        sentence = say(lang, "pages_law.no_source", key=key[:40])
        return page(request, "law/not_here.html", HTTPStatus.NOT_FOUND, sentence=sentence, back="/sources/")
    records = Counter(
        (fact.area, fact.parameter)
        for facts in policy.facts.values()
        for fact in facts
        if key in fact.sources
    )
    resting = [
        (entry.rule.id, say(lang, f"rules.{entry.rule.id}"))
        for entry in RULES.values()
        if any(article.partition(":")[0] == key for article in entry.rule.articles)
    ]
    return page(
        request,
        "law/source.html",
        one=one,
        title=one.titles[lang],
        seen=say(lang, f"policy.seen.{one.seen}"),
        rules=resting,
        records=[
            (area, place_name(area, lang), name, parameter_name(name, lang), count)
            for (area, name), count in sorted(records.items())[:MOST_RECORDS]
        ],
        more=max(0, len(records) - MOST_RECORDS),
    )


MOST_RECORDS = 150
"""Records of a document that are listed; a book of a whole province holds more than a page can."""


def errors(request: HttpRequest) -> HttpResponse:
    """What popular articles say that is wrong, each with the rule that is right."""
    lang, policy = language_of(request), shipped_policy()
    said = list(every_myth(Voice(policy, today())))
    words = Words(lang, policy.parameters)
    pairs = [_myth(claim, right, words) for claim, right in zip(said[::2], said[1::2], strict=True)]
    return page(request, "law/errors.html", myths=pairs)


def _myth(claim: Sentence, right: Sentence, words: Words) -> dict[str, object]:
    lang = words.lang
    return {
        "key": right.key.split(".")[1],
        "claim": words.plain(claim).partition("：" if lang == "zh" else ": ")[2] or words.plain(claim),
        "right": words.plain(right),
        "confidence": right.confidence,
        "rule": right.rule,
        "rule_name": say(lang, f"rules.{right.rule}"),
        "articles": [cite(lang, article) for article in right.articles],
        "said_by": [source_title(key, lang) for key in claim.sources],
    }


def glossary(request: HttpRequest) -> HttpResponse:
    """Words a reader may not know."""
    lang = language_of(request)
    rows = [
        (key, *meaning[lang].split("：" if lang == "zh" else ": ", 1))
        for key, meaning in catalogue("terms").items()
    ]
    names = [(one.key, one.today[lang], name_lines(one, lang)[1:]) for one in shipped_names().values()]
    return page(request, "law/glossary.html", rows=rows, names=names)


ROUTES = (
    routes.reading("rules/", rules, "rules", who=Who.PUBLIC),
    routes.reading("rules/<str:rule_id>/", rule, "rule", who=Who.PUBLIC),
    routes.reading("sources/", sources, "sources", who=Who.PUBLIC),
    routes.reading("sources/<str:key>/", source, "source", who=Who.PUBLIC),
    routes.reading("errors/", errors, "errors", who=Who.PUBLIC),
    routes.reading("glossary/", glossary, "glossary", who=Who.PUBLIC),
)
