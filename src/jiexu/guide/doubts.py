"""What the sources say differently, what nobody here knows, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jiexu.guide.case import Case, Part
from jiexu.guide.sentence import AreaCode, Data, Key, Sentence, SourceKey, Worth
from jiexu.rules.edges import R_101, R_102
from jiexu.rules.facts import Fact, Rival
from jiexu.rules.policy import NATION, Found


def doubts_topic(case: Case, said: Iterable[Sentence]) -> Part:
    """Every fact the answer looked for and did not find, then every rival of a fact it used."""
    ids = dict.fromkeys(fact for sentence in said for fact in sentence.facts)
    facts = [case.policy.fact(one) for one in ids]
    found = _once([*_unknown(facts, case), *_rivals(facts, case)])
    if found:
        found.append(_whom_to_ask(case))
    return Part(tuple(found))


def _once(sentences: list[Sentence]) -> list[Sentence]:
    """Each thing said once: several records may say the same of several groups."""
    return list({(one.key, tuple(map(repr, one.data.items()))): one for one in sentences}.values())


def _unknown(facts: list[Fact], case: Case) -> Iterator[Sentence]:
    for fact in facts:
        if fact.value is None:
            data = {"parameter": Key(f"parameters.{fact.parameter}"), "area": _area(fact)}
            yield _of(fact, "guide.not_known", data, case)


def _rivals(facts: list[Fact], case: Case) -> Iterator[Sentence]:
    for fact in facts:
        for rival in fact.rivals:
            yield _of(fact, "guide.sources_differ", _rival(fact, rival), case)


def _rival(fact: Fact, rival: Rival) -> dict[str, Key | SourceKey | Worth]:
    return {
        "parameter": Key(f"parameters.{fact.parameter}"),
        "source": SourceKey(rival.source),
        "value": Worth(fact.parameter, rival.value),
        "used": Worth(fact.parameter, fact.value),
    }


def _area(fact: Fact) -> AreaCode | Key:
    return Key("guide.nationally") if fact.area == NATION else AreaCode(fact.area)


def _of(fact: Fact, key: str, data: Data, case: Case) -> Sentence:
    answer = Found(fact.value or "", (fact.id,), fact.confidence)
    decision = (
        R_101.decide("NOT_KNOWN_ASK", facts=(answer,))
        if fact.value is None
        else R_102.decide("CURRENT", facts=(answer,))
    )
    return case.voice.tell(decision, key, data)


def _whom_to_ask(case: Case) -> Sentence:
    places = {"here": AreaCode(case.here.code), "there": AreaCode(case.there.code)}
    decision = R_101.decide("NOT_KNOWN_ASK")
    hotline = case.policy.find("agency.hotline", case.there.code, on=case.day)
    if isinstance(hotline, Found):
        line = {"line": str(hotline.value), **places}
        return case.voice.tell(decision, "guide.whom_to_ask", line, also=(hotline,))
    return case.voice.tell(decision, "guide.whom_to_ask_agencies", places)
