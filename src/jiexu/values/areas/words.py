"""What people type for a place, and the indexes that find it again."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jiexu.values.areas.records import Division

LONGEST = 60
"""Characters after which a text is no name of a place (the longest address line we read)."""

_SHORT_ENDINGS = (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗"), ("自治区", "自治区"))


def normalised(text: str) -> str:
    """Letters and digits only: full-width forms narrowed, tones, spaces, dots and case gone."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text).casefold() if sign.isalnum())


def is_latin(key: str) -> bool:
    """Whether a normalised text is pinyin or English."""
    return key.isascii() and key.isalpha()


@dataclass(frozen=True, slots=True)
class Words:
    """Indexes from normalised texts to divisions: full names, short names, first letters, near misses.

    ``full`` and ``short`` hold Chinese and pinyin alike. ``near`` maps a text with one sign left out to the
    keys it came from, so that one wrong, missing or extra sign still suggests the place.
    """

    full: Mapping[str, tuple[Division, ...]]
    short: Mapping[str, tuple[Division, ...]]
    initials: Mapping[str, tuple[Division, ...]]
    near: Mapping[str, tuple[str, ...]]

    def spoken(self, key: str) -> tuple[Division, ...]:
        """Divisions with exactly this full name, else those with this short name."""
        return self.full.get(key) or self.short.get(key, ())

    def resembling(self, key: str) -> list[Division]:
        """Divisions in force whose short name is one sign away, then those whose initials these are.

        Names that begin alike come first, then higher levels.
        """
        keys = dict.fromkeys(found for cut in (key, *_cuts(key)) for found in self.near.get(cut, ()))
        near = [(found[0] != key[0], _by_weight(row), row) for found in keys for row in self.short[found]]
        near_now = sorted(
            (place for place in near if place[2].until_year is None), key=lambda place: place[:2]
        )
        return [*(row for _, _, row in near_now), *self.initials.get(key, ())]


def make_words(divisions: Iterable[Division], other_names: Iterable[tuple[str, str]]) -> Words:
    """Build the indexes. ``other_names`` are further names of division codes."""
    full: defaultdict[str, list[Division]] = defaultdict(list)
    short: defaultdict[str, list[Division]] = defaultdict(list)
    initials: defaultdict[str, list[Division]] = defaultdict(list)
    by_code: defaultdict[str, list[Division]] = defaultdict(list)
    for row in divisions:
        by_code[row.code].append(row)
        for key in _full_keys(row):
            full[key].append(row)
        for key in _short_keys(row):
            short[key].append(row)
        if row.until_year is None:
            initials[row.initials].append(row)
    for name, code in other_names:
        short[normalised(name)].extend(by_code[code])
    return Words(
        full=_frozen(full),
        short=_frozen(short),
        initials={key: tuple(sorted(rows, key=_by_weight)) for key, rows in initials.items()},
        near=_near(short),
    )


def _by_weight(row: Division) -> tuple[int, str]:
    return (row.level.rank, row.code)


def _frozen(index: Mapping[str, list[Division]]) -> dict[str, tuple[Division, ...]]:
    return {key: tuple(rows) for key, rows in index.items()}


def _full_keys(row: Division) -> set[str]:
    keys = {normalised(row.name), *_latin(row.pinyin.split())}
    for ending, spoken in _SHORT_ENDINGS:
        if row.name.endswith(ending):
            keys.add(normalised(row.short_name + spoken))
    return keys - {""}


def _short_keys(row: Division) -> set[str]:
    syllables = row.pinyin.split()[: len(row.short_name)]
    return {normalised(row.short_name), normalised(row.english), *_latin(syllables)} - {""}


def _latin(syllables: list[str]) -> set[str]:
    """Pinyin in one word; ü may be typed v, u or yu."""
    word = "".join(syllables)
    return {word, word.replace("v", "u"), word.replace("v", "yu")}


def _near(short: Mapping[str, list[Division]]) -> dict[str, tuple[str, ...]]:
    near: defaultdict[str, list[str]] = defaultdict(list)
    for key, rows in short.items():
        if any(row.until_year is None for row in rows):
            for cut in {key, *_cuts(key)}:
                near[cut].append(key)
    return {cut: tuple(keys) for cut, keys in near.items()}


def _cuts(key: str) -> set[str]:
    """The text with each sign left out once. A single letter would resemble everything, a character does not."""
    shortest = 2 if key.isascii() else 1
    return {cut for place in range(len(key)) if len(cut := key[:place] + key[place + 1 :]) >= shortest}
