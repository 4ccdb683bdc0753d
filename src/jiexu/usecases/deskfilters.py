"""What somebody at a desk wants to see of their inbox, kept under a name of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from psycopg.types.json import Jsonb

from jiexu.usecases.node import Node
from jiexu.values.errors import ValueFault

MOST: Final = 20
"""Filters one account keeps at a desk."""
LONGEST: Final = 40
"""Letters of a filter's name."""


class FilterError(ValueFault):
    """A filter that cannot be kept so."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A filter under its name, as the words of the inbox's address."""

    name: str
    words: Mapping[str, str]


def kept(node: Node, agency: str, account: int) -> list[Kept]:
    """The filters of an account at a desk, by name."""
    query = "SELECT name, words FROM desk_filter WHERE (account, agency) = (%s, %s) ORDER BY name"
    with node.store.transaction("filter.list", [agency]) as cursor:
        return [Kept(row["name"], row["words"]) for row in cursor.execute(query, [account, agency])]


def keep(node: Node, agency: str, account: int, name: str, words: Mapping[str, str]) -> None:
    """Keep a filter; under a name that is there already it takes the other's place. Raises FilterError."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST:
        raise FilterError("filter_name", "Give the filter a name of at most {n} letters.", n=LONGEST)
    if not any(words.values()):
        raise FilterError(
            "filter_empty", "Choose something to filter by first; the whole inbox needs no name."
        )
    with node.store.transaction("filter.keep", [agency]) as cursor:
        count = cursor.execute(
            "SELECT count(*) AS n FROM desk_filter WHERE (account, agency) = (%s, %s) AND name <> %s",
            [account, agency, plain],
        ).fetchone()
        if count and count["n"] >= MOST:
            raise FilterError("filter_most", "You keep {n} filters here already; remove one first.", n=MOST)
        cursor.execute(
            "INSERT INTO desk_filter (account, agency, name, words) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (account, agency, name) DO UPDATE SET words = excluded.words",
            [account, agency, plain, Jsonb(dict(words))],
        )


def remove(node: Node, agency: str, account: int, name: str) -> None:
    """Forget a filter; one that is not there is forgotten already."""
    with node.store.transaction("filter.remove", [agency]) as cursor:
        cursor.execute(
            "DELETE FROM desk_filter WHERE (account, agency, name) = (%s, %s, %s)", [account, agency, name]
        )
