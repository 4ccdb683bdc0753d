"""Merkle trees as RFC 9162 §2.1 defines them, with SHA-256.

Leaves and inner nodes are hashed under different prefixes, so that no inner node can be passed off as a leaf.
Leaves are given as their data; their hashes are made here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from jiexu.values.errors import ValueFault


class MerkleError(ValueFault):
    """A proof was asked for a leaf that the tree does not have."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256 under the prefix 0x00."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 under the prefix 0x01."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of leaf data in order; of no leaves, the hash of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    return _subtree([leaf_hash(leaf) for leaf in leaves])


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The hashes from a leaf's sibling up to just below the root (RFC 9162 §2.1.3.1).

    ``index``: from 0. Raises MerkleError where there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise MerkleError(
            "merkle_no_such_leaf",
            "The tree has {size} leaves, none at place {index}; count from 0 and ask for one of them.",
            size=len(leaves),
            index=index,
        )
    return tuple(_path([leaf_hash(leaf) for leaf in leaves], index))


def root_and_proofs(leaves: Sequence[bytes]) -> tuple[bytes, list[tuple[bytes, ...]]]:
    """The root of leaf data in order, at least one, and the inclusion proof of each: every node is hashed once."""
    found, paths = _proven([leaf_hash(leaf) for leaf in leaves])
    return found, [tuple(path) for path in paths]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf data stands at ``index`` in the tree of ``size`` leaves under ``root`` (§2.1.3.2)."""
    return climb(leaf, index, size, proof) == root


def climb(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root to which a proof leads from leaf data (§2.1.3.2); None where no tree of this size has such a proof."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf_hash(leaf)
    for sibling in proof:
        if last == 0:
            return None
        if place % 2 or place == last:
            found = node_hash(sibling, found)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            found = node_hash(found, sibling)
        place, last = place // 2, last // 2
    return found if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two smaller than size, for size over 1."""
    return 1 << (size - 1).bit_length() - 1


def _subtree(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    middle = _split(len(hashes))
    return node_hash(_subtree(hashes[:middle]), _subtree(hashes[middle:]))


def _proven(hashes: Sequence[bytes]) -> tuple[bytes, list[list[bytes]]]:
    """The root over leaf hashes, and the path of each."""
    if len(hashes) == 1:
        return hashes[0], [[]]
    middle = _split(len(hashes))
    (left, lefts), (right, rights) = _proven(hashes[:middle]), _proven(hashes[middle:])
    for path in lefts:
        path.append(right)
    for path in rights:
        path.append(left)
    return node_hash(left, right), lefts + rights


def _path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    if len(hashes) == 1:
        return []
    middle = _split(len(hashes))
    if index < middle:
        return [*_path(hashes[:middle], index), _subtree(hashes[middle:])]
    return [*_path(hashes[middle:], index - middle), _subtree(hashes[:middle])]
