"""More than fifty attempts to see or change what one may not (``fifty_attempts.yaml``): all refused, all noted, nothing changed."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from django.test import Client
from psycopg import sql

from door_cast import Cast, knocking
from jiexu.web import tries

ATTEMPTS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("fifty_attempts.yaml").read_text(encoding="utf-8")
)
METHODS = ("GET", "POST", "PUT", "DELETE")
PASSING = (
    "django_session",
    "axes_accessattempt",
    "axes_accesslog",
    "axes_accessfailurelog",
    "axes_accessattemptexpiration",
)
"""Tables about knocking itself."""  # fmt: skip
NOT_NOW = 409
NAME = "等候"
"""Of the person whose case everybody is after."""


@pytest.fixture(scope="module")
def cast(postgres: Any) -> Iterator[Cast]:
    with knocking(postgres, "fifty") as made:
        yield made


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """What the doors write down."""
    said: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    kept, watched = Kept(), logging.getLogger("jiexu.doors")
    watched.addHandler(kept)
    yield said
    watched.removeHandler(kept)


@pytest.fixture(scope="module")
def whole(postgres: Any, cast: Cast) -> Any:
    """A mark of every row of every table, as a superuser sees them."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415

    url = make_conninfo(postgres.admin, dbname=str(conninfo_to_dict(cast.office.roles.owner)["dbname"]))
    with psycopg.connect(url, autocommit=True) as admin:
        tables = admin.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        ).fetchall()
        parts = [
            sql.SQL(
                "SELECT {} AS name, coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') AS mark FROM {} t"
            ).format(sql.Literal(name), sql.Identifier(name))
            for (name,) in tables
            if name not in PASSING
        ]
        query = sql.SQL(" UNION ALL ").join(parts)

        def mark() -> dict[str, str]:
            return dict(admin.execute(query).fetchall())

        yield mark


def test_there_are_fifty_and_each_is_another() -> None:
    told = [json.dumps(each, sort_keys=True) for each in ATTEMPTS]
    assert len(told) == len(set(told)) >= 50


def made(cast: Cast, attempt: dict[str, Any]) -> Any:
    method = next(each for each in METHODS if each in attempt)
    window = cast.named(attempt["as"]).window
    assert window is not None
    if attempt.get("from") == "another site":
        strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
        strict.cookies = window.cookies
        window = strict
    if "cookies" in attempt:
        window = Client(SERVER_NAME="localhost")
        window.cookies.load(attempt["cookies"])
    address, given = attempt[method], dict(attempt.get("with", {}))
    for word, value in cast.objects.items():
        address = address.replace(word, value)
        given = {key: value if text == word else text for key, text in given.items()}
    more: dict[str, Any] = {"CONTENT_LENGTH": str(attempt["length"])} if "length" in attempt else {}
    ask = window.post if method == "POST" else window.generic
    if method == "POST":
        return ask(address, given, headers=attempt.get("headers"), **more)
    return ask(method, address, headers=attempt.get("headers"))


def test_each_attempt_is_refused_and_noted_and_changes_nothing(
    cast: Cast, whole: Any, lines: list[str]
) -> None:
    tries.tracking.forget()
    before, wrong = whole(), []
    for attempt in ATTEMPTS:
        lines.clear()
        answer = made(cast, attempt)
        told = f"{attempt['as']} would {attempt['try']}"
        after = whole()
        if answer.status_code != attempt["answer"]:
            wrong.append(f"{told}: {answer.status_code}")
        changed = {name for name in after if after[name] != before[name]}
        # Who may look at the case and is told "not now" has looked at it, which is noted.
        if changed - ({"look"} if attempt["answer"] == NOT_NOW else set()):
            wrong.append(f"{told}: changed {changed}")
        before = after
        if answer.status_code != NOT_NOW and (
            NAME in answer.content.decode() and "name" not in attempt.get("with", {})
        ):
            wrong.append(f"{told}: saw the name")
        if not any(f'"status": {attempt["answer"]}' in line for line in lines):
            wrong.append(f"{told}: not noted")
        personal = (NAME, cast.objects["@case"], "127.0.0.1", f"{attempt['as']} ")
        if any(part in line for line in lines for part in personal):
            wrong.append(f"{told}: the line names somebody")
    assert not wrong


def test_who_guesses_numbers_is_stopped_after_some_tries(cast: Cast, lines: list[str]) -> None:
    tries.tracking.forget()
    window = Client(SERVER_NAME="localhost")
    given = {"case": cast.objects["@case"]}
    answers = [window.post("/track/", {**given, "last": f"{n:04d}"}).status_code for n in range(12)]
    tries.tracking.forget()
    assert 429 in answers
    assert set(answers[answers.index(429) :]) == {429}
    assert sum('"status": 429' in line for line in lines) == answers.count(429)
