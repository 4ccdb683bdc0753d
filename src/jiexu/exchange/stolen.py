"""The directory's word that a key is in strange hands: from a day on nothing new counts that it signed, whatever day it names.

A shorter certificate is not enough for that: whoever holds the key can write any day before its end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, cast

from jiexu.exchange.canonical import MalformedError, canonical
from jiexu.exchange.codec import encode, read_record
from jiexu.exchange.signing import CertificateError, Sign, agency_of, ed25519_verify
from jiexu.values.errors import ValueFault

_STOLEN = b"jiexu/stolen-key/1\n"
_UNSIGNED: Final = "00" * 64


@dataclass(frozen=True, slots=True)
class StolenKey:
    """``since``: the Beijing day from which nothing that comes counts; what was signed until that day and came before stands.

    ``key_id``: of a key for messages or for documents. ``signature``: the directory's, hex.
    """

    agency: str
    key_id: str
    since: date
    signature: str

    def signed_bytes(self) -> bytes:
        """What the root signs: every field but the signature, under a prefix of its own."""
        return _STOLEN + canonical({k: v for k, v in encode(self).items() if k != "signature"})

    def as_json(self) -> dict[str, object]:
        """The plain value, read back by ``stolen_keys``."""
        return encode(self)


def declare_stolen(*, root_sign: Sign, key_id: str, since: date) -> StolenKey:
    """The directory's signed word on a key."""
    draft = StolenKey(agency_of(key_id), key_id, since, _UNSIGNED)
    return replace(draft, signature=root_sign(draft.signed_bytes()).hex())


def stolen_keys(
    values: Iterable[object], *, root_public_key: bytes
) -> tuple[dict[str, date], tuple[ValueFault, ...]]:
    """Key id → day from words as they are kept, and what is wrong with those that do not stand. The earliest day counts."""
    found: dict[str, date] = {}
    faults: list[ValueFault] = []
    for value in values:
        try:
            word = cast("StolenKey", read_record(StolenKey, value, "stolen key"))
        except MalformedError as fault:
            faults.append(fault)
            continue
        own = agency_of(word.key_id) == word.agency
        if not own or not ed25519_verify(root_public_key, word.signed_bytes(), bytes.fromhex(word.signature)):
            faults.append(
                CertificateError(
                    "stolen_not_signed",
                    "That key {key_id} was stolen is not signed by this directory's root; ask the directory again.",
                    key_id=word.key_id,
                )
            )
            continue
        found[word.key_id] = min(word.since, found.get(word.key_id, word.since))
    return found, tuple(faults)
