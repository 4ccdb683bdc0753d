"""Reads how much a node keeps of what it cannot use: settings of this product, not law."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.marked import Flaw, PolicyFileError, read

FILE: Final = "limits.yaml"
KEY: Final = "not_taken_megabytes"
MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """``not_taken_bytes``: kept whole a day of what was not taken, for each sender that signed it, and for all that nobody signed."""

    not_taken_bytes: int


def load_limits(folder: Path) -> Limits:
    """The limits of a policy folder. Raises PolicyFileError with file, line and cure."""
    loaded = read(folder / FILE)
    megabytes = loaded.get(KEY)
    if set(loaded) != {KEY} or type(megabytes) is not int or megabytes < 1:
        cure = f"Write {KEY} alone, and a whole number from 1."
        raise PolicyFileError([Flaw(FILE, loaded.line, "The limits are not understood.", cure)])
    return Limits(megabytes * MEGABYTE)


@cache
def shipped_limits() -> Limits:
    """Those that came with this release."""
    return load_limits(policy_folder())
