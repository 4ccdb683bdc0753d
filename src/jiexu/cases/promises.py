"""The promises of the design as functions that anyone may run over files: tests, the simulation and ``verify``."""

from __future__ import annotations

from collections.abc import Iterable

from jiexu.cases.file import File, Waiting, money_waiting, record_waiting
from jiexu.cases.states import Way


def broken_in_one(file: File) -> list[str]:
    """Promise 2 inside one file: every open track has exactly one holder and one dated next event."""
    breaks = []
    for name, is_open, waiting in _tracks(file):
        if is_open != (waiting is not None):
            breaks.append(
                f"{file.case_no} at {file.agency}: the {name} track is {'open' if is_open else 'closed'} but its holder says otherwise."
            )
    return breaks


def broken_between(one: File, other: File) -> list[str]:
    """Promise 2 between the two files of a case: never is an open track in nobody's hands.

    A track that says the other agency must act is wrong when the other agency's own track is closed, or says the
    same of us. Both may name themselves while a message lacks its receipt.
    """
    breaks = []
    theirs = {name: waiting for name, _, waiting in _tracks(other)}
    for name, _, waiting in _tracks(one):
        if waiting is None or waiting.holder.is_here:
            continue
        answer = theirs.get(name)
        if answer is None or not answer.holder.is_here:
            breaks.append(
                f"{one.case_no}: the {name} track is in nobody's hands; {one.agency} names {other.agency}, which does not hold it."
            )
    return breaks


def _tracks(file: File) -> Iterable[tuple[str, bool, Waiting | None]]:
    yield "record", file.record.is_open, record_waiting(file)
    for track in file.money:
        if track.way is not Way.BACK:
            yield f"money {track.leg}", track.is_open, money_waiting(track)
