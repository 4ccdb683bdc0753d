"""Every address of the pages, with the methods it answers to and who may enter.

A page family keeps its ``ROUTES`` beside its views; ``conf/urls.py`` joins them. An address that names nobody who may
enter cannot be written down, so the table of routes and visitors is whole by construction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponseBase]


class Who(StrEnum):
    """Who may enter. ``PUBLIC``: everybody, without signing in."""

    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Route:
    """One address. ``address``: as Django writes it, without the first slash; ``name``: what ``reverse`` calls it."""

    address: str
    view: View
    name: str
    who: Who
    methods: tuple[str, ...]

    def pattern(self) -> URLPattern:
        """For Django; the pattern's callback carries the route, so that a test can ask each who may enter."""
        answer = require_http_methods(self.methods)(self.view)
        answer.route = self
        return path(self.address, answer, name=self.name)


def reading(address: str, view: View, name: str, *, who: Who) -> Route:
    """A page that is only read."""
    return Route(address, view, name, who, ("GET", "HEAD"))


def asking(address: str, view: View, name: str, *, who: Who) -> Route:
    """A page with a form that is sent back to it."""
    return Route(address, view, name, who, ("GET", "HEAD", "POST"))


def pressing(address: str, view: View, name: str, *, who: Who) -> Route:
    """A button: it is pressed, and answers with another page."""
    return Route(address, view, name, who, ("POST",))
