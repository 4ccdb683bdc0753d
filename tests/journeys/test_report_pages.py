"""Period reports: what heads of agencies ask for, worked out from stored rows, with the statement beside each number."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from django.test import Client
from openpyxl import load_workbook

from jiexu.exchange.payloads import Document
from jiexu.gateways.tables.writing import Sheet, csv_bytes, workbook
from jiexu.rules.inputs import Asked, Scheme
from jiexu.texts import say
from jiexu.usecases import banking, delivery
from jiexu.usecases.applications import ApplicationIn, take
from jiexu.usecases.doors import Role
from jiexu.usecases.people import load_people
from jiexu.usecases.reading import open_reader
from jiexu.usecases.reading.reports import report
from jiexu.usecases.running import Plan, go
from office_cast import CHENGDU, GUANGZHOU, QUJING, Office, lives, number_of, opened, text

BEGAN, LAST = date(2026, 11, 2), date(2026, 11, 20)
MONTH = "from=2026-11-01&to=2026-11-30"


@pytest.fixture(scope="module")
def office(postgres: Any) -> Iterator[Office]:
    """Two cases that ended, one that was refused, one whose form is late, and money nobody can place."""
    with opened(postgres, "report") as office:
        office.hire("何文静", (Role.CLERK, CHENGDU))
        office.hire("李云芳", (Role.FINANCE, QUJING))
        office.hire("周明", (Role.SUPERVISOR, ""))
        office.hire("吴审计", (Role.AUDITOR, ""))
        with office.node() as node:
            for at, name in enumerate(("办完一", "办完二", "在办"), start=1):
                load_people(node, lives(name, number_of(at)), day=BEGAN, actor="test")
            asked = Asked(BEGAN, QUJING, CHENGDU, Scheme.EMPLOYEE, Scheme.EMPLOYEE)
            listed = [
                ApplicationIn(at, name, Document("01", number_of(at)), asked)
                for at, name in ((1, "办完一"), (2, "办完二"), (99, "查无人"))
            ]
            progress = go(node, Plan("report", BEGAN, LAST, "李复核", listed, seals=lambda _: None))
            assert not progress.exceptions
            late = ApplicationIn(9, "在办", Document("01", number_of(3)), asked)
            take(node, [late], day=BEGAN, actor="test")
            for side in ("destination", "origin", "destination", "origin"):
                delivery.one_round(node, side, day=BEGAN, found=lambda _: None)
            with node.store.transaction("test.receipt", [QUJING]) as cursor:
                banking.book_receipts(node, cursor, [(QUJING, "strange", 12345, "", "", "")], day=LAST)
        yield office


def figures(office: Office, agency: str, name: str) -> list[dict[str, Any]]:
    """The rows of one figure of November."""
    reader = open_reader(office.roles.desk)
    try:
        whole = report(reader, since=date(2026, 11, 1), until=date(2026, 11, 30), agency=agency, names=[name])
    finally:
        reader.close()
    return [dict(row) for row in whole.found[0].rows]


def test_an_agency_counts_what_it_received_accepted_completed_and_refused(office: Office) -> None:
    [row] = figures(office, CHENGDU, "cases")
    assert (row["side"], row["received"], row["between_provinces"]) == ("destination", 4, 4)
    assert (row["accepted"], row["completed"], row["refused"], row["withdrawn"]) == (3, 2, 1, 0)
    [row] = figures(office, QUJING, "cases")
    assert (row["side"], row["accepted"], row["completed"], row["refused"]) == ("origin", 3, 2, 1)
    codes = {row["code"] for row in figures(office, CHENGDU, "refused")}
    assert codes == {"NA-02", "NA-10"}
    assert figures(office, GUANGZHOU, "cases") == []


def test_all_agencies_together_count_a_refusal_once(office: Office) -> None:
    assert {row["n"] for row in figures(office, "", "refused")} == {1}


def test_money_is_counted_once_at_each_side_and_to_the_fen(office: Office) -> None:
    [inside] = figures(office, CHENGDU, "money")
    [outside] = figures(office, QUJING, "money")
    assert (inside["place"], inside["fen_in"], inside["fen_out"]) == (QUJING, 641710, 0)
    assert (outside["place"], outside["fen_in"], outside["fen_out"]) == (CHENGDU, 0, 641710)
    [receipt] = figures(office, QUJING, "unmatched")
    assert (receipt["n"], receipt["fen"]) == (1, 12345)


def test_a_leg_that_is_late_and_open_is_not_forgotten(office: Office) -> None:
    legs = {row["leg"]: row for row in figures(office, QUJING, "legs")}
    out = legs["record_out"]
    # The form of the third case was due on 16 November and is not there on 20 November.
    assert (out["n"], out["in_time"], out["still_open"], out["share"]) == (3, 2, 1, 6666)
    assert legs["money_out"]["share"] is None, "no law sets a day for money"
    late = {(row["holder"], row["what"]): row["n"] for row in figures(office, QUJING, "late")}
    assert late["clerk", "record"] == 1


def test_the_statement_beside_a_number_gives_the_number_again(office: Office) -> None:
    window = office.enter("何文静")
    page = text(window.get(f"/desk/reports/?{MONTH}"))
    shown = re.findall(r"<pre[^>]*>(BEGIN;.*?COMMIT;)</pre>", page, re.DOTALL)
    assert len(shown) == 6
    with psycopg.connect(office.roles.desk, autocommit=True) as desk:
        began, seen, counted, _ = shown[0].split(";\n", 3)[0], *shown[0].split(";\n")[1:3], ""
        desk.execute(began)
        desk.execute(seen)
        found = desk.execute(counted).fetchall()
        desk.execute("COMMIT")
    assert found == [("destination", "310", "310", 4, 4, 3, 2, 1, 0)]


def test_a_desk_sees_its_own_report_alone_and_a_supervisor_all(office: Office) -> None:
    clerk, finance, supervisor = office.enter("何文静"), office.enter("李云芳"), office.enter("周明")
    assert Client(SERVER_NAME="localhost").get("/desk/reports/").status_code == 303
    assert office.enter("吴审计").get("/desk/reports/").status_code == 404
    assert clerk.get(f"/desk/reports/?{MONTH}&agency={CHENGDU}").status_code == 200
    for address in ("", "report.xlsx", "cases.csv"):
        assert clerk.get(f"/desk/reports/{address}?{MONTH}&agency={QUJING}").status_code == 404
    assert "123.45" in text(finance.get(f"/desk/reports/?{MONTH}"))
    assert "123.45" not in text(clerk.get(f"/desk/reports/?{MONTH}"))
    everywhere = text(supervisor.get(f"/desk/reports/?{MONTH}"))
    assert say("en", "reports.agencies_h") in everywhere
    assert "123.45" in everywhere
    one = text(supervisor.get(f"/desk/reports/?{MONTH}&agency={CHENGDU}"))
    assert say("en", "reports.agencies_h") not in one
    assert supervisor.get(f"/desk/reports/?{MONTH}&agency=999999").status_code == 404
    assert supervisor.get("/desk/").status_code == 404


def test_days_that_cannot_be_are_told_and_the_month_is_shown(office: Office) -> None:
    clerk = office.enter("何文静")
    for days, why in (
        ("from=2026-11-31", "day_unreadable"),
        ("from=2026-11-30&to=2026-11-01", "days_reversed"),
    ):
        answer = clerk.get(f"/desk/reports/?{days}")
        assert answer.status_code == 422
        assert say("en", f"reports.{why}") in text(answer)
        assert clerk.get(f"/desk/reports/report.xlsx?{days}").status_code == 404


def test_the_spreadsheets_say_the_same_numbers_as_the_page(office: Office) -> None:
    clerk = office.enter("何文静")
    book = load_workbook(io.BytesIO(clerk.get(f"/desk/reports/report.xlsx?{MONTH}").content))
    assert len(book.sheetnames) == 7
    cases = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert cases[1] == ["in", "employee", "employee", 4, 4, 3, 2, 1, 0]
    money = [[cell.value for cell in row] for row in book.worksheets[3].iter_rows()]
    assert float(money[1][1]) == 6417.1
    answer = clerk.get(f"/desk/reports/money.csv?{MONTH}")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][:3] == ["Qujing", "6417.10", "0.00"]
    assert clerk.get(f"/desk/reports/agencies.csv?{MONTH}").status_code == 404
    assert clerk.get(f"/desk/reports/nothing.csv?{MONTH}").status_code == 404


def test_no_text_of_a_spreadsheet_becomes_a_formula() -> None:
    sheet = Sheet("s", ["=1+1"], [["@cmd"], ["-2+3"], ["+x"], [-5]])
    assert [line.split(",")[0] for line in csv_bytes(sheet).decode("utf-8-sig").split()] == ["'=1+1", "'@cmd", "'-2+3", "'+x", "-5"]  # fmt: skip
    page = load_workbook(io.BytesIO(workbook([sheet]))).worksheets[0]
    assert [cell.data_type for (cell,) in page.iter_rows()] == ["s", "s", "s", "s", "n"]
