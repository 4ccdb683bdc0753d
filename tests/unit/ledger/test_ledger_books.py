"""Books: asking as of before, at and after; whole steps; and what is not a question at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_tables import Ledgers, account, hold, posting

from jiexu.ledger.accounts import LedgerError
from jiexu.ledger.books import Books, Outcome, effect
from jiexu.ledger.entries import HoldResolution, Posting, posting_id

P1, BANK = account("P1"), account("bank")

A_LIFE = """
  opening      o1  bank > P1  100                  created
  hold         h1  P1          60  C1/1            created
  contribution k1  bank > P2    7                  created
  capture      h1  paid_out p1 P1 > bank 60 C1/1   created
  hold         h2  P1          30  C2/1            created
  release      h2                                  created
"""


@pytest.mark.parametrize(
    ("step", "balance", "held"),
    [(0, 0, 0), (1, 100, 0), (2, 100, 60), (3, 100, 60), (4, 40, 0), (5, 40, 30), (6, 40, 0)],
)
def test_a_balance_is_asked_before_at_and_after_each_step(step: int, balance: int, held: int) -> None:
    books = Ledgers().run(A_LIFE).of()
    assert books.balance(P1, as_of=step) == balance
    assert books.held(P1, as_of=step) == held
    assert books.available(P1, as_of=step) == balance - held


def test_an_entry_knows_its_step() -> None:
    books = Ledgers().run(A_LIFE).of()
    paid_out = posting("paid_out p1 P1 > bank 60 C1/1")
    at = books.step_of(paid_out)
    assert at == books.step_of(HoldResolution(posting_id("h1"), "captured", (paid_out.id,))) == 4
    assert [books.balance(BANK, as_of=step) for step in (at - 1, at, at + 1)] == [107, 47, 47]
    assert books.step_of(hold("h2 P1 30 C2/1")) == 5


def test_an_account_is_listed_from_its_first_posting_on_even_when_empty() -> None:
    books = Ledgers().run(A_LIFE).of()
    assert [len(books.accounts(as_of=step)) for step in range(7)] == [0, 2, 2, 3, 3, 3, 3]
    emptied = Ledgers().run("opening o bank > P1 5 created\npaid_out p P1 > bank 5 C1/1 created").of()
    assert emptied.accounts() == (BANK, P1)


def test_postings_are_listed_in_the_order_written() -> None:
    books = Ledgers().run(A_LIFE).of()
    assert [each.reason for each in books.postings()] == ["opening", "contribution", "paid_out"]
    assert [each.reason for each in books.postings(as_of=3)] == ["opening", "contribution"]


def test_holds_are_open_until_they_end() -> None:
    ledgers = Ledgers().run(
        "opening o1 bank > P1 100 created\nhold h1 P1 60 C1/1 created\nhold h2 P1 40 C2/1 created"
    )
    assert ledgers.of().open_holds() == (hold("h1 P1 60 C1/1"), hold("h2 P1 40 C2/1"))
    ledgers.run("release h1 created")
    assert ledgers.of().open_holds() == (hold("h2 P1 40 C2/1"),)


def test_a_refused_call_leaves_the_very_same_books() -> None:
    books = Ledgers().run(A_LIFE).of()
    assert books.post(posting("paid_out p9 P1 > bank 41 C1/1")) == (books, Outcome.INSUFFICIENT)
    assert books.hold(hold("h9 P1 41 C1/1")) == (books, Outcome.INSUFFICIENT)
    assert books.resolve(HoldResolution(posting_id("h9"), "released")) == (books, Outcome.UNKNOWN_HOLD)


def test_books_take_nothing_of_another_agency() -> None:
    books = Ledgers().run("opening o1 bank > P1 100 created\nhold h1 P1 60 C1/1 created").of()
    foreign = posting("paid_out p1 510100/P1 > 510100/bank 60 C1/1")
    assert books.post(foreign)[1] is Outcome.NOT_THIS_AGENCY
    assert books.hold(hold("h2 510100/P1 1 C1/1"))[1] is Outcome.NOT_THIS_AGENCY
    assert (
        books.resolve(HoldResolution(posting_id("h1"), "captured", (foreign.id,)), foreign)[1]
        is Outcome.NOT_THIS_AGENCY
    )


def test_outcomes_are_declared_in_their_order_of_precedence() -> None:
    assert list(Outcome) == [
        "not_this_agency",
        "already_recorded",
        "recorded_differently",
        "unknown_hold",
        "already_resolved",
        "corrects_nothing",
        "insufficient",
        "created",
    ]


@pytest.mark.parametrize(
    ("named", "row", "sentence"),
    [
        ("p1", "", "was given other postings than its resolution names; give exactly those."),
        ("p1", "paid_out p2 P1 > bank 60 C1/1", "was given other postings than its resolution names"),
        ("p1", "paid_out p1 P2 > bank 60 C1/1", "does not spend personal:530300:P1:this_year; capture hold"),
        (
            "p1",
            "correction p1 P1 > bank 60 C1/1 of o1",
            "does not spend personal:530300:P1:this_year; capture hold",
        ),
        ("p1", "paid_out p1 P1 > bank 60 C2/1", "is not of case C1 leg 1, for which"),
        ("p1", "paid_out p1 P1 > bank 60 C1/2", "is not of case C1 leg 1, for which"),
        (
            "p1",
            "paid_out p1 P1 > bank 59 C1/1",
            "is for 60 fen but 59 would move; capture exactly the amount held.",
        ),
        (
            "p1",
            "paid_out p1 P1 > bank 61 C1/1",
            "is for 60 fen but 61 would move; capture exactly the amount held.",
        ),
    ],
)
def test_a_capture_moves_what_is_held_and_nothing_else(named: str, row: str, sentence: str) -> None:
    books = Ledgers().run("opening o1 bank > P1 100 created\nhold h1 P1 60 C1/1 created").of()
    moves = [posting(row)] if row else []
    with pytest.raises(LedgerError) as refused:
        books.resolve(HoldResolution(posting_id("h1"), "captured", (posting_id(named),)), *moves)
    assert sentence in str(refused.value)


def test_a_question_that_has_no_answer_is_refused_in_a_sentence() -> None:
    books = Ledgers().run(A_LIFE).of()
    with pytest.raises(LedgerError, match="The books of 530300 have 6 steps; asked as of 7, ask from 0 on"):
        books.balance(P1, as_of=7)
    with pytest.raises(LedgerError, match="asked as of -1"):
        books.accounts(as_of=-1)
    with pytest.raises(LedgerError, match="know nothing of bank:510100; ask agency 510100"):
        books.balance(account("510100/bank"))
    with pytest.raises(LedgerError, match="know nothing of personal:510100:P1:this_year"):
        books.held(account("510100/P1"))
    with pytest.raises(LedgerError, match=r"The books of 530300 do not hold Hold.*; write it first"):
        books.step_of(hold("h9 P1 1 C1/1"))


def test_agency_accounts_below_zero_are_named() -> None:
    ledgers = Ledgers().run(
        "opening o1 bank > P1 10 created\ncleared_in i1 clearing@510100 > P1 5 C1/1 created"
    )
    ledgers.run("received r1 bank > receipts 3 created\ngiven_back g1 receipts > bank 3 created")
    assert ledgers.of().overdrawn() == ()
    ledgers.run("credited k1 receipts > P1 5 C1/1 created\nsent_again s1 returned > bank 11 C1/1 created")
    assert ledgers.of().overdrawn() == (BANK, account("receipts"), account("returned"))


def test_a_posting_moves_its_two_accounts_and_no_other() -> None:
    opening = posting("opening o1 bank > P1 100")
    assert (effect(opening, BANK), effect(opening, P1), effect(opening, account("P2"))) == (100, 100, 0)
    paid_out = posting("paid_out p1 P1 > bank 60 C1/1")
    assert (effect(paid_out, BANK), effect(paid_out, P1)) == (-60, -60)


def test_a_step_of_a_case_is_written_whole() -> None:
    books = Ledgers().run("opening o1 bank > P1 100 created\nhold h1 P1 60 C1/1 created").of()
    paid_out, late = posting("paid_out p1 P1 > bank 60 C1/1"), posting("contribution k1 bank > P1 5")
    step = {
        "resolutions": [HoldResolution(posting_id("h1"), "captured", (paid_out.id,))],
        "postings": [late, paid_out],
        "holds": [hold("h2 P1 45 C1/2")],
    }
    after, outcomes = books.record(**step)
    assert outcomes == (Outcome.CREATED, Outcome.CREATED, Outcome.CREATED)
    assert (after.balance(P1), after.held(P1)) == (45, 45)
    assert after.record(**step) == (after, (Outcome.ALREADY_RECORDED,) * 3)
    half, _ = books.post(late)
    again, outcomes = half.record(**step)
    assert outcomes == (Outcome.CREATED, Outcome.ALREADY_RECORDED, Outcome.CREATED)
    assert again.available(P1) == 0


def test_a_step_of_which_one_part_fails_is_not_written_at_all() -> None:
    books = Ledgers().run("opening o1 bank > P1 100 created\nhold h1 P1 60 C1/1 created").of()
    released = HoldResolution(posting_id("h1"), "released")
    after, outcomes = books.record(resolutions=[released], holds=[hold("h2 P1 101 C1/1")])
    assert outcomes == (Outcome.CREATED, Outcome.INSUFFICIENT)
    assert after is books
    with pytest.raises(LedgerError, match="was given other postings"):
        books.record(resolutions=[HoldResolution(posting_id("h1"), "captured", (posting_id("p1"),))])


def test_a_released_amount_can_be_held_again_in_the_same_step() -> None:
    books = Ledgers().run("opening o1 bank > P1 100 created\nhold h1 P1 100 C1/1 created").of()
    after, _ = books.record(
        resolutions=[HoldResolution(posting_id("h1"), "released")], holds=[hold("h2 P1 90 C1/1")]
    )
    assert after.held(P1) == 90


ROWS = (
    [f"opening o{n} bank > P{n} 50" for n in range(3)],
    [f"contribution k{n} bank > P{n} 9" for n in range(3)],
    [f"received r{n} bank > receipts 7 C{n}/1" for n in range(3)],
    [f"cleared_in i{n} clearing@510100 > P{n} 3 C{n}/1" for n in range(3)],
)
INDEPENDENT = tuple(posting(row) for rows in ROWS for row in rows)


@given(order=st.permutations(INDEPENDENT))
def test_postings_that_ask_nothing_of_one_another_give_the_same_balances_in_any_order(
    order: list[Posting],
) -> None:
    def balances(postings: tuple[Posting, ...] | list[Posting]) -> dict[object, int]:
        books = Books(agency="530300")
        for each in postings:
            books, outcome = books.post(each)
            assert outcome is Outcome.CREATED
        return {each: books.balance(each) for each in books.accounts()}

    assert balances(order) == balances(INDEPENDENT)


ONE_PERSON = (
    "opening o{0} bank > P{0} 100",
    "paid_out a{0} P{0} > bank 80 C{0}/1",
    "paid_out b{0} P{0} > bank 30 C{0}/2",
)


@given(turns=st.permutations([1, 1, 1, 2, 2, 2]))
def test_one_person_never_changes_the_answers_another_gets(turns: list[int]) -> None:
    rows = {person: iter(ONE_PERSON) for person in (1, 2)}
    books, answers = Books(agency="530300"), {1: list[str](), 2: list[str]()}
    for person in turns:
        books, outcome = books.post(posting(next(rows[person]).format(person)))
        answers[person].append(outcome.value)
    assert answers == {person: ["created", "created", "insufficient"] for person in (1, 2)}
