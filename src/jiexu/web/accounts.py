"""Accounts of people who signed in, read for every page by the thread's reader."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User

from jiexu.usecases.reading import signed_in
from jiexu.web import desk

BY_PASSWORD = "jiexu.web.accounts.Accounts"  # noqa: S105  the name of a class
"""How a session names this backend."""


class Accounts(ModelBackend):  # type: ignore[misc]  # Django ships no types
    """A name and a password, checked as Django does. An account that was closed is nobody's from the next page on."""

    def get_user(self, user_id: int) -> User | None:
        names = [field.column for field in User._meta.concrete_fields]  # noqa: SLF001  as Django documents it
        found = desk.ask(lambda reader: signed_in.account_fields(reader, user_id, names))
        if found is None:
            return None
        account = User.from_db("default", names, found[0])
        account.standing_roles = found[1]
        return account if self.user_can_authenticate(account) else None
