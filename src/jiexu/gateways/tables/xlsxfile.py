"""XLSX, read without building the workbook; the spreadsheet's own table of texts is all that stays in memory."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, BinaryIO
from xml.parsers import expat

from openpyxl import load_workbook

from jiexu.gateways.tables.faults import TableError

MAX_TEXTS = 256 << 20
"""Bytes of the shared texts, unpacked. openpyxl keeps them in memory; a larger table is better sent as CSV."""
MAX_SHEET = 4 << 30
CHUNK = 1 << 20
EXACT = 10**15
"""From here on a spreadsheet has rounded: it keeps 15 digits."""


class Marked(str):
    """The text of a cell that is no plain text; ``code`` names what it is in ``texts/tables.yaml``."""

    __slots__ = ("code",)
    code: str

    @classmethod
    def of(cls, code: str, text: object) -> Marked:
        marked = cls(text)
        marked.code = code
        return marked


def check(file: BinaryIO, *, name: str) -> None:
    """Unpack everything once and look whether it is whole and well-formed. Raises TableError."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            listed = {each.filename: each for each in packed.infolist()}
            if "xl/workbook.xml" not in listed:
                raise TableError("not_a_table", file=name)
            for path, each in listed.items():
                limit = MAX_TEXTS if path == "xl/sharedStrings.xml" else MAX_SHEET
                if each.file_size > limit:
                    raise TableError("xlsx_too_large", file=name, megabytes=limit >> 20)
                if path.endswith((".xml", ".rels")):
                    _well_formed(packed.open(each))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, expat.ExpatError):
        raise TableError("xlsx_broken", file=name) from None


def _well_formed(part: IO[bytes]) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_doctype
    with part:
        while chunk := part.read(CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _no_doctype(*_: object) -> None:
    raise expat.ExpatError("a spreadsheet has no document type")


def records(file: BinaryIO, *, name: str) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """The rows of each sheet in order. Raises TableError where openpyxl cannot read the workbook."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # openpyxl warns of styles and validations, which nobody reads here
            book = load_workbook(file, read_only=True)
    except Exception:  # noqa: BLE001  # openpyxl raises whatever its parsers meet; all of it is a damaged file
        raise TableError("xlsx_broken", file=name) from None
    for sheet in book.worksheets:
        if hasattr(sheet, "reset_dimensions"):
            sheet.reset_dimensions()
        yield _rows(sheet.iter_rows(), name=name)


def _rows(rows: Iterator[tuple[object, ...]], *, name: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                cells = next(rows, None)
        except Exception:  # noqa: BLE001  # as above: whatever it meets, the file is damaged
            raise TableError("xlsx_broken", file=name) from None
        if cells is None:
            return
        number += 1
        yield number, [_text(cell) for cell in cells]


def _text(cell: object) -> str:
    """What a person sees in a cell, or what marks it as no plain text."""
    value = getattr(cell, "value", None)
    match getattr(cell, "data_type", "n"):
        case "f":
            return Marked.of("cell_formula", getattr(value, "text", value))
        case "e":
            return Marked.of("cell_error", value)
    if isinstance(value, datetime | date):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = (
            str(value) if isinstance(value, int) else f"{value:.15g}"
        )  # as many digits as a spreadsheet keeps
        return Marked.of("number_rounded", text) if abs(value) >= EXACT else text
    return "" if value is None else str(value)
