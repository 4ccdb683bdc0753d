"""Reads the names that documents, offices, schemes and measures had before, or have elsewhere, and what each is today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.marked import Flaw, Marked, PolicyFileError, read
from jiexu.rules.decision import Confidence

FILE = "names.yaml"
KEYS = {"kind", "today", "also", "until", "source", "confidence", "note"}
OF = ("document", "office", "scheme", "measure")


@dataclass(frozen=True, slots=True)
class Named:
    """``key``: of the thing, for a form that of the form. ``today``: its name now, by language. ``also``: former names,
    variants and misprints, in Chinese. ``until``: last day a measure was in force, None where it stands or is no measure.
    """

    key: str
    kind: str
    today: Mapping[str, str]
    also: tuple[str, ...]
    until: str | None
    sources: tuple[str, ...]
    confidence: Confidence
    note: str


@cache
def shipped_names() -> Mapping[str, Named]:
    """The names of this policy version, by key, in order."""
    return load_names(policy_folder())


def load_names(folder: Path) -> Mapping[str, Named]:
    """The names in a folder. Raises PolicyFileError naming line and cure for what is wrong."""
    listed = read(folder / FILE)
    flaws = [
        Flaw(
            FILE,
            listed.lines[key],
            f"The entry {key} is not understood.",
            f"Write {', '.join(sorted(KEYS))}; kind is one of {', '.join(OF)}.",
        )
        for key, one in listed.items()
        if not isinstance(one, Marked) or set(one) != KEYS or one["kind"] not in OF
    ]
    if flaws:
        raise PolicyFileError(flaws)
    return {key: _named(key, one) for key, one in listed.items()}


def _named(key: str, one: Marked) -> Named:
    return Named(
        key=key,
        kind=one["kind"],
        today=dict(one["today"]),
        also=tuple(one["also"]),
        until=None if one["until"] is None else str(one["until"]),
        sources=tuple(one["source"]),
        confidence=Confidence(one["confidence"]),
        note=one["note"],
    )


def names_of(key: str) -> tuple[str, ...]:
    """Other names of a thing; empty where none is recorded."""
    one = shipped_names().get(key)
    return () if one is None else one.also


def find_names(text: str) -> tuple[Named, ...]:
    """What a name means today, by any of its names, with or without title marks; empty where nobody recorded it."""
    plain = text.strip().strip("《》")
    return tuple(
        one for one in shipped_names().values() if plain in {*one.today.values(), *one.also, one.key}
    )
