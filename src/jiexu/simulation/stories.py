"""The twelve stories of the demonstration: named, invented people whose cases are always there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, TypeVar

import yaml

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.tables import (
    Application,
    Context,
    EventRow,
    FaultyRow,
    PersonRow,
    Row,
    applications_of,
    events_of,
    people_of,
)
from jiexu.simulation.sample import FIRST_DAY
from jiexu.texts import Lang

Read = TypeVar("Read")


class StoryError(ValueError):
    """A row of stories.yaml does not pass the reader of its file. Correct the row it names."""


@dataclass(frozen=True, slots=True)
class Story:
    """One person's story.

    ``key``: its word in code. ``zh``, ``en``: one line. ``people``: what agencies know on the first day;
    ``applications``: what is asked, with the day it comes in; ``events``: what agencies come to know.
    """

    key: str
    name: str
    zh: str
    en: str
    people: tuple[PersonRow, ...]
    applications: tuple[Application, ...]
    events: tuple[EventRow, ...]

    def line(self, lang: Lang) -> str:
        """The story in one line."""
        return self.zh if lang == "zh" else self.en


@cache
def stories() -> tuple[Story, ...]:
    """All twelve, in the order they are shown. Raises StoryError."""
    written = resources.files(__package__).joinpath("stories.yaml").read_text(encoding="utf-8")
    context = Context(areas=areas(), today=FIRST_DAY, demonstration=True)
    return tuple(_story(each, context) for each in yaml.safe_load(written))


def _story(each: Mapping[str, Any], context: Context) -> Story:
    who = {"name": each["name"], "document_number": each["number"]}

    def read(
        part: str, reader: Callable[..., Iterator[Read | FaultyRow]], usual: Mapping[str, str]
    ) -> tuple[Read, ...]:
        rows = rows_of([{**usual, **cells} for cells in each.get(part, [])])
        return tuple(sound(each["key"], part, reader(rows, context=context)))

    return Story(
        key=each["key"],
        name=each["name"],
        zh=each["zh"],
        en=each["en"],
        people=read("people", people_of, who),
        applications=read("applications", applications_of, {**who, "consent": "是"}),
        events=read("events", events_of, {"document_number": each["number"]}),
    )


def rows_of(cells: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Rows as a file would give them, numbered from the one below its header."""
    texts = [{name: str(text) for name, text in each.items()} for each in cells]
    return [Row(number, each, {name: name for name in each}) for number, each in enumerate(texts, start=2)]


def sound(key: str, part: str, results: Iterable[Read | FaultyRow]) -> Iterator[Read]:
    """The rows of a file of ours. Raises StoryError where one does not pass."""
    for result in results:
        if isinstance(result, FaultyRow):
            faults = " ".join(fault.sentence("en") for fault in result.faults)
            raise StoryError(f"Story {key}, {part}: {faults}")
        yield result
