"""Every address of the pages, with the methods it answers to and who may enter.

A page family keeps its ``ROUTES`` beside its views; ``conf/urls.py`` joins them. An address that names nobody who may
enter cannot be written down, so the table of routes and visitors is whole by construction.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_http_methods

from jiexu.usecases.doors import AT_A_DESK, Role

View = Callable[..., HttpResponseBase]


class Who(StrEnum):
    """Who may enter besides roles. ``PUBLIC``: everybody, without signing in. ``DEMONSTRATION``: the same, on a node of
    invented people; elsewhere nobody. ``SIGNED_IN``: every account, whatever its roles.
    """

    PUBLIC = "public"
    DEMONSTRATION = "demonstration"
    SIGNED_IN = "signed_in"


Visitors = frozenset[Who | Role]
"""A role names the accounts that hold it on the day they ask."""
DESK = AT_A_DESK
"""Whoever works at an agency's desk."""


@dataclass(frozen=True, slots=True)
class Route:
    """One address. ``address``: as Django writes it, without the first slash; ``name``: what ``reverse`` calls it.

    ``money``: whoever presses it shows once more who they are, unless they did so in the last minutes.
    """

    address: str
    view: View
    name: str
    who: Visitors
    methods: tuple[str, ...]
    money: bool = False

    @property
    def head(self) -> str:
        """The first part of the address with its slash, where that is the same for every visit; else nothing."""
        first, slash, _ = self.address.partition("/")
        return "" if "<" in first else first + slash

    def pattern(self, *, below: str = "") -> URLPattern:
        """For Django, below the beginning of its address where that is looked for by itself.

        The pattern's callback carries the route, so that a test can ask each who may enter.
        """
        answer: Any = noted(self, require_http_methods(self.methods)(guarded(self)))
        answer.route = self
        return path(self.address.removeprefix(below), answer, name=self.name)


def patterns(routes: Iterable[Route]) -> list[URLPattern | URLResolver]:
    """The routes for Django, those that begin alike behind one pattern: an address is then compared with few of them."""
    alike: dict[str, list[Route]] = {}
    for route in routes:
        alike.setdefault(route.head or f"<{route.name}>", []).append(route)
    return [
        path(head, include([each.pattern(below=head) for each in several]))
        if len(several) > 1
        else several[0].pattern()
        for head, several in alike.items()
    ]


Whom = Who | Role | Visitors | frozenset[Role]


def reading(address: str, view: View, name: str, *, who: Whom) -> Route:
    """A page that is only read."""
    return Route(address, view, name, all_of(who), ("GET", "HEAD"))


def asking(address: str, view: View, name: str, *, who: Whom) -> Route:
    """A page with a form that is sent back to it."""
    return Route(address, view, name, all_of(who), ("GET", "HEAD", "POST"))


def pressing(address: str, view: View, name: str, *, who: Whom, money: bool = False) -> Route:
    """A button: it is pressed, and answers with another page."""
    return Route(address, view, name, all_of(who), ("POST",), money)


def all_of(who: Whom) -> Visitors:
    """Whoever is named, as a table keeps it."""
    return frozenset({who}) if isinstance(who, Who | Role) else frozenset(who)


def noted(route: Route, answer: View) -> View:
    """The same answers; what is refused leaves a line in the log of the doors."""
    from jiexu.web import refusals  # noqa: PLC0415  the table can be read without settings

    @functools.wraps(answer)
    def entered(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        response = answer(request, *args, **given)
        refusals.note(request, route.name, response)
        return response

    return entered


def guarded(route: Route) -> View:
    """The view behind its door: it is not even called for who may not enter."""
    from jiexu.web import doors  # noqa: PLC0415  the table can be read without accounts; a door asks for them

    @functools.wraps(route.view)
    def entered(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        turned_away = doors.turned_away(request, route.who, money=route.money)
        return turned_away if turned_away is not None else route.view(request, *args, **given)

    return entered
