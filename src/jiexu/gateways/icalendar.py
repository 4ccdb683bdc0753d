"""Days as a calendar file (RFC 5545): all-day entries with a reminder on the morning before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_LINE = 75
"""Octets of a line, its end not counted (RFC 5545 3.1)."""
ONE_DAY = timedelta(days=1)
REMINDER = "-PT15H"
"""Nine in the morning of the day before: an all-day entry begins at midnight."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One day. ``about``: what tells it from other entries of the same day; the same entry keeps its place when the
    file is made again.
    """

    about: str
    on: date
    title: str
    text: str


def calendar_file(entries: Iterable[Entry], *, made_on: date, product: str) -> str:
    """The file as text, with the line ends the standard asks for. The same entries make the same text."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_escaped(product)}", "CALSCALE:GREGORIAN"]
    for entry in entries:
        lines += _entry(entry, made_on)
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _entry(entry: Entry, made_on: date) -> Iterator[str]:
    name = hashlib.sha256(f"{entry.about} {entry.on.isoformat()}".encode()).hexdigest()[:32]
    yield "BEGIN:VEVENT"
    yield f"UID:{name}@jiexu"
    yield f"DTSTAMP:{made_on:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.on + ONE_DAY:%Y%m%d}"
    yield f"SUMMARY:{_escaped(entry.title)}"
    yield f"DESCRIPTION:{_escaped(entry.text)}"
    yield "TRANSP:TRANSPARENT"
    yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{REMINDER}")
    yield f"DESCRIPTION:{_escaped(entry.title)}"
    yield from ("END:VALARM", "END:VEVENT")


def _escaped(text: str) -> str:
    """Text as a property holds it (3.3.11)."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\r\n", "\\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A long line in pieces; each but the first begins with a space, and no character is cut in two."""
    piece, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LONGEST_LINE:
            yield piece
            piece, size = " ", 1
        piece += character
        size += octets
    yield piece
