"""Who may enter where, asked of every route in the table, of every role and with every method.

The doors are asked alone first: behind each stands a view that only says that it was reached, so that every button can be
pressed by everybody. Then the pages themselves: who may enter sees the example's page, another agency and another person
are told that there is no such page.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import Any

import psycopg
import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from psycopg.types.json import Jsonb

import route_examples
from door_cast import OTHER, OWN, Cast, Somebody, knocking, signed_in
from jiexu.usecases.doors import STAFF, Role
from jiexu.web.routes import Route, Who
from office_cast import QUJING
from route_examples import NOT_MADE, example, owned, parts

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ALONE = "doors_alone"
REACHED, SENT_ON, NOBODY, TOO_LITTLE, NOT_THERE, NOT_SO = 299, 303, 401, 403, 404, 405
ENDS = frozenset({"account_logout"})
"""Pages that end the session of whoever asks."""


@pytest.fixture(scope="module")
def cast(postgres: Any) -> Iterator[Cast]:
    with knocking(postgres, "matrix") as made:
        yield made


@pytest.fixture(scope="module")
def routes(cast: Cast) -> tuple[Route, ...]:
    from jiexu.conf.urls import ROUTES  # noqa: PLC0415  asks for Django's settings

    return ROUTES


@pytest.fixture
def doors_alone(routes: tuple[Route, ...]) -> Iterator[None]:
    """The same table of addresses, visitors and methods, with nothing behind the doors."""

    def reached(request: HttpRequest, **_parts: Any) -> HttpResponse:
        return HttpResponse(status=REACHED)

    table = ModuleType(ALONE)
    table.urlpatterns = [replace(route, view=reached).pattern() for route in routes]  # type: ignore[attr-defined]
    sys.modules[ALONE] = table
    with override_settings(ROOT_URLCONF=ALONE):
        yield
    del sys.modules[ALONE]


def said(route: Route, who: Somebody, method: str, *, demonstration: bool = False) -> int:
    """What the table says the answer is."""
    if method not in route.methods:
        return NOT_SO
    if Who.PUBLIC in route.who:
        return REACHED
    if Who.DEMONSTRATION in route.who:
        return REACHED if demonstration else NOT_THERE
    if who.name == "nobody":
        return NOBODY if is_api(route) else SENT_ON
    return REACHED if Who.SIGNED_IN in route.who or who.roles & route.who else NOT_THERE


def is_api(route: Route) -> bool:
    """Whether programs are answered there: with problem details, where a page would send somebody on."""
    from jiexu.api.door import Resource  # noqa: PLC0415  asks for Django's settings

    return isinstance(route, Resource)


def ask(who: Somebody, method: str, address: str, name: str = "") -> Any:
    assert who.window is not None
    if not address.startswith("/api/"):
        return who.window.generic(method, address)
    body, once = json.dumps(route_examples.BODIES.get(name, {})), {"Idempotency-Key": "once"}
    return who.window.generic(method, address, body, "application/json", headers=once)


def test_every_role_passes_the_doors_the_table_names_and_no_other(
    cast: Cast, routes: tuple[Route, ...], doors_alone: None
) -> None:
    asked, wrong = 0, []
    knocking_ones = [each for each in cast.everybody if each.side == OWN]
    for route in routes:
        address = example(route.name, route.address, cast.objects)
        for who in knocking_ones:
            for method in METHODS:
                answer = ask(who, method, address)
                asked += 1
                if answer.status_code != said(route, who, method):
                    wrong.append(f"{who.name} {method} {route.name}: {answer.status_code}")
                elif answer.status_code == SENT_ON:
                    assert answer.headers["Location"].startswith("/sign-in/?next="), route.name
    assert not wrong
    assert asked == len(routes) * len(knocking_ones) * len(METHODS) > 5000


def test_pages_of_the_demonstration_open_where_people_are_invented(
    cast: Cast, routes: tuple[Route, ...], doors_alone: None
) -> None:
    with psycopg.connect(cast.office.roles.worker, autocommit=True) as worker:
        worker.execute(
            "INSERT INTO node_setting VALUES ('clock', %s)", [Jsonb(date(2026, 11, 25).isoformat())]
        )
        try:
            for route in (each for each in routes if Who.DEMONSTRATION in each.who):
                address = example(route.name, route.address, cast.objects)
                for who in cast.everybody:
                    assert ask(who, "GET", address).status_code == said(route, who, "GET", demonstration=True)
        finally:
            with psycopg.connect(cast.office.roles.owner, autocommit=True) as owner:
                owner.execute("DELETE FROM node_setting WHERE name = 'clock'")


def test_staff_show_a_second_factor_before_any_door_of_theirs_opens(
    cast: Cast, routes: tuple[Route, ...], doors_alone: None
) -> None:
    for role in Role:
        window = signed_in(cast.office, account_of(cast, f"{role} own"), second=False)
        for route in (each for each in routes if role in each.who):
            address = example(route.name, route.address, cast.objects)
            answer = window.generic(
                route.methods[0], address, b"{}", "application/json" if is_api(route) else ""
            )
            if is_api(route):
                assert answer.status_code == (TOO_LITTLE if role in STAFF else REACHED), route.name
                continue
            there = "/my/second-factor/?" if role in STAFF else ""
            assert (answer.status_code == SENT_ON) == bool(there), f"{role} {route.name}"
            assert str(answer.headers.get("Location", "")).startswith(there)


def test_money_moves_only_for_who_showed_themselves_in_the_last_minutes(
    cast: Cast, routes: tuple[Route, ...], doors_alone: None
) -> None:
    moving = [each for each in routes if each.money]
    assert len(moving) >= 4
    for route in moving:
        role = next(each for each in Role if each in route.who)
        window = signed_in(cast.office, account_of(cast, f"{role} own"), minutes_ago=6)
        answer = window.post(example(route.name, route.address, cast.objects), "{}", "application/json")
        if is_api(route):
            assert answer.status_code == TOO_LITTLE, route.name
            assert answer.json()["type"].endswith("#show_again")
            continue
        assert answer.headers["Location"].startswith("/sign-in/again/"), route.name


def test_no_button_is_pressed_by_a_form_of_another_site(
    cast: Cast, routes: tuple[Route, ...], doors_alone: None
) -> None:
    for route in (each for each in routes if "POST" in each.methods):
        elsewhere = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
        if is_api(route):
            # What all may ask changes nothing in anybody's name; everything else needs the token of our own pages.
            if Who.PUBLIC in route.who:
                continue
            role = next(each for each in Role if each in route.who or Who.SIGNED_IN in route.who)
            elsewhere = signed_in(cast.office, account_of(cast, f"{role} own"))
            elsewhere.handler.enforce_csrf_checks = True
        assert elsewhere.post(example(route.name, route.address, cast.objects)).status_code == 403, route.name


def test_each_page_is_shown_to_whom_it_is_for_and_objects_of_others_are_not_there(
    cast: Cast, routes: tuple[Route, ...]
) -> None:
    """GET of the pages themselves, and every button on another's object."""
    seen, refused, wrong = 0, 0, []
    for route in routes:
        if route.who & {Who.PUBLIC, Who.DEMONSTRATION, Who.SIGNED_IN} or route.name in ENDS:
            continue
        for who in (each for each in cast.everybody if each.roles & route.who):
            address = example(route.name, route.address, cast.seen_by(who))
            if route.money:
                # Whoever shows themselves now is looked at for whose it is; how long ago is claimed above.
                who = replace(who, window=signed_in(cast.office, account_of(cast, who.name)))  # noqa: PLW2901
            if who.side == OTHER and owned(route.name):
                for method in route.methods:
                    status = ask(who, method, address, route.name).status_code
                    refused += 1
                    wrong += [f"{who.name} {method} {route.name}: {status}"] if status != NOT_THERE else []
            elif who.side == OWN and "GET" in route.methods and route.name not in NOT_MADE:
                status = ask(who, "GET", address).status_code
                seen += 1
                wrong += [f"{who.name} GET {route.name}: {status}"] if status >= 400 else []
    assert not wrong
    assert seen >= 8
    assert refused >= 12


