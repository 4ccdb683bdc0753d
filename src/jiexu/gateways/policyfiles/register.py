"""Reads the register of channels: where a person applies, asks or pays, and when somebody last tried it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from jiexu.gateways.policyfiles.catalogue import Source
from jiexu.gateways.policyfiles.marked import Flaw, Marked, read
from jiexu.rules.channels import ChannelKind, RegisteredChannel, Trust
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Text

KEYS = {
    "area", "name", "kind", "trust", "for", "path", "checked_on", "source", "known_since", "confidence",
    "note",
}  # fmt: skip
NEEDED = KEYS - {"note"}
PURPOSES = ("transfer", "query", "pay", "enrol", "ask", "share", "complain")
NOT_CHECKED = "not checked"


def load_channels(file: Path, sources: Mapping[str, Source]) -> tuple[list[RegisteredChannel], list[Flaw]]:
    """The channels of one file in their order, and what is wrong with them."""
    channels: list[RegisteredChannel] = []
    flaws: list[Flaw] = []
    for key, one in read(file).items():
        wrong = _flaws(one, sources)
        flaws += [Flaw(file.name, one.line, f"The channel {key} {what}", cure) for what, cure in wrong]
        if not wrong:
            channels.append(_channel(key, one))
    return channels, flaws


def _flaws(one: Marked, sources: Mapping[str, Source]) -> list[tuple[str, str]]:
    off = sorted((set(one) - KEYS) | (NEEDED - set(one)))
    if off:
        return [(f"has wrong or missing keys: {', '.join(off)}.", f"Write {', '.join(sorted(NEEDED))}.")]
    third = one["kind"] == ChannelKind.THIRD_PARTY
    checks: list[tuple[bool, str, str]] = [
        (one["kind"] in tuple(ChannelKind), f"is a {one['kind']}.", _list(ChannelKind)),
        (one["trust"] in tuple(Trust), f"is trusted as {one['trust']}.", _list(Trust)),
        (
            third == (one["trust"] == Trust.THIRD_PARTY),
            "is a firm's and not marked so.",
            "Let kind and trust agree.",
        ),
        (bool(one["for"]) and set(one["for"]) <= set(PURPOSES), f"is for {one['for']}.", _list(PURPOSES)),
        (set(one["name"]) == {"zh", "en"}, "has no name in both languages.", "Write zh and en."),
        (
            isinstance(one["checked_on"], date) or one["checked_on"] == NOT_CHECKED,
            "does not say when it was tried.",
            f"Write the day, or {NOT_CHECKED}.",
        ),
        (
            bool(one["source"]) and set(one["source"]) <= set(sources),
            "cites nobody we know.",
            "Add it to sources.yaml.",
        ),
        (one["confidence"] in tuple(Confidence), f"is {one['confidence']} sure.", _list(Confidence)),
    ]
    return [(what, cure) for good, what, cure in checks if not good]


def _channel(key: str, one: Marked) -> RegisteredChannel:
    path = one["path"]
    return RegisteredChannel(
        id=f"channel/{key}",
        area=str(one["area"]),
        name=Text(one["name"]["zh"], one["name"]["en"]),
        kind=ChannelKind(one["kind"]),
        trust=Trust(one["trust"]),
        purposes=tuple(one["for"]),
        path=Text(path.get("zh"), path.get("en")) if path else None,
        checked_on=None if one["checked_on"] == NOT_CHECKED else one["checked_on"],
        sources=tuple(one["source"]),
        known_since=one["known_since"],
        confidence=Confidence(one["confidence"]),
        note=str(one.get("note", "")),
    )


def _list(words: Any) -> str:
    return f"Choose from {', '.join(str(word) for word in words)}."
