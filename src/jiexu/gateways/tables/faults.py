"""What is wrong with a table: one row's cell, or the whole file. Both speak Chinese and English and name the cure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jiexu.texts import Lang, catalogue, say
from jiexu.values.errors import ValueFault
from jiexu.values.writing import clipped

CURE_AFTER: Mapping[Lang, str] = {"zh": "；", "en": "; "}
"""In every sentence of ``tables.yaml`` and ``errors.yaml`` the cure stands after the first of these marks."""


@dataclass(frozen=True, slots=True)
class Words:
    """Data of a sentence that differ by language, as place names do."""

    zh: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


Datum = str | int | Words


def spoken(data: Mapping[str, Datum], lang: Lang) -> dict[str, str | int]:
    """The data of a sentence in one language."""
    return {name: datum[lang] if isinstance(datum, Words) else datum for name, datum in data.items()}


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong in one row.

    ``row``: as the spreadsheet numbers it, the header included. ``column``: the header as the file writes it,
    empty where the whole row is meant. ``value``: what stands there, clipped and with personal numbers masked.
    ``code``: key of the sentence in ``texts/tables.yaml``, or in ``texts/errors.yaml`` for a value that was
    refused. ``data`` fills its places.
    """

    row: int
    column: str
    value: str
    code: str
    data: Mapping[str, Datum] = field(default_factory=dict)

    def what(self, lang: Lang) -> str:
        """What is wrong, without place and cure."""
        return self._half(lang, 0)

    def cure(self, lang: Lang) -> str:
        """What to do about it."""
        return self._half(lang, -1)

    def sentence(self, lang: Lang) -> str:
        """Row, column, value, what is wrong and the cure, in one line."""
        place = "row_fault" if self.column else "row_fault_whole"
        whole = self._template(lang).format_map(spoken(self.data, lang))
        return say(lang, f"tables.{place}", row=self.row, column=self.column, value=self.value, what=whole)

    def as_json(self, lang: Lang) -> dict[str, str | int]:
        """For ``--json`` and the report."""
        return {
            "code": self.code,
            "column": self.column,
            "cure": self.cure(lang),
            "row": self.row,
            "value": self.value,
            "what": self.what(lang),
        }

    def _template(self, lang: Lang) -> str:
        own = catalogue("tables")
        return (own if self.code in own else catalogue("errors"))[self.code][lang]

    def _half(self, lang: Lang, which: int) -> str:
        # The sentence is divided before its places are filled, so that a mark in the data divides nothing.
        half = self._template(lang).split(CURE_AFTER[lang], 1)[which]
        return half.format_map(spoken(self.data, lang))


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row that was not understood, with everything that is wrong in it. The rows after it are read on."""

    row: int
    faults: tuple[RowFault, ...]


class CellError(ValueFault):
    """A cell was refused; ``code`` is a key of ``texts/tables.yaml``. ``words``: data that differ by language."""

    words: Mapping[str, Words]

    def __init__(self, code: str, /, *, words: Mapping[str, Words] | None = None, **data: str | int) -> None:
        self.words = words or {}
        super().__init__(code, catalogue("tables")[code]["en"], **data)

    def __str__(self) -> str:
        return str(self.args[1]).format_map(spoken({**self.data, **self.words}, "en"))


class TableError(ValueError):
    """The file as a whole cannot be used, and nothing of it is.

    ``code``: key of the sentence in ``texts/tables.yaml``; ``data`` fills its places.
    """

    def __init__(self, code: str, /, **data: Datum) -> None:
        self.code = code
        self.data: Mapping[str, Datum] = data
        super().__init__(self.sentence("en"))

    def sentence(self, lang: Lang) -> str:
        """What is wrong with the file and what to do about it."""
        return say(lang, f"tables.{self.code}", **spoken(self.data, lang))


def shown(text: str) -> str:
    """What stands in a cell, short enough for a sentence, personal numbers masked, line breaks as spaces."""
    return clipped(" ".join(text.split()))
