"""Nobody enters by an address that does not say who may: the table of routes is what Django serves."""

from __future__ import annotations

import os

import django
from django.urls import URLPattern, get_resolver

from jiexu.web.routes import Route
from route_examples import EXAMPLES, parts


def served() -> list[object]:
    """Whatever stands in Django's table of addresses."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    patterns: list[object] = get_resolver().url_patterns
    return patterns


def test_every_address_comes_from_the_table_and_names_who_may_enter() -> None:
    assert len(served()) > 5
    for pattern in served():
        assert isinstance(pattern, URLPattern), (
            f"{pattern} is a table inside the table; list its routes instead"
        )
        route = getattr(pattern.callback, "route", None)
        assert isinstance(route, Route), f"{pattern} has no route: write it with jiexu.web.routes"
        assert str(pattern.pattern) == route.address


def test_no_two_routes_share_an_address_or_a_name() -> None:
    routes = [pattern.callback.route for pattern in served() if isinstance(pattern, URLPattern)]
    for what in ("address", "name"):
        said = [getattr(route, what) for route in routes]
        assert len(said) == len(set(said)), f"two routes with one {what}"


def test_every_address_with_a_part_to_fill_in_has_an_example() -> None:
    """The matrix of routes and roles, and the tests in a browser, ask each address by its example."""
    routes = [pattern.callback.route for pattern in served() if isinstance(pattern, URLPattern)]
    for route in routes:
        named = tuple(EXAMPLES.get(route.name, ()))
        assert sorted(parts(route.address)) == sorted(named), (
            f"{route.name} ({route.address}): write its example into tests/route_examples.py; found parts {named}"
        )
