"""What rules ask the policy is in its catalogue: a name or a word written wrong would answer "not known" for ever."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import yaml

from tidy.tree import ROOT, SOURCE

PARAMETERS = yaml.safe_load((ROOT / "policy" / "parameters.yaml").read_text(encoding="utf-8"))
AXES = yaml.safe_load((ROOT / "policy" / "axes.yaml").read_text(encoding="utf-8"))
ASKING = sorted(file for name in ("rules", "guide", "cases") for file in (SOURCE / name).glob("**/*.py"))


def questions() -> Iterator[tuple[Path, ast.Call]]:
    """Every ``….find(…)`` with a day to ask for: a look-up in the policy."""
    for file in ASKING:
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "find"
            )
            if named and any(word.arg == "on" for word in call.keywords):  # type: ignore[attr-defined]  # a call, see named
                yield file, call  # type: ignore[misc]


def test_every_parameter_a_rule_asks_for_is_in_the_catalogue() -> None:
    asked = [
        (file, call.lineno, call.args[0].value)
        for file, call in questions()
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    wrong = [f"{file.name}:{line} {name}" for file, line, name in asked if name not in PARAMETERS]
    assert len(asked) > 5, "hardly a rule asks the policy: this test looks for the wrong calls"
    assert not wrong, f"{wrong} stand in no line of policy/parameters.yaml"


def test_every_group_a_rule_asks_for_is_an_axis_with_that_word() -> None:
    wrong = []
    for file, call in questions():
        scope = next((word.value for word in call.keywords if word.arg == "scope"), None)
        for key, value in zip(scope.keys, scope.values, strict=True) if isinstance(scope, ast.Dict) else ():
            if not isinstance(key, ast.Constant):
                continue
            words = AXES.get(key.value, {}).get("words", [])
            said = value.value if isinstance(value, ast.Constant) else None
            if key.value not in AXES or (isinstance(said, str) and words and said not in words):
                wrong.append(f"{file.name}:{call.lineno} {key.value}: {said}")
    assert not wrong, f"{wrong} stand in no line of policy/axes.yaml"
