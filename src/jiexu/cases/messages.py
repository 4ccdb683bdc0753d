"""Which notice becomes which message, when a message that was not taken is tried again, and what never stands in one.

A notice is always to be read in the pages; the channels a person chose bring it besides. What only repeats is spared
where every message costs somebody's attention.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum


class Channel(StrEnum):
    """A way outside the pages."""

    EMAIL = "email"
    SMS = "sms"
    WEBHOOK = "webhook"


SPARED = frozenset({"form_received", "money_announced"})
"""Notices that follow another one within days and ask nothing of anybody: read in the pages, not sent as short messages."""
FOR_EMPLOYERS = frozenset({"accepted", "refused", "withdrawn", "stopped", "lapsed", "already_issued"})
"""What an employer is told of an application it sent: how it stands, never what stands in a person's record or account."""
FACTOR = 1 << 1
"""Each wait is so many times the one before."""
_LONG = re.compile(r"(?<![0-9A-Za-z])[0-9]{11,17}[0-9Xx]?(?![0-9A-Za-z])")
SHOWN = 1 << 2
"""Characters at its end by which a person knows a number of theirs."""


def channels_of(key: str, chosen: Collection[Channel]) -> tuple[Channel, ...]:
    """By which of the chosen channels a notice is sent, in the order of their names."""
    return tuple(each for each in sorted(chosen) if not (each is Channel.SMS and key in SPARED))


def minutes_until(tries: int, *, first: int, most: int) -> int | None:
    """Minutes to wait after so many tries that failed, growing each time; None: it is given up.

    ``first``: minutes after the first try; ``most``: tries in all.
    """
    if tries >= most:
        return None
    minutes: int = first * FACTOR ** (tries - 1)
    return minutes


def without_numbers(text: str) -> str:
    """The text with every number as long as a document's or an account's shortened to its end."""
    return _LONG.sub(lambda found: f"…{found.group()[-SHOWN:]}", text)
