"""One database for all tests of the mission's rows: the twelve stories of the demonstration, and a case that waits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from typing import Any

import django
import psycopg
import pytest
from django.db import connections
from mission_desk import Desk
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jiexu.conf import settings
from jiexu.gateways.postgres.roles import OWNER, create_database
from jiexu.simulation.demonstration import demonstration as demonstration_of
from jiexu.simulation.stories import stories
from jiexu.usecases import demonstration
from jiexu.usecases.node import found_agencies, open_node
from waiting_cast import one_that_waits


@pytest.fixture(scope="module")
def desk(
    request: pytest.FixtureRequest, servers: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    postgres = servers.by_turns(request.path)
    name = f"mission_{os.getpid()}"
    template = str(conninfo_to_dict(postgres.template.owner)["dbname"])
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        create_database(connection=admin, name=name, owner=OWNER, template=template)
    roles, data = postgres.template.to(name), tmp_path_factory.mktemp("mission")
    node = open_node(roles.worker)
    found_agencies(node, on=date(2026, 11, 1))
    demonstration.begin(node, demonstration_of(drawn=0), data=data, tell=lambda *_: None)
    waiting = one_that_waits(node)
    node.store.close()
    with psycopg.connect(roles.worker) as connection:
        row = connection.execute("SELECT value FROM node_setting WHERE name = 'stories'").fetchone()
    assert row is not None
    keys = {story.name: story.key for story in stories()}
    cases = {keys[story["name"]]: story["case_nos"] for story in row[0]}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    before = {alias: dict(connections[alias].settings_dict) for alias in ("worker", "default", "owner")}
    for alias, url in {"worker": roles.worker, "default": roles.desk, "owner": roles.owner}.items():
        connections[alias].settings_dict.update(settings.database(url))
    yield Desk(data / "node", roles, make_conninfo(postgres.admin, dbname=name), cases, waiting)
    from jiexu.web import desk as pages  # noqa: PLC0415  asks for Django's settings

    pages.close()  # else the next visitor of this process would read from a database that is gone
    connections.close_all()
    for alias, kept in before.items():
        connections[alias].settings_dict.update(kept)
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
