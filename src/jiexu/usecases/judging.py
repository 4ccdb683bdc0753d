"""What each message of a layer is to its receiver, with what is kept there of its case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiexu.exchange.bundle import Bundle
from jiexu.exchange.envelope import ZEROS, Envelope, Lane, read_envelope
from jiexu.exchange.lanes import Arrival, judge, look_up, named_places
from jiexu.exchange.payloads import Payload
from jiexu.exchange.wire import Arrived, Message
from jiexu.store import bulk
from jiexu.store.db import Cursor, Row

Place = tuple[str, str, str]
"""Whose lane: agency, case number, sender."""
Recorded = Mapping[tuple[str, str], Row]
"""Messages recorded here, by agency and id."""


@dataclass(slots=True)
class Came:
    """One message of a bundle, and what became of it. ``known``: whether its case has a file here."""

    bundle: Bundle
    arrived: Arrived
    outcome: str = ""
    arrival: Arrival = Arrival.MALFORMED
    payload: Payload | None = None
    known: bool = False


def judge_layer(cursor: Cursor, layer: Sequence[Came]) -> None:
    """Say of each message what it is. No case stands twice with one sender in a layer."""
    sound = [(each, each.arrived) for each in layer if isinstance(each.arrived, Message)]
    lanes = _lanes(cursor, sorted({_place(each.bundle, message.envelope) for each, message in sound}))
    recorded = _recorded(cursor, [(each.bundle, message.envelope) for each, message in sound], lanes)
    for each in layer:
        if not isinstance(each.arrived, Message):
            each.arrival = each.arrived.arrival
        elif (each.arrived.envelope.sender, each.arrived.envelope.receiver) != (
            each.bundle.agency,
            each.bundle.receiver,
        ):
            own = each.arrived.envelope.receiver == each.bundle.receiver
            each.arrival = Arrival.WRONG_SENDER if own else Arrival.NOT_FOR_US
        else:
            _judge(each, each.arrived, lanes, recorded)
        each.outcome = each.outcome or each.arrival.value


def _judge(
    came: Came, message: Message, lanes: Mapping[Place, tuple[Lane, bool]], recorded: Recorded
) -> None:
    receiver, envelope = came.bundle.receiver, message.envelope
    lane, came.known = lanes[_place(came.bundle, envelope)]

    def find(name: str) -> Envelope | None:
        row = recorded.get((receiver, name))
        return None if row is None else read_envelope(bytes(row["envelope"]))

    kept = look_up(lane, envelope, find)
    came.arrival, came.payload = judge(lane, envelope, message.payload, message.salt, kept)
    if came.arrival is Arrival.ALREADY_RECORDED:
        came.outcome = recorded[receiver, envelope.id]["outcome"]


def _recorded(
    cursor: Cursor, sound: Sequence[tuple[Bundle, Envelope]], lanes: Mapping[Place, tuple[Lane, bool]]
) -> Recorded:
    """What is recorded in the places of the messages, and in those they name."""
    names = {
        (bundle.receiver, name)
        for bundle, envelope in sound
        for name in (
            envelope.id,
            *(named_places(lanes[_place(bundle, envelope)][0], envelope) or ()),
        )
    }
    query = "SELECT m.agency, m.id, m.envelope, m.outcome FROM message m JOIN {keys} ON (m.agency, m.id) = (k.agency, k.id)"
    rows = bulk.select_keys(cursor, query, sorted(names), ("agency", "id"))
    return {(row["agency"], row["id"]): row for row in rows}


def _place(bundle: Bundle, envelope: Envelope) -> Place:
    return bundle.receiver, envelope.case_no, bundle.agency


def _lanes(cursor: Cursor, places: Sequence[Place]) -> dict[Place, tuple[Lane, bool]]:
    """Where both lanes of a case stand here, and whether it has a file here.

    Of a case nobody opened here, where each sender's refused messages end: what one agency says about a case never
    opened decides nothing about what another does.
    """
    query = "SELECT f.agency, f.case_no, f.other, f.sent, f.sent_hash, f.received, f.received_hash FROM file f JOIN {keys} ON (f.agency, f.case_no) = (k.agency, k.case_no)"
    keys = sorted({(agency, case_no) for agency, case_no, _ in places})
    rows = bulk.select_keys(cursor, query, keys, ("agency", "case_no"))
    columns = ("case_no", "agency", "other", "sent", "sent_hash", "received", "received_hash")
    files = {(row["agency"], row["case_no"]): Lane(*(row[name] for name in columns)) for row in rows}
    without = [place for place in places if place[:2] not in files]
    orphans = (
        "SELECT DISTINCT ON (m.agency, m.case_no, m.sender) m.agency, m.case_no, m.sender, m.seq, m.hash FROM message m "
        "JOIN {keys} ON (m.agency, m.case_no, m.sender) = (k.agency, k.case_no, k.sender) ORDER BY m.agency, m.case_no, m.sender, m.seq DESC"
    )
    ends = {
        (row["agency"], row["case_no"], row["sender"]): (row["seq"], row["hash"])
        for row in bulk.select_keys(cursor, orphans, without, ("agency", "case_no", "sender"))
    }
    found = {}
    for place in places:
        agency, case_no, sender = place
        at, end = ends.get(place, (0, ZEROS))
        orphan = Lane(case_no, agency, sender, received=at, received_hash=end)
        found[place] = (files.get((agency, case_no), orphan), (agency, case_no) in files)
    return found
