"""``jiexu work``: loops that carry on beside the pages. ``messages``: sends what people chose to be told."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from jiexu.cli.common import lang, node_options
from jiexu.cli.working import reading, today
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.texts import Lang, say
from jiexu.usecases import messages
from jiexu.usecases.demonstration import clock
from jiexu.usecases.node import Node
from jiexu.usecases.reading.reader import named_place
from jiexu.usecases.senders import senders

SECONDS = 30
"""Between two rounds."""


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
            click.echo(say(lang(), "pages_messages.round", **one_round(node)))
            if once:
                return
            time.sleep(SECONDS)


def one_round(node: Node) -> dict[str, int]:
    """One round; what came of it."""
    from jiexu.web import words  # noqa: PLC0415  sentences of notices are the pages'

    day, now = clock(node) or today(), messages.now_utc()

    def told(speaks: Lang, key: str, data: Mapping[str, Any], on: date) -> str:
        return words.told(speaks, key, data, lambda code: named_place(node.areas, code), on)

    new = messages.fill(node, today=day, now=now)
    return {"new": new, **messages.deliver(node, senders(os.environ), told, today=day, now=now)}
