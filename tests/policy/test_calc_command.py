"""`jiexu calc`: the working line by line, what it rests on, and clear words for what cannot be."""

import json
from typing import Any

from click.testing import CliRunner

from jiexu.cli.main import main


def said(*words: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["calc", *words])
    assert result.exit_code == status, result.output
    return result.output


def data(*words: str) -> Any:
    return json.loads(said(*words, "--json"))


def test_deadline_prints_each_step_with_its_ground_and_closes_with_a_sentence() -> None:
    out = said("deadline", "--accepted", "2026-11-23", "--form", "2026-12-07")
    first, *_ = out.splitlines()
    assert first == (
        " 1. Accepted on 2026-11-23; that day is not counted. 10 working days later: "
        "the origin must be done by 2026-12-07."
    )
    assert "Time limit of the origin: 10 working days · nation · from 2021-12-01 · sure" in out
    assert "The origin must be done by 2026-12-07, the destination by 2026-12-14." in out
    assert "How sure: likely (the weakest link)" in out


def test_deadline_as_json_holds_lines_figures_decisions_and_text() -> None:
    found = data("deadline", "--accepted", "2026-11-23", "--from", "泉州", "--to", "厦门")
    assert found["lines"][0]["figures"]["due"] == {"unit": "day", "value": "2026-12-07"}
    assert found["lines"][0]["facts"] == ["nation/handling.transfer_out_days/2021-12-01"]
    assert found["closing"]["text"].startswith("The origin must be done by")
    assert {decision["rule"] for decision in found["decisions"]} == {"R-024", "R-025", "R-026", "R-029"}


def test_what_cannot_be_is_said_in_a_sentence() -> None:
    assert "correct one of the days" in said(
        "deadline", "--accepted", "2026-11-23", "--form", "2026-11-20", status=1
    )
    assert "No rule or working-day calendar of that time" in said(
        "deadline", "--accepted", "2009-01-05", status=1
    )
    assert "is not a day" in said("deadline", "--accepted", "yesterday", status=2)
