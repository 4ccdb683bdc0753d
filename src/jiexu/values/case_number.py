"""Case numbers: 13 characters of Crockford base 32 that fit a bank's EndToEndId and remark.

Four characters are the six-digit code of the agency that opened the case, eight are random, one is a check
character; nothing is said about the person. Alphabet and check: see ``base32``.
"""

from __future__ import annotations

from jiexu.values import base32, division
from jiexu.values.base32 import ALPHABET, VALUE
from jiexu.values.errors import ValueFault
from jiexu.values.writing import clipped

LENGTH = 13


class CaseNumberError(ValueFault):
    """A text is not a case number, or none can be made of the parts given."""


def make(agency: str, random8: bytes | str) -> str:
    """A case number. ``agency``: its six-digit code. ``random8``: eight random characters of the alphabet, or
    eight random bytes, of each of which the lower five bits choose a character.

    Raises DivisionError for the agency, CaseNumberError for the random part.
    """
    code = int(division.validate(agency))
    part = "".join(ALPHABET[code >> shift & 31] for shift in (15, 10, 5, 0))
    if isinstance(random8, bytes):
        random8 = "".join(ALPHABET[byte & 31] for byte in random8)
    if len(random8) != 8 or not set(random8) <= VALUE.keys():
        raise CaseNumberError(
            "case_random",
            "The random part of a case number is 8 characters of {alphabet} or 8 bytes, not {length}; draw it again.",
            alphabet=ALPHABET,
            length=len(random8),
        )
    return base32.with_check(part + random8)


def compact(number: str) -> str:
    """The number in upper case without spaces and dashes; O is read as 0, I and L as 1."""
    return base32.compact(number)


def validate(number: str) -> str:
    """The compact number. Raises CaseNumberError for length, characters, check character or agency part."""
    plain = compact(number)
    if len(plain) != LENGTH:
        raise CaseNumberError(
            "case_length",
            "{given!r} has {length} characters, a case number has 13; copy it again from the receipt.",
            given=clipped(number),
            length=len(plain),
        )
    if strange := base32.strange(plain):
        raise CaseNumberError(
            "case_characters",
            "{given!r} holds {strange!r}, which no case number holds; copy it again from the receipt.",
            given=clipped(number),
            strange=strange,
        )
    if not base32.is_checked(plain) or not division.is_valid(_agency(plain)):
        raise CaseNumberError(
            "case_check",
            "{given!r} is no case number: a character is wrong or two are exchanged; copy it again from the receipt.",
            given=clipped(number),
        )
    return plain


def is_valid(number: str) -> bool:
    """Whether ``validate`` accepts the number."""
    try:
        validate(number)
    except CaseNumberError:
        return False
    return True


def format(number: str) -> str:  # noqa: A001  the stdnum manner: compact, validate, is_valid, format
    """The number in groups for people: ``G5ZM-7K2M-9TQX-4``. Raises CaseNumberError."""
    plain = validate(number)
    return "-".join((plain[:4], plain[4:8], plain[8:12], plain[12:]))


def agency_of(number: str) -> str:
    """The six-digit code of the agency that opened the case. Raises CaseNumberError."""
    return _agency(validate(number))


def _agency(plain: str) -> str:
    code = 0
    for letter in plain[:4]:
        code = code << 5 | VALUE[letter]
    return f"{code:06d}"
