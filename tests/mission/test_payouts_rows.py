"""When money of an account is paid out, and when it never is; whom the money may help instead."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from mission_cast import (
    BENGBU,
    CHENGDU,
    GUANGZHOU,
    KUNMING,
    POLICY,
    QUJING,
    TODAY,
    answered,
    answers,
    money,
    record,
    said,
    sentence,
    value,
)

from jiexu.rules.continuity import benefits_twice
from jiexu.rules.family.delegated import acts_only, bind
from jiexu.rules.family.helping import Way, help_relative
from jiexu.rules.family.sharing import (
    Relation,
    Use,
    after_move,
    binding,
    may_share,
    own_credential,
    pay_bill,
    pays,
    quota,
    relative,
)
from jiexu.rules.family.wallet import both_open, plan, returned, what_it_is
from jiexu.rules.inputs import Scheme
from jiexu.rules.policy import Unknown
from jiexu.rules.withdrawal.medical import (
    Case,
    agency,
    medical_payout,
    payout_times,
    proxy,
    stopped,
    unlawful,
)
from jiexu.values.month import Month
from unit.cases.cases_story import Story

SHAOXING, QUANZHOU, WUHAN, TIANJIN = "330600", "350500", "420100", "120000"
LISTS = {
    Case.EMIGRATION: "WDR-04",
    Case.ENLISTED: "WDR-05",
    Case.RETIREE_OUT: "WDR-06",
    Case.CANNOT_MOVE: "WDR-07",
}


def paid(case: Case, area: str) -> dict[str, str]:
    return answers(medical_payout(case=case, area=area, policy=POLICY, on=TODAY))


def test_each_case_is_decided_by_the_list_of_the_place() -> None:
    """S000-056 绍兴: a table of cases for the place; none is listed, so nothing is promised and it is said whom to ask.

    S003-058 S003-064 death, settling abroad, a balance that cannot move: only listed cases, each with its rule.
    S003-005 a request without a lawful case is refused.
    """
    for case, rule in LISTS.items():
        assert paid(case, GUANGZHOU)[rule] == "PAID_BY_LOCAL_LIST", case
        assert paid(case, SHAOXING)[rule] == "NOT_KNOWN", case
    assert paid(Case.DEATH, SHAOXING)["WDR-03"] == "FIRST_ORDER"
    assert {paid(case, SHAOXING)["WDR-01"] for case in Case} == {"NOT_CASHABLE"}
    assert paid(Case.OVER_AGE, QUANZHOU)["WDR-08"] == "PAID_BY_LOCAL_LIST"
    assert paid(Case.ENLISTED, QUANZHOU)["WDR-05"] == "NOT_ON_LOCAL_LIST"


def test_a_balance_that_cannot_move_is_paid_where_the_place_says_so() -> None:
    """S000-007 a balance that cannot move: paid to one's own bank account by Guangdong's rule, nowhere by the nation's.

    S001-051 that a place pays the person is a record with its day. S003-007 it is the old place that pays.
    """
    decided = medical_payout(case=Case.CANNOT_MOVE, area=GUANGZHOU, policy=POLICY, on=TODAY)[0]
    assert (
        sentence(decided)
        == "A balance that cannot move is paid to your own bank account by the rule of this place."
    )
    assert dict(decided.inputs)["area"] == GUANGZHOU
    rule = record("pa.cannot_transfer", GUANGZHOU)
    assert (rule.value, rule.start, rule.sources) == ("TO_PERSON", date(2022, 12, 1), ("guangdong-intra",))
    quanzhou = record("pa.er_money", QUANZHOU)
    assert (quanzhou.value, quanzhou.start) == ("pay_out", date(2022, 11, 26))
    assert money(QUANZHOU, CHENGDU, to_scheme=Scheme.RESIDENT).mode.value == "TO_PERSON"


def test_settling_abroad_is_a_case_of_its_own() -> None:
    """S001-053 settling abroad, in Hong Kong, Macao or Taiwan: paid only where the place lists it, else ask."""
    listed = medical_payout(case=Case.EMIGRATION, area=GUANGZHOU, policy=POLICY, on=TODAY)[0]
    assert sentence(listed, "zh") == "当地规定，出境定居可以申请把余额付给本人。"
    assert paid(Case.EMIGRATION, QUJING)["WDR-04"] == "NOT_KNOWN"


def test_retirees_who_settled_elsewhere() -> None:
    """S000-010 S004-009 retired and settled in another province: paid on their own application where the place lists it."""
    listed = medical_payout(case=Case.RETIREE_OUT, area=GUANGZHOU, policy=POLICY, on=TODAY)[0]
    assert (
        sentence(listed)
        == "This place pays the balance to retirees settled in another province, if they apply."
    )
    assert paid(Case.RETIREE_OUT, BENGBU)["WDR-06"] == "NOT_KNOWN"


def test_heirs_go_to_the_medical_agency() -> None:
    """S003-066 heirs claim from the medical-insurance agency, not from the human-resources bureau.

    S003-067 into the heir's account or in cash is the place's choice, and no place was found that says which.
    """
    said = medical_payout(case=Case.DEATH, area=QUJING, policy=POLICY, on=TODAY)
    assert answers(said)["WDR-12"] == "MEDICAL_AGENCY"
    assert (
        sentence(agency())
        == "The medical-insurance agency deals with it, not the human-resources department."
    )
    assert POLICY.parameters["pa.death_paid_to"].words == ("heirs_account", "deceased_account", "cash")
    assert isinstance(answered("pa.death_paid_to", QUJING), Unknown)


def test_a_payout_begins_after_the_stop() -> None:
    """S003-069 nothing is paid before the month of the stop is there: 武汉 pays from the second month after it."""
    times = payout_times(area=WUHAN, stopped_in=Month.of(2026, 9), policy=POLICY, on=TODAY)
    assert (times.from_month, times.decision.outcome) == (Month.of(2026, 11), "LOCAL_TIMES")
    assert payout_times(area=QUJING, stopped_in=Month.of(2026, 9), policy=POLICY, on=TODAY).from_month is None


@pytest.mark.parametrize("area", [QUJING, CHENGDU, SHAOXING])
def test_a_stop_pays_nothing_out(area: str) -> None:
    """S003-077 S003-078 suspended or stopped: nothing is paid out; what it can be used for is said by the place."""
    nothing = stopped(area=area, policy=POLICY, on=TODAY)
    assert nothing.outcome == "NO_PAYOUT"
    assert sentence(nothing) == "A stop pays nothing out; whether it can be used differs, so ask the place."


def test_any_other_way_to_cash_is_unlawful() -> None:
    """S003-065 everything else is unlawful, with the article. S003-060 a card is its holder's alone, and lending is warned of."""
    wrong = unlawful(policy=POLICY, on=TODAY)
    assert wrong.articles == ("fund-supervision-2021:17", "fund-supervision-2021:41")
    assert (
        sentence(wrong) == "Any other way to cash is unlawful: settlement is suspended, and fraud is fined."
    )
    card = own_credential()
    assert sentence(card) == "Money is shared, cards are not: the patient shows the patient's own credential."
    assert benefits_twice(on=TODAY, policy=POLICY).outcome == "FORBIDDEN"


