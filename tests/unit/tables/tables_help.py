"""What the tests of tables share: one good row of each kind, files made at run time, and faults in short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.tables import Context, FaultyRow, Row
from jiexu.values.citizen import make_synthetic

TODAY = date(2026, 11, 23)
DEMONSTRATION = Context(areas=areas(), today=TODAY, demonstration=True)
BORN = date(1988, 3, 5)
NUMBER = make_synthetic(BORN, 20)
OTHER_NUMBER = make_synthetic(date(1991, 7, 30), 41)

APPLICATION = {
    "name": "周小川",
    "document_number": NUMBER,
    "origin": "曲靖",
    "destination": "成都",
    "from_scheme": "职工",
    "to_scheme": "职工",
    "consent": "是",
}
PERSON = {
    "name": "周小川",
    "document_number": NUMBER,
    "area": "530300",
    "scheme": "职工",
    "status": "停保",
    "since": "2012-07-01",
    "stopped_on": "2026-10-31",
    "paid": "2012-07..2019-12;2020-03..2026-10",
    "this_year": "1200.50",
    "earlier_years": "2008.05",
}
EVENT = {
    "on": "2026-12-03",
    "document_number": NUMBER,
    "origin": "曲靖",
    "destination": "成都",
    "event": "退汇",
}


def row(number: int, cells: dict[str, str]) -> Row:
    """A row as the reader hands it on; headers are the names of the columns."""
    return Row(number, dict(cells), {name: name for name in cells})


def rows(*cells: dict[str, str]) -> list[Row]:
    """Rows from number 2 on, as below a header."""
    return [row(number, each) for number, each in enumerate(cells, start=2)]


def codes(results: Iterable[object]) -> list[str]:
    """``row.column code`` of every fault."""
    return [
        f"{fault.row}.{fault.column} {fault.code}"
        for result in results
        if isinstance(result, FaultyRow)
        for fault in result.faults
    ]


def csv_file(folder: Path, lines: Sequence[str], *, encoding: str = "utf-8") -> Path:
    file = folder / "table.csv"
    file.write_bytes("\n".join([*lines, ""]).encode(encoding))
    return file
