"""The promises of the design as functions that anyone may run over files: tests, the simulation and ``verify``."""

from __future__ import annotations

from collections.abc import Iterable

from jiexu.cases.file import File, Waiting, money_waiting, record_waiting
from jiexu.cases.states import Way


def broken_in_one(file: File) -> list[str]:
    """Promise 2 inside one file: each open track is in a state somebody holds, and hands over by a message that was sent."""
    where = f"{file.case_no} at {file.agency}"
    carried_by = [file.record.handing_over, *(track.handing_over for track in file.money)]
    breaks = [
        f"{where}: a track waits for the receipt of message {seq}, but only {file.sent} were sent."
        for seq in carried_by
        if seq is not None and seq > file.sent
    ]
    legs = [track.leg for track in file.money]
    if len(set(legs)) != len(legs):
        breaks.append(f"{where}: two amounts have the same number, of {legs}.")
    try:
        for _ in _tracks(file):
            pass
    except KeyError as unheld:
        breaks.append(f"{where}: nobody holds a track in {unheld}.")
    return breaks


def broken_between(one: File, other: File) -> list[str]:
    """Promise 2 between the two files of a case: never is an open track in nobody's hands.

    A track that says the other agency must act is wrong when the other agency's own track is closed, or says the
    same of us. Both may name themselves while a message lacks its receipt.
    """
    theirs = dict(_tracks(other))
    breaks: list[str] = []
    for name, waiting in _tracks(one):
        if waiting is None or waiting.holder.is_here:
            continue
        answer = theirs.get(name)
        if answer is None or not answer.holder.is_here:
            breaks.append(
                f"{one.case_no}: the {name} track is in nobody's hands; {one.agency} names {other.agency}, which does not hold it."
            )
    return breaks


def _tracks(file: File) -> Iterable[tuple[str, Waiting | None]]:
    """Tracks both files know, by name, and who holds each. Raises KeyError for a state nobody holds."""
    yield "record", record_waiting(file)
    for track in file.money:
        waiting = money_waiting(track)
        if track.way is not Way.BACK:
            yield f"money {track.leg}", waiting
