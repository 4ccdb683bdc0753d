"""A division code is six digits; places are a table elsewhere."""

import pytest

from jiexu.values import division
from jiexu.values.division import DivisionError


@pytest.mark.parametrize("code", ["510104", " 510104 ", "５１０１０４", "51-01-04", "'510104"])
def test_a_code_is_read_however_people_write_it(code: str) -> None:
    assert division.validate(code) == division.format(code) == division.compact(code) == "510104"
    assert division.is_valid(code)


@pytest.mark.parametrize("code", ["", "51010", "5101044", "010104", "51010A", "成都", "510104.0", "٥١٠١٠٤"])
def test_another_shape_is_refused_with_an_example(code: str) -> None:
    with pytest.raises(DivisionError, match="give six digits such as 510100"):
        division.validate(code)
    assert not division.is_valid(code)


def test_codes_beside_the_national_list_are_codes_too() -> None:
    assert division.is_valid("419900")
    assert division.is_valid("660000")


def test_province_and_prefecture_are_the_beginning_of_the_code() -> None:
    assert (division.province_of("510104"), division.prefecture_of("510104")) == ("510000", "510100")
    assert (division.province_of("510000"), division.prefecture_of("510000")) == ("510000", "510000")
    with pytest.raises(DivisionError):
        division.province_of("51")
    with pytest.raises(DivisionError):
        division.prefecture_of("51")
