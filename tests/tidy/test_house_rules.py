"""House rules that matter, held by looking at the source; each failure names the better way."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jiexu.texts import catalogue
from tidy.tree import ROOT, SOURCE, tracked

LONGEST_MODULE = 800
"""Above this a module is the hardest one to enter. Look for a second noun in it long before, from about 400 lines."""

SHAPES = {
    ("rules", 2): "half of a code: the first two of six digits name the province",
    ("rules", 5): "Saturday, as date.weekday() counts",
    ("rules", 7): "length of 2026-11",
    ("rules", 12): "months in a year",
    ("rules", 10_000): "answers a policy keeps at most",
    ("guide", 3): "changes told at most",
    ("guide", 6): "months for which paying is tried; power of a number beyond any count of months",
    ("guide", 10): "base of that number",
    ("cases", 2): "fewest amounts that make a sum",
    ("cases", 12): "amounts among which a sum is looked for, or shown, at most",
    ("cases", 100): "where the numbers of returned excesses begin",
    ("cases", 1000): "where the numbers of holds taken anew begin",
}
"""Numbers that rules, guide and cases may hold besides 0 and 1: shapes, never terms of the law. Add one with its reason."""


def numbers(file: Path) -> Iterator[tuple[int, float]]:
    """Line and value of every number written in a module."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
            yield node.lineno, node.value


SENTENCES = ("calc", "guide", "myths", "outcomes", "pages_guide", "reasons", "refusals", "rules", "working")
"""Texts that say what the law asks: their numbers come from the policy, through places like {days}."""
A_TERM = re.compile(
    r"(?<![\d.])(?:[2-9]|1\d|[2-9]\d|\d{3}|\d\.\d+)\s*(?:个|天|日内|年|岁|周岁|元|%|倍|(?:working |calendar )?(?:days|months|years|yuan|times))"
    r"|[二两三四五六七八九十百半]+(?:个工作日|个月|天|日内|年内|年以上|岁|周岁|元|倍|分之)"
)
"""A number of two or more with a unit; "1 month" is a form of the plural, and a year of four digits names a procedure."""
NAMED_BY_A_NUMBER = {
    "calc.help_group": "groups are called by the age they retired at before 2025",
    "calc.choice_group.woman_50": "as above",
    "calc.choice_group.woman_55": "as above",
    "guide.ask_group": "as above",
    "pages_guide.choice.group.woman_50": "as above",
    "pages_guide.choice.group.woman_55": "as above",
    "pages_guide.kept": "our own cookie, no law",
    "working.fee.asked": "the first and the last day, both counted",
    "working.premium.computed": "months in a year",
}


def test_no_sentence_about_the_law_holds_a_number_of_it() -> None:
    """What articles claim wrongly is quoted with its numbers; everything else names a place that the policy fills."""
    found = []
    for name in SENTENCES:
        for key, texts in catalogue(name).items():
            if key.endswith(".claim") or f"{name}.{key}" in NAMED_BY_A_NUMBER:
                continue
            for said in texts.values():
                terms = [term.group() for term in A_TERM.finditer(re.sub(r"\{[^}]*\}", "§", said))]
                found += [f"{name}.{key}: {term}" for term in terms]
    assert not found


def test_no_module_is_too_long_to_enter() -> None:
    sizes = {
        file: len(file.read_text(encoding="utf-8").splitlines()) for file in tracked() if file.suffix == ".py"
    }
    long = {str(file.relative_to(ROOT)): size for file, size in sizes.items() if size > LONGEST_MODULE}
    assert not long, f"{long} lines: find the second noun in it and give that a module of its own"


def test_no_number_of_the_law_stands_in_rules_guide_or_cases() -> None:
    """Days, years and amounts are dated records in policy/; what code holds is 0, 1 and the shapes listed above.

    A number written as text or computed from others would slip through; a reviewer has to see those.
    """
    found = [
        f"{file.relative_to(ROOT)}:{line} ({number})"
        for package in ("rules", "guide", "cases")
        for file in sorted((SOURCE / package).glob("**/*.py"))
        for line, number in numbers(file)
        if number not in {0, 1} and (package, number) not in SHAPES
    ]
    assert not found, (
        f"{', '.join(found)}: a term of the law belongs in policy/*.yaml with its source and dates, a promise of ours "
        "in policy/promises.yaml. If it is the shape of something, list it in SHAPES with the reason."
    )
