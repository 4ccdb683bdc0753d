"""Who signs, and how another agency knows whose key it is.

The directory's root key signs one certificate per agency key. A key's id begins with its agency's code, and the
certificate binds both, so a signature of one agency can never pass as another's. Ed25519 is the profile here;
another one (SM2 over SM3) is another ``Signer`` and ``Verifier``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final, Protocol, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jiexu.exchange.canonical import canonical, digest
from jiexu.exchange.codec import encode, read_record
from jiexu.values.errors import ValueFault

Sign = Callable[[bytes], bytes]
"""Message to signature."""
Verify = Callable[[str, bytes, bytes], bool]
"""Key id, message, signature: whether it is right. Raises UnknownKeyError where the key id is not known."""

_CERTIFICATE = b"jiexu/certificate/1\n"
_UNSIGNED: Final = "00" * 64


class UnknownKeyError(ValueFault):
    """A signature names a key for which no valid certificate is at hand."""


class CertificateError(ValueFault):
    """A key certificate is not what the directory's root signed, or not valid on the day."""


class Signer(Protocol):
    """Signs for one agency. The key may live in this process, a signing server or a device."""

    @property
    def key_id(self) -> str:
        """Agency code, hyphen, label: as in 510100-2026a."""

    def sign(self, message: bytes) -> bytes:
        """The signature over the message exactly as given."""


class Verifier(Protocol):
    """Knows the keys of other agencies."""

    def verify(self, key_id: str, message: bytes, signature: bytes) -> bool:
        """Whether the signature is right. Raises UnknownKeyError."""


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """A signer that holds its key: ``private_key`` is the 32-byte seed, never shown in a repr."""

    key_id: str
    _key: Ed25519PrivateKey

    @classmethod
    def of(cls, *, key_id: str, private_key: bytes) -> Ed25519Signer:
        """Raises ValueError where the private key has not 32 bytes."""
        return cls(key_id, Ed25519PrivateKey.from_private_bytes(private_key))

    @property
    def public_key(self) -> bytes:
        """The 32 bytes that go into the certificate."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """64 bytes; the same message always gives the same ones."""
        return self._key.sign(message)


def ed25519_verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a 64-byte signature over the message was made with the key. Wrong lengths are simply not right."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def agency_of(key_id: str) -> str:
    """The agency a key id belongs to: what stands before its hyphen."""
    return key_id.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Certificate:
    """The directory's word that a public key is an agency's, from one Beijing day to another, both included.

    ``public_key`` and ``signature``: hex.
    """

    agency: str
    key_id: str
    public_key: str
    valid_from: date
    valid_until: date
    signature: str

    def signed_bytes(self) -> bytes:
        """What the root signs: every field but the signature, under the certificate's own prefix."""
        return _CERTIFICATE + canonical({k: v for k, v in encode(self).items() if k != "signature"})

    def as_json(self) -> dict[str, object]:
        """The plain value, read back by ``certificate_from_json``."""
        return encode(self)


def certify(
    *, root_sign: Sign, agency: str, key_id: str, public_key: bytes, valid_from: date, valid_until: date
) -> Certificate:
    """A certificate signed by the directory's root. Raises CertificateError where the fields contradict."""
    draft = Certificate(agency, key_id, public_key.hex(), valid_from, valid_until, _UNSIGNED)
    _check_fields(draft)
    return replace(draft, signature=root_sign(draft.signed_bytes()).hex())


def certificate_from_json(value: object) -> Certificate:
    """Read what ``as_json`` writes. Raises MalformedError. Nothing is proven yet: see ``check_certificate``."""
    return cast("Certificate", read_record(Certificate, value, "certificate"))


def check_certificate(
    certificate: Certificate, *, root_verify: Callable[[bytes, bytes], bool], on: date
) -> None:
    """Raise CertificateError unless the root signed it and the day ``on`` lies within its validity.

    ``root_verify``: message and signature to whether the directory's root made it.
    """
    _check_fields(certificate)
    if not root_verify(certificate.signed_bytes(), bytes.fromhex(certificate.signature)):
        raise CertificateError(
            "certificate_not_signed",
            "The certificate of key {key_id} is not signed by this directory's root; fetch it from the directory again.",
            key_id=certificate.key_id,
        )
    if not certificate.valid_from <= on <= certificate.valid_until:
        raise CertificateError(
            "certificate_not_valid",
            "The certificate of key {key_id} is valid from {first} to {last}, not on {day}; fetch a current one.",
            key_id=certificate.key_id,
            first=certificate.valid_from.isoformat(),
            last=certificate.valid_until.isoformat(),
            day=on.isoformat(),
        )


@dataclass(frozen=True, slots=True)
class Keyring:
    """The public keys that certificates vouch for on one day: a ``Verifier``. ``keys``: key id → public key."""

    keys: Mapping[str, bytes]

    @classmethod
    def of(cls, certificates: Iterable[Certificate], *, root_public_key: bytes, on: date) -> Keyring:
        """Every certificate must stand: raises CertificateError at the first that does not."""
        keys = {}
        for certificate in certificates:
            check_certificate(certificate, root_verify=partial(ed25519_verify, root_public_key), on=on)
            keys[certificate.key_id] = bytes.fromhex(certificate.public_key)
        return cls(keys)

    def verify(self, key_id: str, message: bytes, signature: bytes) -> bool:
        """Whether the key made the signature. Raises UnknownKeyError."""
        if key_id not in self.keys:
            raise UnknownKeyError(
                "key_unknown",
                "No valid certificate for key {key_id} is at hand; fetch it from the directory.",
                key_id=key_id,
            )
        return ed25519_verify(self.keys[key_id], message, signature)


def fingerprint(public_key: bytes) -> str:
    """SHA-256 in hex of a public key: what people compare, and what evidence files are checked against."""
    return digest(public_key)


def _check_fields(certificate: Certificate) -> None:
    certificate_from_json(certificate.as_json())
    if agency_of(certificate.key_id) != certificate.agency:
        raise CertificateError(
            "certificate_other_agency",
            "Key {key_id} is named after another agency than {agency}; begin the key id with the agency's code.",
            key_id=certificate.key_id,
            agency=certificate.agency,
        )
    if certificate.valid_until < certificate.valid_from:
        raise CertificateError(
            "certificate_reversed",
            "The certificate of key {key_id} ends on {last} before it begins on {first}; exchange the days.",
            key_id=certificate.key_id,
            first=certificate.valid_from.isoformat(),
            last=certificate.valid_until.isoformat(),
        )
