"""Payloads at rest: AES-256-GCM, bound to the message they belong to.

The salt is sealed together with the payload, because whoever has the salt can try out what an erased payload said.
Erasing the sealed bytes erases both; the envelope and so the chain stay whole.

The nonce is derived, so that sealing the same again gives the same bytes and no randomness is needed. AES-GCM
breaks if one key and nonce ever meet two plaintexts. A message id should never have two payloads; but a sender can
send two under one id, and both are kept as evidence. So the nonce is derived from key, message id *and* content
(a synthetic nonce, the idea of RFC 8452): another content has another nonce, whoever chose it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jiexu.exchange.canonical import write
from jiexu.exchange.envelope import SALT_BYTES
from jiexu.values.errors import ValueFault

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12

_CONTEXT = b"jiexu/sealed/1\n"
_FOR_NONCE = b"jiexu/sealed/nonce/1\n"
_FOR_CIPHER = b"jiexu/sealed/cipher/1\n"


class SealError(ValueFault):
    """Sealed bytes do not open: another key, another message, or changed bytes."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A payload and its salt, encrypted. ``key_id``: of the key at rest. ``data``: nonce, ciphertext, tag."""

    key_id: str
    data: bytes


def seal_payload(*, key: bytes, key_id: str, message_id: str, salt: bytes, payload: bytes) -> Sealed:
    """Encrypt for storage. ``key``: 32 bytes, used for nothing else. The same input gives the same bytes.

    Raises SealError where key or salt has another length.
    """
    _check_length("key", key, KEY_BYTES)
    _check_length("salt", salt, SALT_BYTES)
    context, content = _context(key_id, message_id), salt + payload
    bound = _nonce_key(key) + context
    nonce = hmac.digest(bound, hashlib.sha256(content).digest(), "sha256")[:NONCE_BYTES]
    return Sealed(key_id, nonce + _cipher(key).encrypt(nonce, content, context))


def open_sealed(sealed: Sealed, *, key: bytes, message_id: str) -> tuple[bytes, bytes]:
    """The salt and the payload. Raises SealError."""
    _check_length("key", key, KEY_BYTES)
    nonce, encrypted = sealed.data[:NONCE_BYTES], sealed.data[NONCE_BYTES:]
    try:
        content = _cipher(key).decrypt(nonce, encrypted, _context(sealed.key_id, message_id))
    except (InvalidTag, ValueError):
        raise SealError(
            "sealed_does_not_open",
            "The payload of message {message} does not open with key {key_id}: the key, the message or the bytes are "
            "not those it was sealed with; restore it from a copy.",
            message=message_id,
            key_id=sealed.key_id,
        ) from None
    return content[:SALT_BYTES], content[SALT_BYTES:]


def _context(key_id: str, message_id: str) -> bytes:
    """What the ciphertext is bound to without containing it."""
    return _CONTEXT + write([key_id, message_id])


def _subkey(key: bytes, use: bytes) -> bytes:
    """A key of its own for each use."""
    return hmac.digest(key, use, "sha256")


@lru_cache(maxsize=1024)
def _cipher(key: bytes) -> AESGCM:
    """Made once for each agency of a node: setting up a key costs as much as encrypting a payload."""
    return AESGCM(_subkey(key, _FOR_CIPHER))


@lru_cache(maxsize=1024)
def _nonce_key(key: bytes) -> bytes:
    return _subkey(key, _FOR_NONCE)


def _check_length(what: str, given: bytes, expected: int) -> None:
    if len(given) != expected:
        raise SealError(
            "sealing_length",
            "The {what} for sealing has {given} bytes, not {expected}; pass one of the right length.",
            what=what,
            given=len(given),
            expected=expected,
        )
