"""What came and was not taken: kept as it came, encrypted like payloads, for whoever has to find out why.

Whole deliveries that cannot be read or that no signature covers, single messages of a signed bundle that were not
processed, and seals that their own agency did not sign. The same again is kept once. Of what comes beyond the room of a
day (``policy/limits.yaml``) digest, size and reason are kept.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from jiexu.exchange.bundle import Bundle, BundleError
from jiexu.exchange.canonical import MalformedError, canonical, parse
from jiexu.exchange.chain import Fault, differences
from jiexu.exchange.envelope import ZEROS, Envelope, derive_salt, message_id, read_envelope
from jiexu.exchange.journal_seal import JournalSeal, JournalSealError, check_seal, seal_from_json
from jiexu.exchange.lanes import Arrival, check_message
from jiexu.exchange.sealing import seal_payload
from jiexu.exchange.wire import LONGEST_DELIVERY, Arrived, Message, open_delivery, read_message, unpack
from jiexu.store import bulk
from jiexu.store.db import Cursor, Row
from jiexu.store.steps import PAYLOAD_KEY, Secrets, open_payload
from jiexu.usecases.node import Node
from jiexu.values.errors import ValueFault

OUTCOMES: Final = frozenset(Arrival) - {Arrival.IN_ORDER, Arrival.ALREADY_RECORDED}
"""What a receipt says of a message that is kept here."""
SEAL_NOT_SIGNED: Final = "seal_not_signed"
"""What is said of a seal that is kept here. No receipt speaks of seals: the messages beside it are answered as ever."""
TABLE: Final = "not_taken"
ABOUT: Final = ("agency", "sender", "case_no", "message_id", "hash", "outcome")
"""What is known of it besides its bytes; the last four are empty, or the code of what is wrong, for a whole delivery."""
COLUMNS: Final = ("id", *ABOUT, "size", "digest", "body", "came_on")
About = tuple[str, ...]
"""As ``ABOUT``."""
Room = tuple[str, str]
"""Receiver and signer, whose bytes of a day are counted together; no signer where nobody proved who sent them."""

STANDS = "NOT EXISTS (SELECT 1 FROM message m WHERE (m.agency, m.id) = (n.agency, n.message_id) AND m.hash = n.hash)"
"""What still stands: a message that came too early or spoilt, and was taken since, is no trouble any more."""
WAITING = f"""
SELECT n.id, n.sender, n.case_no, n.hash, n.outcome, n.size, n.digest, n.body IS NOT NULL AS whole, n.came_on
FROM not_taken n WHERE {STANDS} ORDER BY n.body IS NULL, n.came_on, n.id LIMIT %s
"""
BEYOND = f"""
SELECT n.came_on, count(*) AS count, sum(n.size)::bigint AS size FROM not_taken n WHERE n.body IS NULL AND {STANDS}
GROUP BY 1 ORDER BY 1
"""
USED = """
SELECT agency, CASE WHEN hash = '' THEN '' ELSE sender END AS signer, sum(least(size, %s))::bigint AS used FROM not_taken
WHERE came_on = %s AND body IS NOT NULL GROUP BY 1, 2
"""
UNANSWERED = """
SELECT b.message_id, b.outcome, m.case_no, m.receiver, m.type, m.seq FROM bundle_message b
JOIN message m ON (m.agency, m.id) = (b.agency, b.message_id)
JOIN file f ON (f.agency, f.case_no) = (m.agency, m.case_no)
WHERE b.sender = b.agency AND b.outcome NOT IN ('recorded', 'already_recorded')
  AND (f.record_handing_over = m.seq OR EXISTS (
    SELECT 1 FROM money_track t WHERE (t.agency, t.case_no) = (f.agency, f.case_no) AND t.handing_over = m.seq))
