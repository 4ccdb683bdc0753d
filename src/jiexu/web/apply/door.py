"""Whose pages these are: the grant in the address, if it is the visitor's own and stands today; else no such page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest

from jiexu.store.db import Store
from jiexu.usecases import asking, looks
from jiexu.usecases.asking import Whose
from jiexu.usecases.doors import Grant, Purpose, Role
from jiexu.usecases.looks import Seen, What
from jiexu.usecases.node import Node, open_node
from jiexu.web import desk, doors
from jiexu.web.doors import Visitor

FOR_A_PERSON = frozenset({Role.PERSON, Role.AGENT})


@dataclass(frozen=True, slots=True)
class Here:
    """Who applies, under which grant, and for whom."""

    visitor: Visitor
    grant: Grant
    whose: Whose


def entered(request: HttpRequest, number: int, purpose: Purpose = Purpose.APPLY) -> Here:
    """Raises Http404 where the grant is not theirs, or the agency knows nobody so."""
    visitor = doors.visitor(request)
    grant = visitor.grant(number, *FOR_A_PERSON) if visitor else None
    if visitor is None or grant is None or grant.subject is None or purpose not in grant.purposes:
        raise Http404
    subject = grant.subject
    whose = desk.ask(lambda reader: asking.whose(reader, subject))
    if whose is None:
        raise Http404
    if grant.role is Role.AGENT:
        _noted(visitor, whose)
    return Here(visitor, grant, whose)


def _noted(visitor: Visitor, whose: Whose) -> None:
    """That somebody else looks at a person's record is kept before it is shown, for the person to read."""
    now = datetime.now(UTC)
    seen = [
        Seen(agency, What.RECORD, looks.AUTHORISED, visitor.name, Role.AGENT.value, now, person=person)
        for agency, person in whose.keys
    ]

    def note(store: Store) -> None:
        with store.transaction("looks.apply", sorted({agency for agency, _ in whose.keys})) as cursor:
            looks.note(cursor, seen)

    desk.write(note)


def clock_of(whose: Whose) -> dict[str, Any]:
    """What the head of a page says about the day."""
    return {"today": whose.today, "has_clock": whose.has_clock}


@contextmanager
def speaking_for(*agencies: str) -> Iterator[Node]:
    """A node under the desk role that sees and writes nothing of other agencies."""
    node = open_node(desk.url_of("default"))
    try:
        node.speak_for(*agencies)
        yield node
    finally:
        node.store.close()
