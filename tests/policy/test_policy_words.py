"""Every name and every word of the policy can be read in Chinese and in English."""

import yaml

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.facts import shipped_policy, shipped_sources
from jiexu.rules.facts import Text
from jiexu.rules.overview import law
from jiexu.texts import LANGS, catalogue
from jiexu.wording.policy import (
    channel_words,
    parameter_name,
    place_name,
    rival_words,
    scope_words,
    source_title,
    value_words,
)

POLICY = shipped_policy()


def test_every_parameter_has_a_readable_name_and_no_name_is_left_over() -> None:
    assert {parameter.name for parameter in law(POLICY)} == set(catalogue("parameters"))


def test_no_two_parameters_are_called_alike() -> None:
    for lang in LANGS:
        names = [
            parameter_name(parameter.name, lang)
            for parameter in law(POLICY)
            if "lapse.exempt" not in parameter.name
        ]
        assert sorted(names) == sorted(set(names))


def test_every_word_of_the_catalogue_and_of_the_axes_can_be_read_and_none_is_left_over() -> None:
    axes = yaml.safe_load((policy_folder() / "axes.yaml").read_text(encoding="utf-8"))
    words = {word for parameter in law(POLICY) for word in parameter.words if not word.startswith("NA-")}
    words |= {word for axis in axes.values() for word in axis.get("words", ())}
    said = {key.removeprefix("word.") for key in catalogue("policy") if key.startswith("word.")}
    assert {word.rpartition(".")[2] for word in said} == words
    assert {f"axis.{name}" for name, axis in axes.items() if "range" in axis} == {
        key for key in catalogue("policy") if key.startswith("axis.")
    }
    units = {parameter.unit for parameter in law(POLICY) if parameter.unit}
    assert {f"unit.{unit}" for unit in units} == {
        key.removesuffix("_1") for key in catalogue("policy") if key.startswith("unit.")
    }


def test_every_wording_of_a_local_rule_stands_in_both_languages() -> None:
    texts = [fact.value for facts in POLICY.facts.values() for fact in facts if isinstance(fact.value, Text)]
    assert len(texts) > 40
    assert all(text.zh and text.en for text in texts)


def test_every_record_rival_source_and_channel_can_be_read() -> None:
    for lang in LANGS:
        for facts in POLICY.facts.values():
            for fact in facts:
                if fact.parameter.startswith("promise."):
                    continue
                parameter = POLICY.parameters[fact.parameter]
                assert value_words(fact.value, parameter, lang)
                assert place_name(fact.area, lang)
                assert bool(scope_words(fact.scope, lang)) is bool(fact.scope)
                assert all(rival_words(rival, parameter, lang) for rival in fact.rivals)
        assert all(source_title(key, lang) for key in shipped_sources())
        assert all(channel_words(channel, lang) for channel in POLICY.channels)
