"""Programs that ask in the name of everybody at the doors: keys, sessions, and what they send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from door_cast import Cast, Somebody, knocking
from jiexu.store.db import Store
from jiexu.usecases import access

ROOT = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Programs:
    """``cast``: accounts, and the case, review and grants that belong to the first agency and person."""

    cast: Cast

    def key(
        self, who: str, *, only_reads: bool = False, made: timedelta = timedelta(), days: int = 30
    ) -> str:
        """A key of somebody's account, made so long ago. How one makes it at a page is claimed elsewhere."""
        from django.contrib.auth.models import User  # noqa: PLC0415  asks for Django's settings

        user = User.objects.get(username=who)
        store = Store(self.cast.office.roles.desk)
        try:
            return access.make(
                store, user.pk, name="a program", days=days, only_reads=only_reads, proof=user.get_session_auth_hash(),
                at=datetime.now(UTC) - made, longest=90,
            )  # fmt: skip
        finally:
            store.close()

    def grant(self, who: Somebody) -> str:
        """The number under which somebody speaks for a person or an employer."""
        [role] = who.roles
        return str(self.cast.grants[role, who.side])

    @property
    def case(self) -> str:
        return self.cast.objects["@case"]


def get(path: str, key: str = "", lang: str = "en") -> Any:
    """What a program is answered."""
    return Client(SERVER_NAME="localhost").get(ROOT + path, headers=_headers(key, lang))


def post(path: str, body: object, key: str = "", **headers: str) -> Any:
    """The same with a body."""
    window = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return window.post(
        ROOT + path, json.dumps(body), "application/json", headers={**_headers(key, "en"), **more}
    )


def _headers(key: str, lang: str) -> dict[str, str]:
    return {"accept-language": lang, **({"authorization": f"Bearer {key}"} if key else {})}


@contextmanager
def programs(postgres: Any) -> Iterator[Programs]:
    """A node with everybody in it."""
    with knocking(postgres, "api") as cast:
        yield Programs(cast)
