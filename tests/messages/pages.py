"""The tables and sample bytes in ``docs/messages``, made from the code so that they cannot fall behind it.

``python tests/messages/pages.py`` writes them between the marks of each page; a test compares. What stands
outside the marks is written by hand.
"""

from __future__ import annotations

import re
import sys
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

sys.path.insert(0, str(Path(__file__).parents[1]))

from jiexu.exchange.canonical import LARGEST_INTEGER
from jiexu.exchange.codec import CLASS_OF, LONGEST_TEXT, MAY_BE_EMPTY, RANGES, SHAPES, _meant
from jiexu.exchange.payloads import NEWEST, MessageType
from jiexu.records.monthset import MonthSet
from jiexu.texts import say
from messages.samples import FOLDER, messages, newer

PAGES = Path(__file__).parents[2] / "docs" / "messages"
BEGIN, END = "<!-- made by tests/messages/pages.py -->", "<!-- end -->"


def kind_of(hint: Any, name: str) -> str:
    """What may stand in a field, in words."""
    if hint is str:
        shape = SHAPES.get(name)
        least = 0 if name in MAY_BE_EMPTY else 1
        return (
            f"`{shape.pattern}`".replace("|", "\\|")
            if shape
            else f"text, {least} to {LONGEST_TEXT} characters"
        )
    if hint is int:
        smallest, largest = RANGES[name]
        return f"integer, {smallest} to {'2^53 - 1' if largest == LARGEST_INTEGER else largest}"
    if hint in (bool, date, MonthSet):
        return {
            bool: "true or false",
            date: "Beijing day, 2026-11-23",
            MonthSet: 'pairs of months, both included, in order: `[["2019-07","2026-09"]]`',
        }[hint]
    if get_origin(hint) is tuple:
        return f"list of {kind_of(get_args(hint)[0], name)}"
    if get_args(hint):
        return f"{kind_of(get_args(hint)[0], name)}, or null"
    return f"object, {hint.__name__} below"


def table(cls: type[Any]) -> list[str]:
    """The fields of a class, then those of the objects in it."""
    hints = get_type_hints(cls)
    rows = [
        f"| `{each.name}` | {kind_of(hints[each.name], _meant(cls, each.name))} |"
        for each in sorted(fields(cls), key=lambda each: each.name)
    ]
    inner = [arg for hint in hints.values() for arg in get_args(hint) if is_dataclass(arg)]
    return [
        f"**{cls.__name__}**",
        "",
        "| field | holds |",
        "|---|---|",
        *rows,
        "",
        *(line for each in inner for line in table(each)),  # type: ignore[arg-type]
    ]


def block(type_: MessageType) -> str:
    """What stands between the marks of one page: the newest version."""
    folder = FOLDER.parent / f"v{NEWEST[type_]}"
    lines = [
        *table(CLASS_OF[type_]),
        f"Payload, `tests/messages/{folder.name}/{type_}.payload.json`:",
        "",
        "```json",
        (folder / f"{type_}.payload.json").read_text(encoding="utf-8"),
        "```",
        "",
        f"Envelope, `tests/messages/{folder.name}/{type_}.envelope.json`:",
        "",
        "```json",
        (folder / f"{type_}.envelope.json").read_text(encoding="utf-8"),
        "```",
        "",
        f"Hash of the envelope: `{hash_of(type_)}`",
    ]
    return "\n".join(lines)


def hash_of(type_: MessageType) -> str:
    told = messages() if NEWEST[type_] == 1 else newer()
    return next(each.envelope.hash for each in told if each.envelope.type is type_)


def index() -> str:
    """The list of all messages on the first page."""
    rows = [
        f"| [`{type_}`]({type_}.md) | {say('zh', f'exchange.type_{type_}')} | {say('en', f'exchange.type_{type_}')} |"
        for type_ in MessageType
    ]
    return "\n".join(["| type | 中文 | says |", "|---|---|---|", *rows])


def filled(page: str, made: str) -> str:
    """The page with what is made between its marks."""
    between = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    return between.sub(lambda _: f"{BEGIN}\n\n{made}\n\n{END}", page)


def expected() -> dict[Path, str]:
    """Every page as it should be, from the page as it is."""
    made = {PAGES / f"{type_}.md": block(type_) for type_ in MessageType} | {PAGES / "README.md": index()}
    return {path: filled(path.read_text(encoding="utf-8"), text) for path, text in made.items()}


if __name__ == "__main__":
    for path, text in expected().items():
        path.write_text(text, encoding="utf-8")
