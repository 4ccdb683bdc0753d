"""A zip that can be written in one way only: what is in it decides every byte.

Names in order, nothing compressed, one fixed time, no comment, no extra field. So a reader packs again what it
unpacked and compares; whatever byte of the container was changed, added or left out shows. Any zip program opens it.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from typing import Final

from jiexu.values.errors import ValueFault

LARGEST: Final = 64 << 20
"""Bytes of one container at most; a case with every document has well under one megabyte."""
MOST_ENTRIES: Final = 4096
LONGEST_NAME: Final = 120

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:[./][A-Za-z0-9][A-Za-z0-9_-]*)*")
_VERSION, _STORED, _NO_TIME, _FIRST_DAY = 20, 0, 0, 0x21  # 1 January 1980, where the zip calendar begins
_UNIX, _FILE_MODE = 3, 0o100644
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")


class ContainerError(ValueFault):
    """Bytes that are no container of ours, or entries that none can hold."""


def pack(entries: Mapping[str, bytes]) -> bytes:
    """The container of named contents. Raises ContainerError for names it does not write, or too much of anything."""
    if len(entries) > MOST_ENTRIES or sum(map(len, entries.values())) > LARGEST:
        raise _too_large(sum(map(len, entries.values())))
    body, directory = bytearray(), bytearray()
    for name, data in sorted(entries.items()):
        if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
            raise ContainerError(
                "container_name",
                "{name} is no name of an entry; use ASCII letters, digits, hyphens, dots and slashes.",
                name=ascii(name)[:60],
            )
        place = len(body)
        shared = (
            _VERSION,
            0,
            _STORED,
            _NO_TIME,
            _FIRST_DAY,
            zlib.crc32(data),
            len(data),
            len(data),
            len(name),
            0,
        )
        body += _LOCAL.pack(b"PK\x03\x04", *shared) + name.encode() + data
        made_by, mode = _UNIX << 8 | _VERSION, _FILE_MODE << 16
        directory += _CENTRAL.pack(b"PK\x01\x02", made_by, *shared, 0, 0, 0, mode, place) + name.encode()
    count = len(entries)
    return bytes(
        body + directory + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    )


def unpack(data: bytes) -> dict[str, bytes]:
    """The entries, read from the front. Raises ContainerError where they cannot be read; see ``first_difference``."""
    if len(data) > LARGEST + MOST_ENTRIES * 512:
        raise _too_large(len(data))
    entries: dict[str, bytes] = {}
    place = 0
    while data[place : place + 4] == b"PK\x03\x04":
        name, begin, end = _entry(data, place)
        if name in entries or len(entries) == MOST_ENTRIES:
            raise _unreadable(place)
        entries[name] = data[begin:end]
        place = end
    if not entries:
        raise _unreadable(0)
    return entries


def first_difference(data: bytes, entries: Mapping[str, bytes]) -> int | None:
    """The place of the first byte that is not as ``pack`` writes these entries; None where all are."""
    written = pack(entries)
    if written == data:
        return None
    same = next((at for at, pair in enumerate(zip(written, data, strict=False)) if pair[0] != pair[1]), None)
    return min(len(written), len(data)) if same is None else same


def _entry(data: bytes, place: int) -> tuple[str, int, int]:
    """Name, begin and end of the entry whose header stands at a place."""
    head = data[place : place + _LOCAL.size]
    if len(head) < _LOCAL.size:
        raise _unreadable(place)
    _, _, flags, method, _, _, _, packed, size, name_length, extra = _LOCAL.unpack(head)
    begin = place + _LOCAL.size + name_length
    name = data[place + _LOCAL.size : begin].decode("latin-1")
    plain = (flags, method, extra) == (0, _STORED, 0) and packed == size
    if not plain or not _NAME.fullmatch(name) or len(name) > LONGEST_NAME or begin + size > len(data):
        raise _unreadable(place)
    return name, begin, begin + size


def _unreadable(place: int) -> ContainerError:
    return ContainerError(
        "container_unreadable",
        "At byte {place} the file does not go on as an evidence file does: it was cut off, changed, or packed again "
        "by another program; ask for the file as it was exported.",
        place=place,
    )


def _too_large(size: int) -> ContainerError:
    return ContainerError(
        "container_too_large",
        "{size} bytes, or more than {most} entries, are too much for an evidence file (at most {largest} bytes); it was not read further.",
        size=size,
        most=MOST_ENTRIES,
        largest=LARGEST,
    )
