"""Six-digit division codes (``admdvs``): their shape only. Which code names which place, and when, is a table."""

from __future__ import annotations

import re

from jiexu.values.errors import ValueFault
from jiexu.values.writing import clipped, compacted

_SIX_DIGITS = re.compile(r"[1-9][0-9]{5}", re.ASCII)


class DivisionError(ValueFault):
    """A text is not a six-digit division code."""


def compact(code: str) -> str:
    """The code without spaces and dashes, digits narrow."""
    return compacted(code)


def validate(code: str) -> str:
    """The compact code. Raises DivisionError unless it is six digits, the first not 0."""
    plain = compact(code)
    if not _SIX_DIGITS.fullmatch(plain):
        raise DivisionError(
            "division_shape",
            "{given!r} is not a division code; give six digits such as 510100.",
            given=clipped(code),
        )
    return plain


def is_valid(code: str) -> bool:
    """Whether ``validate`` accepts the code."""
    try:
        validate(code)
    except DivisionError:
        return False
    return True


def format(code: str) -> str:  # noqa: A001  the stdnum manner: compact, validate, is_valid, format
    """The code as people write it: six digits together."""
    return validate(code)


def province_of(code: str) -> str:
    """The province's code: 510104 → 510000. Raises DivisionError."""
    return validate(code)[:2] + "0000"


def prefecture_of(code: str) -> str:
    """The code of the prefecture level: 510104 → 510100; a province stays itself. Raises DivisionError."""
    return validate(code)[:4] + "00"
