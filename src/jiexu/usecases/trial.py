"""Whose people a node holds: invented ones, whose document numbers begin with 00, or real ones; never both by a slip.

A node is one of invented people from its demonstration on, or from the first file of such people that is loaded where nobody
is yet. ``jiexu up --empty`` declares one of real people; so do its people and its accounts, unless ``JIEXU_PEOPLE=invented`` is
set for the command. Only a node of invented people takes numbers that begin with 00.
"""

from __future__ import annotations

from jiexu.usecases import demonstration
from jiexu.usecases.node import Node
from jiexu.values.citizen import is_synthetic
from jiexu.values.errors import ValueFault
from jiexu.values.identity import DocumentKind


class TrialError(ValueFault):
    """A file that would mix invented and real people. The sentence says how to go on."""


def takes_synthetic(node: Node, *, said: bool = False) -> bool:
    """Whether document numbers that begin with 00 are numbers here. ``said``: whoever runs the node says that its people
    are invented, which a node declared real does not believe.
    """
    if demonstration.is_invented(node):
        return True
    return not demonstration.is_real(node) and (said or not demonstration.is_taken(node))


class Seen:
    """Which numbers a file holds, noted row by row."""

    def __init__(self) -> None:
        self.synthetic = self.real = False

    def note(self, kind: str, number: str) -> None:
        """One document."""
        if kind == DocumentKind.CITIZEN_CARD.value:
            if is_synthetic(number):
                self.synthetic = True
            else:
                self.real = True


def settle(node: Node, seen: Seen) -> None:
    """Before a file is loaded: with the first invented people this node becomes one of theirs.

    Raises TrialError where that file holds both.
    """
    if not seen.synthetic or demonstration.is_invented(node):
        return
    if seen.real:
        raise TrialError(
            "people_mixed",
            "The file holds numbers that begin with 00, of invented people, beside others; nothing was loaded. Give them as "
            "two files, each to a node of its own (--data).",
        )
    demonstration.note_invented(node)
