"""CSV as it is found: UTF-8 with and without mark, GB18030; comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, TextIO

from jiexu.gateways.tables.columns import Column, by_header, plain_header
from jiexu.gateways.tables.faults import TableError

Record = tuple[int, list[str]]
"""Row number as a spreadsheet shows it, and the cells."""

CHUNK = 1 << 20
MAX_CELL = 32_767
"""What a cell of a spreadsheet holds at most; more is a quotation mark that was never closed."""
MAX_LINE = 1 << 20
DELIMITERS = (",", ";", "\t")
_OTHER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def encoding_of(file: BinaryIO, *, name: str) -> str:
    """``utf-8-sig`` (which also reads UTF-8 without mark) or ``gb18030``; the whole file is looked at.

    Raises TableError for another encoding, a damaged place, a file cut off inside a character, or binary data.
    """
    file.seek(0)
    head = file.read(4)
    if head.startswith(_OTHER_MARKS):
        raise TableError("encoding_other", file=name)
    broken = _undecodable(file, "utf-8", name=name)
    if broken is None:
        return "utf-8-sig"
    line, at_end = broken
    if at_end:
        raise TableError("cut_in_character", file=name, line=line)
    if head.startswith(codecs.BOM_UTF8) or _first_line_is_utf8(file):
        raise TableError("encoding_damaged", file=name, line=line)
    if _undecodable(file, "gb18030", name=name) is not None:
        raise TableError("encoding_other", file=name)
    return "gb18030"


def _undecodable(file: BinaryIO, encoding: str, *, name: str) -> tuple[int, bool] | None:
    """Line of the first bytes that do not fit, and whether the file merely ends inside them; None if all fit."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    line = 1
    while chunk := file.read(CHUNK):
        if b"\0" in chunk:
            raise TableError("not_a_table", file=name)
        try:
            line += decoder.decode(chunk).count("\n")
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n"), False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line, True
    return None


def _first_line_is_utf8(file: BinaryIO) -> bool:
    """Whether the first line holds Chinese in UTF-8: then a bad byte further down is damage, not GB18030."""
    file.seek(0)
    line = file.readline(CHUNK)
    try:
        return not line.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


def delimiter_of(text: TextIO, columns: Sequence[Column]) -> str:
    """The delimiter under which the first lines name most columns; a comma where none does."""
    known = by_header(columns)
    text.seek(0)
    lines = [text.readline(MAX_LINE) for _ in range(10)]

    def named(delimiter: str) -> int:
        return max(sum(plain_header(cell) in known for cell in line.split(delimiter)) for line in lines)

    return max(DELIMITERS, key=named)


def records(text: TextIO, delimiter: str, *, name: str) -> Iterator[Record]:
    """Every row with its number, blank ones included. Raises TableError where the file is malformed."""
    text.seek(0)
    row = 0
    reader = csv.reader(_lines(text, name=name), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            row += 1
            if max(map(len, cells), default=0) > MAX_CELL:
                raise TableError("cell_too_large", file=name, row=row, limit=MAX_CELL)
            yield row, cells
    except csv.Error as error:
        if "field larger" in str(error):
            raise TableError("cell_too_large", file=name, row=row + 1, limit=MAX_CELL) from None
        code = "quote_open" if "unexpected end" in str(error) else "quote_inside"
        raise TableError(code, file=name, row=row + 1) from None


def _lines(text: TextIO, *, name: str) -> Iterator[str]:
    """Lines of bounded length, so that a file without line breaks cannot fill the memory."""
    number = 0
    while line := text.readline(MAX_LINE):
        number += 1
        if len(line) >= MAX_LINE:
            raise TableError("line_too_long", file=name, line=number, limit=MAX_LINE)
        yield line


def check(rows: Iterable[Record], file: BinaryIO, *, width: int, name: str) -> None:
    """Read everything once, so that what is malformed at the end is known before the first row is used.

    A last row shorter than the header in a file without a last line break was cut off. Raises TableError.
    """
    row, cells = deque(rows, maxlen=1).pop()
    file.seek(-1, io.SEEK_END)
    if 0 < len(cells) < width and file.read(1) not in (b"\n", b"\r"):
        raise TableError("cut_in_row", file=name, row=row, cells=len(cells), columns=width)
