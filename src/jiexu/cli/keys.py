"""``jiexu keys``: the signing keys of this node's agencies, changed and ended."""

from __future__ import annotations

from datetime import date

import click

from jiexu.cli.common import node_options
from jiexu.cli.working import Day, agency_of, file_faults, reading, today, word, working
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.usecases import keys as kept


@click.group(help=word("help_keys"))
def keys() -> None:
    """Signing keys."""


@keys.command("list", help=word("help_keys_list"))
@click.option("--agency", required=True, help=word("help_agency"))
@node_options
def list_(*, agency: str, folder: DataFolder) -> None:
    """Each key with the days on which it stands; the one that signs today is marked."""
    day = today()
    with reading(folder) as node:
        code = agency_of(node, agency, day)
        signs = node.signer(code, day).key_id if node.may_sign(code, day) else ""
        for key_id in sorted(signer.key_id for signer in node.signers.get(code, ())):
            key = node.keyring.key(key_id)
            mark = word("key_signs") if key_id == signs else ""
            click.echo(word("key_line", key=key_id, first=key.first, last=key.last, mark=mark).rstrip())


@keys.command("change", help=word("help_keys_change"))
@click.option("--agency", required=True, help=word("help_agency"))
@click.option("--on", type=Day(), help=word("help_keys_on"))
@node_options
def change(*, agency: str, on: date | None, folder: DataFolder) -> None:
    """Draw a new key; what the old one signed stays proven."""
    day = on or today()
    with working(folder, "keys-change") as node, file_faults():
        key_id = kept.change(node, agency_of(node, agency, day), on=day)
    click.echo(word("key_changed", key=key_id, day=day))


@keys.command("end", help=word("help_keys_end"))
@click.argument("key_id")
@click.option("--last", type=Day(), required=True, help=word("help_keys_last"))
@node_options
def end(*, key_id: str, last: date, folder: DataFolder) -> None:
    """End a lost or stolen key; what it signed after that day is not believed."""
    with working(folder, "keys-end") as node, file_faults():
        kept.end(node, key_id, last=last)
    click.echo(word("key_ended", key=key_id, day=last))
