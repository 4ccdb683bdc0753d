"""Runs the cases of calculations/*.yaml: what a person gives, the arithmetic in words, and what must come out.

``says``: words of lines that must be read, in Chinese and in this order.
"""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from jiexu.rules.policy import Policy
from jiexu.rules.working import Worked
from jiexu.texts import LANGS
from jiexu.values.errors import ValueFault
from jiexu.wording.working import grounds, sentence
from policy.given import SHIPPED, arguments, with_facts

FILES = sorted((Path(__file__).parent / "calculations").glob("*.yaml"))
CASES = [
    {"file": file.stem, **case} for file in FILES for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]
KEYS = {
    "file",
    "name",
    "call",
    "given",
    "facts",
    "because",
    "expect",
    "decisions",
    "confidence",
    "refused",
    "says",
}


def named(case: dict[str, Any]) -> str:
    return f"{case['file']}: {case['name']}"


def work(case: dict[str, Any], base: Policy = SHIPPED) -> Worked[Any]:
    module, _, name = case["call"].rpartition(".")
    function = getattr(importlib.import_module(f"jiexu.rules.{module}"), name)
    worked = function(**arguments(function, case["given"], with_facts(base, case.get("facts", {}))))
    assert isinstance(worked, Worked)
    return worked


def field(answer: Any, path: str) -> Any:
    """A field of an answer by its dotted name, as a case writes it."""
    for step in path.split("."):
        answer = answer[int(step)] if step.isdigit() else getattr(answer, step)
    return answer


def plain(value: Any) -> Any:
    """A value as YAML gives it: months, words and fractions as text, a limit as its two ends."""
    if isinstance(value, tuple | frozenset):
        return [plain(each) for each in value]
    if type(value).__name__ == "Bound":
        return [plain(value.low), plain(value.high)]
    if value is None or type(value) in {int, bool}:
        return value
    return str(value)


def written(value: Any) -> Any:
    """What a case expects, days as text."""
    if isinstance(value, list):
        return [written(each) for each in value]
    return value if value is None or type(value) in {int, bool} else str(value)


def check(case: dict[str, Any], base: Policy = SHIPPED) -> None:
    """Asserts everything the case expects."""
    assert set(case) <= KEYS
    worked = work(case, base)
    found = {path: plain(field(worked.answer, path)) for path in case.get("expect", {})}
    assert found == {path: written(value) for path, value in case.get("expect", {}).items()}
    said = {decision.rule: decision.outcome for decision in worked.decisions}
    assert {rule: said.get(rule) for rule in case.get("decisions", {})} == case.get("decisions", {})
    read = iter(sentence(each, "zh") for each in (*worked.lines, worked.closing))
    for words in case.get("says", ()):
        assert any(words in each for each in read), f"{words} is not read, or not in this order"
    if "confidence" in case:
        assert worked.confidence.value == case["confidence"]


@pytest.mark.parametrize("case", [case for case in CASES if "refused" not in case], ids=named)
def test_it_comes_out_as_the_case_says(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize("case", [case for case in CASES if "refused" in case], ids=named)
def test_what_cannot_be_is_refused_in_a_sentence(case: dict[str, Any]) -> None:
    assert set(case) <= KEYS
    with pytest.raises(ValueFault) as refused:
        work(case)
    assert refused.value.code == case["refused"]
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("case", [case for case in CASES if "refused" not in case], ids=named)
def test_every_line_can_be_read_in_both_languages_and_names_its_grounds(case: dict[str, Any]) -> None:
    policy = with_facts(SHIPPED, case.get("facts", {}))
    worked = work(case)
    for lang in LANGS:
        for line in (*worked.lines, worked.closing):
            said = sentence(line, lang)
            assert said.endswith("。" if lang == "zh" else "."), said
            assert all(grounds(line, policy, lang))


@pytest.mark.parametrize("case", [case for case in CASES if "refused" not in case], ids=named)
def test_the_same_facts_give_the_same_bytes(case: dict[str, Any]) -> None:
    assert work(case).as_json() == work(case).as_json()


def test_arithmetic_is_shown_wherever_a_number_comes_out() -> None:
    silent = [named(case) for case in CASES if not re.search(r"\S", case.get("because", ""))]
    assert not silent, f"say in because: how it is counted: {silent}"
