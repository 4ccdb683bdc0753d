"""`jiexu policy` as a person asks: places by code, name or pinyin, in both languages, doubt and rivals shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jiexu.cli.main import main
from jiexu.gateways.policyfiles.facts import shipped_policy

SMALL = Path(__file__).parent / "small"


def say(*words: str) -> str:
    result = CliRunner().invoke(main, ["policy", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: str) -> str:
    result = CliRunner().invoke(main, ["policy", *words])
    assert result.exit_code == 1
    return result.output


def data(*words: str) -> Any:
    return json.loads(say(*words, "--json"))


def test_check_counts_what_is_held_and_names_the_digest() -> None:
    said = say("check")
    assert "hold no error" in said
    assert shipped_policy().digest in said
    assert data("check")["flaws"] == []


def test_check_of_a_broken_folder_names_file_line_and_cure(tmp_path: Path) -> None:
    for file in SMALL.glob("*.yaml"):
        text = file.read_text(encoding="utf-8").replace("value: 5", "value: 500")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    said = refused("check", "--folder", str(tmp_path))
    assert "hold 1 errors" in said
    assert "320500.yaml, line 5: days cannot be 500. It lies between 1 and 60." in said
    told = CliRunner().invoke(main, ["policy", "check", "--folder", str(tmp_path), "--json"])
    assert told.exit_code == 1
    assert json.loads(told.stdout)["flaws"] == [
        {"file": "320500.yaml", "line": 5, "what": "days cannot be 500.", "cure": "It lies between 1 and 60."}
    ]


def test_check_refuses_a_file_for_a_place_that_does_not_exist(tmp_path: Path) -> None:
    for file in SMALL.glob("*.yaml"):
        text = file.read_text(encoding="utf-8").replace("320500", "329900")
        (tmp_path / file.name.replace("320500", "329900")).write_text(text, encoding="utf-8")
    assert "There are policy files for 329900" in refused("check", "--folder", str(tmp_path))


@pytest.mark.parametrize("name", ["320100", "南京", "南京市", "nanjing"])
def test_a_place_is_found_by_code_name_and_pinyin(name: str) -> None:
    assert "Nanjing (320100), in force on 2026-11-30" in say("show", name, "--on", "2026-11-30")


def test_a_former_name_finds_the_place_it_became() -> None:
    assert "Xiangyang (420600)" in say("show", "襄樊", "--on", "2026-11-30")


def test_a_province_and_the_nation_are_places_too() -> None:
    assert "Guangdong (440000)" in say("show", "广东")
    assert "15 working days" in say("show", "全国", "--on", "2021-11-30")


def test_a_name_of_several_places_is_asked_back() -> None:
    assert "More than one place is called “朝阳”" in refused("show", "朝阳")
    assert "No place called “nowhere”" in refused("show", "nowhere")


def test_show_speaks_chinese_where_the_machine_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    said = say("show", "南京", "--on", "2026-11-30")
    assert "退休所需累计缴费年限（男）：25 年 · 2016-01-01 起 · 待核实" in said
    assert "另有说法：30 年 · 存疑" in said
    assert "推定，无人公布" in said
    assert "沿用江苏" in said


def test_what_ran_out_is_last_known_and_never_current() -> None:
    said = say("show", "南京", "--on", "2026-11-30")
    assert "Highest base: last known 24,042.00 yuan a month (until 2024-06-30), not known since" in said


def test_national_facts_are_counted_and_shown_when_asked_for() -> None:
    assert "national facts hold here too" in say("show", "南京")
    assert "Time limit of the origin: 10 working days" in say("show", "南京", "--all")


def test_nobody_knew_the_bases_of_july_2026_in_july() -> None:
    """Errata row 52: published on 2026-08-21, in force since 2026-07-01."""
    then = say("show", "北京", "--on", "2026-07-15", "--known", "2026-07-15")
    assert "our data began on 2026-11-21" in then
    assert "Lowest base" not in then
    assert "Lowest base: 7,270.00 yuan a month" in say(
        "show", "北京", "--on", "2026-07-15", "--known", "2026-08-21"
    )


def test_show_as_json_carries_confidence_rivals_and_channels() -> None:
    told = data("show", "320100", "--on", "2026-11-30")
    [men] = [
        one
        for one in told["holds"]
        if one["parameter"] == "ee.retire.total_years" and one["scope"] == {"sex": "male"}
    ]
    assert (men["value"], men["confidence_here"], men["place"]) == (25, "medium", "320100")
    assert men["rivals"][0]["value"] == 30
    assert {channel["trust"] for channel in told["channels"]} == {"official", "other_office", "third_party"}
    assert all(channel["checked_on"] is None for channel in told["channels"])


def test_a_firms_app_is_shown_with_a_warning() -> None:
    assert "careful: a firm's, never type a password" in say("show", "南京")


def test_history_shows_every_step_of_a_ladder() -> None:
    told = data("history", "深圳", "Years needed at retirement")["records"]
    steps = [one["value"] for one in told if one["area"] == "440300" and one["scope"] == {}]
    assert steps == [15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 25]
    assert "No parameter is called 'years'" in refused("history", "深圳", "years")


def test_diff_tells_old_and_new_value_by_place() -> None:
    said = say("diff", "2021-11-30", "2021-12-01", "--area", "nation")
    assert "Time limit of each stage before 2021-12: 15 working days → not known" in said
    assert "Time limit of the origin: not known → 10 working days" in said
    assert "Nothing changed." in say("diff", "2026-11-30", "2026-11-30")
    assert "is no day; write 2026-11-23" in refused("diff", "yesterday", "2026-11-30")


def test_sources_are_listed_with_how_they_were_seen() -> None:
    assert "医保办发〔2021〕43号 (copy elsewhere)" in say("sources")
    assert data("sources")["sources"][0]["records"] > 20


def test_stale_tells_what_to_look_up_again() -> None:
    told = data("stale", "--older-than", "24m")
    assert set(told) == {"old", "ended", "ending", "draft", "weak"}
    assert len(data("stale", "--older-than", "1y")["old"]) > len(told["old"]) > 0
    assert "Drafts whose day has come" in say("stale")
    assert "is no length of time" in refused("stale", "--older-than", "soon")


def test_coverage_is_a_map_of_area_parameter_and_confidence() -> None:
    said = say("coverage")
    assert any(line.startswith("440300 ") and line.endswith("Shenzhen") for line in said.splitlines())
    assert "Years needed at retirement (ee.retire.total_years)" in said
    cell = data("coverage", "--on", "2026-11-30")["areas"]["330300"]["ee.retire.total_years"]
    assert cell == {"confidence": "medium", "own": False}
