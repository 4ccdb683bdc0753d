"""The guide's answer as plain data for its page: sentences with what they rest on, days, money, months, doubts.

Every sentence is the guide's own, in the words of ``wording``; what stands beside them (headings, chips) only sorts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import mark_safe

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.facts import shipped_sources
from jiexu.guide.answer import Guide
from jiexu.guide.case import Case
from jiexu.guide.findings import Findings
from jiexu.guide.months import held
from jiexu.guide.move import scope
from jiexu.guide.sentence import DueKind, Sentence
from jiexu.guide.situation import Stretch, Topic
from jiexu.records.record import MonthKind
from jiexu.rules.inputs import Status
from jiexu.rules.money import MoneyMode
from jiexu.texts import Lang, say
from jiexu.usecases.reading import Place
from jiexu.usecases.reading.months import Strip, strip
from jiexu.usecases.reading.reader import named_place
from jiexu.values.money import format_yuan
from jiexu.web.pictures import GRADES
from jiexu.wording.guide import Words

PHONE = re.compile(r"(?<![\d-])(?:0\d{2,3}-)?\d{5,8}(?![\d-])")
CALLED = frozenset(
    {"guide.line_medical", "guide.line_hrss", "guide.late_call", "guide.whom_to_ask", "guide.office_line"}
)
"""Sentences whose numbers are telephones."""
COVER_GIST = ("guide.no_wait", "guide.wait", "guide.wait_from", "guide.wait_open", "guide.cover_not_known")
NOT_KNOWN, DIFFER = "guide.not_known", "guide.sources_differ"
ASK = frozenset({"guide.whom_to_ask", "guide.whom_to_ask_agencies"})
YEAR_MARK = "〔"
"""Stands in the numbers of documents that people name by their number."""
CREDIT = frozenset({"guide.credit_promised", "guide.credit_no_deadline"})


@dataclass(frozen=True, slots=True)
class Told:
    """One or more sentences that rest on the same: ``grade`` high, mid or low; ``cite``: the first article or document."""

    texts: tuple[str, ...]
    terms: tuple[str, ...]
    grade: str
    sure: str
    cite: str
    legal: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Gist:
    """One short answer at the head: ``name`` of the row, the few words, and the guide's sentence beneath."""

    name: str
    strong: str
    text: str


@dataclass(frozen=True, slots=True)
class Station:
    """A day on the line. ``firm``: law, promise, provisional, own, none, or start."""

    firm: str
    on: date | None
    told: Told | None


@dataclass(frozen=True, slots=True)
class Money:
    """The picture of the account: ``mode`` of its way, the amount told, and where each end is."""

    mode: str
    amount: str


@dataclass(frozen=True, slots=True)
class Rivals:
    """A fact of which sources say different things: its name, the value used, and each sentence."""

    name: str
    used: str
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One topic: its key, its heading, and what is said."""

    key: str
    title: str
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything the page shows."""

    headline: str
    gist: tuple[Gist, ...]
    sections: dict[str, Section]
    days: tuple[Station, ...]
    money: Money | None
    months: Strip | None
    rivals: tuple[Rivals, ...]
    unknown: tuple[Told, ...]
    ask: tuple[Told, ...]
    changes: tuple[tuple[str, tuple[Told, ...]], ...]
    myths: int

    @property
    def notes(self) -> dict[str, str]:
        """The few words of each short answer, for a heading that is folded."""
        return {one.name: one.strong for one in self.gist}


# ---------------------------------------------------------------- sentences


def told(said: Sentence | Sequence[Sentence], words: Words, basis: Sentence | None = None) -> Told:
    """Sentences that rest on the same. ``basis``: what they rest on, where it is another's, as a claim on its answer."""
    every = [said] if isinstance(said, Sentence) else list(said)
    if basis is not None:
        every.append(basis)
    rests = basis or every[0]
    head, *articles = words.legal(rests)
    plain = [words.plain(one) for one in every]
    return Told(
        texts=tuple(linked(text, one) for text, one in zip(plain, every, strict=True)),
        terms=tuple(term for text in plain for term in words.explained(text)),
        grade=GRADES[rests.confidence],
        sure=say(words.lang, f"web.grade_{rests.confidence.value}"),
        cite=_cite(rests, words),
        legal=(head, *articles),
        rule=rests.rule,
    )


