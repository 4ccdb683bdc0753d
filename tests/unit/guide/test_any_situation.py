"""Whatever a person tells: an answer, never a crash, never silence, nothing asked in vain."""

from dataclasses import fields, replace
from datetime import date

from guide_cast import guide_for, moving
from hypothesis import given, settings

from jiexu.gateways.policyfiles.facts import shipped_policy, shipped_sources
from jiexu.guide.situation import Situation
from jiexu.rules.inputs import Scheme
from jiexu.rules.registry import RULES
from jiexu.texts import LANGS
from jiexu.wording.guide import Words, as_json, lines

FIELDS = {one.name for one in fields(Situation)}
Asked = tuple[Situation, date]


@settings(max_examples=150, deadline=None)
@given(asked=moving())
def test_every_sentence_can_be_said_and_names_rule_source_and_day(asked: Asked) -> None:
    told, on = asked
    guide = guide_for(told, on=on)
    assert guide.sentences or guide.questions
    for sentence in guide.sentences:
        assert sentence.rule in RULES
        assert set(sentence.sources) <= set(shipped_sources())
        assert {article.partition(":")[0] for article in sentence.articles} <= set(shipped_sources())
        assert all(shipped_policy().fact(fact) for fact in sentence.facts)
    for lang in LANGS:
        words = Words(lang, shipped_policy().parameters)
        printed = "\n".join(lines(guide, words, legal=True))
        assert "{" not in printed
        assert as_json(guide, words)["on"] == on.isoformat()


@settings(max_examples=60, deadline=None)
@given(asked=moving())
def test_nothing_is_asked_that_was_told(asked: Asked) -> None:
    told, on = asked
    for question in guide_for(told, on=on).questions:
        assert question.field in FIELDS
        if question.key == "guide.ask_history":
            assert not any(one.scheme is Scheme.EMPLOYEE for one in told.history)
        else:
            assert getattr(told, question.field) is None or question.key.startswith("areas.")


@settings(max_examples=60, deadline=None)
@given(asked=moving())
def test_a_topic_alone_says_what_it_says_among_all(asked: Asked) -> None:
    told, on = asked
    whole = guide_for(replace(told, wants=frozenset()), on=on)
    for topic, said in whole.topics[:-1]:
        alone = guide_for(replace(told, wants=frozenset({topic})), on=on)
        assert dict(alone.topics)[topic] == said
