"""``jiexu verify``: everything held, checked against itself and against the seals outside."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiexu.cli.common import lang, node_options, show_progress
from jiexu.cli.opened import looking
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.texts import say

if TYPE_CHECKING:  # psycopg would make ``jiexu verify --help`` slow
    from jiexu.usecases.verifying import Report

SEALS = "seals.jsonl"
GIVEN = click.Path(path_type=Path, exists=True, dir_okay=False)
SHOWN = 50
"""Breaks said as sentences; ``--json`` has all."""


def _text(key: str, **data: object) -> str:
    return say(lang(), f"verify.{key}", **data)


def _tell(what: str, done: int, total: int) -> None:
    show_progress(_text(f"watched_{what}"), done, total)


def _sentences(report: Report) -> list[str]:
    what = ", ".join(f"{name} {count}" for name, count in sorted(report.counted.items()))
    lines = [_text("counted", what=what)]
    if not report.counted.get("seals"):
        lines.append(_text("unsealed"))
    if not report.breaks:
        return [*lines, _text("kept")]
    shown = [each.sentence(lang()) for each in report.breaks[:SHOWN]]
    return [*lines, _text("broken", count=len(report.breaks)), *shown]


def asked(command: Callable[..., None]) -> Callable[..., None]:
    """What both checks are given: seals from outside, and those that others hold."""
    options = (
        click.option("--seals", "outside", type=click.Path(path_type=Path), help=_text("help_seals")),
        click.option("--held", type=GIVEN, multiple=True, help=_text("help_held")),
        click.option("--json", "as_json", is_flag=True, help=say(lang(), "cli.help_json")),
        node_options,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(help=_text("help"))
@asked
def verify(folder: DataFolder, outside: Path | None, held: tuple[Path, ...], as_json: bool) -> None:
    """Status 1 when something does not agree."""
    checked("verify", folder, outside, held, as_json=as_json)


def checked(
    what: str, folder: DataFolder, outside: Path | None, held: tuple[Path, ...], *, as_json: bool
) -> None:
    """Run one of the checks of ``verifying`` and say what it found; ends with 1 where something does not agree."""
    with looking(folder=folder) as connections:
        from jiexu.usecases import verifying  # noqa: PLC0415 - Django is ready only now
        from jiexu.usecases.node import open_node  # noqa: PLC0415
        from jiexu.usecases.seals import reader  # noqa: PLC0415

        elsewhere = [(place.name, seal) for place in held for seal in reader(place)]
        node = open_node(connections.worker)
        try:
            check = getattr(verifying, what)
            report = check(node, reader(outside or folder.path / SEALS), elsewhere, _tell)
        finally:
            node.store.close()
    if as_json:
        click.echo(json.dumps(report.as_json(lang()), ensure_ascii=False, sort_keys=True))
    else:
        click.echo("\n".join(_sentences(report)))
    if report.breaks:
        sys.exit(1)
