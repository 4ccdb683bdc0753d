"""What a paper is by its bytes: taken whole, or refused with a sentence, and of pictures the picture alone."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from pypdf import PdfReader

from jiexu.gateways.papers.checking import Kind, PaperError, check
from jiexu.gateways.policyfiles.uploads import shipped_uploads
from sent_cast import HIGH, HOSTILE, PAGE, WIDE, pdf, photograph, picture

LIMITS = shipped_uploads().limits


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_harmless_paper_is_refused_with_its_sentence(name: str) -> None:
    """S000-018 by type, whole or not, and large enough to read."""
    code, data = HOSTILE[name]
    with pytest.raises(PaperError) as refused:
        check(data, LIMITS)
    assert refused.value.code == code


def test_a_file_one_byte_too_large_is_refused_before_it_is_opened() -> None:
    large = picture() + bytes(LIMITS.most_bytes)
    with pytest.raises(PaperError) as refused:
        check(large, LIMITS)
    assert refused.value.code == "paper_too_big"
    assert check(large[: LIMITS.most_bytes], LIMITS).content == picture()


def test_a_plain_pdf_is_kept_byte_for_byte() -> None:
    sent = pdf("bank statement", pages=30)
    taken = check(sent, LIMITS)
    assert (taken.kind, taken.content) == (Kind.PDF, sent)
    assert len(PdfReader(io.BytesIO(taken.content)).pages) == 30


def test_a_scan_as_a_pdf_is_taken() -> None:
    written = io.BytesIO()
    Image.open(io.BytesIO(picture("JPEG"))).save(written, "PDF")
    assert check(written.getvalue(), LIMITS).kind is Kind.PDF


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_photograph_loses_camera_and_place_and_stays_the_right_way_up(turned: int) -> None:
    sent = photograph(turned)
    taken = check(sent + PAGE, LIMITS)
    assert taken.kind is Kind.JPEG
    for secret in (b"Secret Camera", b"home address", PAGE):
        assert secret in sent + PAGE
        assert secret not in taken.content
    before, after = Image.open(io.BytesIO(sent)), Image.open(io.BytesIO(taken.content))
    assert set(after.getexif()) <= {0x0112}
    assert ImageOps.exif_transpose(before).tobytes() == ImageOps.exif_transpose(after).tobytes()
    assert check(taken.content, LIMITS).content == taken.content


@pytest.mark.parametrize(
    "more", [{"progressive": True}, {"subsampling": 0, "quality": 95}, {"optimize": True}]
)
def test_photographs_of_every_usual_make_are_taken(more: dict[str, object]) -> None:
    taken = check(picture("JPEG", **more), LIMITS)
    assert Image.open(io.BytesIO(taken.content)).size == (WIDE, HIGH)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_pictures_of_every_usual_make_are_taken_and_lose_their_words(mode: str) -> None:
    written = io.BytesIO()
    made = (
        Image.new(mode, (WIDE, HIGH))
        if mode == "I;16"
        else Image.linear_gradient("L").resize((WIDE, HIGH)).convert(mode)
    )
    made.save(written, "PNG")
    words = b"tEXtplace\x00home address"
    chunk = struct.pack(">I", len(words) - 4) + words + struct.pack(">I", zlib.crc32(words))
    sent = written.getvalue()
    told = sent[:33] + chunk + sent[33:] + PAGE
    taken = check(told, LIMITS)
    assert taken.kind is Kind.PNG
    assert b"home address" not in taken.content
    assert PAGE not in taken.content
    assert Image.open(io.BytesIO(taken.content)).tobytes() == made.tobytes()


def test_an_interlaced_picture_is_counted_in_its_passes() -> None:
    width, height = 601, 603
    lines = 0
    for left, top, across, down in (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ):
        columns, rows = len(range(left, width, across)), len(range(top, height, down))
        lines += rows * (columns + 1)

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 1))
    for points, fits in ((lines, True), (lines - 1, False), (lines + 1, False)):
        made = (
            b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(points))) + chunk(b"IEND", b"")
        )
        if fits:
            Image.open(io.BytesIO(check(made, LIMITS).content)).load()
        else:
            with pytest.raises(PaperError):
                check(made, LIMITS)


SEEDS = (pdf(), picture(), photograph())


@given(st.sampled_from(SEEDS), st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_is_sent_is_taken_or_refused_and_nothing_else(seed: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(seed)))
    with_ = data.draw(st.binary(max_size=40))
    without = data.draw(st.integers(0, 200))
    sent = seed[:at] + with_ + seed[at + without :]
    try:
        taken = check(sent, LIMITS)
    except PaperError:
        return
    assert check(taken.content, LIMITS) == taken, "what was taken is taken again as it is"
