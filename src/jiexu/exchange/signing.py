"""Who signs, and how another agency knows whose key it is.

The directory's root key signs one certificate per agency key. A key's id begins with its agency's code, and the
certificate binds both, so a signature of one agency can never pass as another's. Ed25519 is the profile here;
another one (SM2 over SM3) is another ``Signer`` and ``Verifier``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from typing import Final, Protocol, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jiexu.exchange.canonical import MalformedError, canonical, digest
from jiexu.exchange.codec import encode, read_record
from jiexu.values.errors import ValueFault

Sign = Callable[[bytes], bytes]
"""Message to signature."""

_CERTIFICATE = b"jiexu/certificate/1\n"
_UNSIGNED: Final = "00" * 64


class UnknownKeyError(ValueFault):
    """A signature names a key for which no valid certificate is at hand."""


class KeyNotValidError(UnknownKeyError):
    """A signature names a key that is known, and does not stand on the day it was made."""


class KeyStolenError(KeyNotValidError):
    """A signature names a key that was stolen, and is too new to be believed."""


class CertificateError(ValueFault):
    """A key certificate is not what the directory's root signed."""


class Signer(Protocol):
    """Signs for one agency. The key may live in this process, a signing server or a device."""

    @property
    def key_id(self) -> str:
        """Agency code, hyphen, label: as in 510100-2026a."""

    def sign(self, message: bytes) -> bytes:
        """The signature over the message exactly as given."""


class Verifier(Protocol):
    """Knows the keys of other agencies."""

    def check(self, key_id: str, on: date, came: date | None = None) -> None:
        """Raise UnknownKeyError where the key is not known, KeyNotValidError where it does not stand on the day.

        ``came``: the day on which what it signed reached us, None where that is kept from before. KeyStolenError where
        the key was stolen and what it signed is of a later day, or came when that was known.
        """

    def verify(
        self, key_id: str, message: bytes, signature: bytes, on: date, came: date | None = None
    ) -> bool:
        """Whether the signature is right. ``on``: the Beijing day it was made. Raises as ``check`` does."""


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


