"""``jiexu figures``: the service figures open to all, rebuilt from the journal, the decisions and the postings."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

import click

from jiexu.cli.common import lang, node_options
from jiexu.cli.working import Day, today, working
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.texts import say
from jiexu.usecases.demonstration import clock
from jiexu.usecases.figures import rebuild as rebuilt
from jiexu.wording.figures import figure_lines


@click.group(help=say(lang(), "pages_service.help_figures"))
def figures() -> None:
    """Service figures."""


@figures.command(help=say(lang(), "pages_service.help_rebuild"))
@click.option("--on", type=Day(), help=say(lang(), "pages_service.help_on"))
@click.option("--json", "as_json", is_flag=True, help=say(lang(), "cli.help_json"))
@node_options
def rebuild(*, on: date | None, as_json: bool, folder: DataFolder) -> None:
    """Works all figures out anew, keeps them for the page and says them."""
    with working(folder, "figures") as node:
        found = rebuilt(node, day=on or clock(node) or today())
    if as_json:
        click.echo(json.dumps(asdict(found), default=str, ensure_ascii=False))
        return
    for line in figure_lines(found, lang()):
        click.echo(line)
