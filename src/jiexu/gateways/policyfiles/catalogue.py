"""Reads what may be recorded (``parameters.yaml``), about whom (``axes.yaml``), and by which documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from jiexu.gateways.policyfiles.marked import Flaw, Marked, read
from jiexu.rules.policy import Inheritance, Parameter
from jiexu.rules.rule import Anchor

KINDS = (
    "number", "bool", "word", "set", "text", "label", "labels", "month", "day", "days", "time", "areas",
)  # fmt: skip
RANGES = ("age", "month", "day")
"""Ranges of full years, of months counted, and of days."""
SEEN = {
    "full": "the whole text was read",
    "official": "a page of the authority",
    "quoted": "quoted by somebody else",
    "mirror": "a copy on another site",
    "guide": "a guide of an agency",
    "news": "a newspaper or agency",
    "portal": "a private city or advice site",
    "repository": "a public code or data repository",
    "article": "a popular article",
    "farm": "a content farm or machine-written page",
    "memory": "nobody read it",
    "ours": "written by this project",
}
PARAMETER_KEYS = {
    "type", "inherit", "picked_on", "unit", "of", "bounds", "scope", "cycle", "stale_after_months",
}  # fmt: skip
SOURCE_KEYS = {
    "title", "number", "issuer", "published", "seen", "evidence", "articles_seen", "address", "note",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Axis:
    """A way to divide people or cases: closed words, or a range of numbers, months or days."""

    name: str
    words: tuple[str, ...] = ()
    range: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One document. ``seen``: how its text was read. ``articles_seen``: numbers that were read; None where all were.

    ``address``: where the page was, to find the official text by; it is not shown as a link.
    """

    id: str
    titles: Mapping[str, str]
    number: str | None
    issuer: str | None
    published: date | None
    seen: str
    articles_seen: frozenset[str] | None
    address: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Known:
    """Everything a record may name. ``broken``: parameters whose own entry is wrong; their records are not read."""

    parameters: Mapping[str, Parameter]
    axes: Mapping[str, Axis]
    sources: Mapping[str, Source]
    broken: frozenset[str] = frozenset()


def load_axes(file: Path) -> tuple[dict[str, Axis], list[Flaw]]:
    """The closed lists of the axes."""
    axes, flaws = {}, []
    for name, one in read(file).items():
        words = tuple(str(word) for word in one.get("words", ()))
        span = one.get("range")
        if bool(words) == bool(span) or (span and span not in RANGES):
            cure = f"Give it `words`, or `range` as one of {', '.join(RANGES)}."
            flaws.append(Flaw(file.name, one.line, f"The axis {name} is neither a list nor a range.", cure))
        axes[name] = Axis(name, words, span)
    return axes, flaws


def load_parameters(file: Path, axes: Mapping[str, Axis]) -> tuple[dict[str, Parameter], list[Flaw]]:
    """The catalogue, and what is wrong with it."""
    parameters: dict[str, Parameter] = {}
    flaws: list[Flaw] = []
    for name, one in read(file).items():
        wrong = _parameter_flaws(one, axes)
        flaws += [Flaw(file.name, one.line, f"{name} {what}", cure) for what, cure in wrong]
        if not wrong:
            parameters[name] = _parameter(name, one)
    return parameters, flaws


def _parameter_flaws(one: Marked, axes: Mapping[str, Axis]) -> list[tuple[str, str]]:
    anchors = tuple(Anchor)
    checks = [
        (
            set(one) <= PARAMETER_KEYS,
            f"has an unknown key {_rest(one, PARAMETER_KEYS)}.",
            _list(PARAMETER_KEYS),
        ),
        (one.get("type") in KINDS, f"is a {one.get('type')}.", _list(KINDS)),
        (one.get("inherit") in tuple(Inheritance), f"inherits {one.get('inherit')}.", _list(Inheritance)),
        (one.get("picked_on") in anchors, f"is picked on {one.get('picked_on')}.", _list(anchors)),
        (set(one.get("scope", ())) <= set(axes), "names an axis that axes.yaml lacks.", "Add it there."),
        (
            one.get("cycle", "annual") == "annual",
            f"has the cycle {one.get('cycle')}.",
            "Write annual or nothing.",
        ),
        (
            (one.get("type") == "number") == ("unit" in one and "bounds" in one),
            "needs unit and bounds if it is a number, and has none otherwise.",
            "Write both, or neither.",
        ),
        (
            (one.get("type") in {"word", "set"}) == ("of" in one),
            "needs its words under `of` if it is a word or set, and has none otherwise.",
            "List them, or take them out.",
        ),
    ]
    return [(what, cure) for good, what, cure in checks if not good]


def _parameter(name: str, one: Marked) -> Parameter:
    bounds = one.get("bounds")
    return Parameter(
        name=name,
        kind=one["type"],
        inheritance=Inheritance(one["inherit"]),
        picked_on=one["picked_on"],
        unit=one.get("unit"),
        words=tuple(str(word) for word in one.get("of", ())),
        bounds=(Decimal(str(bounds[0])), Decimal(str(bounds[1]))) if bounds else None,
        axes=frozenset(one.get("scope", ())),
        annual="cycle" in one,
        stale_after_months=one.get("stale_after_months"),
    )


def load_sources(file: Path) -> tuple[dict[str, Source], list[Flaw]]:
    """The documents of one file by id, and what is wrong with them."""
    sources: dict[str, Source] = {}
    flaws: list[Flaw] = []
    for key, one in read(file).items():
        wrong = _source_flaws(one)
        flaws += [Flaw(file.name, one.line, f"The source {key} {what}", cure) for what, cure in wrong]
        if not wrong:
            sources[key] = _source(key, one)
    return sources, flaws


def _source_flaws(one: Marked) -> list[tuple[str, str]]:
    checks = [
        (set(one) <= SOURCE_KEYS, f"has an unknown key {_rest(one, SOURCE_KEYS)}.", _list(SOURCE_KEYS)),
        (set(one.get("title", {})) == {"zh", "en"}, "has no title in both languages.", "Write zh and en."),
        (one.get("seen") in SEEN, f"was seen as {one.get('seen')}.", _list(SEEN)),
        (
            isinstance(one.get("published", ""), date | None),
            "does not say when it was published.",
            "Write a day, or null where it is not known.",
        ),
    ]
    return [(what, cure) for good, what, cure in checks if not good]


def _source(key: str, one: Marked) -> Source:
    return Source(
        id=key,
        titles=dict(one["title"]),
        number=one.get("number"),
        issuer=one.get("issuer"),
        published=one["published"],
        seen=one["seen"],
        articles_seen=frozenset(one["articles_seen"]) if "articles_seen" in one else None,
        address=one.get("address"),
        note=one.get("note", ""),
    )


def _rest(one: Marked, allowed: set[str]) -> str:
    return ", ".join(sorted(set(one) - allowed))


def _list(words: Any) -> str:
    return f"Choose from {', '.join(str(word) for word in words)}."
