"""A seal over an agency's journal: what it signed of its own history, for others to keep.

Whoever owns an agency's tables can change them consistently, and whoever holds its key can sign anew. What an agency
cannot do is take back the seals it sent to its counterparts: a history written afterwards does not agree with them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final, cast

from jiexu.exchange import merkle
from jiexu.exchange.canonical import canonical, kept
from jiexu.exchange.codec import encode, read_record
from jiexu.exchange.envelope import ZEROS
from jiexu.exchange.signing import Sign, UnknownKeyError, Verifier, agency_of
from jiexu.values.errors import ValueFault

_SEAL = b"jiexu/journal-seal/1\n"
_UNSIGNED: Final = "00" * 64


@dataclass(frozen=True, slots=True)
class JournalSeal:
    """What an agency signed of its journal's lines ``first`` to ``upto``, both included, counted from 1.

    ``root``: RFC 9162 Merkle root over the lines in order. ``before``: hash of the seal before, ``ZEROS`` for the
    first. ``day``: the Beijing day it was made on.
    """

    agency: str
    first: int
    upto: int
    root: str
    before: str
    day: date
    key_id: str
    signature: str

    def signed_bytes(self) -> bytes:
        """Every field but the signature, under the seal's own prefix."""
        return _SEAL + canonical({k: v for k, v in encode(self).items() if k != "signature"})

    def as_json(self) -> dict[str, object]:
        """The plain value, read back by ``seal_from_json``."""
        return encode(self)

    @property
    def hash(self) -> str:
        """What the next seal names as the one before it: SHA-256 in hex, signature included."""
        return _hash_of(self)

    def written(self) -> object:
        """Its canonical bytes for ``write``, made once: many bundles carry the same seal."""
        return _written(self)

    def is_signed(self, keys: Verifier) -> bool:
        """Whether the agency's own key made the signature, and stood on the day it names."""
        if agency_of(self.key_id) != self.agency:
            return False
        try:
            return keys.verify(self.key_id, self.signed_bytes(), bytes.fromhex(self.signature), self.day)
        except UnknownKeyError:
            return False


@lru_cache(maxsize=4096)
def _hash_of(seal: JournalSeal) -> str:
    return hashlib.sha256(_SEAL + canonical(seal.as_json())).hexdigest()


@lru_cache(maxsize=4096)
def _written(seal: JournalSeal) -> object:
    return kept(seal.as_json())


class JournalSealError(ValueFault):
    """A seal is not what its agency signed."""


def check_seal(seal: JournalSeal, keys: Verifier) -> None:
    """Raise JournalSealError unless the seal's own agency signed it with a key that stood on its day."""
    if not seal.is_signed(keys):
        raise JournalSealError(
            "seal_not_signed",
            "The seal over the journal of {agency} is not signed with a key of {agency} that stood on {day}; ask {agency} for its newest seal.",
            agency=seal.agency,
            day=seal.day.isoformat(),
        )


def seal_journal(
    lines: Sequence[bytes],
    *,
    agency: str,
    after: JournalSeal | None,
    day: date,
    key_id: str,
    sign: Sign,
) -> JournalSeal:
    """Seal the lines that follow on an earlier seal. ``lines``: one leaf of the tree each, at least one."""
    last = 0 if after is None else after.upto
    draft = JournalSeal(
        agency=agency,
        first=last + 1,
        upto=last + len(lines),
        root=merkle.root(lines).hex(),
        before=ZEROS if after is None else after.hash,
        day=day,
        key_id=key_id,
        signature=_UNSIGNED,
    )
    return replace(draft, signature=sign(draft.signed_bytes()).hex())


def seal_from_json(value: object) -> JournalSeal:
    """Read what ``as_json`` writes. Raises MalformedError. Nothing is proven yet: see ``is_signed``."""
    return cast("JournalSeal", read_record(JournalSeal, value, "seal"))
