"""``jiexu calc wallet``: when an amount can be sent to a relative by wallet, and in how many transfers."""

from __future__ import annotations

from datetime import datetime

import click

from jiexu.cli.calc import calculator, word
from jiexu.cli.params import AreaName, Yuan
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.family.calculation import wallet_transfer
from jiexu.rules.family.wallet import Plan
from jiexu.rules.working import Worked

HOUR = click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])


@click.command(help=word("help_wallet"))
@click.option("--amount", "amount_fen", type=Yuan(), required=True, help=word("help_amount"))
@click.option("--at", "asked_at", type=HOUR, metavar="'YYYY-MM-DD HH:MM'", help=word("help_at"))
@click.option("--sent", "sent_today", type=click.IntRange(min=0), default=0, help=word("help_sent"))
@click.option("--from", "sender", type=AreaName(), help=word("help_sender"))
@click.option("--to", "receiver", type=AreaName(), help=word("help_receiver"))
@calculator
def wallet_command(
    amount_fen: int, asked_at: datetime | None, sent_today: int, sender: str | None, receiver: str | None
) -> Worked[Plan]:
    """Without an hour the present one in Beijing counts."""
    return wallet_transfer(
        amount_fen=amount_fen,
        asked_at=asked_at or datetime.now(BEIJING).replace(tzinfo=None),
        sent_today=sent_today,
        sender=sender,
        receiver=receiver,
        policy=shipped_policy(),
    )
