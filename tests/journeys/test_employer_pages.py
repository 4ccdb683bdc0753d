"""An employer by its pages: its own members only, a spreadsheet looked at row by row, sent in parts, and what came of it."""

from __future__ import annotations

import html
import io
import time
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiexu.gateways.tables.applications import COLUMNS
from jiexu.gateways.tables.writing import Sheet, csv_bytes, workbook
from jiexu.texts import say
from jiexu.usecases import employers
from jiexu.usecases.doors import Role, Subject
from own_cast import CHENGDU, EMPLOYER, OTHER_EMPLOYER, Town, town

OURS = tuple(f"员工{number:03d}" for number in range(500))
THEIRS, RUNNING = "别家的人", "没停保的人"
TITLES = {column.name: column.title("zh") for column in COLUMNS}
HEAD = ("name", "document_number", "origin", "destination", "from_scheme", "to_scheme", "consent")


@pytest.fixture(scope="module")
def place(postgres: Any) -> Iterator[Town]:
    with town(postgres, "employer") as made:
        made.settle(OURS)
        made.settle([RUNNING], stopped=False)
        made.settle([THEIRS], employer=OTHER_EMPLOYER)
        made.grants["单位"] = made.grant("单位", Role.EMPLOYER, Subject(CHENGDU, EMPLOYER))
        made.grants["别家"] = made.grant("别家", Role.EMPLOYER, Subject(CHENGDU, OTHER_EMPLOYER))
        yield made


def line(place: Town, who: str, **other: str) -> list[str]:
    told = {
        "name": who,
        "document_number": place.numbers[who],
        "origin": "曲靖",
        "destination": "成都",
        "from_scheme": "职工",
        "to_scheme": "职工",
        "consent": "是",
    }
    return [{**told, **other}[word] for word in HEAD]


def upload(window: Client, grant: int, rows: Sequence[Sequence[str]], *, xlsx: bool = False) -> Any:
    sheet = Sheet("人", [TITLES[word] for word in HEAD], rows)
    content, name = (workbook([sheet]), "a.xlsx") if xlsx else (csv_bytes(sheet), "a.csv")
    return window.post(f"/my/{grant}/members/upload/", {"file": SimpleUploadedFile(name, content)})


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_every_row_is_answered_before_anything_is_sent_and_one_bad_row_stops_nothing(place: Town) -> None:
    """S001-122: an employer applies for one, and what would refuse the others is said of each."""
    grant, window = place.grants["单位"], place.window("单位")
    rows = [
        line(place, OURS[0]),
        line(place, THEIRS),
        line(place, RUNNING),
        line(place, OURS[1], origin="没有这个地方"),
        line(place, OURS[2], consent="否"),
        line(place, OURS[3], destination="广州"),
        line(place, OURS[4], name="别的名字"),
    ]
    answer = upload(window, grant, rows, xlsx=True)
    assert answer.status_code == 303
    page = text(window.get(answer.url))
    for key in ("not_member", "no_consent", "other_agency"):
        assert say("en", f"pages_employer.{key}") in page
    assert say("en", "refusals.NA-01_cure") in page
    assert say("en", "refusals.NA-08") in page
    assert place.numbers[OURS[0]] not in page, "no whole number on the page"
    assert place.rows("SELECT count(*) FROM file") == [(0,)], "nothing is sent before it was seen"
    assert place.rows("SELECT found, count(*) FROM employer_row r JOIN employer_batch b ON b.id = r.batch AND b.id = %s GROUP BY 1 ORDER BY 1", str(answer.url).split("/")[-2]) == [
        ("faulty", 1), ("not_member", 1), ("ok", 1), ("problem", 4)
    ]  # fmt: skip
    assert window.post(f"{answer.url}send/", {}).status_code == 303
    assert place.rows("SELECT count(*) FROM file") == [(0,)], "without the tick nothing is sent"
    window.post(f"{answer.url}send/", {"agree": "yes"})
    assert say("en", "pages_employer.batch_done_h") in text(window.get(answer.url))
    assert place.rows("SELECT name, asked->>'applicant', asked->>'employer' FROM file") == [
        (OURS[0], "employer", EMPLOYER)
    ]
    again = upload(window, grant, [line(place, OURS[0])])
    assert say("en", "pages_employer.outcome_open") in text(window.get(again.url))


