"""The evidence file of one case, as one agency holds it: what is in it, under which names, and its seal.

A container of entries, a manifest with the hash of each, and the exporting agency's signature over the manifest.
``docs/evidence.md`` says what each entry proves and on whose word; ``evidence_check`` reads it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from jiexu.exchange import merkle
from jiexu.exchange.bundle import Bundle, Receipt
from jiexu.exchange.canonical import canonical, digest
from jiexu.exchange.container import pack
from jiexu.exchange.envelope import Envelope
from jiexu.exchange.signing import Certificate, Signer

FORMAT: Final = "evidence/1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature.json"
DIRECTORY: Final = "directory.json"
CASE: Final = "case.json"
DECISIONS: Final = "decisions.json"
MONEY: Final = "money.json"
PAGE: Final = "index.html"
DOCUMENTS: Final = "documents/"
"""The folder of printed forms, each a PDF with a signature of its own."""
ALWAYS: Final = (MANIFEST, SIGNATURE, DIRECTORY, CASE, DECISIONS, MONEY, PAGE)
"""Entries no evidence file lacks."""

_DOMAIN: Final = b"jiexu/evidence/1\n"


class Content(StrEnum):
    """What became of a message's payload in this file."""

    HERE = "here"
    ERASED = "erased"  # under a retention rule, at the exporting agency
    WITHHELD = "withheld"  # left out of this file, held by the agency


@dataclass(frozen=True, slots=True)
class Piece:
    """One message in the file: its envelope, and where it is here its payload with the salt."""

    envelope: Envelope
    content: Content
    payload: bytes = b""
    salt: bytes = b""

    @property
    def name(self) -> str:
        return message_name(self.envelope.sender, self.envelope.seq)


@dataclass(frozen=True, slots=True)
class BundleHeld:
    """A bundle some of whose messages belong to the case. ``leaves``: hashes of all its envelopes in order, hex.

    ``places``: index in the bundle → the message of this case that stands there.
    """

    bundle: Bundle
    receipt: Receipt
    leaves: Sequence[str]
    places: Mapping[int, Envelope]

    @property
    def name(self) -> str:
        return bundle_name(self.bundle)

    def as_json(self) -> dict[str, object]:
        """Bundle, receipt and an inclusion proof (RFC 9162) for each message of the case."""
        leaves = [bytes.fromhex(each) for each in self.leaves]
        proofs: list[object] = [
            {
                "message": message_name(envelope.sender, envelope.seq),
                "index": at,
                "path": [step.hex() for step in merkle.inclusion_proof(leaves, at)],
            }
            for at, envelope in sorted(self.places.items())
        ]
        return {"bundle": self.bundle.as_json(), "receipt": self.receipt.as_json(), "proofs": proofs}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything of one case at one agency. ``as_of``: the Beijing day of its last step, as 2026-11-23.

    ``step``: that step's number. ``case``, ``decisions``, ``money``: plain values. ``documents``: name → PDF.
    ``root``: the directory's public key, 32 bytes.
    """

    case_no: str
    agency: str
    other: str
    side: str
    as_of: str
    step: int
    engine: str
    messages: Sequence[Piece]
    bundles: Sequence[BundleHeld]
    certificates: Sequence[Certificate]
    root: bytes
    case: Mapping[str, object]
    decisions: Mapping[str, object]
    money: Mapping[str, object]
    documents: Mapping[str, bytes] = field(default_factory=dict)


def message_name(agency: str, seq: int) -> str:
    """How entries and sentences call a message: ``530300-0001``."""
    return f"{agency}-{seq:04d}"


def bundle_name(bundle: Bundle) -> str:
    return f"bundles/{bundle.agency}-{bundle.root[:16]}.json"


def write(evidence: Evidence, page: bytes, signer: Signer) -> bytes:
    """The file. The same case in the same state gives the same bytes. ``page``: the readable page.

    Raises ContainerError where it would be too large.
    """
    parts = _parts(evidence) | {PAGE: page}
    manifest = canonical(
        {
            "format": FORMAT,
            "case_no": evidence.case_no,
            "agency": evidence.agency,
            "other": evidence.other,
            "side": evidence.side,
            "as_of": evidence.as_of,
            "step": evidence.step,
            "engine": evidence.engine,
            "payloads": {each.name: each.content.value for each in evidence.messages},
            "entries": {name: digest(data) for name, data in parts.items()},
        }
    )
    signature = signer.sign(signed_bytes(manifest)).hex()
    sealed = {MANIFEST: manifest, SIGNATURE: canonical({"key_id": signer.key_id, "signature": signature})}
    return pack(parts | sealed)


def signed_bytes(manifest: bytes) -> bytes:
    """What the exporting agency signs: the manifest under a prefix of its own."""
    return _DOMAIN + manifest


def _parts(evidence: Evidence) -> dict[str, bytes]:
    certificates: list[object] = [
        each.as_json()
        for each in sorted(evidence.certificates, key=lambda each: (each.key_id, each.valid_until))
    ]
    parts = {
        DIRECTORY: canonical({"root": evidence.root.hex(), "certificates": certificates}),
        CASE: canonical(dict(evidence.case)),
        DECISIONS: canonical(dict(evidence.decisions)),
        MONEY: canonical(dict(evidence.money)),
    }
    for each in evidence.messages:
        parts[f"messages/{each.name}.envelope.json"] = each.envelope.canonical()
        if each.content is Content.HERE:
            parts[f"messages/{each.name}.payload.json"] = each.payload
            parts[f"messages/{each.name}.salt"] = each.salt
    parts |= {each.name: canonical(each.as_json()) for each in evidence.bundles}
    return parts | {DOCUMENTS + name: data for name, data in evidence.documents.items()}
