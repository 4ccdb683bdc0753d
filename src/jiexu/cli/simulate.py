"""``jiexu simulate``: many lives in memory, from a seed."""

from __future__ import annotations

import json
import secrets
import sys

import click

from jiexu.cli.common import lang, show_progress
from jiexu.simulation.run import Report
from jiexu.simulation.run import simulate as run
from jiexu.texts import LANGS, say

LARGEST_SEED = 10**9
SHOWN_BREAKS = 10


def _text(key: str, **data: object) -> str:
    return say(lang(), f"simulate.{key}", **data)


def _sentences(report: Report) -> list[str]:
    plain = report.as_json()
    ends = ", ".join(f"{how} {count}" for how, count in sorted(report.outcomes.items()))
    lines = [
        _text("counts", **plain),
        _text("ends", ends=ends),
        _text("adjusted", months=report.adjusted_months),
    ]
    if not report.breaks:
        return [*lines, _text("kept")]
    return [*lines, _text("broken", count=len(report.breaks)), *report.breaks[:SHOWN_BREAKS]]


@click.command(help=_text("help"))
@click.option("--seed", type=click.IntRange(0), help=_text("help_seed"))
@click.option("--lives", type=click.IntRange(1), default=100, show_default=True, help=_text("help_lives"))
@click.option("--json", "as_json", is_flag=True, help=_text("help_json"))
@click.option("--lang", type=click.Choice(LANGS), expose_value=False, help=say(lang(), "cli.help_lang"))
def simulate(seed: int | None, lives: int, as_json: bool) -> None:
    """Status 1 when a promise was broken."""
    chosen = secrets.randbelow(LARGEST_SEED) if seed is None else seed
    report = run(chosen, lives, progress=lambda done: show_progress(_text("progress"), done, lives))
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, sort_keys=True))
    else:
        click.echo("\n".join(_sentences(report)))
    if report.breaks:
        sys.exit(1)
