"""What may be proposed for a receipt: only what nothing else fits as well, and never more than a proposal."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from jiexu.cases.suggest import MOST_TOGETHER, Came, Expected, Suggestion, Why, named, suggest
from jiexu.usecases.matching import _parts

QUJING, KUNMING = "0005303000001", "0005301000001"
WANG = Expected("FJ4M72W3Q11BY", 1, 320855, "王芳", QUJING)
LI_ONE = Expected("FJ4MBXVMBWSEA", 1, 150000, "李娜", QUJING)
LI_TWO = Expected("FJ4MCX7ET4JRM", 1, 150000, "李娜", QUJING)
ZHAO = Expected("G5VW6XH523KZV", 1, 150000, "赵敏", KUNMING)


def told(fen: int, remark: str, payer: str, *expected: Expected) -> Suggestion:
    return suggest(Came(fen, remark, payer), expected)


def test_a_case_number_in_the_remark_is_found_however_it_is_written_around() -> None:
    assert named("转移 fj4m-72w3q-11by 等") >= {"FJ4M72W3Q11BY"}
    found = told(1, "转移FJ4M72W3Q11BY等", "", WANG, LI_ONE)
    assert (found.why, found.amounts) == (Why.NAMED, (WANG,))


def test_two_of_one_name_and_amount_are_both_shown_and_neither_is_put_forward() -> None:
    for remark in ("", "李娜 转移"):
        found = told(150000, remark, QUJING, LI_ONE, LI_TWO, WANG)
        assert (found.why, set(found.amounts), found.put_forward) == (Why.SEVERAL, {LI_ONE, LI_TWO}, False)


def test_a_name_decides_only_between_people_of_different_names() -> None:
    assert told(150000, "赵敏", "", LI_ONE, ZHAO).amounts == (ZHAO,)
    assert told(150000, "赵敏", "", LI_ONE, ZHAO).why is Why.NAME_AND_AMOUNT


def test_the_only_amount_of_the_agency_that_paid_is_proposed_and_another_agencys_is_not() -> None:
    found = told(150000, "", KUNMING, LI_ONE, LI_TWO, ZHAO)
    assert (found.why, found.amounts) == (Why.ONLY_AMOUNT, (ZHAO,))
    assert told(150000, "", "", LI_ONE, LI_TWO, ZHAO).why is Why.SEVERAL


def test_one_receipt_over_several_people_is_proposed_where_only_one_sum_is_right() -> None:
    assert told(WANG.missing_fen + LI_ONE.missing_fen, "", QUJING, WANG, LI_ONE, LI_TWO).why is Why.NONE
    found = told(WANG.missing_fen + LI_ONE.missing_fen, "", QUJING, WANG, LI_ONE, ZHAO)
    assert (found.why, found.amounts) == (Why.ONLY_SUM, (WANG, LI_ONE))
    both = f"{LI_ONE.case_no} {LI_TWO.case_no}"
    assert told(300000, both, KUNMING, WANG, LI_ONE, LI_TWO).why is Why.NAMED_TOGETHER


def test_among_many_amounts_of_one_payer_only_all_together_are_proposed() -> None:
    many = [
        Expected(f"FJ4M72W3Q11B{letter}", 1, 100 + n, "李娜", QUJING)
        for n, letter in enumerate("ABCDEFGHJKMNP")
    ]
    assert len(many) > MOST_TOGETHER
    whole = sum(each.missing_fen for each in many)
    found = told(whole, "", QUJING, *many)
    assert (found.why, found.amounts) == (Why.ONLY_SUM, tuple(many))
    # Without the first: nobody tries every choice of so many.
    assert told(whole - many[0].missing_fen, "", QUJING, *many).why is Why.NONE


amounts = st.lists(
    st.builds(
        Expected,
        st.sampled_from([each.case_no for each in (WANG, LI_ONE, LI_TWO, ZHAO)]),
        st.integers(1, 3),
        st.integers(1, 6),
        st.sampled_from(["李娜", "王芳"]),
        st.sampled_from([QUJING, KUNMING]),
    ),
    max_size=8,
    unique_by=lambda each: each.key,
)


@given(
    st.integers(1, 20),
    st.sampled_from(["", "李娜", "王芳 转移", WANG.case_no]),
    st.sampled_from(["", QUJING, KUNMING]),
    amounts,
)
def test_what_is_put_forward_fits_and_nothing_else_of_its_kind_does(
    fen: int, remark: str, payer: str, expected: list[Expected]
) -> None:
    found = told(fen, remark, payer, *expected)
    assert set(found.amounts) <= set(expected)
    match found.why:
        case Why.NAMED | Why.NAMED_TOGETHER:
            assert all(each.case_no in remark for each in found.amounts)
        case Why.NAME_AND_AMOUNT:
            alike = [each for each in expected if each.name in remark and each.missing_fen == fen]
            assert list(found.amounts) == alike
        case Why.ONLY_AMOUNT:
            alike = [each for each in expected if each.payer_account == payer and each.missing_fen == fen]
            assert list(found.amounts) == alike
        case Why.ONLY_SUM:
            theirs = [each for each in expected if each.payer_account == payer]
            sums = [
                chosen
                for size in range(2, len(theirs) + 1)
                for chosen in combinations(theirs, size)
                if sum(each.missing_fen for each in chosen) == fen
            ]
            assert sums == [found.amounts]
        case _:
            assert not found.put_forward


@given(st.integers(1, 10**12), st.lists(st.integers(1, 10**9), min_size=1, max_size=20))
def test_the_parts_of_a_receipt_are_exactly_the_whole(more: int, missing: list[int]) -> None:
    whole = sum(missing) + more - 1
    parts = _parts(whole, missing)
    assert sum(parts) == whole
    assert all(part > 0 for part in parts)
    assert len(missing) == 1 or parts[: len(missing)] == missing
