"""What comes to an agency from others: verified, judged message by message, processed, kept, and receipted.

Nothing bad stops the rest: a delivery that cannot be read or is not signed leaves the other deliveries alone, a message
that cannot be taken the other messages of its bundle. A bundle that comes again is answered with the receipt it got the
first time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from psycopg.types.json import Jsonb

from jiexu.cases.events import Received
from jiexu.cases.step import Outcome
from jiexu.exchange.bundle import (
    RECORDED,
    REFUSED,
    Bundle,
    BundleError,
    Receipt,
    draft_receipt,
    open_bundle,
    receipt_from_json,
    sign_together,
)
from jiexu.exchange.canonical import MalformedError, parse
from jiexu.exchange.envelope import Envelope
from jiexu.exchange.lanes import AGAIN, Arrival
from jiexu.exchange.payloads import MessageType
from jiexu.exchange.signing import is_too_new
from jiexu.exchange.wire import LONGEST_DELIVERY, Arrived, Message, open_delivery, pack
from jiexu.store import bulk
from jiexu.store.db import Cursor
from jiexu.store.steps import MESSAGE_COLUMNS, Incoming, message_row
from jiexu.usecases import not_taken
from jiexu.usecases.judging import Came, judge_layer
from jiexu.usecases.node import Node, instant
from jiexu.usecases.sight import Key
from jiexu.usecases.waves import Done, Work, run
from jiexu.values import case_number
from jiexu.values.errors import ValueFault

BundleKey = tuple[str, str, str]
"""At which agency, which root, of which sender."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Bytes that reached the inbox of an agency of this node."""

    receiver: str
    data: bytes


Parcel = tuple[Bundle, Sequence[Message]]
"""A bundle and its messages. Between two agencies of one node it is handed over as it is, elsewhere packed as bytes."""
Answer = Receipt | ValueFault
"""What a delivery is answered with: a receipt, or, where nobody could be given one, why."""


@dataclass(slots=True)
class _Opened:
    """A bundle whose signature stands. ``given``: the receipt it got."""

    bundle: Bundle
    came: list[Came]
    given: Receipt | None = field(default=None)

    @property
    def key(self) -> BundleKey:
        return self.bundle.receiver, self.bundle.root, self.bundle.agency


def receive(
    node: Node,
    deliveries: Sequence[Delivery],
    *,
    day: date,
    found: Callable[[Done], None] = lambda done: None,
) -> list[Answer]:
    """Verify, judge, process, keep and receipt deliveries at their receivers; an answer for each, in order."""
    opened = [_open(node, each, day) for each in deliveries]
    return _answers(node, opened, lambda at: deliveries[at], day=day, found=found)


def hand_over(
    node: Node, parcels: Sequence[Parcel], *, day: date, found: Callable[[Done], None] = lambda done: None
) -> list[Answer]:
    """The same between agencies of one node, without packing and reading again what is handed over."""
    opened = [_prove(node, bundle, messages, day) for bundle, messages in parcels]

    def packed(at: int) -> Delivery:
        return Delivery(parcels[at][0].receiver, pack(*parcels[at]))

    return _answers(node, opened, packed, day=day, found=found)


def _answers(
    node: Node,
    opened: Sequence[_Opened | ValueFault],
    as_it_came: Callable[[int], Delivery],
    *,
    day: date,
    found: Callable[[Done], None],
) -> list[Answer]:
    refused = [
        (as_it_came(at), fault)
        for at, fault in enumerate(opened)
        if isinstance(fault, MalformedError | BundleError)
    ]
    not_taken.keep_deliveries(node, [(each.receiver, each.data, fault) for each, fault in refused], day=day)
    _take(node, [each for each in opened if isinstance(each, _Opened)], day=day, found=found)
    return [_answer(each) for each in opened]


def _answer(came: _Opened | ValueFault) -> Answer:
    if isinstance(came, ValueFault):
        return came
    assert came.given is not None, "every bundle that was opened got its receipt"  # noqa: S101  held by _take
    return came.given


def _open(node: Node, delivery: Delivery, day: date) -> _Opened | ValueFault:
    """The bundle of a delivery once its signature stands; else what is wrong."""
    try:
        bundle, messages = open_delivery(
            delivery.data, receiver=delivery.receiver, keys=node.keyring, received_on=day
        )
    except ValueFault as fault:
        return fault
    return _answerable(node, bundle, messages, day)


def _prove(node: Node, bundle: Bundle, messages: Sequence[Message], day: date) -> _Opened | ValueFault:
    try:
        open_bundle(bundle, [each.hash for each in messages], keys=node.keyring, received_on=day)
    except ValueFault as fault:
        return fault
    return _answerable(node, bundle, messages, day)


