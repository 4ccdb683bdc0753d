"""Why a paper is not taken."""

from __future__ import annotations

from jiexu.values.errors import ValueFault


class PaperError(ValueFault):
    """A file that is not taken. The sentence says why, and what to send instead; it never quotes the file."""


def broken() -> PaperError:
    """What cannot be read to its end."""
    return PaperError(
        "paper_broken",
        "This file is damaged or incomplete and cannot be opened; photograph or save the paper anew and send that.",
    )
