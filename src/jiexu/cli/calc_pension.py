"""``jiexu calc pension-transfer`` and ``benefit-place``: what moves of a pension, and where it is drawn."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from jiexu.cli.calc import calculator, word
from jiexu.cli.params import AreaName, Day, Yuan, fault_words, today
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.pension.amount import TransferAmount
from jiexu.rules.pension.calculation import pension_transfer, place_of_benefit
from jiexu.rules.pension.place import BenefitPlace, Place
from jiexu.rules.pension.stretches import Kind, Stretch
from jiexu.rules.working import Worked
from jiexu.values.errors import ValueFault
from jiexu.values.money import parse_yuan
from jiexu.values.period import Period


class Paid(click.ParamType[Stretch]):
    """Months on one wage: ``2016-01~2016-12=4000``, with what was recorded ``2016-01~2016-12=4000/3840``."""

    name = "MONTHS=WAGE[/RECORDED]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Stretch:
        months, equals, money = str(value).partition("=")
        wage, slash, recorded = money.partition("/")
        if not equals:
            self.fail(word("bad_paid", given=value), param, ctx)
        try:
            booked = parse_yuan(recorded) if slash else None
            return Stretch(Period.parse(months), parse_yuan(wage), recorded_fen=booked)
        except ValueFault as fault:
            self.fail(fault_words(fault), param, ctx)


class Run(click.ParamType[Period]):
    """Months without a wage: ``1986-01~1992-12``."""

    name = "MONTHS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        try:
            return Period.parse(str(value))
        except ValueFault as fault:
            self.fail(fault_words(fault), param, ctx)


class MonthsAt(click.ParamType[tuple[str, int]]):
    """Months at a place: ``浙江=144``, given to the command as division code and number."""

    name = "PLACE=MONTHS"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        place, _, months = str(value).rpartition("=")
        if not place or not months.isdecimal():
            self.fail(word("bad_months_at", given=value), param, ctx)
        return AreaName().convert(place, param, ctx), int(months)


@click.command(help=word("help_pension_transfer"))
@click.option("--pay", "paid", type=Paid(), multiple=True, help=word("help_pay"))
@click.option("--owed", type=Run(), multiple=True, help=word("help_owed"))
@click.option("--deemed", type=Run(), multiple=True, help=word("help_deemed"))
@click.option("--before", "own_before_fen", type=Yuan(), default="0", help=word("help_before"))
@click.option("--interest", "interest_fen", type=Yuan(), default="0", help=word("help_interest"))
@click.option("--refuses-to-pay", is_flag=True, help=word("help_refuses"))
@click.option("--on", "on", type=Day(), help=word("help_on"))
@calculator
def pension_transfer_command(
    paid: tuple[Stretch, ...],
    owed: tuple[Period, ...],
    deemed: tuple[Period, ...],
    own_before_fen: int,
    interest_fen: int,
    refuses_to_pay: bool,
    on: date | None,
) -> Worked[TransferAmount]:
    """The record of the place that sends, period by period, and what of it moves."""
    stretches = [
        *paid,
        *(Stretch(period, kind=Kind.ARREARS) for period in owed),
        *(Stretch(period, kind=Kind.DEEMED) for period in deemed),
    ]
    return pension_transfer(
        stretches=stretches,
        own_before_fen=own_before_fen,
        interest_fen=interest_fen,
        refuses_to_pay=refuses_to_pay,
        policy=shipped_policy(),
        on=on or today(),
    )


@click.command(help=word("help_benefit_place"))
@click.option("--home", "registered_in", type=AreaName(), required=True, help=word("help_home"))
@click.option("--paid", type=MonthsAt(), multiple=True, help=word("help_paid_at"))
@click.option("--deemed", type=MonthsAt(), multiple=True, help=word("help_deemed_at"))
@click.option("--temporary", type=MonthsAt(), multiple=True, help=word("help_temporary_at"))
@click.option("--on", "on", type=Day(), help=word("help_on_retirement"))
@calculator
def benefit_place_command(
    registered_in: str,
    paid: tuple[tuple[str, int], ...],
    deemed: tuple[tuple[str, int], ...],
    temporary: tuple[tuple[str, int], ...],
    on: date | None,
) -> Worked[BenefitPlace]:
    """Months at each place, the oldest first, and the province that will pay."""
    places = [
        *(Place(area, months, temporary=True) for area, months in temporary),
        *(Place(area, 0, months) for area, months in deemed),
        *(Place(area, months) for area, months in paid),
    ]
    return place_of_benefit(
        places=places, registered_in=registered_in, policy=shipped_policy(), on=on or today()
    )
