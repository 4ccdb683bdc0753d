"""``jiexu calc deadline``: until when each side of a transfer must be done."""

from __future__ import annotations

from datetime import date

import click

from jiexu.cli.calc import calculator, word
from jiexu.cli.params import AreaName, Day
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.deadlines import Deadlines, transfer_deadlines
from jiexu.rules.working import Worked


@click.command(help=word("help_deadline"))
@click.option("--accepted", "accepted_on", type=Day(), required=True, help=word("help_accepted"))
@click.option("--form", "form_received_on", type=Day(), help=word("help_form"))
@click.option("--from", "origin", type=AreaName(), help=word("help_from"))
@click.option("--to", "destination", type=AreaName(), help=word("help_to"))
@calculator
def deadline(
    accepted_on: date, form_received_on: date | None, origin: str | None, destination: str | None
) -> Worked[Deadlines]:
    """Both clocks of the law, what the two places promise, and that no law sets a day for the money."""
    return transfer_deadlines(
        accepted_on=accepted_on,
        form_received_on=form_received_on,
        origin=origin,
        destination=destination,
        calendar=working_days(),
        policy=shipped_policy(),
    )
