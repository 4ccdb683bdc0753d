"""docs/mission.csv is true: every row once, and what is said to work is claimed by a test that names it."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache

from tidy.tree import ROOT

COLUMNS = ["row", "state", "shown_by", "note"]
ROWS_OF_ARTICLES = {"S000": 66, "S001": 124, "S002": 64, "S003": 82, "S004": 55}
STATES = {"works", "partly", "not yet", "declined"}
OUT_OF_SCOPE = {"S001-119", "S002-060", "S002-062", "S003-032"}
CARDS = {"S001-114", "S003-003", "S003-016", "S003-070", "S003-073", "S003-075", "S004-002"}
"""Rows about making and ending physical cards, which an insurance transfer does not do."""
ROW = re.compile(r"S00[0-4]-\d{3}")


@cache
def ledger() -> list[dict[str, str]]:
    with (ROOT / "docs" / "mission.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def named_in_tests() -> dict[str, set[str]]:
    """``path::function`` → the rows its docstring names."""
    found = {}
    for file in sorted((ROOT / "tests").glob("**/test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                name = f"{file.relative_to(ROOT).as_posix()}::{node.name}"
                found[name] = set(ROW.findall(ast.get_docstring(node) or ""))
    return found


def shown_by(row: dict[str, str]) -> list[str]:
    return row["shown_by"].split()


def test_every_row_of_the_articles_stands_in_the_ledger_once() -> None:
    expected = [f"{key}-{at:03}" for key, count in ROWS_OF_ARTICLES.items() for at in range(1, count + 1)]
    assert [row["row"] for row in ledger()] == expected
    assert all(list(row) == COLUMNS for row in ledger())


def test_every_row_has_a_state_and_says_what_it_asks_or_lacks() -> None:
    assert {row["row"]: row["state"] for row in ledger() if row["state"] not in STATES} == {}
    assert [row["row"] for row in ledger() if not row["note"].strip()] == []


def test_what_works_or_works_in_part_names_tests_that_name_it() -> None:
    tests = named_in_tests()
    wrong = [
        f"{row['row']} → {name}"
        for row in ledger()
        for name in shown_by(row)
        if row["row"] not in tests.get(name, set())
    ]
    assert not wrong, f"{wrong}: no such test, or its docstring does not name the row"
    silent = [row["row"] for row in ledger() if row["state"] == "works" and not shown_by(row)]
    assert not silent, f"{silent} work, and no test shows it"


def test_a_row_named_by_a_test_works_at_least_in_part_and_names_that_test() -> None:
    shown = {row["row"]: shown_by(row) for row in ledger() if row["state"] in {"works", "partly"}}
    wrong = [
        f"{name}: {row}"
        for name, rows in named_in_tests().items()
        for row in sorted(rows)
        if name not in shown.get(row, [])
    ]
    assert not wrong, f"{wrong}: change docs/mission.csv, or take the row out of the docstring"


def test_only_what_is_out_of_scope_or_makes_cards_is_declined() -> None:
    declined = {row["row"] for row in ledger() if row["state"] == "declined"}
    assert declined <= OUT_OF_SCOPE | CARDS
