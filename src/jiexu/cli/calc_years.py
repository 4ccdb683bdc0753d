"""``jiexu calc years | topup | retirement``: years held and needed, what is missing and what it costs, and when."""

from __future__ import annotations

from datetime import date

import click

from jiexu.cli.calc import calculator, word
from jiexu.cli.calc_cover import PAYERS
from jiexu.cli.params import AreaName, Day, Months, MonthsAt, Yuan, today
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.records.monthset import MonthSet
from jiexu.rules.flexible import Retirement, retirement_range
from jiexu.rules.held import Life, Stay
from jiexu.rules.inputs import Payer, Sex
from jiexu.rules.needed import Needed, Retiree, years_needed
from jiexu.rules.retirement import RetirementGroup
from jiexu.rules.topup import TopUp, top_up_cost
from jiexu.rules.working import Worked

SEXES = click.Choice([sex.value for sex in Sex])
GROUPS = click.Choice([group.value for group in RetirementGroup])


@click.command(help=word("help_years"))
@click.option("--at", "place", type=AreaName(), required=True, help=word("help_retire_at"))
@click.option("--sex", type=SEXES, required=True, help=word("help_sex"))
@click.option("--paid", type=MonthsAt(), multiple=True, required=True, help=word("help_paid_months_at"))
@click.option("--deemed", type=MonthsAt(), multiple=True, help=word("help_deemed_months_at"))
@click.option("--military", type=Months(), multiple=True, help=word("help_military"))
@click.option("--resident-months", type=click.IntRange(0), default=0, help=word("help_resident_months"))
@click.option("--retires-on", type=Day(), help=word("help_on_retirement"))
@click.option("--joined", type=Day(), help=word("help_joined_on"))
@click.option("--started-work", type=Day(), help=word("help_started_work"))
@click.option("--payer", type=PAYERS, default="employer", help=word("help_payer"))
@click.option("--scheme", help=word("help_scheme"))
@click.option("--scheme-months", type=click.IntRange(0), help=word("help_scheme_months"))
@calculator
def years(
    place: str,
    sex: str,
    paid: tuple[tuple[str, MonthSet], ...],
    deemed: tuple[tuple[str, MonthSet], ...],
    military: tuple[MonthSet, ...],
    resident_months: int,
    retires_on: date | None,
    joined: date | None,
    started_work: date | None,
    payer: str,
    scheme: str | None,
    scheme_months: int | None,
) -> Worked[Needed]:
    """Months held as a place counts them, the conditions it sets, and what is missing."""
    stays = [Stay(area, months) for area, months in paid]
    stays += [Stay(area, MonthSet.EMPTY, months) for area, months in deemed]
    life = Life(tuple(stays), MonthSet.union(military), resident_months)
    retiree = Retiree(
        place=place,
        sex=Sex(sex),
        retires_on=retires_on or today(),
        payer=Payer(payer),
        joined=joined,
        started_work=started_work,
        scheme=scheme,
        scheme_months=scheme_months,
    )
    return years_needed(life=life, retiree=retiree, policy=shipped_policy())


@click.command(help=word("help_topup"))
@click.option("--missing", type=int, required=True, help=word("help_missing"))
@click.option("--at", "place", type=AreaName(), required=True, help=word("help_retire_at"))
@click.option("--retires-on", type=Day(), help=word("help_on_retirement"))
@click.option("--payer", type=PAYERS, default="employer", help=word("help_payer"))
@click.option("--scheme", default="account", help=word("help_scheme"))
@click.option("--base", "own_base_fen", type=Yuan(), help=word("help_base"))
@calculator
def topup(
    missing: int, place: str, retires_on: date | None, payer: str, scheme: str, own_base_fen: int | None
) -> Worked[TopUp]:
    """What the missing months cost, by every way the place offers."""
    return top_up_cost(
        missing=missing,
        place=place,
        retires_on=retires_on or today(),
        payer=Payer(payer),
        scheme=scheme,
        own_base_fen=own_base_fen,
        policy=shipped_policy(),
    )


@click.command(help=word("help_retirement"))
@click.option("--birth", type=Day(), required=True, help=word("help_birth"))
@click.option("--group", type=GROUPS, required=True, help=word("help_group"))
@click.option("--on", "on", type=Day(), help=word("help_on"))
@click.option("--pension-months", type=click.IntRange(0), help=word("help_pension_months"))
@calculator
def retirement(birth: date, group: str, on: date | None, pension_months: int | None) -> Worked[Retirement]:
    """The month of the statutory age, the range around it, and the pension months asked for."""
    return retirement_range(
        birth=birth,
        group=RetirementGroup(group),
        on=on or today(),
        months_paid=pension_months,
        policy=shipped_policy(),
    )
