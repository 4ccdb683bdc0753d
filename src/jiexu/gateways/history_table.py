"""The months of one person from a spreadsheet: one row a place and scheme, with the columns of the people file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jiexu.gateways.tables.cells import RowReader, months
from jiexu.gateways.tables.columns import Column
from jiexu.gateways.tables.reading import Row, read_rows
from jiexu.gateways.tables.vocabulary import SCHEMES
from jiexu.guide.situation import Stretch
from jiexu.records.record import MonthKind
from jiexu.values.errors import ValueFault
from jiexu.values.month import Month

COLUMNS = (
    Column("area", required=True, also=("统筹区", "统筹地区", "地方", "place")),
    Column("scheme", required=True, also=("参保险种",)),
    Column("paid", also=("实缴月份", "月份", "months", "paid months")),
    Column("deemed", also=("视同月份", "deemed months")),
    Column("made_up", also=("补缴", "made-up months")),
)
REQUIRED = frozenset(column.name for column in COLUMNS if column.required)


class HistoryError(ValueFault):
    """A cell of the table cannot be read."""


def read_history(file: Path) -> tuple[Stretch, ...]:
    """Every stretch of a CSV or XLSX file. Raises TableError for the file, HistoryError for the first wrong row."""
    return tuple(stretch for row in read_rows(file, columns=COLUMNS) for stretch in _stretches(row))


def _stretches(row: Row) -> Iterator[Stretch]:
    reader = RowReader(row, required=REQUIRED)
    scheme = reader.read("scheme", SCHEMES.read)
    held = {kind: reader.optional(kind.value, months) for kind in MonthKind}
    if reader.faults:
        fault = reader.faults[0]
        raise HistoryError(
            "history_cell",
            "Row {row}, column “{column}” holds “{value}”, which cannot be read; correct the cell.",
            row=fault.row,
            column=fault.column,
            value=fault.value,
        )
    for kind, counted in held.items():
        for first, last in [] if counted is None else counted.to_json():
            yield Stretch(reader.text("area"), scheme, Month.parse(first), Month.parse(last), kind)
