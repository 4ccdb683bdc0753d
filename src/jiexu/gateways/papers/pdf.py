"""PDF papers: read whole with what reads our own documents, object by object, also those of earlier revisions.

Refused is what does something when it is opened, what carries other files, what is locked, and what swells. Names are looked
for twice: in every object that the file's own tables lead to, and in its bytes, because a viewer may find objects by itself.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.misc import PdfDecodeLimitError
from pyhanko.pdf_utils.reader import PdfFileReader

from jiexu.gateways.papers.errors import PaperError, broken
from jiexu.gateways.papers.limits import Limits

BEGINS: Final = b"%PDF-"
ENDS: Final = b"%%EOF"
ACTING: Final = frozenset(
    {"/JavaScript", "/JS", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/RichMedia", "/RichMediaExecute", "/Rendition", "/Movie", "/Sound", "/AA", "/XFA"}
)  # fmt: skip
CARRYING: Final = frozenset({"/EmbeddedFile", "/EmbeddedFiles", "/Filespec", "/EF", "/AF", "/Collection"})
LOCKED: Final = "/Encrypt"
TELLING: Final = frozenset(
    {"/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", LOCKED}
)
"""Looked for in the bytes as well: long enough not to be met by chance."""
NAME: Final = re.compile(rb"/[A-Za-z#][A-Za-z0-9#]{3,40}")
HEX: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
MOST_OBJECTS: Final = 20_000


def check(data: bytes, limits: Limits) -> None:
    """Raises PaperError for a PDF that is not taken."""
    _check_bytes(data)
    try:
        pages = _pages(PdfFileReader(io.BytesIO(data), strict=False, decode_limits=_decoding(limits)))
    except PaperError:
        raise
    except (PdfDecodeLimitError, MemoryError):
        raise _swells() from None
    except Exception:  # noqa: BLE001  whatever a stranger's file makes a reader raise, it is not readable
        raise broken() from None
    if not 0 < pages <= limits.pages:
        raise PaperError(
            "paper_long",
            "This PDF has more than {most} pages or none; send only the pages that matter.",
            most=limits.pages,
        )


def _pages(reader: PdfFileReader) -> int:
    """How many it has, once every object was looked at."""
    if reader.encrypted:
        raise _locked()
    _check_objects(reader)
    return int(reader.root["/Pages"]["/Count"])


def _decoding(limits: Limits) -> DecodeLimits:
    return DecodeLimits(
        per_stream=StreamDecodeLimits(max_output_size=limits.opened_bytes),
        document_budget=DocumentDecodeBudget(base_allowance=limits.opened_bytes, max_ratio=1),
    )


def _check_bytes(data: bytes) -> None:
    """Ends as a PDF does, is nothing else as well, and names nothing that acts where no table leads."""
    if not data.rstrip(b"\r\n \t\x00").endswith(ENDS) or zipfile.is_zipfile(io.BytesIO(data)):
        raise broken()
    for found in NAME.findall(data):
        _check_name(HEX.sub(lambda each: bytes([int(each[1], 16)]), found).decode("latin-1"), TELLING)


def _check_objects(reader: PdfFileReader) -> None:
    """Every object of every revision; streams are unpacked as far as the reader knows how."""
    for seen, (ref, revision) in enumerate(_refs(reader)):
        if seen >= MOST_OBJECTS:
            raise _swells()
        one = reader.get_object(ref, revision=revision, transparent_decrypt=False)  # type: ignore[no-untyped-call]  # pyHanko's
        for name in _names(one):
            _check_name(name, ACTING | CARRYING | {LOCKED})
        if isinstance(one, generic.StreamObject):
            _unpack(one)


def _refs(reader: PdfFileReader) -> Iterator[tuple[Any, int]]:
    for revision in range(reader.xrefs.total_revisions):
        for ref in reader.xrefs.explicit_refs_in_revision(revision):
            yield ref, revision


def _names(one: Any) -> Iterator[str]:
    """Every name in an object, as key or value, however deep."""
    todo = [one]
    while todo:
        each = todo.pop()
        if isinstance(each, generic.DictionaryObject):
            for key in each:
                todo += [key, each.raw_get(key)]
        elif isinstance(each, generic.ArrayObject):
            todo += [each.raw_get(at) for at in range(len(each))]
        elif isinstance(each, generic.NameObject):
            yield str(each)


def _unpack(one: generic.StreamObject) -> None:
    """Raises PdfDecodeLimitError where it becomes too much; pictures in ways of their own stay as they are."""
    try:
        _ = one.data
    except NotImplementedError:
        return


def _check_name(name: str, refused: frozenset[str]) -> None:
    if name not in refused:
        return
    if name == LOCKED:
        raise _locked()
    if name in CARRYING:
        raise PaperError(
            "paper_carries",
            "This PDF carries other files; print it as a plain PDF, or photograph the paper, and send that.",
        )
    raise PaperError(
        "paper_acts",
        "This PDF does something when it is opened (scripts, programs or forms that send); print it as a plain PDF, or photograph the paper, and send that.",
    )


def _locked() -> PaperError:
    return PaperError(
        "paper_locked",
        "This PDF is locked with a password or rights, so nobody could look at it; save it without, or photograph the paper.",
    )


def _swells() -> PaperError:
    return PaperError(
        "paper_swells",
        "This PDF becomes far larger than it is when it is opened; print it as a plain PDF, or photograph the paper, and send that.",
    )
