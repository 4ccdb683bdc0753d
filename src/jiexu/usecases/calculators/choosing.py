"""Which insurance to join, why an account could not be used, and where a month's money goes; unemployment months of several places."""

from __future__ import annotations

from datetime import date

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.records.monthset import MonthSet
from jiexu.rules.choosing import Choice, Work, scheme_choice
from jiexu.rules.unemployment.months import Ledger, Stay, unemployment_months
from jiexu.rules.using import Diagnosis, Split, account_use, month_split
from jiexu.rules.working import Worked
from jiexu.usecases.calculators.fields import Calculator, Field, Kind, Today
from jiexu.values.month import Month
from jiexu.values.period import Period

ON = Field("on", "on", Kind.DAY, "on", default=Today.DAY)


def _choice(work: str, place: str, home: str | None, base_fen: int | None, on: date) -> Worked[Choice]:
    """The ways open to who works so."""
    return scheme_choice(
        work=Work(work), place=place, home=home, base_fen=base_fen, on=on, policy=shipped_policy()
    )


SCHEME_CHOICE = Calculator(
    "scheme-choice",
    "scheme_choice",
    _choice,
    (
        Field("work", "work", Kind.CHOICE, "work", required=True, choices=tuple(Work)),
        Field("place", "to", Kind.AREA, "to", required=True),
        Field("home", "home", Kind.AREA, "home_if_other"),
        Field("base_fen", "base", Kind.YUAN, "base"),
        ON,
    ),
)


def _use(
    place: str,
    bill_fen: int | None,
    balance_fen: int | None,
    provider_in: str | None,
    on: date,
    *,
    stopped: bool,
    designated: bool,
) -> Worked[Diagnosis]:
    """The three usual reasons, each looked at."""
    return account_use(
        place=place,
        stopped=stopped,
        designated=designated,
        bill_fen=bill_fen,
        balance_fen=balance_fen,
        provider_in=provider_in,
        on=on,
        policy=shipped_policy(),
    )


ACCOUNT_USE = Calculator(
    "account-use",
    "account_use",
    _use,
    (
        Field("place", "at", Kind.AREA, "account_at", required=True),
        Field("stopped", "stopped", Kind.YES_NO, "stopped_now", default=False),
        Field("designated", "designated/other", Kind.YES_NO, "designated", default=True),
        Field("bill_fen", "bill", Kind.YUAN, "bill"),
        Field("balance_fen", "balance", Kind.YUAN, "balance"),
        Field("provider_in", "provider-in", Kind.AREA, "provider_in"),
        ON,
    ),
)


def _split(place: str, base_fen: int, month: Month) -> Worked[Split]:
    """The rates of the month at the place."""
    return month_split(place=place, base_fen=base_fen, month_on=month.first_day(), policy=shipped_policy())


MONTH_SPLIT = Calculator(
    "month-split",
    "month_split",
    _split,
    (
        Field("place", "at", Kind.AREA, "insured_at", required=True),
        Field("base_fen", "base", Kind.YUAN, "base", required=True),
        Field("month", "month", Kind.MONTH, "split_month", required=True),
    ),
)


def _months(paid: tuple[tuple[str, MonthSet], ...]) -> Worked[Ledger]:
    """Every run of months at its place."""
    runs = [
        Stay(where, Period(Month.parse(first), Month.parse(last)))
        for where, held in paid
        for first, last in held.to_json()
    ]
    return unemployment_months(paid=runs)


UNEMPLOYMENT_MONTHS = Calculator(
    "unemployment-months",
    "unemployment_months",
    _months,
    (Field("paid", "paid", Kind.MONTHS_AT, "paid_months_at", required=True, many=True),),
)
