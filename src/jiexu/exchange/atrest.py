"""Numbers and keys at rest: sealed under the node's key for one place, and found by a keyed index.

The node's keys stand outside the database, so a copy of the database opens nothing. A sealed text is
``s1.<key id>.<nonce, ciphertext and tag>``: AES-256-GCM-SIV (RFC 8452), which stays safe even where a nonce comes twice.
What it is bound to (table, column, whose row) is not in it: moved to another row, it does not open.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jiexu.exchange.canonical import write
from jiexu.values.errors import ValueFault
from jiexu.values.writing import compacted

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
ALWAYS_THE_SAME: Final = bytes(NONCE_BYTES)
"""The nonce of values that are compared where they stand: equal ones give equal texts, and nothing else shows."""

_VERSION = "s1"
_KEY = re.compile(r"([A-Za-z0-9_-]{1,32}):([A-Za-z0-9_-]{43}=?)")
_PLACE = b"jiexu/at rest/1\n"
_SEEK = b"jiexu/seek/1\n"


class AtRestError(ValueFault):
    """Node keys that cannot be read, or a sealed text that does not open where it stands."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The node's keys by id. ``current``: seals and seeks from now on; the others open what was sealed before."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Ring:
        """From ``id:key`` words (32 bytes, base64url), the newest last. Raises AtRestError."""
        found: dict[str, bytes] = {}
        for number, word in enumerate(text.split(), start=1):
            match = _KEY.fullmatch(word)
            if match is None or match[1] in found:
                raise AtRestError(
                    "node_key_unreadable",
                    "Word {number} of the node's keys is no `id:key` with a name of its own and 32 bytes in base64url; "
                    "restore the file from its copy.",
                    number=number,
                )
            found[match[1]] = urlsafe_b64decode(match[2].rstrip("=") + "=")
        if not found:
            raise AtRestError(
                "node_key_empty",
                "There is no node key; set JIEXU_NODE_KEYS, or JIEXU_NODE_KEYS_FILE to the file that holds it.",
            )
        return cls(next(reversed(found)), found)

    def text(self) -> str:
        """As ``read`` takes it."""
        return "".join(f"{name}:{urlsafe_b64encode(key).decode()}\n" for name, key in self.keys.items())

    def with_new(self, key: bytes) -> Ring:
        """The same keys and a new one, which is current. Raises AtRestError where it is not of ``KEY_BYTES``."""
        number = len(self.keys) + 1
        while f"k{number}" in self.keys:
            number += 1
        return Ring.read(self.text() + word(f"k{number}", key))

    def seal(self, content: bytes, *place: str, nonce: bytes) -> str:
        """Seal for one place. ``nonce``: 12 random bytes, or ``ALWAYS_THE_SAME``."""
        sealed = _cipher(self.keys[self.current]).encrypt(
            nonce, content, _PLACE + write([self.current, *place])
        )
        return f"{_VERSION}.{self.current}.{b2a_base64(nonce + sealed, newline=False).decode()}"

    def open(self, text: str, *place: str) -> bytes:
        """What was sealed for this place. Raises AtRestError, which names the place and never the content."""
        version, _, rest = text.partition(".")
        name, _, data = rest.partition(".")
        where = " ".join(place)
        if version != _VERSION:
            raise AtRestError(
                "not_sealed",
                "What stands at {where} is not sealed; run `jiexu keys rotate`, which seals what stands in clear.",
                where=where,
            )
        key = self.keys.get(name)
        if key is None:
            raise AtRestError(
                "node_key_missing",
                "What stands at {where} was sealed with node key {key_id}, which is not here; restore the file of node keys "
                "from its copy.",
                where=where,
                key_id=name,
            )
        try:
            raw = a2b_base64(data, strict_mode=True)
            return _cipher(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _PLACE + write([name, *place]))
        except (InvalidTag, ValueError):
            raise AtRestError(
                "at_rest_does_not_open",
                "What stands at {where} does not open with node key {key_id}: it was changed or belongs to another row; "
                "restore the row from a copy of the database.",
                where=where,
                key_id=name,
            ) from None

    def is_current(self, text: str) -> bool:
        """Whether a text is sealed with the key that counts now."""
        return text.startswith(f"{_VERSION}.{self.current}.")

    def seek(self, kind: str, number: str) -> str:
        """What a number is found by: the same for the same number of a kind however it is written, and telling nothing
        without the key.
        """
        plain = f"{kind}:{compacted(number)}".encode()
        return hmac.digest(_seek_key(self.keys[self.current]), _SEEK + plain, "sha256").hex()


def word(name: str, key: bytes) -> str:
    """One key as it stands in a file of node keys."""
    return f"{name}:{urlsafe_b64encode(key).decode()}\n"


def _derived(key: bytes, use: bytes) -> bytes:
    """A key of its own for each use (HKDF-SHA-256), so that neither tells of the other."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=use).derive(key)


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCMSIV:
    return AESGCMSIV(_derived(key, b"jiexu/at rest/cipher/1"))


@lru_cache(maxsize=64)
def _seek_key(key: bytes) -> bytes:
    return _derived(key, b"jiexu/at rest/seek/1")
