"""What cannot be is refused in one sentence, in both languages, that names what and how to mend it."""

from dataclasses import replace
from datetime import date

import pytest
from guide_cast import TODAY, guide_for

from jiexu.guide.situation import ImpossibleSituationError, Situation, Stretch
from jiexu.rules.inputs import Scheme, Status
from jiexu.texts import LANGS, say
from jiexu.values.month import Month

USUAL = Situation("曲靖", "成都")


def stretch(first: str, last: str) -> tuple[Stretch, ...]:
    return (Stretch("曲靖", Scheme.EMPLOYEE, Month.parse(first), Month.parse(last)),)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"birth": date(2030, 1, 1)}, "guide_born_later"),
        ({"status": Status.INSURED, "stopped_on": date(2026, 10, 31)}, "guide_stopped_and_insured"),
        ({"joined": False, "joined_on": date(2026, 11, 1)}, "guide_joined_and_not"),
        ({"applied_on": date(2026, 11, 2), "accepted_on": date(2026, 11, 1)}, "guide_days_out_of_order"),
        ({"accepted_on": date(2026, 11, 24)}, "guide_day_ahead"),
        ({"history": stretch("2020-05", "2020-04")}, "guide_stretch_reversed"),
        ({"history": stretch("2020-05", "2026-12")}, "guide_months_ahead"),
        ({"history": stretch("1990-05", "1991-12"), "birth": date(1990, 6, 1)}, "guide_months_before_birth"),
        ({"last_paid": Month.of(2014, 5), "birth": date(2015, 1, 1)}, "guide_paid_before_birth"),
        ({"insured_months": -1}, "guide_negative_count"),
        ({"missed_years": 1, "repaired_years": 2}, "guide_repairs_too_many"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(told: dict[str, object], code: str) -> None:
    with pytest.raises(ImpossibleSituationError) as refused:
        guide_for(replace(USUAL, **told), on=TODAY)
    assert refused.value.code == code
    said = {lang: say(lang, f"errors.{code}", **refused.value.data) for lang in LANGS}
    assert str(refused.value) == said["en"]
    assert said["zh"].endswith("。")


def test_a_day_of_applying_may_lie_ahead_and_a_first_month_may_be_the_month_of_birth() -> None:
    told = replace(
        USUAL, applied_on=date(2026, 12, 1), birth=date(1990, 5, 31), history=stretch("1990-05", "1991-12")
    )
    assert guide_for(told, on=TODAY).sentences
