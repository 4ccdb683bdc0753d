"""``jiexu desk not-taken``: what came to an agency and could not be taken."""

from __future__ import annotations

import json
from pathlib import Path

import click

from jiexu.cli import desk_accounts  # noqa: F401  # its verbs, and those it adds, belong to the same group
from jiexu.cli.common import lang, node_options
from jiexu.cli.desk import desk
from jiexu.cli.working import agency_of, seen_from_desk, today, word
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.store.db import Row
from jiexu.texts import say
from jiexu.usecases import not_taken

SHORT = 12
"""Characters of an id that tell it from every other on a page."""


@desk.command("not-taken", help=word("help_not_taken"))
@click.option("--agency", required=True, help=word("help_agency"))
@click.option("--show", "which", metavar="ID", help=word("help_not_taken_show"))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=word("help_not_taken_out"))
@click.option("--json", "as_json", is_flag=True, help=word("help_json"))
@node_options
def listed(*, agency: str, which: str | None, out: Path | None, as_json: bool, folder: DataFolder) -> None:
    """Oldest first; one by itself with what is wrong with it, and its bytes to a file."""
    with seen_from_desk(folder) as node:
        code = agency_of(node, agency, today())
        node.speak_for(code)
        if which:
            kept = not_taken.look(node, code, which)
            if kept is None:
                raise click.ClickException(word("not_taken_unknown", which=which))
            click.echo(_line(kept.row))
            if kept.said is not None:
                click.echo(say(lang(), f"exchange.{kept.said.code}", **kept.said.data))
            for fault in kept.breaks:
                click.echo(say(lang(), f"exchange.break_{fault.value}"))
            if out is not None:
                out.write_bytes(kept.body)
                click.echo(word("not_taken_written", place=out))
            return
        rows = not_taken.waiting(node, code)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for row in rows:
        click.echo(_line(row))
    if not rows:
        click.echo(word("not_taken_none"))


def _line(row: Row) -> str:
    what = say(lang(), f"exchange.arrival_{row['outcome']}") if row["hash"] else word("not_taken_whole")
    return word(
        "not_taken_line",
        day=row["came_on"],
        id=row["id"][:SHORT],
        sender=row["sender"] or "?",
        case=row["case_no"] or "-",
        what=what,
        size=row["size"],
    )
