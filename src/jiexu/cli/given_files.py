"""Files somebody names that a command reads whole: never more of them than the limits of this release allow."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from jiexu.documents.errors import DocumentError
from jiexu.gateways.policyfiles.limits import MEGABYTE


def bytes_of(opened: BinaryIO, place: str, *, most: int) -> bytes:
    """What is in it. Raises DocumentError where it is longer than ``most`` bytes, without reading on."""
    data = opened.read(most + 1)
    if len(data) > most:
        raise DocumentError("file_too_long", place=place, megabytes=most // MEGABYTE)
    return data


def file_bytes(place: str, *, most: int) -> bytes:
    """The same of a file by its name. Raises DocumentError where it cannot be read."""
    try:
        with Path(place).open("rb") as opened:
            return bytes_of(opened, place, most=most)
    except OSError as error:
        raise DocumentError("no_such_file", place=place, reason=error.strerror or str(error)) from None


def text_of(opened: BinaryIO, *, most: int) -> str:
    """The text of a file in UTF-8. Raises DocumentError where it is longer, or is no such text."""
    place = str(getattr(opened, "name", "-"))
    try:
        return bytes_of(opened, place, most=most).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError("file_no_text", place=place) from None
