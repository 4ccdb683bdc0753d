"""Both lanes as one agency keeps them, and the bundles that carried them."""

from __future__ import annotations

from collections.abc import Sequence

from jiexu.exchange.bundle import bundle_from_json, receipt_from_json
from jiexu.exchange.canonical import parse
from jiexu.exchange.envelope import Envelope, read_envelope
from jiexu.exchange.evidence import BundleHeld, Content, Piece
from jiexu.exchange.wire import LONGEST_DELIVERY
from jiexu.store.db import Cursor, Row
from jiexu.store.steps import Secrets, open_payload

Key = tuple[str, str]
"""(agency, case number)"""

PROCESSED = (
    "SELECT id, envelope, payload FROM message WHERE agency = %s AND case_no = %s AND version IS NOT NULL "
    "ORDER BY sender, seq"
)
"""Messages that take part in the case; what came before anybody opened it here was refused and is in no lane."""
CARRIED = (
    "SELECT b.root, b.sender, b.position, b.message_id FROM bundle_message b "
    "JOIN message m ON (m.agency, m.id, m.hash) = (b.agency, b.message_id, b.hash) "
    "WHERE b.agency = %s AND b.message_id = ANY(%s) ORDER BY b.root, b.sender, b.position"
)
LEAVES = (
    "SELECT b.hash FROM bundle_message b WHERE (b.agency, b.root, b.sender) = (%s, %s, %s) AND b.message_id = ANY(%s) "
    "ORDER BY b.position"
)
BODY = "SELECT body, receipt FROM bundle WHERE (agency, root, sender) = (%s, %s, %s)"


def pieces(cursor: Cursor, key: Key, secrets: Secrets, *, redact: bool) -> list[Piece]:
    """Every message of the case in both lanes; payloads as far as they were kept and are not held back."""
    return [_piece(row, secrets, redact=redact) for row in cursor.execute(PROCESSED, key).fetchall()]


def _piece(row: Row, secrets: Secrets, *, redact: bool) -> Piece:
    envelope = read_envelope(bytes(row["envelope"]))
    if row["payload"] is None:
        return Piece(envelope, Content.ERASED)
    if redact:
        return Piece(envelope, Content.WITHHELD)
    salt, payload = open_payload(row["payload"], message_id=row["id"], secrets=secrets)
    return Piece(envelope, Content.HERE, payload, salt)


def bundles(cursor: Cursor, agency: str, envelopes: Sequence[Envelope]) -> list[BundleHeld]:
    """The bundles that carried these messages, each with the hashes of all it holds."""
    known = {envelope.id: envelope for envelope in envelopes}
    places: dict[tuple[str, str], dict[int, Envelope]] = {}
    for row in cursor.execute(CARRIED, [agency, sorted(known)]).fetchall():
        places.setdefault((row["root"], row["sender"]), {})[row["position"]] = known[row["message_id"]]
    return [_bundle(cursor, (agency, *which), at) for which, at in places.items()]


def _bundle(cursor: Cursor, which: tuple[str, str, str], places: dict[int, Envelope]) -> BundleHeld:
    row = cursor.execute(BODY, which).fetchall()[0]
    bundle = bundle_from_json(parse(bytes(row["body"]), longest=LONGEST_DELIVERY))
    receipt = receipt_from_json(parse(bytes(row["receipt"]), longest=LONGEST_DELIVERY))
    names = [name for name, _ in receipt.outcomes]
    leaves = [each["hash"] for each in cursor.execute(LEAVES, [*which, names]).fetchall()]
    return BundleHeld(bundle, receipt, leaves, places)
