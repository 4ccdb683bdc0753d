"""What a paper is by its bytes, whatever its name says: a PDF, a PNG or a JPEG, whole, readable, and nothing else beside it.

Of pictures only the picture is taken: place, time and camera that a telephone writes into them, and whatever hangs behind, stay
out. A PDF is taken as it is or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from jiexu.gateways.papers import jpeg, pdf, png
from jiexu.gateways.papers.errors import PaperError
from jiexu.gateways.papers.limits import Limits

__all__ = ["Checked", "Kind", "Limits", "PaperError", "check"]

MEGABYTE: Final = 1_000_000


class Kind(StrEnum):
    """What can be taken."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"

    @property
    def mime(self) -> str:
        return "application/pdf" if self is Kind.PDF else f"image/{self.value}"


@dataclass(frozen=True, slots=True)
class Checked:
    """A paper that can be taken. ``content``: what is kept of it."""

    kind: Kind
    content: bytes = field(repr=False)


def check(data: bytes, limits: Limits) -> Checked:
    """The paper in these bytes. Raises PaperError, whose sentence says what is wrong and what to send instead."""
    if not data:
        raise PaperError("paper_empty", "There is nothing in this file; choose the paper again.")
    if len(data) > limits.most_bytes:
        raise PaperError(
            "paper_too_big",
            "This file is larger than {most} MB; send the pages one by one, or a smaller photograph.",
            most=limits.most_bytes // MEGABYTE,
        )
    if data.startswith(pdf.BEGINS):
        pdf.check(data, limits)
        return Checked(Kind.PDF, data)
    if data.startswith(png.BEGINS):
        return Checked(Kind.PNG, png.picture(data, limits))
    if data.startswith(jpeg.BEGINS):
        return Checked(Kind.JPEG, jpeg.picture(data, limits))
    raise PaperError(
        "paper_kind",
        "By its content this file is no PDF, PNG or JPEG, whatever its name says; send a photograph of the paper, or a PDF.",
    )
