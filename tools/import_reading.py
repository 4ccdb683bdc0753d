"""Reads the research notes the import starts from: facts with the line each stands on, and the decisions about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

NATION = "nation"
NOT_LEAVES = {"name", "parent", "level", "pooling_area", "article_claims", "code_note"}
"""Keys of an area that are no facts: the map of pooling areas is kept in policy/areas, claims are not policy."""
CONFIDENCE = {"h": "high", "m": "medium", "l": "low"}
SOURCE_ID = re.compile(r"S(\d{3})")
SAME_IN = re.compile(r"same (?:values )?in ((?:S\d{3}(?:, | and )?)+)")
PAGE_WITHOUT_ID = re.compile(r"\bJ\d{7}\b|\b(?:hzbdd|yeboke)\.com/[\w/.]*\w|J/(?=hzbdd)")


class _Lines(yaml.SafeLoader):
    """Safe loading; each mapping also says its line."""

    def construct_lined(self, node: yaml.MappingNode) -> dict[str, Any]:
        made = {
            str(self.construct_object(key, deep=True)): self.construct_object(value, deep=True)
            for key, value in node.value
        }
        return {**made, "line": node.start_mark.line + 1} if "v" in made else made


_Lines.add_constructor("tag:yaml.org,2002:map", _Lines.construct_lined)


@dataclass(frozen=True)
class Heard:
    """One fact of the notes: what is said about an area, by whom, and how the notes rate it."""

    line: int
    area: str
    leaf: str
    value: Any
    start: date | None
    until: date | None
    sources: tuple[str, ...]
    confidence: str
    relation: str = ""
    group: str = ""
    note: str = ""
    status: str = ""
    published: date | None = None


@dataclass(frozen=True)
class Notes:
    """All facts in the order of their lines, and the pages they come from."""

    facts: list[Heard]
    sources: dict[str, dict[str, str]]


def read_notes(file: Path) -> Notes:
    """The facts of ``regions.yaml``."""
    loaded = yaml.load(file.read_text(encoding="utf-8"), Loader=_Lines)  # noqa: S506 - a SafeLoader
    facts = [
        heard for leaf, said in loaded["national_defaults"].items() for heard in _heard(NATION, leaf, said)
    ]
    for area, tree in loaded["regions"].items():
        for leaf, said in _leaves("", {key: part for key, part in tree.items() if key not in NOT_LEAVES}):
            facts += _heard(area, leaf, said)
    return Notes(sorted(facts, key=lambda heard: heard.line), loaded["sources"])


def _leaves(path: str, tree: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for key, part in tree.items():
        name = f"{path}.{key}" if path else key
        if isinstance(part, list):
            yield name, part
        else:
            yield from _leaves(name, part)


def _heard(area: str, leaf: str, said: list[dict[str, Any]]) -> list[Heard]:
    return [
        Heard(
            line=one["line"],
            area=area,
            leaf=leaf,
            value=one["v"],
            start=_day(one["from"]),
            until=_day(one["to"]),
            sources=(source_key(one["src"]), *_confirmed(one.get("note", ""))),
            confidence=CONFIDENCE[one["c"]],
            relation=one.get("rel", ""),
            group=one.get("scope", ""),
            note=clean(one.get("note", "")),
        )
        for one in said
    ]


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def source_key(written: str) -> str:
    """Every key carries its file, because S001 also names something else elsewhere (errata, section 7)."""
    return SOURCE_ID.sub(r"regions-\1", written)


def _confirmed(note: str) -> list[str]:
    """Pages the note says agree: a confirming page is a further source, not a further record."""
    said = SAME_IN.search(note)
    return [source_key(key) for key in re.findall(r"S\d{3}", said.group(1))] if said else []


def clean(note: str) -> str:
    """The note without pages that have no id (errata row 72)."""
    return source_key(PAGE_WITHOUT_ID.sub("another page", note)).strip()


@dataclass(frozen=True)
class Decided:
    """One decision of the errata: the facts it is about, and what becomes of them.

    ``leaf``: instead of lines, every fact of a leaf outside the nation. ``drop``; ``by_hand`` (people recorded
    it); ``change`` (what the fact should have said); or ``records`` (whole records by parameter, for ``area``).
    ``rival``: the facts are in the records only as values not used.
    """

    row: str
    lines: tuple[int, ...]
    why: str
    leaf: str = ""
    drop: bool = False
    by_hand: bool = False
    change: dict[str, Any] | None = None
    area: str = ""
    records: dict[str, list[dict[str, Any]]] | None = None
    rival: bool = False


def read_decisions(file: Path) -> list[Decided]:
    """The errata's decisions that cannot be read off the facts themselves."""
    loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [
        Decided(
            row=str(one["row"]),
            lines=tuple(one.get("lines", ())),
            why=one["why"],
            leaf=one.get("leaf", ""),
            drop=one.get("drop", False),
            by_hand=one.get("by_hand", False),
            change=one.get("set"),
            area=one.get("area", ""),
            records=one.get("records"),
            rival=one.get("rival", False),
        )
        for one in loaded
    ]


def changed(heard: Heard, change: dict[str, Any]) -> Heard:
    """The fact as the errata says it should have been written."""
    names = {"from": "start", "until": "until"}
    return replace(heard, **{names.get(key, key): value for key, value in change.items()})


def meant_by(decided: Decided, notes: Notes) -> list[int]:
    """The lines a decision is about."""
    of_leaf = [heard.line for heard in notes.facts if heard.leaf == decided.leaf and heard.area != NATION]
    return [*decided.lines, *of_leaf]
