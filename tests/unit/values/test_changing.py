"""``changed`` does what ``dataclasses.replace`` does."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.values.changing import changed


@dataclass(frozen=True, slots=True)
class Pair:
    small: int
    large: int = 10

    def __post_init__(self) -> None:
        if self.small > self.large:
            raise ValueError("small is larger than large")


@given(small=st.integers(0, 10), large=st.integers(10, 20), new=st.integers(10, 30))
def test_it_makes_what_replace_makes_and_leaves_the_record_alone(small: int, large: int, new: int) -> None:
    pair = Pair(small, large)
    assert changed(pair, large=new) == replace(pair, large=new) == Pair(small, new)
    assert changed(pair) == pair == Pair(small, large)


def test_what_the_class_checks_is_checked_again() -> None:
    with pytest.raises(ValueError, match="larger"):
        changed(Pair(3), large=2)


def test_a_field_that_is_not_there_is_named() -> None:
    with pytest.raises(TypeError, match="'medium'; name one of small, large"):
        changed(Pair(3), medium=2)
