"""What django-allauth asks of us: nobody opens an account for themselves, and addresses are our own."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import User
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by the security administrator, or with a person's identity checked at a window."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth calls it so
        return False

    def add_message(self, *args: object, **given: object) -> None:
        """No messages that vanish: each page says what it did."""

    def pre_authenticate(self, *args: object, **given: object) -> None:
        """Wrong passwords are counted by name and address (django-axes): by name alone, anybody could lock anybody out."""

    def set_password(self, user: User, password: str) -> None:
        """The password and nothing else: the pages' role may write no other field of an account."""
        user.set_password(password)
        user.save(update_fields=["password"])
