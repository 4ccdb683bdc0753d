"""Money is integer fen inside and two decimals outside, without rounding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.values.money import MAX_FEN, AmountError, format_yuan, parse_yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("3208.55", 320855),
        ("3,208.55", 320855),
        ("３，２０８．５５", 320855),
        ("3208.55元", 320855),
        ("¥3,208.55", 320855),
        ("￥3208.55 元", 320855),
        (" 3208.5 ", 320850),
        ("3208", 320800),
        ("0", 0),
        ("0.01", 1),
        ("0003.10", 310),
        ("0" * 30 + "5.5", 550),
        ("100,000,000,000.00", MAX_FEN),
    ],
)
def test_yuan_are_read_however_people_write_them(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "code", "cure"),
    [
        ("3208.555", "amount_decimals", "has 3 decimals; yuan have two"),
        ("3208.550", "amount_decimals", "has 3 decimals"),
        ("-5", "amount_negative", "is negative"),
        ("−5.00", "amount_negative", "is negative"),
        ("(3,208.55)", "amount_negative", "is negative"),
        ("1e5", "amount_scientific", "format the column as text"),
        ("3.20855E+3", "amount_scientific", "format the column as text"),
        ("-1E5", "amount_scientific", "format the column as text"),
        ("", "amount_empty", "or 0 for nothing"),
        (" 元 ", "amount_empty", "or 0 for nothing"),
        ("100000000000.01", "amount_too_large", "more than 100,000,000,000.00 yuan"),
        ("9" * 5000, "amount_too_large", "look whether a column"),
        ("32,08.55", "amount_unreadable", "is not an amount"),
        ("3208.", "amount_unreadable", "is not an amount"),
        (".55", "amount_unreadable", "is not an amount"),
        ("+5", "amount_unreadable", "is not an amount"),
        ("3.208,55", "amount_unreadable", "is not an amount"),
        ("nan", "amount_unreadable", "is not an amount"),
        ("五元", "amount_unreadable", "is not an amount"),
        ("٣٢", "amount_unreadable", "is not an amount"),
    ],
)
def test_each_wrong_amount_has_its_own_sentence(text: str, code: str, cure: str) -> None:
    with pytest.raises(AmountError, match=cure) as refused:
        parse_yuan(text)
    assert refused.value.code == code
    assert refused.value.data["given"] in (text, text[:39] + "…", "*" * 10 + "0001")


@given(st.integers(0, MAX_FEN))
def test_text_and_back_is_the_same_amount(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("fen", "text"), [(320855, "3,208.55"), (0, "0.00"), (5, "0.05"), (-320855, "-3,208.55"), (-5, "-0.05")]
)
def test_amounts_are_shown_with_two_decimals(fen: int, text: str) -> None:
    assert format_yuan(fen) == text
