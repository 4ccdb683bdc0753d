"""``jiexu bench transfer`` as somebody tries it before measuring: few cases, short baselines, everything told."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from terminal import Said, Terminal

ROOT = Path(__file__).resolve().parents[2]
TRIAL = (
    "bench", "transfer", "--cases", "12", "--repeat", "1", "--interactive", "2", "--baseline-seconds", "1",
    "--baseline-scale", "1", "--seed", "7", "--json",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own user can reach too, where the tests run as root."""
    with tempfile.TemporaryDirectory(prefix="jiexu-bench-") as named:
        Path(named).chmod(0o755)
        yield Path(named)


@pytest.fixture(scope="module")
def trial(folder: Path) -> Said:
    return Terminal(folder / "data", {}).run(*TRIAL)


@pytest.fixture(scope="module")
def told(trial: Said) -> Any:
    assert trial.status == 0, trial.words
    return trial.json()


def test_a_trial_gives_a_ratio_and_says_that_it_was_one(told: Any) -> None:
    assert told["ratio"] > 0
    assert told["trial"] is True
    (run,) = told["runs"]
    assert run["ratio"] == told["ratio"]


def test_the_rows_of_every_case_are_those_of_the_list(told: Any) -> None:
    assert told["differences"] == []
    found = {each["name"]: each["found"] for each in told["counts"]}
    assert found["file"] == 2 * 12
    assert found["message"] == found["bundle_message"] > 0
    assert all(each["found"] == each["expected"] for each in told["counts"])


def test_every_case_ended_and_its_time_is_told_by_phase(told: Any) -> None:
    assert told["outcomes"] == {"completed": 12}
    assert {"start", "read", "apply", "deliver.origin", "report"} <= set(told["phases"])
    assert sum(told["phases"].values()) == pytest.approx(told["runs"][0]["run_seconds"], abs=0.1)


def test_the_floor_copies_rows_and_is_below_the_run(told: Any) -> None:
    assert told["floor"]["rows"] > 12 * 70
    assert 0 < told["floor"]["share"] < 1


def test_steps_are_compared_beside_few_and_beside_more_stored_cases(folder: Path, told: Any) -> None:
    asked = ("bench", "step", "--stored", "40", "--wave", "3", "--rounds", "1", "--seed", "7", "--json")
    compared = Terminal(folder / "data", {}).done(*asked).json()
    assert (compared["few"], compared["many"]) == (10, 40)
    assert compared["ratio"] == pytest.approx(compared["many_ms"] / compared["few_ms"], abs=0.01)
    assert {"apply", "deliver.origin", "between days"} <= {each["name"] for each in compared["steps"]}
    explained(told | compared)
    again = Terminal(folder / "data", {}).run(*asked)
    assert again.status == 1
    assert "7" in again.err, "cases that were run in the office are not fresh"


def test_pages_of_a_desk_are_compared_with_a_plain_page(folder: Path) -> None:
    visits = ("bench", "web", "--stored", "24", "--clients", "3", "--seconds", "1", "--json")
    told = Terminal(folder / "data", {}).done(*visits).json()
    assert set(told["pages"]) == {"inbox", "search", "case"}
    assert told["ratio"] == max(page["ratio"] for page in told["pages"].values()) > 0
    assert all(page["per_second"] > 0 for page in (*told["pages"].values(), *told["plain"]))
    assert told["waiting"] == 1, "one case waits for the clerk"
    assert told["trial"] is True
    explained(told)
    again = Terminal(folder / "data", {}).done(*visits)
    assert "cases are stored ..." not in again.words, "the office is made once"
    assert again.json()["waiting"] == 1


def explained(told: Any) -> None:
    """Every name of an answer stands on the page on benchmarks."""
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    unsaid = {name for name in told if f"`{name}`" not in page}
    assert not unsaid, f"docs/benchmarks.md does not say what {sorted(unsaid)} mean"


def test_sessions_that_do_not_wait_for_their_commits_give_no_ratio(folder: Path) -> None:
    careless = Terminal(folder / "data", {"PGOPTIONS": "-c synchronous_commit=off"})
    refused = careless.run(*TRIAL[:-1], lang="zh")
    assert refused.status == 1
    assert "基础不一致，不给比值" in refused.out
    assert "synchronous_commit" in refused.out
    assert "TPC-B" not in refused.out
