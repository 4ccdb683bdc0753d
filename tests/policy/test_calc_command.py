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


def test_gap_gives_both_answers_where_the_place_has_not_said() -> None:
    out = said("gap", "--last-paid", "2026-03", "--first-paid", "2026-07", "--to", "曲靖")
    assert "No national text says how a gap is counted and Qujing has not said either" in out
    assert "Whole months between the two payments: 3 months." in out
    assert "Counted from the month of the stop, which counts: 3 to 4 months." in out
    assert "The wait is 0 to 6 months and benefits begin in 2026-07 to 2027-02" in out
    assert "How sure: doubtful" in out


def test_gap_of_a_switcher_asks_how_long_they_were_insured() -> None:
    words = [
        "gap",
        "--last-paid",
        "2026-03",
        "--first-paid",
        "2026-05",
        "--to",
        "曲靖",
        "--situation",
        "switch_scheme",
    ]
    short = data(*words, "--insured-months", "12")
    assert {decision["rule"] for decision in short["decisions"]} == {"R-058", "R-061"}
    enough = data(*words, "--insured-months", "24", "--stopped", "2026-04")
    assert "R-057" in {decision["rule"] for decision in enough["decisions"]}


def test_makeup_shows_base_rates_and_the_sum() -> None:
    out = said(
        "makeup", "--months", "2026-01~2026-02", "--paid-in", "2026-03", "--to", "上海", "--base", "10000"
    )
    assert "base 10,000.00 yuan, each month 200.00 yuan by the person and 900.00 yuan by the employer" in out
    assert "400.00 yuan by the person, 1,800.00 yuan by the employer, 2,200.00 yuan in all." in out


def test_resident_wait_of_qingdao_leaves_the_first_missed_year_out() -> None:
    out = said("resident-wait", "--year", "2027", "--paid", "2026-11-10", "--at", "青岛", "--missed", "2")
    assert "Without the first missed year" in out
    assert "The wait is 4 months; benefits from 2027-05." in out


def test_resume_follows_the_place_alone() -> None:
    words = ("--gap", "5", "--paid-in", "2027-02", "--payer", "flexible")
    assert "The wait is 2 months; benefits from 2027-04." in said("resume", "--at", "杭州", *words)
    assert "The wait is not known here" in said("resume", "--at", "曲靖", *words)


def test_premium_counts_repaired_years() -> None:
    out = said("premium", "--year", "2026", "--at", "深圳", "--repaired", "1")
    assert "6,760.00 yuan × 0.7 % for each month of the year: 567.84 yuan." in out
    assert "The person pays 1,135.68 yuan in all." in out


def test_latefee_is_the_employers() -> None:
    out = said("latefee", "--arrears", "1000", "--since", "2026-01-01", "--until", "2026-04-10")
    assert "1,000.00 yuan × 0.05 % a day × 100 days = 50.00 yuan" in out
    assert "The employer owes a late fee of 50.00 yuan, 1,050.00 yuan with the arrears." in out
    alone = (
        "latefee",
        "--arrears",
        "1000",
        "--since",
        "2026-01-01",
        "--until",
        "2026-04-10",
        "--payer",
        "flexible",
    )
    assert "The person owes no late fee." in said(*alone)


def test_years_names_every_condition_and_what_is_missing() -> None:
    stays = (
        "--paid",
        "曲靖=2008-01~2009-12",
        "--paid",
        "重庆=2015-01~2026-10",
        "--deemed",
        "重庆=2005-01~2005-12",
    )
    out = said(
        "years",
        "--at",
        "重庆",
        "--sex",
        "female",
        "--retires-on",
        "2027-03-01",
        "--military",
        "2006-01~2007-12",
        *stays,
    )
    assert "Paid in Qujing: 24 months." in out
    assert "years in all: asked 300 months, held 202 months, missing 98 months." in out
    assert "years paid in the place: asked 120 months, held 142 months, missing 0 months." in out


def test_topup_computes_where_the_numbers_are_known() -> None:
    found = data("topup", "--missing", "5", "--at", "曲靖", "--retires-on", "2027-03-01")
    assert found["confidence"] == "low"
    assert found["closing"]["text"].startswith("The cost is not known here")


def test_retirement_gives_age_range_and_pension_months() -> None:
    out = said(
        "retirement",
        "--birth",
        "1976-09-15",
        "--group",
        "man",
        "--on",
        "2026-11-23",
        "--pension-months",
        "200",
    )
    assert "The old age of 60 years, later by 36 months, is 63 years, reached in 2039-09." in out
    assert "retirement is possible from 2036-09 to 2042-09" in out
    assert "asks for 222 months of pension contributions; 22 months are missing" in out


def test_input_that_cannot_be_read_says_how_to_write_it() -> None:
    years = ("years", "--at", "重庆", "--sex", "female", "--paid")
    assert "write PLACE=FROM~TO" in said(*years, "曲靖", status=2)
    assert "ends in 2009-01 before it begins in 2010-01" in said(*years, "曲靖=2010-01~2009-01", status=2)
    assert "is not a month; write it as 2026-03" in said(
        "gap", "--last-paid", "March", "--first-paid", "2026-07", "--to", "曲靖", status=2
    )
    assert "is not an amount" in said(
        "latefee", "--arrears", "much", "--since", "2026-01-01", "--until", "2026-04-10", status=2
    )
    assert "is not one period" in said(
        "makeup", "--months", "2026-01~2026-02~2026-03", "--paid-in", "2026-03", "--to", "上海", status=2
    )
    assert "cannot have stopped in 2026-02" in said(
        "gap",
        "--last-paid",
        "2026-03",
        "--first-paid",
        "2026-07",
        "--to",
        "曲靖",
        "--stopped",
        "2026-02",
        status=1,
    )
