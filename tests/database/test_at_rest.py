"""A copy of a whole database holds no document number and no account of anybody in it; what was moved between rows shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from prove_cast import as_admin, dump
from store_cast import MONDAY, QUJING, asks, lives, number_of, plan

from jiexu.exchange.atrest import AtRestError
from jiexu.gateways.demo_bank import NOBODY
from jiexu.gateways.postgres.roles import Connections
from jiexu.store import atrest, people
from jiexu.usecases import accounts, resealing
from jiexu.usecases.node import Node, open_node, refresh
from jiexu.usecases.people import load_people
from jiexu.usecases.running import go
from jiexu.usecases.verifying import verify

if TYPE_CHECKING:
    from conftest import Server

PEOPLE = [number_of(one) for one in range(1, 5)]
MISCOPIED = f"{number_of(1)[:5]}1{number_of(1)[6:]}"


def places_of(state: dict[str, bytes], secret: str) -> set[str]:
    """Tables of a dump in which a text stands, also within bytes."""
    plain = secret.encode()
    return {table for table, rows in state.items() if plain in rows or plain.hex().encode() in rows}


def test_no_document_number_stands_anywhere_in_a_copy_of_the_database(
    postgres: Server, stored: Connections
) -> None:
    with as_admin(postgres, stored) as admin:
        state = dump(admin)
    assert all(
        state[table]
        for table in ("message", "bundle", "document", "person_request", "not_taken", "journal", "look")
    )
    assert not {number: found for number in [*PEOPLE, MISCOPIED] if (found := places_of(state, number))}
    assert places_of(state, "530300"), "what does stand there is found by this search"


def test_no_account_stands_anywhere_in_a_copy_of_the_database(postgres: Server, stored: Connections) -> None:
    node = open_node(stored.worker)
    agency = node.hosted[0]
    known = accounts.invented(agency, "x").account
    node.store.close()
    with as_admin(postgres, stored) as admin:
        state = dump(admin)
    assert not {
        account: found
        for account in (known, NOBODY, "62170000000001")
        if (found := places_of(state, account))
    }


SWAPPED = """
UPDATE identity_document d SET {columns} FROM identity_document o
WHERE d.agency = o.agency AND d.person <> o.person AND d.agency = '{agency}' AND d.kind = '01' AND o.kind = '01'
"""


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ("number = o.number", {"number_does_not_open", "journal_rows_differ"}),
        ("seek_end = o.seek_end", {"number_sought_by_another"}),
    ],
)
def test_what_was_exchanged_between_two_people_is_named_by_verify(
    node: Node, database: Connections, postgres: Server, columns: str, named: set[str]
) -> None:
    load_people(node, [*lives(1), *lives(2)], day=MONDAY, actor="test")
    assert verify(node).breaks == ()
    with as_admin(postgres, database) as admin:
        swapped = admin.execute(SWAPPED.format(columns=columns, agency=QUJING)).rowcount
    assert swapped == 2
    breaks = verify(node).breaks
    assert {each.kind for each in breaks} == named
    assert len(breaks) == 2 * len(named)
    assert not any(number_of(one) in each.sentence("en") for each in breaks for one in (1, 2))


def test_a_number_moved_to_another_person_does_not_open_for_a_desk_either(
    node: Node, database: Connections, postgres: Server
) -> None:
    load_people(node, [*lives(1), *lives(2)], day=MONDAY, actor="test")
    with as_admin(postgres, database) as admin:
        admin.execute(SWAPPED.format(columns="number = o.number", agency=QUJING))
    with node.store.transaction("test.people", [QUJING]) as cursor:
        keys = [(row["agency"], row["person"]) for row in cursor.execute("SELECT agency, person FROM person")]
        with pytest.raises(
            AtRestError, match=r"identity_document.number 530300 P\w+ 01 does not open with node key"
        ):
            people.papers(cursor, keys)


def test_after_a_change_of_keys_nothing_is_sealed_with_the_old_one_and_all_is_as_it_was(
    node: Node, database: Connections, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what is otherwise never changed; and work goes on with the new key."""
    load_people(node, [each for one in range(1, 4) for each in lives(one)], day=MONDAY, actor="test")
    assert not go(node, replace(plan([asks(1)]), seals=lambda seal: None)).exceptions
    with as_admin(postgres, database) as admin:
        before = dump(admin)
        triggers = admin.execute(TRIGGERS).fetchall()
    old = atrest.ring()
    new = old.with_new(b"2" * 32)
    assert old.current.encode() in before["money_track"], "an amount that names who paid it"
    monkeypatch.setenv("JIEXU_NODE_KEYS", new.text())
    assert resealing.standing(database.owner) is resealing.Standing.BEHIND
    told: list[tuple[str, int, int]] = []
    assert resealing.reseal(database.owner, tell=lambda *each: told.append(each)) > 1000
    assert {part for part, _, _ in told} >= {"identity_document.number", "agency_account", "money_track"}
    assert resealing.standing(database.owner) is resealing.Standing.CURRENT
    with as_admin(postgres, database) as admin:
        after = dump(admin)
        assert admin.execute(TRIGGERS).fetchall() == triggers, "what is never changed is guarded again"
    mark = f"s1.{old.current}.".encode()
    assert [table for table, rows in after.items() if mark in rows or mark.hex().encode() in rows] == []
    sealed = {
        "identity_document",
        "money_track",
        *(table for table, _ in resealing.ACCOUNTS),
        *(each.table for each in resealing.SECRETS),
    }
    assert {table for table in after if after[table] != before[table]} <= sealed
    assert resealing.reseal(database.owner, tell=lambda *_: None) == 0
    with as_admin(postgres, database) as admin:
        assert dump(admin) == after
    refresh(node)
    assert {each.kind for each in verify(node).breaks} == {"seals_missing"}, "this run keeps none"
    assert not go(node, replace(plan([asks(2)], key="new key"), seals=lambda seal: None)).exceptions
    assert {each.kind for each in verify(node).breaks} == {"seals_missing"}


TRIGGERS = "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT relname, 'row security', relforcerowsecurity::text FROM pg_class ORDER BY 1, 2"
