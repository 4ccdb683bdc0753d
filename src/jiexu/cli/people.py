"""``jiexu people``: load people with their records and accounts at their agencies."""

from __future__ import annotations

import sys

import click

from jiexu.cli.common import node_options
from jiexu.cli.working import context, file_faults, show_faults, show_unread, today, word, working
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.tables.faults import FaultyRow
from jiexu.gateways.tables.people import gather, read_people
from jiexu.usecases.intake import people_in
from jiexu.usecases.people import load_people

AT_A_TIME = 2000


@click.group(help=word("help_people"))
def people() -> None:
    """People and their records."""


@people.command("import", help=word("help_people_import"))
@click.argument("file", type=click.Path(allow_dash=True))
@node_options
def import_(file: str, folder: DataFolder) -> None:
    """Load a file; people already known at their agency stay as they are. Status 1 when a row was at fault."""
    day = today()
    with working(folder, "import") as node, file_faults():
        listed = list(read_people(file, context=context(node, day), unread=show_unread))
        faulty = [row for row in listed if isinstance(row, FaultyRow)]
        whole = people_in(gather(row for row in listed if not isinstance(row, FaultyRow)))
        new, there = 0, 0
        for at in range(0, len(whole), AT_A_TIME):
            loaded = load_people(node, whole[at : at + AT_A_TIME], day=day, actor="people-import")
            new, there = new + loaded.new, there + len(loaded.there_already)
    show_faults(faulty)
    click.echo(word("people_loaded", new=new, there=there, faulty=len(faulty)))
    if faulty:
        sys.exit(1)
