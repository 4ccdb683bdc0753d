"""One way into every table: the kind of file is seen from its content, rows come one by one."""

from __future__ import annotations

import io
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from jiexu.gateways.tables import csvfile, xlsxfile
from jiexu.gateways.tables.columns import Column, Header, find_header
from jiexu.gateways.tables.csvfile import Record
from jiexu.gateways.tables.faults import RowFault, TableError, shown

Source = Path | str
"""A file, or ``-`` for what is given on standard input."""
Unread = Callable[[tuple[str, ...]], None]
"""Is told the headers of columns that mean nothing here."""

FIRST_ROWS = 10
"""The header stands in one of the first rows."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_FORMULA = re.compile(r"[=@]|[+\-](?![0-9.,\s-]*(?:[eE][+\-]?[0-9]+)?\s*元?$)")
"""What a spreadsheet would take for a formula; a number with its sign is none."""
_DASHES = frozenset("-–—−")
_MARKS = _DASHES | frozenset("'=@+")
"""A text that begins with none of these is what it says."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``number``: as the spreadsheet shows it. ``cells``: column name → text without outer spaces;
    a column the file does not have is missing. ``faults``: cells that are no plain text."""

    number: int
    cells: Mapping[str, str]
    titles: Mapping[str, str]
    faults: tuple[RowFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """An open table whose file was read through once and is sound. ``rows`` can be walked once."""

    header: Header
    rows: Iterator[Row]


def read_rows(
    source: Source,
    *,
    columns: Sequence[Column],
    stdin: BinaryIO | None = None,
    unread: Unread | None = None,
) -> Iterator[Row]:
    """The rows of a CSV or XLSX file one by one, blank ones left out; memory does not grow with the file.

    ``unread`` is told the headers of columns that are not read, before the first row, where there are any. Raises TableError before the first row where the file as a whole cannot be used.
    """
    with open_table(source, columns=columns, stdin=stdin) as table:
        if unread is not None and table.header.unread:
            unread(table.header.unread)
        yield from table.rows


@contextmanager
def open_table(
    source: Source, *, columns: Sequence[Column], stdin: BinaryIO | None = None
) -> Iterator[Table]:
    """As ``read_rows``, with the header that was found beside the rows. Raises TableError."""
    name = "-" if source == "-" else Path(source).name
    with _bytes(source, stdin, name=name) as file:
        head = file.read(8)
        if not head:
            raise TableError("file_empty", file=name)
        if head.startswith(_OLD_EXCEL):
            raise TableError("old_excel", file=name)
        if head.lstrip().startswith((b"<", b"%PDF", b"{")):
            raise TableError("not_a_table", file=name)
        if head.startswith(b"PK"):
            yield _xlsx(file, columns, name=name)
        else:
            encoding = csvfile.encoding_of(file, name=name)
            with io.TextIOWrapper(file, encoding=encoding, newline="") as text:
                yield _csv(file, text, columns, name=name)


@contextmanager
def _bytes(source: Source, stdin: BinaryIO | None, *, name: str) -> Iterator[BinaryIO]:
    """The file for reading from anywhere; standard input is put aside first, on disk."""
    if source == "-":
        with tempfile.TemporaryFile() as kept:
            shutil.copyfileobj(stdin or sys.stdin.buffer, kept)
            kept.seek(0)
            yield kept
        return
    try:
        file = Path(source).open("rb")  # noqa: SIM115  # closed by the with below
    except OSError as error:
        raise TableError("file_unreadable", file=name, reason=error.strerror or str(error)) from None
    with file:
        yield file


def _csv(file: BinaryIO, text: io.TextIOWrapper, columns: Sequence[Column], *, name: str) -> Table:
    delimiter = csvfile.delimiter_of(text, columns)
    again = partial(csvfile.records, text, delimiter, name=name)
    header = find_header(list(islice(again(), FIRST_ROWS)), columns, file=name)
    csvfile.check(again(), file, width=header.width, name=name)
    return Table(header, _rows(again(), header))


def _xlsx(file: BinaryIO, columns: Sequence[Column], *, name: str) -> Table:
    """The first sheet whose header is complete; where none is, the first sheet says what is missing."""
    xlsxfile.check(file, name=name)
    refused = TableError("file_empty", file=name)
    for number, sheet in enumerate(xlsxfile.records(file, name=name)):
        first = list(islice(sheet, FIRST_ROWS))
        try:
            header = find_header(first, columns, file=name)
        except TableError as error:
            refused = error if number == 0 or refused.code == "file_empty" else refused
            continue
        return Table(header, _rows(chain(first, sheet), header))
    raise refused


def _rows(records: Iterator[Record], header: Header) -> Iterator[Row]:
    for number, cells in records:
        if number > header.row and any(cell.strip() for cell in cells):
            yield _row(number, cells, header)


def _row(number: int, cells: Sequence[str], header: Header) -> Row:
    kept: dict[str, str] = {}
    faults = []
    for place, name in header.places.items():
        cell = cells[place] if place < len(cells) else ""
        kept[name], code = plain_cell(cell)
        if code:
            faults.append(RowFault(number, header.titles[name], shown(cell), code))
    beyond = [cell for cell in cells[header.width :] if cell.strip()]
    if beyond:
        faults.append(RowFault(number, "", shown(beyond[0]), "row_too_long", {"columns": header.width}))
    return Row(number, kept, header.titles, tuple(faults))


def plain_cell(cell: str) -> tuple[str, str | None]:
    """The text of a cell, and the code of what is wrong with it: formulas are refused unless an apostrophe
    makes them text. A dash alone means empty."""
    if isinstance(cell, xlsxfile.Marked):
        return str(cell), cell.code
    text = cell.strip()
    if text[:1] not in _MARKS:
        return text, None
    if text in _DASHES:
        return "", None
    if text.startswith("'"):
        return text[1:].strip(), None
    return text, "cell_formula" if _FORMULA.match(text) else None
