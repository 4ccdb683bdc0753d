"""No page asks the database more often because more cases are stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from door_cast import OWN, Cast, Somebody, knocking
from jiexu.usecases.node import STAND
from route_examples import example
from waiting_cast import one_that_waits

MORE = 25
BY_THE_CLOCK = (STAND, "set_config", "pg_current_xact_id", 'UPDATE "django_session"', "SAVEPOINT")
"""What is asked once a second or a minute, not once a page: keys that were changed, that somebody is still there; and what
stands around each transaction.
"""
ENDS = frozenset({"account_logout"})
"""Pages that end the session of whoever asks."""


@pytest.fixture(scope="module")
def cast(postgres: Any) -> Iterator[Cast]:
    with knocking(postgres, "queries") as made:
        yield made


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that goes to the database meanwhile, by whatever library."""
    statements: list[str] = []
    execute = psycopg.Cursor.execute

    def noting(self: Any, query: Any, *given: Any, **more: Any) -> Any:
        statements.append(str(query))
        return execute(self, query, *given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", noting)
        yield statements


def asked(cast: Cast, who: Somebody, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The statements of every page that opens for somebody, by its name. Each is asked for twice: the first time fills caches."""
    from jiexu.conf.urls import ROUTES  # noqa: PLC0415  asks for Django's settings

    assert who.window is not None
    pages: dict[str, list[str]] = {}
    for route in (each for each in ROUTES if "GET" in each.methods and each.name not in ENDS):
        address = example(route.name, route.address, cast.seen_by(who))
        if who.window.get(address).status_code == 200:
            with counted(monkeypatch) as statements:
                who.window.get(address)
            pages[route.name] = [
                each for each in statements if not any(sometimes in each for sometimes in BY_THE_CLOCK)
            ]
    return pages


MOST = {"desk": 8, "desk_search": 3, "desk_case": 7}
"""Statements of the pages that are asked for most, beside those that stand around a transaction; of the search the page
before anything was looked for.
"""


def test_a_desk_page_asks_so_often_and_in_one_transaction(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jiexu.conf.urls import ROUTES  # noqa: PLC0415  asks for Django's settings

    clerk = cast.named("clerk own")
    assert clerk.window is not None
    for route in (each for each in ROUTES if each.name in MOST):
        address = example(route.name, route.address, cast.seen_by(clerk))
        clerk.window.get(address)
        with counted(monkeypatch) as statements:
            assert clerk.window.get(address).status_code == 200
        asked_for = [each for each in statements if not any(other in each for other in BY_THE_CLOCK)]
        assert len(asked_for) <= MOST[route.name], asked_for
        # Once a second a node looks whether a key was changed, in a transaction of its own.
        begun = sum("set_config" in each for each in statements)
        assert begun == 1 + sum(STAND in each for each in statements)


def test_no_page_asks_more_often_because_more_cases_are_stored(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = [each for each in cast.everybody if each.side == OWN and each.window is not None]
    before = {who.name: asked(cast, who, monkeypatch) for who in own}
    with cast.office.node() as node:
        for person in range(100, 100 + MORE):
            one_that_waits(node, person)
    more = {
        f"{who.name}: {page}: {len(statements)} statements, before {len(before[who.name][page])}"
        for who in own
        for page, statements in asked(cast, who, monkeypatch).items()
        if len(statements) > len(before[who.name][page])
    }
    assert not more
    assert {"desk", "desk_case", "mine_record", "demonstration_sign_in"} & {
        *before["clerk own"],
        *before["person own"],
    }
