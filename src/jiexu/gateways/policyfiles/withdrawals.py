"""Reads what was taken back: a record is never edited, it is named in ``withdrawals.yaml`` with the day and the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from jiexu.gateways.policyfiles.between import Placed
from jiexu.gateways.policyfiles.marked import Flaw, Marked, read

KEYS = {"from", "why"}


def withdraw(placed: Iterable[Placed], file: Path) -> tuple[list[Placed], list[Flaw]]:
    """The records, those withdrawn marked with their day, and what is wrong with the list of withdrawals."""
    taken_back = read(file) if file.exists() else Marked()
    facts = {each.fact.id: each for each in placed}
    flaws = [
        Flaw(file.name, taken_back.lines[key], what, cure)
        for key, one in taken_back.items()
        for what, cure in _wrong(key, one, facts.get(key))
    ]
    if flaws:
        return list(facts.values()), flaws
    return [_marked(each, taken_back.get(key)) for key, each in facts.items()], []


def _marked(placed: Placed, withdrawal: Marked | None) -> Placed:
    if withdrawal is None:
        return placed
    fact = replace(placed.fact, withdrawn=withdrawal["from"], withdrawn_why=str(withdrawal["why"]))
    return replace(placed, fact=fact)


def _wrong(key: str, one: object, placed: Placed | None) -> list[tuple[str, str]]:
    if not isinstance(one, Marked) or set(one) != KEYS or not isinstance(one["from"], date) or not one["why"]:
        return [(f"The withdrawal of {key} is not understood.", "Write {from: 2026-01-31, why: …}.")]
    if placed is None:
        return [(f"No record is called {key}.", "`jiexu policy history --json` gives the id of a record.")]
    if one["from"] < placed.fact.known_since:
        return [(f"{key} is withdrawn before it was known.", "Correct the day.")]
    return []
