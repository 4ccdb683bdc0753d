"""Figures and lines as they are kept."""

from datetime import date
from decimal import Decimal

import pytest

from jiexu.rules.between import Between
from jiexu.rules.decision import Confidence, Decision
from jiexu.rules.facts import Bound
from jiexu.rules.working import (
    Figure,
    Line,
    Unit,
    Worked,
    age,
    area,
    calendar_days,
    count,
    day,
    fen,
    line,
    month,
    months,
    share,
    word,
    working_days,
    years,
)
from jiexu.values.month import Month
from jiexu.wording.working import figure_words

SHOWN = [
    (fen(320855), 320855, "3,208.55 yuan"),
    (months(1), 1, "1 month"),
    (years(Decimal("12.50")), "12.50", "12.5 years"),
    (age(721), 721, "60 years 1 month"),
    (age(720), 720, "60 years"),
    (months(Between(4, 5)), {"low": 4, "high": 5}, "4 to 5 months"),
    (months(Between(5, 5)), 5, "5 months"),
    (
        month(Between(Month.of(2026, 7), Month.of(2027, 1))),
        {"low": "2026-07", "high": "2027-01"},
        "2026-07 to 2027-01",
    ),
    (working_days(10), 10, "10 working days"),
    (calendar_days(100), 100, "100 days"),
    (count(2026), 2026, "2026"),
    (share(Decimal("0.0005")), "0.0005", "0.05 %"),
    (day(date(2026, 11, 23)), "2026-11-23", "2026-11-23"),
    (month(Month.of(2026, 3)), "2026-03", "2026-03"),
    (area("370200"), "370200", "Qingdao"),
    (months(Bound(4, 5)), {"low": 4, "high": 5}, "4 to 5 months"),
    (months(Bound(4)), {"low": 4, "high": None}, "at least 4 months"),
    (months(Bound(high=6)), {"low": None, "high": 6}, "at most 6 months"),
    (share(Bound(high=Decimal("0.02"))), {"low": None, "high": "0.02"}, "at most 2 %"),
]


@pytest.mark.parametrize(("figure", "kept", "said"), SHOWN)
def test_a_figure_is_kept_plain_and_said_with_its_unit(figure: Figure, kept: object, said: str) -> None:
    assert figure.as_json() == {"unit": figure.unit.value, "value": kept}
    assert figure_words(figure, "en") == said


def test_a_line_rests_on_what_its_decision_rests_on() -> None:
    decision = Decision("R-071", "EMPLOYER", articles=("sil:86",), facts=("nation/late_fee.rate/2011-07-01",))
    assert line("x", by=decision, days=calendar_days(1)) == Line(
        "x", {"days": Figure(1, Unit.CALENDAR_DAYS)}, articles=decision.articles, facts=decision.facts
    )
    assert line("x").as_json() == {
        "articles": [],
        "facts": [],
        "figures": {},
        "key": "x",
        "rounding": "exact",
    }
    assert word("employer").as_json() == {"unit": "word", "value": "employer"}


def test_a_working_is_as_sure_as_its_weakest_decision() -> None:
    sure, doubtful = (Decision("R-1", "X", confidence=each) for each in (Confidence.HIGH, Confidence.LOW))
    worked = Worked("answer", (sure, doubtful), (line("a"),), line("b"))
    assert worked.confidence is Confidence.LOW
    kept = worked.as_json()
    assert kept["confidence"] == "low"
    assert kept["decisions"] == [sure.as_json(), doubtful.as_json()]
    assert kept["closing"] == line("b").as_json()
