"""Everything code can say, people can read: each state, notice, reason, answer and refusal has its sentence."""

from __future__ import annotations

import ast
import re
from enum import StrEnum
from pathlib import Path

import pytest
import yaml

from jiexu.cases.states import DueKind, Holder, MoneyState, Next, RecordState, Side, Way
from jiexu.rules import ours
from jiexu.rules.money import MoneyMode
from jiexu.rules.registry import RULES
from jiexu.rules.rule import Rule
from jiexu.texts import catalogue, places, say

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "jiexu"
CASES = sorted((SOURCE / "cases").glob("*.py"))
PROMISES = yaml.safe_load((ROOT / "policy" / "promises.yaml").read_text(encoding="utf-8"))["working_days"]
REFUSALS = yaml.safe_load((ROOT / "policy" / "refusals.yaml").read_text(encoding="utf-8"))
WORDS: dict[str, type[StrEnum]] = {
    "side": Side,
    "record": RecordState,
    "money": MoneyState,
    "way": Way,
    "holder": Holder,
    "next": Next,
    "due": DueKind,
    "mode": MoneyMode,
}


def calls(file: Path) -> list[ast.Call]:
    """Every call in a module."""
    return [
        node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]


def called(call: ast.Call) -> str:
    """The last word of what is called: ``tell`` in ``draft.tell(...)``."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def literals(node: ast.expr) -> list[str]:
    """The texts an argument can be: the literal itself, or both branches of a conditional."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return [*literals(node.body), *literals(node.orelse)] if isinstance(node, ast.IfExp) else []


@pytest.mark.parametrize("topic", WORDS)
def test_every_word_of_a_file_has_a_sentence_and_no_sentence_lacks_a_word(topic: str) -> None:
    said = {key.partition(".")[2] for key in catalogue("states") if key.startswith(f"{topic}.")}
    assert said == {word.value for word in WORDS[topic]}, f"mend {topic}.* in src/jiexu/texts/states.yaml"


def test_every_notice_the_cases_tell_has_a_sentence_that_asks_for_no_more_than_they_give() -> None:
    told = [(file, call) for file in CASES for call in calls(file) if called(call) == "tell"]
    assert told, "the cases tell nothing: this test looks for the wrong word"
    for file, call in told:
        given = {word.arg for word in call.keywords}
        for key in literals(call.args[0]):
            where = f"{file.name}:{call.lineno} tells {key!r}"
            assert key in catalogue("notices"), f"{where}; write it in src/jiexu/texts/notices.yaml"
            missing = places(catalogue("notices")[key]["en"]) - given
            assert not missing, f"{where} without {missing}, which its sentence names"


def test_every_answer_to_a_withdrawal_that_is_not_granted_can_be_told() -> None:
    given = [
        call.args[2]
        for file in CASES
        for call in calls(file)
        if called(call) == "WithdrawAnswer" and len(call.args) > 2
    ]
    refused = {
        reason for answer in given if isinstance(answer, ast.IfExp) for reason in literals(answer.orelse)
    }
    assert refused, "no withdrawal is refused: this test looks for the wrong word"
    assert refused <= set(catalogue("notices")), "write it in src/jiexu/texts/notices.yaml"


def test_every_reason_why_an_amount_is_announced_or_ends_has_a_word() -> None:
    sent = [
        call
        for file in CASES
        for call in calls(file)
        if called(call) in {"LegNotice", "LegEnded"} and call.args
    ]
    whys = {why for call in sent for why in literals(call.args[-1])}
    missing = {why for why in whys if f"why.{why}" not in catalogue("states")}
    assert not missing, f"write why.{missing} in src/jiexu/texts/states.yaml"


def test_every_reason_why_nothing_changed_has_a_sentence() -> None:
    given = {
        reason
        for file in CASES
        for call in calls(file)
        if called(call) in {"already_done", "not_possible"} and len(call.args) > 1
        for reason in literals(call.args[1])
    }
    missing = given - set(catalogue("reasons"))
    assert given, "nothing is ever refused: this test looks for the wrong word"
    assert not missing, f"write {sorted(missing)} in src/jiexu/texts/reasons.yaml"


def answers() -> list[str]:
    """``rule.OUTCOME`` of every rule of the law, of our own design, and of every promise."""
    rules = [entry.rule for entry in RULES.values()]
    rules += [rule for rule in vars(ours).values() if isinstance(rule, Rule)]
    said = [f"{rule.id}.{outcome}" for rule in rules for outcome in rule.outcomes]
    return sorted({*said, *(f"promise.{name}.PROMISED" for name in PROMISES)})


def test_every_answer_of_every_rule_is_one_plain_sentence_and_no_sentence_is_left_over() -> None:
    assert answers() == sorted(catalogue("outcomes")), "mend src/jiexu/texts/outcomes.yaml"


def test_sentences_for_people_end_as_sentences_do() -> None:
    for topic in ("notices", "outcomes", "reasons"):
        for key, langs in catalogue(topic).items():
            assert langs["zh"].endswith("。"), f"{topic}.{key} zh"
            assert langs["en"].endswith("."), f"{topic}.{key} en"


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_says_why_and_what_cures_it(code: str) -> None:
    for key in (code, f"{code}_cure"):
        assert say("zh", f"refusals.{key}")
        assert say("en", f"refusals.{key}")


def test_the_list_of_refusals_is_closed() -> None:
    """No code in the source or the texts that policy/refusals.yaml does not list."""
    named = {
        code
        for file in [*SOURCE.rglob("*.py"), *(SOURCE / "texts").glob("*.yaml")]
        for code in re.findall(r"\bNA-\d\d\b", file.read_text(encoding="utf-8"))
    }
    assert named <= set(REFUSALS), f"list {sorted(named - set(REFUSALS))} in policy/refusals.yaml"
