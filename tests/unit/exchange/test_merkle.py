"""Roots and proofs as RFC 9162 gives them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jiexu.exchange.merkle import (
    MerkleError,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    root_and_proofs,
    verify_inclusion,
)

# The eight leaves every implementation of Certificate Transparency is tested with, and their roots.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

leaves = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


@pytest.mark.parametrize("size", range(9))
def test_the_known_roots_come_out(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size]


def test_a_known_proof_comes_out() -> None:
    expected = (
        leaf_hash(LEAVES[1]),
        node_hash(leaf_hash(LEAVES[2]), leaf_hash(LEAVES[3])),
        root(LEAVES[4:8]),
    )
    assert inclusion_proof(LEAVES, 0) == expected


@given(leaves, st.data())
def test_every_leaf_is_proven_in_its_place(tree: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(tree) - 1))
    proof = inclusion_proof(tree, index)
    assert verify_inclusion(tree[index], index, len(tree), proof, root(tree))


@given(leaves)
def test_all_proofs_at_once_are_those_made_one_by_one(tree: list[bytes]) -> None:
    made = root(tree), [inclusion_proof(tree, index) for index in range(len(tree))]
    assert root_and_proofs(tree) == made


@given(leaves, st.data())
def test_a_proof_proves_nothing_else(tree: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(tree) - 1))
    proof, top = inclusion_proof(tree, index), root(tree)
    other = data.draw(st.binary(max_size=8))
    assume(other != tree[index])
    assert not verify_inclusion(other, index, len(tree), proof, top)
    assert not verify_inclusion(tree[index], index, len(tree), (*proof, top), top)
    assert not verify_inclusion(tree[index], index, len(tree), proof, leaf_hash(top))
    if proof:
        assert not verify_inclusion(tree[index], index, len(tree), proof[:-1], top)


@given(leaves.filter(lambda tree: len(set(tree)) == len(tree)), st.data())
def test_a_leaf_is_not_proven_in_another_place(tree: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(tree) - 1))
    place = data.draw(st.integers(-1, len(tree) + 1))
    assume(place != index)
    assert not verify_inclusion(tree[index], place, len(tree), inclusion_proof(tree, index), root(tree))


@pytest.mark.parametrize("index", [-1, 8])
def test_a_leaf_the_tree_does_not_have_is_refused(index: int) -> None:
    with pytest.raises(MerkleError, match=f"8 leaves, none at place {index}"):
        inclusion_proof(LEAVES, index)
