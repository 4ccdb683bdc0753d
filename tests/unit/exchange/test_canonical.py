"""One value, one sequence of bytes, the same as RFC 8785 writes."""

import hashlib
from collections import OrderedDict
from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum
from typing import NamedTuple
from uuid import UUID

import pytest
import rfc8785
from exchange_strategies import plain_values
from hypothesis import given
from hypothesis import strategies as st

from jiexu.cases.states import Side
from jiexu.exchange.canonical import (
    DEEPEST,
    LARGEST_INTEGER,
    LONGEST,
    MalformedError,
    canonical,
    digest,
    parse,
    write,
)


@given(plain_values)
def test_our_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert canonical(value) == write(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_a_tuple_is_written_as_a_list() -> None:
    assert canonical({"a": (1, ("x",))}) == canonical({"a": [1, ["x"]]})


@given(plain_values)
def test_reading_canonical_bytes_gives_the_value_back(value: object) -> None:
    assert parse(canonical(value)) == value


@given(plain_values)
def test_a_digest_covers_the_canonical_bytes(value: object) -> None:
    assert digest(value) == digest(canonical(value)) == hashlib.sha256(canonical(value)).hexdigest()


def nested(levels: int) -> object:
    value: object = []
    for _ in range(levels):
        value = [value]
    return value


def test_the_deepest_allowed_nesting_is_written() -> None:
    assert canonical(nested(DEEPEST)) == b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1)


@pytest.mark.parametrize(
    ("value", "code", "place"),
    [
        ({"a": [1.5]}, "value_no_canonical_type", r"\$\.a\[0\] stands a float"),
        ({"a": date(2026, 11, 23)}, "value_no_canonical_type", r"\$\.a stands a date"),
        (Side.ORIGIN, "value_no_canonical_type", r"\$ stands a Side"),
        ({"a": UUID(int=7)}, "value_no_canonical_type", r"\$\.a stands a UUID"),
        ({1.5}, "value_no_canonical_type", "a set"),
        ([float("nan")], "value_no_canonical_type", r"\$\[0\] stands a float"),
        ({Side.ORIGIN: 1}, "value_no_canonical_type", "a dict"),
        (b"x", "value_no_canonical_type", "a bytes"),
        ({"a": LARGEST_INTEGER + 1}, "value_integer_too_large", r"\$\.a"),
        ([-LARGEST_INTEGER - 1], "value_integer_too_large", r"\$\[0\]"),
        ({"名": 1}, "value_key_not_ascii", r"At \$ a key"),
        ({1: 1}, "value_key_not_ascii", r"At \$ a key"),
        (["\ud800"], "value_no_unicode", r"\$\[0\]"),
        (nested(DEEPEST + 1), "value_too_deep", "levels deep"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_place(value: object, code: str, place: str) -> None:
    with pytest.raises(MalformedError, match=place) as refused:
        canonical(value)
    assert refused.value.code == code


class Numbered(IntEnum):
    ONE = 1


class Plainly(Enum):
    ONE = "one"


class LeafPair(NamedTuple):
    first: str
    second: int


class Name(str):
    """Text that knows more than its letters."""

    __slots__ = ()


STRANGE = [
    UUID(int=7), Side.ORIGIN, Numbered.ONE, Plainly.ONE, Name("x"), True + 0.5, Decimal(1), b"x", {1}, object(),
    date(2026, 11, 23), OrderedDict(a=1), LeafPair("a", 1),
]  # fmt: skip


def placed(value: object, strange: object, path: list[int]) -> object:
    """The value with something strange in it, as deep as the path leads."""
    if not path or not isinstance(value, list | dict) or not value:
        return strange
    at, rest = path[0] % len(value), path[1:]
    if isinstance(value, dict):
        key = sorted(value)[at]
        return value | {key: placed(value[key], strange, rest)}
    return [*value[:at], placed(value[at], strange, rest), *value[at + 1 :]]


@given(plain_values, st.sampled_from(STRANGE), st.lists(st.integers(0, 9), max_size=4))
def test_no_other_type_has_a_canonical_form_wherever_it_stands(
    value: object, strange: object, path: list[int]
) -> None:
    with pytest.raises(MalformedError, match=f"a {type(strange).__name__}, which") as refused:
        canonical(placed(value, strange, path))
    assert refused.value.code == "value_no_canonical_type"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "bytes_not_json"),
        (b"\xff", "bytes_not_json"),
        (b"", "bytes_not_json"),
        (b"9" * 5000, "bytes_not_json"),
        (b"[" * 100_000, "bytes_not_json"),
        (b" {}", "bytes_not_canonical"),
        (b'{"a":1,"a":1}', "bytes_not_canonical"),
        (b'{"b":1,"a":1}', "bytes_not_canonical"),
        (b'"\\u0041"', "bytes_not_canonical"),
        (b"-0", "bytes_not_canonical"),
        (b"1.0", "value_no_canonical_type"),
        (b"NaN", "bytes_not_json"),
        (b'"' + b"a" * LONGEST + b'"', "bytes_too_long"),
    ],
)
def test_bytes_that_we_would_not_have_written_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(MalformedError) as refused:
        parse(data)
    assert refused.value.code == code


@given(plain_values, st.data())
def test_changing_a_byte_never_gives_the_same_value(value: object, data: st.DataObject) -> None:
    written = bytearray(canonical(value))
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] ^= data.draw(st.integers(1, 255))
    try:
        read = parse(bytes(written))
    except MalformedError:
        return
    assert canonical(read) != canonical(value)
