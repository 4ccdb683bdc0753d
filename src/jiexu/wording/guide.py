"""The guide's sentences in words: places, days and amounts filled in, each term explained where it first stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from jiexu.gateways.icalendar import Entry
from jiexu.gateways.policyfiles.facts import cite, plain
from jiexu.guide.answer import Guide
from jiexu.guide.question import Question
from jiexu.guide.sentence import AreaCode, Datum, Fen, Key, Sentence, SourceKey, Worth
from jiexu.guide.situation import Topic
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Text
from jiexu.rules.policy import Parameter
from jiexu.texts import Lang, catalogue, say, say_counted
from jiexu.values.money import format_yuan
from jiexu.values.month import Month
from jiexu.wording.policy import place_name, source_title, text_words, value_words

WEEKDAYS: Mapping[Lang, str] = {"zh": "一二三四五六日", "en": "Mon Tue Wed Thu Fri Sat Sun"}


class Words:
    """One answer in one language. Remembers which terms were explained."""

    def __init__(self, lang: Lang, parameters: Mapping[str, Parameter]) -> None:
        self.lang, self.parameters = lang, parameters
        self.unexplained = {term: explained[lang] for term, explained in catalogue("terms").items()}

    def said(self, sentence: Sentence) -> str:
        """The sentence, with a mark where it is not sure."""
        text = self.plain(sentence)
        if sentence.confidence is Confidence.HIGH:
            return text
        return f"{text}{say(self.lang, f'guide.sure_{sentence.confidence.value}')}"

    def plain(self, sentence: Sentence) -> str:
        """The sentence without a mark."""
        return say_counted(self.lang, sentence.key, **self.data(sentence))

    def question_line(self, question: Question) -> str:
        """A question and the option that answers it."""
        names = {"origin": "from", "destination": "to", "balance_fen": "balance", "base_fen": "base"}
        return f"  ? {self.asked(question)} (--{names.get(question.field, question.field).replace('_', '-')})"

    def data(self, sentence: Sentence) -> dict[str, str]:
        """What fills the places of the sentence."""
        return {name: self.datum(datum) for name, datum in sentence.data.items()}

    def datum(self, datum: Datum) -> str:
        """One value as people read it."""
        shown = SHOWN.get(type(datum))
        return str(datum) if shown is None else shown(datum, self)

    def explained(self, text: str) -> list[str]:
        """Sentences on terms that this text is the first to use."""
        found = []
        for term, meaning in list(self.unexplained.items()):
            word = meaning.partition("：" if self.lang == "zh" else ":")[0]
            if word.lower() in text.lower():
                found.append(meaning)
                del self.unexplained[term]
        return found

    def legal(self, sentence: Sentence) -> list[str]:
        """Rule, articles, facts, day and confidence behind a sentence."""
        rule = (
            say(self.lang, f"rules.{sentence.rule}") if sentence.rule in catalogue("rules") else sentence.rule
        )
        articles = [cite(self.lang, article) for article in sentence.articles]
        cited = {article.partition(":")[0] for article in sentence.articles}
        articles += [source_title(key, self.lang) for key in sentence.sources if key not in cited]
        sure = say(self.lang, f"policy.confidence.{sentence.confidence.value}")
        head = say(
            self.lang, "guide.legal", rule=sentence.rule, name=rule, on=sentence.on.isoformat(), sure=sure
        )
        return [head, *articles, *(say(self.lang, "guide.legal_fact", fact=fact) for fact in sentence.facts)]

    def entries(self, guide: Guide) -> list[Entry]:
        """One calendar entry for each sentence that names a day to keep in mind."""
        route = f"{guide.origin} {guide.destination}"
        return [
            Entry(
                about=f"{route} {sentence.key}",
                on=sentence.due.on,
                title=say(self.lang, f"guide.ics_{sentence.due.kind.value}"),
                text="\n".join([self.said(sentence), *self.legal(sentence), self.no_decision(guide)]),
            )
            for sentence in guide.sentences
            if sentence.due is not None
        ]

    def no_decision(self, guide: Guide) -> str:
        """What an answer rests on, that it is no decision, and whose it is; empty while a place is in question."""
        if guide.origin is None or guide.destination is None:
            return ""
        here, there = place_name(guide.origin, self.lang), place_name(guide.destination, self.lang)
        return say(self.lang, "guide.no_decision", day=self.datum(guide.on), here=here, there=there)

    def asked(self, question: Question) -> str:
        """A question, with what to choose from."""
        pools = question.key.startswith("areas.")
        text = say(self.lang, question.key, text=question.text) if pools else say(self.lang, question.key)
        if not pools or not question.choices:
            return text
        names = "、" if self.lang == "zh" else ", "
        offered = names.join(f"{place_name(code, self.lang)} {code}" for code in question.choices)
        return f"{text} {say(self.lang, 'areas.did_you_mean', choices=offered)}"


def _day(day: date, words: Words) -> str:
    if words.lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%B} {day.year}"


def _month(month: Month, words: Words) -> str:
    if words.lang == "zh":
        return f"{month.year}年{month.month}月"
    return f"{month.first_day():%B} {month.year}"


SHOWN: Mapping[type, Callable[[Any, Words], str]] = {
    Fen: lambda fen, _: format_yuan(fen),
    AreaCode: lambda area, words: place_name(area, words.lang),
    Key: lambda key, words: say(words.lang, key),
    SourceKey: lambda key, words: source_title(key, words.lang),
    Worth: lambda worth, words: value_words(worth.value, words.parameters[worth.parameter], words.lang),
    date: _day,
    Month: _month,
    Text: lambda text, words: text_words(text, words.lang),
}


def lines(guide: Guide, words: Words, *, legal: bool, myths: bool = False) -> Iterable[str]:
    """The answer as it is printed. ``myths``: what is often said and wrong is printed too, not only counted."""
    for topic, said in guide.topics:
        yield ""
        if topic is Topic.MYTHS and not myths:
            yield say_counted(words.lang, "guide.myths_left", count=len(said) // 2)
            continue
        yield say(words.lang, f"guide.topic.{topic.value}")
        for sentence in said:
            text = words.said(sentence)
            yield f"  · {text}"
            yield from (f"      {meaning}" for meaning in words.explained(text))
            if legal:
                yield from (f"        {line}" for line in words.legal(sentence))
    if guide.questions:
        yield ""
        yield say(words.lang, "guide.questions")
        for question in guide.questions:
            yield words.question_line(question)
    if last := words.no_decision(guide):
        yield ""
        yield last


def sentence_as_json(sentence: Sentence, words: Words) -> dict[str, Any]:
    """A sentence as data, field by field as ``plain`` puts it, and in words."""
    due = sentence.due
    return {
        "key": sentence.key,
        "rule": sentence.rule,
        "on": sentence.on.isoformat(),
        "data": {name: plain(datum) for name, datum in sentence.data.items()},
        "articles": list(sentence.articles),
        "facts": list(sentence.facts),
        "sources": list(sentence.sources),
        "confidence": str(sentence.confidence),
        "basis": str(sentence.basis),
        "due": None if due is None else plain(due),
        "text": words.plain(sentence),
    }


def as_json(guide: Guide, words: Words) -> dict[str, Any]:
    """The answer as data, each sentence also in words."""
    return {
        "on": guide.on.isoformat(),
        "origin": guide.origin,
        "destination": guide.destination,
        "policy": guide.policy_digest,
        "topics": {
            topic.value: [sentence_as_json(sentence, words) for sentence in said]
            for topic, said in guide.topics
        },
        "questions": [{**plain(one), "text": words.asked(one)} for one in guide.questions],
    }
