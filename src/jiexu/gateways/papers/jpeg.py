"""JPEG pictures: every segment up to the end of the picture; where and with what it was taken is left out."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from jiexu.gateways.papers.errors import broken
from jiexu.gateways.papers.limits import Limits, check_size

BEGINS: Final = b"\xff\xd8\xff"
START, END, SCAN, FILL = 0xD8, 0xD9, 0xDA, 0xFF
FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive: what every browser shows."""
TABLES: Final = frozenset({0xC4, 0xDB, 0xDD})
APP0, APP1, APP2, APP14 = 0xE0, 0xE1, 0xE2, 0xEE
OURS: Final = ((APP0, b"JFIF\x00"), (APP2, b"ICC_PROFILE\x00"), (APP14, b"Adobe"))
"""What says how the points are meant."""
EXIF: Final = b"Exif\x00\x00"
TURNED: Final = 0x0112
"""The field that says which side is up."""
UPRIGHT, LAST_WAY = 1, 8
RESTARTS: Final = frozenset(range(0xD0, 0xD8))


def picture(data: bytes, limits: Limits) -> bytes:
    """The picture alone, the right way up. Raises PaperError."""
    kept, turned, size, scans = [], UPRIGHT, (0, 0), 0
    for marker, content, scan in _segments(data):
        if marker == APP1 and content.startswith(EXIF):
            turned = _way_up(content[len(EXIF) :])
        if marker in FRAMES:
            size = _size(content)
            check_size(*size, limits)
        if marker == SCAN:
            scans += 1
            if size == (0, 0) or not scan:
                raise broken()
        ours = any(marker == one and content.startswith(begins) for one, begins in OURS)
        if ours or marker in FRAMES | TABLES | {SCAN}:
            kept.append(struct.pack(">BBH", FILL, marker, len(content) + 2) + content + scan)
        elif not APP0 <= marker <= 0xEF and marker != 0xFE:
            raise broken()
    if not scans:
        raise broken()
    return bytes([FILL, START]) + _exif(turned) + b"".join(kept) + bytes([FILL, END])


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Marker, content, and after the head of a scan its points; what hangs behind the picture is not read."""
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        head = data[at : at + 4]
        if head[:2] == bytes([FILL, END]):
            return
        if len(head) < 4 or head[0] != FILL:
            raise broken()
        length = struct.unpack(">H", head[2:])[0]
        content = data[at + 4 : at + 2 + length]
        if length < 2 or len(content) != length - 2:
            raise broken()
        at += 2 + length
        end = _scan_end(data, at) if head[1] == SCAN else at
        yield head[1], content, data[at:end]
        at = end


def _scan_end(data: bytes, at: int) -> int:
    """Where the next marker stands that is neither a point nor a restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and data[at + 1] not in RESTARTS:
            return at
        at += 2
    raise broken()


def _size(content: bytes) -> tuple[int, int]:
    """Width and height."""
    if len(content) < 6:
        raise broken()
    _, height, width, _ = struct.unpack(">BHHB", content[:6])
    if not width or not height:
        raise broken()
    return width, height


def _way_up(tiff: bytes) -> int:
    """Which way the camera was held; upright where it does not say so plainly."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 10:
        return UPRIGHT
    at = struct.unpack(f"{order}I", tiff[4:8])[0]
    count = struct.unpack(f"{order}H", tiff[at : at + 2])[0] if at + 2 <= len(tiff) else 0
    for entry in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        name, kind, _, value = struct.unpack(f"{order}HHIH", tiff[entry : entry + 10])
        if (name, kind) == (TURNED, 3):
            return value if UPRIGHT <= value <= LAST_WAY else UPRIGHT
    return UPRIGHT


def _exif(turned: int) -> bytes:
    """The one thing that is kept of what a camera says."""
    if turned == UPRIGHT:
        return b""
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, TURNED, 3, 1, turned, 0, 0)
    return struct.pack(">BBH", FILL, APP1, len(EXIF + tiff) + 2) + EXIF + tiff
