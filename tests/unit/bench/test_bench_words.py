"""Every sentence of a measurement is one that something says, and its sums are plain ones."""

from __future__ import annotations

import ast
import cProfile
import re
from datetime import date
from pathlib import Path

import pytest

from jiexu.bench.counts import Counted, Rows, Size, off
from jiexu.bench.floor import in_order
from jiexu.bench.ground import Difference, UnevenGroundError, lowered, unlike
from jiexu.bench.interactive import percentile
from jiexu.bench.profile import spent
from jiexu.bench.report import uneven_json
from jiexu.texts import catalogue
from jiexu.values.citizen import make_synthetic
from tidy.tree import SOURCE

EVEN = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "session_replication_role": "origin",
}


def written() -> set[str]:
    """Every text constant in the modules that speak of measurements."""
    files = [*(SOURCE / "bench").glob("*.py"), SOURCE / "cli" / "bench.py"]
    trees = [ast.walk(ast.parse(file.read_text(encoding="utf-8"))) for file in files]
    return {
        node.value.removeprefix("bench.")
        for tree in trees
        for node in tree
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_sentence_of_bench_yaml_is_said_somewhere() -> None:
    unsaid = set(catalogue("bench")) - written()
    assert not unsaid, f"take {sorted(unsaid)} out of src/jiexu/texts/bench.yaml, or say them"


@pytest.mark.parametrize("name", ["fsync", "synchronous_commit", "full_page_writes"])
def test_a_session_without_durability_is_uneven_ground(name: str) -> None:
    found = lowered({**EVEN, name: "off"}, "run 1")
    assert [each.as_json() for each in found] == [{"what": "durability_off", "name": name, "when": "run 1"}]
    assert lowered(EVEN, "run 1") == []


def test_minimal_wal_and_skipped_triggers_are_uneven_ground() -> None:
    found = lowered({**EVEN, "wal_level": "minimal", "session_replication_role": "replica"}, "run 1")
    assert [each.key for each in found] == ["wal_minimal", "triggers_skipped"]


def test_settings_must_be_the_same_in_every_session_but_for_who_asks() -> None:
    other = {**EVEN, "wal_level": "logical", "is_superuser": "on"}
    assert unlike(EVEN, other, "pgbench") == [
        Difference(
            "setting_differs", {"name": "wal_level", "one": "replica", "other": "logical", "when": "pgbench"}
        )
    ]


def test_what_is_said_instead_of_numbers_names_no_ratio() -> None:
    uneven = UnevenGroundError([Difference("unlogged", {"name": "file", "when": "run 1"})])
    assert uneven_json(uneven, seed=7) == {
        "seed": 7,
        "differences": [{"what": "unlogged", "name": "file", "when": "run 1"}],
    }


def test_rows_are_expected_for_cases_parts_and_lines_together() -> None:
    size = Size(cases=10, parts=20, lines=11, sharing=4)
    assert Rows(case=1, part=2, line=3, sharing=1).of(size) == 10 + 40 + 33 + 4


def test_a_table_with_too_few_rows_is_said_with_both_numbers() -> None:
    assert off([Counted("file", 20, 20), Counted("journal", 209, 210)]) == [
        Difference("count_differs", {"name": "journal", "found": "209", "expected": "210"})
    ]


def test_tables_are_copied_after_those_they_refer_to_and_holds_before_postings() -> None:
    keys = [("hold", "file"), ("hold_resolution", "hold"), ("file", "agency"), ("posting", "agency")]
    order = list(in_order(["posting", "hold_resolution", "hold", "file", "agency"], keys))
    assert order == ["agency", "file", "hold", "hold_resolution", "posting"]


@pytest.mark.parametrize(("share", "value"), [(50, 2.0), (51, 3.0), (99, 4.0), (1, 1.0)])
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_pass(share: int, value: float) -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], share) == value


def test_a_profile_names_the_dearest_functions_first_by_their_place_in_the_package(tmp_path: Path) -> None:
    file = tmp_path / "profile"
    with cProfile.Profile() as profile:
        assert [make_synthetic(date(1990, 1, 1), serial) for serial in range(2000)]
    profile.dump_stats(str(file))
    told = spent(file)
    assert [each.seconds for each in told] == sorted((each.seconds for each in told), reverse=True)
    assert 0 < sum(each.share for each in told) <= 1.0001
    (made,) = [each for each in told if each.function.endswith(" make_synthetic")]
    assert re.fullmatch(r"values/citizen\.py:\d+ make_synthetic", made.function)
    assert made.calls == 2000


def test_no_session_of_ours_turns_durability_off() -> None:
    """What a session sets for itself cannot be seen from outside, so it is looked for where it would be written."""
    turned_off = re.compile(
        r"(fsync|synchronous_commit|full_page_writes)[^\w\n]{1,6}(to[^\w\n]+)?(off|false|no|0)\b",
        re.IGNORECASE,
    )
    files = [file for file in SOURCE.rglob("*") if file.suffix in {".py", ".sql"}]
    assert turned_off.search("SET LOCAL synchronous_commit = off")
    assert turned_off.search("set_config('synchronous_commit', 'off', true)")
    assert [file.name for file in files if turned_off.search(file.read_text(encoding="utf-8"))] == []
