"""Sessions in Django's table, as Django writes them; for every page they are read by the thread's reader."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from jiexu.usecases.reading import signed_in
from jiexu.web import desk


class SessionStore(db.SessionStore):  # type: ignore[misc]  # Django ships no types
    """What ``SESSION_ENGINE`` names. A key that is no session's, or of one that ended, counts as none."""

    def load(self) -> dict[str, Any]:
        key, now = self.session_key, timezone.now()
        # A cookie can hold what no text of the database can.
        may_be = bool(key) and "\0" not in key
        data = desk.ask(lambda reader: signed_in.session_data(reader, key, at=now)) if may_be else None
        if data is None:
            self._session_key = None
            return {}
        held: dict[str, Any] = self.decode(data)
        return held
