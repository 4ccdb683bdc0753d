"""Citizen numbers: what is lawful passes, what is mistyped does not, and none is shown whole.

Numbers with a real region are put together here at run time; the tree holds synthetic ones only.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.values import citizen
from jiexu.values.citizen import CitizenError, Sex

TODAY = date(2026, 11, 23)
DIGITS = "0123456789X"
births = st.dates(date(1900, 1, 1), TODAY)
synthetic = st.builds(citizen.make_synthetic, births, st.integers(0, 9_999_999))


def check_of(body: str) -> str:
    """The check character as GB 11643 prints it: weights, then a table. Another way than the code's."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def number(region: str, birth: str = "19860412", serial: str = "001") -> str:
    body = region + birth + serial
    return body + check_of(body)


@given(births, st.integers(0, 9_999_999))
def test_a_synthetic_number_says_its_birth_and_sex_and_checks(birth: date, serial: int) -> None:
    made = citizen.make_synthetic(birth, serial)
    assert citizen.validate(made, today=TODAY, allow_synthetic=True) == made
    assert citizen.birth_of(made) == birth
    assert citizen.sex_of(made) == (Sex.MALE if serial % 2 else Sex.FEMALE)
    assert citizen.is_synthetic(made)
    assert made[17] == check_of(made[:17])


def test_ten_million_synthetic_numbers_share_a_birthday() -> None:
    birth = date(1986, 4, 12)
    assert citizen.make_synthetic(birth, 5)[:17] == "00000019860412005"
    assert citizen.make_synthetic(birth, 9_999_999)[:17] == "00999919860412999"


@pytest.mark.parametrize(
    ("birth", "serial"), [(date(1899, 12, 31), 1), (date(1986, 4, 12), -1), (date(1986, 4, 12), 10_000_000)]
)
def test_no_synthetic_number_is_made_beyond_its_range(birth: date, serial: int) -> None:
    with pytest.raises(CitizenError, match=f"birth {birth}, serial {serial}"):
        citizen.make_synthetic(birth, serial)


def test_a_synthetic_number_is_refused_outside_the_demonstration() -> None:
    made = citizen.make_synthetic(date(1986, 4, 12), 5)
    with pytest.raises(CitizenError, match="accepted in demonstration mode only"):
        citizen.validate(made, today=TODAY)
    assert not citizen.is_valid(made, today=TODAY)
    assert citizen.is_valid(made, today=TODAY, allow_synthetic=True)


@given(synthetic, st.integers(0, 17), st.sampled_from(DIGITS))
def test_every_single_wrong_character_is_found(made: str, place: int, letter: str) -> None:
    wrong = made[:place] + letter + made[place + 1 :]
    assert citizen.is_valid(wrong, today=TODAY, allow_synthetic=True) == (wrong == made)


@given(synthetic, st.integers(0, 16))
def test_every_exchange_of_neighbours_is_found(made: str, place: int) -> None:
    wrong = made[:place] + made[place + 1] + made[place] + made[place + 2 :]
    assert citizen.is_valid(wrong, today=TODAY, allow_synthetic=True) == (wrong == made)


@pytest.mark.parametrize("region", ["510104", "330113", "330114", "810000", "820000", "830000"])
def test_new_districts_and_residence_permits_are_lawful_without_a_warning(region: str) -> None:
    assert citizen.validate(number(region), today=TODAY) == number(region)
    assert citizen.region_warning(number(region)) is None


@pytest.mark.parametrize("form", ["{}", " {} ", "'{}", "{}\u200b"])
def test_a_number_is_read_however_it_was_pasted(form: str) -> None:
    lower = next(
        made
        for serial in range(1000)
        if (made := number("510104", serial=f"{serial:03d}").lower())[17] == "x"
    )
    assert citizen.validate(form.format(lower), today=TODAY) == lower.upper()


def test_an_unknown_region_warns_and_does_not_refuse() -> None:
    strange = number("770000")
    assert citizen.is_valid(strange, today=TODAY)
    warning = citizen.region_warning(strange)
    assert warning is not None
    assert warning.code == "citizen_region_unknown"
    assert warning.data["region"] == "770000"
    assert "then go on" in str(warning)


def test_a_list_of_regions_decides_where_there_is_one() -> None:
    known = {"510104"}
    assert citizen.region_warning(number("510104"), known=known) is None
    assert citizen.region_warning(number("510105"), known=known) is not None
    assert citizen.region_warning(number("810000"), known=known) is None
    assert citizen.region_warning(citizen.make_synthetic(date(1986, 4, 12), 1), known=known) is None


@pytest.mark.parametrize(
    ("given_number", "code"),
    [
        ("", "citizen_shape"),
        (number("510104")[:17], "citizen_shape"),
        (number("510104") + "0", "citizen_shape"),
        ("X" + number("510104")[1:], "citizen_shape"),
        (number("510104", "19860230"), "citizen_birth_no_day"),
        (number("510104", "18991231"), "citizen_birth_range"),
        (number("510104", "20261124"), "citizen_birth_range"),
        (number("510104")[:17] + ("0" if number("510104")[17] != "0" else "1"), "citizen_check"),
        (number("911156"), "citizen_foreign"),
        ("510104" + "860412" + "001", "citizen_old_form"),
    ],
)
def test_each_wrong_number_has_its_own_sentence_and_is_never_shown_whole(
    given_number: str, code: str
) -> None:
    with pytest.raises(CitizenError) as refused:
        citizen.validate(given_number, today=TODAY)
    assert refused.value.code == code
    if given_number:
        assert given_number not in str(refused.value)
        assert given_number[6:14] not in str(refused.value)
        assert citizen.mask(given_number) in str(refused.value)


def test_births_on_the_first_day_and_today_are_accepted() -> None:
    assert citizen.is_valid(number("510104", "19000101"), today=TODAY)
    assert citizen.is_valid(number("510104", "20261123"), today=TODAY)


def test_a_foreign_permanent_resident_card_of_2023_has_the_same_form() -> None:
    card = number("911156")
    assert citizen.validate_foreign_resident(card, today=TODAY) == card
    for wrong, code in (
        (number("510104"), "citizen_not_foreign"),
        (number("911156", "20261124"), "citizen_birth_range"),
        (card[:17] + ("0" if card[17] != "0" else "1"), "citizen_check"),
        (card[:17], "citizen_shape"),
    ):
        with pytest.raises(CitizenError) as refused:
            citizen.validate_foreign_resident(wrong, today=TODAY)
        assert refused.value.code == code


def test_an_old_number_of_fifteen_digits_converts_for_matching() -> None:
    assert citizen.convert_15("510104" + "860412" + "001") == number("510104", "19860412", "001")


@pytest.mark.parametrize(
    ("old", "code"),
    [("510104" + "861312" + "001", "citizen_birth_no_day"), ("51010486041200X", "citizen_not_old_form")],
)
def test_what_is_no_old_number_is_not_converted(old: str, code: str) -> None:
    with pytest.raises(CitizenError) as refused:
        citizen.convert_15(old)
    assert refused.value.code == code


def test_a_mask_shows_the_last_four_characters_only() -> None:
    made = citizen.make_synthetic(date(1986, 4, 12), 5)
    assert citizen.mask(made) == "*" * 14 + made[-4:]


def test_sex_is_asked_of_a_whole_number_only() -> None:
    with pytest.raises(CitizenError):
        citizen.sex_of("510104")