def test_what_is_refused_leaves_a_line_that_names_nobody(
    cast: Cast, doors_alone: None, caplog: pytest.LogCaptureFixture
) -> None:
    watched = logging.getLogger("jiexu.doors")
    watched.addHandler(caplog.handler)
    try:
        case = cast.objects["@case"]
        ask(cast.named("person own"), "GET", f"/desk/cases/{case}/")
        ask(cast.named("nobody"), "GET", "/desk/")
        ask(cast.named("clerk own"), "GET", "/desk/")
    finally:
        watched.removeHandler(caplog.handler)
    lines = [record for record in caplog.records if record.name == "jiexu.doors"]
    assert [line.message.count('"refused": "desk') for line in lines] == [1, 1]
    for record in lines:
        assert case not in record.message
        assert "person own" not in record.message
        assert "127.0.0.1" not in record.message


def account_of(cast: Cast, name: str) -> int:
    (number,) = cast.office.row("SELECT id FROM auth_user WHERE username = %s", name)
    return int(number)


def test_an_address_is_filled_in_whole(routes: tuple[Route, ...], cast: Cast) -> None:
    for route in routes:
        assert not parts(example(route.name, route.address, cast.objects)), route.name


ENDED = {
    "the session": "DELETE FROM django_session WHERE session_key = %(session)s",
    "its last hour": "UPDATE django_session SET expire_date = now() WHERE session_key = %(session)s",
    "the account": "UPDATE auth_user SET is_active = false WHERE id = %(account)s",
    "the role": "UPDATE role_grant SET ended_on = current_date, ended_by = 'test' WHERE account = %(account)s",
}


@pytest.mark.parametrize("what", ENDED)
def test_what_was_ended_opens_no_door_from_the_next_page_on(cast: Cast, what: str) -> None:
    account = cast.office.hire(f"goes with {what}", (Role.CLERK, QUJING))
    window = signed_in(cast.office, account)
    assert [window.get("/desk/").status_code for _ in range(2)] == [200, 200]
    with psycopg.connect(cast.office.roles.owner) as owner:
        owner.execute(ENDED[what], {"session": window.session.session_key, "account": account})
    assert window.get("/desk/").status_code == (NOT_THERE if what == "the role" else SENT_ON)
