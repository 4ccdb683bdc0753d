"""The import tool: each fact is accounted for, a second run changes nothing, and what people wrote is never touched."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest
import yaml

from jiexu.gateways.policyfiles import policy_folder
from tidy.tree import ROOT

NOTES = Path(__file__).parent / "notes"
HAND = """area: "320500"
name: 苏州市
records:
  large_amount.monthly:
    - {value: "5.00", unit: yuan_per_month, from: 2024-01-01, until: null, source: [sil], known_since: 2026-11-21, confidence: high}
"""


@dataclass(frozen=True)
class Imported:
    folder: Path
    report: str

    def records(self, area: str) -> dict[str, list[dict[str, Any]]]:
        text = (self.folder / "imported" / f"{area}.yaml").read_text(encoding="utf-8")
        records: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)["records"]
        return records

    def bytes(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in (self.folder / "imported").iterdir()}


def start(notes: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            ROOT / "tools" / "import_regions.py",
            notes,
            "--policy",
            folder,
            "--decisions",
            notes / "errata.yaml",
            "--report",
            folder / "report.md",
        ],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONHASHSEED": "random", "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("import") / "policy"
    copytree(policy_folder(), made, ignore=ignore_patterns("imported", "[0-9]*.yaml", "calendar"))
    (made / "320500.yaml").write_text(HAND, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def imported(folder: Path) -> Imported:
    run = start(NOTES, folder)
    assert run.returncode == 0, run.stderr
    return Imported(folder, (folder / "report.md").read_text(encoding="utf-8"))


def test_a_second_run_gives_the_same_bytes_and_touches_nothing_else(imported: Imported) -> None:
    before, hand = imported.bytes(), (imported.folder / "320500.yaml").read_bytes()
    (imported.folder / "imported" / "999900.yaml").write_text("left over", encoding="utf-8")
    assert start(NOTES, imported.folder).returncode == 0
    assert imported.bytes() == before
    assert (imported.folder / "320500.yaml").read_bytes() == hand == HAND.encode()


def test_every_fact_is_in_a_record_by_hand_a_rival_or_dropped(imported: Imported) -> None:
    """13 = 8 + 1 + 2 + 2: a copied province's figure and a derived wallet are dropped with their rows."""
    assert (
        "Facts in: **13** = 8 in records + 1 in records written by hand + 2 kept as rivals + 2 dropped."
        in imported.report
    )
    assert "row 71: the province's figure and source repeated for a city | 1 |" in imported.report
    assert "row 70: copied down from the province" in imported.report


def test_the_province_that_binds_its_cities_is_marked_so(imported: Imported) -> None:
    [years] = imported.records("320000")["ee.retire.total_years"]
    assert (years["value"], years["reach"], years["scope"]) == (25, "whole_province", {"sex": "male"})


def test_an_undated_general_table_is_a_rival_of_unknown(imported: Imported) -> None:
    [base] = imported.records("320000")["ee.base.lower"]
    assert (base["value"], base["rival"][0]["value"]) == ("unknown", "4879.00")


def test_agreeing_pages_are_sources_and_a_page_without_id_is_no_mention(imported: Imported) -> None:
    [women] = imported.records("320500")["ee.retire.total_years"]
    assert women["source"] == ["regions-003", "regions-002", "regions-001"]
    assert women["note"] == "same in regions-002, another page"
    assert women["rival"][0]["scope"] == {"payer": "flexible", "sex": "female"}


def test_a_yearly_value_ends_and_the_days_between_are_said_to_be_unknown(imported: Imported) -> None:
    said = [
        (one["value"], str(one["from"]), str(one["until"]))
        for one in imported.records("320500")["ee.base.lower"]
    ]
    assert said == [
        ("4250.50", "2023-01-01", "2023-12-31"),
        ("unknown", "2024-01-01", "2024-12-31"),
        ("4494.00", "2025-01-01", "2025-12-31"),
    ]


def test_groups_are_scopes_and_a_wait_is_the_month_cover_begins(imported: Imported) -> None:
    rates = {str(one["scope"]): one["value"] for one in imported.records("320500")["ee.rate.employer"]}
    assert rates == {"{'sector': 'enterprise'}": "0.07", "{'sector': 'public'}": "0.075"}
    [wait] = imported.records("320500")["lapse.benefit_from_month"]
    assert (wait["value"], wait["scope"]["payer"], wait["scope"]["situation"]) == (7, "flexible", "resume")


def test_only_pages_that_are_cited_are_kept_each_with_the_day_its_address_carries(imported: Imported) -> None:
    sources = yaml.safe_load((imported.folder / "imported" / "sources.yaml").read_text(encoding="utf-8"))
    assert "regions-099" not in sources
    assert str(sources["regions-002"]["published"]) == "2025-03-14"
    assert sources["regions-011"]["seen"] == "repository"


def test_channels_stand_in_the_register_and_nobody_has_tried_them(imported: Imported) -> None:
    channels = yaml.safe_load((imported.folder / "imported" / "channels.yaml").read_text(encoding="utf-8"))
    assert channels["320500-app"]["checked_on"] == "not checked"


def test_what_people_recorded_is_not_imported_there(folder: Path, imported: Imported) -> None:
    text = (
        HAND.replace("large_amount.monthly", "ee.base.lower")
        .replace("5.00", "4494.00")
        .replace("until: null", "until: 2024-12-31")
    )
    (folder / "320500.yaml").write_text(text, encoding="utf-8")
    try:
        assert start(NOTES, folder).returncode == 0
        assert "ee.base.lower" not in imported.records("320500")
        assert "3 in records written by hand" in (folder / "report.md").read_text(encoding="utf-8")
    finally:
        (folder / "320500.yaml").write_text(HAND, encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "- {v: 6, from: null",
            '- {v: 3, from: null, to: null, src: "S002", c: "m", scope: "flexible"}\n        - {v: 6, from: null',
            "answer the same question",
        ),
        ("wait_months_after_grace", "wait_of_some_kind", "no parameter for lapse.wait_of_some_kind"),
        ("{v: 6, from: null", "{v: {about: 6}, from: null", "is not understood"),
    ],
)
def test_what_no_rule_and_no_decision_settles_stops_the_run(
    tmp_path: Path, folder: Path, old: str, new: str, told: str
) -> None:
    text = (NOTES / "regions.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "regions.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    (tmp_path / "errata.yaml").write_text(
        (NOTES / "errata.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    run = start(tmp_path, folder)
    assert run.returncode == 1
    assert told in run.stderr


def test_the_report_of_the_shipped_import_adds_up() -> None:
    head = (ROOT / "docs" / "policy-import.md").read_text(encoding="utf-8")
    numbers = [
        int(word.strip("*"))
        for word in head.split("Facts in: ")[1].split("dropped")[0].split()
        if word.strip("*").isdigit()
    ]
    assert numbers[0] == 1411 == sum(numbers[1:])
