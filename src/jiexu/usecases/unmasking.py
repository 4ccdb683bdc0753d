"""The whole number of a document: masked wherever a desk shows it, and shown once to who states why, for the person to read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from jiexu.store import people
from jiexu.store.db import Cursor
from jiexu.usecases import looks
from jiexu.usecases.doors import Role
from jiexu.usecases.node import Node
from jiexu.values.errors import ValueFault
from jiexu.values.writing import clipped, compacted, masked

MAY: Final = frozenset({Role.CLERK, Role.REVIEWER})
"""Whose work needs a whole number; finance matches by case, name and amount."""
OTHER: Final = "other"
"""A reason in words of one's own."""
SHORTEST: Final = 4
"""Characters of a reason in words: less says nothing to who reads it."""


class UnmaskError(ValueFault):
    """A number that is not shown: nobody stated why, or the person is not known here."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a person: its kind as a code, and its number, masked or whole."""

    kind: str
    number: str = field(repr=False)


def shown_masked(node: Node, agency: str, case_no: str) -> tuple[Paper, ...]:
    """Documents of the person of a case as an agency knows them, masked."""
    with node.store.transaction("unmask.masked", [agency]) as cursor:
        _, papers = _papers(cursor, agency, case_no)
    return tuple(Paper(each.kind, masked(compacted(each.number))) for each in papers)


def show(
    node: Node, agency: str, case_no: str, *, why: str, words: str, by: str, role: str, at: datetime
) -> tuple[Paper, ...]:
    """The same with whole numbers; that they were shown, to whom and why is kept in the same transaction.

    ``why``: one of ``looks.TO_UNMASK``, or ``other`` with ``words``. Raises UnmaskError.
    """
    stated = _stated(why, words)
    with node.store.transaction("unmask.show", [agency]) as cursor:
        person, papers = _papers(cursor, agency, case_no)
        if not papers:
            raise UnmaskError(
                "unmask_nobody",
                "No document of the person of case {case} is known here; find out first whom the application means.",
                case=case_no,
            )
        seen = looks.Seen(
            agency, looks.What.NUMBER, stated, by, role, at, person=person, case_no=case_no, shown=len(papers)
        )
        looks.note(cursor, [seen])
    return papers


def _stated(why: str, words: str) -> str:
    """The reason as it is kept. What looks like somebody's number in it is masked."""
    if why in looks.TO_UNMASK:
        return why
    written = clipped(" ".join(words.split()))
    if why != OTHER or len(written) < SHORTEST:
        raise UnmaskError(
            "unmask_why",
            "State why you need the whole number: choose a reason, or write one in words; the person reads it.",
        )
    return written


def _papers(cursor: Cursor, agency: str, case_no: str) -> tuple[str, tuple[Paper, ...]]:
    """The agency's own reference of the person of a case, and their documents; nothing where nobody was found yet."""
    found = people.papers_of_case(cursor, agency, case_no)
    person = str(found[0]["person"]) if found else ""
    return person, tuple(Paper(each["kind"], each["number"]) for each in found)
