"""What people write after an option, read into days, months, amounts and places; and which day it is today."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from jiexu.cli.common import lang
from jiexu.cli.policy_find import place
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.records.monthset import MonthSet
from jiexu.texts import say
from jiexu.values.errors import ValueFault
from jiexu.values.money import parse_yuan
from jiexu.values.month import Month
from jiexu.values.period import Period


def today() -> date:
    """The Beijing day of this machine's clock: the shell's, never the core's."""
    return datetime.now(BEIJING).date()


def fault_words(fault: ValueFault) -> str:
    """Why a value was refused, in the language of this run."""
    return say(lang(), f"errors.{fault.code}", **fault.data)


class Day(click.ParamType[date]):
    """A Beijing day written as 2026-11-23."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return (
                value if isinstance(value, date) else datetime.strptime(value, "%Y-%m-%d").astimezone().date()
            )
        except ValueError:
            self.fail(say(lang(), "transfer.not_a_day", value=value), param, ctx)


class MonthName(click.ParamType[Month]):
    """A month, as in 2026-03."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        try:
            return value if isinstance(value, Month) else Month.parse(str(value))
        except ValueFault as fault:
            self.fail(fault_words(fault), param, ctx)


class Yuan(click.ParamType[int]):
    """An amount in yuan, given to the command in fen."""

    name = "YUAN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return value if isinstance(value, int) else parse_yuan(str(value))
        except ValueFault as fault:
            self.fail(fault_words(fault), param, ctx)


class AreaName(click.ParamType[str]):
    """A place by name, code or pinyin, given to the command as its code."""

    name = "PLACE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002 - click asks for it so
        return place(shipped_policy(), str(value), today())


class Months(click.ParamType[MonthSet]):
    """A run of months, as in 2010-01~2014-12, given to the command as a set."""

    name = "FROM~TO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> MonthSet:
        try:
            return value if isinstance(value, MonthSet) else months_written(str(value))
        except ValueFault as fault:
            self.fail(fault_words(fault), param, ctx)


class MonthsAt(click.ParamType[tuple[str, MonthSet]]):
    """Months in a place, as in 曲靖=2010-01~2014-12, given to the command as its code and a set."""

    name = "PLACE=FROM~TO"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, MonthSet]:
        if isinstance(value, tuple):
            return value
        where, equals, run = str(value).partition("=")
        if not equals:
            self.fail(say(lang(), "calc.bad_stay", given=value), param, ctx)
        try:
            return place(shipped_policy(), where, today()), months_written(run)
        except ValueFault as fault:
            self.fail(fault_words(fault), param, ctx)


def months_written(text: str) -> MonthSet:
    """A run of months as people write it. Raises PeriodError or MonthError."""
    run = Period.parse(text)
    return MonthSet.between(run.first, run.last)
