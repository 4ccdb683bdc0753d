"""Whose things a page is about: the grant in its address, if it is the visitor's own and stands today; else no such page."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from jiexu.store.db import Store
from jiexu.usecases import asking, looks, messages, persons, reading
from jiexu.usecases.asking import Whose
from jiexu.usecases.doors import Grant, Purpose, Role, Subject
from jiexu.usecases.looks import What
from jiexu.web import desk, doors
from jiexu.web.doors import Visitor
from jiexu.web.pages import page, trouble

FOR_A_PERSON = frozenset({Role.PERSON, Role.AGENT})
"""Roles whose pages show a person's own things."""
LONGEST = 9
"""Digits of a grant's number."""


@dataclass(frozen=True, slots=True)
class Mine:
    """Who is there, and for whom they speak here."""

    visitor: Visitor
    grant: Grant
    subject: Subject

    @property
    def is_agent(self) -> bool:
        return self.grant.role is Role.AGENT


@dataclass(frozen=True, slots=True)
class Here(Mine):
    """The same with what agencies know of the person."""

    whose: Whose


def mine(request: HttpRequest, number: str, roles: frozenset[Role] = FOR_A_PERSON) -> Mine | None:
    """For whom the visitor speaks under a grant of that number; None where it is not theirs to use."""
    visitor = doors.visitor(request)
    if visitor is None or not (number.isascii() and number.isdigit() and len(number) <= LONGEST):
        return None
    grant = visitor.grant(int(number), *roles)
    if grant is None or grant.subject is None or str(grant.id) != number:
        return None
    return Mine(visitor, grant, grant.subject)


Own = Callable[..., HttpResponseBase]
"""A view that is given whose things it shows, after the request."""


def own(view: Own) -> Own:
    """The view behind its grant: of another, of another role, ended, or not authorised to look, it is no page."""
    return _behind(view, Purpose.VIEW)


def acting(view: Own) -> Own:
    """The same for what is done in the person's name."""
    return _behind(view, Purpose.APPLY)


def by_the_person(view: Own) -> Own:
    """The same for what only the person decides: no agent authorises another."""
    return _behind(view, None)


def _behind(view: Own, purpose: Purpose | None) -> Own:
    @functools.wraps(view)
    def entered_(request: HttpRequest, grant: str, **given: Any) -> HttpResponseBase:
        me = mine(request, grant)
        may = me is not None and (purpose in me.grant.purposes if purpose else not me.is_agent)
        return view(request, me, **given) if may else trouble(request, status=HTTPStatus.NOT_FOUND)

    return entered_


def entered(request: HttpRequest, number: int, purpose: Purpose = Purpose.APPLY) -> Here:
    """Who is there, with the person's record. Raises Http404 where the grant is not theirs, or the agency knows nobody so."""
    me = mine(request, str(number))
    if me is None or purpose not in me.grant.purposes:
        raise Http404
    whose = desk.ask(lambda reader: asking.whose(reader, me.subject))
    if whose is None:
        raise Http404
    noted(me, What.RECORD)
    return Here(me.visitor, me.grant, me.subject, whose)


def noted(me: Mine, what: What, *, case_no: str = "") -> None:
    """An agent's look is kept before they see anything, for the person to read; the person's own is nobody's business."""
    if not me.is_agent:
        return
    agencies = tuple(desk.ask(_places))

    def keep(store: Store) -> None:
        with store.transaction("looks.agent", agencies) as cursor:
            at = datetime.now(UTC)
            looks.note(
                cursor,
                [
                    looks.Seen(
                        agency, what, looks.AUTHORISED, me.visitor.name, me.grant.role.value, at, person=person, case_no=case_no
                    )
                    for agency, person in persons.everywhere(cursor, me.subject)
                ],
            )  # fmt: skip

    desk.write(keep)


def _places(reader: Any) -> list[str]:
    with reader.looking("mine.places"):
        return list(reader.places)


def head(grant: Grant, *, today: date, has_clock: bool) -> dict[str, Any]:
    """What the head of a page about somebody's own things shows: the day, and how many messages are new."""
    return {
        "grant": grant,
        "today": today,
        "has_clock": has_clock,
        "unread": desk.ask(lambda reader: messages.unread(reader, grant)),
    }


def head_today(grant: Grant) -> dict[str, Any]:
    """The same where the page has not read the day yet."""
    return head(grant, today=desk.ask(reading.today_of), has_clock=desk.ask(reading.has_clock))


def head_of(here: Here) -> dict[str, Any]:
    """The same where the person was read."""
    return head(here.grant, today=here.whose.today, has_clock=here.whose.has_clock)


def shown(
    request: HttpRequest, me: Mine, template: str, found: Any, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    """A page about the person. ``found``: a read model with the day."""
    tab = template.removeprefix("mine/").removesuffix(".html")
    frame = {"me": me, "found": found, "tab": tab}
    above = head(me.grant, today=found.today, has_clock=found.has_clock)
    return page(request, template, status, **{**above, **frame, **more})
