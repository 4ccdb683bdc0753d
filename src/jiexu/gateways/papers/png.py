"""PNG pictures: every chunk with its checksum, the points unpacked and counted; what is not the picture is left out."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from jiexu.gateways.papers.errors import broken
from jiexu.gateways.papers.limits import Limits, check_size

BEGINS: Final = b"\x89PNG\r\n\x1a\n"
KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs", b"IDAT", b"IEND"}
)
"""Chunks that make the picture; words, times and places of others are nobody's business."""
CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS: Final = frozenset({1, 2, 4, 8, 16})
PASSES: Final = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
)  # fmt: skip
"""Adam7: first column, first row, and the steps between."""
STEP: Final = 1 << 20


def picture(data: bytes, limits: Limits) -> bytes:
    """The picture alone. Raises PaperError."""
    chunks = list(_chunks(data))
    if (
        chunks[0][0] != b"IHDR"
        or chunks[-1][0] != b"IEND"
        or len(chunks[0][1]) != struct.calcsize(">IIBBBBB")
    ):
        raise broken()
    width, height, depth, colour, packing, sieve, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    sound = colour in CHANNELS and depth in DEPTHS and (packing, sieve) == (0, 0) and interlaced in {0, 1}
    if not sound or not width or not height:
        raise broken()
    check_size(width, height, limits)
    expected = _unpacked(width, height, depth * CHANNELS[colour], interlaced=bool(interlaced))
    _check_points(b"".join(content for name, content in chunks if name == b"IDAT"), expected)
    return BEGINS + b"".join(_chunk(name, content) for name, content in chunks if name in KEPT)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk up to the end of the picture; what hangs behind it is not read."""
    at, name = len(BEGINS), b""
    while name != b"IEND":
        head = data[at : at + 8]
        if len(head) < len(BEGINS):
            raise broken()
        length, name = struct.unpack(">I4s", head)
        content, told = data[at + 8 : at + 8 + length], data[at + 8 + length : at + 12 + length]
        if len(told) != 4 or struct.unpack(">I", told)[0] != zlib.crc32(name + content):
            raise broken()
        yield name, content
        at += 12 + length


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content), name) + content + struct.pack(">I", zlib.crc32(name + content))


def _unpacked(width: int, height: int, bits: int, *, interlaced: bool) -> int:
    """Bytes of all points: each line has one more that says how it is written."""
    passes = PASSES if interlaced else ((0, 0, 1, 1),)
    total = 0
    for left, top, across, down in passes:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            total += (1 + -(-columns * bits // 8)) * rows
    return total


def _check_points(packed: bytes, expected: int) -> None:
    """Unpacked piece by piece, no further than the picture can need."""
    unpacking, found, left = zlib.decompressobj(), 0, packed
    try:
        while not unpacking.eof and found <= expected:
            piece = unpacking.decompress(left, STEP)
            left = unpacking.unconsumed_tail
            found += len(piece)
            if not piece and not left:
                break
    except zlib.error:
        raise broken() from None
    if found != expected or not unpacking.eof:
        raise broken()
