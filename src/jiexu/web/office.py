"""A desk at work: who sits there, what stands around their pages, and a node that speaks for their agency alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connections
from django.http import HttpRequest

from jiexu.texts import say
from jiexu.usecases import looks, reading
from jiexu.usecases.node import Node
from jiexu.values.errors import ValueFault
from jiexu.web import desk, doors
from jiexu.web.doors import Visitor
from jiexu.web.kept import Said
from jiexu.web.pages import language_of

NOT_FOUND = frozenset({"NA-02", "NA-10"})
"""Refusals that may only mean that the person was not found by the document given."""


class SealAwayError(RuntimeError):
    """These pages were not given the worker's connection, so nothing can be signed from here; ``jiexu document`` can."""


def here(request: HttpRequest) -> tuple[Visitor, str]:
    """Who works, and at which desk: the door let only people with a desk in."""
    visitor = doors.visitor(request)
    assert visitor is not None  # noqa: S101 - the door
    assert visitor.desk is not None  # noqa: S101 - the door
    return visitor, visitor.desk


def frame(request: HttpRequest, visitor: Visitor) -> dict[str, Any]:
    """What the head and the side of every desk page show."""
    del request
    places = desk.ask(reading.desk_places)
    return {
        "visitor": visitor,
        "at": places[visitor.desk] if visitor.desk else None,
        "desks": [places[code] for code in visitor.desks],
    }


@contextmanager
def at_desk(agency: str) -> Iterator[Node]:
    """A desk of one agency, under the desk role: it sees and writes nothing of others."""
    with desk.node(agency) as node:
        yield node


@contextmanager
def with_seal(agency: str) -> Iterator[Node]:
    """The same with the agency's keys, which only the worker reads: for what is signed, and what is answered signed.

    Raises SealAwayError where these pages have no worker's connection.
    """
    known = connections["worker"].settings_dict
    if not (known.get("NAME") or known.get("HOST")):
        raise SealAwayError("These pages cannot sign.")
    with desk.node(agency, alias="worker") as node:
        yield node


def noted(node: Node, visitor: Visitor, agency: str, number: str) -> None:
    """That somebody looks at a case is kept before they see it, for the person to read."""
    with node.store.transaction("looks.case", [agency]) as cursor:
        looks.note_case(
            cursor, agency, number, by=visitor.name, role=visitor.role_at_desk, at=datetime.now(UTC)
        )


def noted_list(node: Node, visitor: Visitor, agency: str, *, shown: int) -> None:
    """That somebody looks at a list of people is kept, with how many rows it showed."""
    if not shown:
        return
    with node.store.transaction("looks.list", [agency]) as cursor:
        seen = looks.Seen(
            agency,
            looks.What.LIST,
            looks.WORK,
            visitor.name,
            visitor.role_at_desk,
            datetime.now(UTC),
            shown=shown,
        )
        looks.note(cursor, [seen])


def said(fault: ValueFault) -> Said:
    """What is wrong, for a page that says it in either language."""
    return lambda lang: say(lang, f"errors.{fault.code}", **fault.data)


def sentence(request: HttpRequest, fault: ValueFault) -> str:
    """What is wrong, in the reader's language."""
    return said(fault)(language_of(request))