def test_five_hundred_rows_take_seconds_and_go_on_after_a_restart(place: Town) -> None:
    """S001-122: an employer applies for many at once."""
    grant, window = place.grants["单位"], place.window("单位")
    began = time.monotonic()
    answer = upload(window, grant, [line(place, name) for name in OURS])
    page = text(window.get(answer.url))
    assert time.monotonic() - began < 60
    assert say("en", "pages_employer.send", n=499) in page
    assert len(answer.content) + len(page.encode()) < 1_000_000
    window.post(f"{answer.url}send/", {"agree": "yes"})
    shown = window.get(answer.url)
    assert shown.headers["Refresh"], "a browser without scripts looks again by itself"
    assert say("en", "pages_employer.progress", done=employers.PART, n=499) in text(shown)
    # Another window of the same account, as after a restart of server and browser: it goes on.
    other = place.window("单位")
    for _ in range(4):
        shown = other.get(answer.url)
    assert "Refresh" not in shown.headers
    assert say("en", "pages_employer.batch_done_h") in text(shown)
    [(cases, open_cases)] = place.rows(
        "SELECT count(*), count(DISTINCT person) FROM file WHERE side = 'destination'"
    )
    assert cases == open_cases == 500
    listed = text(window.get(f"/my/{grant}/members/"))
    assert OURS[0] in listed
    assert THEIRS not in listed


def test_the_result_is_a_table_in_which_nothing_becomes_a_formula(place: Town) -> None:
    grant, window = place.grants["单位"], place.window("单位")
    answer = upload(
        window, grant, [line(place, THEIRS, name="=HYPERLINK(1)"), line(place, THEIRS, name="+SUM(1)")]
    )
    for kind in ("csv", "xlsx"):
        got = window.get(f"{answer.url}result.{kind}")
        assert got.status_code == 200
        if kind == "csv":
            cells = [cell for row in got.content.decode("utf-8-sig").splitlines() for cell in row.split(",")]
        else:
            sheet = openpyxl.load_workbook(io.BytesIO(got.content)).active
            cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.data_type != "n"]
            assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "@"))]


def test_the_template_is_read_by_what_reads_every_file(place: Town) -> None:
    grant, window = place.grants["单位"], place.window("单位")
    for lang in ("zh", "en"):
        for kind in ("xlsx", "csv"):
            got = window.get(f"/my/{grant}/members/template.{kind}?lang={lang}")
            answer = window.post(
                f"/my/{grant}/members/upload/", {"file": SimpleUploadedFile(f"t.{kind}", got.content)}
            )
            assert answer.status_code == 422
            assert say(lang, "pages_employer.no_rows") in text(answer), "the headers are known"
    for wrong in (b"", b"%PDF-1.7 no table", b"PK\x03\x04 broken"):
        answer = window.post(f"/my/{grant}/members/upload/", {"file": SimpleUploadedFile("x.xlsx", wrong)})
        assert answer.status_code == 422


def test_another_employers_spreadsheet_is_no_page(place: Town) -> None:
    mine, theirs = place.grants["单位"], place.grants["别家"]
    answer = upload(place.window("单位"), mine, [line(place, OURS[0])])
    number = str(answer.url).split("/")[-2]
    other = place.window("别家")
    for address in (
        f"/my/{mine}/members/",
        answer.url,
        f"/my/{theirs}/members/files/{number}/",
        f"/my/{theirs}/members/files/{number}/result.csv",
    ):
        assert other.get(address).status_code == 404
    assert other.post(f"/my/{theirs}/members/files/{number}/send/", {"agree": "yes"}).status_code == 404
    assert other.get(f"/my/{theirs}/apply/").status_code == 404
    assert THEIRS in text(other.get(f"/my/{theirs}/members/"))
    assert place.rows("SELECT DISTINCT role, what FROM look WHERE looked_by = '别家'") == [
        ("employer", "list")
    ]
