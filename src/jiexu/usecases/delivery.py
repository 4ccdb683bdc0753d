"""Messages between agencies: signed bundles out of the outbox, judged and processed at the receiver, receipted.

Delivery is at least once, effect exactly once: the outbox is emptied by receipts alone, and a bundle that comes
again is answered with the receipt it got the first time. One round carries the head of every waiting lane.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from psycopg.types.json import Jsonb

from jiexu.cases.events import Receipted, Received
from jiexu.cases.step import Outcome
from jiexu.exchange.bundle import (
    RECORDED,
    REFUSED,
    Bundle,
    Receipt,
    check_receipt,
    give_receipt,
    open_bundle,
    receipt_from_json,
    seal,
)
from jiexu.exchange.canonical import canonical, parse
from jiexu.exchange.codec import LONGEST_BUNDLE, read_payload
from jiexu.exchange.envelope import ZEROS, Envelope, Lane, read_envelope
from jiexu.exchange.journal_seal import JournalSeal
from jiexu.exchange.lanes import Arrival, judge
from jiexu.exchange.payloads import MessageType
from jiexu.exchange.wire import LONGEST_DELIVERY, Message, pack, unpack
from jiexu.store import bulk
from jiexu.store.db import Cursor, Row
from jiexu.store.steps import MESSAGE_COLUMNS, Incoming, message_row, open_payload
from jiexu.usecases.node import Node, instant
from jiexu.usecases.sealing import newest_seals
from jiexu.usecases.waves import Done, Work, run
from jiexu.values import case_number

LONGEST_PARCEL = LONGEST_DELIVERY // 2
"""Bytes of sealed payloads in one delivery at most: written as text inside a text, they can grow to twice as many."""
Key = tuple[str, str]
Journals = Mapping[str, JournalSeal]
"""The newest seal over the journal of each agency."""
NOT_RECEIPTED = frozenset({Arrival.OUT_OF_ORDER})
TAKEN = frozenset({RECORDED, Arrival.ALREADY_RECORDED})
"""Receipts by which the receiver holds what the message handed over; after any other the sender still does."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A message of a delivery with what it is to the receiver."""

    message: Message
    arrival: Arrival
    known_outcome: str | None = None


def one_round(node: Node, side: str, *, day: date, found: Callable[[Done], None] = lambda done: None) -> int:
    """Carry the head of every lane that files of one side wait to send; how many were receipted.

    Receivers are all of the other side, so that no transaction writes files of both.
    """
    heads, journals = _heads(node, side)
    deliveries = [
        sealed(node, pair, rows, day=day, journals=journals)
        for pair, rows in _parcels(heads)
        if all(node.may_sign(agency, day) for agency in pair)
    ]
    if not deliveries:
        return 0
    receipts = receive(node, deliveries, day=day, found=found)
    deliveries, receipts = _without_rest(node, deliveries, receipts, day=day)
    receipted(node, deliveries, receipts, day=day)
    return sum(outcome not in NOT_RECEIPTED for receipt in receipts for _, outcome in receipt.outcomes)


def _heads(node: Node, side: str) -> tuple[list[Row], Journals]:
    """The first waiting message of every case of a side, and the newest seal over each sender's journal."""
    query = (
        "SELECT DISTINCT ON (o.agency, o.receiver, o.case_no) o.agency, o.receiver, o.case_no, m.id, m.envelope, m.payload FROM outbox o "
        "JOIN message m ON (m.agency, m.id) = (o.agency, o.message_id) JOIN file f ON (f.agency, f.case_no) = (o.agency, o.case_no) "
        "WHERE f.side = %s AND o.receiver = ANY(%s) AND f.asked->>'channel' <> 'offline' ORDER BY o.agency, o.receiver, o.case_no, o.seq"
    )
    with node.store.transaction("delivery.read", node.hosted) as cursor:
        heads = cursor.execute(query, [side, list(node.hosted)]).fetchall()
        return heads, newest_seals(cursor, {row["agency"] for row in heads})


def _parcels(heads: Iterable[Row]) -> Iterator[tuple[Key, list[Row]]]:
    """Sender, receiver and messages of each delivery: as many as two agencies need, so that none holds up the rest."""
    for pair, rows in groupby(heads, key=lambda row: (row["agency"], row["receiver"])):
        parcel: list[Row] = []
        size = 0
        for row in rows:
            size += len(row["payload"]) + len(row["envelope"])
            if parcel and (len(parcel) == LONGEST_BUNDLE or size > LONGEST_PARCEL):
                yield pair, parcel
                parcel, size = [], len(row["payload"]) + len(row["envelope"])
            parcel.append(row)
        yield pair, parcel


