"""``jiexu audit``: the journals and the looks by themselves, and who looked at a case."""

from __future__ import annotations

import json
from pathlib import Path

import click

from jiexu.cli.common import lang, node_options
from jiexu.cli.verify import asked, checked
from jiexu.cli.working import reading
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.texts import say
from jiexu.usecases import looks
from jiexu.values import case_number


def _text(key: str, **data: object) -> str:
    return say(lang(), f"verify.{key}", **data)


@click.group(help=_text("help_audit"))
def audit() -> None:
    """Who did and who looked."""


@audit.command("verify", help=_text("help_audit_verify"))
@asked
def audit_verify(folder: DataFolder, outside: Path | None, held: tuple[Path, ...], as_json: bool) -> None:
    """Status 1 when something does not agree."""
    checked("verify_audit", folder, outside, held, as_json=as_json)


@audit.command("looks", help=_text("help_audit_looks"))
@click.argument("case_no")
@click.option("--json", "as_json", is_flag=True, help=say(lang(), "cli.help_json"))
@node_options
def audit_looks(folder: DataFolder, case_no: str, as_json: bool) -> None:
    """Who looked at a case, the newest first."""
    with reading(folder) as node:
        plain = case_number.validate(case_no)
        with node.store.transaction("audit.looks", node.hosted) as cursor:
            found = looks.of_case(cursor, plain)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, sort_keys=True, default=str))
        return
    for row in found:
        at = row["looked_at"].astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{at}  {row['agency']}  {row['looked_by']} ({row['role']})  {row['what']}: {row['why']}")
    if not found:
        click.echo(_text("no_looks", case_no=plain))
