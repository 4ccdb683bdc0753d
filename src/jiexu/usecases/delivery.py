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
from jiexu.cases.states import Side
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
from jiexu.exchange.canonical import parse, write
from jiexu.exchange.codec import LONGEST_BUNDLE
from jiexu.exchange.envelope import ZEROS, Envelope, Lane, message_id, read_envelope
from jiexu.exchange.journal_seal import JournalSeal
from jiexu.exchange.lanes import Arrival, judge
from jiexu.exchange.payloads import MessageType, Payload
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


Parcel = tuple[Bundle, Sequence[Message]]
"""A bundle and its messages. Between two agencies of one node it is handed over as it is, elsewhere packed as bytes."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A message of a delivery with what it is to the receiver."""

    message: Message
    arrival: Arrival
    payload: Payload | None
    known_outcome: str | None = None


def one_round(node: Node, side: str, *, day: date, found: Callable[[Done], None] = lambda done: None) -> int:
    """Carry the head of every lane that files of one side wait to send; how many were receipted.

    Receivers are all of the other side, so that no transaction writes files of both.
    """
    heads, journals = _heads(node, side)
    parcels = [
        _parcel(node, pair, rows, day=day, journal=journals.get(pair[0]))
        for pair, rows in _split(heads)
        if all(node.may_sign(agency, day) for agency in pair)
    ]
    if not parcels:
        return 0
    receipts = _taken(node, parcels, day=day, found=found)
    parcels, receipts = _without_rest(node, parcels, receipts, day=day)
    _store_receipts(node, parcels, receipts)
    return sum(outcome not in NOT_RECEIPTED for receipt in receipts for _, outcome in receipt.outcomes)


def carry(node: Node, *, day: date) -> int:
    """Rounds until no outbox has anything that can go, then what is receipted is let go of; how many went."""
    total = 0
    while carried := sum(one_round(node, side.value, day=day) for side in Side):
        total += carried
    let_go(node, day=day)
    return total


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


def _split(heads: Iterable[Row]) -> Iterator[tuple[Key, list[Row]]]:
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
    return pack(*_parcel(node, pair, rows, day=day, journal=journals.get(pair[0])))


def _parcel(node: Node, pair: Key, rows: Sequence[Row], *, day: date, journal: JournalSeal | None) -> Parcel:
    messages = []
    for row in rows:
        salt, payload = open_payload(row["payload"], message_id=row["id"], secrets=node.secrets[pair[0]])
        messages.append(Message(read_envelope(bytes(row["envelope"])), payload, salt))
    return _bundled(node, pair, messages, day=day, journal=journal)


def _bundled(
    node: Node, pair: Key, messages: Sequence[Message], *, day: date, journal: JournalSeal | None
) -> Parcel:
    """Messages from one agency to another under one signature."""
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
    return bundle, messages


def _without_rest(
    node: Node, parcels: Sequence[Parcel], receipts: Sequence[Receipt], *, day: date
) -> tuple[list[Parcel], list[Receipt]]:
    """Deliveries every message of which is receipted.

    One of which a part was not is sent again without that part: what was stored gets its signed receipt, and the
    part comes again by itself.
    """
    whole: list[tuple[Parcel, Receipt]] = []
    again: list[Parcel] = []
    for (bundle, messages), receipt in zip(parcels, receipts, strict=True):
        part = [
            message
            for message, (_, outcome) in zip(messages, receipt.outcomes, strict=True)
            if outcome not in NOT_RECEIPTED
        ]
        if len(part) == len(messages):
            whole.append(((bundle, messages), receipt))
        elif part:
            pair = bundle.agency, bundle.receiver
            again.append(_bundled(node, pair, part, day=day, journal=bundle.seal))
    if again:
        whole.extend(zip(again, _taken(node, again, day=day), strict=True))
    return [parcel for parcel, _ in whole], [receipt for _, receipt in whole]


def receive(
    node: Node, deliveries: Sequence[bytes], *, day: date, found: Callable[[Done], None] = lambda done: None
) -> list[Receipt]:
    """Verify, judge, process and receipt deliveries at their receivers."""
    return _taken(node, [unpack(delivery) for delivery in deliveries], day=day, found=found)


def _taken(
    node: Node, parcels: Sequence[Parcel], *, day: date, found: Callable[[Done], None] = lambda done: None
) -> list[Receipt]:
    for bundle, messages in parcels:
        open_bundle(bundle, [message.envelope for message in messages], keys=node.keyring, received_on=day)
    with node.store.transaction("delivery.judge", node.hosted) as cursor:
        given = _receipts_given(cursor, [bundle for bundle, _ in parcels])
        judged = _judge(
            cursor,
            [message for bundle, messages in parcels if bundle.root not in given for message in messages],
        )
    outcomes = _process(node, judged, day=day, found=found)
    receipts = [
        given.get(bundle.root) or _receipt(node, bundle, messages, outcomes, day)
        for bundle, messages in parcels
    ]
    fresh = [
        (bundle.receiver, bundle, receipt)
        for (bundle, _), receipt in zip(parcels, receipts, strict=True)
        if bundle.root not in given
    ]
    with node.store.transaction("delivery.receipt", sorted({agency for agency, *_ in fresh})) as cursor:
        _keep(cursor, fresh)
        _keep_seals(cursor, [bundle for _, bundle, _ in fresh], day)
    return receipts