def _answerable(node: Node, bundle: Bundle, messages: Sequence[Arrived], day: date) -> _Opened | ValueFault:
    """Where the receiver itself has no key to answer with, nothing is wrong with the bundle: it comes again."""
    try:
        node.signer(bundle.receiver, day)
    except ValueFault as fault:
        return fault
    return _Opened(bundle, [Came(bundle, each) for each in messages])


def _take(node: Node, opened: Sequence[_Opened], *, day: date, found: Callable[[Done], None]) -> None:
    """Process what is new, and give every bundle its receipt."""
    if not opened:
        return
    with node.store.transaction("delivery.known", node.hosted) as cursor:
        _look_up_receipts(node, cursor, opened, day)
    fresh = [each for each in opened if each.given is None]
    for layer in _layers([came for each in fresh for came in each.came]):
        with node.store.transaction("delivery.judge", node.hosted) as cursor:
            judge_layer(cursor, layer)
        _process(node, layer, day=day, found=found)
    if not fresh:
        return
    with node.store.transaction(
        "delivery.receipt", sorted({each.bundle.receiver for each in fresh})
    ) as cursor:
        _give_receipts(node, fresh, day)
        if _keep(node, cursor, fresh, day) < len(fresh):
            # Another process may have been first with the very same bundle: then its receipt is the one that counts.
            _look_up_receipts(node, cursor, fresh, day)


def _look_up_receipts(node: Node, cursor: Cursor, opened: Sequence[_Opened], day: date) -> None:
    """The receipts given before. One signed with a key that was stolen since is no answer any more: another is given."""
    query = "SELECT b.agency, b.root, b.sender, b.receipt FROM bundle b JOIN {keys} ON (b.agency, b.root, b.sender) = (k.agency, k.root, k.sender)"
    rows = bulk.select_keys(cursor, query, [each.key for each in opened], ("agency", "root", "sender"))
    known = {(row["agency"], row["root"], row["sender"]): bytes(row["receipt"]) for row in rows}
    for each in opened:
        if each.key in known:
            given = receipt_from_json(parse(known[each.key], longest=LONGEST_DELIVERY))
            if not is_too_new(node.keyring.stolen.get(given.key_id), given.day, day):
                each.given = given


def _layers(came: Iterable[Came]) -> list[list[Came]]:
    """Messages of one case one after another: each is judged when the one before it was processed."""
    layers: list[list[Came]] = [[]]
    times: Counter[tuple[str, str]] = Counter()
    for each in came:
        at = 0
        if isinstance(each.arrived, Message):
            key = each.bundle.receiver, each.arrived.envelope.case_no
            at, times[key] = times[key], times[key] + 1
        if at == len(layers):
            layers.append([])
        layers[at].append(each)
    return layers


# ---------------------------------------------------------------- what becomes of it


def _process(node: Node, layer: Sequence[Came], *, day: date, found: Callable[[Done], None]) -> None:
    """Run what is in order through the machines; no case stands twice in a layer."""
    works: list[Work] = []
    came: dict[Key, Came] = {}
    strangers: list[Work] = []
    for each in layer:
        if (
            each.arrival is not Arrival.IN_ORDER
            or not isinstance(each.arrived, Message)
            or each.payload is None
        ):
            continue
        envelope = each.arrived.envelope
        work = Work(
            envelope.receiver,
            envelope.case_no,
            Received(envelope.case_no, each.payload),
            Incoming(envelope, each.arrived.payload, each.arrived.salt),
        )
        if each.known or _may_open(envelope):
            works.append(work)
            came[work.key] = each
        else:
            strangers.append(work)
            each.outcome = REFUSED
    done = run(node, "delivery.process", works, day=day, actor="system")
    found(done)
    for work, step in done.steps:
        came[work.key].outcome = REFUSED if step.outcome is Outcome.NOT_POSSIBLE else RECORDED
    for work, _ in done.failed:
        came[work.key].outcome = Arrival.OUT_OF_ORDER.value
    past = _known_outcomes(node, done.past)
    for work in done.past:
        came[work.key].outcome = past[_message_key(work)]
    _keep_orphans(node, [*strangers, *(work for work, step in done.steps if step.file is None)])


def _may_open(envelope: Envelope) -> bool:
    """Whether a message opens a case: the first of its opener, under a number that is the opener's own."""
    number = envelope.case_no
    first = (envelope.type, envelope.seq) == (MessageType.APPLICATION, 1)
    return first and case_number.is_valid(number) and case_number.agency_of(number) == envelope.sender


def _message_key(work: Work) -> tuple[str, str]:
    return work.agency, work.incoming.envelope.id if work.incoming else ""


