"""Unified social credit codes."""

import pytest

from jiexu.values import agency
from jiexu.values.agency import CreditCodeError

# The example of the code's own standard work: a public company's published code.
CODE = "91110000600037341L"


@pytest.mark.parametrize(
    "text", [CODE, CODE.lower(), " 9111 0000 6000 3734 1L ", "９１１１００００６０００３７３４１Ｌ"]
)
def test_a_code_is_read_however_people_write_it(text: str) -> None:
    assert agency.validate(text) == agency.format(text) == agency.compact(text) == CODE
    assert agency.is_valid(text)


def test_letters_of_the_registering_department_are_lawful() -> None:
    # The check character of a body is the one of 31 that is accepted.
    for department in "ANY":
        body = department + CODE[1:17]
        assert sum(agency.is_valid(body + last) for last in "0123456789ABCDEFGHJKLMNPQRTUWXY") == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "credit_code_length"),
        (CODE[:17], "credit_code_length"),
        (CODE + "0", "credit_code_length"),
        ("B" + CODE[1:], "credit_code_characters"),
        (CODE[:17] + "I", "credit_code_characters"),
        (CODE[:3] + "A" + CODE[4:], "credit_code_characters"),
        (CODE[:17] + "M", "credit_code_check"),
        (CODE[:11] + CODE[12] + CODE[11] + CODE[13:], "credit_code_check"),
    ],
)
def test_each_wrong_code_has_its_own_sentence(text: str, code: str) -> None:
    with pytest.raises(CreditCodeError) as refused:
        agency.validate(text)
    assert refused.value.code == code
    assert not agency.is_valid(text)
