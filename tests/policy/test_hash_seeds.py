"""Every readable case gives the same bytes in processes that shuffle their sets and dicts differently."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jiexu.rules.decision import Decision
from jiexu.rules.registry import RULES
from jiexu.rules.working import Worked
from policy import test_calculations, test_other_systems, test_rules_yaml
from policy.cases import decisions_of, run

TESTS = Path(__file__).resolve().parents[1]


def decided() -> Iterator[Decision]:
    """The decisions of every case beside the calculations."""
    for case in test_rules_yaml.CASES:
        yield from test_rules_yaml.run(case)[1]
    for case in test_other_systems.ANSWERED:
        yield from decisions_of(run(case))


def worked() -> list[Worked[Any]]:
    return [test_calculations.work(case) for case in test_calculations.CASES if "refused" not in case]


def digest() -> str:
    """SHA-256 over the decisions and workings of every case, as they would be kept."""
    kept = hashlib.sha256()
    for one in (*decided(), *worked()):
        kept.update(json.dumps(one.as_json(), ensure_ascii=False).encode())
    return kept.hexdigest()


def test_every_rule_is_among_what_is_compared() -> None:
    rules = {one.rule for one in decided()}
    rules |= {one.rule for working in worked() for one in working.decisions}
    assert set(RULES) - rules == set()


def test_decisions_and_workings_do_not_depend_on_the_hash_seed() -> None:
    said = set()
    for seed in ("1", "2026"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(
                [str(TESTS), str(TESTS.parent / "src"), str(TESTS.parent / "tools")]
            ),
        }
        code = "from policy.test_hash_seeds import digest; print(digest())"
        process = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        said.add(process.stdout)
    assert said == {digest() + "\n"}
