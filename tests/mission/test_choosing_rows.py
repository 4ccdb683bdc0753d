"""Which insurance to join, what stands in the way before applying, why an account could not be used, and two plans at once."""

from __future__ import annotations

from mission_cast import guide, said, texts


def lines(*words: str) -> list[str]:
    """What a calculator says, without what it rests on."""
    found = said("calc", *words).splitlines()
    return [one[3:].strip() if one[:2].strip().isdigit() else one for one in found if one[:6].strip()]


def test_a_steady_job_means_employee_insurance_at_the_workplace() -> None:
    """S001-031 a steady job: employee insurance at the workplace, by the employer, no choice.

    S001-117 a rural registration changes nothing for who has a job in town.
    """
    answer = lines("scheme-choice", "--work", "employed", "--to", "成都", "--home", "曲靖")
    assert answer[0] == (
        "With a steady job the employer insures you as an employee where you work; a rural registration changes nothing."
    )
    assert not [one for one in answer if one.startswith(("The first way", "Resident insurance"))]
    grounds = said("calc", "scheme-choice", "--work", "employed", "--to", "成都")
    assert "Social Insurance Law" in grounds
    assert "article 23" in grounds


def test_without_an_employer_there_are_two_ways_with_cost_and_wait_and_never_both() -> None:
    """S001-032 both ways with what they cost and how long they wait, and never both at once.

    S001-104 who has no employer pays alone for employee insurance at home as well, at the place that is told.
    S004-039 resident insurance is paid by the year, for life.
    """
    asked = ("scheme-choice", "--work", "flexible", "--to", "沈阳", "--home", "曲靖", "--on", "2025-11-23")
    answer = lines(*asked)
    assert "Only one insurance at a time: nobody is in both, and nothing is paid twice." in answer
    assert "The place sets 484.38 yuan a month." in answer
    assert "Resident insurance: in Qujing, paid by the year." in answer
    assert "The person pays 400.00 yuan in all." in answer
    assert "Back in employee insurance after a longer break, the wait is at most 6 months." in answer
    assert (
        "In resident insurance, outside the window or after a break, the wait is at least 3 months." in answer
    )
    assert "Resident insurance has no cover as a retiree: it is paid every year, for life." in answer
    home = lines("scheme-choice", "--work", "flexible", "--to", "天津", "--base", "5000")
    assert "The first way: employee insurance in Tianjin, paid alone." in home
    assert "Base 5,000.00 yuan × 7.5 % = 375.00 yuan a month." in home


def test_who_paid_not_one_month_is_told_before_applying() -> None:
    """S000-026 without a month paid there is nothing to transfer: refused before an application, with the reason."""
    answer = guide(insured_months="0")
    [sentence] = [one for one in answer["move"] if one["rule"] == "SWI-07"]
    assert sentence["text"].startswith(
        "Not one month was paid at the old place, so there is nothing to transfer"
    )
    assert "steps" not in answer
    assert "steps" in guide(insured_months="1")


def test_one_interview_opens_two_plans_at_two_agencies() -> None:
    """S001-016 the same answers give the medical plan and the pension's own, each with its agencies, line and days."""
    answer = guide("steps", "others")
    medical, pension = texts(answer["steps"]), texts(answer["others"])
    assert any(
        "Qujing hands over; accepted today, its last day by law is 7 December 2026." in one for one in medical
    )
    assert (
        "The pension goes its own way: once insured in Chengdu, apply in writing to the pension agency there; ask 12333."
        in pension
    )
    assert "Pension step 2: after the letter Qujing hands over, at the latest by 5 January 2027." in pension
    inside = texts(guide("others", **{"from": "广州", "to": "深圳"})["others"])
    assert not [one for one in inside if one.startswith("Pension step")]


def test_every_step_goes_without_the_plastic_card() -> None:
    """S003-056 beside the numbered steps it is said that none of them needs the plastic card, and what will do."""
    steps = texts(guide("steps")["steps"])
    numbered = [one for one in steps if one.startswith("Step ")]
    assert steps[-1] == (
        f"None of these {len(numbered)} steps needs the plastic card; identity card or medical e-credential will do."
    )


def test_a_failed_payment_has_three_usual_reasons_and_each_is_looked_at() -> None:
    """S003-082 stopped, not a contracted provider, too little: the list, each by what was told."""
    told = ("account-use", "--at", "曲靖", "--stopped", "--other", "--bill", "100", "--balance", "20")
    answer = lines(*told)
    assert [one for one in answer if one.startswith("One reason")][:3] == [
        "One reason: insurance has stopped, and some places seal the account then.",
        "One reason: this hospital or pharmacy is not a contracted one.",
        "One reason: the balance does not suffice.",
    ]
    assert (
        "The bill is 100.00 yuan, the balance 20.00 yuan; 80.00 yuan are missing and paid in cash." in answer
    )
    assert "None of the three usual reasons holds" in lines("account-use", "--at", "曲靖")[-2]


def test_where_an_account_can_be_used_is_data_of_the_place() -> None:
    """S003-022 at home; elsewhere in the province where it says so, as a record; further off both lines are asked."""
    within = said("calc", "account-use", "--at", "济南", "--provider-in", "青岛")
    assert "It can also be used at contracted providers of other cities of the province" in within
    assert "Shandong" in within
    beyond = lines("account-use", "--at", "济南", "--provider-in", "曲靖")
    assert "Whether it can be used there is not known here; ask 12393 of both places first." in beyond


def test_a_months_contribution_is_split_into_account_and_pooled_fund() -> None:
    """S002-046 what the employer and the person pay in a month, and what of it goes to the account and to the pooled fund."""
    answer = lines("month-split", "--at", "成都", "--base", "5000", "--month", "2026-10")
    assert "The employer pays 6.9 % = 345.00 yuan, into the pooled fund." in answer
    assert "To the account at most 2 % = 100.00 yuan." in answer
    assert "To the account 100.00 yuan, to the pooled fund 345.00 yuan." in answer
    assert "not all known" in lines("month-split", "--at", "曲靖", "--base", "5000", "--month", "2026-10")[-2]
