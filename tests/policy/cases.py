"""Cases of rules a clerk can write: the function they call, what it is given, and what it must answer.

``given``: amounts in fen may be written as yuan in quotes; months and periods as 2020-01 and 2020-01~2020-06; an
enumeration by its word. ``on`` and ``today`` are 2026-11-23 unless given; ``facts`` adds what no place is known to say.
``expect``: a rule and its outcome, or a part of the answer by its name (``amount.total_fen``); ``not``: rules that must
be silent. ``confidence``: rule and word. ``cites``: rule and the parameters whose records it names. ``raises``: the code or kind of a refusal. ``why``: the arithmetic.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from jiexu.rules.decision import Decision
from jiexu.rules.policy import Policy
from jiexu.values.money import format_yuan
from jiexu.values.month import Month
from jiexu.values.period import Period
from policy.given import SHIPPED, arguments, with_facts

HERE = Path(__file__).parent
AS_TEXT = (Month, Period, time, datetime, Decimal)


def cases(*names: str) -> list[dict[str, Any]]:
    """Every case of the files, in order."""
    files = [(HERE / f"{name}.yaml").read_text(encoding="utf-8") for name in names]
    return [case for file in files for case in yaml.safe_load(file)]


def run(case: Mapping[str, Any], base: Policy = SHIPPED) -> Any:
    """What the rule answers."""
    module, _, name = case["call"].rpartition(".")
    function = getattr(importlib.import_module(f"jiexu.rules.{module}"), name)
    return function(**arguments(function, case["given"] or {}, with_facts(base, case.get("facts", {}))))


def decisions_of(answer: Any) -> Iterator[Decision]:
    """Every decision in an answer, whatever it is wrapped in."""
    if isinstance(answer, Decision):
        yield answer
    elif isinstance(answer, tuple | list):
        for each in answer:
            yield from decisions_of(each)
    elif is_dataclass(answer):
        for name in ("decision", "counting", "decisions"):
            yield from decisions_of(getattr(answer, name, ()))


def part(answer: Any, path: str) -> Any:
    """A part of an answer by its dotted name, as a clerk would write it."""
    for name in path.split("."):
        answer = answer[int(name)] if name.isdigit() else getattr(answer, name)
    if path.endswith("_fen") and isinstance(answer, int):
        return format_yuan(answer).replace(",", "")
    if isinstance(answer, tuple):
        return [str(each) if isinstance(each, AS_TEXT) else each for each in answer]
    if isinstance(answer, Enum):
        return answer.value
    return str(answer) if isinstance(answer, AS_TEXT) else answer


def check(case: Mapping[str, Any], base: Policy = SHIPPED) -> None:
    """Asserts everything the case expects."""
    answer = run(case, base)
    said: dict[str, list[Decision]] = {}
    for decision in decisions_of(answer):
        said.setdefault(decision.rule, []).append(decision)
    for key, expected in case["expect"].items():
        if key == "not":
            assert not set(expected) & set(said), key
        elif key[:3].isupper() or key.startswith("R-"):
            outcomes = [decision.outcome for decision in said.get(key, [])]
            assert outcomes == (expected if isinstance(expected, list) else [expected]), key
        else:
            assert part(answer, key) == expected, key
    for rule, names in case.get("cites", {}).items():
        assert {fact.split("/")[1] for one in said[rule] for fact in one.facts} == set(names), rule
    for rule, word in case.get("confidence", {}).items():
        assert {decision.confidence.value for decision in said[rule]} == {word}, rule
