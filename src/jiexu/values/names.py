"""Names of people: kept as they were written, compared as they were meant.

Full and half width, kinds of middle dot, stray spaces and invisible characters cause rejected payments
although the name is the same. Characters of different meaning are never folded into one another.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from jiexu.values.errors import ValueFault

MAX_LENGTH = 100

# Before NFKC: it would turn U+318D into a Hangul letter. The full stop is a middle dot only beside letters
# that are not Latin, as in 买买提.吐尔逊.
_DOTS = str.maketrans(dict.fromkeys("·•․‧∙⋅・･ㆍ⸱⸳●▪", "·"))
_WIDE = "[\u2e80-\u9fff\ue000-\ufaff\U00020000-\U0010ffff]"  # Chinese characters, rare and private ones too
_STOP_AS_DOT = re.compile(rf"(?<={_WIDE})\.|\.(?={_WIDE})")
_SPACE_BESIDE_WIDE = re.compile(rf"(?<={_WIDE}) | (?={_WIDE})")
_SPACE_BESIDE_DOT = re.compile("(?<=·) | (?=·)")
_COMMON = re.compile("[\u4e00-\u9fff]+")
"""Unified ideographs alone: nothing in them is folded."""
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


class PersonNameError(ValueFault):
    """A text cannot be a person's name."""


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as it was written. ``original`` is what forms and payments show. Raises PersonNameError."""

    original: str

    def __post_init__(self) -> None:
        if not comparable(self.original):
            raise PersonNameError("name_empty", "The name is empty; write the name on the card.")
        if len(self.original) > MAX_LENGTH:
            raise PersonNameError(
                "name_too_long",
                "The name has {length} characters, more than {limit}; look whether columns slipped.",
                length=len(self.original),
                limit=MAX_LENGTH,
            )

    @property
    def key(self) -> str:
        """The form two writings of one name share."""
        return comparable(self.original)

    def matches(self, other: PersonName) -> bool:
        """Whether both are writings of one name."""
        return self.key == other.key

    def __str__(self) -> str:
        return self.original


def same_person(one: str, other: str) -> bool:
    """Whether two names of people at an agency are writings of one: they cannot be the two that money needs."""
    return _of_agency(one) == _of_agency(other)


@lru_cache(maxsize=4096)
def _of_agency(name: str) -> str:
    """Kept, because the same few people stand on every amount."""
    return comparable(name)


def comparable(name: str) -> str:
    """The name for comparison: NFKC, one kind of middle dot, no invisible characters, upper case.

    Spaces beside Chinese characters and dots are dropped, between Latin words one is kept.
    """
    if _COMMON.fullmatch(name):
        return name  # as nearly every name is written
    narrow = unicodedata.normalize("NFKC", _VARIATION_SELECTORS.sub("", name).translate(_DOTS)).upper()
    visible = "".join(
        letter for letter in narrow if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf")
    )
    close = _SPACE_BESIDE_WIDE.sub("", " ".join(visible.split()))
    dotted = _SPACE_BESIDE_DOT.sub("", _STOP_AS_DOT.sub("·", close))
    return unicodedata.normalize("NFKC", dotted)
