"""Accounts, sessions and second factors live beside the cases: read and written as desk (``default``), migrated as ``owner``."""

from __future__ import annotations

from typing import Any


class Accounts:
    """Django's router for the tables that the pages sign people in with."""

    def db_for_read(self, model: Any, **hints: Any) -> str:  # noqa: ARG002  Django calls it so
        return "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:  # noqa: ARG002  Django calls it so
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:  # noqa: ARG002  Django calls it so
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:  # noqa: ARG002  Django calls it so
        return db == "owner"
