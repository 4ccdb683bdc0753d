"""Both lanes of a case read again from the beginning: what ``verify`` and an evidence file ask.

``judge`` looks at one message as it comes; here every envelope of the case is at hand, so what each side claims to
have seen can be compared with what the other really sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from jiexu.exchange.envelope import ZEROS, Envelope


class Fault(StrEnum):
    """What can be wrong with a message's place in its case."""

    TWICE = "twice"
    MISSING = "missing"
    PREV_DIFFERS = "prev_differs"
    SEEN_DIFFERS = "seen_differs"
    SEEN_GOES_BACK = "seen_goes_back"


@dataclass(frozen=True, slots=True, order=True)
class ChainBreak:
    """A break in one lane of a case. ``seq``: the message that is missing or does not fit."""

    case_no: str
    sender: str
    seq: int
    fault: Fault


def chain_breaks(envelopes: Iterable[Envelope]) -> tuple[ChainBreak, ...]:
    """Every break in the lanes of one or more cases, sorted; empty where all is whole.

    Give all messages of a case that were processed, of both sides. Cutting off the end of a lane shows only where
    the other side had seen what is gone: compare the ends with signed receipts and roots.
    """
    cases: dict[str, list[Envelope]] = {}
    for envelope in envelopes:
        cases.setdefault(envelope.case_no, []).append(envelope)
    return tuple(sorted({fault for case in cases.values() for fault in _case(case)}))


def _case(envelopes: list[Envelope]) -> Iterator[ChainBreak]:
    held = {(envelope.sender, envelope.seq): envelope for envelope in envelopes}
    hashes = {(e.sender, e.seq): e.hash for e in held.values()}
    for (sender, seq), times in Counter((e.sender, e.seq) for e in envelopes).items():
        if times > 1:
            yield ChainBreak(held[sender, seq].case_no, sender, seq, Fault.TWICE)
    for (sender, seq), envelope in held.items():
        for fault in _faults(envelope, held, hashes):
            at = seq - 1 if fault is Fault.MISSING else seq
            yield ChainBreak(envelope.case_no, sender, at, fault)


def _faults(
    envelope: Envelope, held: dict[tuple[str, int], Envelope], hashes: dict[tuple[str, int], str]
) -> Iterator[Fault]:
    """What is wrong with one envelope beside the one before it and the one it saw."""
    before = held.get((envelope.sender, envelope.seq - 1))
    prev, saw = (before.hash, before.seen_seq) if before else (ZEROS, 0)
    if before is None and envelope.seq > 1:
        yield Fault.MISSING
        prev = envelope.prev
    yield from differences(
        envelope, prev=prev, saw=saw, seen=hashes.get((envelope.receiver, envelope.seen_seq), ZEROS)
    )


def differences(envelope: Envelope, *, prev: str, saw: int, seen: str | None) -> Iterator[Fault]:
    """How an envelope does not follow on what is kept in the places it names.

    ``prev``, ``saw``: hash of the sender's message before, and the sequence of the other side that one had seen;
    ``ZEROS`` and 0 before the first. ``seen``: hash of the other side's message in the place the envelope names,
    ``ZEROS`` for place 0, None where nothing is kept there.
    """
    if envelope.prev != prev:
        yield Fault.PREV_DIFFERS
    if envelope.seen_seq < saw:
        yield Fault.SEEN_GOES_BACK
    if envelope.seen != seen:
        yield Fault.SEEN_DIFFERS
