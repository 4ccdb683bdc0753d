"""Reads how much a node keeps of what it cannot use: settings of this product, not law."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.marked import Flaw, PolicyFileError, read

FILE: Final = "limits.yaml"
KEYS: Final = (
    "not_taken_megabytes",
    "upload_megabytes",
    "told_megabytes",
    "report_megabytes",
    "tries",
    "tries_minutes",
    "figures_smallest",
    "message_tries",
    "message_minutes",
    "key_days",
)
MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """``not_taken_bytes``: kept whole a day of what was not taken, for each sender that signed it, and for all that nobody signed.

    ``upload_bytes``: of a request, or of a file to be checked, at most. ``told_bytes`` and ``report_bytes``: of a file a
    command reads whole, a situation or codes, and a list of cases. ``tries`` wrong ones within ``tries_minutes``: then a visitor has to wait.
    ``figures_smallest``: cases of a pair of places from which on open figures tell it apart. ``message_tries``: how often a message is
    tried; ``message_minutes``: until the second try, each wait twice the one before. ``key_days``: a program's access key is good so long at most.
    """

    not_taken_bytes: int
    upload_bytes: int
    told_bytes: int
    report_bytes: int
    tries: int
    tries_minutes: int
    figures_smallest: int
    message_tries: int
    message_minutes: int
    key_days: int


def load_limits(folder: Path) -> Limits:
    """The limits of a policy folder. Raises PolicyFileError with file, line and cure."""
    loaded = read(folder / FILE)
    if set(loaded) != set(KEYS) or any(type(loaded[key]) is not int or loaded[key] < 1 for key in KEYS):
        cure = f"Write {', '.join(KEYS)}, nothing else, each a whole number from 1."
        raise PolicyFileError([Flaw(FILE, loaded.line, "The limits are not understood.", cure)])
    return Limits(
        not_taken_bytes=loaded["not_taken_megabytes"] * MEGABYTE,
        upload_bytes=loaded["upload_megabytes"] * MEGABYTE,
        told_bytes=loaded["told_megabytes"] * MEGABYTE,
        report_bytes=loaded["report_megabytes"] * MEGABYTE,
        tries=loaded["tries"],
        tries_minutes=loaded["tries_minutes"],
        figures_smallest=loaded["figures_smallest"],
        message_tries=loaded["message_tries"],
        message_minutes=loaded["message_minutes"],
        key_days=loaded["key_days"],
    )


@cache
def shipped_limits() -> Limits:
    """Those that came with this release."""
    return load_limits(policy_folder())
