"""Who is signed in, as every page asks: the session that a cookie names, and the account it belongs to.

Each is one statement on tables that belong to no agency, and is asked anew for every page: what was ended a moment ago is
gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jiexu.usecases.reading.reader import Reader

SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


def session_data(reader: Reader, key: str, *, at: datetime) -> str | None:
    """What a session holds, as Django wrote it; None where there is none of that key any more."""
    with reader.store.bare() as cursor:
        row = cursor.execute(SESSION, [key, at]).fetchone()
    return str(row["session_data"]) if row else None


def account_fields(reader: Reader, account: int, names: Sequence[str]) -> list[Any] | None:
    """These columns of an account; None where there is none of that number."""
    with reader.store.bare() as cursor:
        row = cursor.execute("SELECT * FROM auth_user WHERE id = %s", [account]).fetchone()
    return [row[name] for name in names] if row else None
