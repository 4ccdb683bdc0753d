"""Conservation: the equation as data, and what it says when something was changed behind the books."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ledger_tables import Ledgers, posting

from jiexu.ledger.accounts import LedgerError
from jiexu.ledger.conserve import (
    Side,
    Statement,
    Term,
    Totals,
    Transit,
    conservation,
    flows,
    in_clearing,
    on_the_way,
    position,
)
from jiexu.ledger.entries import PostingReason

BEGIN = """
  opening     o1  bank > P1         1000            created
  opening     o2  bank > P2          500            created
  opening     o3  510100/bank > 510100/P9   40      created
"""
EVERYTHING = """
  contribution k1 bank > P1           70            created
  paid_out    p1  P1 > bank          600  C1/1      created
  received    r1  510100/bank > 510100/receipts 600  C1/1  created
  credited    k9  510100/receipts > 510100/P9   580  C1/1  created
  paid_out    p2  P1 > bank          100  C2/1      created
  bounced     b1  bank > returned    100  C2/1      created
  sent_again  s1  returned > bank     90  C2/1      created
  cleared_out u1  P2 > clearing@510100  200  C3/1   created
  cleared_in  i1  510100/clearing@530300 > 510100/P8  150  C3/1  created
  to_estate   e1  P2 > estate@C4     120  C4/1      created
  estate_paid e2  estate@C4 > bank    80  C4/1      created
  paid_to_person t1 P2 > bank         30  C5/1      created