def sealed(node: Node, pair: Key, rows: Sequence[Row], *, day: date, journals: Journals) -> bytes:
    """The stored messages of a delivery, signed and packed as they travel."""
    sender, messages = pair[0], []
    for row in rows:
        salt, payload = open_payload(row["payload"], message_id=row["id"], secrets=node.secrets[sender])
        messages.append(Message(read_envelope(bytes(row["envelope"])), payload, salt))
    return _packed(node, pair, messages, day=day, journal=journals.get(sender))


def _packed(
    node: Node, pair: Key, messages: Sequence[Message], *, day: date, journal: JournalSeal | None
) -> bytes:
    """One delivery: a bundle under one signature, and its messages."""
    sender, receiver = pair
    signer = node.signer(sender, day)
    bundle = seal(
        [message.envelope for message in messages],
        agency=sender,
        receiver=receiver,
        time=instant(day),
        key_id=signer.key_id,
        sign=signer.sign,
        journal=journal,
    )
    return pack(bundle, messages)


def _without_rest(
    node: Node, deliveries: Sequence[bytes], receipts: Sequence[Receipt], *, day: date
) -> tuple[list[bytes], list[Receipt]]:
    """Deliveries every message of which is receipted.

    One of which a part was not is sent again without that part: what was stored gets its signed receipt, and the
    part comes again by itself.
    """
    whole: list[tuple[bytes, Receipt]] = []
    again: list[bytes] = []
    for delivery, receipt in zip(deliveries, receipts, strict=True):
        stored = {message_id for message_id, outcome in receipt.outcomes if outcome not in NOT_RECEIPTED}
        bundle, messages = unpack(delivery)
        part = [message for message in messages if message.envelope.id in stored]
        if len(part) == len(messages):
            whole.append((delivery, receipt))
        elif part:
            pair = bundle.agency, bundle.receiver
            again.append(_packed(node, pair, part, day=day, journal=bundle.seal))
    if again:
        whole.extend(zip(again, receive(node, again, day=day), strict=True))
    return [delivery for delivery, _ in whole], [receipt for _, receipt in whole]


def receive(
    node: Node, deliveries: Sequence[bytes], *, day: date, found: Callable[[Done], None] = lambda done: None
) -> list[Receipt]:
    """Verify, judge, process and receipt deliveries at their receivers."""
    opened = []
    for delivery in deliveries:
        bundle, messages = unpack(delivery)
        envelopes = [message.envelope for message in messages]
        open_bundle(bundle, envelopes, keys=node.keyring, received_on=day)
        opened.append((bundle, messages, delivery))
    with node.store.transaction("delivery.judge", node.hosted) as cursor:
        given = _receipts_given(cursor, [bundle for bundle, _, _ in opened])
        judged = _judge(
            cursor,
            [message for bundle, messages, _ in opened if bundle.root not in given for message in messages],
        )
    outcomes = _process(node, judged, day=day, found=found)
    receipts = [
        given.get(bundle.root) or _receipt(node, bundle, messages, outcomes, day)
        for bundle, messages, _ in opened
    ]
    fresh = [
        (bundle, messages, data, receipt)
        for (bundle, messages, data), receipt in zip(opened, receipts, strict=True)
        if bundle.root not in given
    ]
    with node.store.transaction(
        "delivery.receipt", sorted({bundle.receiver for bundle, *_ in fresh})
    ) as cursor:
        _keep(
            cursor, [(bundle.receiver, bundle, messages, receipt) for bundle, messages, _, receipt in fresh]
        )
        _keep_seals(cursor, [bundle for bundle, *_ in fresh], day)
    return receipts


def _receipts_given(cursor: Cursor, bundles: Sequence[Bundle]) -> dict[str, Receipt]:
    query = "SELECT b.root, b.receipt FROM bundle b JOIN {keys} ON (b.agency, b.root, b.sender) = (k.agency, k.root, k.sender)"
    rows = bulk.select_keys(
        cursor,
        query,
        [(each.receiver, each.root, each.agency) for each in bundles],
        ("agency", "root", "sender"),
    )
    return {row["root"]: receipt_from_json(parse(bytes(row["receipt"]), longest=1 << 24)) for row in rows}


