"""What somebody about to move house wants beforehand: the steps in order, days without cover, ways back, papers to take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mission_cast import MOVER, POLICY, TODAY, guide, said

from jiexu.guide.letters import SHEETS
from jiexu.rules.family.delegated import acts_only
from jiexu.rules.unemployment.entitlement import Leaving, left_by_choice
from jiexu.texts import LANGS, catalogue, say

GAP = {"last_paid": "2026-11", "first_paid": "2027-06", "payer": "flexible"}


def keys(sentences: list[dict[str, Any]]) -> list[str]:
    return [one["key"].partition(".")[2] for one in sentences]


def by_key(sentences: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["key"].partition(".")[2]: one for one in sentences}


def letter(kind: str, **given: str) -> list[str]:
    options = {**MOVER, **{f"--{name.replace('_', '-')}": value for name, value in given.items()}}
    return said("letter", kind, *[word for pair in options.items() for word in pair]).strip().splitlines()


def test_the_steps_begin_before_the_change_of_job() -> None:
    """S001-002 before working elsewhere: stop, join, apply, then what each agency does, by its day, in this order."""
    before = guide("steps", without=("--stopped-on",), status="insured", joined_on="no")["steps"]
    assert keys(before) == [
        "step_stop", "step_join", "step_apply", "step_out_if", "step_in_if", "step_look", "step_errands", "step_no_card",
    ]  # fmt: skip
    assert [one["data"]["number"] for one in before[:-2]] == [1, 2, 3, 4, 5, 6]
    days = [one["data"]["day"] for one in before if "day" in one["data"]]
    assert days == sorted(days)
    after = guide("steps")["steps"]
    assert keys(after)[0] == "step_apply", "what is done is not told again"


def test_a_whole_case_asks_for_no_errand() -> None:
    """S001-077 S003-033 all of it online: the counter of errands is shown, and it stands at nought."""
    last = guide("steps")["steps"][-2]
    assert (last["key"], last["data"]["errands"], last["rule"]) == ("guide.step_errands", 0, "R-015")


def test_days_without_cover_are_counted_and_stand_in_the_calendar(tmp_path: Path) -> None:
    """S002-049 cover ends with the last paid month: the first day without is the first of the next; places may be later.

    S002-041 the days without cover, in the calendar file too. S004-054 the first uncovered day and the last safe one.
    30 November 2026 is the last day paid for; paid again in June 2027, at the earliest that month is covered:
    December to May, 31 + 31 + 28 + 31 + 30 + 31 = 182 days.
    """
    cover = by_key(guide("cover", **GAP)["cover"])
    gone = cover["uncovered_least"]
    assert (gone["data"]["since"], gone["data"]["until"], gone["data"]["days"]) == (
        "2026-12-01",
        "2027-05-31",
        182,
    )
    assert gone["due"] == {"on": "2026-12-01", "kind": "uncovered"}
    assert gone["confidence"] != "high"
    assert cover["pay_until"]["data"]["until"] == "2027-02-28"
    file = tmp_path / "days.ics"
    options = {**MOVER, **{f"--{name.replace('_', '-')}": value for name, value in GAP.items()}}
    said("guide", *[word for pair in options.items() for word in pair], "--ics", str(file))
    calendar = file.read_text(encoding="utf-8")
    assert "DTSTART;VALUE=DATE:20261201" in calendar
    assert say("en", "guide.ics_uncovered") in calendar


def test_two_counts_of_months_are_kept_apart(tmp_path: Path) -> None:
    """S002-026 months without a break may be counted anew, months in all never fall. S002-039 what that does is local.

    S002-048 the effects of a break together: days, wait, both counts.
    24 months to 2024-12 and 10 from 2026-01 to 2026-10: 10 without a break, 34 in all.
    """
    file = tmp_path / "situation.yaml"
    file.write_text(
        "history:\n"
        "  - {area: 曲靖, scheme: employee, months: 2023-01..2024-12}\n"
        "  - {area: 曲靖, scheme: employee, months: 2026-01..2026-10}\n",
        encoding="utf-8",
    )
    cover = by_key(guide("cover", file=str(file), first_paid="2027-02")["cover"])
    assert (cover["two_counts"]["data"]["run"], cover["two_counts"]["data"]["total"]) == (10, 34)
    assert cover["run_restarts"]["confidence"] == "low"
    assert {"uncovered_least", "wait_open", "two_counts", "run_restarts"} <= set(cover)


def test_costs_of_a_gap_that_is_made_up_are_claimed_with_bills() -> None:
    """S002-030 costs of the break are paid once it is made up: the bills to keep are listed, and only then."""
    short = by_key(guide("cover", last_paid="2026-10", first_paid="2026-12", payer="employer")["cover"])
    assert short["paid_back"]["rule"] == short["keep_bills"]["rule"] == "R-054"
    assert "invoices, lists of costs and medical records" in short["keep_bills"]["text"]
    assert "keep_bills" not in by_key(guide("cover", **GAP)["cover"])


def test_who_pays_alone_joins_anew_after_the_limit() -> None:
    """S002-036 flexible workers: months within the limit are payable, older ones are not and insurance begins anew."""
    assert "join_anew" in by_key(guide("cover", **GAP)["cover"])
    assert "join_anew" not in by_key(guide("cover", **{**GAP, "first_paid": "2027-01"})["cover"])
    assert "join_anew" not in by_key(guide("cover", **{**GAP, "payer": "employer"})["cover"])


def test_the_ways_back_stand_side_by_side() -> None:
    """S003-081 back by a new employer or paying alone, or as a resident: each with its wait, and what is paid there."""
    answer = guide("cover", "pay", last_paid="2026-08", joined_on="no", to="重庆", payer="flexible")
    told = keys(answer["cover"])
    places = [told.index(f"way_{way}") for way in ("employer", "flexible", "resident")]
    assert places == sorted(places)
    begins = {"no_wait", "wait", "wait_open", "wait_from", "cover_not_known"}
    assert all(told[place + 1] in begins for place in places)
    assert answer["pay"]
    assert "way_employer" not in keys(guide("cover", last_paid="2026-08")["cover"]), (
        "who is insured needs none"
    )


def test_a_stop_pays_nothing_and_the_balance_stays_usable() -> None:
    """S003-078 stopping pays nothing out; what the balance is for afterwards stands in the same answer."""
    stopped = by_key(guide("money")["money"])["stop_pays_nothing"]
    assert stopped["rule"] == "WDR-01"
    assert "near relatives" in stopped["text"]


def test_an_employer_is_asked_for_unpaid_months_with_evidence() -> None:
    """S002-028 the claim: months unpaid, who owes them and the fee, what is enclosed, and where it goes otherwise."""
    lines = letter("claim", arrears_months="3")
    assert any("3 months of medical insurance were not paid" in line for line in lines)
    assert say("en", "outcomes.R-071.EMPLOYER_OWES") in lines
    assert say("en", "outcomes.LAW-01.MEDIATE_ARBITRATE_SUE") in lines
    assert all(word in lines[-2] for word in ("contract", "payslips", "attendance", "contributions"))


def test_a_refusal_is_taken_to_review() -> None:
    """S001-079 a place that does not want to take somebody: the text for the review, with its addressee and last day.

    From 23 November 2026 sixty days: 7 + 31 + 22 end on 22 January 2027.
    """
    lines = letter("refusal")
    assert lines[0].startswith("To: the people's government over the medical-insurance agency of Chengdu")
    assert say("en", "outcomes.R-016.IDENTITY_ONLY") in lines
    assert any("60 days" in line and "22 January 2027" in line for line in lines)


def test_one_sheet_for_the_counter_of_either_place() -> None:
    """S000-015 S002-009 one sheet: where (or whom to call for it), what to bring, what to take home; either place."""
    lines = letter("counter")
    assert "Qujing to Chengdu; either place takes it" in lines[0]
    assert sum(line.startswith("Counter in ") for line in lines) == 2
    assert say("en", "outcomes.R-016.IDENTITY_ONLY") in lines
    assert "day" in lines[-1]


def test_one_sheet_for_asking_after_the_record() -> None:
    """S004-034 at the counter for one's record: where, one credential, and months in each year as what to ask for."""
    lines = letter("record")
    assert "once in Qujing and once in Chengdu" in lines[0]
    assert any("months paid in each year" in line for line in lines)
    assert say("en", "outcomes.QRY-01.FREE") in lines
    assert {kind.value for kind in SHEETS} == {"counter", "record"}, "neither is signed"


