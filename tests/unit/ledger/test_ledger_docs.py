"""The page about the ledger says what the code does: its figures are run, its lists are compared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ledger_tables import Ledgers

from jiexu.ledger.accounts import AccountKind, signed
from jiexu.ledger.books import Outcome
from jiexu.ledger.conserve import Totals, conservation, flows, position
from jiexu.ledger.entries import ALLOWED, STATEMENT_REASONS, WITHOUT_CASE, PostingReason

PAGE = (Path(__file__).parents[3] / "docs/algorithms/ledger.md").read_text(encoding="utf-8")
FIGURES = re.findall(r"\n([^\n]+):\n\n```ledger\n(.*?)```", PAGE, re.DOTALL)


def table(heading: str) -> list[list[str]]:
    """Cells of the first table under a heading, without its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows[2:]]


@pytest.mark.parametrize("rows", [pytest.param(rows, id=title) for title, rows in FIGURES])
def test_worked_figures_are_right_and_lose_no_fen(rows: str) -> None:
    ledgers = Ledgers().run(rows)
    moved = flows(ledgers.postings())
    statement = conservation(before=Totals(), after=position(*ledgers.books.values()), moved=moved)
    assert statement.holds, statement.as_json()


def test_every_block_of_figures_is_found() -> None:
    assert len(FIGURES) == PAGE.count("```ledger") == 5


def test_every_kind_of_account_is_described() -> None:
    described = {(row[0], row[-1]) for row in table("Accounts")}
    assert described == {(kind.value, "credit" if signed(kind) == 1 else "debit") for kind in AccountKind}


def test_every_reason_is_described_with_its_accounts_case_and_people() -> None:
    rows = {row[0]: row for row in table("Postings")}
    assert list(rows) == [reason.value for reason in PostingReason]
    for reason in PostingReason:
        _, debit, credit, _, case, second = rows[reason.value]
        if reason is not PostingReason.CORRECTION:
            assert {(one, credit) for one in debit.split(", ")} == {
                (a.value, b.value) for a, b in ALLOWED[reason]
            }
        assert (case != "yes") == (reason in WITHOUT_CASE), reason
        assert (second == "no") == (reason in STATEMENT_REASONS), reason


def test_outcomes_are_described_in_their_order() -> None:
    assert [row[0] for row in table("Outcomes")] == [outcome.value for outcome in Outcome]
