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
from jiexu.exchange.canonical import MalformedError, canonical, parse
from jiexu.exchange.chain import chain_breaks
from jiexu.exchange.codec import read_payload, write_payload
from jiexu.exchange.envelope import derive_salt, read_envelope, salted_hash
from jiexu.exchange.journal_seal import seal_from_json
from jiexu.exchange.payloads import NEWEST, Application, Check, MessageType
from jiexu.exchange.signing import Key, Keyring, certificate_from_json, ed25519_verify
from jiexu.exchange.wire import unpack
from messages import samples

VERSIONS = [(type_, version) for type_ in MessageType for version in range(1, NEWEST[type_] + 1)]


def sample(name: str, version: str = "v1") -> bytes:
    return (samples.SAMPLES / version / name).read_bytes()


def test_every_sample_is_what_this_release_writes_or_one_that_an_earlier_did() -> None:
    kept = {f"{file.parent.name}/{file.name}": file.read_bytes() for file in samples.SAMPLES.glob("v*/*")}
    assert {name: data for name, data in kept.items() if name not in samples.EARLIER} == samples.files()
    assert kept.keys() >= samples.EARLIER


@pytest.mark.parametrize(("type_", "version"), VERSIONS)
def test_every_version_of_every_type_has_a_sample_that_is_read(type_: MessageType, version: int) -> None:
    payload = sample(f"{type_}.payload.json", f"v{version}")
    envelope = read_envelope(sample(f"{type_}.envelope.json", f"v{version}"))
    assert (envelope.type, envelope.version) == (type_, version)
    read = read_payload(type_, payload, version)
    assert (write_payload(read) == payload) == (version == NEWEST[type_])
    assert envelope.canonical() == sample(f"{type_}.envelope.json", f"v{version}")
    salt = derive_salt(samples.SECRETS[envelope.sender], envelope.id)
    assert envelope.payload_hash == salted_hash(salt, payload)


def test_what_the_first_version_did_not_say_is_read_as_not_said() -> None:
    application = read_payload(MessageType.APPLICATION, sample("application.payload.json"), 1)
    check = read_payload(MessageType.CHECK, sample("check.payload.json"), 1)
    assert isinstance(application, Application)
    assert (application.cover_year, application.wants_cash) == (None, False)
    assert isinstance(check, Check)
    assert check.cover_year is None


@pytest.mark.parametrize(("type_", "version"), VERSIONS)
def test_no_message_is_read_as_another_version_of_its_type(type_: MessageType, version: int) -> None:
    payload = sample(f"{type_}.payload.json", f"v{version}")
    for other in {1, NEWEST[type_]} - {version}:
        with pytest.raises(MalformedError):
            read_payload(type_, payload, other)


def test_the_envelopes_of_each_story_are_one_whole_chain() -> None:
    for story in (samples.messages(), samples.newer()):
        assert chain_breaks(message.envelope for message in story) == ()


def keys() -> Keyring:
    certificate = certificate_from_json(parse(sample("certificate.json")))
    destination = Keyring.of([certificate], root_public_key=samples.ROOT.public_key)
    origin = samples.SIGNERS[samples.ORIGIN]
    days = certificate.valid_from, certificate.valid_until
    return Keyring({**destination.keys, origin.key_id: Key(origin.public_key, *days)})


@pytest.mark.parametrize(("version", "answer"), [("v2", "v1"), ("v3", "v2")])
def test_the_signed_samples_stand(version: str, answer: str) -> None:
    """Signed by itself, as an earlier release did it, or together with what went to others."""
    bundle, messages = unpack(sample("delivery.json", version))
    hashes, names = [message.hash for message in messages], [message.name for message in messages]
    open_bundle(bundle, hashes, keys=keys(), received_on=date(2026, 11, 23))
    assert bundle == bundle_from_json(parse(sample("bundle.json", version)))
    assert canonical(bundle.as_json()) == sample("bundle.json", version)
    assert bundle.seal == seal_from_json(parse(sample("journal_seal.json")))
    assert bundle.seal.is_signed(keys())
    receipt = receipt_from_json(parse(sample("receipt.json", answer)))
    assert canonical(receipt.as_json()) == sample("receipt.json", answer)
    check_receipt(receipt, bundle=bundle, names=names, keys=keys())


def test_a_bundle_of_the_first_version_is_still_read_and_no_longer_taken_by_wire() -> None:
    """It does not say when it was signed, so nobody could tell whether its key stood then."""
    bundle, messages = unpack(sample("delivery.json"))
    assert canonical(bundle.as_json()) == sample("bundle.json")
    destination = samples.SIGNERS[samples.DESTINATION]
    assert ed25519_verify(destination.public_key, bundle.signed_bytes(), bytes.fromhex(bundle.signature))
    with pytest.raises(BundleError, match="version 1"):
        open_bundle(
            bundle,
            [message.hash for message in messages],
            keys=keys(),
            received_on=date(2026, 11, 23),
        )
