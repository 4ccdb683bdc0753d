"""What a file already said, kept on disk: a million rows do not fill the memory."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import Self


class Seen:
    """Remembers keys and the first row that had each. A private temporary file of SQLite, gone when closed."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("PRAGMA cache_size = -8192")  # KiB
        self._base.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, row INTEGER, whole BLOB) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()

    def first(self, row: int, key: Sequence[object], whole: object = "") -> tuple[int, bool] | None:
        """The row that had this key before and whether ``whole`` was the same; None where this one is the first."""
        marks = _mark(*key), _mark(whole)
        if self._base.execute(
            "INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (marks[0], row, marks[1])
        ).rowcount:
            return None
        found = self._base.execute("SELECT row, whole FROM seen WHERE key = ?", marks[:1]).fetchone()
        return int(found[0]), bytes(found[1]) == marks[1]


def _mark(*parts: object) -> bytes:
    """128 bits that stand for the parts: no personal number is written to the disk."""
    return hashlib.blake2b("\x1f".join(map(repr, parts)).encode(), digest_size=16).digest()
