"""The report of a run: a file for machines, a few sentences for people."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import click

from jiexu.cli.common import lang
from jiexu.cli.working import word
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

    @property
    def is_clean(self) -> bool:
        """Whether every row was understood, no case stands alone, and before and after agree."""
        return self.balanced and not (self.counts["not_read"] or self.counts["exception"])


class Lines:
    """A report of one JSON object a line; the last one is the summary."""

    def __init__(self, file: TextIO) -> None:
        self.file = file

    def row(self, line: dict[str, Any]) -> None:
        self.file.write(_json(line) + "\n")

    def heard(self, key: str, outcome: str) -> None:
        self.row({"event": key, "outcome": outcome})

    def end(self, summary: dict[str, Any]) -> None:
        self.row({"summary": summary})


class Whole:
    """A report of one JSON object, its rows written as they come."""

    def __init__(self, file: TextIO) -> None:
        self.file, self.some = file, False
        self.file.write('{\n"rows": [')

    def row(self, line: dict[str, Any]) -> None:
        self._next(_json(line))

    def heard(self, key: str, outcome: str) -> None:
        self._next(f"{_json(key)}: {_json(outcome)}")

    def events(self) -> None:
        self.file.write('\n],\n"desk": {')
        self.some = False

    def end(self, summary: dict[str, Any]) -> None:
        whole = json.dumps(summary, ensure_ascii=False, indent=2, default=str)
        self.file.write("\n}," + whole.removeprefix("{") + "\n")

    def _next(self, text: str) -> None:
        self.file.write((",\n" if self.some else "\n") + text)
        self.some = True


def write_report(
    node: Node,
    progress: Progress,
    before: reporting.Totals,
    after: reporting.Totals,
    faulty: Iterable[str],
    place: Path | None,
    *,
    as_json: bool,
) -> Summary:
    """Every row as it is looked up, to the file and to stdout: one JSON, or line by line where the name ends in .jsonl.

    ``faulty``: rows that were not understood, each as JSON.
    """
    summary = Summary(
        {
            "before": before.as_json(),
            "after": after.as_json(),
            "adjustments": reporting.adjustments(before, after),
            "balanced": reporting.balanced(before, after),
            "last_day": progress.day.isoformat(),
        }
    )
    with ExitStack() as files:
        sinks: list[Lines | Whole] = [Whole(sys.stdout)] if as_json else []
        if place is not None:
            file = files.enter_context(place.open("w", encoding="utf-8"))
            sinks.append(Lines(file) if place.suffix == ".jsonl" else Whole(file))
        with progress.seconds.of("report"):
            for line in _counted(_lines(node, progress, faulty), summary):
                for sink in sinks:
                    sink.row(line)
            _write_heard(progress, sinks)
        whole = summary.values | {"outcomes": summary.counts, "seconds": progress.seconds.as_json()}
        for sink in sinks:
            sink.end(whole)
    return summary


def _write_heard(progress: Progress, sinks: Iterable[Lines | Whole]) -> None:
    """What became of everything desks came to know."""
    for sink in sinks:
        if isinstance(sink, Whole):
            sink.events()
    for key, outcome in progress.given.heard():
        for sink in sinks:
            sink.heard(key, outcome)


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


def _lines(node: Node, progress: Progress, faulty: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Rows that were not understood first, then one line per application."""
    yield from map(json.loads, faulty)
    for line in reporting.rows(node, progress.given.taken()):
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
