"""Several questions in one statement: every statement has its price, however little it asks, and a page asks much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from jiexu.store.db import Cursor


@dataclass(frozen=True, slots=True)
class Part:
    """A question that is asked together with others. ``days``: the columns of its answer that hold a day.

    Its rows come as JSON holds them: numbers, texts and lists; a multirange as its text, ``bytea`` not at all.
    """

    query: str
    days: tuple[str, ...] = ()


Parts = Mapping[str, Part]
"""Questions by the name their answer is given under."""
Rows = Sequence[dict[str, Any]]
Answers = Mapping[str, Rows]


def ask(cursor: Cursor, parts: Parts, *, before: str = "", **values: object) -> Answers:
    """The rows that answer each part, all seen by one statement. ``before``: what stands in front of it (``WITH …``)."""
    row = cursor.execute(_in_one(tuple(parts.items()), before), values).fetchone()
    assert row is not None  # noqa: S101 - one row with a column for each part
    for name, part in parts.items():
        for each in row[name] if part.days else ():
            each.update({day: date.fromisoformat(each[day]) for day in part.days if each[day] is not None})
    return row


@lru_cache(maxsize=64)
def _in_one(parts: tuple[tuple[str, Part], ...], before: str) -> str:
    columns = (
        f"(SELECT coalesce(json_agg(row_of_part), '[]') FROM ({part.query}) row_of_part) AS {name}"
        for name, part in parts
    )
    return f"{before} SELECT {', '.join(columns)}"
