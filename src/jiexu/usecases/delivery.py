"""Messages to other agencies: signed bundles out of the outbox, and the receipts that empty it.

Delivery is at least once, effect exactly once: the outbox is emptied by receipts alone, and a bundle that comes
again is answered with the receipt it got the first time. One round carries the head of every waiting lane, page by page:
what a page carried is let go of before the next one is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import structlog

from jiexu.cases.events import Receipted
from jiexu.cases.states import Side
from jiexu.cases.step import Outcome
from jiexu.exchange.bundle import (
    BundleError,
    Receipt,
    check_receipt,
    check_receipt_day,
    draft_bundle,
    receipt_from_json,
    sign_together,
)
from jiexu.exchange.canonical import parse
from jiexu.exchange.codec import LONGEST_BUNDLE
from jiexu.exchange.envelope import BEIJING, message_id, read_envelope, time_text
from jiexu.exchange.journal_seal import JournalSeal
from jiexu.exchange.lanes import AGAIN
from jiexu.exchange.wire import LONGEST_DELIVERY, Message, pack
from jiexu.store import bulk
from jiexu.store.db import Row
from jiexu.store.steps import Secrets, open_payload
from jiexu.usecases.node import Node, instant
from jiexu.usecases.places import LAST_OF_A_DELIVERY
from jiexu.usecases.receiving import Parcel, hand_over, keep_bundles
from jiexu.usecases.sealing import newest_seals
from jiexu.usecases.sight import TAKEN
from jiexu.usecases.waves import Done, Work, run

LONGEST_PARCEL = LONGEST_DELIVERY // 2
"""Bytes of sealed payloads in one delivery at most: written as text inside a text, they can grow to twice as many."""
LAST = "9999-12-31T23:59:59Z"
"""After every message there is."""
ROUND_DONE, PAGE_DONE = LAST_OF_A_DELIVERY, "delivery.page"
HEADS_AT_ONCE = 4 * LONGEST_BUNDLE
"""Lanes of a page at most: more than a delivery holds, so that pages cut no delivery in two."""
Key = tuple[str, str]
Mail = tuple[Key, list[Row]]
"""Sender, receiver and messages of a delivery."""
Answered = tuple[Parcel, Receipt]
"""What was sent, with the receipt that answers it."""
Journals = Mapping[str, JournalSeal]
"""The newest seal over the journal of each agency."""

log = structlog.get_logger()


class Reached(NamedTuple):
    """The last lane that a round carried; it goes through them by these names."""

    sender: str
    receiver: str
    case_no: str


FIRST = Reached("", "", "")
"""Before every lane there is."""


def one_round(
    node: Node,
    side: str,
    *,
    day: date,
    found: Callable[[Done], None] = lambda done: None,
    after: Reached = FIRST,
    reached: Callable[[Reached], None] = lambda lane: None,
) -> int:
    """Carry the head of every lane that files of one side wait to send; how many were receipted.

    Receivers are all of the other side, so that no transaction writes files of both, and no round adds to its own lanes.
    ``after``: the last lane of a round that was stopped; ``reached`` is told each page's last one, just before the
    transaction that ends the page. A round that goes on from there carries the same pages as one that was never stopped.
    """
    gone, is_last = 0, False
    while not is_last:
        mail, journals, is_last = _page(node, side, after)
        if not mail:
            return gone
        answered = _handed_over(node, mail, journals, day=day, found=found)
        last = mail[-1][1][-1]
        after = Reached(last["agency"], last["receiver"], last["case_no"])
        reached(after)
        let, faults = _store_receipts(node, answered, day=day, name=ROUND_DONE if is_last else PAGE_DONE)
        gone += let
        for fault in faults:
            log.warning("receipt_refused", fault=fault.code, **fault.data)
    return gone


def _handed_over(
    node: Node, mail: Sequence[Mail], journals: Journals, *, day: date, found: Callable[[Done], None]
) -> list[Answered]:
    """Deliveries of a page with the receipts they got: signed, carried, and carried again where a part comes again."""
    waiting = (each for each in mail if all(node.may_sign(agency, day) for agency in each[0]))
    parcels = [
        parcel
        for sender, some in groupby(waiting, key=lambda each: each[0][0])
        for parcel in _parcels(
            node, sender, some, day=day, journal=journals.get(sender), before=_begins(day + timedelta(days=1))
        )
    ]
    return _without_rest(node, _answered(node, parcels, day=day, found=found), day=day) if parcels else []


def carry(node: Node, *, day: date) -> int:
    """Rounds until no outbox has anything that can go, then what is receipted is let go of; how many went."""
    total = 0
    while carried := sum(one_round(node, side.value, day=day) for side in Side):
        total += carried
    let_go(node, day=day)
    return total


def _page(node: Node, side: str, after: Reached) -> tuple[list[Mail], Journals, bool]:
    """Deliveries of the lanes behind one, and whether these are the last.

    Of a full page the last delivery is left to the next page, which may have more for it.
    """
    heads, journals = _heads(node, side, after)
    mail = list(_split(heads))
    is_last = len(heads) < HEADS_AT_ONCE
    return mail if is_last else mail[:-1], journals, is_last


HEADS = """
  WITH head AS (
    SELECT DISTINCT ON (o.agency, o.receiver, o.case_no) o.agency, o.receiver, o.case_no, o.message_id
    FROM outbox o JOIN file f ON (f.agency, f.case_no) = (o.agency, o.case_no)
    WHERE f.side = %s AND o.receiver = ANY(%s) AND f.asked->>'channel' <> 'offline' AND (o.agency, o.receiver, o.case_no) > (%s, %s, %s)
    ORDER BY o.agency, o.receiver, o.case_no, o.seq LIMIT %s
  )
  SELECT h.agency, h.receiver, h.case_no, m.id, m.envelope, m.payload FROM head h JOIN message m ON (m.agency, m.id) = (h.agency, h.message_id)
  ORDER BY h.agency, h.receiver, h.case_no
