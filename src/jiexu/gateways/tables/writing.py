"""Writes the tables that the readers read: CSV in UTF-8 with mark, so that spreadsheets show Chinese, and XLSX."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

from openpyxl import Workbook

from jiexu.gateways.tables.columns import Column
from jiexu.gateways.tables.reading import plain_cell
from jiexu.texts import Lang


def write_rows(
    target: Path,
    rows: Iterable[Mapping[str, str]],
    *,
    columns: Sequence[Column],
    lang: Lang = "zh",
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
) -> int:
    """Write rows under the titles of a language and answer how many. XLSX where the name ends in .xlsx, else CSV.

    Every cell is text: numbers of documents keep their zeros, and nothing becomes a formula. The file appears
    when it is complete: nothing half written is left, also when the disk is full.
    """
    head = [column.title(lang) for column in columns]
    lines = ([_guarded(row.get(column.name, "")) for column in columns] for row in rows)
    part = target.with_name(f".{target.name}.part")
    try:
        if target.suffix.lower() == ".xlsx":
            written = _xlsx(part, chain([head], lines))
        else:
            written = _csv(part, chain([head], lines), encoding=encoding, delimiter=delimiter)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return written - 1


def _csv(target: Path, lines: Iterable[list[str]], *, encoding: str, delimiter: str) -> int:
    with target.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        return sum(1 for line in lines if writer.writerow(line))


def _xlsx(target: Path, lines: Iterable[list[str]]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    written = 0
    for line in lines:
        sheet.append(line)
        written += 1
    with target.open("wb") as file:
        book.save(file)
    return written


def _guarded(text: str) -> str:
    """An apostrophe before what a spreadsheet would take for a formula, or a reader for something else."""
    return text if plain_cell(text) == (text, None) else f"'{text}"
