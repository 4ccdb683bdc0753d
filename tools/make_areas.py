"""Make ``policy/areas/divisions.csv`` from the public-domain table of administrative divisions.

    python tools/make_areas.py path/to/divisions.csv [--out policy/areas/divisions.csv]

Reads the table of yescallop/areacodes (CC0: every GB/T 2260 code since 1981 with its years and successors) and
writes our own: levels and parents as codes, successors of retired prefectures derived where the source has none,
pinyin, initials and short names added. The same input always gives the same bytes. What was dropped is printed.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from area_names import ENGLISH, learn_readings, short_name, syllables

HEADER = ["代码", "一级行政区", "二级行政区", "名称", "级别", "状态", "启用时间", "变更/弃用时间", "新代码"]
COLUMNS = [
    "code", "name", "level", "parent_code", "from_year", "until_year", "successors", "successors_basis",
    "pinyin", "initials", "short_name", "english",
]  # fmt: skip
LEVELS = {"省级": "province", "地级": "prefecture", "县级": "county"}
NO_PREFECTURE = "直辖"
SUCCESSOR = re.compile(r"(\d{6})(?:\[(\d{4})\])?")
STILL = 9999
DEFAULT_OUT = Path(__file__).parents[1] / "policy" / "areas" / "divisions.csv"


@dataclass
class Row:
    """One code over one period, from the first year (inclusive) to the last (exclusive)."""

    code: str
    province: str
    prefecture: str
    name: str
    level: str
    since: int
    until: int
    successors: list[str]
    parted: int
    basis: str = ""
    parent: str = ""


@dataclass
class Table:
    """All rows with the indexes the derivations need."""

    rows: list[Row]
    by_code: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    dropped: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for row in self.rows:
            self.by_code[row.code].append(row)

    def at(self, code: str, year: int) -> Row | None:
        """The row of a code in a year, the newer one in a year of change."""
        fitting = [row for row in self.by_code[code] if row.since <= year < row.until]
        return max(fitting, key=lambda row: row.since, default=None)


def read(path: Path) -> Table:
    """The source rows. Ends with a sentence where the file is not the table we know."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    if not lines or lines[0] != HEADER:
        sys.exit(
            f"{path}: the first line is not {','.join(HEADER)}. Give the divisions table of yescallop/areacodes."
        )
    return Table([_row(path, number, line) for number, line in enumerate(lines[1:], start=2)])


def _row(path: Path, number: int, line: list[str]) -> Row:
    where = f"{path}, line {number}"
    if len(line) != len(HEADER):
        sys.exit(f"{where}: {len(line)} fields instead of {len(HEADER)}. Fetch the table again.")
    code, province, prefecture, name, level, _state, since, until, successors = line
    if level not in LEVELS or not re.fullmatch(r"\d{6}", code) or not since.isdigit():
        sys.exit(
            f"{where}: level {level!r}, code {code!r} or year {since!r} is not understood. Extend this tool."
        )
    whole, parted = [], 0
    for text in filter(None, successors.split(";")):
        match = SUCCESSOR.fullmatch(text)
        if match is None:
            sys.exit(f"{where}: successor {text!r} is not understood. Extend this tool.")
        # A code followed by a year received a part of the territory earlier; the code itself did not change.
        if match[2]:
            parted += 1
        else:
            whole.append(match[1])
    return Row(code=code, province=province, prefecture=prefecture, name=name, level=LEVELS[level], since=int(since),
               until=int(until) if until else STILL, successors=whole, parted=parted, basis="listed" if whole else "")  # fmt: skip


def set_parents(table: Table) -> None:
    """Province of every prefecture, prefecture (or province, where there is none) of every county."""
    for row in table.rows:
        province = row.code[:2] + "0000"
        if row.level == "prefecture" or (row.level == "county" and row.prefecture == NO_PREFECTURE):
            row.parent = province
        elif row.level == "county":
            row.parent = row.code[:4] + "00"
            above = [
                p
                for p in table.by_code[row.parent]
                if p.name == row.prefecture and p.since < row.until and row.since < p.until
            ]
            if not above:
                sys.exit(
                    f"{row.code} {row.name}: no prefecture {row.prefecture} with code {row.parent}. Extend this tool."
                )


def derive_successors(table: Table) -> None:
    """Successors of retired prefectures: where the counties below that changed with them went."""
    for row in table.rows:
        if row.level == "prefecture" and row.until != STILL and not row.successors:
            row.successors = sorted(_taken_over_by(table, row))
            row.basis = "derived" if row.successors else ""


def _taken_over_by(table: Table, retired: Row) -> set[str]:
    below = [
        row
        for row in table.rows
        if row.parent == retired.code and row.level == "county" and row.prefecture == retired.name
    ]
    last = [row for row in below if row.until == retired.until]
    homes = {home for row in last for code in row.successors for home in _homes(table, code, retired.until)}
    if not homes and table.at(retired.code, retired.until):
        return {retired.code}  # renamed, with no county below
    return homes


def _homes(table: Table, code: str, year: int) -> set[str]:
    """The prefecture of a county code in a year; the county itself where no prefecture stands above it."""
    row = table.at(code, year)
    if row is None:
        return set()
    if (
        row.prefecture == NO_PREFECTURE
        and table.at(row.parent, year)
        and row.code[:2] not in {"11", "12", "31", "50"}
    ):
        return {row.code}
    return {row.parent}


def write(table: Table) -> str:
    """Our table as text, sorted by code and first year."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in sorted(table.rows, key=lambda row: (row.code, row.since)):
        short = short_name(row.name)
        read_as = syllables(row.name)
        writer.writerow([
            row.code, row.name, row.level, row.parent, row.since, "" if row.until == STILL else row.until,
            ";".join(row.successors), row.basis, " ".join(read_as), "".join(part[0] for part in read_as[: len(short)]),
            short, ENGLISH.get(short, "") if row.level != "county" else "",
        ])  # fmt: skip
    return out.getvalue()


def report(table: Table) -> None:
    """Counts, and what of the source is not carried over and why."""
    rows = table.rows
    now = Counter(row.level for row in rows if row.until == STILL)
    retired = [row for row in rows if row.level == "prefecture" and row.until != STILL]
    derived = [row for row in retired if row.basis == "derived"]
    print(f"{len(rows)} rows, {len(table.by_code)} codes; in force: {dict(sorted(now.items()))}")
    print(f"codes with several rows: {sum(len(same) > 1 for same in table.by_code.values())}")
    print(f"retired prefecture rows: {len(retired)}; successors derived for {len(derived)}, "
          f"of these split: {sum(len(row.successors) > 1 for row in derived)}")  # fmt: skip
    print(
        "since 2000, split: "
        + ", ".join(
            f"{r.code} {r.name} -> {';'.join(r.successors)}"
            for r in derived
            if r.until >= 2000 and len(r.successors) > 1
        )
    )
    print(
        "no successor found: "
        + (
            ", ".join(
                f"{r.code} {r.name} until {r.until}" for r in rows if r.until != STILL and not r.successors
            )
            or "none"
        )
    )
    print(f"dropped: the column of states (follows from the years); {sum(row.parted for row in rows)} notes of parts of a "
          f"territory that moved earlier, on {sum(row.parted > 0 for row in rows)} rows (the code itself did not change)")  # fmt: skip


def main() -> None:
    """Read, derive, write, report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, help="the divisions table of yescallop/areacodes, CSV")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT)
    given = parser.parse_args()
    learn_readings()
    table = read(given.source)
    set_parents(table)
    derive_successors(table)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(write(table), encoding="utf-8", newline="\n")
    report(table)


if __name__ == "__main__":
    main()
