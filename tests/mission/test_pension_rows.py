"""The pension of employees: what moves, what a temporary account is, who pays, by when, and what is never paid out."""

from __future__ import annotations

from datetime import date

import pytest
from mission_cast import (
    CALENDAR,
    CHENGDU,
    GUANGZHOU,
    POLICY,
    QUJING,
    SHENZHEN,
    TODAY,
    answers,
    refused,
    said,
    sentence,
    told,
)

from jiexu.rules.inputs import Sex
from jiexu.rules.pension.amount import adds_up, arrears, transfer_amount
from jiexu.rules.pension.civil import Work
from jiexu.rules.pension.overlap import overlap
from jiexu.rules.pension.place import Place, benefit_place, paying_city
from jiexu.rules.pension.route import inside_or_across, may_move, route
from jiexu.rules.pension.steps import Step, online, step_due
from jiexu.rules.pension.stretches import Stretch
from jiexu.rules.pension.temporary import account_kind, collected, temporary_content
from jiexu.rules.policy import province_of
from jiexu.values.month import Month
from jiexu.values.period import Period

YUAN = 100


def paid(first: tuple[int, int], last: tuple[int, int], wage_yuan: int) -> Stretch:
    return Stretch(Period(Month.of(*first), Month.of(*last)), wage_yuan * YUAN)


def test_account_and_twelve_per_cent_of_the_wages_move() -> None:
    """S001-020 the money: the whole account since 1998 and 12 % of the wages. S003-047 the account does move, by article 4.

    24 months on 5,000 yuan: 24 × 5,000 × 8 % = 9,600 and 24 × 5,000 × 12 % = 14,400.
    """
    answer = transfer_amount(stretches=[paid((2020, 1), (2021, 12), 5_000)], policy=POLICY, on=TODAY)
    assert answer.amount is not None
    assert (answer.amount.account_fen, answer.amount.pooled_fen) == (9_600 * YUAN, 14_400 * YUAN)
    assert answer.amount.total_fen == 24_000 * YUAN
    computed = answer.decisions[0]
    assert (computed.rule, computed.articles) == ("PEN-03", ("guobanfa-2009-66:4",))


def test_before_2006_eleven_per_cent_were_recorded() -> None:
    """S001-083 accounts of all places are joined with their interest: every stretch at the rate of its own time.

    12 months of 2005 at 11 % and 12 of 2006 at 8 %, each on 1,000 yuan: 1,320 + 960, and 100 of interest.
    """
    stretches = [paid((2005, 1), (2005, 12), 1_000), paid((2006, 1), (2006, 12), 1_000)]
    answer = transfer_amount(stretches=stretches, policy=POLICY, on=TODAY, interest_fen=100 * YUAN)
    assert answer.amount is not None
    assert [part.account_fen for part in answer.amount.account] == [1_320 * YUAN, 960 * YUAN]
    assert answer.amount.interest_fen == 100 * YUAN
    assert "so are the accounts with their interest" in sentence(adds_up())


def test_nobody_is_paid_out_for_leaving() -> None:
    """S001-075 paying a relation out (退保) is refused with the law. S001-105 and months owed are named, not lost."""
    refused = adds_up(wants_refund=True)
    assert (refused.outcome, refused.articles) == ("NO_REFUND", ("guobanfa-2009-66:3", "sil:19"))
    assert (
        sentence(refused) == "Before the benefit age nobody is paid out and ended; money and months are kept."
    )
    assert arrears(months=3, refuses_to_pay=False).outcome == "MONTHS_STAY"


def test_who_draws_the_pension_moves_nothing() -> None:
    """S001-058 only who does not draw yet may move: drawing is a hard stop."""
    assert may_move(drawing=True).outcome == "DRAWING"
    stopped = route(
        drawing=True, origin=QUJING, destination=CHENGDU, from_work=Work.ENTERPRISE, to_work=Work.ENTERPRISE,
        registered_in=QUJING, sex=Sex.MALE, birth=date(1960, 1, 1), first_on=TODAY, policy=POLICY, on=TODAY,
    )  # fmt: skip
    assert [one.rule for one in stopped] == ["PEN-01"]


