"""``jiexu people``: load people with their records and accounts at their agencies."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import click

from jiexu.cli.common import node_options
from jiexu.cli.working import Bar, Day, FaultTeller, context, file_faults, show_unread, today, word, working
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.tables.people import read_people
from jiexu.usecases.peoplefile import load_file

STAGES = {"read": "people_read", "loaded": "people_loaded_so_far"}


@click.group(help=word("help_people"))
def people() -> None:
    """People and their records."""


@people.command("import", help=word("help_people_import"))
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--on", type=Day(), help=word("help_people_on"))
@click.option("--faults", "faults_file", type=click.Path(path_type=Path), help=word("help_faults"))
@node_options
def import_(file: str, on: date | None, faults_file: Path | None, folder: DataFolder) -> None:
    """Load a file; people already known at their agency stay as they are. Status 1 when a row was at fault."""
    day = on or today()
    with (
        working(folder, "import") as node,
        file_faults(),
        faults_file.open("w", encoding="utf-8") if faults_file else nullcontext() as lines,
    ):
        faults, bar = FaultTeller(lines), Bar(0)
        rows = read_people(file, context=context(node, day), unread=show_unread)
        loaded = load_file(
            node,
            rows,
            day=day,
            actor="people-import",
            faulty=faults.add,
            tell=lambda stage, done: bar.show(word(STAGES[stage], count=done)),
        )
        bar.end()
    faults.end(word("more_faults_file", place=faults_file) if faults_file else word("more_faults_option"))
    click.echo(word("people_loaded", new=loaded.new, there=loaded.there_already, faulty=faults.rows))
    if faults.rows:
        sys.exit(1)
