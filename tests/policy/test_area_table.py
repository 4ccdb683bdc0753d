"""The areas shipped with this version: complete, readable by name, and never guessed."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import yaml

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.areas import areas, load_areas
from jiexu.gateways.policyfiles.marked import PolicyFileError
from jiexu.texts import catalogue
from jiexu.values.areas import Ask, Found, Level, NotFound, PoolStatus

AREAS = areas()
TODAY = date(2026, 11, 21)
CASES = yaml.safe_load((Path(__file__).parent / "areas.yaml").read_text(encoding="utf-8"))
OUTSIDE = {"710000", "810000", "820000"}
IN_FORCE = [row for row in AREAS.divisions() if row.until_year is None]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['text']}-{case.get('day', '')}")
def test_the_table_of_cases_holds(case: dict[str, Any]) -> None:
    answer = AREAS.find(case["text"], case.get("day", TODAY))
    if "pool" in case:
        assert isinstance(answer, Found), answer
        assert (answer.pool.code, answer.note) == (case["pool"], case.get("note"))
    elif "asks" in case:
        assert isinstance(answer, Ask), answer
        assert (answer.question_key, sorted({m.pool.code for m in answer.matches})) == (
            case["asks"],
            case["among"],
        )
    else:
        assert isinstance(answer, NotFound), answer
        assert answer.reason == case["misses"]
        assert case.get("suggests") in {None, *(match.pool.code for match in answer.suggestions)}


def test_all_provinces_prefectures_and_municipalities_are_there() -> None:
    levels = Counter(row.level for row in IN_FORCE)
    provinces = {row.code for row in IN_FORCE if row.level is Level.PROVINCE}
    assert len(provinces - OUTSIDE) == 31
    assert provinces >= OUTSIDE
    assert levels[Level.PREFECTURE] == 333
    assert len([pool for pool in AREAS.pools(TODAY) if pool.kind == "municipality"]) == 4


def test_every_county_in_force_resolves_to_one_pool_or_a_question_about_its_fund() -> None:
    for row in IN_FORCE:
        if row.level is Level.COUNTY:
            matches = AREAS.pooling.matches(row, TODAY)
            assert matches, row
            assert len(matches) == 1 or row.code.startswith(("4101", "6590")), row


def test_every_name_in_force_written_with_province_and_city_is_found_or_asks_only_for_the_fund() -> None:
    names = {row.code: row.name for row in IN_FORCE}
    for row in IN_FORCE:
        if row.level is Level.PROVINCE:
            continue
        between = "" if row.parent == row.province else names[row.parent]
        answer = AREAS.find(names[row.province] + between + row.name, TODAY)
        if isinstance(answer, Ask):
            assert answer.question_key in {"which_fund", "corps_or_city"}, row
        else:
            assert isinstance(answer, Found), (row, answer)
            assert answer.pool == AREAS.pooling.own_pool(row, TODAY), row


def test_every_code_ever_used_is_found_or_asks_and_only_places_outside_the_schemes_are_not() -> None:
    missed = {row.code for row in AREAS.divisions() if isinstance(AREAS.find(row.code, TODAY), NotFound)}
    assert missed == OUTSIDE


def test_every_name_ever_used_is_found_or_asks() -> None:
    missed = {row.code for row in AREAS.divisions() if isinstance(AREAS.find(row.name, TODAY), NotFound)}
    assert missed == OUTSIDE


def test_every_code_on_every_year_since_pooling_began_leads_to_pools_of_that_year() -> None:
    for year in range(AREAS.began, 2027, 4):
        day = date(year, 7, 1)
        for row in AREAS.divisions():
            if row.in_force(year) and row.code not in OUTSIDE:
                assert AREAS.pooling.matches(row, day), (row, year)


def test_an_answer_can_always_be_given_by_writing_the_code_of_a_pool() -> None:
    for pool in AREAS.pools(TODAY):
        answer = AREAS.find(pool.code, TODAY)
        assert isinstance(answer, Found)
        assert answer.pool == pool


def test_what_is_not_stated_anywhere_is_marked_assumed_or_unknown() -> None:
    status = {pool.code: pool.status for pool in AREAS.pools(TODAY)}
    assert status["530300"] is PoolStatus.SURE
    assert status["530400"] is PoolStatus.ASSUMED
    assert status["429004"] is PoolStatus.ASSUMED
    assert status["660000"] is PoolStatus.UNKNOWN
    assert "630000" not in status


def test_the_corps_has_no_province_and_funds_have_no_division_of_the_national_standard() -> None:
    assert AREAS.province_of(AREAS.pool("660000")) is None
    assert AREAS.pool("660000").division is None
    assert AREAS.pool("419900").division is None


def test_no_transfer_is_needed_inside_one_pool() -> None:
    assert AREAS.same_pool("460100", "460200", TODAY) is True
    assert AREAS.same_pool("640100", "640000", TODAY) is True
    assert AREAS.same_pool("320583", "320500", TODAY) is True
    assert AREAS.same_pool("440100", "440300", TODAY) is False
    assert AREAS.same_pool("410102", "410100", TODAY) is None


def test_codes_with_several_rows_have_periods_that_do_not_overlap() -> None:
    several = [code for code, rows in AREAS.pooling.rows.items() if len(rows) > 1]
    assert len(several) == 359


def test_split_prefectures_since_2000_are_the_three_known_ones() -> None:
    split = {
        row.code
        for row in AREAS.divisions()
        if row.level is Level.PREFECTURE and (row.until_year or 0) >= 2000 and len(row.successors) > 1
    }
    assert split == {"341400", "452100", "452200"}


def test_every_question_reason_and_note_has_a_text() -> None:
    needed = {rule.question for rules in AREAS.pooling.several.values() for rule in rules}
    needed |= {"which_place", "which_county", "which_pool_of_province", "empty", "too_long", "not_six_digits",
               "unknown_code", "unknown_name", "no_pool", "not_yet", "renamed", "namesakes", "year_of_change", "code_decides"}  # fmt: skip
    assert needed <= set(catalogue("areas"))


def test_a_thousand_lookups_take_less_than_a_second() -> None:
    texts = [case["text"] for case in CASES]
    start = perf_counter()
    for count in range(1000):
        AREAS.find(texts[count % len(texts)], TODAY)
    assert perf_counter() - start < 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(policy_folder() / "areas", tmp_path / "areas"))


def flaw_of(folder: Path, file: str, old: str, new: str) -> str:
    """The message after one place of a file was changed."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyFileError) as caught:
        load_areas(folder)
    return str(caught.value)


