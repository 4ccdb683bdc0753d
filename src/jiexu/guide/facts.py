"""Facts of a place told as they stand, each with the area that set it, its source and its doubt."""

from __future__ import annotations

from collections.abc import Iterator

from jiexu.guide.case import Case
from jiexu.guide.sentence import AreaCode, Data, Key, Sentence, Worth
from jiexu.rules.facts import Given
from jiexu.rules.inputs import Payer
from jiexu.rules.place_facts import About, PlaceSays, Said, place_says
from jiexu.rules.policy import NATION, province_of

OWN_WORDS = {"ee.retire.tied_to_pension": "tied"}
"""Facts that are said in a sentence of their own, by the word they hold."""


def told_of(case: Case, about: About, place: str) -> PlaceSays:
    """What a place says on a subject, for this person."""
    inside = province_of(case.here.code) == province_of(case.there.code)
    who: Given = {
        "payer": (case.told.payer or Payer.EMPLOYER).value,
        "scheme": "account" if case.told.to_employee else "resident",
        "move": "inside_province" if inside else "across_provinces",
        "subsidy": "none",
    }
    return place_says(about=about, place=place, policy=case.policy, on=case.day, who=who)


def facts_of(case: Case, about: About, place: str) -> Iterator[Sentence]:
    """Every fact of a place on a subject; nothing where none is recorded."""
    for one in told_of(case, about, place).said:
        yield fact(case, one)


def fact(case: Case, one: Said) -> Sentence:
    """One fact in a sentence: of which area it is, what it is called, and its value."""
    area = case.policy.fact(one.found.fact_ids[0]).area
    data: Data = {
        "area": Key("guide.nationally") if area == NATION else AreaCode(area),
        "name": Key(f"parameters.{one.parameter}"),
        "value": Worth(one.parameter, one.found.value),
    }
    flag = isinstance(one.found.value, bool)
    own = (
        f"guide.{OWN_WORDS[one.parameter]}_{str(one.found.value).lower()}"
        if one.parameter in OWN_WORDS
        else None
    )
    return case.voice.tell(
        one.decision, own or ("guide.place_says_flag" if flag else "guide.place_says"), data
    )
