"""What the guide has to know before it can say more."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """``key``: of its text. ``field``: what of the Situation the answer fills. ``text``: what was written there.

    ``choices``: words or area codes, one of which answers it.
    """

    key: str
    field: str
    text: str = ""
    choices: tuple[str, ...] = ()
