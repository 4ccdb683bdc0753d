"""What people write after an option, read into days and places; and which day it is today."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from jiexu.cli.common import lang
from jiexu.cli.policy_find import place
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.texts import say
from jiexu.values.errors import ValueFault


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


class AreaName(click.ParamType[str]):
    """A place by name, code or pinyin, given to the command as its code."""

    name = "PLACE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002 - click asks for it so
        return place(shipped_policy(), str(value), today())
