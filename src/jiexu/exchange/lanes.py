"""What arrives, judged against what this agency knows of the case: one answer, the first that applies.

Each side writes its own lane; ``seen`` ties the two together. The judge looks at one message only and touches
nothing: storing, receipting and acting are the use case's.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from jiexu.exchange.canonical import MalformedError
from jiexu.exchange.codec import read_payload
from jiexu.exchange.envelope import SALT_BYTES, Envelope, Lane, check_envelope, salted_hash
from jiexu.exchange.payloads import Payload

__all__ = ["Arrival", "Lane", "advance", "check_message", "judge"]


class Arrival(StrEnum):
    """What a message is to the one who received it, in order of precedence: the first that applies is the answer.

    Only ``in_order`` is processed. ``out_of_order`` is not stored: the sender sends again, in order.
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


def check_message(envelope: Envelope, payload: bytes, salt: bytes) -> Payload:
    """The content of a message that is well formed in itself. Raises MalformedError with what to correct."""
    check_envelope(envelope)
    if len(salt) != SALT_BYTES:
        raise MalformedError(
            "salt_length",
            "The salt has {given} bytes instead of {expected}; the sender must send the message again unchanged.",
            given=len(salt),
            expected=SALT_BYTES,
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
        said = check_message(envelope, payload, salt)
    except MalformedError:
        return Arrival.MALFORMED, None
    return _judged(lane, envelope, payload, salt, recorded_hash), said


def _judged(
    lane: Lane, envelope: Envelope, payload: bytes, salt: bytes, recorded_hash: str | None
) -> Arrival:
    if (envelope.case_no, envelope.receiver) != (lane.case_no, lane.me):
        return Arrival.NOT_FOR_US
    if envelope.sender != lane.other:
        return Arrival.WRONG_SENDER
    if envelope.payload_hash != salted_hash(salt, payload):
        return Arrival.PAYLOAD_DIFFERS
    return _place(lane, envelope, recorded_hash)


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
