"""``jiexu faults``: what visitors reported as wrong, and the answer they and everybody can read."""

from __future__ import annotations

from datetime import date

import click

from jiexu.cli.common import Refused, lang, node_options
from jiexu.cli.params import fault_words
from jiexu.cli.working import Day, at_desk, seen_from_desk, today
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.texts import say
from jiexu.usecases import faults as usecase
from jiexu.usecases.deskwork import CLERK


def _word(key: str, /, **data: object) -> str:
    return say(lang(), f"pages_service.{key}", **data)


@click.group(help=_word("help_faults"))
def faults() -> None:
    """Reported faults."""


@faults.command("list", help=_word("help_faults_list"))
@node_options
def list_(*, folder: DataFolder) -> None:
    """Those nobody has answered yet, the oldest first."""
    with seen_from_desk(folder) as node:
        found = usecase.waiting(node.store)
    for one in found:
        click.echo(f"{one.id} · {one.reported_on} · {one.page or '–'}\n    {one.said}")
    if not found:
        click.echo(_word("no_faults_wait"))


@faults.command(help=_word("help_faults_answer"))
@click.argument("number")
@click.option(
    "--outcome",
    type=click.Choice([each.value for each in usecase.Outcome]),
    required=True,
    help=_word("help_outcome"),
)
@click.option("--text", required=True, help=_word("help_text"))
@click.option("--by", default=CLERK, show_default=True, help=_word("help_by"))
@click.option("--on", type=Day(), help=_word("help_answered_on"))
@node_options
def answer(*, number: str, outcome: str, text: str, by: str, on: date | None, folder: DataFolder) -> None:
    """The answer stands on the page of faults from then on."""
    with at_desk(folder, "faults") as node:
        try:
            usecase.answer(node.store, number, usecase.Outcome(outcome), text, by=by, day=on or today())
        except usecase.FaultError as error:
            raise Refused(fault_words(error)) from None
    click.echo(_word("answered_now", id=number))
