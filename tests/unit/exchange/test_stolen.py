"""The directory's word on a stolen key: signed by its root, about an agency's own key, the earliest day counts."""

from __future__ import annotations

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jiexu.exchange.stolen import declare_stolen, stolen_keys

ROOT, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
PUBLIC = ROOT.public_key().public_bytes_raw()
KEY = "530300-0011223344556677"
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def word(since: date = MONDAY, root: Ed25519PrivateKey = ROOT) -> dict[str, object]:
    return declare_stolen(root_sign=root.sign, key_id=KEY, since=since).as_json()


@pytest.mark.parametrize("days", [(MONDAY, TUESDAY), (TUESDAY, MONDAY)])
def test_the_earliest_day_counts_in_whatever_order_the_words_come(days: tuple[date, ...]) -> None:
    assert stolen_keys([word(day) for day in days], root_public_key=PUBLIC) == ({KEY: MONDAY}, ())


@pytest.mark.parametrize(
    "said",
    [word(root=STRANGER), {**word(), "since": "2026-11-22"}, {**word(), "agency": "510100"}],
    ids=["signed by another root", "another day than was signed", "another agency's key"],
)
def test_a_word_the_root_did_not_sign_about_that_key_ends_no_key_and_is_named(
    said: dict[str, object],
) -> None:
    found, (fault,) = stolen_keys([said], root_public_key=PUBLIC)
    assert found == {}
    assert (fault.code, fault.data["key_id"]) == ("stolen_not_signed", KEY)


def test_a_word_that_cannot_be_read_stops_no_other() -> None:
    found, faults = stolen_keys([{"since": 7}, word()], root_public_key=PUBLIC)
    assert (found, len(faults)) == ({KEY: MONDAY}, 1)
