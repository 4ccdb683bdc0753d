"""Every line a calculation can write has its sentence, with no more places than figures, and no sentence is left over."""

from __future__ import annotations

import ast
from pathlib import Path

from jiexu.rules.working import Rounding, Unit
from jiexu.texts import catalogue, places
from tidy.tree import SOURCE

OWN = {"by", "rounding"}
"""Arguments of ``line`` that are no figures."""
SHAPES = {Unit.WORD, Unit.AREA}
"""Units said by other texts: words by ``word.``, areas by their names."""


def calls(name: str) -> list[tuple[Path, ast.Call]]:
    """Every call of a function of that name in the rules."""
    return [
        (file, node)
        for file in sorted((SOURCE / "rules").glob("**/*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == name
        and node.args
    ]


def keys(node: ast.expr) -> list[str]:
    """Keys as far as they are written out: a literal, either branch, or a beginning that ends in ``*``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*keys(node.body), *keys(node.orelse)]
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        return [f"{node.values[0].value}*"]
    return []


def literals() -> set[str]:
    """Every text written in the rules."""
    return {
        node.value
        for file in (SOURCE / "rules").glob("**/*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def sentences() -> dict[str, dict[str, str]]:
    """The sentences of lines, without units, words and roundings."""
    said = catalogue("working")
    return {key: text for key, text in said.items() if not key.startswith(("unit.", "word.", "rounding."))}


def test_every_line_has_a_sentence_that_names_only_what_it_is_given() -> None:
    wrong = []
    for file, call in calls("line"):
        given = {word.arg for word in call.keywords} - OWN
        for key in keys(call.args[0]):
            texts = (
                [key]
                if not key.endswith("*")
                else [each for each in sentences() if each.startswith(key[:-1])]
            )
            wrong += [f"{file.name}:{call.lineno} {key} has no sentence"] * (not texts)
            for text in texts:
                missing = places(sentences().get(text, {"en": "{no sentence}"})["en"]) - given
                if missing and None not in given:
                    wrong.append(f"{file.name}:{call.lineno} {text} lacks {sorted(missing)}")
    assert not wrong, "\n".join(wrong)


def test_no_sentence_is_left_over() -> None:
    written = literals()
    begun = tuple(text for text in written if text.endswith((".", "_")) and "." in text)
    unused = {key for key in sentences() if key not in written and not key.startswith(begun or ("\0",))}
    assert not unused, f"no rule writes {sorted(unused)}: delete them from src/jiexu/texts/working.yaml"


def test_every_unit_rounding_and_word_can_be_said() -> None:
    said = set(catalogue("working"))
    assert {f"unit.{unit.value}" for unit in Unit if unit not in SHAPES} <= said
    assert {f"rounding.{rounding.value}" for rounding in Rounding if rounding is not Rounding.EXACT} <= said
    words = {text for _, call in calls("word") for text in keys(call.args[0]) if not text.endswith("*")}
    assert {f"word.{text}" for text in words} <= said
