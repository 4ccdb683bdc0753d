"""Which pooling area a place is on the day: old names and merged places are followed, and that is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiexu.guide.question import Question
from jiexu.values.areas import Areas, Ask, Found, NotFound, PoolStatus


@dataclass(frozen=True, slots=True)
class Place:
    """A place as written and the pooling area that insures its people. ``notes``: keys of ``texts/areas.yaml``."""

    text: str
    code: str
    notes: tuple[str, ...] = ()


STATUS_NOTES = {PoolStatus.ASSUMED: "assumed", PoolStatus.UNKNOWN: "status_unknown"}


def locate(text: str, field: str, areas: Areas, on: date) -> Place | Question:
    """The place, or the question that decides which one is meant. ``field``: what a new answer fills."""
    found = areas.find(text, on)
    if isinstance(found, Found):
        notes = (found.note, STATUS_NOTES.get(found.pool.status))
        return Place(text, found.pool.code, tuple(note for note in notes if note is not None))
    return _question(found, text, field)


def _question(found: Ask | NotFound, text: str, field: str) -> Question:
    if isinstance(found, Ask):
        key, matches = found.question_key, found.matches
    else:
        key, matches = found.reason, found.suggestions
    choices = tuple(dict.fromkeys(match.pool.code for match in matches))
    return Question(f"areas.{key}", field, text, choices)