def test_who_acts_for_somebody_who_is_ill() -> None:
    """S003-059 a relative may act: with a signed authorisation and both identity documents."""
    assert proxy(authorised=True, both_identified=False).outcome == "NEEDS_PAPERS"
    may = proxy(authorised=True, both_identified=True)
    assert (may.outcome, "fund-supervision-2021:17" in may.articles) == ("MAY_ACT", True)


def test_near_relatives_may_be_helped_from_the_account() -> None:
    """S000-053 who may share and with whom. S002-058 a spouse's costs: family sharing is the answer."""
    for kin in (Relation.SPOUSE, Relation.PARENT, Relation.CHILD, Relation.SIBLING):
        assert relative(relation=kin, policy=POLICY, on=TODAY).outcome == "NEAR_RELATIVE"
    assert relative(relation=Relation.OTHER, policy=POLICY, on=TODAY).outcome == "NOT_A_NEAR_RELATIVE"
    assert may_share(giver_has_account=False, receiver_insured=True).outcome == "NO_ACCOUNT"
    spouse = help_relative(
        relation=Relation.SPOUSE, giver=QUJING, receiver=KUNMING, giver_has_account=True, receiver_insured=True,
        policy=POLICY, on=TODAY,
    )  # fmt: skip
    assert spouse.way is Way.SHARE


def test_sharing_is_bound_limited_used_in_order_and_ended() -> None:
    """S003-061 sharing: how it is bound, its limit, which account pays first, and how it ends.

    S000-054 bound online, for a minor with a proof of the relation. S004-001 after a move it ends and is made anew.
    """
    assert binding(minor=False).outcome == "BIND_ONLINE"
    assert sentence(binding(minor=True)) == "Binding a minor needs a proof of the relation."
    shared = quota(shared_fen=100_000, used_fen=30_000, policy=POLICY, on=TODAY)
    assert (shared.locked_fen, shared.returned_fen) == (70_000, 70_000)
    bill = pay_bill(
        cost_fen=50_000, patient_fen=20_000, giver_fen=70_000, area=QUJING, policy=POLICY, on=TODAY
    )
    assert (bill.patient_fen, bill.giver_fen, bill.cash_fen) == (20_000, 30_000, 0)
    ended = after_move(policy=POLICY, on=TODAY)
    assert (
        sentence(ended)
        == "Sharing ends when your own insurance moves; what is unused returns, and you open it anew."
    )


def test_what_the_account_may_pay_for() -> None:
    """S003-076 S003-052 own and relatives' costs at designated providers, and residents' premiums; not wellness."""
    outcomes = {use: pays(use=use, policy=POLICY, on=TODAY).outcome for use in Use}
    assert outcomes == {
        Use.CARE: "PAID",
        Use.RESIDENT_PREMIUM: "PAID",
        Use.LONG_TERM_CARE_PREMIUM: "PAID",
        Use.WELLNESS: "NOT_PAID",
    }
    assert pays(use=Use.LONG_TERM_CARE_PREMIUM, policy=POLICY, on=date(2026, 1, 8)).outcome == "NOT_PAID"
    assert value("sharing.pays") == ("care", "resident_premium", "long_term_care_premium")


