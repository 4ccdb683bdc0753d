"""The short code on a document: sixteen characters that a person types and that stand for the digest of its content.

Fifteen characters are the first 75 bits of the SHA-256, one is a check character (see ``base32``). It names a document
and proves nothing by itself; nobody can find another content with a given code by trying.
"""

from __future__ import annotations

import re

from jiexu.values import base32
from jiexu.values.errors import ValueFault
from jiexu.values.writing import clipped

LENGTH = 16
_DIGEST = re.compile(r"[0-9a-f]{64}")


class ShortCodeError(ValueFault):
    """A text is not a short code, or none can be made of what is no digest."""


def make(digest: str) -> str:
    """The short code of a digest, 64 hex digits. Raises ShortCodeError."""
    if not _DIGEST.fullmatch(digest):
        raise ShortCodeError(
            "short_code_digest",
            "A short code is made of a SHA-256 of 64 hex digits, not of {length} characters; pass the digest of the content.",
            length=len(digest),
        )
    return base32.with_check(base32.encode(bytes.fromhex(digest))[: LENGTH - 1])


def compact(code: str) -> str:
    """The code in upper case without spaces and dashes; O is read as 0, I and L as 1."""
    return base32.compact(code)


def validate(code: str) -> str:
    """The compact code. Raises ShortCodeError for length, characters or check character."""
    plain = compact(code)
    if len(plain) != LENGTH:
        raise ShortCodeError(
            "short_code_length",
            "{given!r} has {length} characters, the code on a document has 16 in four groups; copy it again from the paper.",
            given=clipped(code),
            length=len(plain),
        )
    if base32.strange(plain) or not base32.is_checked(plain):
        raise ShortCodeError(
            "short_code_wrong",
            "{given!r} is no code of a document: a character is wrong or two are exchanged; copy it again from the paper.",
            given=clipped(code),
        )
    return plain


def is_valid(code: str) -> bool:
    """Whether ``validate`` accepts the code."""
    try:
        validate(code)
    except ShortCodeError:
        return False
    return True


def format(code: str) -> str:  # noqa: A001  the stdnum manner: compact, validate, is_valid, format
    """The code in groups of four, for reading aloud. Raises ShortCodeError."""
    plain = validate(code)
    return "-".join(plain[at : at + 4] for at in range(0, LENGTH, 4))
