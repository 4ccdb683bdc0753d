"""Documents are checked by the shape of their kind, and an unknown kind is no reason to refuse."""

from datetime import date

import pytest

from jiexu.values import citizen
from jiexu.values.citizen import CitizenError
from jiexu.values.identity import DocumentKind, IdentityDocument, IdentityError, validate_document

TODAY = date(2026, 11, 23)
SYNTHETIC = citizen.make_synthetic(date(1986, 4, 12), 5)
OLD = "510104" + "860412" + "001"
# The conversion of old numbers gives the check character for any region.
CITIZEN = citizen.convert_15(OLD)
RESIDENT_OF_MACAO = citizen.convert_15("820000" + "860412" + "001")
FOREIGN = citizen.convert_15("911156" + "860412" + "001")


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("01", CITIZEN),
        ("01", RESIDENT_OF_MACAO),
        ("17", RESIDENT_OF_MACAO),
        ("07", FOREIGN),
        ("07", "CHN110086041201"),
        ("02", "军字第1234567号"),
        ("03", "武字第1234567号"),
        ("04", "H12345678"),
        ("04", "H1234567801"),
        ("04", "KJ1234567"),
        ("05", "M12345678"),
        ("05", "MA1234567"),
        ("06", "12345678"),
        ("06", "1234567890(B)"),
        ("08", "C01X00T47"),
        ("16", "E12345678"),
        ("16", "EA1234567"),
        ("90", "A12345678"),
        ("99", "anything at all"),
        ("77", "a kind nobody told us of"),
    ],
)
def test_a_document_of_the_shape_of_its_kind_is_accepted(kind: str, number: str) -> None:
    assert validate_document(kind, number, today=TODAY) == number.upper().replace(" ", "")


@pytest.mark.parametrize(
    ("kind", "number"),
    [("02", "字"), ("04", "M12345678"), ("05", "H12345678"), ("06", "1234567"), ("07", "CHN11008604120"), ("08", "PASSPORT"), ("16", "12345678"), ("90", "1"), ("99", ""), ("77", "x" * 41)],
)  # fmt: skip
def test_another_shape_is_refused_with_kind_and_cure(kind: str, number: str) -> None:
    with pytest.raises(IdentityError, match=f"shape of a document of kind {kind}; copy it again or choose"):
        validate_document(kind, number, today=TODAY)


def test_a_citizen_card_is_no_residence_permit_and_no_foreign_card() -> None:
    with pytest.raises(IdentityError, match="choose document kind 01"):
        validate_document("17", CITIZEN, today=TODAY)
    with pytest.raises(CitizenError, match="does not begin with 9"):
        validate_document("07", CITIZEN, today=TODAY)
    with pytest.raises(CitizenError, match="choose document kind 07"):
        validate_document("01", FOREIGN, today=TODAY)


def test_synthetic_numbers_pass_in_the_demonstration_only() -> None:
    for kind in ("01", "17"):
        assert validate_document(kind, SYNTHETIC, today=TODAY, allow_synthetic=True) == SYNTHETIC
        with pytest.raises(CitizenError, match="demonstration mode only"):
            validate_document(kind, SYNTHETIC, today=TODAY)


def test_an_unknown_kind_is_kept_raw() -> None:
    assert DocumentKind.known("77") is None
    assert DocumentKind.known("01") is DocumentKind.CITIZEN_CARD
    assert IdentityDocument("77", "x").kind == "77"


def test_a_document_is_valid_between_its_days_and_open_where_a_day_is_not_known() -> None:
    dated = IdentityDocument("01", SYNTHETIC, date(2020, 1, 1), date(2029, 12, 31))
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2029, 12, 31), date(2030, 1, 1)]
    assert [dated.is_valid_on(day) for day in days] == [False, True, True, False]
    assert all(IdentityDocument("01", SYNTHETIC).is_valid_on(day) for day in days)


def test_reversed_days_are_refused_without_showing_the_number() -> None:
    with pytest.raises(IdentityError, match=r"valid until 2020-01-01 but only from 2029-12-31") as refused:
        IdentityDocument("01", SYNTHETIC, date(2029, 12, 31), date(2020, 1, 1))
    assert SYNTHETIC not in str(refused.value)


def test_two_writings_of_one_document_share_a_key_and_the_original_is_kept() -> None:
    old = IdentityDocument("01", OLD)
    assert old.key == IdentityDocument("01", f" {CITIZEN} ").key == ("01", CITIZEN)
    assert old.number == OLD
    assert IdentityDocument("08", "c01x-00t47").key == ("08", "C01X00T47")
    assert IdentityDocument("01", "not an old one!").key == ("01", "NOTANOLDONE!")
    assert IdentityDocument("01", "1" * 14 + "X").key == ("01", "1" * 14 + "X")


def test_neither_repr_nor_mask_shows_the_number() -> None:
    document = IdentityDocument("01", SYNTHETIC)
    assert SYNTHETIC not in repr(document)
    assert document.masked == "*" * 14 + SYNTHETIC[-4:]