def test_basic_medical_insurance_is_explained() -> None:
    """S001-111 what medical insurance means is said where the words first stand, in plain Chinese and English."""
    first = guide("what")["what"][0]
    assert first["key"] == "guide.basic_insurance"
    for lang in LANGS:
        term = catalogue("terms")["basic_insurance"][lang].partition("：" if lang == "zh" else ":")[0]
        assert term in say(lang, "guide.basic_insurance")


def test_leaving_by_choice_has_a_list_of_cases() -> None:
    """S002-056 a contract not renewed is not one's own choice. S002-057 nor is an end the employer proposed; one's own is."""
    word = {how: left_by_choice(how=how).outcome for how in Leaving}
    assert word[Leaving.CONTRACT_ENDED] == word[Leaving.EMPLOYER_PROPOSED] == "NOT_BY_CHOICE"
    assert word[Leaving.EMPLOYEE_PROPOSED] == word[Leaving.OWN_NOTICE] == "BY_CHOICE"
    assert left_by_choice(how=Leaving.CONTRACT_ENDED).articles == ("hrss-2011-13:13",)
    others = guide("others", payer="unemployed")["others"]
    assert {"UNE-21", "UNE-19"} <= {one["rule"] for one in others}


def test_what_may_be_done_for_a_relative() -> None:
    """S003-050 registering, buying and paying for a relative, with the relative's own money: the list is closed."""
    acts = acts_only()
    text = say("zh", f"outcomes.{acts.rule}.{acts.outcome}")
    assert all(word in text for word in ("挂号", "买药", "结算", "亲属自己的钱"))


def test_default_passwords_are_named_and_warned_of() -> None:
    """S004-031 digits of a number and the month of birth are no passwords: whoever looks up a record is told."""
    warning = by_key(guide("where")["where"])["no_default_password"]
    assert warning["basis"] == "design", "our advice, no law"
    assert all(word in say("zh", "guide.no_default_password") for word in ("证件号", "出生年月"))


def test_an_agency_that_does_not_act_is_reviewed_before_it_is_sued() -> None:
    """S000-048 since 2024 the law asks for the review first where an agency lets the day pass."""
    late = guide("late", accepted_on="2026-11-02", on="2026-11-30")["late"]
    [first] = [one for one in late if one["rule"] == "LAW-03"]
    assert (first["key"], first["confidence"]) == ("outcomes.LAW-03.REVIEW_FIRST", "high")
    assert POLICY.find("remedy.review_first", on=TODAY).value is True  # type: ignore[union-attr]  # it is found
