"""Which account somebody signs in to with a provider of OpenID Connect: linked by its holder or at a counter, never by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import psycopg

from jiexu.store.db import Store
from jiexu.values.errors import ValueFault

How = Literal["signed_in", "counter"]


class LinkError(ValueFault):
    """A sign-in that cannot be linked with an account. The sentence says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Link:
    """One provider an account may be entered with."""

    provider: str
    linked_on: date


def account_of(store: Store, known: str) -> int | None:
    """The account that is linked; None for nobody's. ``known``: stands for the provider and its word for the person."""
    with store.transaction("openid.account") as cursor:
        row = cursor.execute(
            "SELECT account FROM openid_link WHERE known = %s AND ended_on IS NULL", [known]
        ).fetchone()
    return int(row["account"]) if row else None


def links(store: Store, account: int) -> tuple[Link, ...]:
    """The providers an account may be entered with now."""
    with store.transaction("openid.links") as cursor:
        rows = cursor.execute(
            "SELECT provider, linked_on FROM openid_link WHERE account = %s AND ended_on IS NULL ORDER BY provider",
            [account],
        ).fetchall()
    return tuple(Link(row["provider"], row["linked_on"]) for row in rows)


def link(store: Store, known: str, *, provider: str, account: int, how: How, on: date) -> None:
    """From now on this sign-in enters that account. Raises LinkError where either has another already."""
    try:
        with store.transaction("openid.link") as cursor:
            cursor.execute(
                "INSERT INTO openid_link (known, provider, account, how, linked_on) VALUES (%s, %s, %s, %s, %s)",
                [known, provider, account, how, on],
            )
    except psycopg.errors.UniqueViolation as error:
        if error.diag.constraint_name == "openid_link_known":
            raise LinkError(
                "openid_taken",
                "This sign-in enters an account already; sign in with it, or end it there first.",
            ) from None
        raise LinkError(
            "openid_second",
            "This account is linked with another sign-in of the same provider; end that first.",
        ) from None


def only_way() -> LinkError:
    """What is said where an account without a password would lose its only way in."""
    return LinkError(
        "openid_only", "This is the only way into your account; the counter gives a code for another."
    )


def end(store: Store, *, provider: str, account: int, on: date) -> bool:
    """This provider enters the account no more; False where it did not."""
    with store.transaction("openid.end") as cursor:
        return bool(
            cursor.execute(
                "UPDATE openid_link SET ended_on = %s WHERE provider = %s AND account = %s AND ended_on IS NULL",
                [on, provider, account],
            ).rowcount
        )
