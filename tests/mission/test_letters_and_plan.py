"""Letters a person may need, with addressee and days; and a plan for who has years in several places."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from mission_cast import MOVER, guide, refused, said, texts

from jiexu.cli.main import main

LATE = {**MOVER, "--accepted-on": "2026-11-24", "--on": "2026-12-20"}


def letter(kind: str, given: dict[str, str]) -> list[str]:
    """The lines of a letter."""
    return said("letter", kind, *[word for pair in given.items() for word in pair]).strip().splitlines()


def test_the_employer_is_asked_to_report_the_leaver() -> None:
    """S001-003 the request to end the insurance, to the employer; where the place allows it, the person does it alone."""
    lines = letter("employer", MOVER)
    assert lines[0] == "To: ______ (employer)"
    assert "Please report to the agency that my insurance with you ends." in lines
    assert any("gives employers 15 days to tell the agency" in line for line in lines)


def test_complaint_and_reconsideration_have_an_addressee_and_a_last_day() -> None:
    """S000-048 complaint to the administration, reconsideration to the authority above, each with its ground and days.

    S003-023 after the day has passed, and not before it.
    """
    complaint, review = letter("complaint", LATE), letter("reconsideration", LATE)
    assert complaint[0] == "To: the medical security administration of Qujing"
    assert "By the rules Qujing is to be done by 8 December 2026 (10 working days)." in complaint
    assert review[0].startswith("To: the people's government over the medical-insurance agency of Qujing")
    assert any("may be made until 18 February 2027" in line for line in review)
    early = {**LATE, "--on": "2026-12-08"}
    words = [word for pair in early.items() for word in pair]
    assert "The agency has until 2026-12-08" in refused("letter", "complaint", *words)


def test_progress_may_be_asked_for_in_writing() -> None:
    """S002-012 how far it is, who handles it and when it will be done: asked for in writing, with the day of the law."""
    lines = letter("progress", LATE)
    assert "Please tell me how far it is, who handles it, and when it will be done." in lines


def test_arrears_are_among_what_is_checked_beforehand() -> None:
    """S000-044 beforehand: stopped, joined, arrears. S000-028 arrears are no national ground, and making up is priced."""
    answer = guide("move", arrears_months="3", payer="flexible")
    told = texts(answer["move"])
    assert any(
        "does not list arrears as a reason to refuse; ask the origin what it asks for" in one for one in told
    )
    assert "Your insurance at the origin has stopped, as a transfer requires." in told
    assert "Paying late for oneself makes a gap, not a fee." in told


def test_places_stand_side_by_side_for_years_in_several(tmp_path: Path) -> None:
    """S000-046 places compared side by side: months there, missing now and then, cost, the wait, the money, and what nobody knows.

    S000-058 what would still be missing for who goes on paying.
    """
    file = tmp_path / "situation.yaml"
    file.write_text(
        "from: 曲靖\nto: 重庆\nbirth: 1977-03-01\nsex: female\ngroup: woman_50\nhistory:\n"
        "  - {area: 曲靖, scheme: employee, months: 2005-01..2014-12}\n"
        "  - {area: 重庆, scheme: employee, months: 2015-01..2024-12}\n",
        encoding="utf-8",
    )
    words = ["guide", "plan", "--file", str(file), "--on", "2026-11-23", "--json"]
    result = CliRunner().invoke(main, words, env={"LC_ALL": "C.UTF-8"})
    assert result.exit_code == 0, result.output
    plan = json.loads(result.stdout)
    assert plan["retires"] == "2028-05"
    rows = {row["area"]: row for row in plan["rows"]}
    assert set(rows) == {"530300", "500000"}
    assert rows["500000"]["missing_now"][0] == 60
    assert rows["500000"]["missing_at_retirement"][0] == 42
    assert rows["530300"]["unknown"] == ["total", "paid", "local"]
    assert (rows["500000"]["wait_months"], rows["500000"]["money"]) == ([0, 6], "REMIT")
    assert (rows["530300"]["wait_months"], rows["530300"]["money"]) == (None, None), "nothing moves there"
