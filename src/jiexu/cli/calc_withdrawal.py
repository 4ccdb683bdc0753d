"""``jiexu calc withdrawal``: whether the medical or the pension account is paid out, to whom and when."""

from __future__ import annotations

from datetime import date

import click

from jiexu.cli.calc import calculator, word
from jiexu.cli.params import AreaName, Day, MonthName, Yuan, today
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.withdrawal.calculation import Payout, medical_withdrawal, pension_withdrawal
from jiexu.rules.withdrawal.medical import Case
from jiexu.rules.withdrawal.pension import PensionCase
from jiexu.rules.working import Worked
from jiexu.values.month import Month

CASES: dict[str, Case | PensionCase] = {
    **{f"medical-{case.value.replace('_', '-')}": case for case in Case},
    **{f"pension-{case.value.replace('_', '-')}": case for case in PensionCase},
}
HEIRS = click.IntRange(min=0, max=100)


@click.command(help=word("help_withdrawal"))
@click.option("--case", "named", type=click.Choice([*CASES]), required=True, help=word("help_case"))
@click.option("--place", "area", type=AreaName(), help=word("help_place"))
@click.option("--balance", "balance_fen", type=Yuan(), help=word("help_balance"))
@click.option("--heirs", "first_order", type=HEIRS, default=0, help=word("help_heirs"))
@click.option("--further-heirs", "second_order", type=HEIRS, default=0, help=word("help_further_heirs"))
@click.option("--stopped", "stopped_in", type=MonthName(), help=word("help_stopped"))
@click.option("--all-steps-done", is_flag=True, help=word("help_all_steps"))
@click.option("--on", "on", type=Day(), help=word("help_on"))
@calculator
def withdrawal_command(
    named: str,
    area: str | None,
    balance_fen: int | None,
    first_order: int,
    second_order: int,
    stopped_in: Month | None,
    all_steps_done: bool,
    on: date | None,
) -> Worked[Payout]:
    """The medical account by the rule of its place, the pension account by the law alone."""
    case = CASES[named]
    policy, day = shipped_policy(), on or today()
    if isinstance(case, PensionCase):
        return pension_withdrawal(case=case, policy=policy, on=day, all_steps_done=all_steps_done)
    if area is None:
        raise click.UsageError(word("place_needed"))
    return medical_withdrawal(
        case=case,
        area=area,
        policy=policy,
        on=day,
        balance_fen=balance_fen,
        first_order=first_order,
        second_order=second_order,
        stopped_in=stopped_in,
    )
