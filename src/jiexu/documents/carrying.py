"""The machine-readable page: the very message a document stands for, signed, compressed, as codes a scanner reads.

Scanned back it is the letter the wire or a data carrier would have brought: same message, same signature, one effect.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from datetime import date
from typing import Final

from jiexu.cases.states import ARRIVED
from jiexu.documents.content import Content, Facts
from jiexu.documents.errors import DocumentError
from jiexu.documents.kinds import TERMS
from jiexu.exchange.codec import read_payload
from jiexu.exchange.envelope import read_envelope
from jiexu.exchange.payloads import Form, MessageType, MoneyCredited, Payload, RecordIn
from jiexu.exchange.wire import LONGEST_DELIVERY
from jiexu.rules.inputs import Channel
from jiexu.store.db import Cursor, Row
from jiexu.store.steps import open_payload
from jiexu.usecases.delivery import sealed
from jiexu.usecases.node import Node
from jiexu.values import base32

PREFIX: Final = "JXM1:"
PART_BYTES: Final = 560
"""Bytes of a message in one picture: 910 characters, a code that an office printer and a cheap scanner manage."""
_MARK_BYTES = 4
_HEAD_BYTES = 2 + _MARK_BYTES
SENT = (
    "SELECT id, type, envelope, payload, receiver FROM message "
    "WHERE (agency, case_no, sender) = (%s, %s, %s) AND type = ANY(%s) AND payload IS NOT NULL ORDER BY seq"
)


def written(node: Node, cursor: Cursor, content: Content, *, day: date) -> tuple[str, ...]:
    """The codes of the messages a document says the same as; none where the case goes by wire, or none was sent.

    ``day``: when the document was issued. The same document carries the same codes whenever it is printed, whatever
    the case has said since.
    """
    facts, carries = content.facts, TERMS[content.kind].carries
    if facts["channel"] != Channel.OFFLINE or not carries:
        return ()
    agency = facts["agency"]
    types = [each.value for each in carries]
    sent = cursor.execute(SENT, [agency, facts["case_no"], agency, types]).fetchall()
    rows = [row for row in sent if _is_said(_payload(node, agency, row), facts)]
    if not rows:
        return ()
    return parts(sealed(node, (agency, rows[0]["receiver"]), rows, day=day, journals={}))


def _payload(node: Node, agency: str, row: Row) -> Payload:
    _, payload = open_payload(row["payload"], message_id=row["id"], secrets=node.secrets[agency])
    return read_payload(MessageType(row["type"]), payload, read_envelope(bytes(row["envelope"])).version)


def _is_said(payload: Payload, facts: Facts) -> bool:
    """Whether a document says what a message of its kind does: of forms and amounts a case may send several."""
    match payload:
        case Form(issue=issue) | RecordIn(issue=issue):
            return bool(issue == facts["issue"])
        case MoneyCredited(leg=leg):
            return any(each["leg"] == leg and each["state"] in ARRIVED for each in facts["money"])
        case _:
            return True


def parts(delivery: bytes) -> tuple[str, ...]:
    """A delivery as the texts of its codes, as many as it takes and all of a size."""
    data = zlib.compress(delivery, 9)
    count = -(-len(data) // PART_BYTES)
    size = -(-len(data) // count)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    mark = hashlib.sha256(data).digest()[:_MARK_BYTES]
    return tuple(
        PREFIX + base32.encode(bytes([at, len(pieces)]) + mark + piece)
        for at, piece in enumerate(pieces, start=1)
    )


def is_part(text: str) -> bool:
    """Whether a scanned text belongs to a machine-readable page."""
    return text.strip().upper().startswith(PREFIX)


def joined(texts: Sequence[str]) -> bytes:
    """The delivery whose codes were scanned, in any order, some perhaps twice. Raises DocumentError."""
    found: dict[int, bytes] = {}
    heads = set()
    for text in texts:
        data = base32.decode(base32.compact("".join(text.split()).upper().removeprefix(PREFIX)))
        if data is None or len(data) <= _HEAD_BYTES:
            raise DocumentError("part_unreadable")
        found[data[0]] = data[_HEAD_BYTES:]
        heads.add(data[1:_HEAD_BYTES])
    if len(heads) != 1:
        raise DocumentError("parts_of_several")
    count, mark = (head := heads.pop())[0], head[1:]
    lacking = [str(at) for at in range(1, count + 1) if at not in found]
    if lacking:
        raise DocumentError("parts_missing", parts=", ".join(lacking), count=count)
    whole = b"".join(found[at] for at in sorted(found))
    if hashlib.sha256(whole).digest()[:_MARK_BYTES] != mark:
        raise DocumentError("part_unreadable")
    return _unpacked(whole)


def _unpacked(data: bytes) -> bytes:
    """At most one delivery's length, whatever the compressed bytes claim."""
    try:
        return zlib.decompressobj().decompress(data, LONGEST_DELIVERY)
    except zlib.error:
        raise DocumentError("part_unreadable") from None
