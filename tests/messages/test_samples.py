"""The samples are read by this release, and this release still writes them byte for byte."""

from datetime import date

import pytest

from jiexu.exchange.bundle import (
    BundleError,
    bundle_from_json,
    check_receipt,
    open_bundle,
    receipt_from_json,
)
from jiexu.exchange.canonical import canonical, parse
from jiexu.exchange.chain import chain_breaks
from jiexu.exchange.codec import read_payload, write_payload
from jiexu.exchange.envelope import derive_salt, read_envelope, salted_hash
from jiexu.exchange.journal_seal import seal_from_json
from jiexu.exchange.payloads import MessageType
from jiexu.exchange.signing import Key, Keyring, certificate_from_json, ed25519_verify
from jiexu.exchange.wire import unpack
from messages import samples


def sample(name: str, version: str = "v1") -> bytes:
    return (samples.SAMPLES / version / name).read_bytes()


def test_every_sample_is_what_this_release_writes_or_one_that_an_earlier_did() -> None:
    kept = {f"{file.parent.name}/{file.name}": file.read_bytes() for file in samples.SAMPLES.glob("v*/*")}
    assert {name: data for name, data in kept.items() if name not in samples.EARLIER} == samples.files()
    assert kept.keys() >= samples.EARLIER


@pytest.mark.parametrize("type_", MessageType)
def test_every_type_has_a_sample_that_is_read_and_written_again(type_: MessageType) -> None:
    payload, envelope = sample(f"{type_}.payload.json"), read_envelope(sample(f"{type_}.envelope.json"))
    assert write_payload(read_payload(type_, payload)) == payload
    assert envelope.canonical() == sample(f"{type_}.envelope.json")
    salt = derive_salt(samples.SECRETS[envelope.sender], envelope.id)
    assert envelope.payload_hash == salted_hash(salt, payload)


def test_the_envelopes_of_the_story_are_one_whole_chain() -> None:
    assert chain_breaks(read_envelope(sample(f"{type_}.envelope.json")) for type_ in MessageType) == ()


def keys() -> Keyring:
    certificate = certificate_from_json(parse(sample("certificate.json")))
    destination = Keyring.of([certificate], root_public_key=samples.ROOT.public_key)
    origin = samples.SIGNERS[samples.ORIGIN]
    days = certificate.valid_from, certificate.valid_until
    return Keyring({**destination.keys, origin.key_id: Key(origin.public_key, *days)})


def test_the_signed_samples_stand() -> None:
    bundle, messages = unpack(sample("delivery.json", "v2"))
    envelopes = [message.envelope for message in messages]
    open_bundle(bundle, envelopes, keys=keys(), received_on=date(2026, 11, 23))
    assert bundle == bundle_from_json(parse(sample("bundle.json", "v2")))
    assert bundle.seal == seal_from_json(parse(sample("journal_seal.json")))
    assert bundle.seal.is_signed(keys())
    receipt = receipt_from_json(parse(sample("receipt.json")))
    check_receipt(receipt, bundle=bundle, envelopes=envelopes, keys=keys())


def test_a_bundle_of_the_first_version_is_still_read_and_no_longer_taken_by_wire() -> None:
    """It does not say when it was signed, so nobody could tell whether its key stood then."""
    bundle, messages = unpack(sample("delivery.json"))
    assert canonical(bundle.as_json()) == sample("bundle.json")
    destination = samples.SIGNERS[samples.DESTINATION]
    assert ed25519_verify(destination.public_key, bundle.signed_bytes(), bytes.fromhex(bundle.signature))
    with pytest.raises(BundleError, match="version 1"):
        open_bundle(
            bundle,
            [message.envelope for message in messages],
            keys=keys(),
            received_on=date(2026, 11, 23),
        )
