"""Links to other page families by the name of their route. A page that is not there is not linked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse

from jiexu.texts import Lang, say
from jiexu.web.words import optional

FOOT = (
    "guide_start",
    "areas",
    "rules",
    "sources",
    "errors",
    "glossary",
    "verify",
    "figures",
    "complaints",
    "faults",
    "privacy",
    "terms",
    "demonstration",
)
"""What the foot of every page leads to, by the name of its route."""


@dataclass(frozen=True, slots=True)
class Link:
    """``title``: the words of the link; ``note``: a few more, for a door."""

    name: str
    address: str
    title: str
    note: str


def links(lang: Lang, names: Iterable[str]) -> Sequence[Link]:
    """Those of the pages that there are."""
    return _links(lang, tuple(names))


@cache
def _links(lang: Lang, names: tuple[str, ...]) -> tuple[Link, ...]:
    return tuple(
        Link(
            name,
            address,
            say(lang, f"pages_guide.door.{name}"),
            optional(lang, f"pages_guide.door_note.{name}", ""),
        )
        for name in names
        if (address := _address(name))
    )


def _address(name: str) -> str:
    try:
        address: str = reverse(name)
    except NoReverseMatch:
        return ""
    return address
