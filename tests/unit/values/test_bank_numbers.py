"""Banks, cards and accounts."""

import pytest

from jiexu.values import bank
from jiexu.values.bank import BankNumberError

# Published payment numbers of bank head offices.
BANKS = ["102100099996", "103100000026", "104100000004", "105100000017"]
# The number every description of Luhn's check uses.
CARD = "4111" + "1" * 12


@pytest.mark.parametrize("number", BANKS)
def test_public_payment_numbers_pass(number: str) -> None:
    assert bank.validate_cnaps(f" {number[:4]} {number[4:]} ") == number


@pytest.mark.parametrize(("number", "code"), [("10210009999", "cnaps_shape"), ("10210009999X", "cnaps_shape"), ("102100099997", "cnaps_check"), ("120100099996", "cnaps_check")])  # fmt: skip
def test_a_wrong_payment_number_is_refused(number: str, code: str) -> None:
    with pytest.raises(BankNumberError) as refused:
        bank.validate_cnaps(number)
    assert refused.value.code == code
    assert number in str(refused.value)


def test_a_card_passes_by_luhn_and_is_shown_to_its_owner_in_fours() -> None:
    assert bank.validate_card("4111 1111-1111 1111") == CARD
    assert bank.format_card(CARD) == "4111 1111 1111 1111"


@pytest.mark.parametrize(("number", "code"), [("411111111111", "card_shape"), ("4" * 20, "card_shape"), (CARD[:15] + "2", "card_check"), ("1411" + CARD[4:], "card_check")])  # fmt: skip
def test_a_wrong_card_is_refused_without_being_shown(number: str, code: str) -> None:
    with pytest.raises(BankNumberError) as refused:
        bank.validate_card(number)
    assert refused.value.code == code
    assert number not in str(refused.value)


def test_an_account_has_no_check_digit() -> None:
    assert bank.validate_account("5100 1234-5678 901") == "510012345678901"
    assert bank.validate_account("nra123456") == "NRA123456"
    for wrong in ("12345", "1" * 33, "账号123456"):
        with pytest.raises(BankNumberError, match="is not an account number"):
            bank.validate_account(wrong)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"holder": " "}, "account_unnamed"),
        ({"bank": ""}, "account_unnamed"),
        ({"cnaps": "102100099997"}, "cnaps_check"),
        ({"account": "12"}, "account_shape"),
    ],
)
def test_an_agencys_account_has_holder_bank_and_two_numbers(changed: dict[str, str], code: str) -> None:
    whole = {
        "agency": "510100",
        "holder": "中心",
        "bank": "示例银行",
        "cnaps": "1021 0009 9996",
        "account": "0100-0000-01",
    }
    kept = bank.AgencyAccount(**whole)
    assert (kept.cnaps, kept.account) == ("102100099996", "0100000001")
    with pytest.raises(bank.BankNumberError) as refused:
        bank.AgencyAccount(**{**whole, **changed})
    assert refused.value.code == code
