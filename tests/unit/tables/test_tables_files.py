"""Files as people send them: what is read, and what is refused as a whole with nothing of it used."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from tables_help import NUMBER, csv_file

from jiexu.gateways.tables import TableError, read_rows
from jiexu.gateways.tables.columns import Column
from jiexu.gateways.tables.reading import open_table

COLUMNS = (Column("name", required=True), Column("document_number", required=True), Column("note"))
HEAD = "姓名,证件号码,备注"
LINE = f"张三,{NUMBER},好"
READ = [(2, {"name": "张三", "document_number": NUMBER, "note": "好"})]


def content(source: Path) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, dict(row.cells)) for row in read_rows(source, columns=COLUMNS)]


def refused(file: Path) -> TableError:
    with pytest.raises(TableError) as error:
        content(file)
    return error.value


def book(folder: Path, *lines: list[object], above: int = 0) -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for _ in range(above):
        sheet.append([])
    for line in lines:
        sheet.append(line)
    file = folder / "table.xlsx"
    made.save(file)
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_delimiter_reads_the_same(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [HEAD.replace(",", delimiter), LINE.replace(",", delimiter)]
    assert content(csv_file(tmp_path, lines, encoding=encoding)) == READ


@pytest.mark.parametrize(
    "head",
    [
        "姓名,证件号码,备注",
        " 姓 名 *,证件号码（必填）,备注[可空]",
        "name,document number,note",
        "NAME,Document_Number,Note",
        '"姓名","document-number","备注："',
    ],
)
def test_headers_are_known_in_both_languages_however_they_are_dressed(tmp_path: Path, head: str) -> None:
    assert content(csv_file(tmp_path, [head, LINE])) == READ


def test_rare_characters_of_four_bytes_survive_gb18030(tmp_path: Path) -> None:
    file = csv_file(tmp_path, [HEAD, f"王\U00020bb7㛃,{NUMBER},"], encoding="gb18030")
    assert content(file)[0][1]["name"] == "王\U00020bb7㛃"


def test_rows_are_numbered_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    lines = ["转移申请表（十一月）", "", HEAD, f'"张\n三",{NUMBER},', "", ",,", LINE]
    assert [number for number, _ in content(csv_file(tmp_path, lines))] == [4, 7]


def test_a_spreadsheet_reads_as_people_see_it(tmp_path: Path) -> None:
    file = book(
        tmp_path,
        ["姓名", "证件号码", "备注"],
        ["张三", NUMBER, 12.3],
        ["李四", NUMBER, datetime(2026, 11, 23)],  # noqa: DTZ001  # a cell has no zone
        above=2,
    )
    assert [(number, cells["note"]) for number, cells in content(file)] == [(4, "12.3"), (5, "2026-11-23")]


def test_a_computed_cell_shows_the_fifteen_digits_of_a_spreadsheet(tmp_path: Path) -> None:
    file = book(tmp_path, ["姓名", "证件号码", "备注"], ["张三", NUMBER, 0.1 + 0.2], ["李四", NUMBER, True])
    assert [cells["note"] for _, cells in content(file)] == ["0.3", "True"]


def test_cells_that_are_no_plain_text_are_faults_of_their_row_only(tmp_path: Path) -> None:
    file = book(
        tmp_path,
        ["姓名", "证件号码", "备注"],
        ["=A1", NUMBER, ""],
        ["张三", 10**17, "#N/A"],
        ["李四", NUMBER, "'=是文字"],
    )
    rows = list(read_rows(file, columns=COLUMNS))
    assert [(fault.row, fault.column, fault.code) for row in rows for fault in row.faults] == [
        (2, "姓名", "cell_formula"),
        (3, "证件号码", "number_rounded"),
        (3, "备注", "cell_error"),
    ]
    assert rows[2].cells["note"] == "=是文字"


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd"])
def test_what_a_spreadsheet_would_compute_is_refused(tmp_path: Path, cell: str) -> None:
    row = next(read_rows(csv_file(tmp_path, [HEAD, f'{cell},{NUMBER},""']), columns=COLUMNS))
    assert [fault.code for fault in row.faults] == ["cell_formula"]


@pytest.mark.parametrize("cell", ["-12.50", "+86 138 0000 0000", "-1.2E5", "－", "a=b"])
def test_signed_numbers_and_lone_dashes_are_no_formulas(tmp_path: Path, cell: str) -> None:
    row = next(read_rows(csv_file(tmp_path, [HEAD, f"张三,{NUMBER},{cell}"]), columns=COLUMNS))
    assert row.faults == ()


def test_a_row_longer_than_the_header_has_slipped(tmp_path: Path) -> None:
    row = next(read_rows(csv_file(tmp_path, [HEAD, LINE + ",多"]), columns=COLUMNS))
    assert [(fault.code, fault.value) for fault in row.faults] == [("row_too_long", "多")]


def test_columns_that_mean_nothing_here_are_named_and_not_read(tmp_path: Path) -> None:
    with open_table(csv_file(tmp_path, [HEAD + ",场景", LINE + ",死亡"]), columns=COLUMNS) as table:
        assert table.header.unread == ("场景",)
        assert [set(row.cells) for row in table.rows] == [{"name", "document_number", "note"}]


def test_standard_input_is_read_like_a_file() -> None:
    given = io.BytesIO(f"{HEAD}\n{LINE}\n".encode("gb18030"))
    assert [(row.number, dict(row.cells)) for row in read_rows("-", columns=COLUMNS, stdin=given)] == READ


def test_the_second_sheet_is_read_when_only_it_has_the_header(tmp_path: Path) -> None:
    made = Workbook()
    assert made.active is not None
    made.active.append(["填表说明"])
    second = made.create_sheet()
    for line in (HEAD, LINE):
        second.append(line.split(","))
    made.save(tmp_path / "two.xlsx")
    assert content(tmp_path / "two.xlsx") == READ


UTF8 = f"{HEAD}\n{LINE}\n".encode()
BAD_FILES = {
    "empty": (b"", "file_empty"),
    "only blank lines": (b"\n\n,,\n", "file_empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\0", "not_a_table"),
    "a web page": (b"<html><table>", "not_a_table"),
    "a printed page": (b"%PDF-1.7", "not_a_table"),
    "json": (b'{"a": 1}', "not_a_table"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
    "UTF-16": (f"{HEAD}\n".encode("utf-16"), "encoding_other"),
    "no encoding we know": (b"a,b\n\xff\xff\xff\n", "encoding_other"),
    "a damaged byte in UTF-8": (UTF8 + "李四".encode()[:-1] + b",1,\n", "encoding_damaged"),
    "cut inside a character": (UTF8 + "李四".encode()[:-1], "cut_in_character"),
    "cut inside a row": (UTF8 + "李四,00".encode(), "cut_in_row"),
    "an open quotation mark": (UTF8 + '"李四,1,\n'.encode(), "quote_open"),
    "text after a quotation mark": (UTF8 + '"李"四,1,\n'.encode(), "quote_inside"),
    "a cell too large": (UTF8 + b"a" * 40_000 + b",1,\n", "cell_too_large"),
    "a quotation mark that swallows the file": (UTF8 + b'"' + b"a,b\n" * 50_000, "cell_too_large"),
    "no line breaks": (UTF8 + b"a," * (1 << 20), "line_too_long"),
    "another table": ("编号,金额\n1,2\n".encode(), "header_missing"),
    "no header": (f"{LINE}\n".encode(), "header_missing"),
    "a header twice": ("姓名,证件号码,name\na,b,c\n".encode(), "header_twice"),
    "not an XLSX inside": (b"PK\x03\x04rest", "xlsx_broken"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_used_is_refused_as_a_whole(tmp_path: Path, name: str) -> None:
    file = tmp_path / "table"
    file.write_bytes(BAD_FILES[name][0])
    error = refused(file)
    assert error.code == BAD_FILES[name][1]
    assert "table" in error.sentence("zh")
    assert "table" in error.sentence("en")


def test_a_missing_header_lists_what_was_found_and_what_may_be_written(tmp_path: Path) -> None:
    sentence = refused(csv_file(tmp_path, ["姓名,号码", "张三,1"])).sentence("zh")
    assert "第 1 行的表头缺少：证件号码；找到的是：姓名、号码；还可以用这些列名：证件号码、备注。" in sentence


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    assert refused(tmp_path / "no.csv").code == "file_unreadable"


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.99])
def test_a_truncated_spreadsheet_gives_nothing(tmp_path: Path, kept: float) -> None:
    whole = book(tmp_path, HEAD.split(","), *[LINE.split(",")] * 50).read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole[: int(len(whole) * kept)])
    assert refused(cut).code == "xlsx_broken"


@pytest.mark.parametrize(
    ("part", "bytes_", "code"),
    [
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>", "xlsx_broken"),
        ("xl/worksheets/sheet1.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>', "xlsx_broken"),
        ("xl/workbook.xml", None, "not_a_table"),
    ],
)
def test_a_damaged_spreadsheet_gives_nothing(
    tmp_path: Path, part: str, bytes_: bytes | None, code: str
) -> None:
    whole = book(tmp_path, HEAD.split(","), LINE.split(","))
    bad = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(bad, "w") as after:
        for name in before.namelist():
            body = bytes_ if name == part else before.read(name)
            if body is not None:
                after.writestr(name, body)
    assert refused(bad).code == code


def test_reading_a_large_file_does_not_need_more_memory_than_a_small_one(tmp_path: Path) -> None:
    def peak(lines: int) -> int:
        file = tmp_path / f"{lines}.csv"
        with file.open("w", encoding="utf-8") as out:
            out.write(HEAD + "\n")
            out.writelines(f"{LINE}{'好' * 200}\n" for _ in range(lines))
        tracemalloc.start()
        count = sum(1 for _ in read_rows(file, columns=COLUMNS))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == lines
        return most

    assert peak(24_000) < peak(6_000) + 200_000