XIAN = 'division: "610100", from: unknown, until: null, source: area-facts-2026-11, confidence: medium, status: sure'


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("divisions.csv", "530300,曲靖市,prefecture", "530300,曲靖市,canton", "Make the file again"),
        ("divisions.csv", "530300,曲靖市,prefecture,530000", "530300,曲靖市,prefecture,539999", "530300 names 539999"),
        ("divisions.csv", "530302,麒麟区", "530300,麒麟区", "530300 stands twice for the same years"),
        ("divisions.csv", "code,name", "name,code", "The columns are not"),
        ("divisions.csv", "530300,曲靖市,", "530300,曲靖市,extra,", "is not understood"),
        ("pools.yaml", "several:", "severally:", "No several"),
        ("pools.yaml", XIAN, XIAN.replace("unknown", "last spring"), "from: 'last spring' is no day"),
        ("pools.yaml", XIAN, XIAN.replace("medium", "rather"), "Confidence 'rather' is no word of the scale"),
        ("pools.yaml", XIAN, XIAN.replace("sure", "fine"), "Status 'fine' is not known"),
        ("pools.yaml", XIAN, XIAN.replace("area-facts-2026-11", "hearsay"), "The source 'hearsay' is not listed"),
        ("pools.yaml", XIAN, XIAN.replace(", confidence: medium", ""), "The record has no confidence"),
        ("pools.yaml", XIAN, XIAN.replace("610100", "610199"), "No division has the code '610199'"),
        ("pools.yaml", 'also: ["419900"]', 'also: ["419901"]', "`several` names 419901"),
        ("pools.yaml", 'code: "610100", division: "610100"', 'code: "110101", division: "110101"', "hold on the same days"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_files_is_named_with_file_and_line(
    folder: Path, file: str, old: str, new: str, says: str
) -> None:
    message = flaw_of(folder, file, old, new)
    assert says in message
    assert f"{file}, line " in message


def test_a_missing_table_says_how_to_make_it(folder: Path) -> None:
    (folder / "divisions.csv").unlink()
    with pytest.raises(PolicyFileError, match=r"make_areas\.py"):
        load_areas(folder)


def test_a_province_that_becomes_one_pool_needs_its_cities_ended(folder: Path) -> None:
    record = '  - {code: "630000", division: "630000", from: 2027-01-01, until: null, source: notice-2021-43, confidence: low, status: unknown}\n'
    assert "630000 青海省" in flaw_of(folder, "pools.yaml", "pools:\n", "pools:\n" + record)
    text = (folder / "pools.yaml").read_text(encoding="utf-8")
    city = 'division: "630100", from: unknown, until: null'
    (folder / "pools.yaml").write_text(
        text.replace(city, city.replace("null", "2027-01-01")), encoding="utf-8"
    )
    changed = load_areas(folder)
    before, after = changed.find("西宁", TODAY), changed.find("玉树州", date(2027, 1, 1))
    assert isinstance(before, Found)
    assert isinstance(after, Found)
    assert (before.pool.code, after.pool.code) == ("630100", "630000")
