"""Papers that people send, and files that only pretend to be papers."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

WIDE, HIGH = 700, 900
"""Points of a picture that can be read."""


def pdf(text: str = "payslip", *, pages: int = 1) -> bytes:
    """A plain PDF; ``text`` stands in its title, so that two differ."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": text})
    return _written(writer)


def picture(kind: str = "PNG", size: tuple[int, int] = (WIDE, HIGH), **more: object) -> bytes:
    """A picture of nothing: ``kind`` as Pillow names it."""
    written = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(written, kind, **more)
    return written.getvalue()


def photograph(turned: int = 6) -> bytes:
    """A JPEG as a telephone makes it: turned, with the camera's name and a place in it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turned, "Secret Camera"
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif, comment=b"home address")


def _written(writer: PdfWriter) -> bytes:
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _with(key: str, value: DictionaryObject) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.root_object[NameObject(key)] = value
    return _written(writer)


def _action(kind: str, key: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject(kind), NameObject(key): TextStringObject("x")})


def _locked() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt("nobody knows")
    return _written(writer)


def _carrying() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_attachment("salary.exe", b"MZ")
    return _written(writer)


def swelling(megabytes: int = 300) -> bytes:
    """A PDF of some hundred kilobytes with a stream that becomes very large."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    stream = StreamObject()
    stream._data = zlib.compress(bytes(megabytes * 1_000_000), 9)  # pypdf would pack it itself, and only once
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    page[NameObject("/Contents")] = writer._add_object(stream)
    return _written(writer)


def zipped() -> bytes:
    """A file that is a PDF by its beginning and end, and a ZIP for whoever looks at it so."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("run.html", "<script>")
        archive.comment = b"%%EOF"
    return pdf() + held.getvalue()


def hidden_name() -> bytes:
    """A script that no table leads to, its name written in another way."""
    return pdf().replace(b"%%EOF", b"9 0 obj <</S /Java#53cript>> endobj\n%%EOF")


PAGE = b"<!doctype html><script>alert(1)</script>"
HOSTILE: Mapping[str, tuple[str, bytes]] = {
    "nothing": ("paper_empty", b""),
    "a page named .pdf": ("paper_kind", PAGE),
    "a page that begins as a PDF": ("paper_broken", b"%PDF-1.7\n" + PAGE),
    "a page that begins and ends as a PDF": ("paper_broken", b"%PDF-1.7\n" + PAGE + b"\n%%EOF\n"),
    "a PDF with a page behind it": ("paper_broken", pdf() + PAGE),
    "a PDF that is a ZIP as well": ("paper_broken", zipped()),
    "a program": ("paper_kind", b"MZ" + bytes(200)),
    "a ZIP": ("paper_kind", b"PK\x03\x04" + bytes(200)),
    "a drawing with scripts": ("paper_kind", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "half a PDF": ("paper_broken", pdf()[:200]),
    "a script": ("paper_acts", _with("/OpenAction", _action("/JavaScript", "/JS"))),
    "a program that is started": ("paper_acts", _with("/OpenAction", _action("/Launch", "/F"))),
    "a script for every page": ("paper_acts", _with("/AA", DictionaryObject())),
    "a script without a table": ("paper_acts", hidden_name()),
    "other files": ("paper_carries", _carrying()),
    "a lock": ("paper_locked", _locked()),
    "a bomb": ("paper_swells", swelling()),
    "many pages": ("paper_long", pdf(pages=31)),
    "no pages": ("paper_long", pdf(pages=0)),
    "half a photograph": ("paper_broken", photograph()[:5000]),
    "half a picture": ("paper_broken", picture()[:2000]),
    "a picture too small": ("paper_small", picture(size=(599, 900))),
    "a picture too wide": ("paper_wide", picture(size=(30000, 2100))),
    "only the beginning of a photograph": ("paper_broken", b"\xff\xd8\xff\xe0" + PAGE),
    "only the beginning of a picture": ("paper_broken", b"\x89PNG\r\n\x1a\n" + PAGE),
}
"""Files that are refused, with the code of the sentence."""
