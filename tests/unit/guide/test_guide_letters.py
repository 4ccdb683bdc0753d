"""Letters name addressee, days and grounds from the policy; what cannot be written yet says when, what is missing is asked."""

from dataclasses import replace
from datetime import date

import pytest
from guide_cast import TODAY, moving
from hypothesis import given, settings
from hypothesis import strategies as st

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.case import Case
from jiexu.guide.letters import Letter, LetterError, LetterKind, letter
from jiexu.guide.opening import opened
from jiexu.guide.question import Question
from jiexu.guide.situation import Situation
from jiexu.rules.registry import RULES
from jiexu.texts import LANGS, say
from jiexu.wording.guide import Words

LATE = Situation("曲靖", "成都", accepted_on=date(2026, 11, 2))


def case_of(told: Situation, on: date = TODAY) -> Case:
    case = opened(told, policy=shipped_policy(), calendar=working_days(), areas=areas(), on=on)
    assert isinstance(case, Case)
    return case


def lines(kind: LetterKind, told: Situation, on: date = TODAY) -> list[str]:
    written = letter(kind, case_of(told, on))
    assert isinstance(written, Letter)
    words = Words("zh", shipped_policy().parameters)
    return [words.plain(one) for one in written.lines]


def test_the_employer_is_asked_to_report_the_leaver_within_the_days_of_the_law() -> None:
    said = lines(LetterKind.EMPLOYER, Situation("曲靖", "成都"))
    assert said[0] == "致：______（单位名称）"
    assert "社会保险法第五十条要求单位在15日内告知经办机构；该条讲失业保险，这里参照。" in said
    assert said[-1] == "签名：______　　日期：2026年11月23日"


def test_progress_is_asked_of_the_side_whose_turn_it_is() -> None:
    assert lines(LetterKind.PROGRESS, LATE)[0] == "致：曲靖医疗保障经办机构"
    sent = replace(LATE, form_received_on=date(2026, 11, 20))
    said = lines(LetterKind.PROGRESS, sent)
    assert said[0] == "致：成都医疗保障经办机构"
    assert "依规定，成都应在2026年11月27日前办完（5个工作日）。" in said


def test_a_complaint_names_the_day_that_passed() -> None:
    said = lines(LetterKind.COMPLAINT, LATE)
    assert said[0] == "致：曲靖医疗保障局"
    assert "依规定，曲靖应在2026年11月16日前办完（10个工作日）。" in said


def test_reconsideration_goes_to_the_government_until_a_day() -> None:
    written = letter(LetterKind.RECONSIDERATION, case_of(LATE))
    assert isinstance(written, Letter)
    # 60 days after 2026-11-23, a Friday
    assert written.until == date(2027, 1, 22)
    assert written.lines[0].key == "guide.letter_to_government"
    assert "nation/remedy.reconsideration_by/2024-01-01" in written.lines[0].facts


def test_before_2024_the_higher_administration_could_be_chosen_too() -> None:
    told = replace(LATE, accepted_on=date(2023, 3, 1))
    written = letter(LetterKind.RECONSIDERATION, case_of(told, date(2023, 4, 3)))
    assert isinstance(written, Letter)
    assert written.lines[0].key == "guide.letter_to_government_or_superior"
    assert written.lines[0].confidence.value == "low"


@pytest.mark.parametrize("kind", [LetterKind.COMPLAINT, LetterKind.RECONSIDERATION])
def test_nobody_complains_before_the_day_has_passed(kind: LetterKind) -> None:
    case = case_of(replace(LATE, accepted_on=date(2026, 11, 20)))
    with pytest.raises(LetterError) as refused:
        letter(kind, case)
    assert "2026-12-04" in str(refused.value)
    assert str(refused.value) == say("en", f"errors.{refused.value.code}", **refused.value.data)


def test_where_no_time_limit_is_known_no_letter_names_one() -> None:
    with pytest.raises(LetterError) as refused:
        letter(LetterKind.PROGRESS, case_of(replace(LATE, accepted_on=date(2012, 3, 1))))
    assert refused.value.code == "letter_no_clock"


@pytest.mark.parametrize("kind", [LetterKind.PROGRESS, LetterKind.COMPLAINT, LetterKind.RECONSIDERATION])
def test_a_letter_about_a_delay_asks_for_the_day_of_acceptance_and_nothing_else(kind: LetterKind) -> None:
    asked = letter(kind, case_of(Situation("曲靖", "成都")))
    assert isinstance(asked, Question)
    assert asked.field == "accepted_on"


@settings(max_examples=60, deadline=None)
@given(asked=moving(), kind=st.sampled_from(LetterKind))
def test_every_line_of_every_letter_can_be_said_and_names_its_rule(
    asked: tuple[Situation, date], kind: LetterKind
) -> None:
    told, on = asked
    case = opened(told, policy=shipped_policy(), calendar=working_days(), areas=areas(), on=on)
    if not isinstance(case, Case):
        return
    try:
        written = letter(kind, case)
    except LetterError as refused:
        written = Question(f"errors.{refused.code}", "accepted_on")
    if isinstance(written, Letter):
        for lang in LANGS:
            words = Words(lang, shipped_policy().parameters)
            assert all(words.plain(line) for line in written.lines)
        assert {line.rule for line in written.lines} <= set(RULES)


def test_a_refusal_far_ahead_names_no_last_day_where_no_calendar_tells_it() -> None:
    now = letter(LetterKind.REFUSAL, case_of(LATE))
    ahead = letter(LetterKind.REFUSAL, case_of(LATE, date(2040, 6, 1)))
    assert isinstance(now, Letter)
    assert isinstance(ahead, Letter)
    assert "guide.letter_refusal_until" in {one.key for one in now.lines}
    assert "guide.letter_refusal_until" not in {one.key for one in ahead.lines}
    assert [one.key for one in ahead.lines][-1] == now.lines[-1].key


def test_a_counter_that_is_recorded_stands_on_the_sheet_and_no_line_is_called_for_its_address() -> None:
    said = lines(LetterKind.COUNTER, Situation("呼和浩特", "成都"), date(2026, 11, 30))
    about = [one for one in said if "呼和浩特" in one]
    assert any("居住地或市四区任一医保经办窗口" in one for one in about), said
    unrecorded = [one for one in lines(LetterKind.COUNTER, Situation("曲靖", "成都")) if "曲靖" in one]
    assert any("12393" in one for one in unrecorded)
    assert not any("12393" in one for one in about)
