"""What popular articles have wrong: the guide says the claim, and right after it the rule that is right."""

from __future__ import annotations

from mission_cast import GUANGZHOU, QUJING, answered, record, texts, told, value

from jiexu.rules.policy import Unknown
from jiexu.rules.registry import RULES


def put_right(claim: str) -> str:
    """What follows the one claim that holds these words."""
    heard = texts(told("guide", "myths", "--on", "2026-11-23")["topics"]["myths"])
    [at] = [at for at, one in enumerate(heard) if claim in one and one.startswith("Often said")]
    return heard[at + 1]


def sources_of(claim: str) -> list[str]:
    """Which documents say so."""
    sentences = told("guide", "myths", "--on", "2026-11-23")["topics"]["myths"]
    [one] = [one for one in sentences if claim in one["text"] and one["text"].startswith("Often said")]
    return list(one["sources"])


def test_a_national_procedure_exists() -> None:
    """S001-034 "the standard is still to come": there is one since 2010, and today's replaces it.

    S001-118 the measures of 2009 are named as what came before. S001-086 and the line of time begins in 2010.
    """
    assert put_right("there is no national procedure") == (
        "There is: measures of 2010, a procedure of 2016, and today the measures of 2021."
    )


def test_the_law_is_cited_wrongly() -> None:
    """S003-017 article 23 is about who joins, portability is article 32. S003-018 and the Act does not move the account."""
    right = put_right("article 23 of the Social Insurance Law")
    assert right.startswith(
        "Article 23 is about who joins. The transfer is article 32, on relation and years"
    )
    assert right.endswith("the account follows the measures of 2021.")
    assert sources_of("article 23 of the Social Insurance Law") == ["regions-004"]


def test_taking_the_money_is_no_free_choice_and_costs_no_years() -> None:
    """S001-027 transfer or withdraw is no choice of the person: only listed cases are paid, and years are kept.

    S001-028 withdrawing sets no year to zero.
    """
    assert put_right("half a year's break sets the years to zero, or taking the money does").startswith(
        "Accumulated years never lapse and add up across places."
    )
    assert "Only cases a place lists are paid out" in put_right("pay the balance out")
    assert "sil:32" in RULES["R-076"].rule.articles


def test_neither_bank_nor_app_pays_it_out() -> None:
    """S003-057 S003-063 counters, machines and apps are no lawful way to cash: lawful cases only, the rest is punished.

    S003-065 any other way of cashing is illegal.
    """
    right = put_right("bank counters, cash machines or apps")
    assert right == (
        "In general it is not paid in cash. Only cases a place lists are paid out; tricking cash out of it is punished."
    )
    months = value("misuse.settlement_stopped_months")
    assert (months.low, months.high) == (3, 12)


def test_the_household_registration_is_a_rule_of_the_pension() -> None:
    """S003-044 the rule on registration is the pension's; medical insurance looks at where one was and is insured."""
    right = put_right("the household registration decides")
    assert (
        right
        == "That is a rule of the pension. Medical insurance looks at where you stopped and where you joined."
    )


def test_nobody_has_to_come_in_person() -> None:
    """S001-076 online, through the employer or with an authorisation: not in person."""
    right = put_right("must be done in person")
    assert "It can be done online" in right
    assert "an employer may apply for an employee, and a relative with an authorisation" in right


def test_sharing_is_open_in_every_province() -> None:
    """S003-062 not in some cities alone: inside every province by now."""
    assert put_right("only some cities allow family sharing").startswith(
        "Sharing inside the province is open in every province."
    )
    opened = record("sharing.in_province", QUJING)
    assert (opened.value, opened.start.year) == (True, 2024)


def test_sealed_or_usable_is_up_to_the_place() -> None:
    """S003-080 two pages contradict each other: the contradiction is said, and that the place decides."""
    right = put_right("the account is sealed, or can be used as before")
    assert right.startswith("The articles contradict each other")
    assert isinstance(answered("pa.use_after_stop", QUJING), Unknown)


def test_retired_and_working_on_are_two_things() -> None:
    """S004-053 who retires with enough years pays no more. S004-052 who still works goes on contributing."""
    right = put_right("one pays on after retirement")
    assert right == (
        "Who retires with enough years pays no more. Who still works goes on contributing; these are two things."
    )


def test_a_place_that_is_not_connected_pays_nobody_out() -> None:
    """S004-006 S002-005 not on the platform means on paper, by certificate and letter, and never cash."""
    right = put_right("where the other place is not on the platform")
    assert right == "Then it goes offline, by certificate and contact letter; it is not paid to you."


def test_the_account_is_not_closed_first() -> None:
    """S000-038 nobody closes the account: insurance stops, and the agency's own payment empties it."""
    right = put_right("close the old account before the transfer")
    assert (
        right == "What is needed is that insurance stops; the account is emptied by the agency's own payment."
    )


def test_a_payout_to_retirees_is_guangdongs_alone() -> None:
    """S002-007 retirees who settle elsewhere are paid only where the place lists it: Guangdong does, others are unknown."""
    assert "The payout is Guangdong's rule and needs that filing." in put_right(
        "settle in another province may cash out"
    )
    assert "retiree_settled_elsewhere" in value("pa.payout_cases", GUANGZHOU)
    assert isinstance(answered("pa.payout_cases", QUJING), Unknown)


def test_there_are_two_insurances_today() -> None:
    """S000-061 the rural scheme was merged into resident insurance. S001-033 so its old office is today's agency."""
    right = put_right("there are three insurances")
    assert right == "The latter two were merged; today there are employee and resident insurance."


def test_no_number_of_years_is_the_nations() -> None:
    """S004-050 25 and 20 with 15 paid are nobody's national rule, and the guide says so."""
    assert put_right("men need twenty-five years, women twenty") == (
        "There is no national number. Each place sets its own and changes it; what counts is the place's rule at the time."
    )


def test_the_pension_does_not_come_first() -> None:
    """S003-040 no order between the schemes: pension and medical insurance have agencies, forms and lines of their own."""
    assert put_right("the pension must be transferred first") == (
        "Neither waits for the other: different agencies, forms and lines."
    )


def test_the_pension_account_moves() -> None:
    """S003-047 "the pension account does not move": it does."""
    assert "moves" in put_right("the personal account of the pension does not move")


def test_the_e_credential_stays_with_the_person() -> None:
    """S004-003 the e-credential is the person's and not the place's: nothing is made anew, the insured place changes."""
    assert put_right("the e-credential must be made anew").startswith(
        "The credential belongs to the person, not the place, and a transfer does not end it."
    )


def test_sixty_days_are_one_provinces() -> None:
    """S001-068 sixty days are 陕西's, for the formalities there, and no national rule."""
    assert put_right("if it is not transferred within sixty days") == (
        "The 60 days are Shaanxi's, for the formalities there; no national rule says so."
    )


def test_12333_and_12334_are_not_the_line_of_medical_insurance() -> None:
    """S002-040 S004-027 for medical insurance 12393; 12333 is another line, and the third was never verified."""
    right = put_right("for medical insurance call 12333 or 12334")
    assert right.startswith("For medical insurance call 12393.")
    assert "12334" not in right


def test_after_making_up_cover_is_not_from_next_month() -> None:
    """S002-023 S002-037 "from the next month" is not the rule for people who move."""
    assert "month of payment" in put_right("after making up you are covered from the next month")


def test_money_of_people_at_work_moves_since_2021() -> None:
    """S001-084 unemployment money of those at work: it moves since the notice of 2021, from a year of months on."""
    assert "2021" in put_right("unemployment money never moves for those who have work")
