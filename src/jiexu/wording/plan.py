"""The table of places as it is printed, and as data."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from jiexu.guide.plan import Plan, Row
from jiexu.rules.facts import Bound
from jiexu.texts import say
from jiexu.values.money import format_yuan
from jiexu.wording.guide import Words, sentence_as_json
from jiexu.wording.policy import place_name

HEADS = ("area", "here", "now", "left", "cost", "earliest", "wait", "money", "unknown")
NOTHING = "–"


def plan_lines(found: Plan, words: Words, *, legal: bool) -> Iterator[str]:
    """The table, then every place in sentences."""
    assert found.retires is not None  # noqa: S101 - a plan without questions has a month of retirement
    yield say(words.lang, "guide.plan_assumes", month=words.datum(found.retires.month))
    yield ""
    table = [[say(words.lang, f"guide.plan_{head}") for head in HEADS]]
    table += [cells(row, words) for row in found.rows]
    widths = [max(_width(line[place]) for line in table) for place in range(len(HEADS))]
    for line in table:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        yield "  ".join(padded).rstrip()
    for row in found.rows:
        yield ""
        yield place_name(row.standing.area, words.lang)
        for sentence in row.sentences:
            yield f"  · {words.said(sentence)}"
            yield from (f"        {line}" for line in (words.legal(sentence) if legal else ()))


def cells(row: Row, words: Words) -> list[str]:
    """A place as a row of the table, in the order of ``HEADS``."""
    needed, earliest = row.standing.now.answer, row.standing.earliest
    names = [say(words.lang, f"working.word.years_{name}") for name in row.unknown]
    return [
        place_name(row.standing.area, words.lang),
        str(row.months_here),
        _bound(Bound(needed.missing_low, needed.missing_high), words),
        _bound(row.standing.left, words),
        NOTHING if row.cost_fen is None else format_yuan(row.cost_fen),
        NOTHING if earliest is None else words.datum(earliest),
        NOTHING if row.wait is None else _bound(Bound(row.wait.low, row.wait.high), words),
        NOTHING if row.money is None else say(words.lang, f"rules.O_{row.money.value}"),
        ("、" if words.lang == "zh" else ", ").join(names) or NOTHING,
    ]


def _bound(bound: Bound, words: Words) -> str:
    if bound.high is None and not bound.low:
        return say(words.lang, "guide.plan_not_clear")
    if bound.high is None:
        return say(words.lang, "guide.plan_open", low=bound.low)
    if bound.low == bound.high:
        return str(bound.low)
    return say(words.lang, "guide.plan_between", low=bound.low, high=bound.high)


def _width(text: str) -> int:
    """Columns a text takes on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def plan_as_json(found: Plan, words: Words) -> dict[str, Any]:
    """The table as data; months, fen, and months of the calendar as text."""
    return {
        "retires": str(found.retires.month) if found.retires else None,
        "rows": [
            {
                "area": row.standing.area,
                "months_here": row.months_here,
                "missing_now": [row.standing.now.answer.missing_low, row.standing.now.answer.missing_high],
                "missing_at_retirement": [row.standing.left.low, row.standing.left.high],
                "cost_fen": row.cost_fen,
                "earliest": None if row.standing.earliest is None else str(row.standing.earliest),
                "wait_months": None if row.wait is None else [row.wait.low, row.wait.high],
                "money": None if row.money is None else row.money.value,
                "unknown": list(row.unknown),
                "confidence": row.standing.now.confidence.value,
                "sentences": [sentence_as_json(sentence, words) for sentence in row.sentences],
            }
            for row in found.rows
        ],
    }
