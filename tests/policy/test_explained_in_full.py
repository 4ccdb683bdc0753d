"""Every answer and every line of a working is explained in full in one case at least: explained.yaml.

For each rule and outcome, and each set of inputs and records it names: what was looked at, with values. For each kind of
line: the sentence a person reads, in Chinese, the records it rests on, and how it was rounded. For each refusal: its sentence. Written by ``python tests/policy/test_explained_in_full.py``
from the cases, and read before it is committed: a line that changes there is a change of what people are told.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from jiexu.rules.decision import Decision
from jiexu.rules.working import Line, Rounding, Worked
from jiexu.wording.working import sentence
from policy import test_calculations, test_other_systems, test_rules_yaml
from policy.cases import decisions_of, run

FILE = Path(__file__).with_name("explained.yaml")
NAME = re.compile(r"[a-z][a-z_]*(_\d{6})?")
"""A word, and the place it is about where there are several."""
Explained = dict[str, Any]


def cases() -> dict[str, tuple[Any, dict[str, Any]]]:
    """Every case, by file and name."""
    every: dict[str, tuple[Any, dict[str, Any]]] = {}
    for case in test_rules_yaml.CASES:
        every[f"rules: {case['name']}"] = lambda case: test_rules_yaml.run(case)[1], case
    for case in test_other_systems.CASES:
        every[f"others: {case['name']}"] = run, case
    for case in test_calculations.CASES:
        every[test_calculations.named(case)] = test_calculations.work, case
    return every


CASES = cases()


def explained(name: str) -> list[Explained]:
    """What one case answers, decision by decision and line by line."""
    work, case = CASES[name]
    try:
        answer = work(case)
    except (ValueError, LookupError) as refused:
        return [{"refused": getattr(refused, "code", type(refused).__name__), "says": str(refused)}]
    if not isinstance(answer, Worked):
        return [of_decision(one) for one in decisions_of(answer)]
    lines = (*answer.lines, answer.closing)
    return [*map(of_decision, answer.decisions), *map(of_line, lines)]


def of_decision(one: Decision) -> Explained:
    kept = one.as_json()
    return {
        "answer": f"{one.rule} {one.outcome}",
        "inputs": dict(sorted(one.inputs.items())),
        "cites": cited(one.facts),
        "refusals": kept["refusals"],
        "sure": kept["confidence"],
    }


def of_line(one: Line) -> Explained:
    return {
        "line": one.key,
        "says": sentence(one, "zh"),
        "cites": cited(one.facts),
        "articles": list(one.articles),
        **({} if one.rounding is Rounding.EXACT else {"rounded": one.rounding.value}),
    }


def cited(fact_ids: Iterable[str]) -> list[str]:
    """Parameters of the records; their ids change when a fact is succeeded, and the explanation does not."""
    return sorted({fact_id.split("/")[1] for fact_id in fact_ids})


def shape(one: Explained) -> str:
    """What kind of explanation it is, its values left out."""
    if "refused" in one:
        return f"refused {one['refused']}: {one['says']}"
    kind = one["answer"] if "answer" in one else one["line"]
    return f"{kind} of {', '.join(sorted(one.get('inputs', ())))} by {', '.join(one['cites'])}"


def firsts() -> Iterator[tuple[str, Explained]]:
    """Of each kind of explanation the first."""
    seen: set[str] = set()
    for name in CASES:
        for one in explained(name):
            if shape(one) not in seen:
                seen.add(shape(one))
                yield name, one


@cache
def recorded() -> dict[str, list[Explained]]:
    """What explained.yaml holds, by case."""
    held: dict[str, list[Explained]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return held


@pytest.mark.parametrize("name", recorded() if FILE.exists() else ())
def test_it_is_explained_as_recorded(name: str) -> None:
    told = explained(name)
    missing = [one for one in recorded()[name] if one not in told]
    assert not missing, f"{missing} no longer among {told}"


def test_every_kind_of_explanation_is_recorded() -> None:
    kinds = {shape(one) for told in recorded().values() for one in told}
    assert {shape(one) for name in CASES for one in explained(name)} == kinds


def test_what_was_looked_at_has_a_name_of_small_letters() -> None:
    names = {name for told in recorded().values() for one in told for name in one.get("inputs", ())}
    assert [name for name in names if not NAME.fullmatch(name)] == []


def write() -> None:
    held: dict[str, list[Explained]] = defaultdict(list)
    for name, one in firsts():
        held[name].append(one)
    lines = [
        "# Written by tests/policy/test_explained_in_full.py from the cases; read what changes before it is committed."
    ]
    for name, told in held.items():
        lines.append(yaml.safe_dump(name, allow_unicode=True, width=10_000).split("\n...")[0].strip() + ":")
        for one in told:
            row = yaml.safe_dump(
                one, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10_000
            )
            lines.append(f"  - {row.strip()}")
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(write())
