"""A bundle and its messages as one document of canonical bytes: what a transport carries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jiexu.exchange.bundle import Bundle, BundleError, bundle_from_json, open_bundle
from jiexu.exchange.canonical import MalformedError, canonical, parse
from jiexu.exchange.codec import LONGEST_BUNDLE
from jiexu.exchange.envelope import MESSAGE_ID, Envelope, envelope_from_json, hash_of_value
from jiexu.exchange.lanes import Arrival
from jiexu.exchange.signing import Verifier

LONGEST_DELIVERY: Final = 1 << 24
"""Bytes of one delivery: 512 forms of 32 KiB."""

_HEX = re.compile(r"(?:[0-9a-f]{2}){1,64}")


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it travels: envelope, canonical payload and the salt that opens the payload's hash."""

    envelope: Envelope
    payload: bytes
    salt: bytes

    @property
    def name(self) -> str:
        """How receipts call it: its id."""
        return self.envelope.id

    @property
    def hash(self) -> str:
        """The leaf it is in its bundle."""
        return self.envelope.hash

    @property
    def body(self) -> bytes:
        """The bytes it travels as. Raises MalformedError where the payload is not UTF-8."""
        return canonical(_as_json(self))


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands in a delivery in the place of a message, and is none this release can read.

    ``name``: its id where it has one, else its hash. ``hash``: the leaf it is in its bundle, whose signature covers
    it like any other. ``body``: the bytes as they came. ``arrival``: ``malformed``, or ``payload_differs`` where only
    what no signature covers is spoilt. ``fault``: what is wrong, for the sender to correct.
    """

    name: str
    hash: str
    body: bytes
    arrival: Arrival
    fault: MalformedError


Arrived = Message | Unreadable


def pack(bundle: Bundle, messages: Sequence[Message]) -> bytes:
    """The bytes of a delivery. Raises MalformedError where a payload is not UTF-8."""
    return canonical({"bundle": bundle.as_json(), "messages": [_as_json(message) for message in messages]})


def _as_json(message: Message) -> dict[str, object]:
    return {
        "envelope": message.envelope.as_json(),
        "payload": message.payload.decode(errors="surrogateescape"),
        "salt": message.salt.hex(),
    }


def unpack(data: bytes) -> tuple[Bundle, tuple[Arrived, ...]]:
    """The bundle in a delivery, and what came with it. Raises MalformedError where it is none; nothing is proven yet.

    A message that cannot be read does not make the others unreadable: it is given as ``Unreadable``. Whether payloads
    are what they should be is for ``judge`` to say, message by message.
    """
    match parse(data, longest=LONGEST_DELIVERY):
        case {"bundle": bundle, "messages": [*messages], **rest} if (
            not rest and len(messages) <= LONGEST_BUNDLE
        ):
            return bundle_from_json(bundle), tuple(_arrived(each, at) for at, each in enumerate(messages))
        case _:
            raise MalformedError(
                "delivery_shape",
                "A delivery is an object with exactly a bundle and a list of at most {longest} messages; send it again unchanged.",
                longest=LONGEST_BUNDLE,
            )


def open_delivery(
    data: bytes, *, receiver: str, keys: Verifier, received_on: date
) -> tuple[Bundle, tuple[Arrived, ...]]:
    """The bundle and messages of a delivery that reached an agency, the bundle's signature proven.

    ``received_on``: the receiver's Beijing day. Raises MalformedError and BundleError.
    """
    bundle, messages = unpack(data)
    if bundle.receiver != receiver:
        raise BundleError(
            "bundle_not_for_us",
            "The bundle is for {receiver} and came to {here}; send it to the one it is for.",
            receiver=bundle.receiver,
            here=receiver,
        )
    open_bundle(bundle, [each.hash for each in messages], keys=keys, received_on=received_on)
    return bundle, messages


def read_message(body: bytes) -> Message:
    """A message from the bytes it travels as. Raises MalformedError."""
    return _message(parse(body, longest=LONGEST_DELIVERY), 0)


def _arrived(value: object, at: int) -> Arrived:
    try:
        return _message(value, at)
    except MalformedError as fault:
        envelope = value.get("envelope") if isinstance(value, dict) else value
        hashed = hash_of_value(envelope)
        own = envelope.get("id") if isinstance(envelope, dict) else None
        name = own if isinstance(own, str) and MESSAGE_ID.fullmatch(own) else hashed
        arrival = Arrival.PAYLOAD_DIFFERS if _is_envelope(envelope) else Arrival.MALFORMED
        return Unreadable(name, hashed, canonical(value), arrival, fault)


def _is_envelope(value: object) -> bool:
    try:
        envelope_from_json(value)
    except MalformedError:
        return False
    return True


def _message(value: object, at: int) -> Message:
    match value:
        case {"envelope": envelope, "payload": str(payload), "salt": str(salt), **rest} if (
            not rest and _HEX.fullmatch(salt)
        ):
            return Message(envelope_from_json(envelope), payload.encode(), bytes.fromhex(salt))
        case _:
            raise MalformedError(
                "delivery_message",
                "Message {at} of the delivery must have exactly an envelope, a payload as text and a salt in hex; send it again unchanged.",
                at=at,
            )
