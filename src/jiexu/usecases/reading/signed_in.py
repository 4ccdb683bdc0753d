"""Who is signed in, as every page asks: the session that a cookie names, and the account it belongs to.

Each is one statement on tables that belong to no agency, and is asked anew for every page: what was ended a moment ago is
gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jiexu.usecases import doors
from jiexu.usecases.reading.parts import Part, Parts, Rows, ask
from jiexu.usecases.reading.reader import Reader

SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


def session_data(reader: Reader, key: str, *, at: datetime) -> str | None:
    """What a session holds, as Django wrote it; None where there is none of that key any more."""
    with reader.store.bare() as cursor:
        row = cursor.execute(SESSION, [key, at]).fetchone()
    return str(row["session_data"]) if row else None


ACCOUNT: Parts = {
    "account": Part("SELECT * FROM auth_user WHERE id = %(account)s"),
    "grants": Part(doors.STANDING, days=("since", "until")),
}
MOMENTS = ("last_login", "date_joined")
"""Columns of an account that hold an instant."""


def account_fields(reader: Reader, account: int, names: Sequence[str]) -> tuple[list[Any], Rows] | None:
    """These columns of an account, and its roles as ``doors.holding`` reads them; None where there is none of that number."""
    with reader.store.bare() as cursor:
        answers = ask(cursor, ACCOUNT, account=account)
    for row in answers["account"]:
        row.update({name: datetime.fromisoformat(row[name]) for name in MOMENTS if row[name]})
        return [row[name] for name in names], answers["grants"]
    return None
