"""What an agency signed of its own journal, it cannot take back."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from exchange_strategies import CHENGDU, DAY, KEYRING, QUJING, SIGNERS

from jiexu.exchange import merkle
from jiexu.exchange.canonical import MalformedError
from jiexu.exchange.envelope import ZEROS
from jiexu.exchange.journal_seal import (
    JournalSeal,
    JournalSealError,
    check_seal,
    seal_from_json,
    seal_journal,
)
from jiexu.exchange.signing import Keyring

LINES = [b"one", b"two", b"three"]
SIGNER = SIGNERS[CHENGDU]


def sealed(lines: list[bytes], after: JournalSeal | None = None) -> JournalSeal:
    return seal_journal(lines, agency=CHENGDU, after=after, day=DAY, key_id=SIGNER.key_id, sign=SIGNER.sign)


FIRST = sealed(LINES[:2])
SECOND = sealed(LINES[2:], after=FIRST)


def test_a_seal_covers_its_lines_and_names_the_one_before() -> None:
    assert (FIRST.first, FIRST.upto, FIRST.before) == (1, 2, ZEROS)
    assert (SECOND.first, SECOND.upto, SECOND.before) == (3, 3, FIRST.hash)
    assert FIRST.root == merkle.root(LINES[:2]).hex()
    assert FIRST.is_signed(KEYRING)
    check_seal(FIRST, KEYRING)


def test_a_seal_is_read_back() -> None:
    assert seal_from_json(SECOND.as_json()) == SECOND
    with pytest.raises(MalformedError, match="seal has no root"):
        seal_from_json({k: v for k, v in SECOND.as_json().items() if k != "root"})


@pytest.mark.parametrize(
    "changes",
    [
        {"agency": QUJING, "key_id": SIGNERS[QUJING].key_id},
        {"agency": QUJING},
        {"first": 2},
        {"upto": 3},
        {"root": "ab" * 32},
        {"before": "ab" * 32},
        {"day": date(2026, 11, 24)},
        {"day": date(2030, 1, 1)},
        {"key_id": f"{CHENGDU}-2019z"},
        {"signature": "ab" * 64},
    ],
)
def test_a_changed_seal_is_not_signed(changes: dict[str, Any]) -> None:
    changed = replace(FIRST, **changes)
    assert not changed.is_signed(KEYRING)
    with pytest.raises(JournalSealError, match=f"journal of {changed.agency} is not signed"):
        check_seal(changed, KEYRING)
    assert replace(FIRST, **changes).hash != FIRST.hash


def test_without_a_certificate_no_seal_is_signed() -> None:
    assert not FIRST.is_signed(Keyring({}))
