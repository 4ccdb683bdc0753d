"""``jiexu keys``: the signing keys of this node's agencies, changed and ended."""

from __future__ import annotations

import os
import secrets
from datetime import date

import click

from jiexu.cli import node_keys
from jiexu.cli.common import Refused, node_options, sentences, show_progress, tell
from jiexu.cli.opened import prepare
from jiexu.cli.working import Day, agency_of, file_faults, reading, today, word, working
from jiexu.documents.keys import of_agency
from jiexu.exchange.atrest import KEY_BYTES
from jiexu.exchange.signing import agency_of as owner_of
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.postgres.node import writing
from jiexu.store import atrest
from jiexu.usecases import keys as kept
from jiexu.usecases import resealing
from jiexu.usecases.node import KEYS_FROM, Node


@click.group(help=word("help_keys"))
def keys() -> None:
    """Signing keys."""


@keys.command("list", help=word("help_keys_list"))
@click.option("--agency", required=True, help=word("help_agency"))
@node_options
def list_(*, agency: str, folder: DataFolder) -> None:
    """Each key with the days on which it stands; the one that signs today is marked, and so are stolen ones."""
    day = today()
    with reading(folder) as node:
        code = agency_of(node, agency, day)
        signs = node.signer(code, day).key_id if node.may_sign(code, day) else ""
        for key_id in sorted(signer.key_id for signer in node.signers.get(code, ())):
            key = node.keyring.key(key_id)
            mark = word("key_signs") if key_id == signs else _stolen(node, key_id)
            click.echo(word("key_line", key=key_id, first=key.first, last=key.last, mark=mark).rstrip())
        for last, key_id in _for_documents(node, code):
            mark = _stolen(node, key_id) or word("key_for_documents")
            click.echo(word("key_line", key=key_id, first=KEYS_FROM, last=last, mark=mark))


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
@click.option("--last", type=Day(), help=word("help_keys_last"))
@click.option("--stolen", is_flag=True, help=word("help_keys_stolen"))
@click.option("--from", "since", type=Day(), help=word("help_keys_since"))
@node_options
def end(*, key_id: str, last: date | None, stolen: bool, since: date | None, folder: DataFolder) -> None:
    """End a lost key after a day, or a stolen one from a day on."""
    if stolen == (last is not None) or (since is not None and not stolen):
        raise click.ClickException(word("keys_end_how"))
    day, agency = since or today(), owner_of(key_id)
    with working(folder, "keys-end") as node, file_faults():
        if last is not None:
            kept.end(node, key_id, last=last)
            click.echo(word("key_ended", key=key_id, day=last))
            return
        documents = frozenset(each for _, each in _for_documents(node, agency))
        kept.end_stolen(node, key_id, since=day, day=max(day, today()), document_keys=documents)
        click.echo(word("key_ended_stolen", key=key_id, day=day))
        if not node.may_sign(agency, max(day, today())):
            click.echo(word("key_none_left", agency=agency))


@keys.command("rotate", help=word("help_keys_rotate"))
@node_options
def rotate(*, folder: DataFolder) -> None:
    """Seal everything anew under a new node key, or go on where this was cut short."""
    with (
        sentences(folder),
        writing(folder=folder, doing="keys-rotate", environment=os.environ, tell=tell) as connections,
    ):
        prepare(folder=folder, connections=connections, keys_behind=True)
        mine = node_keys.own_file(folder)
        if resealing.standing(connections.owner) is resealing.Standing.CURRENT:
            if mine is None:
                raise Refused(word("keys_rotate_elsewhere"))
            node_keys.keep(mine, atrest.ring().with_new(secrets.token_bytes(KEY_BYTES)))
        rows = resealing.reseal(connections.owner, tell=show_progress)
    click.echo(word("keys_rotated", key=atrest.ring().current, rows=rows))


def _stolen(node: Node, key_id: str) -> str:
    since = node.keyring.stolen.get(key_id)
    return "" if since is None else word("key_stolen_mark", day=since)


def _for_documents(node: Node, agency: str) -> list[tuple[date, str]]:
    with node.store.transaction("keys.documents", [agency]) as cursor:
        return of_agency(cursor, agency)
