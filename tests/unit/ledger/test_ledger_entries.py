"""Entries: what may be written at all, and the sentence for what may not."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_tables import account, hold, posting

from jiexu.ledger.accounts import AccountKind, LedgerError
from jiexu.ledger.entries import (
    ALLOWED,
    STATEMENT_REASONS,
    WITHOUT_CASE,
    Hold,
    HoldResolution,
    Posting,
    PostingReason,
    posting_id,
)

ONE = posting_id("one")
SAMPLE = {
    AccountKind.PERSONAL: account("P1"),
    AccountKind.BANK: account("bank"),
    AccountKind.RECEIPTS: account("receipts"),
    AccountKind.RETURNED: account("returned"),
    AccountKind.CLEARING: account("clearing@510100"),
    AccountKind.ESTATE: account("estate@C1"),
}
OTHER = {
    AccountKind.PERSONAL: account("P2"),
    AccountKind.CLEARING: account("clearing@440100"),
}


def a_posting(**changed: object) -> Posting:
    fields: dict[str, object] = {
        "id": ONE,
        "debit": account("P1"),
        "credit": account("bank"),
        "amount_fen": 1,
        "reason": PostingReason.PAID_OUT,
        "rule": "R-032",
        "handled_by": "clerk",
        "reviewed_by": "reviewer",
        "case_no": "C1",
        "leg": 1,
    }
    return Posting(**{**fields, **changed})


def accepted(reason: PostingReason, debit: AccountKind, credit: AccountKind) -> bool:
    corrects = posting_id("wrong") if reason is PostingReason.CORRECTION else None
    to = OTHER.get(credit, SAMPLE[credit]) if debit is credit else SAMPLE[credit]
    try:
        a_posting(reason=reason, debit=SAMPLE[debit], credit=to, corrects=corrects)
    except LedgerError:
        return False
    return True


def test_who_may_post_what() -> None:
    joined = {
        f"{reason}: {debit} > {credit}"
        for reason in PostingReason
        if reason is not PostingReason.CORRECTION
        for debit in AccountKind
        for credit in AccountKind
        if accepted(reason, debit, credit)
    }
    assert joined == {
        "opening: bank > personal",
        "contribution: bank > personal",
        "paid_out: personal > bank",
        "paid_to_person: personal > bank",
        "received: bank > receipts",
        "credited: receipts > personal",
        "bounced: bank > returned",
        "sent_again: returned > bank",
        "cleared_out: personal > clearing",
        "cleared_in: clearing > personal",
        "given_back: receipts > bank",
        "to_estate: personal > estate",
        "to_estate: receipts > estate",
        "to_estate: returned > estate",
        "to_estate: clearing > estate",
        "estate_paid: estate > bank",
    }


def test_a_correction_may_join_any_two_different_accounts() -> None:
    refused = {
        (debit, credit)
        for debit in AccountKind
        for credit in AccountKind
        if not accepted(PostingReason.CORRECTION, debit, credit)
    }
    assert refused == {
        (kind, kind)
        for kind in (AccountKind.BANK, AccountKind.RECEIPTS, AccountKind.RETURNED, AccountKind.ESTATE)
    }


def test_every_reason_has_its_pairs() -> None:
    assert set(ALLOWED) == set(PostingReason)


@pytest.mark.parametrize("reason", [each for each in PostingReason if each is not PostingReason.CORRECTION])
def test_a_second_person_and_a_case_are_asked_for_where_the_tables_say(reason: PostingReason) -> None:
    debit, credit = min(ALLOWED[reason])
    fields = {"reason": reason, "debit": SAMPLE[debit], "credit": SAMPLE[credit]}
    if reason in STATEMENT_REASONS:
        a_posting(**fields, reviewed_by="")
    else:
        with pytest.raises(LedgerError, match=f"{reason} needs a second person; name the reviewer"):
            a_posting(**fields, reviewed_by="")
    if reason in WITHOUT_CASE:
        a_posting(**fields, case_no=None, leg=None)
    else:
        with pytest.raises(
            LedgerError, match=f"{reason} is a step of a case; give case and leg|estate of its own case"
        ):
            a_posting(**fields, case_no=None, leg=None)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"id": "ABC"}, "Posting has id 'ABC'; ids are 32 hex digits, made by posting_id."),
        ({"id": ONE.upper()}, "ids are 32 hex digits"),
        ({"id": ONE + "0"}, "ids are 32 hex digits"),
        ({"amount_fen": 0}, f"Posting {ONE} has amount 0; amounts are whole fen above 0."),
        ({"amount_fen": -1}, "has amount -1;"),
        ({"amount_fen": 1.0}, "has amount 1.0;"),
        ({"amount_fen": True}, "has amount True;"),
        (
            {"credit": account("510100/bank")},
            f"Posting {ONE} joins personal:530300:P1:this_year and bank:510100, accounts of two agencies; write one posting at",
        ),
        (
            {"credit": account("P1")},
            f"Posting {ONE} debits and credits personal:530300:P1:this_year; name two accounts.",
        ),
        (
            {"credit": account("returned")},
            f"Posting {ONE}: paid_out goes from personal to bank, not from personal to returned; choose the reason that fits.",
        ),
        (
            {"reason": PostingReason.TO_ESTATE},
            "to_estate goes from clearing to estate or personal to estate or receipts to estate or returned to estate, not",
        ),
        ({"rule": ""}, f"Posting {ONE} names no rule; say which rule asks for it, as in R-032."),
        ({"handled_by": ""}, f"Posting {ONE} names nobody who handled it; name the clerk."),
        ({"reviewed_by": ""}, f"Posting {ONE}: paid_out needs a second person; name the reviewer."),
        (
            {"reviewed_by": "clerk"},
            f"Posting {ONE} was handled and reviewed by clerk; let another person review.",
        ),
        ({"case_no": None, "leg": None}, f"Posting {ONE}: paid_out is a step of a case; give case and leg."),
        ({"case_no": None}, f"Posting {ONE} has case None and leg 1; give both or neither."),
        ({"leg": None}, f"Posting {ONE} has case 'C1' and leg None; give both or neither."),
        ({"case_no": ""}, "has case '' and leg 1; give both or neither."),
        ({"leg": 0}, f"Posting {ONE} has leg 0; legs are numbered from 1."),
        (
            {"corrects": posting_id("two")},
            f"Posting {ONE}: paid_out corrects nothing; use the reason correction.",
        ),
        (
            {"reason": PostingReason.CORRECTION},
            f"Correction {ONE} names None; name the id of an earlier posting.",
        ),
        ({"reason": PostingReason.CORRECTION, "corrects": "x"}, f"Correction {ONE} names 'x'; name the id"),
        (
            {"reason": PostingReason.CORRECTION, "corrects": ONE},
            f"Correction {ONE} names '{ONE}'; name the id",
        ),
        (
            {"reason": PostingReason.TO_ESTATE, "credit": account("estate@C2")},
            f"Posting {ONE} of case 'C1' uses estate:530300:C2; use the estate of its own case.",
        ),
        (
            {"reason": PostingReason.ESTATE_PAID, "debit": account("estate@C2")},
            "uses estate:530300:C2; use the estate of its own case.",
        ),
    ],
)
def test_a_posting_that_may_not_be_is_refused_in_a_sentence(
    changed: dict[str, object], sentence: str
) -> None:
    with pytest.raises(LedgerError) as refused:
        a_posting(**changed)
    assert sentence in str(refused.value)


def test_one_person_may_book_a_statement_but_not_as_two() -> None:
    assert posting("opening o bank > P1 1").reviewed_by == ""
    with pytest.raises(LedgerError, match="let another person review"):
        a_posting(
            reason=PostingReason.OPENING, debit=account("bank"), credit=account("P1"), reviewed_by="clerk"
        )


def test_a_posting_stands_in_the_books_of_its_agency() -> None:
    assert a_posting().agency == "530300"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"id": "x"}, "Hold has id 'x';"),
        ({"amount_fen": 0}, f"Hold {ONE} has amount 0; amounts are whole fen above 0."),
        ({"account": account("bank")}, "on bank:530300; only a personal account can be held."),
        ({"case_no": ""}, "names no case; say for which case the amount is set aside."),
        ({"leg": 0}, f"Hold {ONE} has leg 0; legs are numbered from 1."),
        ({"issue": 0}, "has issue 0; forms are numbered from 1."),
    ],
)
def test_a_hold_that_may_not_be_is_refused_in_a_sentence(changed: dict[str, object], sentence: str) -> None:
    fields: dict[str, object] = {
        "id": ONE,
        "account": account("P1"),
        "amount_fen": 1,
        "case_no": "C1",
        "leg": 1,
        "issue": 1,
    }
    assert Hold(**fields) == hold("one P1 1 C1/1")
    with pytest.raises(LedgerError) as refused:
        Hold(**{**fields, **changed})
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("hold_id", "how", "ids", "sentence"),
    [
        ("x", "released", (), "Resolution of hold has id 'x';"),
        (ONE, "lost", (), f"Hold {ONE} ended as 'lost'; a hold is captured or released."),
        (ONE, "captured", ("x",), "Posting has id 'x';"),
        (
            ONE,
            "captured",
            (ONE, ONE),
            f"Resolution of hold {ONE} names a posting twice; name each once.",
        ),
        (
            ONE,
            "captured",
            (),
            f"Hold {ONE} captured with 0 postings; a captured hold has at least one, a released one has none.",
        ),
        (ONE, "released", (ONE,), f"Hold {ONE} released with 1 postings;"),
    ],
)
def test_an_end_of_a_hold_that_may_not_be_is_refused_in_a_sentence(
    hold_id: str, how: Literal["captured", "released"], ids: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(LedgerError) as refused:
        HoldResolution(hold_id=hold_id, how=how, posting_ids=ids)
    assert sentence in str(refused.value)


parts = st.lists(st.one_of(st.text(max_size=6), st.integers()), min_size=1, max_size=4).map(tuple)


@given(first=parts, second=parts)
def test_ids_are_the_same_exactly_where_the_parts_are(
    first: tuple[str | int, ...], second: tuple[str | int, ...]
) -> None:
    def typed(these: tuple[str | int, ...]) -> list[object]:
        return [(type(part), part) for part in these]

    assert (posting_id(*first) == posting_id(*second)) == (typed(first) == typed(second))


def test_ids_stay_as_they_were_first_made() -> None:
    assert posting_id("5303ABC", "530300", 1, "paid_out") == "c80213764bf8aac82c2df251bfd9edf4"
    assert posting_id("a", "bc") != posting_id("ab", "c")
    assert posting_id(1) != posting_id("1")


def test_an_id_of_nothing_is_refused() -> None:
    with pytest.raises(
        LedgerError,
        match=r"^A posting id was asked for without parts; give the case, the leg and the step[.]$",
    ):
        posting_id()
