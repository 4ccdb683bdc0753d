"""Two people stand on money: whoever reviews is a person with a name, and not the one who handled (design §5)."""

from __future__ import annotations

from typing import Final

from jiexu.values.errors import ValueFault
from jiexu.values.names import same_person

SYSTEM: Final = "system"
"""Who handles in straight-through work; the reviewer is a person with a name."""
DEMONSTRATION, DIRECTORY = "demonstration", "directory"
"""Who entered and approved what the demonstration invents."""
NO_PERSON: Final = frozenset({"", SYSTEM, "bank", "applicant", DEMONSTRATION, DIRECTORY})
"""Names the node itself writes into its books: nobody of that name can have looked at anything."""


class ReviewerError(ValueFault):
    """A step with money was to be reviewed by nobody, or by the one who handles it."""


def check_handler(by: str) -> None:
    """Raise ReviewerError unless a person with a name handles."""
    if by.strip().casefold() in NO_PERSON:
        raise ReviewerError(
            "handler_is_nobody",
            "{name!r} is no person who can enter this; give the name of the one who does.",
            name=by,
        )


def check_reviewer(reviewer: str, *, by: str = "") -> None:
    """Raise ReviewerError unless a person reviews, and another one than ``by``. Case, width and outer spaces do not count."""
    if reviewer.strip().casefold() in NO_PERSON:
        raise ReviewerError(
            "reviewer_is_nobody",
            "{name!r} is no person who can review; give the name of the one who looks at the batch.",
            name=reviewer,
        )
    if same_person(reviewer, by):
        raise ReviewerError(
            "reviewer_handles",
            "{name!r} would review what they handle themselves; every step with money takes two people.",
            name=reviewer,
        )