"""


def test_every_place_and_every_flow_stands_in_the_equation() -> None:
    ledgers = Ledgers().run(BEGIN)
    before = position(*ledgers.books.values())
    earlier = ledgers.postings()
    ledgers.run(EVERYTHING)
    after = position(*ledgers.books.values())
    since = [each for each in ledgers.postings() if each not in earlier]
    statement = conservation(before=before, after=after, moved=flows(since, earlier=earlier))
    assert {(term.side.value, term.name): term.fen for term in statement.terms} == {
        ("after", "personal"): 370 + 150 + 620 + 150,
        ("after", "estate"): 40,
        ("after", "receipts"): 20,
        ("after", "returned"): 10,
        ("after", "on_the_way"): 90,
        ("after", "clearing"): 50,
        ("before", "personal"): 1540,
        ("before", "estate"): 0,
        ("before", "receipts"): 0,
        ("before", "returned"): 0,
        ("before", "on_the_way"): 0,
        ("before", "clearing"): 0,
        ("in", "opening"): 0,
        ("in", "contribution"): 70,
        ("out", "estate_paid"): 80,
        ("out", "paid_to_person"): 30,
    }
    assert (statement.left_fen, statement.right_fen, statement.difference_fen) == (1500, 1500, 0)
    assert statement.holds


def test_the_statement_is_plain_data() -> None:
    statement = Statement(
        terms=(Term(side=Side.AFTER, name="personal", fen=5), Term(side=Side.IN, name="opening", fen=4)),
        unbacked_fen=1,
    )
    assert statement.as_json() == {
        "difference_fen": 1,
        "left_fen": 5,
        "right_fen": 4,
        "terms": [
            {"fen": 5, "name": "personal", "side": "after"},
            {"fen": 4, "name": "opening", "side": "in"},
        ],
        "unbacked_fen": 1,
    }


WHOLE = Totals(personal=64, estate=32, receipts=16, returned=8, on_the_way=4, clearing=2, bank=122)
NOTHING = dict.fromkeys((each for each in PostingReason if each is not PostingReason.CORRECTION), 0)


@pytest.mark.parametrize("place", ["personal", "estate", "receipts", "returned", "clearing"])
def test_a_balance_edited_behind_the_books_shows_as_a_difference_and_as_unbacked(place: str) -> None:
    edited = replace(WHOLE, **{place: getattr(WHOLE, place) + 1})
    statement = conservation(before=WHOLE, after=edited, moved=NOTHING)
    assert (statement.difference_fen, statement.unbacked_fen, statement.holds) == (1, 1, False)


def test_the_whole_is_every_place_but_the_bank_which_backs_it() -> None:
    assert WHOLE.whole == 126
    assert WHOLE.unbacked == 0


def test_a_bank_balance_edited_shows_as_unbacked() -> None:
    statement = conservation(before=WHOLE, after=replace(WHOLE, bank=121), moved=NOTHING)
    assert (statement.difference_fen, statement.unbacked_fen, statement.holds) == (0, 1, False)


def test_money_gone_from_the_way_shows_as_a_loss() -> None:
    statement = conservation(before=WHOLE, after=replace(WHOLE, on_the_way=0), moved=NOTHING)
    assert (statement.difference_fen, statement.unbacked_fen, statement.holds) == (-4, 0, False)


@pytest.mark.parametrize(
    ("reason", "difference"),
    [
        (PostingReason.OPENING, -1),
        (PostingReason.CONTRIBUTION, -1),
        (PostingReason.ESTATE_PAID, 1),
        (PostingReason.PAID_TO_PERSON, 1),
        (PostingReason.PAID_OUT, 0),
        (PostingReason.RECEIVED, 0),
    ],
)
def test_only_what_crosses_the_border_of_the_system_changes_the_sum(
    reason: PostingReason, difference: int
) -> None:
    statement = conservation(before=WHOLE, after=WHOLE, moved={**NOTHING, reason: 1})
    assert statement.difference_fen == difference


def test_what_is_between_two_banks_is_itemised_by_case_and_leg() -> None:
    ledgers = Ledgers().run(BEGIN).run(EVERYTHING)
    ledgers.run(
        "received r7 510100/bank > 510100/receipts 7 created\nreceived r8 510100/bank > 510100/receipts 5 C9/2 created"
    )
    assert on_the_way(ledgers.postings()) == (
        Transit(case_no=None, leg=None, left_fen=0, arrived_fen=7),
        Transit(case_no="C1", leg=1, left_fen=600, arrived_fen=600),
        Transit(case_no="C2", leg=1, left_fen=90, arrived_fen=0),
        Transit(case_no="C9", leg=2, left_fen=0, arrived_fen=5),
    )


def test_what_is_to_be_netted_is_itemised_by_case_and_leg() -> None:
    ledgers = Ledgers().run(BEGIN).run(EVERYTHING)
    assert in_clearing(ledgers.postings()) == (Transit(case_no="C3", leg=1, left_fen=200, arrived_fen=150),)


def test_legs_of_one_case_are_apart_and_in_order() -> None:
    rows = [f"paid_out p{leg} P1 > bank {leg} C1/{leg}" for leg in (2, 10, 1)]
    assert [(line.leg, line.on_the_way_fen) for line in on_the_way(map(posting, rows))] == [
        (1, 1),
        (2, 2),
        (10, 10),
    ]


def test_a_bounce_takes_off_what_left() -> None:
    rows = ["paid_out p P1 > bank 9 C1/1", "bounced b bank > returned 9 C1/1", "paid_out q P1 > bank 1 C2/1"]
    assert on_the_way(map(posting, rows)) == (Transit(case_no="C2", leg=1, left_fen=1, arrived_fen=0),)


def test_flows_take_corrections_off_what_they_correct() -> None:
    ledgers = (
        Ledgers()
        .run(BEGIN)
        .run("contribution k1 bank > P1 70 created\ncorrection c1 P1 > bank 30 of k1 created")
    )
    moved = flows(ledgers.postings())
    assert moved[PostingReason.OPENING] == 1540
    assert moved[PostingReason.CONTRIBUTION] == 40
    assert moved[PostingReason.PAID_OUT] == 0
    assert set(moved) == set(PostingReason) - {PostingReason.CORRECTION}


def test_a_correction_may_take_back_what_was_posted_earlier() -> None:
    ledgers = Ledgers().run("contribution k1 bank > P1 70 created\ncorrection c1 P1 > bank 30 of k1 created")
    late, correction = ledgers.postings()
    assert flows([correction], earlier=[late])[PostingReason.CONTRIBUTION] == -30
    with pytest.raises(
        LedgerError,
        match=f"Correction {correction.id} takes back {late.id}, which is not here; give it as earlier",
    ):
        flows([correction])


def test_corrections_in_clearing_count_against_what_they_correct() -> None:
    ledgers = (
        Ledgers().run(BEGIN).run(EVERYTHING).run("correction c1 clearing@510100 > P2 50 C3/1 of u1 created")
    )
    assert in_clearing(ledgers.postings()) == (Transit(case_no="C3", leg=1, left_fen=150, arrived_fen=150),)


def test_no_books_hold_nothing() -> None:
    assert position() == Totals()
    assert on_the_way(()) == ()
    assert conservation(before=Totals(), after=Totals(), moved=flows(())).holds
