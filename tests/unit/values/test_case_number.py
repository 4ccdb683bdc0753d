"""A case number survives telephones, fingers and bank remarks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.values import case_number
from jiexu.values.base32 import ALPHABET
from jiexu.values.case_number import LENGTH, CaseNumberError
from jiexu.values.division import DivisionError

agencies = st.integers(100_000, 999_999).map(str)
numbers = st.builds(case_number.make, agencies, st.text(ALPHABET, min_size=8, max_size=8))
PLACES = range(LENGTH)


@given(agencies, st.text(ALPHABET, min_size=8, max_size=8))
def test_a_number_fits_a_bank_and_says_its_agency_and_nothing_else(agency: str, drawn: str) -> None:
    made = case_number.make(agency, drawn)
    assert len(made) == LENGTH <= 20
    assert set(made) <= set(ALPHABET)
    assert case_number.agency_of(made) == agency
    assert made[4:12] == drawn


def test_the_form_is_kept_for_ever() -> None:
    made = case_number.make("510100", "7K2M9TQX")
    assert made == "FJ4M7K2M9TQXN"
    assert case_number.format(made) == "FJ4M-7K2M-9TQX-N"


def test_random_bytes_choose_characters_by_their_lower_five_bits() -> None:
    assert case_number.make("510100", bytes([0, 31, 32, 255, 10, 1, 2, 3]))[4:12] == "0Z0ZA123"


@given(numbers, st.sampled_from(PLACES), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found(made: str, place: int, letter: str) -> None:
    wrong = made[:place] + letter + made[place + 1 :]
    assert case_number.is_valid(wrong) == (wrong == made)


@given(numbers, st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_every_exchange_of_two_characters_is_found_adjacent_or_not(made: str, one: int, other: int) -> None:
    letters = list(made)
    letters[one], letters[other] = letters[other], letters[one]
    wrong = "".join(letters)
    assert case_number.is_valid(wrong) == (wrong == made)


def test_no_single_error_and_no_exchange_passes_anywhere_in_one_number() -> None:
    made = case_number.make("440100", "01ABZ9Y0")
    singles = {made[:place] + letter + made[place + 1 :] for place in PLACES for letter in ALPHABET} - {made}
    assert len(singles) == LENGTH * 31
    assert not any(map(case_number.is_valid, singles))


@given(numbers)
def test_what_people_write_is_read(made: str) -> None:
    written = case_number.format(made).lower().replace("0", "o").replace("1", "l")
    assert case_number.validate(written) == case_number.validate(f" {made} ".replace("1", "I")) == made
    assert case_number.validate(case_number.format(made)) == made


@pytest.mark.parametrize(
    ("number", "code"),
    [("", "case_length"), ("FJ4M7K2M9TQX", "case_length"), ("FJ4M7K2M9TQXNN", "case_length"), ("FJ4M7K2M9TUXN", "case_characters"), ("FJ4M7K2M9TQXP", "case_check"), ("0000000000000", "case_check")],
)  # fmt: skip
def test_each_wrong_number_has_its_own_sentence(number: str, code: str) -> None:
    with pytest.raises(CaseNumberError, match="copy it again from the receipt") as refused:
        case_number.validate(number)
    assert refused.value.code == code
    assert not case_number.is_valid(number)


@pytest.mark.parametrize("drawn", ["7K2M9TQ", "7K2M9TQXX", "7K2M9TQU", "7k2m9tqx", b"1234567"])
def test_a_wrong_random_part_makes_no_number(drawn: str | bytes) -> None:
    with pytest.raises(CaseNumberError, match="draw it again"):
        case_number.make("510100", drawn)


def test_a_wrong_agency_makes_no_number() -> None:
    with pytest.raises(DivisionError):
        case_number.make("51010", "7K2M9TQX")