"""


def _heads(node: Node, side: str, after: Reached = FIRST) -> tuple[list[Row], Journals]:
    """The first waiting message of every case of a side behind a lane, and the newest seal over each sender's journal."""
    with node.store.transaction("delivery.read", node.hosted) as cursor:
        heads = cursor.execute(HEADS, [side, list(node.own), *after, HEADS_AT_ONCE]).fetchall()
        return heads, newest_seals(cursor, {row["agency"] for row in heads})


def _split(heads: Iterable[Row]) -> Iterator[Mail]:
    """Deliveries: as many messages in each as two agencies need, so that none holds up the rest."""
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
    return pack(*_parcels(node, pair[0], [(pair, rows)], day=day, journal=journals.get(pair[0]))[0])


def _parcels(
    node: Node,
    sender: str,
    waiting: Iterable[tuple[Key, Sequence[Row]]],
    *,
    day: date,
    journal: JournalSeal | None,
    before: str = LAST,
) -> list[Parcel]:
    """What one agency sends in a round, to whomever.

    What was written on a later day waits for that day, where a clock went back: no receipt of today would be believed for
    it, and the receiver gives the same one ever after. ``before``: the instant from which messages wait.
    """
    secrets = node.secrets[sender]
    mail = []
    for (_, receiver), rows in waiting:
        messages = [message for row in rows if (message := _message(row, secrets)).envelope.time < before]
        if messages:
            mail.append((receiver, messages))
    return _signed(node, sender, mail, day=day, journal=journal) if mail else []


@lru_cache(maxsize=64)
def _begins(day: date) -> str:
    """When a day begins in Beijing, as envelopes write it."""
    return time_text(datetime.combine(day, time(), BEIJING).astimezone(UTC))


def _message(row: Row, secrets: Secrets) -> Message:
    salt, payload = open_payload(row["payload"], message_id=row["id"], secrets=secrets)
    return Message(read_envelope(bytes(row["envelope"])), payload, salt)


def _signed(
    node: Node,
    sender: str,
    mail: Sequence[tuple[str, Sequence[Message]]],
    *,
    day: date,
    journal: JournalSeal | None,
) -> list[Parcel]:
    """Messages from one agency to others, a bundle for each, all under one signature."""
    signer = node.signer(sender, day)
    drafts = [
        draft_bundle(
            [message.envelope for message in messages],
            agency=sender,
            receiver=receiver,
            time=instant(day),
            key_id=signer.key_id,
            journal=journal,
        )
        for receiver, messages in mail
    ]
    bundles = sign_together(drafts, sign=signer.sign)
    return [(bundle, messages) for bundle, (_, messages) in zip(bundles, mail, strict=True)]


