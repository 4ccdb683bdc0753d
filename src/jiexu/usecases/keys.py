"""Giving an agency a new signing key, and ending one early.

Old signatures stay proven: a key counts on the day it signed. So a new key takes nothing from the one before. A lost
key is ended by a shorter certificate; of a stolen one, which could still write earlier days, nothing new is believed.
"""

from __future__ import annotations

from datetime import date, timedelta
from string import ascii_lowercase
from typing import Final

from psycopg.types.json import Jsonb

from jiexu.exchange.signing import UnknownKeyError, agency_of
from jiexu.exchange.stolen import declare_stolen
from jiexu.store import bulk, steps
from jiexu.store.steps import Entry
from jiexu.usecases import directory
from jiexu.usecases.node import KEY_DAYS, Node, refresh
from jiexu.values.errors import ValueFault

JOURNAL_KIND: Final = "stolen_key"


class KeyChangeError(ValueFault):
    """A key cannot be changed or ended so."""


def change(node: Node, agency: str, *, on: date) -> str:
    """Draw a key that the agency signs with from a day on, also where another began that day; its id.

    Raises KeyChangeError for the 27th key of a day.
    """
    key_id = _free(node, agency, on)
    with node.store.transaction("keys.change", [agency]) as cursor:
        root = directory.root_of(cursor)
        new = directory.draw(root, agency, key_id, first=on, last=on + timedelta(days=KEY_DAYS))
        directory.keep(cursor, [new])
    refresh(node)
    return key_id


def _free(node: Node, agency: str, on: date) -> str:
    """The day's name for a key, with a letter behind it where it is taken: the newest of a day has the last letter."""
    name = f"{agency}-{on.strftime('%Y%m%d')}"
    for letter in ["", *ascii_lowercase[1:]]:
        if f"{name}{letter}" not in node.keyring.keys:
            return f"{name}{letter}"
    raise KeyChangeError(
        "keys_of_a_day",
        "{agency} has changed its key as often as a day has names, on {day}; take another day.",
        agency=agency,
        day=on.isoformat(),
    )


def end(node: Node, key_id: str, *, last: date) -> None:
    """Let a key stand no longer than a day: what it signed afterwards is not believed, and ``verify`` names it.

    Raises UnknownKeyError for a key nobody vouched for, CertificateError where it begins after that day.
    """
    key = node.keyring.key(key_id)
    with node.store.transaction("keys.end") as cursor:
        root = directory.root_of(cursor)
        shorter = directory.word(root, agency_of(key_id), key_id, key.public_key, first=key.first, last=last)
        directory.publish(cursor, [shorter])
    refresh(node)


def end_stolen(
    node: Node, key_id: str, *, since: date, day: date, document_keys: frozenset[str] = frozenset()
) -> None:
    """From a day on take nothing new that a stolen key signed, whatever day it names.

    ``day``: today. ``document_keys``: ids of keys for documents, which may be stolen too. What was taken until now stays taken.
    Raises UnknownKeyError for a key that is not known, KeyChangeError for a day before what was last taken here.
    """
    agency = agency_of(key_id)
    if key_id not in document_keys:
        node.keyring.key(key_id)
    if agency not in node.hosted:
        raise UnknownKeyError(
            "key_of_no_agency_here",
            "Key {key_id} is of no agency of this node; end it at its own.",
            key_id=key_id,
        )
    with node.store.transaction("keys.stolen", [agency, *node.hosted]) as cursor:
        newest = steps.newest_day(cursor, node.hosted)
        if newest is not None and since < newest:
            raise KeyChangeError(
                "key_end_backdated",
                "Key {key_id} cannot end on {since}: things it may have signed were honestly taken until {newest}; give that day or a later one.",
                key_id=key_id,
                since=since.isoformat(),
                newest=newest.isoformat(),
            )
        root = directory.root_of(cursor)
        word = declare_stolen(root_sign=root.sign, key_id=key_id, since=since)
        row = (key_id, since, Jsonb(word.as_json()))
        if bulk.insert(cursor, "stolen_key", ("key_id", "since", "body"), [row]):
            entry = Entry(
                agency,
                JOURNAL_KIND,
                f"{key_id}/{since.isoformat()}",
                1,
                "KeyStolen",
                "directory",
                word.as_json(),
                node.secrets[agency].salt,
            )
            steps.journal(cursor, [entry], day)
    refresh(node)
