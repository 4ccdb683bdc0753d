"""The answer as it is read: Chinese sentences are short with everything filled in, and each term is explained where it first stands."""

import re
from datetime import date
from statistics import mean

from guide_cast import guide_for, moving
from hypothesis import given, settings

from jiexu.gateways.policyfiles.facts import plain, shipped_policy
from jiexu.guide.myths import every_myth
from jiexu.guide.sentence import Voice
from jiexu.guide.situation import Situation
from jiexu.texts import catalogue
from jiexu.wording.guide import Words, lines, sentence_as_json

LONGEST, USUAL = 60, 40
SENTENCE = re.compile(r"[^。？！]+[。？！]?")
PARAMETERS = shipped_policy().parameters


@settings(max_examples=80, deadline=None)
@given(asked=moving())
def test_chinese_sentences_are_short_with_everything_filled_in(asked: tuple[Situation, date]) -> None:
    told, on = asked
    words = Words("zh", PARAMETERS)
    said = [
        part
        for sentence in guide_for(told, on=on).sentences
        for part in SENTENCE.findall(words.plain(sentence))
    ]
    long = [part for part in said if len(part) > LONGEST]
    assert long == []
    assert not said or mean(map(len, said)) <= USUAL


def test_what_is_said_of_articles_is_short_too() -> None:
    words = Words("zh", PARAMETERS)
    said = [words.plain(sentence) for sentence in every_myth(Voice(shipped_policy(), date(2026, 11, 23)))]
    assert all(len(part) <= LONGEST for text in said for part in SENTENCE.findall(text))


@settings(max_examples=60, deadline=None)
@given(asked=moving())
def test_each_term_is_explained_right_after_the_sentence_that_first_uses_it(
    asked: tuple[Situation, date],
) -> None:
    told, on = asked
    printed = list(lines(guide_for(told, on=on), Words("zh", PARAMETERS), legal=False, myths=True))
    for langs in catalogue("terms").values():
        meaning = langs["zh"]
        term = meaning.partition("：")[0]
        uses = [place for place, line in enumerate(printed) if line.startswith("  · ") and term in line]
        explained = [place for place, line in enumerate(printed) if line.strip() == meaning]
        assert len(explained) == bool(uses)
        if uses:
            between = printed[uses[0] + 1 : explained[0]]
            assert all(line.startswith("      ") for line in between)


@settings(max_examples=40, deadline=None)
@given(asked=moving())
def test_a_sentence_as_data_holds_every_field_of_it_as_facts_are_written(
    asked: tuple[Situation, date],
) -> None:
    told, on = asked
    words = Words("zh", PARAMETERS)
    for sentence in guide_for(told, on=on).sentences:
        assert sentence_as_json(sentence, words) == {**plain(sentence), "text": words.plain(sentence)}