def _known_outcomes(node: Node, works: Sequence[Work]) -> dict[tuple[str, str], str]:
    """What became of messages that another process processed after they were judged here."""
    if not works:
        return {}
    query = (
        "SELECT m.agency, m.id, m.outcome FROM message m JOIN {keys} ON (m.agency, m.id) = (k.agency, k.id)"
    )
    keys = [_message_key(work) for work in works]
    with node.store.transaction("delivery.past", sorted({agency for agency, _ in keys})) as cursor:
        rows = bulk.select_keys(cursor, query, keys, ("agency", "id"))
    return {(row["agency"], row["id"]): row["outcome"] for row in rows}


def _keep_orphans(node: Node, works: Sequence[Work]) -> None:
    """A message about a case nobody opened here is kept as evidence, and was answered as refused."""
    came = [(work.agency, work.incoming) for work in works if work.incoming is not None]
    if not came:
        return
    with node.store.transaction("delivery.orphans", sorted({agency for agency, _ in came})) as cursor:
        rows = [
            message_row(agency, each.envelope, each.payload, each.salt, node.secrets[agency], None, REFUSED)
            for agency, each in came
        ]
        bulk.insert(cursor, "message", MESSAGE_COLUMNS, rows)


# ---------------------------------------------------------------- what is answered and kept


def _give_receipts(node: Node, opened: Sequence[_Opened], day: date) -> None:
    """Answer every bundle: all that came to one agency under one signature."""
    of_receiver: dict[str, list[_Opened]] = {}
    for each in opened:
        of_receiver.setdefault(each.bundle.receiver, []).append(each)
    for receiver, several in of_receiver.items():
        signer = node.signer(receiver, day)
        drafts = [
            draft_receipt(
                each.bundle,
                time=instant(day),
                outcomes=[(came.arrived.name, came.outcome) for came in each.came],
                key_id=signer.key_id,
            )
            for each in several
        ]
        for each, receipt in zip(several, sign_together(drafts, sign=signer.sign), strict=True):
            each.given = receipt


def _keep(node: Node, cursor: Cursor, opened: Sequence[_Opened], day: date) -> int:
    """At the receivers: bundles with their receipts, the senders' seals, and every message that was not taken.

    How many of the bundles were not there yet.
    """
    kept = [
        (each.bundle.receiver, (each.bundle, [came.arrived for came in each.came]), each.given)
        for each in opened
        if each.given is not None
    ]
    new = keep_bundles(cursor, kept)
    _keep_seals(node, cursor, opened, day)
    strange = [
        came
        for each in opened
        for came in each.came
        if came.outcome in not_taken.OUTCOMES and came.arrival is not Arrival.IN_ORDER
    ]
    not_taken.keep_messages(
        node, cursor, [(came.bundle, came.arrived, came.outcome) for came in strange], day=day
    )
    return new


def _keep_seals(node: Node, cursor: Cursor, opened: Sequence[_Opened], day: date) -> None:
    """The senders' seals over their journals. One that its own agency did not sign proves nothing and accuses nobody."""
    came = {
        (each.bundle.receiver, each.bundle.seal.hash): each.bundle.seal
        for each in opened
        if each.bundle.seal is not None
    }
    several = {hashed: seal for (_, hashed), seal in came.items()}
    signed = {hashed: seal.is_signed(node.keyring) for hashed, seal in several.items()}
    rows = [
        (receiver, seal.agency, hashed, Jsonb(seal.as_json()), day)
        for (receiver, hashed), seal in came.items()
        if signed[hashed]
    ]
    bulk.insert(cursor, "counterpart_seal", ("agency", "sender", "hash", "body", "came_on"), rows)
    false = [(receiver, seal) for (receiver, hashed), seal in came.items() if not signed[hashed]]
    not_taken.keep_seals(node, cursor, false, day=day)


def keep_bundles(
    cursor: Cursor, kept: Iterable[tuple[str, tuple[Bundle, Sequence[Arrived]], Receipt]]
) -> int:
    """Store bundles with their receipts at one side; how many were not there yet.

    The receipt of one with a message that comes again is not its last word and is not stored.
    """
    bundles: list[tuple[object, ...]] = []
    members: list[tuple[object, ...]] = []
    for agency, (bundle, messages), receipt in kept:
        if any(outcome in AGAIN for _, outcome in receipt.outcomes):
            continue
        bundles.append(
            (agency, bundle.root, bundle.agency, bundle.receiver, bundle.written(), receipt.written())
        )
        members.extend(
            (agency, name, bundle.root, bundle.agency, at, arrived.hash, outcome)
            for at, (arrived, (name, outcome)) in enumerate(zip(messages, receipt.outcomes, strict=True))
        )
    new = bulk.insert(cursor, "bundle", ("agency", "root", "sender", "receiver", "body", "receipt"), bundles)
    columns = ("agency", "message_id", "root", "sender", "position", "hash", "outcome")
    bulk.insert(cursor, "bundle_message", columns, members)
    return new
