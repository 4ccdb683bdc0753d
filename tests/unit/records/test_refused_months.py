"""Each refusal of months, periods and records has its own code, carries its facts, and says the catalogued sentence."""

from collections.abc import Callable

import pytest

from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line, MonthKind, PersonRecord, Tally, undo_hand_over, undo_take_in
from jiexu.texts import say
from jiexu.values.errors import ValueFault
from jiexu.values.money import parse_yuan
from jiexu.values.month import Month
from jiexu.values.period import Period

EARLY, LATE = Month.of(2019, 7), Month.of(2026, 9)
HALF = MonthSet.between(Month.of(2020, 1), Month.of(2020, 6))
PAID = Line("310", "530100", MonthKind.PAID)
HERE = PersonRecord("510100", {PAID: Tally(earned=HALF)})
NAMED: dict[str, str | int] = {
    "months": "2020-01~2020-06",
    "scheme": "310",
    "area": "530100",
    "kind": "paid",
    "agency": "510100",
}

REFUSALS: list[tuple[Callable[[], object], str, dict[str, str | int]]] = [
    (lambda: Month.of(2026, 13), "month_no_such_month", {"year": 2026, "month": 13}),
    (lambda: Month.of(1948, 12), "month_out_of_range", {"year": 1948, "month": 12}),
    (lambda: Month.parse("March"), "month_unreadable", {"given": "March"}),
    (lambda: Period(LATE, EARLY), "period_reversed", {"first": "2026-09", "last": "2019-07"}),
    (lambda: Period.parse("1~2~3"), "period_unreadable", {"given": "1~2~3"}),
    (lambda: MonthSet.between(LATE, EARLY), "months_reversed", {"first": "2026-09", "last": "2019-07"}),
    (lambda: MonthSet.from_spans([(5, 6)]), "months_bad_span", {"begin": 5, "end": 6}),
    (lambda: MonthSet.parse_pg("{1}"), "months_pg_unreadable", {"given": "{1}"}),
    (lambda: MonthSet.from_json({"a": 1}), "months_json_unreadable", {"given": "{'a': 1}"}),
    (lambda: MonthSet.from_json([["2019-07"]]), "months_json_unreadable", {"given": "['2019-07']"}),
    (lambda: MonthSet.from_json([["2019-07", "2019-07"]] * 2), "months_named_twice", {"pairs": 2}),
    (lambda: Tally(HALF, HALF), "record_earned_and_moved_in", {"months": "2020-01~2020-06"}),
    (lambda: Tally(moved_out=HALF), "record_moved_out_unknown", {"months": "2020-01~2020-06"}),
    (lambda: undo_hand_over(HERE, {PAID: HALF}), "record_not_out", NAMED),
    (lambda: undo_hand_over(PersonRecord("510100"), {PAID: HALF}), "record_not_out", NAMED),
    (lambda: undo_take_in(HERE, {PAID: HALF}, {}), "record_not_in", NAMED),
    (lambda: undo_take_in(PersonRecord("510100"), {PAID: HALF}, {}), "record_not_in", NAMED),
    (lambda: parse_yuan(" "), "amount_empty", {"given": " "}),
    (lambda: parse_yuan("1E5"), "amount_scientific", {"given": "1E5"}),
    (lambda: parse_yuan("-1"), "amount_negative", {"given": "-1"}),
    (lambda: parse_yuan("one"), "amount_unreadable", {"given": "one"}),
    (lambda: parse_yuan("1.0001"), "amount_decimals", {"given": "1.0001", "decimals": 4}),
    (lambda: parse_yuan("9" * 12), "amount_too_large", {"given": "9" * 12, "limit": "100,000,000,000.00"}),
]


@pytest.mark.parametrize(("refused_step", "code", "data"), REFUSALS)
def test_a_refusal_carries_its_facts_and_says_its_sentence(
    refused_step: Callable[[], object], code: str, data: dict[str, str | int]
) -> None:
    with pytest.raises(ValueFault) as refused:
        refused_step()
    assert (refused.value.code, refused.value.data) == (code, data)
    assert str(refused.value) == say("en", f"errors.{code}", **data)
    assert say("zh", f"errors.{code}", **data) != str(refused.value)