ORDER BY m.case_no, m.seq LIMIT %s
"""
"""Own messages that the other side did not take although they hand something over: it stays with its sender."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that was not taken. ``said``: what was wrong, as a fault with its sentence; None where it cannot be
    told again from the bytes alone. ``body``: None where only its digest was kept. ``breaks``: where it does not follow on what is kept in the places it names."""

    row: Row
    body: bytes | None
    said: ValueFault | None
    breaks: tuple[Fault, ...] = ()


def keep_deliveries(node: Node, refused: Sequence[tuple[str, bytes, ValueFault]], *, day: date) -> None:
    """Whole deliveries, with what is wrong with each. Of one longer than any delivery, the first part."""
    if not refused:
        return
    with node.store.transaction("delivery.refused", sorted({agency for agency, *_ in refused})) as cursor:
        came = [((agency, _claimed(data), "", "", "", fault.code), data) for agency, data, fault in refused]
        _keep(node, cursor, came, day=day)


def keep_messages(
    node: Node, cursor: Cursor, refused: Sequence[tuple[Bundle, Arrived, str]], *, day: date
) -> None:
    """Single messages of signed bundles, with what a receipt says of each."""
    came = [
        (
            (bundle.receiver, bundle.agency, _case_of(arrived), arrived.name, arrived.hash, outcome),
            arrived.body,
        )
        for bundle, arrived, outcome in refused
    ]
    _keep(node, cursor, came, day=day)


def keep_seals(node: Node, cursor: Cursor, refused: Sequence[tuple[str, JournalSeal]], *, day: date) -> None:
    """Seals that came to an agency and that no key of their own agency made."""
    came = [
        ((receiver, seal.agency, "", "", seal.hash, SEAL_NOT_SIGNED), canonical(seal.as_json()))
        for receiver, seal in refused
    ]
    _keep(node, cursor, came, day=day)


def _keep(node: Node, cursor: Cursor, came: Sequence[tuple[About, bytes]], *, day: date) -> None:
    """What is new, whole as long as the room of its day lasts. Two processes at once may each fill it."""
    if not came:
        return
    named = {_row_id(node.secrets[about[0]], about, body): (about, body) for about, body in came}
    known = _known(cursor, named)
    used = _used(cursor, day)
    rows: list[tuple[Any, ...]] = []
    for (own, digest), (about, body) in named.items():
        if (about[0], own) in known:
            continue
        room, kept = _room(about), body[:LONGEST_DELIVERY]
        whole = used[room] + len(kept) <= node.limits.not_taken_bytes
        used[room] += len(kept) if whole else 0
        sealed = _sealed(node.secrets[about[0]], own, kept) if whole else None
        rows.append((own, *about, len(body), digest, sealed, day))
    bulk.insert(cursor, TABLE, COLUMNS, rows)


def _row_id(secrets: Secrets, about: About, body: bytes) -> tuple[str, str]:
    digest = keyed_digest(secrets, body[:LONGEST_DELIVERY])
    return content_id(secrets, about, len(body), digest), digest


def _known(cursor: Cursor, named: Mapping[tuple[str, str], tuple[About, bytes]]) -> set[tuple[str, str]]:
    query = "SELECT n.agency, n.id FROM not_taken n JOIN {keys} ON (n.agency, n.id) = (k.agency, k.id)"
    keys = [(about[0], own) for (own, _), (about, _) in named.items()]
    return {(row["agency"], row["id"]) for row in bulk.select_keys(cursor, query, keys, ("agency", "id"))}


def _room(about: About) -> Room:
    agency, sender, _, _, hashed, _ = about
    return agency, sender if hashed else ""


def _used(cursor: Cursor, day: date) -> Counter[Room]:
    """Bytes kept of the day, by room."""
    rows = cursor.execute(USED, [LONGEST_DELIVERY, day]).fetchall()
    return Counter({(row["agency"], row["signer"]): row["used"] for row in rows})


def _sealed(secrets: Secrets, own: str, kept: bytes) -> bytes:
    return seal_payload(
        key=secrets.payload_key,
        key_id=PAYLOAD_KEY,
        message_id=own,
        salt=derive_salt(secrets.salt, own),
        payload=kept,
    ).data


def keyed_digest(secrets: Secrets, kept: bytes) -> str:
    """What bytes are known by: keyed, so that nobody finds out by trying what they said."""
    return hmac.digest(secrets.salt, b"not taken bytes\n" + kept, "sha256").hex()


def content_id(secrets: Secrets, about: Sequence[str], size: int, digest: str) -> str:
    """What the same again is known by; it binds what is said of the bytes to them."""
    said = canonical([*about, size, digest])
    return hmac.digest(secrets.salt, b"not taken\n" + said, "sha256").hex()


def _case_of(arrived: Arrived) -> str:
    return arrived.envelope.case_no if isinstance(arrived, Message) else ""


def _claimed(data: bytes) -> str:
    """Who a delivery says it is from, if it can be read so far. Nothing proves it."""
    try:
        return unpack(data)[0].agency
    except MalformedError:
        return ""


# ---------------------------------------------------------------- looked at


def waiting(node: Node, agency: str, *, limit: int = 200) -> list[Row]:
    """What came to this agency and was not taken, oldest first, but for what was taken since."""
    with node.store.transaction("not_taken.read", [agency]) as cursor:
        return cursor.execute(WAITING, [limit]).fetchall()


def beyond(node: Node, agency: str) -> list[Row]:
    """How much came to this agency beyond what is kept whole, by day: how many, and bytes together."""
    with node.store.transaction("not_taken.beyond", [agency]) as cursor:
        return cursor.execute(BEYOND).fetchall()


def unanswered(node: Node, agency: str, *, limit: int = 200) -> list[Row]:
    """Messages of this agency that the other side did not take, while they still hand something over."""
    with node.store.transaction("not_taken.sent", [agency]) as cursor:
        return cursor.execute(UNANSWERED, [limit]).fetchall()


def look(node: Node, agency: str, which: str) -> Kept | None:
    """One of them with its bytes, by its id or the beginning of it; None where there is none, or not only one."""
    with node.store.transaction("not_taken.look", [agency]) as cursor:
        rows = cursor.execute(
            "SELECT * FROM not_taken WHERE starts_with(id, %s) ORDER BY id LIMIT 2", [which]
        ).fetchall()
        if len(rows) != 1:
            return None
        if rows[0]["body"] is None:
            return Kept(rows[0], None, None)
        body = open_body(rows[0], node.secrets[agency])
        broken = rows[0]["outcome"] == Arrival.BROKEN_CHAIN
        breaks = _breaks(cursor, agency, read_message(body).envelope) if broken else ()
    return Kept(rows[0], body, _fault(node, rows[0], body), breaks)


def _breaks(cursor: Cursor, agency: str, envelope: Envelope) -> tuple[Fault, ...]:
    """Where a message does not follow on what is kept here, now as on the day it came: what is kept stays."""
    before = message_id(envelope.case_no, envelope.sender, envelope.seq - 1)
    saw = message_id(envelope.case_no, agency, envelope.seen_seq)
    query = "SELECT id, envelope FROM message WHERE id = ANY(%s)"
    rows = cursor.execute(query, [[before, saw]]).fetchall()
    kept = {row["id"]: read_envelope(bytes(row["envelope"])) for row in rows}
    prev, seen = kept.get(before), kept.get(saw)
    return tuple(
        differences(
            envelope,
            prev=prev.hash if prev else ZEROS,
            saw=prev.seen_seq if prev else 0,
            seen=seen.hash if seen else None if envelope.seen_seq else ZEROS,
        )
    )


def open_body(row: Row, secrets: Secrets) -> bytes:
    """The bytes as they came. Raises SealError where they are not those that were kept."""
    _, body = open_payload(bytes(row["body"]), message_id=row["id"], secrets=secrets)
    return body


def _fault(node: Node, row: Row, body: bytes) -> ValueFault | None:
    """What is wrong with the bytes themselves, told again as on the day they came."""
    try:
        if row["outcome"] == SEAL_NOT_SIGNED:
            check_seal(seal_from_json(parse(body)), node.keyring)
        elif row["hash"]:
            message = read_message(body)
            check_message(message.envelope, message.payload, message.salt)
        else:
            open_delivery(body, receiver=row["agency"], keys=node.keyring, received_on=row["came_on"])
    except (MalformedError, BundleError, JournalSealError) as fault:
        return fault
    return None
