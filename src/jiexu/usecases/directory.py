"""The directory of agencies: whose key is whose. In the demonstration the node is its own directory.

Keys are drawn here and nowhere else; a certificate is the directory's word for one.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from psycopg.types.json import Jsonb

from jiexu.exchange.signing import Certificate, Ed25519Signer, certify, fingerprint
from jiexu.store import atrest, bulk
from jiexu.store.db import Cursor, Row

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just drawn, with the directory's word for it."""

    certificate: Certificate
    private: bytes = field(repr=False)


def draw(root: Ed25519Signer, agency: str, key_id: str, *, first: date, last: date) -> NewKey:
    """A new key of an agency, certified from one Beijing day to another, both included."""
    private = secrets.token_bytes(KEY_BYTES)
    public = Ed25519Signer.of(key_id=key_id, private_key=private).public_key
    return NewKey(word(root, agency, key_id, public, first=first, last=last), private)


def word(
    root: Ed25519Signer, agency: str, key_id: str, public_key: bytes, *, first: date, last: date
) -> Certificate:
    """The directory's certificate for a public key on these days."""
    return certify(
        root_sign=root.sign,
        agency=agency,
        key_id=key_id,
        public_key=public_key,
        valid_from=first,
        valid_until=last,
    )


def keep(cursor: Cursor, keys: Sequence[NewKey]) -> None:
    """Store new keys with their agencies and publish their certificates."""
    rows = [
        (
            key.certificate.agency,
            key.certificate.key_id,
            atrest.wrapped(key.private, *atrest.SIGNING, key.certificate.agency, key.certificate.key_id),
        )
        for key in keys
    ]
    bulk.insert_all(cursor, "agency_signing_key", ("agency", "key_id", "private_key"), rows)
    publish(cursor, [key.certificate for key in keys])


def opened(row: Row) -> bytes:
    """A signing key as it stands with its agency and id."""
    return atrest.unwrapped(row["private_key"], *atrest.SIGNING, row["agency"], row["key_id"])


def publish(cursor: Cursor, certificates: Sequence[Certificate]) -> None:
    """Add certificates to those that every agency of the node can read."""
    rows = [(each.key_id, each.valid_until, Jsonb(each.as_json())) for each in certificates]
    bulk.insert(cursor, "certificate", ("key_id", "valid_until", "body"), rows)


def root_of(cursor: Cursor) -> Ed25519Signer:
    """The directory's root key; drawn the first time it is asked for."""
    row = cursor.execute("SELECT private_key FROM directory_root").fetchone()
    if row is not None:
        return Ed25519Signer.of(
            key_id="directory-root", private_key=atrest.unwrapped(row["private_key"], *atrest.ROOT)
        )
    private = secrets.token_bytes(KEY_BYTES)
    signer = Ed25519Signer.of(key_id="directory-root", private_key=private)
    cursor.execute(
        "INSERT INTO directory_root (private_key) VALUES (%s)", [atrest.wrapped(private, *atrest.ROOT)]
    )
    value = {"public_key": signer.public_key.hex(), "fingerprint": fingerprint(signer.public_key)}
    cursor.execute("INSERT INTO node_setting (name, value) VALUES ('directory_root_key', %s)", [Jsonb(value)])
    return signer