def _cite(sentence: Sentence, words: Words) -> str:
    """Where it is written, in the fewest words; the rule alone where no document is named."""
    if sentence.articles:
        return _brief(sentence.articles[0], words.lang)
    if sentence.sources:
        return _brief(sentence.sources[0], words.lang)
    return say(words.lang, "pages_guide.rule", rule=sentence.rule)


def _brief(reference: str, lang: Lang) -> str:
    """An article by the number of its document where that is how people know it, else by the title."""
    key, _, article = reference.partition(":")
    source = shipped_sources()[key]
    numbered = lang == "zh" and source.number is not None and YEAR_MARK in source.number
    name = str(source.number) if numbered else source.titles[lang]
    return say(lang, "pages_guide.article", name=name, article=article) if article else name


def linked(text: str, sentence: Sentence) -> str:
    """The sentence with its telephone numbers to touch."""
    if sentence.key not in CALLED:
        return text
    html = PHONE.sub(lambda found: f'<a href="tel:{found[0].replace("-", "")}">{found[0]}</a>', escape(text))
    safe: str = mark_safe(html)  # noqa: S308  escaped just before; only our own links are added
    return safe


def grouped(said: Iterable[Sentence], words: Words) -> tuple[Told, ...]:
    """Neighbours that rest on the same, together."""

    def rests(one: Sentence) -> tuple[object, ...]:
        return (one.rule, one.articles, one.facts, one.sources, one.on, one.confidence)

    return tuple(told(list(run), words) for _, run in groupby(said, key=rests))


# ---------------------------------------------------------------- the whole page


def shown(guide: Guide, case: Case, words: Words) -> Answer:
    """The answer of a case, sorted for the page."""
    found = Findings(case)
    topics = dict(guide.topics)
    doubts = topics.get(Topic.DOUBTS, ())
    sections = {
        topic.value: Section(topic.value, say(words.lang, f"guide.topic.{topic.value}"), grouped(said, words))
        for topic, said in _sorted(topics).items()
    }
    myths = topics.get(Topic.MYTHS, ())
    return Answer(
        headline=say(words.lang, f"pages_guide.headline.{_standing(found)}"),
        gist=tuple(_gist(topics, found, words)),
        sections=sections,
        days=tuple(_days(topics, words)),
        money=_money(found),
        months=_months(case.history, case),
        rivals=tuple(_rivals([one for one in doubts if one.key == DIFFER], words)),
        unknown=tuple(told(one, words) for one in doubts if one.key not in {DIFFER, *ASK}),
        ask=tuple(told(one, words) for one in doubts if one.key in ASK),
        changes=tuple(_changes(topics.get(Topic.CHANGES, ()), words)),
        myths=len(myths) // 2,
    )


def _sorted(topics: dict[Topic, tuple[Sentence, ...]]) -> dict[Topic, tuple[Sentence, ...]]:
    """The topics that are told in sentences: which places are meant first, and the days of the way not twice."""
    told_apart = {Topic.DOUBTS, Topic.MYTHS, Topic.CHANGES, Topic.PLACES}
    said = {topic: some for topic, some in topics.items() if topic not in told_apart}
    said[Topic.MOVE] = topics.get(Topic.PLACES, ()) + topics.get(Topic.MOVE, ())
    said[Topic.TIME] = tuple(one for one in topics.get(Topic.TIME, ()) if one.due is None)
    return said


def _standing(found: Findings) -> str:
    """The answer in one word: no need, not for you, not yet, can, or not clear."""
    case = found.case
    if scope(case).refusals:
        return "no_need"
    if case.told.status is Status.RETIRED:
        return "retired"
    if case.asked is None:
        return "depends"
    if any(one.refusals for one in found.checks):
        return "not_yet"
    return "can" if case.at_origin is not None and case.at_destination is not None else "likely"


