"""A copy of a whole database holds no document number and no account of anybody in it; what was moved between rows shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prove_cast import as_admin, dump
from store_cast import number_of

from jiexu.gateways.postgres.roles import Connections

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
