"""The messages of a case read from the beginning: chained, acknowledged, and the same at both agencies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from jiexu.exchange.bundle import (
    Bundle,
    Receipt,
    bundle_from_json,
    check_receipt,
    check_receipt_day,
    open_bundle,
    receipt_from_json,
)
from jiexu.exchange.canonical import MalformedError, parse
from jiexu.exchange.chain import chain_breaks
from jiexu.exchange.envelope import ZEROS, Envelope, read_envelope
from jiexu.exchange.sealing import SealError
from jiexu.exchange.signing import Keyring
from jiexu.store import streams
from jiexu.store.db import Cursor, Row
from jiexu.store.steps import Secrets
from jiexu.store.streams import Stream, count, keys
from jiexu.usecases import not_taken
from jiexu.usecases.verifying.cases import Letter, Side
from jiexu.usecases.verifying.report import Findings
from jiexu.values.errors import ValueFault

LONGEST = 1 << 24
OF_A_BUNDLE = ("root", "sender")
BUNDLES = 'SELECT * FROM bundle ORDER BY root COLLATE "C", sender COLLATE "C", agency'
MEMBERS = (
    "SELECT b.agency, b.root, b.sender, b.message_id, b.hash, b.outcome, m.envelope, m.outcome AS became, n.outcome AS refused "
    "FROM bundle_message b LEFT JOIN message m ON (m.agency, m.id, m.hash) = (b.agency, b.message_id, b.hash) "
    "LEFT JOIN (SELECT DISTINCT agency, sender, hash, outcome FROM not_taken) n "
    "ON (n.agency, n.sender, n.hash, n.outcome) = (b.agency, b.sender, b.hash, b.outcome) "
    'ORDER BY b.root COLLATE "C", b.sender COLLATE "C", b.agency, b.position'
)
"""Messages of bundles, with what is kept of each: as a message, or as something that was not taken."""
Proven = dict[object, tuple[Bundle, Receipt]]
"""Bundles and receipts that were proven, by the bytes they were proven of."""


def check_side(side: Side, findings: Findings) -> None:
    """One agency's own copy of both lanes, its outbox, and what its file says of their ends."""
    agency, case_no = side.key
    for fault in chain_breaks(letter.envelope for letter in side.letters):
        findings.add("chain", agency, case_no, f"{fault.sender}-{fault.seq}", fault=fault.fault.value)
    _end(side, "sent", side.own, findings)
    _end(side, "received", side.theirs, findings)
    for letter in side.own:
        waiting, answered = letter.row["id"] in side.outbox, letter.row["id"] in side.bundled
        if waiting == answered:
            findings.add(
                "receipt_missing" if not waiting else "receipted_and_waiting",
                agency,
                case_no,
                f"{agency}-{letter.envelope.seq}",
            )
    known = {letter.row["id"]: letter.envelope for letter in side.own}
    for message_id, row in side.outbox.items():
        envelope = known.get(message_id)
        if envelope is None or (envelope.seq, envelope.receiver) != (row["seq"], row["receiver"]):
            findings.add("outbox_differs", agency, case_no, f"{agency}-{row['seq']}")


def _end(side: Side, lane: str, letters: Sequence[Letter], findings: Findings) -> None:
    last = letters[-1].envelope if letters else None
    at, end = (last.seq, last.hash) if last else (0, ZEROS)
    if (side.file[lane], side.file[f"{lane}_hash"]) != (at, end):
        findings.add("lane_end_differs", *side.key, lane=lane, stored=side.file[lane], found=at)


def check_both(one: Side, other: Side, findings: Findings) -> None:
    """The two agencies' copies of one agency's lane. What only the sender has must still wait in its outbox."""
    there = {(letter.envelope.sender, letter.envelope.seq): letter for letter in other.letters}
    here = {(letter.envelope.sender, letter.envelope.seq): letter for letter in one.letters}
    for place, letter in here.items():
        name = f"{place[0]}-{place[1]}"
        twin = there.get(place)
        if twin is None and place[0] == one.key[0] and letter.row["id"] not in one.outbox:
            findings.add("message_missing", other.key[0], one.key[1], name)
        if twin is None and place[0] != one.key[0]:
            findings.add("message_missing", other.key[0], one.key[1], name)
        if twin is not None and place[0] == one.key[0] and twin.envelope.hash != letter.envelope.hash:
            findings.add("message_differs", one.key[0], one.key[1], name, other=other.key[0])


def check_bundles(cursor: Cursor, hosted: Collection[str], keyring: Keyring, findings: Findings) -> None:
    """Every bundle an agency here sent or received, and its two copies beside each other."""
    bundles, members = Stream(cursor, BUNDLES, OF_A_BUNDLE), Stream(cursor, MEMBERS, OF_A_BUNDLE)
    total = count(cursor, "SELECT count(DISTINCT (root, sender)) AS n FROM bundle")
    for key in findings.watched(keys([bundles, members]), "bundles", total):
        rows, listed = bundles.take(key), members.take(key)
        proven: Proven = {}
        for row in rows:
            findings.count("bundles")
            own = [member for member in listed if member["agency"] == row["agency"]]
            _bundle(row, own, keyring, proven, findings)
        _copies(rows, hosted, keyring, findings)