def _judge(cursor: Cursor, messages: Sequence[Message]) -> list[Judged]:
    lanes = _lanes(cursor, sorted({(m.envelope.receiver, m.envelope.case_no) for m in messages}))
    query = "SELECT m.id, m.hash, m.outcome, m.agency FROM message m JOIN {keys} ON (m.agency, m.id) = (k.agency, k.id)"
    known = {
        (row["agency"], row["id"]): row
        for row in bulk.select_keys(
            cursor, query, [(m.envelope.receiver, m.envelope.id) for m in messages], ("agency", "id")
        )
    }
    judged = []
    for message in messages:
        envelope = message.envelope
        row = known.get((envelope.receiver, envelope.id))
        unknown = Lane(envelope.case_no, envelope.receiver, envelope.sender)
        lane = lanes.get((envelope.receiver, envelope.case_no), unknown)
        arrival = judge(lane, envelope, message.payload, message.salt, row["hash"] if row else None)
        judged.append(Judged(message, arrival, row["outcome"] if row else None))
    return judged


def _lanes(cursor: Cursor, keys: Sequence[Key]) -> dict[Key, Lane]:
    """Where both lanes of a case stand here; of a case nobody opened here, where the refused messages end."""
    known = "SELECT f.agency, f.case_no, f.other, f.sent, f.sent_hash, f.received, f.received_hash FROM file f JOIN {keys} ON (f.agency, f.case_no) = (k.agency, k.case_no)"
    rows = bulk.select_keys(cursor, known, keys, ("agency", "case_no"))
    found = {(row["agency"], row["case_no"]) for row in rows}
    without = [key for key in keys if key not in found]
    orphans = (
        f"SELECT DISTINCT ON (m.agency, m.case_no) m.agency, m.case_no, m.sender AS other, 0 AS sent, '{ZEROS}' AS sent_hash, m.seq AS received, "
        "m.hash AS received_hash FROM message m JOIN {keys} ON (m.agency, m.case_no) = (k.agency, k.case_no) ORDER BY m.agency, m.case_no, m.seq DESC"
    )
    rows += bulk.select_keys(cursor, orphans, without, ("agency", "case_no"))
    columns = ("case_no", "agency", "other", "sent", "sent_hash", "received", "received_hash")
    return {(row["agency"], row["case_no"]): Lane(*(row[name] for name in columns)) for row in rows}


def _process(
    node: Node, judged: Sequence[Judged], *, day: date, found: Callable[[Done], None]
) -> dict[str, str]:
    """Run what is in order through the machines; keep what is wrong; the outcome of each message by id."""
    works: list[Work] = []
    strangers: list[Work] = []
    outcomes: dict[str, str] = {}
    for each in judged:
        envelope = each.message.envelope
        if each.arrival is Arrival.IN_ORDER:
            payload = read_payload(envelope.type, each.message.payload, envelope.version)
            work = Work(
                envelope.receiver,
                envelope.case_no,
                Received(envelope.case_no, payload, envelope.seen_seq),
                Incoming(envelope, each.message.payload, each.message.salt),
            )
            (works if _may_say(envelope) else strangers).append(work)
        else:
            outcomes[envelope.id] = (
                each.known_outcome
                if each.arrival is Arrival.ALREADY_RECORDED and each.known_outcome
                else each.arrival.value
            )
    _keep_orphans(node, strangers)
    outcomes |= {work.incoming.envelope.id: REFUSED for work in strangers if work.incoming}
    if works:
        done = run(node, "delivery.process", works, day=day, actor="system")
        found(done)
        for work, step in done.steps:
            outcomes[work.incoming.envelope.id if work.incoming else ""] = (
                "refused" if step.outcome is Outcome.NOT_POSSIBLE else "recorded"
            )
        for work, _ in done.failed:
            outcomes[work.incoming.envelope.id if work.incoming else ""] = Arrival.OUT_OF_ORDER.value
        outcomes |= _known_outcomes(node, done.past)
        orphans = [(work, step) for work, step in done.steps if step.file is None]
        _keep_orphans(node, [work for work, _ in orphans])
    return outcomes


def _may_say(envelope: Envelope) -> bool:
    """Whether a case opens under a number of its opener: nobody takes another agency's numbers."""
    number = envelope.case_no
    if envelope.type is not MessageType.APPLICATION:
        return True
    return case_number.is_valid(number) and case_number.agency_of(number) == envelope.sender


def _known_outcomes(node: Node, works: Sequence[Work]) -> dict[str, str]:
    """What became of messages that another process processed after they were judged here."""
    keys = [(work.agency, work.incoming.envelope.id) for work in works if work.incoming is not None]
    if not keys:
        return {}
    query = "SELECT m.id, m.outcome FROM message m JOIN {keys} ON (m.agency, m.id) = (k.agency, k.id)"
    with node.store.transaction("delivery.known", sorted({agency for agency, _ in keys})) as cursor:
        return {row["id"]: row["outcome"] for row in bulk.select_keys(cursor, query, keys, ("agency", "id"))}


