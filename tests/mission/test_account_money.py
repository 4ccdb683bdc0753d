"""What becomes of the money in the personal account: an outcome for each pair of places, never a bare yes or no."""

from __future__ import annotations

from datetime import date

import pytest
from mission_cast import (
    BENGBU,
    CHENGDU,
    GUANGZHOU,
    HOHHOT,
    KUNMING,
    NANJING,
    POLICY,
    QUJING,
    SHENZHEN,
    SUZHOU,
    TODAY,
    XIAMEN,
    ZHENGZHOU,
    answered,
    answers,
    asked,
    money,
    person,
    record,
    said,
    sentence,
    value,
)

from jiexu.cases.events import BatchReviewed, BatchSent
from jiexu.gateways.tables.people import PARTS
from jiexu.ledger.accounts import AccountKind
from jiexu.rules.inputs import AccountPart
from jiexu.rules.money import MoneyMode, money_mode
from jiexu.rules.policy import Unknown
from jiexu.simulation import population
from jiexu.texts import say
from unit.cases.cases_story import ISSUE, TAKE_IN, Story


@pytest.mark.parametrize("origin", [QUJING, BENGBU, ZHENGZHOU, GUANGZHOU, XIAMEN])
def test_across_provinces_the_balance_follows_from_agency_to_agency(origin: str) -> None:
    """S000-001 S000-055 曲靖, 蚌埠 and every other place get their own answer: direction, outcome, amount, source.

    S000-005 an outcome and an amount, never a bare yes or no. S000-006 S002-004 S004-005 across provinces the
    balance of employees moves with the relation.
    """
    there = money(origin, CHENGDU)
    assert (there.mode, there.amount_fen, there.rule) == (MoneyMode.REMIT, 300_000, "R-032")
    back = money(CHENGDU, origin)
    assert back.mode is MoneyMode.REMIT
    [decision] = there.decisions
    assert dict(decision.inputs) == {"origin": origin, "destination": CHENGDU}
    assert decision.articles == ("nhsa-2021-43:7",)
    assert decision.confidence.value == "high"
    sources = {source for fact in decision.facts for source in POLICY.fact(fact).sources}
    assert sources == {"nhsa-2021-43", "mohrss-2015-80"}
    assert sentence(decision, "zh") == "跨省转移，账户里的钱由转出地划给转入地，金额以信息表为准。"


def test_inside_guangdong_nothing_is_moved_and_nothing_cashed() -> None:
    """S000-008 S004-007 inside Guangdong the balance is used across cities and not moved: no money order.

    S002-006 and no wish for cash changes that. S000-009 leaving Guangdong is another matter: it moves.
    S003-039 two pages contradict each other because each tells one half; the pair of places decides.
    """
    inside = money(GUANGZHOU, SHENZHEN, wants_cash=True)
    assert inside.mode is MoneyMode.STAY
    assert answers(inside.decisions)["R-037"] == "USABLE_NOT_MOVED_NOT_CASHED"
    assert answers(inside.decisions)["R-041"] == "LOCAL_LIST_TO_CHECK"
    stays = "The account can be used anywhere in the province, so the money is not moved."
    assert sentence(inside.decisions[0]) == stays
    assert money(GUANGZHOU, CHENGDU).mode is MoneyMode.REMIT
    story = Story(GUANGZHOU, SHENZHEN).record_in()
    assert story.money()[0] == "stayed"
    assert story.world.bank.transfers == []
    assert story.balance(GUANGZHOU) == 120_000


@pytest.mark.parametrize(
    ("origin", "destination", "mode"),
    [
        (NANJING, SUZHOU, MoneyMode.CREDIT_THEN_CLEAR),
        ("370100", "370200", MoneyMode.REMIT),
        (GUANGZHOU, SHENZHEN, MoneyMode.STAY),
        (QUJING, KUNMING, MoneyMode.UNKNOWN),
    ],
)
def test_inside_a_province_its_own_way_decides(origin: str, destination: str, mode: MoneyMode) -> None:
    """S004-008 whether money moves inside a province is that province's record.

    S003-038 a case inside a province runs by the province's own rule, and where none is known that is said.
    """
    decided = money(origin, destination)
    assert decided.mode is mode
    assert decided.decisions[0].rule == "R-036"
    if mode is MoneyMode.UNKNOWN:
        assert "not known" in sentence(decided.decisions[0])
        assert decided.decisions[0].confidence.value == "low"


def test_no_balance_means_no_money_order() -> None:
    """S000-021 an order exists only where the balance is above zero; an empty account closes without one."""
    empty = money(QUJING, CHENGDU, fen=0)
    assert (empty.mode, empty.amount_fen, answers(empty.decisions)) == (
        MoneyMode.NONE,
        0,
        {"R-033": "NO_BALANCE"},
    )
    story = Story(fen={}).record_in()
    assert story.records == ("in", "in")
    assert story.money() == ("-", "-")
    assert story.world.bank.transfers == []


