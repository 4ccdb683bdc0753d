"""Reads what supporting papers people may send, for which purposes, and how long each is kept: settings of this product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jiexu.gateways.papers.checking import Limits
from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.limits import MEGABYTE
from jiexu.gateways.policyfiles.marked import Flaw, PolicyFileError, read

FILE: Final = "uploads.yaml"
NUMBERS: Final = ("megabytes", "pages", "megapixels", "least_pixels", "opened_megabytes", "at_a_time")
CASE: Final = "case"
MILLION: Final = 1_000_000
LONGEST: Final = 366
"""Days a paper may be kept at most: the tables hold no longer promise."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What papers are asked for. ``days``: how long one is kept. ``about``: ``case``, or kinds of requests."""

    name: str
    days: int
    about: frozenset[str]


@dataclass(frozen=True, slots=True)
class Uploads:
    """``limits``: of one paper. ``at_a_time``: papers of one person at one agency that are kept."""

    limits: Limits
    at_a_time: int
    purposes: Mapping[str, Purpose]

    def about(self, what: str) -> tuple[Purpose, ...]:
        """Purposes of papers that belong to a case, or to a request of a kind, in the order of the file."""
        return tuple(each for each in self.purposes.values() if what in each.about)


def load_uploads(folder: Path) -> Uploads:
    """The settings of a policy folder. Raises PolicyFileError with file, line and cure."""
    loaded = read(folder / FILE)
    numbers = all(_is_number(loaded.get(key)) for key in NUMBERS)
    if set(loaded) != {*NUMBERS, "purposes"} or not numbers or not isinstance(loaded["purposes"], dict):
        cure = f"Write {', '.join(NUMBERS)}, each a whole number from 1, and purposes; nothing else."
        raise PolicyFileError([Flaw(FILE, loaded.line, "The settings are not understood.", cure)])
    return Uploads(
        Limits(
            most_bytes=loaded["megabytes"] * MEGABYTE,
            pages=loaded["pages"],
            pixels=loaded["megapixels"] * MILLION,
            least_pixels=loaded["least_pixels"],
            opened_bytes=loaded["opened_megabytes"] * MEGABYTE,
        ),
        loaded["at_a_time"],
        {name: _purpose(name, loaded["purposes"], said) for name, said in loaded["purposes"].items()},
    )


def _purpose(name: str, whole: Any, said: Any) -> Purpose:
    whole_days = isinstance(said, dict) and _is_number(said.get("days")) and said["days"] <= LONGEST
    if not whole_days or set(said) != {"days", "for"} or not isinstance(said["for"], list) or not said["for"]:
        cure = f"Write days, from 1 to {LONGEST}, and for: a list of case or kinds of requests."
        raise PolicyFileError([Flaw(FILE, whole.lines[name], f"The purpose {name} is not understood.", cure)])
    return Purpose(name, said["days"], frozenset(map(str, said["for"])))


def _is_number(said: Any) -> bool:
    return type(said) is int and said >= 1


@cache
def shipped_uploads() -> Uploads:
    """Those that came with this release."""
    return load_uploads(policy_folder())
