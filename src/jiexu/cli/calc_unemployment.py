"""``jiexu calc unemployment-transfer``: whether an unemployment relation moves, and with how much money."""

from __future__ import annotations

from datetime import date

import click

from jiexu.cli.calc import calculator, word
from jiexu.cli.params import AreaName, Day, Yuan, today
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.unemployment.calculation import unemployment_transfer
from jiexu.rules.unemployment.moving import Claim, Move, Standing, Unemployed
from jiexu.rules.working import Worked

MONTHS = click.IntRange(min=0)


@click.command(help=word("help_unemployment_transfer"))
@click.option("--from", "origin", type=AreaName(), required=True, help=word("help_from"))
@click.option("--to", "destination", type=AreaName(), required=True, help=word("help_to"))
@click.option(
    "--standing",
    type=click.Choice([each.value for each in Standing]),
    required=True,
    help=word("help_standing"),
)
@click.option("--paid", "paid_months", type=MONTHS, required=True, help=word("help_paid_months"))
@click.option("--reemployed", is_flag=True, help=word("help_reemployed"))
@click.option(
    "--claim-at",
    "claims_at",
    type=click.Choice([each.value for each in Claim]),
    default=Claim.LAST_PLACE.value,
    help=word("help_claim"),
)
@click.option("--fixed", "fixed_months", type=MONTHS, help=word("help_fixed"))
@click.option("--drawn", "drawn_months", type=MONTHS, default=0, help=word("help_drawn"))
@click.option("--monthly", "monthly_fen", type=Yuan(), help=word("help_monthly"))
@click.option("--on", "on", type=Day(), help=word("help_on"))
@calculator
def unemployment_transfer_command(
    origin: str,
    destination: str,
    standing: str,
    paid_months: int,
    reemployed: bool,
    claims_at: str,
    fixed_months: int | None,
    drawn_months: int,
    monthly_fen: int | None,
    on: date | None,
) -> Worked[Move]:
    """What the person gives, in the words of the rules."""
    person = Unemployed(
        standing=Standing(standing),
        paid_months=paid_months,
        reemployed=reemployed,
        claims_at=Claim(claims_at),
        fixed_months=fixed_months,
        drawn_months=drawn_months,
        monthly_fen=monthly_fen,
    )
    return unemployment_transfer(
        person=person, origin=origin, destination=destination, policy=shipped_policy(), on=on or today()
    )
