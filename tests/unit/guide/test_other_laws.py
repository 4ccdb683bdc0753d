"""The guide on a law that says less, or more: what is not recorded is left out or said to be unknown, never guessed."""

from dataclasses import replace
from datetime import date

import pytest
from guide_cast import TODAY

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.situations import situation_of
from jiexu.guide.answer import answer
from jiexu.guide.case import Case
from jiexu.guide.letters import Letter, LetterKind, letter
from jiexu.guide.opening import opened
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Fact, Value
from jiexu.rules.policy import Policy

SHIPPED = shipped_policy()
WORDS = {
    "from": "曲靖",
    "to": "成都",
    "from_scheme": "职工",
    "to_scheme": "职工",
    "status": "停保",
    "joined_on": "2026-11-01",
    "accepted_on": "2026-11-02",
    "birth": "1970-05-17",
    "sex": "男",
    "last_paid": "2026-09",
    "first_paid": "2026-11",
    "history": [{"area": "曲靖", "scheme": "职工", "months": "2004-03..2026-09"}],
}
RESIDENT = {
    "from": "曲靖",
    "to": "成都",
    "from_scheme": "居民",
    "to_scheme": "居民",
    "joined_on": "2026-11-20",
    "cover_year_here": "2026",
    "cover_year_there": "2027",
}


def said(policy: Policy, words: dict[str, object] = WORDS, on: date = TODAY) -> set[str]:
    told = answer(situation_of(words), policy=policy, calendar=working_days(), areas=areas(), on=on)
    return {sentence.key for sentence in told.sentences}


def without(*names: str) -> Policy:
    return replace(SHIPPED, facts={key: held for key, held in SHIPPED.facts.items() if key[0] not in names})


def with_(name: str, area: str, value: Value) -> Policy:
    fact = Fact(f"case/{name}", name, area, value, date(2020, 1, 1), None, date(2020, 1, 1), Confidence.HIGH)
    return without(name).with_facts([fact], digest="case")


@pytest.mark.parametrize(
    "name", sorted({name for name, _ in SHIPPED.facts if not name.startswith("retirement.")})
)
def test_whatever_one_parameter_loses_there_is_an_answer(name: str) -> None:
    assert said(without(name))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("pa.cashable", "guide.not_cash"),
        ("pooled_fund.moves", "guide.pooled_stays"),
        ("maternity.transfers", "guide.enrolled_anew"),
        ("remedy.reconsideration_days", "guide.late_reconsider"),
        ("agency.hotline", "guide.late_call"),
    ],
)
def test_what_rests_on_a_fact_is_not_said_without_it(name: str, key: str) -> None:
    assert key in said(SHIPPED)
    assert key not in said(without(name))


def test_inside_a_window_that_is_known_there_is_no_other_answer() -> None:
    windows = with_("resident.window_start", "510100", "2026-10-01")
    end = Fact(
        "case/end",
        "resident.window_end",
        "510100",
        "2026-12-31",
        date(2020, 1, 1),
        None,
        date(2020, 1, 1),
        Confidence.HIGH,
    )
    known = windows.with_facts([end], digest="case")
    inside = said(known, RESIDENT)
    assert "outcomes.R-063.NO_WAIT" in inside
    assert "guide.if_late" not in inside
    late = said(known, {**RESIDENT, "joined_on": "2027-02-01"})
    assert "outcomes.R-063.FIXED_WAIT" in late
    assert "outcomes.R-063.NO_WAIT" not in late


def test_a_letter_without_the_days_of_reconsideration_names_none() -> None:
    policy = without(
        "remedy.reconsideration_days", "remedy.reconsideration_by", "remedy.employer_report_days"
    )
    case = opened(situation_of(WORDS), policy=policy, calendar=working_days(), areas=areas(), on=TODAY)
    assert isinstance(case, Case)
    written = letter(LetterKind.RECONSIDERATION, case)
    assert isinstance(written, Letter)
    assert written.until is None
    assert written.lines[0].key == "guide.letter_to_ask"
    employer = letter(LetterKind.EMPLOYER, case)
    assert isinstance(employer, Letter)
    assert "guide.letter_report_days" not in {line.key for line in employer.lines}


def test_who_pays_is_asked_where_it_decides() -> None:
    fact = Fact(
        "case/flexible", "lapse.benefit_from_month", "510100", 4, date(2020, 1, 1), None, date(2020, 1, 1), Confidence.HIGH,
        scope={"payer": "flexible", "situation": "transfer", "gap": "within_grace"},
    )  # fmt: skip
    policy = SHIPPED.with_facts([fact], digest="case")
    guide = answer(situation_of(WORDS), policy=policy, calendar=working_days(), areas=areas(), on=TODAY)
    assert "payer" in {question.field for question in guide.questions}
    told = answer(situation_of(WORDS), policy=SHIPPED, calendar=working_days(), areas=areas(), on=TODAY)
    assert "payer" not in {question.field for question in told.questions}