def test_the_nations_rule_holds_between_provinces() -> None:
    """S001-061 inside a province its own rule (only the registration changes); between provinces the nation's."""
    inside = inside_or_across(
        origin=GUANGZHOU, destination=SHENZHEN, between_systems=False, policy=POLICY, on=TODAY
    )
    across = inside_or_across(
        origin=GUANGZHOU, destination=CHENGDU, between_systems=False, policy=POLICY, on=TODAY
    )
    assert (inside.outcome, across.outcome) == ("REGISTRATION_ONLY", "ACROSS_PROVINCES")


def kind(
    sex: Sex, birth: date, registered_in: str = QUJING, **more: bool
) -> tuple[bool | None, dict[str, str]]:
    answer = account_kind(
        sex=sex, birth=birth, registered_in=registered_in, destination=CHENGDU, first_on=date(2026, 11, 1),
        policy=POLICY, on=TODAY, **more,
    )  # fmt: skip
    return answer.temporary, answers(answer.decisions)


@pytest.mark.parametrize(
    ("sex", "of_age", "younger"),
    [(Sex.MALE, date(1976, 11, 1), date(1976, 11, 2)), (Sex.FEMALE, date(1986, 11, 1), date(1986, 11, 2))],
)
def test_past_fifty_or_forty_elsewhere_the_account_is_temporary(
    sex: Sex, of_age: date, younger: date
) -> None:
    """S001-107 men of 50 and women of 40 outside the home province: by the exact age on the first day there."""
    assert kind(sex, of_age)[0] is True
    assert kind(sex, younger) == (False, {"PEN-12": "GENERAL_BELOW_AGE"})
    answer = account_kind(
        sex=sex, birth=of_age, registered_in=QUJING, destination=CHENGDU, first_on=date(2026, 11, 1),
        policy=POLICY, on=TODAY,
    )  # fmt: skip
    assert answer.decisions[0].articles == ("guobanfa-2009-66:5",)


def test_the_article_on_age_is_article_five() -> None:
    """S001-110 the measures on the pension's transfer, article 5, is where the rule stands, and it is cited so."""
    shown = said("rules", "show", "PEN-12")
    assert "Transfer of Enterprise Pension Relations (国办发〔2009〕66号), article 5" in shown


def test_at_home_no_age_counts() -> None:
    """S001-106 back in the home province the relation is taken at any age."""
    assert kind(Sex.MALE, date(1967, 1, 1), registered_in=CHENGDU) == (False, {"PEN-11": "GENERAL"})
    assert kind(Sex.MALE, date(1967, 1, 1), approved=True)[1] == {"PEN-12": "GENERAL_APPROVED"}


def test_a_temporary_account_holds_everything_paid() -> None:
    """S001-108 a temporary account records all contributions, employer's and own.

    12 months on 5,000 yuan: 16 % are 9,600 of the employer, 8 % are 4,800 of the person.
    """
    content = temporary_content(stretches=[paid((2025, 1), (2025, 12), 5_000)], policy=POLICY)
    assert (content.unit_fen, content.person_fen, content.total_fen) == (
        9_600 * YUAN,
        4_800 * YUAN,
        14_400 * YUAN,
    )
    assert content.decision.confidence.value == "low", "the employer's rate is an assumption"


def test_when_a_temporary_account_is_collected_is_told_both_ways() -> None:
    """S001-109 at the next move, or when the benefit starts: text and later practice differ, and both are said."""
    both = collected(policy=POLICY, on=TODAY)
    assert both.outcome == "EITHER_WAY"
    assert sentence(both) == (
        "Text and later practice differ: collected at the next move, or when the pension starts; ask the place."
    )
    [fact] = both.facts
    assert {rival.value for rival in POLICY.fact(fact).rivals} == {"at_next_move", "at_benefit"}


