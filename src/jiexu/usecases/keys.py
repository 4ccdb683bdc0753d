"""Giving an agency a new signing key, and ending one early.

Old signatures stay proven: a key counts on the day it signed. So a new key takes nothing from the one before; only a
lost or stolen key is ended, from a day on.
"""

from __future__ import annotations

from datetime import date, timedelta

from jiexu.exchange.signing import agency_of
from jiexu.usecases import directory
from jiexu.usecases.node import KEY_DAYS, Node, refresh


def change(node: Node, agency: str, *, on: date) -> str:
    """Draw a key that the agency signs with from a day on; its id. The same day again changes nothing."""
    key_id = f"{agency}-{on:%Y%m%d}"
    if key_id not in node.keyring.keys:
        with node.store.transaction("keys.change", [agency]) as cursor:
            root = directory.root_of(cursor)
            new = directory.draw(root, agency, key_id, first=on, last=on + timedelta(days=KEY_DAYS))
            directory.keep(cursor, [new])
        refresh(node)
    return key_id


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