def _gist(topics: dict[Topic, tuple[Sentence, ...]], found: Findings, words: Words) -> Iterator[Gist]:
    money = found.money
    if money is not None and Topic.MONEY in topics:
        said = next(one for one in topics[Topic.MONEY] if one.key != "guide.balance_told")
        yield Gist("money", _word(words, f"gist.money.{money[0].value}"), words.said(said))
    if Topic.YEARS in topics:
        yield Gist("years", _word(words, "gist.years"), words.said(topics[Topic.YEARS][0]))
    cover = next((one for one in topics.get(Topic.COVER, ()) if one.key in COVER_GIST), None)
    if cover is not None:
        name = cover.key.partition(".")[2]
        high, low = cover.data.get("high", ""), cover.data.get("low", "")
        yield Gist("cover", _word(words, f"gist.cover.{name}", low=low, high=high), words.said(cover))
    legal = [one for one in topics.get(Topic.TIME, ()) if one.due and one.due.kind is not DueKind.PROMISE]
    if legal and legal[-1].due:
        by = words.datum(legal[-1].due.on)
        yield Gist("time", _word(words, "gist.time", day=by), words.said(legal[-1]))


def _word(words: Words, key: str, **data: object) -> str:
    return say(words.lang, f"pages_guide.{key}", **data)


def _days(topics: dict[Topic, tuple[Sentence, ...]], words: Words) -> Iterator[Station]:
    """Every day the answer names, in order; then that the money has none."""
    dated = [one for said in topics.values() for one in said if one.due is not None]
    for sentence in sorted(dated, key=lambda one: one.due.on if one.due else date.max):
        if sentence.due is not None:
            yield Station(sentence.due.kind.value, sentence.due.on, told(sentence, words))
    credit = next((one for one in topics.get(Topic.MONEY, ()) if one.key in CREDIT), None)
    if credit is not None and dated:
        firm = "promise" if credit.key == "guide.credit_promised" else "none"
        yield Station(firm, None, told(credit, words))


def _money(found: Findings) -> Money | None:
    case, money = found.case, found.money
    if money is None or money[0] is MoneyMode.NONE:
        return None
    balance = case.told.balance_fen
    return Money(money[0].value, format_yuan(balance) if balance else "")


def _changes(said: Sequence[Sentence], words: Words) -> Iterator[tuple[str, tuple[Told, ...]]]:
    """Each step as a heading, and what is different then."""
    runs: list[list[Sentence]] = []
    for sentence in said:
        if sentence.key.startswith("guide.change_"):
            runs.append([])
        runs[-1].append(sentence)
    for step, *then in runs:
        yield words.plain(step), grouped(then, words)


def _rivals(said: Sequence[Sentence], words: Words) -> Iterator[Rivals]:
    for (name, used), run in groupby(said, key=lambda one: (one.data["parameter"], one.data["used"])):
        yield Rivals(words.datum(name), words.datum(used), tuple(told(one, words) for one in run))


# ---------------------------------------------------------------- months


def _months(history: Sequence[Stretch], case: Case) -> Strip | None:
    """The strip of the months told; None where none are."""
    if not history:
        return None
    by_place = {
        area: held(one for one in history if one.area == area)
        for area in dict.fromkeys(one.area for one in history)
    }
    made_up = held(one for one in history if one.kind is MonthKind.MADE_UP)
    kinds = {case.here.code: "origin", case.there.code: "destination"}
    return strip(by_place, made_up, kinds=kinds, place=place)


@cache
def place(code: str) -> Place:
    """A place by its code, as the pages name it."""
    return named_place(areas(), code)


@cache
def place_names(lang: Lang) -> tuple[str, ...]:
    """Names of all pooling areas, offered while one writes."""
    return tuple(sorted({pool.short_name if lang == "zh" else pool.name_en for pool in areas().pools()}))
