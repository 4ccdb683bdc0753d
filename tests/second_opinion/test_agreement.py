"""The second opinion and the engine agree on every person of a seed, on every rule both know.

20,000 people here; `python -m tests.second_opinion --people 1000000` asks a million. What was found on the way and
who was right stands in docs/second-opinion.md.
"""

from __future__ import annotations

import pytest
from tests.second_opinion.comparing import COMPARED
from tests.second_opinion.people import Person, person

PEOPLE, SEED = 20_000, 20261130


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return [person(SEED, number) for number in range(PEOPLE)]


@pytest.mark.parametrize("rule", COMPARED)
def test_both_answer_alike(rule: str, people: list[Person]) -> None:
    compare = COMPARED[rule]
    kinds = set()
    for who in people:
        question, second, engine = compare(who)
        assert second == engine, f"person {who.number} of seed {SEED}: {question}"
        kinds.add(str(second))
    assert len(kinds) > 1, "The people are all alike to this rule, so nothing was compared."
