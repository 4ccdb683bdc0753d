"""A form made at a terminal, brought back by somebody, and checked with and without the node."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pypdf import PdfReader
from terminal import APPLICATIONS, PEOPLE, Terminal, asks, lives, number_of, table

from jiexu.gateways.postgres.roles import Connections

ON = "2026-11-23"
NAME = "欧阳\U0002a6a5"


@pytest.fixture
def terminal(database: Connections, tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "data", {**database.environment(), "DATABASE_URL": database.owner})


def test_a_form_is_made_and_proven(terminal: Terminal, tmp_path: Path) -> None:
    terminal.done("people", "import", table(tmp_path / "people.csv", PEOPLE, lives(1, NAME)))
    applications = table(tmp_path / "applications.csv", APPLICATIONS, [asks(1, NAME)])
    report = tmp_path / "report.json"
    terminal.done("transfer", "run", applications, "--on", ON, "--reviewer", "李", "--report", report)
    case_no = json.loads(report.read_text(encoding="utf-8"))["rows"][0]["case_no"]

    form = tmp_path / "form.pdf"
    make = ("document", "make", case_no, "--kind", "information-form", "--on", ON, "--out", form)
    made = terminal.done(*make, "--copies", "3")
    assert "information form no. 1 made" in made.out
    assert "the font has no U+2A6A5" in made.err
    pages = PdfReader(form).pages
    assert [page.extract_text().count("U+2A6A5") > 0 for page in pages].count(True) >= 3

    proven = terminal.done("document", "verify", form, lang="zh").out
    assert proven.startswith(f"真实：信息表第1号，案件 {case_no[:4]}")
    assert NAME in proven
    assert number_of(1) not in proven
    assert "金额：3,208.55 元，人民币叁仟贰佰零捌元伍角伍分。" in proven
    assert "案件现在的记录与文书一致。" in proven
    root = proven.rsplit("指纹 ", 1)[1].strip(" 。\n")

    # Somebody else, without any database, who trusts the same directory.
    elsewhere = Terminal(tmp_path / "nothing", {})
    alone = elsewhere.done("document", "verify", form, "--root", root).out
    assert "how the case stands is not" in alone
    form.write_bytes(form.read_bytes().replace(b"/Type/Page/", b"/Type/Pag2/", 1))
    changed = elsewhere.run("document", "verify", form, "--root", root)
    assert (changed.status, changed.out) == (1, "")
    assert "Do not rely on it" in changed.err or "cannot be read" in changed.err
