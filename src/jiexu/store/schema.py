"""Which SQL files made a database's tables, noted there by digest: a file that was changed since fits them no more."""

from __future__ import annotations

import hashlib
from importlib import resources

import psycopg

FOLDER = resources.files("jiexu.store").joinpath("sql")
NOTED = "INSERT INTO schema_file (name, digest) VALUES (%s, %s)"
HELD = "SELECT to_regclass('agency') IS NOT NULL, to_regclass('schema_file') IS NOT NULL"


def statements(name: str) -> list[tuple[str, list[str] | None]]:
    """A migration's SQL file, and the note that it was run as it is: what Django's RunSQL takes."""
    text = FOLDER.joinpath(name).read_text(encoding="utf-8")
    return [(text, None), (NOTED, [name, _digest(text)])]


def shipped() -> dict[str, str]:
    """Digest of every schema file of this version, by name."""
    files = [each for each in FOLDER.iterdir() if each.name.endswith(".sql")]
    return {each.name: _digest(each.read_text(encoding="utf-8")) for each in files}


def noted(owner_url: str) -> dict[str, str] | None:
    """Digests a database was made with; None where it has no tables, nothing for tables older than such notes."""
    with psycopg.connect(owner_url) as owner:
        has_tables, has_notes = owner.execute(HELD).fetchone() or (False, False)
        if not has_tables:
            return None
        if not has_notes:
            return {}
        return {
            str(name): str(digest) for name, digest in owner.execute("SELECT name, digest FROM schema_file")
        }


def fits(made_with: dict[str, str], ours: dict[str, str]) -> bool:
    """Whether tables made with these files are this version's, or become so by the files they lack."""
    return bool(made_with) and made_with.items() <= ours.items()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