def _bundle(row: Row, members: list[Row], keyring: Keyring, proven: Proven, findings: Findings) -> None:
    """Root, both signatures, and an outcome for each message. ``proven``: copies that were found right before."""
    where = row["agency"], f"bundle {row['root'][:16]}"
    for member in members:
        if member["envelope"] is None and member["refused"] is None:
            findings.add("bundled_message_missing", *where, message=member["message_id"])
    content = (
        row["body"],
        row["receipt"],
        *((each["message_id"], each["hash"], each["envelope"]) for each in members),
    )
    try:
        bundle, receipt = proven.get(content) or _proven(row, members, keyring)
    except ValueFault as error:
        findings.add("bundle", *where, error=str(error))
        return
    proven[content] = bundle, receipt
    if (bundle.root, bundle.agency, bundle.receiver) != (row["root"], row["sender"], row["receiver"]):
        findings.add("bundle_column_differs", *where)
    # The sender keeps its own messages as sent; what became of them stands with the receipt.
    for member, (_, outcome) in zip(members, receipt.outcomes, strict=True):
        became = outcome if row["agency"] == row["sender"] else member["refused"] or member["became"]
        if {member["outcome"], became} != {outcome}:
            findings.add("outcome_differs", *where, message=member["message_id"])


def _proven(row: Row, members: list[Row], keyring: Keyring) -> tuple[Bundle, Receipt]:
    """A bundle and its receipt, both signed. Raises ValueFault."""
    bundle = bundle_from_json(parse(row["body"], longest=LONGEST))
    receipt = receipt_from_json(parse(row["receipt"], longest=LONGEST))
    # Signed and sent again, a bundle got the receipt of the first time: nothing later is known of when it came.
    last = max(bundle.day, receipt.day)
    envelopes = [None if each["envelope"] is None else read_envelope(each["envelope"]) for each in members]
    leaves = [_leaf(bundle, *each) for each in zip(members, envelopes, strict=True)]
    open_bundle(bundle, leaves, keys=keyring, received_on=last, is_kept=True)
    names = [member["message_id"] for member in members]
    check_receipt(receipt, bundle=bundle, names=names, keys=keyring)
    check_receipt_day(receipt, [each for each in envelopes if each is not None], today=last)
    return bundle, receipt


def _leaf(bundle: Bundle, member: Row, envelope: Envelope | None) -> str:
    """The hash of an envelope, made again where it is kept as a message of the bundle's own two agencies.

    What was not taken is opened by itself, also where its own sender brought the same later.
    """
    if envelope is None or member["refused"] is not None:
        return str(member["hash"])
    own = (envelope.sender, envelope.receiver) == (bundle.agency, bundle.receiver)
    return envelope.hash if own else ""


def _copies(rows: list[Row], hosted: Collection[str], keyring: Keyring, findings: Findings) -> None:
    """The two agencies of a bundle keep the same receipt. Signed anew, it may carry another seal, time or key.

    Where the receiver's key was stolen before the receipt reached the sender, that one kept the receipt it got instead.
    """
    sent = next((row for row in rows if row["agency"] == row["sender"]), None)
    if sent is None or sent["receiver"] not in hosted:
        return
    received = [bytes(row["receipt"]) for row in rows if row["agency"] != sent["agency"]]
    if bytes(sent["receipt"]) not in received and not any(_is_stolen(each, keyring) for each in received):
        findings.add("bundle_copies_differ", sent["agency"], f"bundle {sent['root'][:16]}")


def _is_stolen(receipt: bytes, keyring: Keyring) -> bool:
    """Whether a kept receipt was signed with a key that was stolen since. What cannot be read is named elsewhere."""
    try:
        return receipt_from_json(parse(receipt, longest=LONGEST)).key_id in keyring.stolen
    except MalformedError:
        return False


def check_not_taken(cursor: Cursor, secrets: Mapping[str, Secrets], findings: Findings) -> None:
    """What came and was not taken still opens, and is what came; of what was not kept whole, what is said of it."""
    for row in streams.rows(cursor, "SELECT * FROM not_taken ORDER BY agency, id"):
        findings.count("not_taken")
        agency, about = row["agency"], [row[name] for name in not_taken.ABOUT]
        digest = row["digest"]
        try:
            if row["body"] is not None:
                digest = not_taken.keyed_digest(secrets[agency], not_taken.open_body(row, secrets[agency]))
        except SealError as error:
            findings.add("not_taken_unreadable", agency, row["id"][:16], error=str(error))
            continue
        named = not_taken.content_id(secrets[agency], about, row["size"], digest)
        if (named, digest) != (row["id"], row["digest"]):
            findings.add("not_taken_differs", agency, row["id"][:16])
