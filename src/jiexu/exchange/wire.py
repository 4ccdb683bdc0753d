"""A bundle and its messages as one document of canonical bytes: what a transport carries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jiexu.exchange.bundle import Bundle, bundle_from_json
from jiexu.exchange.canonical import MalformedError, canonical, parse
from jiexu.exchange.codec import LONGEST_BUNDLE
from jiexu.exchange.envelope import Envelope, envelope_from_json

LONGEST_DELIVERY: Final = 1 << 24
"""Bytes of one delivery: 512 forms of 32 KiB."""

_HEX = re.compile(r"(?:[0-9a-f]{2}){1,64}")


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it travels: envelope, canonical payload and the salt that opens the payload's hash."""

    envelope: Envelope
    payload: bytes
    salt: bytes


def pack(bundle: Bundle, messages: Sequence[Message]) -> bytes:
    """The bytes of a delivery. Raises MalformedError where a payload is not UTF-8."""
    listed: list[object] = [
        {
            "envelope": message.envelope.as_json(),
            "payload": message.payload.decode(errors="surrogateescape"),
            "salt": message.salt.hex(),
        }
        for message in messages
    ]
    return canonical({"bundle": bundle.as_json(), "messages": listed})


def unpack(data: bytes) -> tuple[Bundle, tuple[Message, ...]]:
    """The bundle and messages in a delivery. Raises MalformedError where it is not one; nothing is proven yet.

    Whether payloads are what they should be is for ``judge`` to say, message by message.
    """
    match parse(data, longest=LONGEST_DELIVERY):
        case {"bundle": bundle, "messages": [*messages], **rest} if (
            not rest and len(messages) <= LONGEST_BUNDLE
        ):
            return bundle_from_json(bundle), tuple(
                _message(message, at) for at, message in enumerate(messages)
            )
        case _:
            raise MalformedError(
                "delivery_shape",
                "A delivery is an object with exactly a bundle and a list of at most {longest} messages; send it again unchanged.",
                longest=LONGEST_BUNDLE,
            )


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
