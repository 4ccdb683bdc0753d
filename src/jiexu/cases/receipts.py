"""The other side's receipt of a message: only now does it hold what the message handed over (promise 2)."""

from __future__ import annotations

from dataclasses import replace

from jiexu.cases.file import File
from jiexu.cases.step import Draft, Facts, Step, already_done


def receipted(file: File, facts: Facts, seq: int) -> Step:
    """Let go of every track that message ``seq`` carried across; a final track closes."""
    draft = Draft(file, facts)
    changed = False
    if file.record.handing_over == seq:
        draft.set(record=replace(file.record, handing_over=None, due=file.record.due_after, due_after=None))
        changed = True
    for track in file.money:
        if track.handing_over == seq:
            draft.put(replace(track, handing_over=None, due=track.due_after, due_after=None))
            changed = True
    return draft.step() if changed else already_done(file, "receipt_known")
