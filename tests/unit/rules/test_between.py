"""A range holds every possible answer, and is sure exactly where there is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.rules.between import Between


@given(st.lists(st.integers(), min_size=1))
def test_a_range_reaches_from_the_lowest_possible_answer_to_the_highest(answers: list[int]) -> None:
    found = Between.of(answers)
    assert (found.low, found.high) == (min(answers), max(answers))
    assert found.sure == (len(set(answers)) == 1)


def test_no_possible_answer_is_no_range() -> None:
    with pytest.raises(ValueError, match=r"^A range needs one possible answer at least"):
        Between.of([])
