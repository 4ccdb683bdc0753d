"""Tables know which schema files made them, and those of another version are refused at the door."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from jiexu.cli.opened import check_tables
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.postgres.roles import Connections
from jiexu.gateways.postgres.trouble import NodeTroubleError
from jiexu.store import schema


def as_owner(database: Connections, query: str) -> None:
    with psycopg.connect(database.owner) as owner:
        owner.execute(query)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """A data folder with the server that comes along."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return DataFolder(path=tmp_path)


def test_fresh_tables_note_every_schema_file_there_is_and_fit(
    database: Connections, folder: DataFolder
) -> None:
    assert schema.noted(database.owner) == schema.shipped()
    check_tables(folder=folder, connections=database, must_be_there=True)


def test_tables_that_lack_only_newer_files_fit_because_those_are_run_at_the_start() -> None:
    ours = {"0001.sql": "as it is", "0002.sql": "added later"}
    assert schema.fits({"0001.sql": "as it is"}, ours)
    assert not schema.fits({"0001.sql": "as it was"}, ours)
    assert not schema.fits({**ours, "0003.sql": "of a newer version"}, ours)


@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE schema_file SET digest = 'of the file as it was'",
        "INSERT INTO schema_file VALUES ('9999_of_a_newer_version.sql', '…')",
        "DELETE FROM schema_file",
        "DROP TABLE schema_file",
    ],
)
@pytest.mark.parametrize("must_be_there", [True, False])
def test_tables_made_by_another_version_are_refused_and_left_as_they_are(
    database: Connections, folder: DataFolder, changed: str, must_be_there: bool
) -> None:
    as_owner(database, changed)
    made_with = schema.noted(database.owner)
    with pytest.raises(NodeTroubleError, match="rebuild a demonstration with reset") as refused:
        check_tables(folder=folder, connections=database, must_be_there=must_be_there)
    assert str(folder.path) in str(refused.value)
    assert schema.noted(database.owner) == made_with


def test_a_database_without_tables_can_be_prepared_but_not_looked_at(
    database: Connections, folder: DataFolder
) -> None:
    as_owner(database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    check_tables(folder=folder, connections=database, must_be_there=False)
    with pytest.raises(NodeTroubleError, match="no data"):
        check_tables(folder=folder, connections=database, must_be_there=True)
