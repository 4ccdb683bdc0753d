"""Unified social credit codes (统一社会信用代码, GB 32100) of agencies and employers."""

from __future__ import annotations

import re

from stdnum.cn import uscc

from jiexu.values.errors import ValueFault
from jiexu.values.writing import clipped, compacted

# The first place names the registering department; A (military), N (farming) and Y (other) are lawful letters
# there, which python-stdnum's own validate refuses: it serves for the check character only.
_SHAPE = re.compile(r"[1-9ANY][0-9A-HJ-NPQRTUWXY][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)


class CreditCodeError(ValueFault):
    """A text is not a unified social credit code."""


def compact(code: str) -> str:
    """The code in upper case without spaces and dashes, digits narrow."""
    return compacted(code)


def validate(code: str) -> str:
    """The compact code. Raises CreditCodeError for length, characters or check character."""
    plain = compact(code)
    if len(plain) != 18:
        raise CreditCodeError(
            "credit_code_length",
            "{given!r} has {length} characters, a unified social credit code has 18; copy it from the licence.",
            given=clipped(code),
            length=len(plain),
        )
    if not _SHAPE.fullmatch(plain):
        raise CreditCodeError(
            "credit_code_characters",
            "{given!r} is no unified social credit code: places 3 to 8 are digits, and I, O, S, V and Z never occur; "
            "copy it from the licence.",
            given=clipped(code),
        )
    if uscc.calc_check_digit(plain) != plain[-1]:
        raise CreditCodeError(
            "credit_code_check",
            "The check character of {given!r} does not fit: a character is wrong or two are exchanged; copy the code from the licence.",
            given=clipped(code),
        )
    return plain


def is_valid(code: str) -> bool:
    """Whether ``validate`` accepts the code."""
    try:
        validate(code)
    except CreditCodeError:
        return False
    return True


def format(code: str) -> str:  # noqa: A001  the stdnum manner: compact, validate, is_valid, format
    """The code as people write it: 18 characters together. Raises CreditCodeError."""
    return validate(code)
