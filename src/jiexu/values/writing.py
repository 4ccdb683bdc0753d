"""How people and spreadsheets write numbers, and how little of it matters."""

from __future__ import annotations

import re
import unicodedata

_PERSONAL = re.compile(r"(?<![0-9A-Za-z])\d{13,18}[\dXx](?![0-9A-Za-z])")
_MARKS = frozenset("-‐‑‒–—―−'‘’`")
"""Dashes, and the apostrophe a spreadsheet puts before a number it shall not round."""


def compacted(text: str) -> str:
    """Narrow digits and letters in upper case; spaces, dashes, apostrophes and invisible characters left out."""
    if text.isascii() and text.isalnum():
        return text.upper()  # what nearly every number is
    narrow = unicodedata.normalize("NFKC", text).upper()
    return "".join(
        letter for letter in narrow if letter not in _MARKS and unicodedata.category(letter)[0] not in "ZC"
    )


def masked(number: str) -> str:
    """Stars and the last four characters, never more than half of the number; for screens, errors and logs."""
    shown = min(4, len(number) // 2)
    return "*" * min(len(number) - shown, 14) + number[len(number) - shown :]


def clipped(text: str) -> str:
    """At most 40 characters of what somebody wrote, so that an error stays a sentence.

    What looks like a citizen or card number is masked: columns slip, and errors travel into logs.
    """
    safe = _PERSONAL.sub(lambda found: masked(found[0]), text)
    return safe if len(safe) <= 40 else safe[:39] + "…"
