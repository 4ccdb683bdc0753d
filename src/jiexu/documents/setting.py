"""Setting sheets as PDF: one template, one compiler, one document after another."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final, cast

import segno
import typst

from jiexu.documents import blocks, codes, fonts, sheets
from jiexu.documents.content import Content
from jiexu.documents.kinds import Kind
from jiexu.documents.words import Both, paper, same
from jiexu.exchange.canonical import canonical
from jiexu.texts import Lang
from jiexu.values import short_code
from jiexu.values.areas import Areas

TEMPLATE: Final = Path(__file__).with_name("sheet.typ")
STANDARD: Final = "a-3u"
"""PDF/A-3: an archive format whose text can be taken out again and that may carry its content beside it. The
typesetter refuses a character no font has, a second look after our own."""
KEEPERS: Final = ("origin", "destination", "person")
"""Who keeps which copy of three (offline route)."""
_LONG_RUN = re.compile(r"[!-~]{25,}")
_PART = 12


@dataclass(frozen=True, slots=True)
class Issued:
    """A document with its numbers and codes, ready to be set. ``carrier``: the texts of its machine-readable page.

    ``certificates``: the directory's words on the key that signed the code, as they were signed.
    """

    content: Content
    number: int
    made_on: date
    code: codes.SignedCode
    carrier: tuple[str, ...] = ()
    certificates: tuple[object, ...] = ()

    @property
    def short_code(self) -> str:
        return short_code.make(self.content.digest)


@dataclass(slots=True)
class Press:
    """Sets documents in the languages asked, first language first. ``missing``: characters the font did not have."""

    areas: Areas
    missing: dict[str, None] = field(default_factory=dict)
    _compiler: typst.Compiler = field(init=False)

    def __post_init__(self) -> None:
        font = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder())]
        )
        self._compiler = typst.Compiler(str(TEMPLATE), font_paths=font)

    def pdf(self, issued: Issued, langs: Sequence[Lang], *, copies: int = 1) -> bytes:
        """The document, not signed yet. ``copies``: 1, or 3 for the offline route, each named after who keeps it."""
        given = self._inputs(issued, langs, copies)
        done = self._compiler.compile(
            format="pdf", sys_inputs=given, pdf_standards=STANDARD, timestamp=_instant(issued.made_on)
        )
        return cast("bytes", done)

    def picture(self, issued: Issued, langs: Sequence[Lang], *, ppi: float, copies: int = 1) -> list[bytes]:
        """Its pages as PNG, for looking at."""
        done = self._compiler.compile(format="png", sys_inputs=self._inputs(issued, langs, copies), ppi=ppi)
        return cast("list[bytes]", done if isinstance(done, list) else [done])

    def _inputs(self, issued: Issued, langs: Sequence[Lang], copies: int) -> dict[str, str]:
        sheet = {**blocks.picked(self.sheet(issued, copies), langs), "lang": langs[0]}
        return {
            "sheet": json.dumps(sheet, ensure_ascii=False),
            "content": issued.content.data.decode(),
            "code": issued.code.text(),
            "certificates": canonical(list(issued.certificates)).decode(),
        }

    def sheet(self, issued: Issued, copies: int) -> dict[str, Any]:
        """What the template is given, in both languages, as far as the font can show it."""
        content = issued.content
        head = sheets.head(content, self.areas, number=issued.number, made_on=issued.made_on)
        sheet = {
            **head,
            "family": fonts.FAMILY,
            "blocks": sheets.body(content, self.areas),
            "copies": _copies(copies),
            "whose": [paper("whose.head"), sheets.whose(content.kind)],
            "code": {
                "picture": _picture(issued.code.text(), border=1),
                "label": paper("short_code"),
                "short": same(short_code.format(issued.short_code)),
                "scan": paper("scan"),
                "signed": paper("signed_by", agency=head["agency"]),
                "stamp": None if content.kind in BY_THE_PERSON else paper("stamp"),
            },
            "page": paper("page", page="{page}", all="{all}"),
            "carrier": _carrier(issued, copies),
        }
        gone: dict[str, None] = {}
        shown: dict[str, Any] = _shown(sheet, gone)
        self.missing |= gone
        shown["hand"] = paper("text.missing_glyphs", characters=fonts.named(gone)) if gone else None
        return shown


BY_THE_PERSON: Final = frozenset({Kind.APPLICATION_FORM, Kind.PROXY_FORM})
"""Documents that the person signs, so that no agency stamps them."""


def _shown(value: Any, gone: dict[str, None]) -> Any:
    """Texts as the font can show them; long runs of letters may break anywhere, so that nothing leaves its cell."""
    if isinstance(value, str):
        gone |= dict.fromkeys(fonts.missing(value))
        return _LONG_RUN.sub(lambda run: _breakable(run[0]), fonts.replaced(value))
    if isinstance(value, tuple):
        return tuple(_shown(each, gone) for each in value)
    if isinstance(value, list):
        return [_shown(each, gone) for each in value]
    if isinstance(value, dict):
        return {name: each if name == "picture" else _shown(each, gone) for name, each in value.items()}
    return value


def _breakable(run: str) -> str:
    return "\u200b".join(run[at : at + _PART] for at in range(0, len(run), _PART))


def _copies(copies: int) -> list[Both | None]:
    if copies == 1:
        return [None]
    return [
        paper("copy", number=str(at), all=str(copies), keeper=paper(f"keeper.{keeper}"))
        for at, keeper in enumerate(KEEPERS[:copies], start=1)
    ]


def _carrier(issued: Issued, copies: int) -> dict[str, Any] | None:
    """The machine-readable page. Of three copies it goes with the one for the agency that receives the message."""
    texts, facts = issued.carrier, issued.content.facts
    if not texts:
        return None
    receiver = "destination" if facts["agency"] == facts["origin"] else "origin"
    return {
        "on": [0 if copies == 1 else KEEPERS.index(receiver)],
        "title": paper("title.carrier"),
        "text": paper("text.carrier"),
        "parts": [
            {
                "picture": _picture(text, border=2),
                "label": paper("text.carrier_part", part=str(at), all=str(len(texts))),
            }
            for at, text in enumerate(texts, start=1)
        ],
    }


def _picture(text: str, *, border: int) -> str:
    """A QR code as SVG. Level M: a fold or a stamp over a sixth of it does no harm."""
    written = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(
        written, kind="svg", border=border, xmldecl=False
    )
    return written.getvalue().decode()


def _instant(day: date) -> int:
    return int(datetime.combine(day, time(4), UTC).timestamp())
