"""What stands sealed in the tables, and the node's keys, which stand outside them.

``JIEXU_NODE_KEYS`` holds the keys themselves, else ``JIEXU_NODE_KEYS_FILE`` names the file that does (``cli/opened.py``
makes one beside the other secrets of a new data folder).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jiexu.exchange.atrest import ALWAYS_THE_SAME, NONCE_BYTES, AtRestError, Ring
from jiexu.values.writing import compacted

SALT = ("agency_secret.salt_secret",)
PAYLOAD = ("agency_secret.payload_key",)
SIGNING = ("agency_signing_key.private_key",)
PAPER = ("agency_document_key.private_key",)
ROOT = ("directory_root.private_key",)
"""Where keys stand; after it comes whose each is."""
FILES = ("demonstration_files.value",)
"""Where the files of a demonstration stand; after it comes their name."""
SENT, SENT_WORDS = ("upload_content.paper",), ("upload_content.note",)
"""Where papers that people sent stand, and the words with them; after it come the agency and the paper's id."""
ACCOUNT = "bank account"
"""What accounts are bound to: no row, because they are compared between rows and tables."""
LAST_FOUR = "last four"
"""The kind under which the end of a number is found."""


def ring() -> Ring:
    """The keys of this process. Raises AtRestError where there are none or they cannot be read."""
    given = os.environ.get("JIEXU_NODE_KEYS")
    return _of_text(given) if given else _of_file(os.environ.get("JIEXU_NODE_KEYS_FILE", ""))


@lru_cache(maxsize=8)
def _of_text(text: str) -> Ring:
    return Ring.read(text)


@lru_cache(maxsize=8)
def _of_file(path: str) -> Ring:
    return Ring.read(Path(path).read_text(encoding="ascii") if path else "")


def forget() -> None:
    """Read the keys anew the next time: their file was written."""
    _of_text.cache_clear()
    _of_file.cache_clear()


# ---------------------------------------------------------------- document numbers


def sealed_number(agency: str, person: str, kind: str, number: str) -> tuple[str, str, str]:
    """A document's number as it stands in the tables: sealed, what it is found by, and what its last four are found by."""
    keys = ring()
    sealed = keys.seal(
        number.encode(), *_number_place(agency, person, kind), nonce=secrets.token_bytes(NONCE_BYTES)
    )
    return sealed, keys.seek(kind, number), seek_end(number)


def number_of(row: Mapping[str, Any]) -> str:
    """The number of a row with agency, person, kind and number. Raises AtRestError where it does not open there."""
    return ring().open(row["number"], *_number_place(row["agency"], row["person"], row["kind"])).decode()


def newest(of: str) -> str:
    """SQL for somebody's newest document, as ``last_four`` takes it. ``of``: what the query calls their row."""
    return (
        "(SELECT jsonb_build_object('agency', d.agency, 'person', d.person, 'kind', d.kind, 'number', d.number) FROM identity_document d "
        f"WHERE (d.agency, d.person) = ({of}.agency, {of}.person) ORDER BY d.valid_from DESC NULLS FIRST LIMIT 1)"
    )


def last_four(row: Mapping[str, Any] | None) -> str:
    """The last four of such a row's number; empty where there is none. Raises AtRestError as ``number_of`` does."""
    return number_of(row)[-4:] if row else ""


def seek(kind: str, number: str) -> str:
    """What a document is found by."""
    return ring().seek(kind, number)


def seek_end(number: str) -> str:
    """What the last four of a number are found by."""
    return ring().seek(LAST_FOUR, compacted(number)[-4:])


def _number_place(agency: str, person: str, kind: str) -> tuple[str, ...]:
    return ("identity_document.number", agency, person, kind)


# ---------------------------------------------------------------- accounts


def sealed_account(account: str) -> str:
    """A bank account as it stands in the tables: equal ones alike, so that they are compared there. Empty stays empty."""
    return ring().seal(account.encode(), ACCOUNT, nonce=ALWAYS_THE_SAME) if account else ""


def account_of(stored: str) -> str:
    """A bank account of the tables. Raises AtRestError."""
    return _account(stored) if stored else ""


@lru_cache(maxsize=4096)
def _account(stored: str) -> str:
    """Kept, because a run opens those of the same few hundred agencies again and again; a text says the same for ever."""
    return ring().open(stored, ACCOUNT).decode()


def account_if_it_opens(stored: str) -> str:
    """The same for ``verify``: what does not open stays as it stands, and agrees with nothing."""
    try:
        return account_of(stored)
    except AtRestError:
        return stored


# ---------------------------------------------------------------- keys


def wrapped(secret: bytes, *place: str) -> bytes:
    """A key or salt as it stands in the tables. ``place``: table and column, and whose it is."""
    return ring().seal(secret, *place, nonce=secrets.token_bytes(NONCE_BYTES)).encode()


def unwrapped(stored: bytes | memoryview, *place: str) -> bytes:
    """A key or salt of the tables. Raises AtRestError."""
    return ring().open(bytes(stored).decode("ascii", "replace"), *place)
