"""Seals in a file beside the database: one JSON line each, on disk before the journal counts as sealed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path


def writer(path: Path) -> Callable[[dict[str, object]], None]:
    """Appends a seal and forces it to disk. After a crash the same seal may stand twice, which changes nothing."""

    def write(seal: dict[str, object]) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(seal, sort_keys=True) + "\n")
            file.flush()
            os.fsync(file.fileno())

    return write


def reader(path: Path) -> Iterator[dict[str, object]]:
    """Every seal in the order written; none where nothing was sealed yet."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)
