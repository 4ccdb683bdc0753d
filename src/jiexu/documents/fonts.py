"""The font documents are set in, and which characters it has.

A typesetter sets a blank box for a character no font has, and says nothing. On a form that a person is found by this
must not happen unseen, so every text is looked at before it is set.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

FAMILY: Final = "Noto Sans CJK SC"
_PACKAGE = "manimgx_fonts_cjk"
_FILE = "NotoSansCJK-VF.otf.ttc"
_WINDOWS_FULL_UNICODE = (3, 10)
_SEGMENTED = 12
"""Format of the table that reaches beyond the first 65,536 characters, as every font for rare characters has."""
INVISIBLE: Final = frozenset("\n\u200b")


@cache
def folder() -> Path:
    """Where the font lies. Raises RuntimeError where the package is not installed whole."""
    found = find_spec(_PACKAGE)
    place = Path(found.origin or "").parent if found else Path()
    if not (place / _FILE).is_file():
        raise RuntimeError(
            f"The font {_FILE} of package {_PACKAGE} is missing; run 'python3 start.py setup' again."
        )
    return place


def missing(text: str) -> list[str]:
    """The characters of a text that the font does not have, each once, in order."""
    starts, ends = _ranges()
    return [one for one in dict.fromkeys(text) if one not in INVISIBLE and not _has(starts, ends, ord(one))]


def named(characters: Iterable[str]) -> str:
    """Characters as people can look them up: U+2A6A5."""
    return ", ".join(f"U+{ord(one):04X}" for one in characters)


def replaced(text: str) -> str:
    """The text with each character the font does not have as its code in brackets."""
    for one in missing(text):
        text = text.replace(one, f"〔{named(one)}〕")
    return text


def _has(starts: list[int], ends: list[int], code: int) -> bool:
    at = bisect_right(starts, code) - 1
    return at >= 0 and code <= ends[at]


@cache
def _ranges() -> tuple[list[int], list[int]]:
    """First and last character of every run the font has a picture for, from its ``cmap`` table."""
    data = (folder() / _FILE).read_bytes()
    # A collection begins with the offsets of its fonts; all of them share one repertoire, so the first serves.
    font = struct.unpack_from(">I", data, 12)[0]
    for at in range(struct.unpack_from(">H", data, font + 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, font + 12 + 16 * at)
        if tag == b"cmap":
            return _segments(data, offset)
    raise RuntimeError(f"{_FILE} has no table of characters; install the package {_PACKAGE} again.")


def _segments(data: bytes, cmap: int) -> tuple[list[int], list[int]]:
    for at in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * at)
        if (platform, encoding) == _WINDOWS_FULL_UNICODE and struct.unpack_from(">H", data, cmap + offset)[
            0
        ] == _SEGMENTED:
            count = struct.unpack_from(">I", data, cmap + offset + 12)[0]
            flat = struct.unpack_from(f">{3 * count}I", data, cmap + offset + 16)
            return list(flat[::3]), list(flat[1::3])
    raise RuntimeError(
        f"{_FILE} has no table of the format read here; install the package {_PACKAGE} in a listed version."
    )
