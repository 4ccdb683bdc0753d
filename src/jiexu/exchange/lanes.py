"""What arrives, judged against what this agency knows of the case: one answer, the first that applies.

Each side writes its own lane; ``seen`` ties the two together. The judge looks at one message only and touches
nothing: storing, receipting and acting are the use case's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jiexu.exchange.canonical import MalformedError
from jiexu.exchange.chain import differences
from jiexu.exchange.codec import read_payload
from jiexu.exchange.envelope import SALT_BYTES, ZEROS, Envelope, Lane, check_envelope, message_id, salted_hash
from jiexu.exchange.payloads import Payload
from jiexu.values.changing import changed

__all__ = [
    "AGAIN", "Arrival", "Kept", "Lane", "advance", "check_message", "judge", "look_up", "named_places",
]  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept here in the places a message names. Of ``seen`` and ``saw``, what the ends of the lane tell is not asked.

    ``same``: hash of the envelope in the message's own place, None for none. ``seen``: hash of ours in the place it
    saw, None for none. ``saw``: the sequence of ours that the sender's message before had seen, 0 for none.
    """

    same: str | None = None
    seen: str | None = None
    saw: int = 0


def named_places(lane: Lane, envelope: Envelope) -> tuple[str, str] | None:
    """Ids of the sender's message before and of the one of ours it saw, where ``judge`` has to know what is kept there.

    None where it saw the end of our lane, as nearly every message did.
    """
    if envelope.seen_seq >= lane.sent:
        return None
    before = message_id(lane.case_no, lane.other, envelope.seq - 1)
    return before, message_id(lane.case_no, lane.me, envelope.seen_seq)


def look_up(lane: Lane, envelope: Envelope, find: Callable[[str], Envelope | None]) -> Kept:
    """What ``judge`` has to know of what is kept here. ``find``: the envelope recorded under an id, None for none."""
    same, places = find(envelope.id), named_places(lane, envelope)
    before, seen = map(find, places) if places else (None, None)
    return Kept(
        same=same.hash if same else None,
        seen=seen.hash if seen else None,
        saw=before.seen_seq if before else 0,
    )


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
    lane: Lane, envelope: Envelope, payload: bytes, salt: bytes, kept: Kept
) -> tuple[Arrival, Payload | None]:
    """What this message is to the owner of the lane, and what it says where it can be read.

    ``kept``: what stands here in the places it names (``named_places``). ``broken_chain`` also says that the sender
    claims to have seen what was never sent to it, or less than it had seen before; ``differences`` says which.
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
    return _place(lane, envelope, kept), said


def _speaks_for(envelope: Envelope, payload: bytes, salt: bytes) -> bool:
    return len(salt) == SALT_BYTES and envelope.payload_hash == salted_hash(salt, payload)


def advance(lane: Lane, envelope: Envelope) -> Lane:
    """The lane after processing a message that was judged ``in_order``."""
    return changed(lane, received=envelope.seq, received_hash=envelope.hash)


def _place(lane: Lane, envelope: Envelope, kept: Kept) -> Arrival:
    """Where a sound message for us stands in the sender's sequence."""
    if envelope.seq <= lane.received:
        same = envelope.hash == kept.same
        return Arrival.ALREADY_RECORDED if same else Arrival.RECORDED_DIFFERENTLY
    if envelope.seq > lane.received + 1:
        return Arrival.OUT_OF_ORDER
    seen = {0: ZEROS, lane.sent: lane.sent_hash}.get(envelope.seen_seq, kept.seen)
    if any(differences(envelope, prev=lane.received_hash, saw=kept.saw, seen=seen)):
        return Arrival.BROKEN_CHAIN
    return Arrival.IN_ORDER
