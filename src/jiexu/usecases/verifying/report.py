"""What ``verify`` found: how much was checked, and each break as a kind, a place and the figures of its sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from jiexu.texts import Lang, say

MOST_BREAKS = 10_000
"""Breaks listed one by one; whoever has more than this restores a copy and does not read on."""

Figure = str | int
"""What may fill a sentence."""


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the tables contradict themselves, each other, a signature or a seal.

    ``kind``: key of the sentence in ``texts/verify.yaml``. ``where``: agency and row, parted by slashes.
    """

    kind: str
    where: str
    data: Mapping[str, Figure] = field(default_factory=dict)

    def sentence(self, lang: Lang) -> str:
        """What is wrong, where, and what to do."""
        return say(lang, f"verify.{self.kind}", where=self.where, **self.data)

    def as_json(self, lang: Lang) -> dict[str, object]:
        return {
            "kind": self.kind,
            "where": self.where,
            "data": dict(self.data),
            "sentence": self.sentence(lang),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome. ``counted``: how many of each were checked, and sums of money and months."""

    breaks: tuple[Break, ...]
    counted: Mapping[str, int]

    def as_json(self, lang: Lang) -> dict[str, object]:
        return {
            "breaks": [each.as_json(lang) for each in self.breaks],
            "counted": dict(sorted(self.counted.items())),
        }


T = TypeVar("T")
Tell = Callable[[str, int, int], None]
"""Is told what is looked at, how many of it were, and of how many."""
TOLD_EVERY = 200


@dataclass(slots=True)
class Findings:
    """Gathered while checking."""

    breaks: list[Break] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    tell: Tell = lambda what, done, total: None

    def add(self, kind: str, *where: object, **data: Figure) -> None:
        """Note a break; ``where`` from the agency down to the row."""
        if len(self.breaks) < MOST_BREAKS:
            self.breaks.append(Break(kind, "/".join(str(part) for part in where), data))
        else:
            self.counted["breaks_not_listed"] += 1

    def count(self, name: str, number: int = 1) -> None:
        self.counted[name] += number

    def watched(self, items: Iterable[T], what: str, total: int) -> Iterator[T]:
        """Hand on what is looked at, and tell how far that is."""
        for done, item in enumerate(items):
            if done % TOLD_EVERY == 0 and done < total:
                self.tell(what, done, total)
            yield item
        self.tell(what, total, total)

    def report(self) -> Report:
        return Report(tuple(self.breaks), dict(self.counted))
