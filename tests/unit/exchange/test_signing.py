"""Keys belong to agencies, for a time, on the directory's word."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from exchange_strategies import CHENGDU, DAY, FROM, QUJING, SIGNERS, UNTIL
from hypothesis import given
from hypothesis import strategies as st

from jiexu.exchange.canonical import MalformedError, digest
from jiexu.exchange.signing import (
    Certificate,
    CertificateError,
    Ed25519Signer,
    KeyNotValidError,
    Keyring,
    Signer,
    UnknownKeyError,
    Verifier,
    agency_of,
    certificate_from_json,
    certify,
    check_certificate,
    ed25519_verify,
    fingerprint,
)

ROOT = Ed25519Signer.of(key_id="000000-root", private_key=b"the directory's root of the test")
KEY_ID = SIGNERS[CHENGDU].key_id
root_verify = partial(ed25519_verify, ROOT.public_key)


def certificate(agency: str = CHENGDU, **changes: Any) -> Certificate:
    signer = SIGNERS[agency]
    fields: dict[str, Any] = {
        "agency": agency,
        "key_id": signer.key_id,
        "public_key": signer.public_key,
        "valid_from": FROM,
        "valid_until": UNTIL,
    }
    return certify(root_sign=ROOT.sign, **{**fields, **changes})


def test_ed25519_gives_the_signature_of_rfc_8032() -> None:
    # RFC 8032 §7.1, test 1: the empty message.
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    signer = Ed25519Signer.of(key_id="000000-rfc", private_key=seed)
    assert signer.public_key.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert signer.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_a_key_is_not_shown_when_a_signer_is_printed() -> None:
    assert CHENGDU.encode().hex() not in repr(SIGNERS[CHENGDU])
    assert repr(CHENGDU.encode().ljust(32, b".")) not in repr(SIGNERS[CHENGDU])


@pytest.mark.parametrize(("key", "signature"), [(b"", b"x" * 64), (b"k" * 32, b""), (b"k" * 32, b"x" * 64)])
def test_keys_and_signatures_of_another_length_or_origin_are_simply_not_right(
    key: bytes, signature: bytes
) -> None:
    assert not ed25519_verify(key, b"message", signature)


def keyring(*certificates: Certificate) -> Keyring:
    return Keyring.of(certificates, root_public_key=ROOT.public_key)


@pytest.mark.parametrize("day", [FROM, DAY, UNTIL])
def test_a_key_stands_from_its_first_to_its_last_day(day: date) -> None:
    ring = keyring(certificate())
    ring.check(KEY_ID, day)
    assert ring.verify(KEY_ID, b"x", SIGNERS[CHENGDU].sign(b"x"), day)
    assert ring.stands(KEY_ID, day)


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2028, 1, 1)], ids=["future", "expired"])
def test_a_key_does_not_stand_outside_its_days_however_right_the_signature(day: date) -> None:
    ring = keyring(certificate())
    with pytest.raises(KeyNotValidError, match=f"stands from 2026-01-01 to 2027-12-31, not on {day}"):
        ring.verify(KEY_ID, b"x", SIGNERS[CHENGDU].sign(b"x"), day)
    assert not ring.stands(KEY_ID, day)


def test_a_shorter_certificate_ends_a_key_early_and_no_older_one_brings_it_back() -> None:
    whole, shorter = certificate(), certificate(valid_until=DAY)
    for certificates in ((whole, shorter), (shorter, whole), (whole, shorter, whole)):
        ring = keyring(*certificates)
        assert ring.stands(KEY_ID, DAY)
        assert not ring.stands(KEY_ID, DAY + timedelta(days=1))
    later = keyring(whole, certificate(valid_from=DAY))
    assert (later.stands(KEY_ID, DAY), later.stands(KEY_ID, DAY - timedelta(days=1))) == (True, False)


def test_two_public_keys_under_one_name_are_not_believed() -> None:
    with pytest.raises(CertificateError, match="different public keys"):
        keyring(certificate(), certificate(public_key=SIGNERS[QUJING].public_key))


def test_one_certificate_that_does_not_stand_leaves_out_no_other() -> None:
    wrong: list[object] = [
        replace(certificate(), valid_until=date(2099, 1, 1)).as_json(),
        {"key_id": 1},
        None,
    ]
    ring, faults = Keyring.vouched([*wrong, certificate(QUJING).as_json()], root_public_key=ROOT.public_key)
    assert set(ring.keys) == {SIGNERS[QUJING].key_id}
    assert [fault.code for fault in faults] == [
        "certificate_not_signed", "payload_missing_key", "payload_wrong_type",
    ]  # fmt: skip


def test_an_agency_signs_with_the_key_that_began_last_and_stands() -> None:
    first = certificate()
    second = certificate(key_id=f"{CHENGDU}-2026b", valid_from=DAY)
    ring = keyring(first, second)
    keys = [first.key_id, second.key_id]
    assert ring.newest(CHENGDU, keys, on=DAY - timedelta(days=1)) == first.key_id
    assert ring.newest(CHENGDU, keys, on=DAY) == second.key_id
    assert ring.newest(CHENGDU, keys[:1], on=DAY) == first.key_id
    with pytest.raises(KeyNotValidError, match="510100 has no key here that stands on 2030-01-01"):
        ring.newest(CHENGDU, keys, on=date(2030, 1, 1))


@pytest.mark.parametrize(
    "changes",
    [
        {"agency": QUJING, "key_id": f"{QUJING}-2026a"},
        {"key_id": f"{CHENGDU}-2026b"},
        {"public_key": SIGNERS[QUJING].public_key.hex()},
        {"valid_from": date(2025, 1, 1)},
        {"valid_until": date(2099, 1, 1)},
        {"signature": "ab" * 64},
    ],
)
def test_a_changed_certificate_is_not_signed_by_the_root(changes: dict[str, Any]) -> None:
    with pytest.raises(CertificateError, match="not signed by this directory's root"):
        check_certificate(replace(certificate(), **changes), root_verify=root_verify)


def test_a_certificate_of_another_root_does_not_stand() -> None:
    with pytest.raises(CertificateError, match="not signed by this directory's root"):
        check_certificate(certificate(), root_verify=partial(ed25519_verify, SIGNERS[QUJING].public_key))


def test_no_certificate_is_given_for_a_key_named_after_another_agency() -> None:
    with pytest.raises(CertificateError, match="named after another agency than 530300"):
        certificate(agency=QUJING, key_id=f"{CHENGDU}-2026a")


def test_no_certificate_is_given_for_days_that_run_backwards() -> None:
    with pytest.raises(CertificateError, match="ends on 2025-01-01 before it begins"):
        certificate(valid_until=date(2025, 1, 1))


def test_no_certificate_is_given_for_half_a_key() -> None:
    with pytest.raises(MalformedError, match=r"certificate\.public_key does not have the form"):
        certificate(public_key=b"half")


def test_a_certificate_is_read_back_and_nothing_else_is() -> None:
    assert certificate_from_json(certificate().as_json()) == certificate()
    with pytest.raises(MalformedError, match="certificate has no signature"):
        certificate_from_json({k: v for k, v in certificate().as_json().items() if k != "signature"})


@given(st.binary(), st.binary())
def test_a_keyring_knows_whose_signature_it_is(message: bytes, other: bytes) -> None:
    signer: Signer = SIGNERS[CHENGDU]
    verifier: Verifier = keyring(certificate(CHENGDU), certificate(QUJING))
    signature = signer.sign(message)
    assert verifier.verify(signer.key_id, message, signature, DAY)
    assert not verifier.verify(SIGNERS[QUJING].key_id, message, signature, DAY)
    assert verifier.verify(signer.key_id, other, signature, DAY) == (other == message)


def test_a_keyring_says_which_key_it_does_not_know() -> None:
    with pytest.raises(UnknownKeyError, match="No valid certificate for key 510100-2026a"):
        Keyring({}).verify("510100-2026a", b"", b"", DAY)


def test_the_fingerprint_and_the_agency_are_read_off_a_key() -> None:
    assert fingerprint(ROOT.public_key) == digest(ROOT.public_key)
    assert agency_of("510100-2026a") == CHENGDU
