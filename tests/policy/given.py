"""From what a clerk writes in a case to the arguments of a rule, by the types the rule itself names."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.records.monthset import MonthSet
from jiexu.rules.calendar import Calendar
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Bound, Fact, Given, Span
from jiexu.rules.policy import NOTHING, Found, Policy, Unknown
from jiexu.values.money import parse_yuan
from jiexu.values.month import Month
from jiexu.values.period import Period

TODAY = date(2026, 11, 23)


def arguments(function: Callable[..., Any], given: dict[str, Any], policy: Policy) -> dict[str, Any]:
    """What a case gives, in the types the function takes; policy, calendar and today are filled in."""
    hints = typing.get_type_hints(function)
    shared = {"policy": policy, "calendar": working_days(), "on": TODAY, "today": TODAY}
    said = {name: value for name, value in shared.items() if name in hints}
    return said | {name: built(hints[name], in_fen(name, value)) for name, value in given.items()}


def in_fen(name: str, value: Any) -> Any:
    """Amounts may be written in yuan, in quotes, where their name says fen."""
    return parse_yuan(value) if name.endswith("_fen") and isinstance(value, str) else value


READ: dict[Any, Callable[[str], Any]] = {
    Month: Month.parse,
    Period: Period.parse,
    time: time.fromisoformat,
    datetime: datetime.fromisoformat,
}
"""How what is written becomes a value of a kind."""
LISTS = (tuple, frozenset, Iterable, Sequence)


def built(kind: Any, value: Any) -> Any:  # noqa: PLR0911  # one return a kind
    """One value in the type that is wanted: months as 2026-03, sets of months as runs, facts of a person as maps."""
    inner = [arm for arm in typing.get_args(kind) if arm is not type(None)]
    if value is None or kind in {Policy, Calendar, Any}:
        return value
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        return built(inner[0], value)
    if typing.get_origin(kind) in LISTS:
        held = tuple(built(inner[0], each) for each in value)
        return frozenset(held) if typing.get_origin(kind) is frozenset else held
    if kind in READ:
        return READ[kind](str(value))
    if kind is MonthSet:
        runs = value if isinstance(value, list) else [value]
        return MonthSet.union(
            MonthSet.between(run.first, run.last) for run in map(Period.parse, map(str, runs))
        )
    if dataclasses.is_dataclass(kind) and isinstance(value, dict):
        hints = typing.get_type_hints(kind)
        return kind(**{name: built(hints[name], in_fen(name, each)) for name, each in value.items()})  # type: ignore[operator]
    if isinstance(kind, type) and issubclass(kind, Enum | Decimal):
        return kind(str(value))
    return value


def with_facts(base: Policy, listed: dict[str, dict[str, Any]]) -> Policy:
    """The policy, and what the case says of a place that the policy says nothing of."""
    facts = [
        Fact(
            f"{place}/{name}/case/{number}", name, place, value_of(record["value"]), date(1990, 1, 1), None, TODAY,
            Confidence(record.get("confidence", "medium")), scope=scope_of(record.get("scope", {})),
        )
        for name, places in listed.items()
        for place, written in places.items()
        for number, record in enumerate(records_of(written))
    ]  # fmt: skip
    return base.with_facts(facts, digest="with facts of the case") if facts else base


def records_of(written: Any) -> list[dict[str, Any]]:
    """A plain value is one record for everybody; a list of maps with ``value`` are records with scopes."""
    if isinstance(written, list) and all(isinstance(each, dict) for each in written):
        return written
    return [{"value": written}]


def value_of(written: Any) -> Any:
    """Fractions and amounts stand in quotes in policy files; a map is a limit."""
    if isinstance(written, dict):
        ends = {"at_most": "high", "at_least": "low"}
        return Bound(**{ends.get(name, name): each for name, each in written.items()})
    if isinstance(written, list):
        return tuple(written)
    if isinstance(written, str) and written.replace(".", "", 1).isdigit() and "." in written:
        return Decimal(written)
    return None if written == "unknown" else written


def scope_of(written: dict[str, Any]) -> dict[str, Any]:
    """A word, or a range of days or months."""
    return {axis: Span(**wanted) if isinstance(wanted, dict) else wanted for axis, wanted in written.items()}


class Strict(Policy):
    """The policy, which takes only questions that can be meant: of a place or the nation, and telling what asked.yaml says.

    Where a new case is right to ask otherwise, ``python tests/policy/test_how_it_is_asked.py`` writes it down.
    """

    def find(
        self,
        parameter: str,
        area: str | None = None,
        *,
        on: date,
        scope: Given = NOTHING,
        known_on: date | None = None,
    ) -> Found | Unknown:
        if parameter in asked():
            of, tells = asked()[parameter]["of"], asked()[parameter]["tells"]
            assert ("nation" if area is None else "place") in of, (
                f"{parameter} is asked of {of}, not of {area}"
            )
            assert set(tells) <= set(scope), f"{parameter} is asked telling {tells}, not {dict(scope)}"
        for axis, told in scope.items():
            known = axes()[axis].get("words")
            assert known is None or told in known, f"{told!r} is no word of {axis}"
        return super().find(parameter, area, on=on, scope=scope, known_on=known_on)


@cache
def asked() -> dict[str, dict[str, list[str]]]:
    """How each parameter is asked for, as test_how_it_is_asked.py wrote it down."""
    held: dict[str, dict[str, list[str]]] = yaml.safe_load(ASKED.read_text(encoding="utf-8")) or {}
    return held


@cache
def axes() -> dict[str, dict[str, Any]]:
    """The closed lists by which records tell groups apart."""
    held: dict[str, dict[str, Any]] = yaml.safe_load(
        (policy_folder() / "axes.yaml").read_text(encoding="utf-8")
    )
    return held


ASKED = Path(__file__).with_name("asked.yaml")
SHIPPED = Strict(
    **{one.name: getattr(shipped_policy(), one.name) for one in dataclasses.fields(Policy) if one.init}
)
