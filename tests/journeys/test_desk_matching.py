"""The two desks of the demonstration: work for every role, money matched by hand, and what is looked for and done at once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import django
import psycopg
import pytest
from django.db import connections
from django.test import Client
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from jiexu.cases.states import Side
from jiexu.conf import settings
from jiexu.gateways.postgres.roles import OWNER, Connections, create_database
from jiexu.simulation.demonstration import demonstration as demonstration_of
from jiexu.usecases import demonstration, reviews
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.node import Node, found_agencies, open_node
from jiexu.usecases.reviews import ReviewError
from jiexu.usecases.seals import reader
from jiexu.usecases.verifying import verify

QUJING, CHENGDU = "530300", "510100"
DESKS = {CHENGDU: ("何文静", "罗建平", "马晓燕"), QUJING: ("杨丽华", "段志强", "李云芳")}
"""Clerk, reviewer and finance of each desk, as the demonstration's buttons name them."""


@dataclass(slots=True)
class Desks:
    """A node with the demonstration, and whoever has signed in by one of its buttons."""

    roles: Connections
    seals: Path
    windows: dict[str, Client] = field(default_factory=dict)

    def enter(self, name: str) -> Client:
        """The window of one of the demonstration's people."""
        if name not in self.windows:
            window = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
            answer = window.post("/demonstration/sign-in/", {"name": name})
            assert answer.status_code in {302, 303}
            self.windows[name] = window
        return self.windows[name]

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.roles.owner) as connection:
            connection.execute("SELECT set_config('jiexu.agencies', %s, true)", [f"{QUJING},{CHENGDU}"])
            return connection.execute(query, values).fetchall()

    def node(self) -> Node:
        return open_node(self.roles.worker)

    def is_sound(self) -> None:
        """Nothing in the whole database disagrees."""
        node = self.node()
        assert not verify(node, reader(self.seals)).breaks
        node.store.close()


@pytest.fixture(scope="module")
def desks(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    name, template = f"matching_{os.getpid()}", str(conninfo_to_dict(postgres.template.owner)["dbname"])
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        create_database(connection=admin, name=name, owner=OWNER, template=template)
    roles = postgres.template.to(name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    before = {alias: dict(connections[alias].settings_dict) for alias in ("worker", "default")}
    for alias, url in {"worker": roles.worker, "default": roles.desk}.items():
        connections[alias].close()
        connections[alias].settings_dict.update(settings.database(url))
    from jiexu.web import desk, staff  # noqa: PLC0415  asks for Django's settings

    node = open_node(roles.worker)
    found_agencies(node, on=date(2026, 11, 1))
    data = tmp_path_factory.mktemp("matching")
    demonstration.begin(node, demonstration_of(drawn=0), data=data, tell=lambda *_: None)
    staff.make_invented(node, on=date(2026, 11, 1))
    node.store.close()
    yield Desks(roles, data / "seals.jsonl")
    desk.close()
    connections["default"].close()
    connections["worker"].close()
    for alias, kept in before.items():
        connections[alias].settings_dict.update(kept)
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def text_of(window: Client, address: str) -> str:
    answer = window.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def offered(page: str, name: str) -> str:
    """The value a page puts into a hidden field of that name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found.group(1)


# ---------------------------------------------------------------- something to do for everybody


@pytest.mark.parametrize("agency", sorted(DESKS))
def test_whoever_enters_by_a_button_of_the_demonstration_has_something_to_do(
    desks: Desks, agency: str
) -> None:
    clerk, reviewer, finance = DESKS[agency]
    for name in DESKS[agency]:
        page = text_of(desks.enter(name), "/desk/")
        assert page.count("/desk/cases/") >= 2, f"{name} has nothing to do"
    assert "Waiting for a second person" in text_of(desks.enter(reviewer), "/desk/")
    batch = text_of(desks.enter(reviewer), "/desk/batch/")
    assert 'name="seen"' in batch
    assert 'name="seen"' in text_of(desks.enter(finance), "/desk/batch/")
    [(unmatched,)] = desks.rows("SELECT count(*) FROM receipt_waiting WHERE agency = %s", agency)
    assert unmatched >= 2
    del clerk


def test_nothing_waits_that_the_machine_would_have_done_and_nothing_disagrees(desks: Desks) -> None:
    left = desks.rows("SELECT agency, case_no FROM by_hand")
    assert len(left) == 12
    elsewhere = desks.rows(
        "SELECT 1 FROM file f WHERE record_open AND record_state IN ('accepted', 'form_received') AND record_holder = 'clerk' "
        "AND NOT EXISTS (SELECT 1 FROM by_hand h WHERE (h.agency, h.case_no) = (f.agency, f.case_no)) "
        "AND NOT EXISTS (SELECT 1 FROM by_hand h WHERE h.case_no = f.case_no)"
    )
    assert not elsewhere
    desks.is_sound()


# ---------------------------------------------------------------- what was seen is what is done


def test_a_reviewed_step_happens_to_the_file_that_was_seen_and_to_no_other(desks: Desks) -> None:
    """The version is compared in the step's own transaction: whatever came between the look and the step counts."""
    [(case_no, version)] = desks.rows(
        "SELECT f.case_no, f.version FROM file f JOIN by_hand h USING (agency, case_no) WHERE f.agency = %s AND f.record_state = 'accepted' "
        "AND f.side = 'origin' ORDER BY record_due_on, case_no LIMIT 1",
        CHENGDU,
    )
    node = desks.node()
    node.speak_for(CHENGDU)
    event = DeskEvent(
        "look", date(2026, 11, 25), Verb.ISSUE_FORM, case_no, side=Side.ORIGIN, seen=version - 1
    )
    told = perform(node, "seen", [event], day=event.on, by="何文静", reviewer="罗建平", found=lambda _: None)
    assert told == {"look": "moved"}
    assert desks.rows("SELECT version FROM file WHERE (agency, case_no) = (%s, %s)", CHENGDU, case_no) == [
        (version,)
    ]
    number = reviews.ask(node, CHENGDU, case_no, Verb.ISSUE_FORM, by="何文静", on=event.on)
    with pytest.raises(ReviewError, match="moved on"):
        reviews.agree(node, CHENGDU, number, by="罗建平", on=event.on, seen=version - 1)
    # What was refused as moved is not counted as done: the very same review is agreed to by who looks again.
    assert reviews.agree(node, CHENGDU, number, by="罗建平", on=event.on, seen=version) == "done"
    node.store.close()


def test_only_the_list_that_was_seen_is_sent(desks: Desks) -> None:
    finance = desks.enter(DESKS[CHENGDU][2])
    page = text_of(finance, "/desk/batch/")
    seen = offered(page, "seen")
    assert finance.post("/desk/batch/send/", {"seen": seen[::-1]}).status_code == 409
    assert finance.post("/desk/batch/send/", {"seen": seen}).status_code == 303
    [(orders,)] = desks.rows(
        "SELECT count(*) FROM bank_order o JOIN bank_batch b USING (agency, batch) WHERE b.handled_by = %s",
        DESKS[CHENGDU][2],
    )
    assert orders == 1
