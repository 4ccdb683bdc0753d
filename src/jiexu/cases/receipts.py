"""The other side has our message: only now does it hold what the message handed over (promise 2).

It says so by its receipt, or by a message of its own that names ours as seen; whichever comes first lets go.
"""

from __future__ import annotations

from dataclasses import replace

from jiexu.cases.events import Receipted
from jiexu.cases.file import File, MoneyTrack
from jiexu.cases.legal import count_origin_clock, is_offline
from jiexu.cases.states import RecordState, Side
from jiexu.cases.step import Draft, Facts, Step, already_done


def receipted(file: File, facts: Facts, event: Receipted) -> Step:
    """Let go of every track that a message up to this one carried across; a final track closes."""
    draft = Draft(file, facts)
    if _is_contact_letter(file) and file.record.handing_over == event.seq:
        due = count_origin_clock(draft, letter_on=event.stored_on)
        draft.set(record=replace(file.record, handing_over=None, due=due, due_after=None))
    freed = let_go(draft.file, event.seq)
    if freed is file:
        return already_done(file, "receipt_known")
    draft.file = freed
    return draft.step()


def let_go(file: File, seen: int) -> File:
    """The file with nothing handed over any more that messages up to ``seen`` carried; the same file where nothing was.

    A contact letter is let go by its receipt alone, which says the day from which the origin's days count.
    """
    record, money = file.record, file.money
    if record.handing_over is not None and record.handing_over <= seen and not _is_contact_letter(file):
        record = replace(record, handing_over=None, due=record.due_after, due_after=None)
    if any(track.handing_over is not None and track.handing_over <= seen for track in money):
        money = tuple(_let_go(track, seen) for track in money)
    unchanged = record is file.record and money is file.money
    return file if unchanged else replace(file, record=record, money=money)


def _let_go(track: MoneyTrack, seen: int) -> MoneyTrack:
    if track.handing_over is None or track.handing_over > seen:
        return track
    return replace(track, handing_over=None, due=track.due_after, due_after=None)


def _is_contact_letter(file: File) -> bool:
    """Whether what was carried by hand is the letter with which the origin's days begin (R-031)."""
    accepted = file.record.state is RecordState.ACCEPTED and file.withdrawing is None
    return accepted and file.side is Side.DESTINATION and is_offline(file)
