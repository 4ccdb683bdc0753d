"""Which process of a shared run begins with which tests: what takes long is dealt first, so that none ends alone with it.

``--dist worksteal`` gives each process an equal count of tests in a row, and later takes from the end of the fullest:
there the short ones stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

LONG = {
    "test_a_thousand.py": 40,
    "test_killed.py": 30,
    "test_two_machines.py": 15,
    "test_ledger_machine.py": 12,
    "test_one_case.py": 30,
    "test_start.py": 8,
    "test_bad_input.py": 6,
    "test_letters_by_hand.py": 8,
    "test_paper.py": 10,
    "test_counter_pages.py": 2,
    "test_report_pages.py": 2,
    "test_identity_repair.py": 2,
    "test_evidence_file.py": 10,
    "test_example.py": 10,
    "test_bench.py": 6,
    "test_crew.py": 4,
    "test_halving.py": 6,
    "test_agreement.py": 2,
    "test_rules_covered.py": 2,
    "test_hash_seeds.py": 5,
    "test_route_matrix.py": 4,
    "test_fifty_attempts.py": 6,
}
"""Seconds a test takes, about, where it is more than one. Where a number is wrong, a run is slower and no claim less."""
A_SERVER = 0.5
"""The same of a test on a database of its own; all others are short."""


def long_ones(items: list[pytest.Item]) -> Iterator[tuple[float, str, list[pytest.Item]]]:
    """Groups of tests that take long, each with its seconds and its server: a file on one server, because its tests share
    what is dear to make.
    """
    groups: dict[tuple[str, str], list[pytest.Item]] = {}
    for item in items:
        called = getattr(item, "callspec", None)
        on = str(called.params.get("postgres", "")) if called else ""
        if item.path.name in LONG or "postgres" in getattr(item, "fixturenames", ()):
            groups.setdefault((str(item.path), on), []).append(item)
    for (path, on), group in groups.items():
        yield len(group) * LONG.get(Path(path).name, A_SERVER), on, group


def dealt(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """All of them, each process's share in a row: the next long group goes to whoever holds least so far."""
    hands: list[list[tuple[str, list[pytest.Item]]]] = [[] for _ in range(processes)]
    held = [0.0] * processes
    for seconds, on, group in sorted(long_ones(items), key=lambda each: -each[0]):
        lightest = held.index(min(held))
        held[lightest] += seconds
        hands[lightest].append((on, group))
    # One server after the other: what tests share on it is made once.
    first = [
        [item for _, group in sorted(hand, key=lambda each: each[0]) for item in group] for hand in hands
    ]
    long = {id(item) for hand in first for item in hand}
    short = iter([item for item in items if id(item) not in long])
    share = len(items) // processes
    shares = [[*hand, *islice(short, max(0, share - len(hand)))] for hand in first]
    return [item for each in shares for item in each] + list(short)
