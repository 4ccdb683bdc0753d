"""The samples are read by this release, and this release still writes them byte for byte."""

from datetime import date

import pytest

from jiexu.exchange.bundle import bundle_from_json, check_receipt, open_bundle, receipt_from_json
from jiexu.exchange.canonical import parse
from jiexu.exchange.chain import chain_breaks
from jiexu.exchange.codec import read_payload, write_payload
from jiexu.exchange.envelope import derive_salt, read_envelope, salted_hash
from jiexu.exchange.payloads import MessageType
from jiexu.exchange.signing import Keyring, certificate_from_json
from jiexu.exchange.wire import unpack
from messages import samples


def sample(name: str) -> bytes:
    return (samples.FOLDER / name).read_bytes()


def test_every_sample_is_what_this_release_writes() -> None:
    assert {file.name: file.read_bytes() for file in samples.FOLDER.iterdir()} == samples.files()


@pytest.mark.parametrize("type_", MessageType)
def test_every_type_has_a_sample_that_is_read_and_written_again(type_: MessageType) -> None:
    payload, envelope = sample(f"{type_}.payload.json"), read_envelope(sample(f"{type_}.envelope.json"))
    assert write_payload(read_payload(type_, payload)) == payload
    assert envelope.canonical() == sample(f"{type_}.envelope.json")
    salt = derive_salt(samples.SECRETS[envelope.sender], envelope.id)
    assert envelope.payload_hash == salted_hash(salt, payload)


def test_the_envelopes_of_the_story_are_one_whole_chain() -> None:
    assert chain_breaks(read_envelope(sample(f"{type_}.envelope.json")) for type_ in MessageType) == ()


def test_the_signed_samples_stand() -> None:
    certificate = certificate_from_json(parse(sample("certificate.json")))
    destination = Keyring.of([certificate], root_public_key=samples.ROOT.public_key, on=date(2026, 11, 23))
    bundle, messages = unpack(sample("delivery.json"))
    envelopes = [message.envelope for message in messages]
    open_bundle(bundle, envelopes, verify=destination.verify)
    assert bundle == bundle_from_json(parse(sample("bundle.json")))
    origin = samples.SIGNERS[samples.ORIGIN]
    check_receipt(
        receipt_from_json(parse(sample("receipt.json"))),
        bundle=bundle,
        envelopes=envelopes,
        verify=Keyring({origin.key_id: origin.public_key}).verify,
    )
