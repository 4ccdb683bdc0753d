"""From the text of a cell to a value; what is refused becomes a fault of the row, and the other cells are read on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import TypeVar, cast

from jiexu.gateways.tables.faults import CellError, FaultyRow, RowFault, Words, shown
from jiexu.gateways.tables.reading import Row
from jiexu.gateways.tables.vocabulary import DOCUMENT_KINDS
from jiexu.records.monthset import MonthSet
from jiexu.texts import Lang, say
from jiexu.values.areas import Areas, Ask, Found, Match, NotFound
from jiexu.values.errors import ValueFault
from jiexu.values.identity import DocumentKind, validate_document
from jiexu.values.month import Month
from jiexu.values.period import Period
from jiexu.values.writing import compacted, masked

Read = TypeVar("Read")

FARTHEST_AHEAD = timedelta(days=366)
"""Cover of the coming year is joined in this one; a later day is a slip of the year."""
_DAY = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|(\d{2})(\d{2})|年(\d{1,2})月(\d{1,2})日)", re.ASCII
)
_SCIENTIFIC = re.compile(r"[0-9.]+E\+?[0-9]+", re.ASCII)
_BETWEEN_PERIODS = re.compile(r"[;；、,，]")
_KIND_CODE = re.compile(r"[0-9]{1,2}", re.ASCII)


@dataclass(frozen=True)
class Context:
    """What rows are read against. ``today``: Beijing day. ``demonstration``: invented people are accepted."""

    areas: Areas
    today: date
    demonstration: bool = False

    def area(self, text: str, on: date) -> str:
        """The code of the one pooling area a text means on a day. Raises CellError that offers the matches."""
        answer = self._area(text, on)
        if isinstance(answer, str):
            return answer
        code, words = answer
        raise CellError(code, words=words, given=shown(text))

    @cached_property
    def _area(self) -> Callable[[str, date], str | tuple[str, dict[str, Words]]]:
        """Lookups, remembered: a file of an employer names the same places again and again."""

        @lru_cache(maxsize=4096)
        def look(text: str, on: date) -> str | tuple[str, dict[str, Words]]:
            match self.areas.find(text, on):
                case Found(pool=pool):
                    return pool.code
                case Ask(question_key=key, matches=matches):
                    return "area_ask", {"question": _said(key, text), "choices": _offered(matches)}
                case NotFound(reason=reason, suggestions=()):
                    return "area_unknown", {"reason": _said(reason, text)}
                case NotFound(reason=reason, suggestions=matches):
                    return "area_resembles", {"reason": _said(reason, text), "choices": _offered(matches)}

        return look


def _said(key: str, text: str) -> Words:
    def said(lang: Lang) -> str:
        return say(lang, f"areas.{key}", text=shown(text)).rstrip("。.")

    return Words(said("zh"), said("en"))


def _offered(matches: tuple[Match, ...]) -> Words:
    pools = {match.pool.code: match.pool for match in matches}.values()
    return Words(
        "、".join(f"{pool.name} {pool.code}" for pool in pools),
        ", ".join(f"{pool.name_en} {pool.code}" for pool in pools),
    )


class RowReader:
    """Reads the cells of one row and gathers every fault.

    A cell that is refused answers None whatever its type says: a row with faults is never built, and
    ``fine`` tells whether cells may be compared.
    """

    def __init__(self, row: Row, *, required: frozenset[str]) -> None:
        self.row = row
        self.faults = list(row.faults)
        self._required = required
        columns = {fault.column for fault in row.faults}
        self._bad = {name for name, title in row.titles.items() if title in columns} if columns else set()

    def text(self, name: str) -> str:
        """The text of a cell, empty where the file lacks the column."""
        return self.row.cells.get(name, "")

    def fine(self, *names: str) -> bool:
        """Whether none of these cells was refused."""
        return self._bad.isdisjoint(names)

    def read(
        self, name: str, parse: Callable[[str], Read], *, empty: Read | None = None, secret: bool = False
    ) -> Read:
        """The value of a cell; ``empty`` where nothing stands there and the column is not required.

        ``secret``: a personal number, shown masked in the fault.
        """
        if not self.row.cells.get(name) and name not in self._required and name not in self._bad:
            return cast("Read", empty)
        found = self.optional(name, parse, secret=secret)
        return cast("Read", empty if found is None and self.fine(name) else found)

    def optional(self, name: str, parse: Callable[[str], Read], *, secret: bool = False) -> Read | None:
        """The value of a cell, None where nothing stands there."""
        text = self.text(name)
        if name in self._bad:
            return None
        if not text:
            if name in self._required:
                self.add(name, "cell_empty")
            return None
        try:
            return parse(text)
        except ValueFault as fault:
            words = fault.words if isinstance(fault, CellError) else {}
            self._bad.add(name)
            value = masked(compacted(text)) if secret else shown(text)
            self.faults.append(
                RowFault(self.row.number, self._title(name), value, fault.code, {**fault.data, **words})
            )
            return None

    def add(self, name: str, code: str, **data: str | int | Words) -> None:
        """A fault of a cell seen beside others, or (no name) of the whole row."""
        value = shown(self.text(name)) if name else ""
        self._bad.add(name)
        self.faults.append(RowFault(self.row.number, self._title(name) if name else "", value, code, data))

    def faulty(self) -> FaultyRow:
        """Everything that is wrong with the row, from left to right."""
        place = {title: number for number, title in enumerate(self.row.titles.values())}
        return FaultyRow(
            self.row.number, tuple(sorted(self.faults, key=lambda fault: place.get(fault.column, len(place))))
        )

    def document(
        self, context: Context, *, kind: str = "document_kind", number: str = "document_number"
    ) -> tuple[str, str]:
        """Kind and number of a document, checked; without a kind it is a citizen card. ("", "") where it is empty
        and not required."""
        known = self.read(kind, document_kind, empty=DocumentKind.CITIZEN_CARD.value)

        def checked(text: str) -> str:
            if _SCIENTIFIC.fullmatch(compacted(text)):
                raise CellError("document_scientific", given=shown(text))
            return validate_document(known, text, today=context.today, allow_synthetic=context.demonstration)

        return (known, self.read(number, checked, empty="", secret=True)) if self.fine(kind) else ("", "")

    def _title(self, name: str) -> str:
        return self.row.titles.get(name) or say("zh", f"tables.column_{name}")


def document_kind(text: str) -> str:
    """The code of a kind of document: a word of the list, or any code of two digits, known here or not."""
    if _KIND_CODE.fullmatch(text):
        return text.zfill(2)
    return str(DOCUMENT_KINDS.read(text))


@lru_cache(maxsize=4096)
def day(text: str) -> date:
    """A day: ``2026-11-23``, ``2026/11/23``, ``2026.11.23``, ``20261123``, ``2026年11月23日``. Raises CellError."""
    found = _DAY.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if found is None:
        raise CellError("day_unreadable", given=shown(text))
    year, month, of_month = (int(group) for group in found.groups() if group is not None)
    try:
        return date(year, month, of_month)
    except ValueError:
        raise CellError("day_none", given=shown(text)) from None


def day_until(latest: date) -> Callable[[str], date]:
    """Reads a day that is not after another. Raises CellError."""

    def parse(text: str) -> date:
        read = day(text)
        if read > latest:
            raise CellError("day_too_late", given=read.isoformat(), latest=latest.isoformat())
        return read

    return parse


def year(text: str) -> int:
    """A calendar year of four digits. Raises CellError."""
    written = unicodedata.normalize("NFKC", text).strip().removesuffix("年")
    if not re.fullmatch(r"(?:19|20|21)[0-9]{2}", written, re.ASCII):
        raise CellError("year_unreadable", given=shown(text))
    return int(written)


def count(text: str) -> int:
    """A number of months, 0 to 999. Raises CellError."""
    written = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"[0-9]{1,3}", written, re.ASCII):
        raise CellError("count_unreadable", given=shown(text))
    return int(written)


def months(text: str) -> MonthSet:
    """Periods one after another: ``2019-07..2021-03;2021-06..2026-09``. Raises MonthError, PeriodError for one
    of them, MonthSetError where a month stands in two."""
    return MonthSet.of_periods(
        (period.first, period.last)
        for period in (Period.parse(part) for part in _BETWEEN_PERIODS.split(text) if part.strip())
    )


def write_months(months: MonthSet) -> str:
    """As ``months`` reads them."""
    return ";".join(first if first == last else f"{first}..{last}" for first, last in months.to_json())


def months_within(text: str, *, birth: date | None, today: date) -> MonthSet:
    """Months of a life so far. Raises as ``months``, and CellError for the future and for before birth."""
    read = months(text)
    first, last, this = read.first, read.last, Month.containing(today)
    if last is not None and last > this:
        raise CellError("months_future", month=str(last), this=str(this))
    if first is not None and birth is not None and first < Month.containing(birth):
        raise CellError("months_before_birth", month=str(first), birth=str(Month.containing(birth)))
    return read
