"""Which parts of an account an amount is taken from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.ledger.accounts import LedgerError
from jiexu.ledger.plan import split_by_parts

Parts = tuple[tuple[str, int, bool], ...]
Taken = tuple[tuple[str, int], ...]

ACCOUNT = (("this_year", 300, True), ("supplement", 900, False), ("earlier", 700, True))


@pytest.mark.parametrize(
    ("amount_fen", "taken"),
    [
        (None, (("earlier", 700), ("this_year", 300))),
        (1000, (("earlier", 700), ("this_year", 300))),
        (701, (("earlier", 700), ("this_year", 1))),
        (700, (("earlier", 700),)),
        (1, (("earlier", 1),)),
    ],
)
def test_earlier_years_go_first_and_only_what_may_move(amount_fen: int | None, taken: Taken) -> None:
    assert split_by_parts(parts=ACCOUNT, amount_fen=amount_fen) == taken


def test_parts_of_earlier_years_go_in_the_order_given() -> None:
    account = (("2024", 5, True), ("this_year", 5, True), ("2023", 5, True))
    assert split_by_parts(parts=account, amount_fen=None) == (("2024", 5), ("2023", 5), ("this_year", 5))


def test_everything_of_nothing_is_nothing() -> None:
    assert split_by_parts(parts=(), amount_fen=None) == ()
    assert split_by_parts(parts=(("this_year", 0, True),), amount_fen=None) == ()


def test_an_empty_part_is_passed_over() -> None:
    assert split_by_parts(parts=(("earlier", 0, True), ("this_year", 5, True)), amount_fen=5) == (
        ("this_year", 5),
    )


def test_a_negative_part_that_does_not_move_stops_nothing() -> None:
    assert split_by_parts(parts=(("this_year", 5, True), ("supplement", -1, False)), amount_fen=None) == (
        ("this_year", 5),
    )


@pytest.mark.parametrize(
    ("parts", "amount_fen", "sentence"),
    [
        (ACCOUNT, 1001, "Asked for 1001 fen but the movable parts hold 1000; ask for no more than that."),
        (ACCOUNT, 0, "Asked for 0 fen; ask for more than 0, or for everything with None."),
        (ACCOUNT, -1, "Asked for -1 fen;"),
        ((("a", 1, True), ("a", 1, True)), 1, "A part stands twice in a, a; add its amounts up first."),
        ((("a", -1, True),), None, "Part a has -1 fen available; clear the negative part first (R-034)."),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(
    parts: Parts, amount_fen: int | None, sentence: str
) -> None:
    with pytest.raises(LedgerError) as refused:
        split_by_parts(parts=parts, amount_fen=amount_fen)
    assert sentence in str(refused.value)


accounts = st.lists(
    st.tuples(st.sampled_from(["this_year", "earlier", "a", "b"]), st.integers(0, 50), st.booleans()),
    unique_by=lambda part: part[0],
)


@given(parts=accounts, data=st.data())
def test_exactly_the_amount_is_taken_and_this_year_only_when_the_rest_is_empty(
    parts: list[tuple[str, int, bool]], data: st.DataObject
) -> None:
    movable = {name: fen for name, fen, may_move in parts if may_move}
    total = sum(movable.values())
    amount_fen = data.draw(st.none() | st.integers(1, total)) if total else None
    taken = dict(split_by_parts(parts=parts, amount_fen=amount_fen))
    assert sum(taken.values()) == (total if amount_fen is None else amount_fen)
    assert all(0 < fen <= movable[name] for name, fen in taken.items())
    if "this_year" in taken:
        assert all(taken.get(name, 0) == fen for name, fen in movable.items() if name != "this_year")