def test_only_the_personal_account_moves() -> None:
    """S001-050 pooled money and a civil servant's subsidy never move: 0 of them is in any order.

    S003-010 no account of the ledger holds pooled money, so none can be paid. S004-004 months and balance move,
    nothing else.
    """
    parts = (
        AccountPart("this_year", 300_000),
        AccountPart("supplement", 50_000, movable=PARTS["supplement"]),
    )
    decided = money_mode(asked=asked(), person=person(account=parts), policy=POLICY, on=TODAY)
    assert (decided.amount_fen, decided.parts) == (300_000, (("this_year", 300_000),))
    assert value("pooled_fund.moves") is False
    assert not [kind for kind in AccountKind if "pool" in kind.value]
    story = Story().form_sent()
    form = story.o.form
    assert form is not None
    assert sum(part.amount_fen for part in form.parts) == 320_855
    assert {line.scheme for line in form.months} == {"310"}


def test_an_article_says_the_pooled_account_moves_and_is_corrected() -> None:
    """S003-009 the pooled account does not move with the person; the claim stands beside as contradicted."""
    pooled = record("pooled_fund.moves")
    [rival] = pooled.rivals
    assert (pooled.value, rival.value, rival.source) == (False, True, "regions-004")
    assert rival.why.en == "an article: the pooled fund moves along; every other source says otherwise"
    shown = said("policy", "show", "全国", "--on", "2026-11-30")
    assert "every other source says otherwise" in shown


def test_months_and_money_of_two_places_become_one() -> None:
    """S003-037 the old balance is added to what the new account holds.

    S003-048 an example that returns to 呼和浩特: the old balance "moves house" into the new account.
    S003-002 once the application is accepted the person does nothing more.
    """
    story = Story(CHENGDU, HOHHOT)
    population.pay_in(story.world, HOHHOT, 1, {"this_year": 5_000})
    story.settled()
    story.at_destination(TAKE_IN)
    story.arrives(320_855)
    story.post()
    assert story.money() == ("credited", "credited")
    assert story.balance(HOHHOT) + story.balance(HOHHOT, "earlier_years") == 5_000 + 320_855
    assert story.balance(CHENGDU) == 0
    [(_, _, told)] = [row for row in story.told("accepted") if row[0] == HOHHOT]
    assert told == {"accepted_on": "2026-11-23"}
    assert "You need not come or bring anything" in say("en", "notices.accepted", **told)


def test_the_record_and_the_money_go_apart() -> None:
    """S000-014 relation and balance end on their own: the one can be in while the other is on the way.

    S001-011 the balance has a way of its own. S004-018 the years do not wait for the money.
    """
    story = Story().record_in()
    assert story.records == ("in", "in")
    assert story.money() == ("due", "awaited")
    assert story.months_at(CHENGDU) == 87
    story.to_bank()
    story.world.settle(story.world.bank.transfers[-1])
    story.post()
    story.arrives(320_855)
    story.post()
    assert story.money() == ("credited", "credited")


def test_money_is_credited_only_after_it_agrees_with_the_form() -> None:
    """S000-023 S004-019 form and receipt are compared to the fen; what differs is not credited and is asked about."""
    right, wrong = Story().settled(), Story().settled()
    right.arrives(320_855)
    assert right.balance(CHENGDU) == 120_000
    wrong.arrives(320_854)
    assert wrong.money()[1] == "mismatch"
    assert wrong.balance(CHENGDU) == 0
    wrong.post()
    assert wrong.money_at(wrong.d).next_event.value == "query_answer"
    [(_, _, told)] = wrong.told("money_differs")
    assert (told["received_fen"], told["expected_fen"]) == (320_854, 320_855)


def test_no_payment_leaves_before_both_sides_agreed() -> None:
    """S002-010 an order cannot exist before both checks passed: neither form nor payment is possible."""
    story = Story()
    story.apply()
    story.post_messages(QUJING)
    for event in (ISSUE, BatchReviewed(1, "王"), BatchSent(1, "李", "B1")):
        assert story.at_origin(event).outcome.value != "done"
    assert story.world.bank.transfers == []
    story.post()
    assert story.at_origin(ISSUE).outcome.value == "done"


def test_cash_is_no_choice_of_the_person_who_moves() -> None:
    """S003-004 cash is paid in the cases a place lists and in no other: a mover is told so."""
    denied = money(QUJING, CHENGDU, wants_cash=True)
    assert denied.mode is MoneyMode.REMIT
    assert answers(denied.decisions)["R-041"] == "DENIED"
    assert sentence(denied.decisions[-1]) == "Moving gives no right to cash; the money follows the insurance."
    cashable = record("pa.cashable")
    assert cashable.value is False
    assert "contradicted as a general rule" in str(cashable.rivals[0].why.en)


def test_what_is_credited_each_month_is_a_dated_record_of_the_place() -> None:
    """S000-049 what comes into the account each month: by place, by state (in work, retired) and by day, or unknown."""
    assert [str(value("account.credit_rate", area)) for area in (KUNMING, ZHENGZHOU)] == ["0.02", "0.02"]
    assert [str(value("account.credit_retired", area)) for area in (KUNMING, ZHENGZHOU)] == [
        "106.00",
        "95.00",
    ]
    changchun = record("account.credit_rate", "220100")
    assert (str(changchun.value), changchun.start) == ("0.019", date(2025, 10, 1))
    assert isinstance(answered("account.credit_retired", QUJING), Unknown)
    elsewhere = record("account.credit_rate", QUJING)
    assert (elsewhere.area, elsewhere.start, elsewhere.sources) == (
        "nation",
        date(2021, 4, 22),
        ("guobanfa-2021-14",),
    )
