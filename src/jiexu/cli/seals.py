"""``jiexu seals``: what agencies here hold of the journals of others, for those to check themselves by."""

from __future__ import annotations

import click

from jiexu.cli.common import lang, node_options
from jiexu.cli.working import agency_of, reading, today
from jiexu.exchange.canonical import canonical
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.texts import say
from jiexu.usecases.sealing import held_here


@click.command(help=say(lang(), "verify.help_seals_held"))
@click.option("--of", "maker", default="", help=say(lang(), "verify.help_seals_of"))
@node_options
def seals(*, maker: str, folder: DataFolder) -> None:
    """One seal a line, as canonical JSON: what ``jiexu verify --held`` reads."""
    with reading(folder) as node:
        found = held_here(node, agency_of(node, maker, today()) if maker else "")
    for seal in found:
        click.echo(canonical(seal.as_json()))
