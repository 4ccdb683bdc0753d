"""Ways to reach an agency: apps, sites, counters and lines, each with its menu path and when it was last tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Text


class ChannelKind(StrEnum):
    """What is opened, called or walked into."""

    APP = "app"
    MINI_PROGRAM = "mini_program"
    PUBLIC_ACCOUNT = "public_account"
    SITE = "site"
    LINE = "line"
    COUNTER = "counter"
    THIRD_PARTY = "third_party"


class Trust(StrEnum):
    """``official``: of the authority. ``other_office``: of another authority (tax, city). ``third_party``: a firm's; warned of."""

    OFFICIAL = "official"
    OTHER_OFFICE = "other_office"
    THIRD_PARTY = "third_party"


@dataclass(frozen=True, slots=True)
class RegisteredChannel:
    """One channel of one place.

    ``purposes``: what it is for (transfer, query, pay, enrol, ask, share, complain). ``path``: what to tap or say,
    None where nobody wrote it down. ``checked_on``: the day somebody last tried it; None: not checked by us.
    """

    id: str
    area: str
    name: Text
    kind: ChannelKind
    trust: Trust
    purposes: tuple[str, ...]
    path: Text | None
    checked_on: date | None
    sources: tuple[str, ...]
    known_since: date
    confidence: Confidence
    note: str = ""


def channels_for(
    channels: Iterable[RegisteredChannel], areas: Iterable[str], purpose: str | None = None
) -> list[RegisteredChannel]:
    """The channels, in the order of the areas asked (own, province, nation) and of the register."""
    held = tuple(channels)
    return [
        one
        for area in areas
        for one in held
        if one.area == area and (purpose is None or purpose in one.purposes)
    ]
