"""What a person takes away on paper: tables under headings, set as PDF. No form and no proof; nobody signs it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final, cast

import typst

from jiexu.documents import fonts
from jiexu.documents.setting import STANDARD
from jiexu.texts import Lang

TEMPLATE: Final = Path(__file__).with_name("own.typ")


@dataclass(frozen=True, slots=True)
class Table:
    """One heading with its rows. ``name``: in file names and data. ``years``: of each row, None where it has none."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    years: tuple[int | None, ...]
    note: str = ""


def pdf(title: str, lead: Sequence[str], tables: Sequence[Table], *, lang: Lang, on: date) -> bytes:
    """The tables as one document in one language. The same rows give the same bytes."""
    sheet = {
        "family": fonts.FAMILY,
        "lang": lang,
        "title": fonts.replaced(title),
        "lead": [fonts.replaced(each) for each in lead],
        "tables": [
            {
                "title": fonts.replaced(each.title),
                "note": fonts.replaced(each.note),
                "columns": [fonts.replaced(column) for column in each.columns],
                "rows": [[fonts.replaced(cell) for cell in row] for row in each.rows],
            }
            for each in tables
        ],
    }
    font = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder())]
    )
    done = typst.Compiler(str(TEMPLATE), font_paths=font).compile(
        format="pdf",
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
        pdf_standards=STANDARD,
        timestamp=int(datetime.combine(on, time(4), UTC).timestamp()),
    )
    return cast("bytes", done)
