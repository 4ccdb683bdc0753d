"""Writes the tables that the readers read: CSV in UTF-8 with mark, so that spreadsheets show Chinese, and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook

from jiexu.gateways.tables.columns import Column
from jiexu.gateways.tables.reading import plain_cell
from jiexu.texts import Lang

Write = Callable[[Mapping[str, str]], object]
"""Writes one row, given by the names of its columns."""
LONGEST_SHEET_NAME = 31
"""Characters Excel allows."""


@contextmanager
def table_file(
    target: Path,
    *,
    columns: Sequence[Column],
    lang: Lang = "zh",
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
) -> Iterator[Write]:
    """A table to be written row by row under the titles of a language: XLSX where the name ends in .xlsx, else CSV.

    Every cell is text: numbers of documents keep their zeros, and nothing becomes a formula. The file appears
    when it is complete: nothing half written is left, also when the disk is full.
    """
    part = target.with_name(f".{target.name}.part")
    opened = _xlsx(part) if target.suffix.lower() == ".xlsx" else _csv(part, encoding, delimiter)
    try:
        with opened as line:
            line([column.title(lang) for column in columns])
            yield lambda row: line([guarded(row.get(column.name, "")) for column in columns])
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def write_rows(
    target: Path,
    rows: Iterable[Mapping[str, str]],
    *,
    columns: Sequence[Column],
    lang: Lang = "zh",
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
) -> int:
    """Write rows as ``table_file`` does and answer how many."""
    written = 0
    with table_file(target, columns=columns, lang=lang, encoding=encoding, delimiter=delimiter) as write:
        for row in rows:
            write(row)
            written += 1
    return written


@contextmanager
def _csv(target: Path, encoding: str, delimiter: str) -> Iterator[Callable[[list[str]], object]]:
    with target.open("w", encoding=encoding, newline="") as file:
        yield csv.writer(file, delimiter=delimiter, lineterminator="\r\n").writerow


@contextmanager
def _xlsx(target: Path) -> Iterator[Callable[[list[str]], object]]:
    book = Workbook(write_only=True)
    yield book.create_sheet().append
    with target.open("wb") as file:
        book.save(file)


def guarded(text: str) -> str:
    """An apostrophe before what a spreadsheet would take for a formula, or a reader for something else."""
    return text if plain_cell(text) == (text, None) else f"'{text}"


Cell = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: its name (31 characters at most), a head, and rows. Numbers stay numbers."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """An XLSX file of several sheets; every text is guarded, so that nothing becomes a formula."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.name[:LONGEST_SHEET_NAME])
        page.append([guarded(title) for title in sheet.head])
        for row in sheet.rows:
            page.append([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def csv_bytes(sheet: Sheet) -> bytes:
    """A sheet as CSV in UTF-8 with mark, guarded like every table."""
    kept = io.StringIO(newline="")
    write = csv.writer(kept, lineterminator="\r\n").writerow
    write([guarded(title) for title in sheet.head])
    for row in sheet.rows:
        write([guarded(cell) if isinstance(cell, str) else "" if cell is None else str(cell) for cell in row])
    return kept.getvalue().encode("utf-8-sig")
