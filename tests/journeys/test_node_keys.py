"""The node's keys as whoever runs a node meets them: made once, changed by a command, missed before anything is done."""

from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest
from terminal import PEOPLE, Terminal, lives, number_of, table

from jiexu.exchange.atrest import Ring
from jiexu.gateways.postgres.roles import Connections
from jiexu.store import atrest
from jiexu.usecases import resealing

NUMBERS = "SELECT agency, person, kind, number, seek FROM identity_document ORDER BY agency"


@pytest.fixture
def terminal(database: Connections, tmp_path: Path) -> Terminal:
    """A node that keeps its own keys, with one person at two agencies."""
    nothing = {"JIEXU_NODE_KEYS": "", "JIEXU_NODE_KEYS_FILE": ""}
    terminal = Terminal(
        tmp_path / "data", {**database.environment(), **nothing, "DATABASE_URL": database.owner}
    )
    terminal.done("people", "import", table(tmp_path / "people.csv", PEOPLE, lives(1)))
    return terminal


def file_of(terminal: Terminal) -> Path:
    return terminal.folder / "secrets" / "node_keys"


def stored(database: Connections, query: str = NUMBERS) -> list[tuple[str, ...]]:
    with psycopg.connect(database.owner) as owner:
        owner.execute(resealing.ALL)
        return owner.execute(query).fetchall()


def found(terminal: Terminal) -> bool:
    """Whether the person is known by the number: loading them again makes nobody new."""
    people = table(terminal.folder.parent / "again.csv", PEOPLE, lives(1))
    return terminal.done("people", "import", people).out.startswith("0 people loaded")


def test_a_new_node_makes_a_key_for_its_owner_alone_and_nothing_of_a_number_stands_in_clear(
    terminal: Terminal, database: Connections
) -> None:
    file = file_of(terminal)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    ring = Ring.read(file.read_text())
    rows = stored(database)
    assert len(rows) == 2
    for agency, person, kind, number, seek in rows:
        assert ring.open(number, "identity_document.number", agency, person, kind).decode() == number_of(1)
        assert seek == ring.seek(kind, number_of(1))
    assert number_of(1)[-4:] not in str(stored(database, "SELECT t::text FROM identity_document t"))
    assert found(terminal)


def test_a_lost_key_is_missed_before_anything_is_done_and_none_is_made_in_its_place(
    terminal: Terminal, database: Connections
) -> None:
    file = file_of(terminal)
    kept, before = file.read_text(), stored(database)
    file.unlink()
    for words in (
        ("people", "import", str(terminal.folder.parent / "people.csv")),
        ("verify",),
        ("keys", "rotate"),
    ):
        said = terminal.run(*words)
        assert said.status == 1
        assert "The file of node keys" in said.words
        assert "Restore the file from its copy" in said.words
        assert not file.exists()
    file.write_text(f"k1:{'B' * 43}\n")
    said = terminal.run("verify")
    assert said.status == 1
    assert "The node keys do not fit this database" in said.words
    file.write_text(kept)
    assert stored(database) == before
    assert found(terminal)


def test_rotating_seals_everything_anew_and_keeps_the_old_key_for_older_copies(
    terminal: Terminal, database: Connections
) -> None:
    before = stored(database)
    assert "Node key k2 counts from now on" in terminal.done("keys", "rotate").out
    ring = Ring.read(file_of(terminal).read_text())
    assert list(ring.keys) == ["k1", "k2"]
    after = stored(database)
    assert all(ring.is_current(row[3]) for row in after)
    assert {row[4] for row in after} == {ring.seek("01", number_of(1))} != {row[4] for row in before}
    assert ring.open(before[0][3], "identity_document.number", *before[0][:3]).decode() == number_of(1)
    columns = " UNION ALL ".join(
        f"SELECT encode({each.column}, 'escape') FROM {each.table}" for each in resealing.SECRETS
    )
    held = stored(database, columns)
    assert len(held) > 1000
    assert all(ring.is_current(text) for (text,) in held)
    accounts = stored(database, "SELECT account FROM agency_account")
    assert all(ring.is_current(text) for (text,) in accounts)
    assert found(terminal)
    assert terminal.run("verify").status == 0


def test_a_rotation_that_was_cut_short_is_told_and_goes_on(terminal: Terminal, database: Connections) -> None:
    file = file_of(terminal)
    file.write_text(Ring.read(file.read_text()).with_new(b"2" * 32).text())
    said = terminal.run("verify")
    assert said.status == 1
    assert "Run `jiexu keys rotate` first" in said.words
    assert "Node key k2 counts from now on" in terminal.done("keys", "rotate").out
    assert all(Ring.read(file.read_text()).is_current(row[3]) for row in stored(database))
    assert found(terminal)


def test_what_stood_in_clear_before_is_sealed_by_the_next_command_that_writes(
    terminal: Terminal, database: Connections
) -> None:
    ring = Ring.read(file_of(terminal).read_text())
    with psycopg.connect(database.owner) as owner:
        owner.execute(resealing.ALL)
        for agency, person, kind, number, _ in stored(database):
            clear = ring.open(number, "identity_document.number", agency, person, kind).decode()
            owner.execute(
                "UPDATE identity_document SET number = %s, seek = %s, seek_end = %s WHERE (agency, person) = (%s, %s)",
                [clear, clear, clear[-4:], agency, person],
            )
        for row in stored(database, "SELECT agency, salt_secret, payload_key FROM agency_secret"):
            agency, *held = row
            clear_keys = [
                ring.open(bytes(value).decode(), *place, agency)  # type: ignore[call-overload]  # a bytea
                for value, place in zip(held, (atrest.SALT, atrest.PAYLOAD), strict=True)
            ]
            owner.execute(
                "UPDATE agency_secret SET salt_secret = %s, payload_key = %s WHERE agency = %s",
                [*clear_keys, agency],
            )
        for agency, name, value in stored(
            database, "SELECT agency, key_id, private_key FROM agency_signing_key"
        ):
            key = ring.open(bytes(value).decode(), *atrest.SIGNING, agency, name)  # type: ignore[call-overload]
            owner.execute("UPDATE agency_signing_key SET private_key = %s WHERE key_id = %s", [key, name])
        [(root,)] = stored(database, "SELECT private_key FROM directory_root")
        key = ring.open(bytes(root).decode(), *atrest.ROOT)  # type: ignore[call-overload]
        owner.execute("UPDATE directory_root SET private_key = %s", [key])
    assert found(terminal)
    assert all(ring.is_current(row[3]) for row in stored(database))
    assert terminal.run("verify").status == 0
