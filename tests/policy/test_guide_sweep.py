"""At every edge of a few areas' records and a day beside them, and at months in between: an answer, never silence."""

import pytest

import sweep_guide

SAMPLE = ["530300", "310000", "370200", "460100"]


@pytest.mark.parametrize("area", SAMPLE)
def test_the_guide_answers_at_every_edge_of_an_area(area: str) -> None:
    asked = list(sweep_guide.ask(area, sweep_guide.edges(area, nation=False)))
    assert len(asked) > 5
    assert [(on, silent) for on, silent in asked if silent] == []


def test_the_guide_answers_in_every_month_from_2010_to_2040() -> None:
    days = sweep_guide.months_between()
    assert min(days).year <= 2011
    assert max(days).year >= 2039
    assert [(on, silent) for on, silent in sweep_guide.ask("530300", days[:80]) if silent] == []