def _receipts_given(cursor: Cursor, bundles: Sequence[Bundle]) -> dict[str, Receipt]:
    query = "SELECT b.root, b.receipt FROM bundle b JOIN {keys} ON (b.agency, b.root, b.sender) = (k.agency, k.root, k.sender)"
    rows = bulk.select_keys(
        cursor,
        query,
        [(each.receiver, each.root, each.agency) for each in bundles],
        ("agency", "root", "sender"),
    )
    return {
        row["root"]: receipt_from_json(parse(bytes(row["receipt"]), longest=LONGEST_DELIVERY)) for row in rows
    }


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
        known_hash = row["hash"] if row else None
        arrival, payload = judge(lane, envelope, message.payload, message.salt, known_hash)
        judged.append(Judged(message, arrival, payload, row["outcome"] if row else None))
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
        if each.arrival is Arrival.IN_ORDER and each.payload is not None:
            work = Work(
                envelope.receiver,
                envelope.case_no,
                Received(envelope.case_no, each.payload, envelope.seen_seq),
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


def _keep(cursor: Cursor, kept: Iterable[tuple[str, Bundle, Receipt]]) -> None:
    """Store a bundle with its receipt at one side. A bundle with anything out of order is sent again and not kept."""
    bundles: list[tuple[object, ...]] = []
    members: list[tuple[object, ...]] = []
    for agency, bundle, receipt in kept:
        if any(outcome in NOT_RECEIPTED for _, outcome in receipt.outcomes):
            continue
        body, answer = write(bundle.as_json()), write(receipt.as_json())
        bundles.append((agency, bundle.root, bundle.agency, bundle.receiver, body, answer))
        members.extend(
            (agency, message_id, bundle.root, bundle.agency, at, outcome)
            for at, (message_id, outcome) in enumerate(receipt.outcomes)
        )
    bulk.insert(cursor, "bundle", ("agency", "root", "sender", "receiver", "body", "receipt"), bundles)
    columns = ("agency", "message_id", "root", "sender", "position", "outcome")
    bulk.insert(cursor, "bundle_message", columns, members)


def _keep_seals(cursor: Cursor, bundles: Iterable[Bundle], day: date) -> None:
    """At the receiver: the seal over the sender's journal, so that the sender cannot take it back."""
    rows = [
        (bundle.receiver, bundle.agency, bundle.seal.hash, Jsonb(bundle.seal.as_json()), day)
        for bundle in bundles
        if bundle.seal is not None
    ]
    bulk.insert(cursor, "counterpart_seal", ("agency", "sender", "hash", "body", "came_on"), rows)


def receipted(node: Node, deliveries: Sequence[bytes], receipts: Sequence[Receipt], *, day: date) -> None:
    """At the senders: check and keep the receipts, empty the outbox, let the tracks go that were handed over."""
    _store_receipts(node, [unpack(delivery) for delivery in deliveries], receipts)
    let_go(node, day=day)


def _store_receipts(node: Node, parcels: Sequence[Parcel], receipts: Sequence[Receipt]) -> None:
    kept: list[tuple[str, Bundle, Receipt]] = []
    for (bundle, messages), receipt in zip(parcels, receipts, strict=True):
        envelopes = [message.envelope for message in messages]
        check_receipt(receipt, bundle=bundle, envelopes=envelopes, keys=node.keyring)
        kept.append((bundle.agency, bundle, receipt))
    with node.store.transaction("delivery.done", sorted({agency for agency, *_ in kept})) as cursor:
        _keep(cursor, kept)
        gone = [
            (agency, message_id)
            for agency, _, receipt in kept
            for message_id, outcome in receipt.outcomes
            if outcome not in NOT_RECEIPTED
        ]
        query = "DELETE FROM outbox o USING {keys} WHERE (o.agency, o.message_id) = (k.agency, k.id) RETURNING o.agency"
        bulk.select_keys(cursor, query, gone, ("agency", "id"))


HANDING_OVER = (
    "SELECT agency, case_no, record_handing_over AS seq FROM file WHERE record_handing_over IS NOT NULL "
    "UNION SELECT agency, case_no, handing_over FROM money_track WHERE handing_over IS NOT NULL ORDER BY 1, 2, 3"
)
RECEIPTS = (
    "SELECT b.agency, b.message_id, b.outcome, x.receipt FROM bundle_message b JOIN {keys} ON (b.agency, b.message_id) = (k.agency, k.id) "
    "JOIN bundle x ON (x.agency, x.root, x.sender) = (b.agency, b.root, b.sender) ORDER BY b.root"
)


def let_go(node: Node, *, day: date, found: Callable[[Done], None] = lambda done: None) -> int:
    """Let go of what a stored receipt says the other side has; how many files changed.

    Most of it is let go before, by the other side's answer that names our message as seen.
    """
    with node.store.transaction("delivery.let_go.read", node.hosted) as cursor:
        rows = cursor.execute(HANDING_OVER).fetchall()
        ids = {(row["agency"], message_id(row["case_no"], row["agency"], row["seq"])): row for row in rows}
        answers = bulk.select_keys(cursor, RECEIPTS, list(ids), ("agency", "id"))
    works = {}
    for answer in answers:
        if answer["outcome"] in TAKEN:
            row = ids[answer["agency"], answer["message_id"]]
            receipt = receipt_from_json(parse(bytes(answer["receipt"]), longest=LONGEST_DELIVERY))
            key = row["agency"], row["case_no"], row["seq"]
            works[key] = Work(row["agency"], row["case_no"], Receipted(row["seq"], receipt.day))
    done = run(node, "delivery.let_go", [works[key] for key in sorted(works)], day=day, actor="system")
    found(done)
    return sum(step.outcome is Outcome.DONE for _, step in done.steps)