def _answered(
    node: Node,
    parcels: Sequence[Parcel],
    *,
    day: date,
    found: Callable[[Done], None] = lambda done: None,
) -> list[Answered]:
    """Parcels with their receipts. What got none waits on, and its receiver has kept it with what is wrong."""
    answered: list[Answered] = []
    for parcel, answer in zip(parcels, hand_over(node, parcels, day=day, found=found), strict=True):
        if isinstance(answer, Receipt):
            answered.append((parcel, answer))
        else:
            log.warning("delivery_refused", fault=answer.code, **answer.data)
    return answered


def _without_rest(node: Node, answered: Sequence[Answered], *, day: date) -> list[Answered]:
    """Parcels on every message of which the receipt is the last word.

    One of which a part comes again is sent again without that part, as often as the answer leaves one, each time with
    fewer messages: what was stored gets its signed receipt, and the part comes again by itself.
    """
    whole: list[Answered] = []
    again: list[Parcel] = []
    for (bundle, messages), receipt in answered:
        part = [
            message
            for message, (_, outcome) in zip(messages, receipt.outcomes, strict=True)
            if outcome not in AGAIN
        ]
        if len(part) == len(messages):
            whole.append(((bundle, messages), receipt))
        elif part:
            mail = [(bundle.receiver, part)]
            again += _signed(node, bundle.agency, mail, day=day, journal=bundle.seal)
    return whole + (_without_rest(node, _answered(node, again, day=day), day=day) if again else [])


def receipted(node: Node, parcel: Parcel, receipt: Receipt, *, day: date) -> None:
    """At the sender: check and keep a receipt, empty the outbox, let the tracks go that were handed over.

    Raises BundleError where the receipt does not answer the parcel; it changes nothing then.
    """
    _, faults = _store_receipts(node, [(parcel, receipt)], day=day)
    for fault in faults:
        raise fault
    let_go(node, day=day)


def _store_receipts(
    node: Node, answered: Sequence[Answered], *, day: date, name: str = ROUND_DONE
) -> tuple[int, list[BundleError]]:
    """Keep receipts and empty the outbox: how many messages went, and what is wrong with receipts that do not answer their parcel.

    Those change nothing, and what they were for waits on; whoever counted it as gone would carry it without end.
    """
    kept: list[Answered] = []
    faults: list[BundleError] = []
    for (bundle, messages), receipt in answered:
        try:
            names = [each.name for each in messages]
            check_receipt(receipt, bundle=bundle, names=names, keys=node.keyring, received_on=day)
            check_receipt_day(receipt, [each.envelope for each in messages], today=day)
        except BundleError as fault:
            faults.append(fault)
        else:
            kept.append(((bundle, messages), receipt))
    with node.store.transaction(name, sorted({bundle.agency for (bundle, _), _ in kept})) as cursor:
        keep_bundles(cursor, [(parcel[0].agency, parcel, receipt) for parcel, receipt in kept])
        gone = [
            (bundle.agency, name)
            for (bundle, _), receipt in kept
            for name, outcome in receipt.outcomes
            if outcome not in AGAIN
        ]
        query = "DELETE FROM outbox o USING {keys} WHERE (o.agency, o.message_id) = (k.agency, k.id) RETURNING o.agency"
        bulk.select_keys(cursor, query, gone, ("agency", "id"))
    return len(gone), faults


HANDING_OVER = (
    "SELECT agency, case_no, record_handing_over AS seq FROM file WHERE record_open AND record_handing_over IS NOT NULL "
    "UNION SELECT agency, case_no, handing_over FROM money_track WHERE is_open AND handing_over IS NOT NULL ORDER BY 1, 2, 3"
)
RECEIPTS = (
    "SELECT b.agency, b.message_id, b.outcome, x.receipt FROM bundle_message b JOIN {keys} ON (b.agency, b.message_id) = (k.agency, k.id) "
    "JOIN bundle x ON (x.agency, x.root, x.sender) = (b.agency, b.root, b.sender) WHERE b.sender = b.agency ORDER BY b.root"
)


def let_go(node: Node, *, day: date, found: Callable[[Done], None] = lambda done: None) -> int:
    """Let go of what a stored receipt says the other side has; how many files changed.

    Most of it is let go of before, in one step with the other side's next message.
    """
    with node.store.transaction("delivery.let_go.read", node.own) as cursor:
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
