"""``jiexu work``: loops that carry on beside the pages; ``up`` runs them too. ``messages``: sends what people chose to be told.

``erase``: erases papers whose day has come.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from jiexu.cli.common import lang, node_options
from jiexu.cli.working import reading, today
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.jobs import erasing, messages
from jiexu.texts import Lang, say
from jiexu.usecases.messages import Told
from jiexu.usecases.node import Node
from jiexu.usecases.reading.reader import named_place


@click.group(help=say(lang(), "pages_messages.help_work"))
def work() -> None:
    """Loops."""


@work.command("messages", help=say(lang(), "pages_messages.help_messages"))
@click.option("--once", is_flag=True, help=say(lang(), "pages_messages.help_once"))
@node_options
def messages_(*, once: bool, folder: DataFolder) -> None:
    """Write down what is to be sent and send what is due; without ``--once`` again and again."""
    with reading(folder) as node:
        while True:
            found = messages.one_round(node, in_words, today=today())
            click.echo(say(lang(), "pages_messages.round", **found))
            if once:
                return
            time.sleep(messages.SECONDS)


@work.command("erase", help=say(lang(), "uploads.help_erase"))
@node_options
def erase(*, folder: DataFolder) -> None:
    """Erase what is due, once."""
    with reading(folder) as node:
        click.echo(say(lang(), "uploads.erased_now", n=erasing.one_round(node, today=today())))


def in_words(node: Node) -> Told:
    """Puts notices into the sentences of the pages."""
    from jiexu.web import words  # noqa: PLC0415  sentences of notices are the pages'

    def told(speaks: Lang, key: str, data: Mapping[str, Any], on: date) -> str:
        return words.told(speaks, key, data, lambda code: named_place(node.areas, code), on)

    return told
