"""The report of a run: a file for machines, a few sentences for people."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from jiexu.cli.common import lang
from jiexu.cli.working import word, write_json
from jiexu.gateways.tables.faults import FaultyRow
from jiexu.texts import say
from jiexu.usecases import report as reporting
from jiexu.usecases.node import Node
from jiexu.usecases.running import Progress

SHOWN = 20
"""Refused rows and exceptions written out on the screen; the report has all of them."""


@dataclass(slots=True)
class Summary:
    """What is said at the end. ``told``: refused rows and exceptions, the first ones in words."""

    values: dict[str, Any]
    counts: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    @property
    def balanced(self) -> bool:
        return bool(self.values["balanced"])


def write_report(
    node: Node,
    progress: Progress,
    before: reporting.Totals,
    after: reporting.Totals,
    faulty: list[FaultyRow],
    place: Path | None,
    *,
    as_json: bool,
) -> Summary:
    """One JSON, or streamed line by line where the file's name ends in .jsonl."""
    summary = Summary(
        {
            "before": before.as_json(),
            "after": after.as_json(),
            "adjustments": reporting.adjustments(before, after),
            "balanced": reporting.balanced(before, after),
            "last_day": progress.day.isoformat(),
            "desk": progress.desk,
        }
    )
    lines = _counted(_lines(node, progress, faulty), summary)
    if place is not None and place.suffix == ".jsonl":
        with place.open("w", encoding="utf-8") as file:
            with progress.seconds.of("report"):
                file.writelines(_json(line) + "\n" for line in lines)
            file.write(_json({"summary": _whole(summary, progress)}) + "\n")
        return summary
    with progress.seconds.of("report"):
        listed = list(lines)
    whole = _whole(summary, progress) | {"rows": listed}
    if place is not None:
        write_json(place, whole)
    if as_json:
        write_json(None, whole)
    return summary


def _whole(summary: Summary, progress: Progress) -> dict[str, Any]:
    """The summary as a machine reads it: with the outcomes counted, and the seconds of each part of the run."""
    return summary.values | {"outcomes": summary.counts, "seconds": progress.seconds.as_json()}


def say_summary(summary: Summary, place: Path | None) -> None:
    """Counts, what was refused and why, the money, and whether before and after agree."""
    for outcome, count in sorted(summary.counts.items()):
        click.echo(word("outcome_count", outcome=word(f"outcome_{outcome}"), count=count))
    for sentence in summary.told:
        click.echo(sentence)
    fen = summary.values["after"]["fen"]
    way = reporting.yuan(fen["on_the_way"] + fen["clearing"])
    click.echo(word("money_after", whole=reporting.yuan(fen["whole"]), way=way))
    click.echo(word("balanced" if summary.balanced else "unbalanced"))
    if place is not None:
        click.echo(word("report_at", place=place))


def _lines(node: Node, progress: Progress, faulty: list[FaultyRow]) -> Iterator[dict[str, Any]]:
    """Rows that were not understood first, then one line per application."""
    for row in faulty:
        yield {
            "row": row.row,
            "outcome": "not_read",
            "faults": [fault.as_json(lang()) for fault in row.faults],
        }
    for line in reporting.rows(node, progress.taken, progress.exceptions):
        codes = str(line["reason"] or "").split() if line["outcome"] == "refused" else []
        yield line | ({"reasons": [_reason(code) for code in codes]} if codes else {})


def _reason(code: str) -> dict[str, str]:
    return {
        "code": code,
        "what": say(lang(), f"refusals.{code}"),
        "cure": say(lang(), f"refusals.{code}_cure"),
    }


def _counted(lines: Iterable[dict[str, Any]], summary: Summary) -> Iterator[dict[str, Any]]:
    for line in lines:
        summary.counts[str(line["outcome"])] += 1
        if line["outcome"] in {"refused", "exception"} and len(summary.told) < SHOWN:
            said = [each["what"] + " " + each["cure"] for each in line.get("reasons", [])] or [
                str(line["reason"])
            ]
            summary.told.append(word(f"row_{line['outcome']}", row=line["row"], said=" ".join(said)))
        yield line


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
