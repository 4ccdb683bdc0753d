"""Which columns a table has, and how people name them: Chinese or English headers lead to one list of names."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiexu.gateways.tables.faults import TableError, Words, shown
from jiexu.texts import Lang, say

_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
NEARLY = 0.65
"""From this share of like characters on, a header that is no column of ours is taken for one that was meant."""
_SEPARATORS = re.compile(r"[\s_\-*:.。:'\"]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``name``: the word in code, also read as a header. ``required``: the file must have it.

    ``also``: further headers people use. The titles we write stand in ``texts/tables.yaml`` as ``column_<name>``.
    """

    name: str
    required: bool = False
    also: tuple[str, ...] = ()

    def title(self, lang: Lang) -> str:
        """The header we write."""
        return say(lang, f"tables.column_{self.name}")

    def headers(self) -> set[str]:
        """Every header that means this column, as compared."""
        return {plain_header(text) for text in (self.name, self.title("zh"), self.title("en"), *self.also)}


def plain_header(text: str) -> str:
    """A header for comparison: narrow, lower case, without remarks in brackets, spaces, dashes, stars."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return _SEPARATORS.sub("", _REMARK.sub("", narrow))


def by_header(columns: Sequence[Column]) -> dict[str, Column]:
    """Compared header → column."""
    return {key: column for column in columns for key in column.headers()}


@dataclass(frozen=True, slots=True)
class Header:
    """The header row that was found.

    ``places``: cell number → column name. ``titles``: column name → header as the file writes it. ``unread``:
    headers that mean nothing here and resemble no column the file lacks; they are not read. ``width``: cells in the header row.
    """

    row: int
    places: Mapping[int, str]
    titles: Mapping[str, str]
    unread: tuple[str, ...]
    width: int


def find_header(
    records: Sequence[tuple[int, Sequence[str]]], columns: Sequence[Column], *, file: str
) -> Header:
    """The first of these rows that names two columns or more, else the first that is not blank.

    Titles and blank lines may stand above it. Raises TableError where a required column is missing, one stands
    twice or is nearly written, and where there is no row at all.
    """
    known = by_header(columns)
    written = [(row, cells) for row, cells in records if any(cell.strip() for cell in cells)]
    if not written:
        raise TableError("file_empty", file=file)
    named = (each for each in written if len({plain_header(cell) for cell in each[1]} & known.keys()) > 1)
    row, cells = next(named, written[0])
    return _checked(row, cells, columns, known, file=file)


def _checked(
    row: int, cells: Sequence[str], columns: Sequence[Column], known: Mapping[str, Column], *, file: str
) -> Header:
    places: dict[int, str] = {}
    titles: dict[str, str] = {}
    unread = []
    for place, cell in enumerate(cells):
        column = known.get(plain_header(cell))
        if column is None:
            unread += [shown(cell)] if cell.strip() else []
        elif column.name in titles:
            raise TableError(
                "header_twice", file=file, row=row, column=titles[column.name], again=shown(cell)
            )
        else:
            places[place], titles[column.name] = column.name, shown(cell)
    missing = [column for column in columns if column.required and column.name not in titles]
    if missing:
        raise TableError(
            "header_missing",
            file=file,
            row=row,
            missing=listed(missing),
            found="、".join(shown(cell) for cell in cells if cell.strip()),
            offers=listed([column for column in columns if column.name not in titles]),
        )
    lacking = [column for column in columns if column.name not in titles]
    for cell in unread:
        if meant := nearest(cell, lacking):
            raise TableError("header_resembles", file=file, row=row, column=cell, meant=listed(meant))
    return Header(row, places, titles, tuple(unread), len(cells))


def nearest(header: str, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns this header nearly names, at most three, the nearest first; none where it stands in brackets.

    Notes are left out: nothing is lost with them.
    """
    known = by_header([column for column in columns if column.name != "note"])
    near = difflib.get_close_matches(plain_header(header), known, n=3, cutoff=NEARLY)
    return tuple({known[key].name: known[key] for key in near}.values())


def listed(columns: Sequence[Column]) -> Words:
    """The titles of columns in both languages."""
    return Words(
        "、".join(column.title("zh") for column in columns),
        ", ".join(column.title("en") for column in columns),
    )
