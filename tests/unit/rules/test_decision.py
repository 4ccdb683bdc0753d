"""A decision as it is kept and signed: these keys, in this form, whatever it says."""

from dataclasses import fields

import pytest

from jiexu.rules.decision import Basis, Confidence, Decision, weakest


def test_a_decision_is_kept_whole_under_the_names_of_its_fields() -> None:
    decision = Decision(
        "R-021",
        "CURRENT_YEAR",
        ("nhsa-2021-43:4", "handling-2023:46"),
        ("nation/resident.same_year/2021-12-01",),
        Confidence.MEDIUM,
        Basis.LOCAL,
        {"joined": 2026, "sure": False, "place": None},
        ("NA-04",),
    )
    kept = decision.as_json()
    assert kept == {
        "articles": ["nhsa-2021-43:4", "handling-2023:46"],
        "basis": "local",
        "confidence": "medium",
        "facts": ["nation/resident.same_year/2021-12-01"],
        "inputs": {"joined": 2026, "sure": False, "place": None},
        "outcome": "CURRENT_YEAR",
        "refusals": ["NA-04"],
        "rule": "R-021",
    }
    assert set(kept) == {one.name for one in fields(Decision)}
    assert type(kept["confidence"]) is type(kept["basis"]) is str


@pytest.mark.parametrize(
    ("sure", "rank", "lowered"),
    [
        (Confidence.LOW, 0, Confidence.LOW),
        (Confidence.MEDIUM, 1, Confidence.LOW),
        (Confidence.HIGH, 2, Confidence.MEDIUM),
    ],
)
def test_three_degrees_each_a_step_above_the_next(sure: Confidence, rank: int, lowered: Confidence) -> None:
    assert (sure.rank, sure.lowered()) == (rank, lowered)
    assert weakest([Confidence.HIGH, sure, Confidence.HIGH]) is sure


def test_the_weakest_link_decides_and_without_any_nothing_is_doubted() -> None:
    assert weakest([]) is Confidence.HIGH
    assert weakest(iter([Confidence.MEDIUM, Confidence.LOW])) is Confidence.LOW
