"""What arrives, judged against what this agency knows of the case: one answer, the first that applies.

Each side writes its own lane; ``seen`` ties the two together. The judge looks at one message only and touches
nothing: storing, receipting and acting are the use case's.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final

from jiexu.exchange.canonical import MalformedError
from jiexu.exchange.codec import read_payload
from jiexu.exchange.envelope import SALT_BYTES, Envelope, Lane, check_envelope, salted_hash
from jiexu.exchange.payloads import Payload

__all__ = ["AGAIN", "Arrival", "Lane", "advance", "check_message", "judge"]


class Arrival(StrEnum):
    """What a message is to the one who received it, in order of precedence: the first that applies is the answer.

    Only ``in_order`` is processed. ``payload_differs`` and ``out_of_order`` are not final (``AGAIN``): the sender
    sends again. ``malformed`` comes first where the envelope cannot be read; content that cannot be read is malformed
    only where it is what the envelope speaks for, because else it was spoilt on its way.
    """

    MALFORMED = "malformed"
    NOT_FOR_US = "not_for_us"
    WRONG_SENDER = "wrong_sender"
    PAYLOAD_DIFFERS = "payload_differs"
    ALREADY_RECORDED = "already_recorded"
    RECORDED_DIFFERENTLY = "recorded_differently"
    OUT_OF_ORDER = "out_of_order"
    BROKEN_CHAIN = "broken_chain"
    IN_ORDER = "in_order"


AGAIN: Final = frozenset({Arrival.PAYLOAD_DIFFERS, Arrival.OUT_OF_ORDER})
"""Answers to which the sender sends again: the message was spoilt on its way, or comes before its turn."""


def check_message(envelope: Envelope, payload: bytes, salt: bytes) -> Payload:
    """The content of a message that is well formed in itself. Raises MalformedError with what to correct."""
    check_envelope(envelope)
    if not _speaks_for(envelope, payload, salt):
        raise MalformedError(
            "payload_not_signed",
            "Content and salt are not those the envelope speaks for; the sender must send the message again unchanged.",
        )
    return read_payload(envelope.type, payload, envelope.version)


def judge(
    lane: Lane, envelope: Envelope, payload: bytes, salt: bytes, recorded_hash: str | None
) -> tuple[Arrival, Payload | None]:
    """What this message is to the owner of the lane, and what it says where it can be read.

    ``recorded_hash``: hash of the envelope recorded here under the same case, sender and sequence, None where
    there is none. ``broken_chain`` also says that the sender claims to have seen what was never sent to it.
    """
    try:
        check_envelope(envelope)
        if (envelope.case_no, envelope.receiver) != (lane.case_no, lane.me):
            return Arrival.NOT_FOR_US, None
        if envelope.sender != lane.other:
            return Arrival.WRONG_SENDER, None
        if not _speaks_for(envelope, payload, salt):
            return Arrival.PAYLOAD_DIFFERS, None
        said = read_payload(envelope.type, payload, envelope.version)
    except MalformedError:
        return Arrival.MALFORMED, None
    return _place(lane, envelope, recorded_hash), said


def _speaks_for(envelope: Envelope, payload: bytes, salt: bytes) -> bool:
    return len(salt) == SALT_BYTES and envelope.payload_hash == salted_hash(salt, payload)


def advance(lane: Lane, envelope: Envelope) -> Lane:
    """The lane after processing a message that was judged ``in_order``."""
    return replace(lane, received=envelope.seq, received_hash=envelope.hash)


def _place(lane: Lane, envelope: Envelope, recorded_hash: str | None) -> Arrival:
    """Where a sound message for us stands in the sender's sequence."""
    if envelope.seq <= lane.received:
        same = envelope.hash == recorded_hash
        return Arrival.ALREADY_RECORDED if same else Arrival.RECORDED_DIFFERENTLY
    if envelope.seq > lane.received + 1:
        return Arrival.OUT_OF_ORDER
    if envelope.prev != lane.received_hash or not _could_have_seen(lane, envelope):
        return Arrival.BROKEN_CHAIN
    return Arrival.IN_ORDER


def _could_have_seen(lane: Lane, envelope: Envelope) -> bool:
    """Whether what the sender says it saw is ours, as far as the end of our lane tells."""
    if envelope.seen_seq == lane.sent:
        return envelope.seen == lane.sent_hash
    return envelope.seen_seq < lane.sent
