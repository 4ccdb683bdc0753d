"""Broken policy files: every flaw is named with file, line and cure, and all of them at once."""

from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml

from jiexu.gateways.policyfiles.facts import load_policy
from jiexu.gateways.policyfiles.marked import PolicyFileError, read
from jiexu.rules.policy import Found

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "broken.yaml").read_text(encoding="utf-8"))


def flaws(folder: Path) -> list[str]:
    """What the loader says about a folder."""
    try:
        load_policy(folder)
    except PolicyFileError as error:
        return [str(flaw) for flaw in error.flaws]
    return []


def edit(folder: Path, case: dict[str, Any]) -> None:
    file = folder / case["file"]
    text = file.read_text(encoding="utf-8")
    assert case["old"] in text
    file.write_text(text.replace(case["old"], case["new"], 1), encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_loader_says_what_is_wrong_where_and_what_to_do(tmp_path: Path, case: dict[str, Any]) -> None:
    folder = copytree(HERE / "small", tmp_path / "policy")
    edit(folder, case)
    assert flaws(folder) == case["says"]


def test_the_folder_that_is_broken_is_whole_before() -> None:
    assert flaws(HERE / "small") == []


def test_all_flaws_of_all_files_come_at_once(tmp_path: Path) -> None:
    folder = copytree(HERE / "small", tmp_path / "policy")
    files = {"320500.yaml", "nation.yaml", "sources.yaml", "channels.yaml"}
    broken = {
        case["file"]: case for case in CASES if case["file"] in files and len(case["says"]) == 1
    }  # the last one of each file
    for case in broken.values():
        edit(folder, case)
    assert set(flaws(folder)) >= {case["says"][0] for case in broken.values()}
    assert len(broken) == len(files)


def test_imported_records_are_checked_beside_those_of_people(tmp_path: Path) -> None:
    folder = copytree(HERE / "small", tmp_path / "policy")
    (folder / "imported").mkdir()
    own = (folder / "320500.yaml").read_text(encoding="utf-8")
    (folder / "imported" / "320500.yaml").write_text(own.replace("value: 5", "value: 6"), encoding="utf-8")
    [said] = flaws(folder)
    assert said.startswith("imported/320500.yaml, line 5: days overlaps with the record of 2022-01-01.")


def test_a_correction_withdraws_the_record_and_lets_another_succeed_it(tmp_path: Path) -> None:
    """The wrong record stays in the file: what was decided by it can still be explained."""
    folder = copytree(HERE / "small", tmp_path / "policy")
    own = (folder / "320500.yaml").read_text(encoding="utf-8")
    right = "    - {value: 6, unit: working_day, from: 2022-01-01, until: null, source: [law], known_since: 2026-12-01, confidence: high}\n"
    (folder / "320500.yaml").write_text(own + right, encoding="utf-8")
    (folder / "withdrawals.yaml").write_text(
        "320500/days/2022-01-01: {from: 2026-12-01, why: misread}\n", encoding="utf-8"
    )
    held = load_policy(folder)
    assert held.fact("320500/days/2022-01-01").withdrawn == date(2026, 12, 1)
    assert held.fact("320500/days/2022-01-01/known 2026-12-01").value == 6
    answers = [
        held.find("days", "320500", on=date(2026, 12, 1), known_on=known)
        for known in (date(2026, 11, 30), date(2026, 12, 1), None)
    ]
    assert [answer.value for answer in answers if isinstance(answer, Found)] == [5, 6, 6]


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("- a list", "The file is not a mapping."),
        ("a: 1\na: 2", "line 2: Not valid: the key 'a' stands twice."),
        ("a: [", "Not valid"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused_with_its_line(tmp_path: Path, text: str, flaw: str) -> None:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyFileError, match=r"x\.yaml") as raised:
        read(tmp_path / "x.yaml")
    assert flaw in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError, match="The file is missing"):
        read(tmp_path / "x.yaml")
