"""Calculators and letters speak as plainly as the guide: Chinese sentences are short with every figure filled in."""

from __future__ import annotations

import re
from datetime import date
from statistics import mean

import pytest

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.case import Case
from jiexu.guide.letters import Letter, LetterKind, letter
from jiexu.guide.opening import opened
from jiexu.guide.situation import Situation
from jiexu.texts import catalogue
from jiexu.wording.guide import Words
from jiexu.wording.working import sentence
from policy import test_calculations

LONGEST, USUAL = 60, 40
SENTENCE = re.compile(r"[^。？！]+[。？！]?")
FIGURE = re.compile(r"\d[\d.,-]*")
"""Counted as one character in the lines of a calculation: an amount is read at a glance, however long."""
WORKED = [case for case in test_calculations.CASES if "refused" not in case]


def test_every_line_of_every_calculation_is_short_with_its_figures() -> None:
    said = {
        part
        for case in WORKED
        for worked in [test_calculations.work(case)]
        for line in (*worked.lines, worked.closing)
        for part in SENTENCE.findall(FIGURE.sub("0", sentence(line, "zh")))
    }
    assert sorted(part for part in said if len(part) > LONGEST) == []
    assert mean(map(len, said)) <= USUAL


@pytest.mark.parametrize("kind", LetterKind)
def test_letters_are_short_too(kind: LetterKind) -> None:
    told = Situation("曲靖", "成都", accepted_on=date(2026, 11, 2), arrears_months=3)
    case = opened(
        told, policy=shipped_policy(), calendar=working_days(), areas=areas(), on=date(2026, 11, 30)
    )
    assert isinstance(case, Case)
    written = letter(kind, case)
    assert isinstance(written, Letter)
    words = Words("zh", shipped_policy().parameters)
    said = [part for one in written.lines for part in SENTENCE.findall(words.plain(one))]
    assert [part for part in said if len(part) > LONGEST] == []
    assert mean(map(len, said)) <= USUAL


@pytest.mark.parametrize("topic", ["rules", "refusals", "parameters", "states", "reasons", "notices"])
def test_what_pages_of_rules_and_facts_say_is_short(topic: str) -> None:
    said = [part for langs in catalogue(topic).values() for part in SENTENCE.findall(langs["zh"])]
    assert [part for part in said if len(part) > LONGEST] == []
    assert mean(map(len, said)) <= USUAL
