"""Seals outside the database: one line of JSON a seal, written for good before the database hears of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from jiexu.exchange.canonical import canonical


def writer(path: Path) -> Callable[[Sequence[dict[str, object]]], None]:
    """Appends seals to a file, all on the disk when the call returns.

    A line that a crash left half written never counted; it is cut off here. A crash between file and database
    writes the same seal twice, byte for byte; ``reader`` gives it once.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not (held := path.read_bytes()).endswith(b"\n"):
        os.truncate(path, held.rfind(b"\n") + 1)

    def write(seals: Sequence[dict[str, object]]) -> None:
        with path.open("ab") as file:
            file.write(b"".join(canonical(seal) + b"\n" for seal in seals))
            file.flush()
            os.fsync(file.fileno())

    return write


def reader(path: Path) -> Iterator[dict[str, object]]:
    """The seals of a file in the order written, repeats left out; nothing where there is no file.

    A line that is no seal is given as ``{"line": number}``, so that ``verify`` names it.
    """
    if not path.exists():
        return
    seen: set[bytes] = set()
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line in seen or not line.endswith(b"\n"):
                continue
            seen.add(line)
            try:
                value = json.loads(line)
            except ValueError:
                value = None
            yield value if isinstance(value, dict) else {"line": number}