def _keep_orphans(node: Node, works: Sequence[Work]) -> None:
    """A message about a case nobody opened here is kept as evidence, and was answered as refused."""
    came = [(work.agency, work.incoming) for work in works if work.incoming is not None]
    if not came:
        return
    with node.store.transaction("delivery.orphans", sorted({agency for agency, _ in came})) as cursor:
        rows = [
            message_row(agency, each.envelope, each.payload, each.salt, node.secrets[agency], None, "refused")
            for agency, each in came
        ]
        bulk.insert(cursor, "message", MESSAGE_COLUMNS, rows)


def _receipt(
    node: Node, bundle: Bundle, messages: Sequence[Message], outcomes: dict[str, str], day: date
) -> Receipt:
    signer = node.signer(bundle.receiver, day)
    listed = [(message.envelope.id, outcomes[message.envelope.id]) for message in messages]
    return give_receipt(bundle, time=instant(day), outcomes=listed, key_id=signer.key_id, sign=signer.sign)


def _keep(cursor: Cursor, kept: Iterable[tuple[str, Bundle, Sequence[Message], Receipt]]) -> None:
    """Store a bundle with its receipt at one side. A bundle with anything out of order is sent again and not kept."""
    bundles: list[tuple[object, ...]] = []
    members: list[tuple[object, ...]] = []
    for agency, bundle, messages, receipt in kept:
        if any(outcome in NOT_RECEIPTED for _, outcome in receipt.outcomes):
            continue
        bundles.append(
            (
                agency,
                bundle.root,
                bundle.agency,
                bundle.receiver,
                canonical(bundle.as_json()),
                canonical(receipt.as_json()),
            )
        )
        members.extend(
            (agency, bundle.root, bundle.agency, at, message.envelope.id)
            for at, message in enumerate(messages)
        )
    bulk.insert(cursor, "bundle", ("agency", "root", "sender", "receiver", "body", "receipt"), bundles)
    bulk.insert(cursor, "bundle_message", ("agency", "root", "sender", "position", "message_id"), members)


def _keep_seals(cursor: Cursor, bundles: Iterable[Bundle], day: date) -> None:
    """At the receiver: the seal over the sender's journal, so that the sender cannot take it back."""
    rows = [
        (bundle.receiver, bundle.agency, bundle.seal.hash, Jsonb(bundle.seal.as_json()), day)
        for bundle in bundles
        if bundle.seal is not None
    ]
    bulk.insert(cursor, "counterpart_seal", ("agency", "sender", "hash", "body", "came_on"), rows)


def receipted(node: Node, deliveries: Sequence[bytes], receipts: Sequence[Receipt], *, day: date) -> None:
    """At the senders: check and keep the receipts, let the tracks go that were handed over, empty the outbox."""
    kept: list[tuple[str, Bundle, Sequence[Message], Receipt]] = []
    works: list[Work] = []
    for delivery, receipt in zip(deliveries, receipts, strict=True):
        bundle, messages = unpack(delivery)
        check_receipt(
            receipt,
            bundle=bundle,
            envelopes=[message.envelope for message in messages],
            keys=node.keyring,
        )
        kept.append((bundle.agency, bundle, messages, receipt))
        taken = {message_id for message_id, outcome in receipt.outcomes if outcome in TAKEN}
        works.extend(
            Work(bundle.agency, m.envelope.case_no, Receipted(m.envelope.seq, receipt.day))
            for m in messages
            if m.envelope.id in taken
        )
    done = run(node, "delivery.let_go", works, day=day, actor="system")
    # What could not be let go of waits on, and is answered with the same receipt when it comes again.
    held = {(work.agency, work.case_no) for work, _ in done.failed}
    with node.store.transaction("delivery.done", sorted({agency for agency, *_ in kept})) as cursor:
        _keep(cursor, kept)
        gone = [
            (agency, message.envelope.id)
            for agency, _, messages, receipt in kept
            for message, (_, outcome) in zip(messages, receipt.outcomes, strict=True)
            if outcome not in NOT_RECEIPTED and (agency, message.envelope.case_no) not in held
        ]
        query = "DELETE FROM outbox o USING {keys} WHERE (o.agency, o.message_id) = (k.agency, k.id) RETURNING o.agency"
        bulk.select_keys(cursor, query, gone, ("agency", "id"))
