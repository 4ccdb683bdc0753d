"""What becomes of a column whose header is not one of ours: nothing is lost in silence, nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiexu.gateways.tables import TableError, people, read_rows
from jiexu.gateways.tables.columns import nearest

WHOLE = "姓名,证件号码,参保地,险种,参保状态,参保日期"


def written(folder: Path, *more: str) -> Path:
    file = folder / "people.csv"
    cells = ",".join("x" for _ in (*WHOLE.split(","), *more))
    file.write_text(",".join((WHOLE, *more)) + f"\n{cells}\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("实缴", "实际缴费月份"),
        ("缴费月份", "实际缴费月份"),
        ("余额", "余额"),
        ("paid month", "paid"),
        ("证件类别", "证件类型"),
    ],
)
def test_a_header_that_is_nearly_ours_refuses_the_file_and_names_the_column_meant(
    tmp_path: Path, header: str, meant: str
) -> None:
    with pytest.raises(TableError) as refused:
        list(read_rows(written(tmp_path, header), columns=people.COLUMNS))
    assert refused.value.code == "header_resembles"
    assert f"“{header}”" in refused.value.sentence("zh")
    assert meant in refused.value.sentence("zh") + refused.value.sentence("en")


@pytest.mark.parametrize(
    "header", ["序号", "联系电话", "年龄", "单位名称", "停保原因", "email", "（实缴）", "[paid months?]"]
)
def test_a_header_that_means_something_else_is_not_read_and_is_told(tmp_path: Path, header: str) -> None:
    told: list[tuple[str, ...]] = []
    assert len(list(read_rows(written(tmp_path, header), columns=people.COLUMNS, unread=told.append))) == 1
    assert told == [(header,)]


def test_nothing_is_told_of_a_file_that_is_read_whole(tmp_path: Path) -> None:
    told: list[tuple[str, ...]] = []
    list(read_rows(written(tmp_path, "实缴月份"), columns=people.COLUMNS, unread=told.append))
    assert told == []


def test_a_column_that_stands_already_is_not_meant_again(tmp_path: Path) -> None:
    told: list[tuple[str, ...]] = []
    list(read_rows(written(tmp_path, "实缴月份", "实缴"), columns=people.COLUMNS, unread=told.append))
    assert told == [("实缴",)]


def test_no_column_resembles_nothing() -> None:
    assert nearest("", people.COLUMNS) == ()