def test_acting_for_a_relative_is_not_sharing() -> None:
    """S003-049 showing a relative's code is something else than sharing. S003-050 registering, paying, buying for them.

    S003-051 the relative's own money is spent.
    """
    act = help_relative(
        relation=Relation.PARENT, giver=QUJING, receiver=CHENGDU, giver_has_account=False, receiver_insured=True,
        policy=POLICY, on=TODAY, only_act=True,
    )  # fmt: skip
    assert act.way is Way.ACT_FOR
    said = sentence(acts_only())
    assert all(words in said for words in ("shows the relative's code", "registers", "buys", "pays"))
    assert said.endswith("it spends the relative's own money.")


def test_limits_and_consent_of_binding_a_relative() -> None:
    """S003-053 how many may be bound is data, and pages differ. S003-054 from 16 by face, below by documents."""
    grown = bind(birth=date(2010, 11, 23), bound_by_giver=0, binding_relative=0, policy=POLICY, on=TODAY)
    child = bind(birth=date(2010, 11, 24), bound_by_giver=0, binding_relative=0, policy=POLICY, on=TODAY)
    assert (grown.decision.outcome, child.decision.outcome) == ("FACE_CONSENT", "BY_DOCUMENTS")
    assert grown.members is not None
    full = bind(
        birth=date(2000, 1, 1), bound_by_giver=grown.members, binding_relative=0, policy=POLICY, on=TODAY
    )
    assert full.decision.outcome == "TOO_MANY"
    assert grown.decision.confidence.value == "low"


def test_the_wallet_sends_within_its_limits_and_hours() -> None:
    """S003-041 open, send, receive, expire: three of 2,000 yuan a day, none from 22:00 to 6:00, back at 6:00 if not accepted.

    S003-042 both places must have it.
    """
    sent = plan(amount_fen=700_000, asked_at=datetime(2026, 11, 23, 21, 30), policy=POLICY)  # noqa: DTZ001  Beijing time
    assert sent.sendings is not None
    assert [one.fen for one in sent.sendings] == [200_000, 200_000, 200_000, 100_000]
    assert [one.earliest.day for one in sent.sendings] == [23, 23, 23, 24]
    back = returned(sent_at=datetime(2026, 11, 23, 21, 30), policy=POLICY)  # noqa: DTZ001  Beijing time
    assert back.at == datetime(2026, 11, 24, 6, 0)  # noqa: DTZ001  Beijing time
    assert both_open(sender=QUJING, receiver=CHENGDU, policy=POLICY, on=TODAY).outcome == "BOTH_OPEN"
    assert both_open(sender=QUJING, receiver=TIANJIN, policy=POLICY, on=TODAY).outcome == "NOT_KNOWN"
    assert answers(what_it_is())["WAL-08"] == "NOT_A_TRANSFER"


def test_a_card_holds_no_money() -> None:
    """S003-072 inside one area a new card changes nothing: the account is the person's, kept by person, not by card."""
    story = Story()
    [row] = story.world.nodes[QUJING].people.values()
    assert row.account("this_year").key == row.ref
    assert story.balance(QUJING) == 120_000


def test_the_bank_account_is_in_the_persons_own_name_and_the_filing_comes_first() -> None:
    """S000-007 paid out with its reason, to a bank account in the same name: another name is refused.

    S000-010 a retiree settled elsewhere is asked for the filing first. S004-009 and applies alone, to the own account.
    """
    asked = ("calc", "withdrawal", "--place", "广州")
    retiree = (*asked, "--case", "medical-retiree-settled-elsewhere", "--name", "王小明")
    other = said(*retiree, "--account-name", "李四", "--filed", "yes")
    assert "The bank account is in another name and cannot be paid to; give one in your own name." in other
    not_filed = said(*retiree, "--account-name", "王小明", "--filed", "no")
    assert "File for care elsewhere first, then ask for the money." in not_filed
    ready = said(*retiree, "--account-name", "王小明", "--filed", "yes")
    assert "The bank account is in your own name; apply yourself." in ready
    untold = said(*asked, "--case", "medical-cannot-transfer")
    assert "It is paid only to a bank account in your own name, on your own application." in untold


def test_a_wallet_is_sent_in_four_steps_with_its_limits() -> None:
    """S003-043 open, choose, confirm, accept: the steps in order, with the limits of a transfer and of a day."""
    text = said("calc", "wallet", "--amount", "13500", "--at", "2026-11-23 10:00")
    places = [
        text.index(word) for word in ("First: both open", "Second: choose", "Third: write", "Fourth: the")
    ]
    assert places == sorted(places)
    assert "At most 2,000.00 yuan a transfer, 3 transfers a day, none at night." in text