@lru_cache(maxsize=2048)
def ed25519_verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a 64-byte signature over the message was made with the key. Wrong lengths are simply not right.

    Many bundles share one signature; of these very bytes, key with them, the answer is remembered: it is mathematics
    and never another one. Whether the key stands on a day is asked each time.
    """
    try:
        _public(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def _public(key: bytes) -> Ed25519PublicKey:
    """Raises ValueError where these are not 32 bytes."""
    return Ed25519PublicKey.from_public_bytes(key)


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


def check_certificate(certificate: Certificate, *, root_verify: Callable[[bytes, bytes], bool]) -> None:
    """Raise CertificateError unless the root signed it.

    ``root_verify``: message and signature to whether the directory's root made it. On which days the key stands is
    for the keyring to say, signature by signature.
    """
    _check_fields(certificate)
    if not root_verify(certificate.signed_bytes(), bytes.fromhex(certificate.signature)):
        raise CertificateError(
            "certificate_not_signed",
            "The certificate of key {key_id} is not signed by this directory's root; fetch it from the directory again.",
            key_id=certificate.key_id,
        )


@dataclass(frozen=True, slots=True)
class Key:
    """A public key and the Beijing days on which it stands, both included."""

    public_key: bytes
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Keyring:
    """The public keys that certificates vouch for: a ``Verifier``. ``keys``: key id → key and its days.

    A key counts on the day it signed, so what an agency signed stays proven when its key has ended or another has
    taken its place. ``stolen``: the days from which nothing new counts of keys in strange hands.
    """

    keys: Mapping[str, Key]
    stolen: Mapping[str, date] = field(default_factory=dict)

    @classmethod
    def of(cls, certificates: Iterable[Certificate], *, root_public_key: bytes) -> Keyring:
        """The keys of certificates, every one of which the root must have signed. Raises CertificateError.

        Where there are several for one key, it stands on the days on which all of them do: so the directory ends a
        lost key early by a shorter certificate, and no older one brings it back.
        """
        keys: dict[str, Key] = {}
        for each in certificates:
            _add(keys, each, root_public_key)
        return cls(keys)

    @classmethod
    def vouched(
        cls, values: Iterable[object], *, root_public_key: bytes
    ) -> tuple[Keyring, tuple[ValueFault, ...]]:
        """The same from certificates as they are kept: one that does not stand is left out and named, no other is."""
        keys: dict[str, Key] = {}
        faults: list[ValueFault] = []
        for value in values:
            try:
                _add(keys, certificate_from_json(value), root_public_key)
            except (CertificateError, MalformedError) as fault:
                faults.append(fault)
        return cls(keys), tuple(faults)

    def stands(self, key_id: str, on: date) -> bool:
        """Whether the key is known, stands on the day and was not stolen by then: whether it may sign."""
        key = self.keys.get(key_id)
        return key is not None and key.first <= on <= key.last and on < self.stolen.get(key_id, date.max)

    def newest(self, agency: str, key_ids: Iterable[str], *, on: date) -> str:
        """Which of an agency's own keys to sign with on a day: the one that began last.

        Raises KeyNotValidError where none stands.
        """
        standing = [key_id for key_id in key_ids if self.stands(key_id, on)]
        if not standing:
            raise KeyNotValidError(
                "no_key_stands",
                "{agency} has no key here that stands on {day}; have its key changed, or ask the directory for its certificate.",
                agency=agency,
                day=on.isoformat(),
            )
        return max(standing, key=lambda key_id: (self.keys[key_id].first, key_id))

    def key(self, key_id: str) -> Key:
        """A key and its days. Raises UnknownKeyError."""
        if key_id not in self.keys:
            raise UnknownKeyError(
                "key_unknown",
                "No valid certificate for key {key_id} is at hand; fetch it from the directory.",
                key_id=key_id,
            )
        return self.keys[key_id]

    def check(self, key_id: str, on: date, came: date | None = None) -> None:
        """Raises UnknownKeyError, KeyNotValidError or KeyStolenError."""
        key = self.key(key_id)
        if is_too_new(since := self.stolen.get(key_id), on, came):
            raise KeyStolenError(
                "key_stolen",
                "Key {key_id} ended on {day} because it was stolen; nothing it signed counts that came since.",
                key_id=key_id,
                day=str(since),
            )
        if not key.first <= on <= key.last:
            raise KeyNotValidError(
                "key_not_valid",
                "Key {key_id} stands from {first} to {last}, not on {day}; sign with a current key, or fetch its certificate.",
                key_id=key_id,
                first=key.first.isoformat(),
                last=key.last.isoformat(),
                day=on.isoformat(),
            )

    def verify(
        self, key_id: str, message: bytes, signature: bytes, on: date, came: date | None = None
    ) -> bool:
        """Whether the key made the signature. Raises UnknownKeyError, KeyNotValidError or KeyStolenError."""
        self.check(key_id, on, came)
        return ed25519_verify(self.keys[key_id].public_key, message, signature)


def is_too_new(since: date | None, on: date, came: date | None) -> bool:
    """Whether what a key stolen on a day signed is of a later day, or came on that day or after it.

    What is of that very day and came before the theft was known is believed: nobody takes back what was honestly taken.
    """
    return since is not None and (on > since or (came is not None and came >= since))


def _add(keys: dict[str, Key], certificate: Certificate, root_public_key: bytes) -> None:
    """Take a certificate among the keys it vouches for, narrowing what is known of the same key."""
    check_certificate(certificate, root_verify=partial(ed25519_verify, root_public_key))
    new = Key(bytes.fromhex(certificate.public_key), certificate.valid_from, certificate.valid_until)
    known = keys.get(certificate.key_id, new)
    if known.public_key != new.public_key:
        raise CertificateError(
            "certificate_two_keys",
            "Two certificates give key {key_id} different public keys; ask the directory which is right.",
            key_id=certificate.key_id,
        )
    first, last = max(known.first, new.first), min(known.last, new.last)
    keys[certificate.key_id] = Key(new.public_key, first, last)


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
