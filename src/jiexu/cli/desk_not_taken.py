"""``jiexu desk not-taken``: what came to an agency and could not be taken."""

from __future__ import annotations

import json
from pathlib import Path

import click

from jiexu.cli import desk_accounts  # noqa: F401  # its verbs, and those it adds, belong to the same group
from jiexu.cli.common import lang, node_options
from jiexu.cli.desk import desk
from jiexu.cli.working import agency_of, seen_from_desk, today, word
from jiexu.gateways.policyfiles.limits import MEGABYTE
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.store.db import Row
from jiexu.texts import say
from jiexu.usecases import not_taken
from jiexu.usecases.not_taken import Kept

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
            _show(not_taken.look(node, code, which), which, out)
            return
        rows, beyond = not_taken.waiting(node, code), not_taken.beyond(node, code)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for row in rows:
        if row["whole"]:
            click.echo(_line(row))
    megabytes = node.limits.not_taken_bytes // MEGABYTE
    for row in beyond:
        told = {"day": row["came_on"], "count": row["count"], "size": row["size"], "megabytes": megabytes}
        click.echo(word("not_taken_beyond", **told))
    if not rows:
        click.echo(word("not_taken_none"))


def _show(kept: Kept | None, which: str, out: Path | None) -> None:
    if kept is None:
        raise click.ClickException(word("not_taken_unknown", which=which))
    click.echo(_line(kept.row))
    if kept.body is None:
        raise click.ClickException(word("not_taken_digest", digest=kept.row["digest"]))
    if kept.said is not None:
        click.echo(say(lang(), f"exchange.{kept.said.code}", **kept.said.data))
    for fault in kept.breaks:
        click.echo(say(lang(), f"exchange.break_{fault.value}"))
    if out is not None:
        out.write_bytes(kept.body)
        click.echo(word("not_taken_written", place=out))


def _line(row: Row) -> str:
    if row["outcome"] == not_taken.SEAL_NOT_SIGNED:
        what = word("not_taken_seal")
    else:
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
