"""How much of a paper is read."""

from __future__ import annotations

from dataclasses import dataclass

from jiexu.gateways.papers.errors import PaperError


@dataclass(frozen=True, slots=True)
class Limits:
    """``most_bytes``: of a paper. ``pages``: of a PDF. ``pixels``: of a picture; ``least_pixels``: of its shorter side.

    ``opened_bytes``: what a PDF may become when what is packed in it is opened.
    """

    most_bytes: int
    pages: int
    pixels: int
    least_pixels: int
    opened_bytes: int


def check_size(width: int, height: int, limits: Limits) -> None:
    """Raises PaperError for a picture that nobody could read, or that would fill a memory."""
    if width * height > limits.pixels:
        raise PaperError(
            "paper_wide",
            "This picture is {width} by {height} points, more than can be opened safely; send a smaller photograph.",
            width=width,
            height=height,
        )
    if min(width, height) < limits.least_pixels:
        raise PaperError(
            "paper_small",
            "This picture is {width} by {height} points, too small to read; its shorter side needs {least}. Photograph the paper from nearer.",
            width=width,
            height=height,
            least=limits.least_pixels,
        )
