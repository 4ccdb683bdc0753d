"""Both languages say the same things with the same data."""

import pytest

from jiexu.texts import LANGS, UnknownTextError, catalogue, places, say, topics


@pytest.mark.parametrize("topic", topics())
def test_every_text_exists_in_both_languages_with_the_same_places(topic: str) -> None:
    for key, langs in catalogue(topic).items():
        assert set(langs) == set(LANGS), f"{topic}.{key} needs exactly {LANGS}"
        assert places(langs["zh"]) == places(langs["en"]), f"{topic}.{key}: the languages name different data"
        assert all(text.strip() for text in langs.values()), f"{topic}.{key} is empty in one language"


def test_an_unknown_text_names_the_file_to_add_it_to() -> None:
    with pytest.raises(UnknownTextError, match=r"texts/common\.yaml"):
        say("zh", "common.no_such_text")
