"""Both languages say the same things with the same data."""

import pytest

from jiexu.texts import LANGS, UnknownTextError, catalogue, places, say, say_counted, topics


@pytest.mark.parametrize("topic", topics())
def test_every_text_exists_in_both_languages_with_the_same_places(topic: str) -> None:
    for key, langs in catalogue(topic).items():
        assert set(langs) == set(LANGS), f"{topic}.{key} needs exactly {LANGS}"
        assert places(langs["zh"]) == places(langs["en"]), f"{topic}.{key}: the languages name different data"
        assert all(text.strip() for text in langs.values()), f"{topic}.{key} is empty in one language"


def test_an_unknown_text_names_the_file_to_add_it_to() -> None:
    with pytest.raises(UnknownTextError, match=r"texts/common\.yaml"):
        say("zh", "common.no_such_text")


@pytest.mark.parametrize("topic", ["guide", "policy", "working"])
def test_a_text_of_one_thing_stands_beside_its_text_of_many_and_names_nothing_else(topic: str) -> None:
    texts = catalogue(topic)
    for key in texts:
        many = texts.get(key.removesuffix("_1"))
        if key.endswith("_1") and many is not None:
            assert places(texts[key]["en"]) < places(many["en"]), f"{topic}.{key} leaves no number out"


@pytest.mark.parametrize(
    ("months", "said"), [(0, "0 months"), (1, "1 month"), ("1", "1 month"), (2, "2 months")]
)
def test_one_month_is_said_as_one(months: object, said: str) -> None:
    assert say_counted("en", "working.unit.months", value=months) == said


def test_a_text_without_one_for_a_single_thing_is_said_as_it_is() -> None:
    assert say_counted("en", "working.unit.fen", value=1) == "1 yuan"
