"""`jiexu rules`: a rule in words, with the facts of a place, put together from code and data."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from jiexu.cli.main import main
from jiexu.rules.registry import RULES


def say(*words: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["rules", *words])
    assert result.exit_code == status, result.output
    return result.output


def data(*words: str) -> Any:
    return json.loads(say(*words, "--json"))


def test_every_rule_is_listed_with_its_name_and_ground() -> None:
    lines = say("list").splitlines()
    assert [line.split()[0] for line in lines] == list(RULES)
    assert "R-084    Statutory retirement age · law · sure" in lines
    assert {each["rule"] for each in data("list")} == set(RULES)


@pytest.mark.parametrize("written", ["R-024", "r-024", "24", "R24"])
def test_a_rule_is_shown_with_articles_answers_and_the_facts_in_force(written: str) -> None:
    said = say("show", written, "--on", "2026-11-23")
    assert "The day that counts: the day of acceptance" in said
    assert "article 7 (number not verified)" in said
    assert "Time limit of the origin: 10 working days" in said
    assert "rules/clocks.py origin_due" in said


def test_a_place_shows_its_own_facts_and_what_it_takes_over() -> None:
    said = say("show", "R-026", "--area", "泉州", "--on", "2026-11-23")
    assert "Promised time of the origin: 8 working days" in said
    assert "nothing is recorded" in said
    facts = data("show", "R-026", "--area", "350500", "--on", "2026-11-23")["facts"]
    assert {fact["parameter"] for fact in facts} == {"handling.promise_out_days"}


def test_a_rule_that_reads_nothing_says_so_and_one_without_a_text_too() -> None:
    assert "It reads no facts of the policy." in say("show", "R-007")
    assert "no text" in say("show", "R-086")


def test_another_number_is_answered_with_what_is_near() -> None:
    assert "There is no rule 'R-999'. Near it: R-0" in say("show", "R-999", status=1)
    assert "R-001" in say("show", "x", status=1)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_can_be_shown(rule: str) -> None:
    assert data("show", rule)["code"].startswith("rules/")
    assert say("show", rule).startswith(rule)
