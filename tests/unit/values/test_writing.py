"""How numbers are written does not matter; what is personal is not shown."""

import pytest

from jiexu.values.writing import clipped, compacted, masked


@pytest.mark.parametrize(
    "text", ["AB-12 34", "ａｂ－１２３４", "'AB1234", "AB\u200b12\u00a034\n", "ab–12—34", "\ufeffAB1234"]
)
def test_numbers_are_compared_without_what_does_not_matter(text: str) -> None:
    assert compacted(text) == "AB1234"


@pytest.mark.parametrize(
    ("number", "shown"),
    [("", ""), ("1", "*"), ("123", "**3"), ("12345678", "****5678"), ("1" * 30, "*" * 14 + "1111")],
)
def test_at_most_the_last_four_characters_and_half_of_a_number_are_shown(number: str, shown: str) -> None:
    assert masked(number) == shown


def test_a_long_text_is_clipped_to_forty_characters() -> None:
    assert clipped("x" * 40) == "x" * 40
    assert clipped("x" * 41) == "x" * 39 + "…"


@pytest.mark.parametrize("tail", ["1", "X", "x"])
def test_what_looks_like_a_personal_number_is_masked_in_any_sentence(tail: str) -> None:
    assert clipped("name 0" + "1" * 16 + tail) == "name " + "*" * 14 + "111" + tail
    assert clipped("1" * 13) == "1" * 13
    assert clipped("1" * 14) == "*" * 10 + "1111"
