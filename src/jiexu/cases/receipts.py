"""The other side's receipt says that it took our message: only now does it hold what the message handed over (promise 2).

A receipt is a step of its own, or comes with the other side's next message and is one step with it.
"""

from __future__ import annotations

from collections.abc import Collection

from jiexu.cases.events import Receipted
from jiexu.cases.file import File
from jiexu.cases.legal import count_origin_clock, is_offline
from jiexu.cases.states import RecordState, Side
from jiexu.cases.step import Draft, Facts, Step, already_done
from jiexu.values.changing import changed


def receipted(file: File, facts: Facts, event: Receipted) -> Step:
    """Let go of every track that the message carried across; a final track closes."""
    draft = Draft(file, facts)
    if _is_contact_letter(file) and file.record.handing_over == event.seq:
        due = count_origin_clock(draft, letter_on=event.stored_on)
        draft.set(record=changed(file.record, handing_over=None, due=due, due_after=None))
    freed = let_go(draft.file, (event.seq,))
    if freed is file:
        return already_done(file, "receipt_known")
    draft.file = freed
    return draft.step()


def let_go(file: File, taken: Collection[int]) -> File:
    """The file with nothing handed over any more that these messages carried; the same file where nothing was.

    A contact letter is let go by a receipt of its own alone, which says the day from which the origin's days count.
    """
    record = file.record
    if record.handing_over in taken and not _is_contact_letter(file):
        record = changed(record, handing_over=None, due=record.due_after, due_after=None)
    money = file.money
    if any(track.handing_over in taken for track in money):
        money = tuple(
            changed(track, handing_over=None, due=track.due_after, due_after=None)
            if track.handing_over in taken
            else track
            for track in money
        )
    unchanged = record is file.record and money is file.money
    return file if unchanged else changed(file, record=record, money=money)


def _is_contact_letter(file: File) -> bool:
    """Whether what was carried by hand is the letter with which the origin's days begin (R-031)."""
    accepted = file.record.state is RecordState.ACCEPTED and file.withdrawing is None
    return accepted and file.side is Side.DESTINATION and is_offline(file)
