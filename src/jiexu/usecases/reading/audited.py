"""What an auditor reads: who looked at a case, at every agency of the node that has a file of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiexu.usecases import looks
from jiexu.usecases.reading.mine.record import Looked, looked_at
from jiexu.usecases.reading.reader import Reader

FILES = "SELECT agency, person FROM file WHERE case_no = %s ORDER BY agency"


@dataclass(frozen=True, slots=True)
class CaseLooks:
    """``files``: agencies that have a file, each with its own reference of the person; none where nobody has one."""

    files: Mapping[str, str]
    looked: tuple[Looked, ...]


def looks_at_case(reader: Reader, case_no: str) -> CaseLooks:
    """Who looked, the newest first."""
    with reader.looking("audit.looks") as look:
        files = {row["agency"]: row["person"] or "" for row in look.rows(FILES, case_no)}
        rows = looks.of_case(look.cursor, case_no) if files else []
        return CaseLooks(files, tuple(looked_at(look, row) for row in rows))
