"""Years held and needed, what is missing and what it costs, and the age of retirement."""

from __future__ import annotations

from datetime import date

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.records.monthset import MonthSet
from jiexu.rules.flexible import Retirement, retirement_range
from jiexu.rules.held import Life, Stay
from jiexu.rules.inputs import Payer, Sex
from jiexu.rules.needed import Needed, Retiree, years_needed
from jiexu.rules.retirement import RetirementGroup
from jiexu.rules.topup import TopUp, top_up_cost
from jiexu.rules.working import Worked
from jiexu.usecases.calculators.cover import BASE, PAYER, SCHEME, SCHEMES
from jiexu.usecases.calculators.fields import Calculator, Field, Kind, Today

RETIRES_AT = Field("place", "at", Kind.AREA, "retire_at", required=True)
RETIRES_ON = Field("retires_on", "retires-on", Kind.DAY, "on_retirement", default=Today.DAY)


def _years(
    place: str,
    sex: str,
    paid: tuple[tuple[str, MonthSet], ...],
    deemed: tuple[tuple[str, MonthSet], ...],
    military: tuple[MonthSet, ...],
    resident_months: int,
    retires_on: date,
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
        retires_on=retires_on,
        payer=Payer(payer),
        joined=joined,
        started_work=started_work,
        scheme=scheme,
        scheme_months=scheme_months,
    )
    return years_needed(life=life, retiree=retiree, policy=shipped_policy())


YEARS = Calculator(
    "years",
    "years",
    _years,
    (
        RETIRES_AT,
        Field("sex", "sex", Kind.CHOICE, "sex", required=True, choices=tuple(Sex)),
        Field("paid", "paid", Kind.MONTHS_AT, "paid_months_at", required=True, many=True),
        Field("deemed", "deemed", Kind.MONTHS_AT, "deemed_months_at", many=True),
        Field("military", "military", Kind.MONTHS, "military", many=True),
        Field("resident_months", "resident-months", Kind.COUNT, "resident_months", default=0),
        RETIRES_ON,
        Field("joined", "joined", Kind.DAY, "joined_on"),
        Field("started_work", "started-work", Kind.DAY, "started_work"),
        PAYER,
        Field("scheme", "scheme", Kind.CHOICE, "scheme", choices=SCHEMES),
        Field("scheme_months", "scheme-months", Kind.COUNT, "scheme_months"),
    ),
)


def _top_up(
    missing: int, place: str, retires_on: date, payer: str, scheme: str, own_base_fen: int | None
) -> Worked[TopUp]:
    """What the missing months cost, by every way the place offers."""
    return top_up_cost(
        missing=missing,
        place=place,
        retires_on=retires_on,
        payer=Payer(payer),
        scheme=scheme,
        own_base_fen=own_base_fen,
        policy=shipped_policy(),
    )


TOP_UP = Calculator(
    "topup",
    "topup",
    _top_up,
    (
        Field("missing", "missing", Kind.COUNT, "missing", required=True),
        RETIRES_AT,
        RETIRES_ON,
        PAYER,
        SCHEME,
        Field("own_base_fen", BASE.option, BASE.kind, BASE.help),
    ),
)


def _retirement(birth: date, group: str, on: date, pension_months: int | None) -> Worked[Retirement]:
    """The month of the statutory age, the range around it, and the pension months asked for."""
    return retirement_range(
        birth=birth,
        group=RetirementGroup(group),
        on=on,
        months_paid=pension_months,
        policy=shipped_policy(),
    )


RETIREMENT = Calculator(
    "retirement",
    "retirement",
    _retirement,
    (
        Field("birth", "birth", Kind.DAY, "birth", required=True),
        Field("group", "group", Kind.CHOICE, "group", required=True, choices=tuple(RetirementGroup)),
        Field("on", "on", Kind.DAY, "on", default=Today.DAY),
        Field("pension_months", "pension-months", Kind.COUNT, "pension_months"),
    ),
)
