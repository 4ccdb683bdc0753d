"""The other side's receipt of a message: only now does it hold what the message handed over (promise 2)."""

from __future__ import annotations

from dataclasses import replace

from jiexu.cases.events import Receipted
from jiexu.cases.file import File
from jiexu.cases.legal import count_origin_clock, is_offline
from jiexu.cases.states import RecordState, Side
from jiexu.cases.step import Draft, Facts, Step, already_done


def receipted(file: File, facts: Facts, event: Receipted) -> Step:
    """Let go of every track that the message carried across; a final track closes."""
    draft = Draft(file, facts)
    changed = False
    if file.record.handing_over == event.seq:
        due = file.record.due_after
        if _is_contact_letter(file):
            due = count_origin_clock(draft, letter_on=event.stored_on)
        draft.set(record=replace(file.record, handing_over=None, due=due, due_after=None))
        changed = True
    for track in file.money:
        if track.handing_over == event.seq:
            draft.put(replace(track, handing_over=None, due=track.due_after, due_after=None))
            changed = True
    return draft.step() if changed else already_done(file, "receipt_known")


def _is_contact_letter(file: File) -> bool:
    """Whether what was carried by hand is the letter with which the origin's days begin (R-031)."""
    accepted = file.record.state is RecordState.ACCEPTED and file.withdrawing is None
    return accepted and file.side is Side.DESTINATION and is_offline(file)