def test_each_step_has_fifteen_working_days_of_its_own() -> None:
    """S001-098 three steps of 15 working days, each from its own start. S001-012 the third starts when both have arrived."""
    starts = {Step.REVIEW: TODAY, Step.OUT: date(2026, 12, 14), Step.INTO: date(2026, 12, 28)}
    due = {
        step: step_due(step=step, start=start, applied_on=TODAY, calendar=CALENDAR, policy=POLICY)
        for step, start in starts.items()
    }
    assert due[Step.REVIEW].on == date(2026, 12, 14)
    assert {dict(clock.decision.inputs)["days"] for clock in due.values()} == {15}
    sheet, money = date(2026, 12, 28), date(2027, 1, 4)
    later = step_due(
        step=Step.INTO, start=max(sheet, money), applied_on=TODAY, calendar=CALENDAR, policy=POLICY
    )
    assert later.on > due[Step.INTO].on


def test_where_the_pension_is_drawn() -> None:
    """S001-082 home province, else the last with ten years, else an earlier one, else home collects: by registration."""
    ten, nine = Place(CHENGDU, 120), Place(CHENGDU, 119)
    assert (
        benefit_place(places=[ten], registered_in=QUJING, policy=POLICY, on=TODAY).case.value == "LAST_PLACE"
    )
    home = benefit_place(places=[nine], registered_in=QUJING, policy=POLICY, on=TODAY)
    assert (home.case.value, home.province) == ("HOME_COLLECTS", province_of(QUJING))
    earlier = benefit_place(
        places=[Place(GUANGZHOU, 130), nine], registered_in=QUJING, policy=POLICY, on=TODAY
    )
    assert (earlier.case.value, earlier.province) == ("EARLIER_PLACE", "440000")


def test_the_pension_is_computed_by_each_year() -> None:
    """S001-056 rights follow duties: each year's own wage counts. S001-057 which city pays is the province's rule."""
    answer = benefit_place(places=[Place(GUANGZHOU, 130)], registered_in=QUJING, policy=POLICY, on=TODAY)
    assert answers(answer.decisions)["PEN-22"] == "BY_EACH_YEAR"
    found, decision = paying_city(province="440000", policy=POLICY, on=TODAY)
    assert decision.outcome == "LOCAL_RULE"
    assert (
        getattr(getattr(found, "value", None), "en", "") == "Inside the province the last insured city pays"
    )


def test_months_paid_twice_count_once_and_are_paid_back() -> None:
    """S001-105 joined records hold as many months as before, less those that were double; these are paid back.

    S001-054 and who comes home keeps every month.
    """
    kept, other = [paid((2020, 1), (2021, 12), 5_000)], [paid((2021, 10), (2022, 12), 4_000)]
    answer = overlap(kept=kept, cleared=[other], policy=POLICY)
    assert len(answer.months) == 3
    assert answer.refund_fen == 3 * 4_000 * 8


def test_it_can_be_asked_for_online() -> None:
    """S001-076 online where both accounts are open, the old one stopped and nothing is owed; else at a counter."""
    assert online(both_open=True, stopped=True, arrears_months=0, crosses=True).outcome == "ONLINE"
    assert online(both_open=True, stopped=False, arrears_months=0, crosses=True).outcome == "COUNTER"


COURSE = ("calc", "pension-course", "--from", "曲靖", "--to", "成都", "--on", "2026-11-23")
JOINED = ("--first-month", "2026-11", "--last-month", "2026-10")


def course_of(*told: str) -> str:
    """The closing sentence of the plan: where it stands."""
    lines = [one for one in said(*COURSE, *told).splitlines() if one and not one[0].isspace()]
    return lines[-2]


