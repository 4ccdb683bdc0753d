"""Nobody enters by an address that does not say who may: the table of routes is what Django serves."""

from __future__ import annotations

import os
from collections.abc import Iterator

import django
from django.urls import URLPattern, URLResolver, get_resolver

from jiexu.web.routes import Route
from route_examples import EXAMPLES, parts


def served() -> list[tuple[str, URLPattern]]:
    """Whatever stands in Django's table of addresses, each with its whole address."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    return list(within(get_resolver(), ""))


def within(table: URLResolver, begins: str) -> Iterator[tuple[str, URLPattern]]:
    for each in table.url_patterns:
        address = begins + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from within(each, address)
        else:
            yield address, each


def test_every_address_comes_from_the_table_and_names_who_may_enter() -> None:
    assert len(served()) > 5
    for address, pattern in served():
        route = getattr(pattern.callback, "route", None)
        assert isinstance(route, Route), f"{address} has no route: write it with jiexu.web.routes"
        assert address == route.address


def test_no_two_routes_share_an_address_or_a_name() -> None:
    routes = [pattern.callback.route for _, pattern in served()]
    for what in ("address", "name"):
        said = [getattr(route, what) for route in routes]
        assert len(said) == len(set(said)), f"two routes with one {what}"


def test_every_address_with_a_part_to_fill_in_has_an_example() -> None:
    """The matrix of routes and roles, and the tests in a browser, ask each address by its example."""
    routes = [pattern.callback.route for _, pattern in served()]
    for route in routes:
        named = tuple(EXAMPLES.get(route.name, ()))
        assert sorted(parts(route.address)) == sorted(named), (
            f"{route.name} ({route.address}): write its example into tests/route_examples.py; found parts {named}"
        )
