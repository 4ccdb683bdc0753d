"""Every readable case gives the same bytes in processes that shuffle their sets and dicts differently."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from jiexu.rules.decision import Decision
from policy import test_calculations, test_rules_yaml

TESTS = Path(__file__).resolve().parents[1]


def digest() -> str:
    """SHA-256 over the decisions of every case, as they would be kept."""
    kept = hashlib.sha256()
    for case in test_rules_yaml.CASES:
        told: list[Decision] = test_rules_yaml.run(case)[1]
        kept.update(json.dumps([one.as_json() for one in told], ensure_ascii=False).encode())
    for case in test_calculations.CASES:
        if "refused" not in case:
            kept.update(json.dumps(test_calculations.work(case).as_json(), ensure_ascii=False).encode())
    return kept.hexdigest()


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
        run = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        said.add(run.stdout)
    assert said == {digest() + "\n"}