def test_a_pension_transfer_is_followed_step_by_step() -> None:
    """S001-035 the states of a pension transfer, the suspension of the old relation and its end among them.

    S001-120 the first is being insured at the new place with a month paid.
    """
    assert course_of() == "First join the pension scheme at the new place and have a first month paid."
    assert course_of("--first-month", "2026-11") == "First have the relation at the old place suspended."
    ready = said(*COURSE, *JOINED)
    assert "Insured in Chengdu; the first month is 2026-11." in ready
    assert "The relation in Qujing rests from 2026-11 until the transfer is done" in ready
    days = ("--applied-on", "2026-11-02", "--letter-on", "2026-11-04", "--sheet-on", "2026-11-16")
    money = ("--money-on", "2026-11-18", "--matched-on", "2026-11-19", "--done-on", "2026-11-20")
    assert "went over in 2026-11, which ended the rest" in said(*COURSE, *JOINED, *days, *money)
    assert "refused and owes you written reasons" in course_of(
        "--applied-on", "2026-11-02", "--refused-on", "2026-11-05"
    )


def test_nothing_leaves_before_the_letter_and_nothing_ends_before_the_money() -> None:
    """S001-046 the old place finishes only after the letter. S001-022 the end needs the money matched.

    The medical record may be done earlier: the desk finishes record and money apart (tests of the two tracks).
    """
    applied = ("--applied-on", "2026-11-02")
    assert "sheet_on cannot be without letter_on" in refused(*COURSE, *applied, "--sheet-on", "2026-11-16")
    out = (*applied, "--letter-on", "2026-11-04", "--sheet-on", "2026-11-16")
    assert course_of(*out).startswith("The sheet has come, the money has not")
    money = (*out, "--money-on", "2026-11-18")
    assert "done_on cannot be without matched_on" in refused(*COURSE, *money, "--done-on", "2026-11-20")
    assert course_of(*money, "--matched-on", "2026-11-19").endswith("finishes and tells you by 2026-12-09.")


def test_the_conditions_are_told_plainly_and_only_identity_is_asked_for() -> None:
    """S001-043 the conditions in plain words at this step. S001-036 a checklist; copies and more only where a law says so."""
    plan = said(*COURSE)
    assert "Until you draw your pension its relation can move; this holds for rural workers too." in plan
    assert "No month is in arrears." in plan
    assert "No papers beyond identity without a legal ground" in plan
    assert "jiexu moves no pension money" in plan


def test_who_has_no_employer_is_told_where_to_apply_and_how_sure_that_is() -> None:
    """S001-082 with an employer at the workplace, by either; without one by the person, at home where a place says so."""
    alone = said("calc", "pension-course", "--from", "曲靖", "--to", "重庆", "--payer", "flexible")
    assert "An article says that here who has no employer applies where the household is registered" in alone
    assert "doubtful" in alone
    assert "is not known here; ask 12333 first" in said(*COURSE, "--payer", "flexible")
    assert "You or your new employer apply in writing at the new place." in said(*COURSE)


def test_the_statement_goes_with_the_sheet() -> None:
    """S001-124 the step of the old place attaches the statement of the account, by an article, and is marked so."""
    [attached] = [one for one in told(*COURSE)["lines"] if one["key"].startswith("PEN-35")]
    assert "the statement of the account goes with the sheet" in attached["text"]


def test_accounts_are_joined_with_the_interest_of_each_stretch() -> None:
    """S001-083 accounts of before and after are joined, the interest of every stretch named and added.

    1,320 + 960, and 30.50 and 12.25 of interest; 12 % of 24,000 are 2,880.
    """
    text = said(
        "calc",
        "pension-transfer",
        "--pay",
        "2005-01~2005-12=1000+30.50",
        "--pay",
        "2006-01~2006-12=1000+12.25",
    )
    assert "Interest on 2005-01 to 2005-12: 30.50 yuan." in text
    assert "Interest on 2006-01 to 2006-12: 12.25 yuan." in text
    assert "5,202.75 yuan" in text
