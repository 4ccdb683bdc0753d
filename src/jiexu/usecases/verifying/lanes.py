"""The messages of a case read from the beginning: chained, acknowledged, and the same at both agencies."""

from __future__ import annotations

from collections.abc import Sequence

from jiexu.exchange.bundle import Bundle, bundle_from_json, check_receipt, open_bundle, receipt_from_json
from jiexu.exchange.canonical import parse
from jiexu.exchange.chain import chain_breaks
from jiexu.exchange.envelope import ZEROS, read_envelope
from jiexu.exchange.sealing import SealError
from jiexu.exchange.signing import Keyring
from jiexu.store.db import Cursor, Row
from jiexu.store.steps import Secrets
from jiexu.usecases import not_taken
from jiexu.usecases.verifying.cases import Letter, Side
from jiexu.usecases.verifying.report import Findings
from jiexu.values.errors import ValueFault

LONGEST = 1 << 24
BUNDLES = 200


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


def check_bundles(cursor: Cursor, agency: str, keyring: Keyring, findings: Findings) -> None:
    """Every bundle an agency sent or received: root, both signatures, and an outcome for each message."""
    last = ("", "")
    while True:
        rows = cursor.execute(
            "SELECT * FROM bundle WHERE agency = %s AND (root, sender) > (%s, %s) ORDER BY root, sender LIMIT %s",
            [agency, *last, BUNDLES],
        ).fetchall()
        if not rows:
            return
        last = rows[-1]["root"], rows[-1]["sender"]
        names = [name for row in rows for name in _receipted(row)]
        members = cursor.execute(MEMBERS, [agency, names]).fetchall()
        held: dict[tuple[str, str], list[Row]] = {}
        for row in members:
            held.setdefault((row["root"], row["sender"]), []).append(row)
        for row in rows:
            findings.count("bundles")
            _bundle(row, held.get((row["root"], row["sender"]), []), keyring, findings)


MEMBERS = (
    "SELECT b.root, b.sender, b.message_id, b.hash, b.outcome, m.envelope, m.outcome AS became, (SELECT n.outcome FROM not_taken n "
    "WHERE (n.agency, n.sender, n.hash, n.outcome) = (b.agency, b.sender, b.hash, b.outcome) LIMIT 1) AS refused FROM bundle_message b "
    "LEFT JOIN message m ON (m.agency, m.id, m.hash) = (b.agency, b.message_id, b.hash) "
    "WHERE b.agency = %s AND b.message_id = ANY(%s) ORDER BY b.root, b.sender, b.position"
)
"""Messages of bundles, with what is kept of each: as a message, or as something that was not taken."""


def _receipted(row: Row) -> list[str]:
    """Messages a stored bundle's receipt speaks of; none where it cannot be read, which ``_bundle`` names."""
    try:
        receipt = receipt_from_json(parse(bytes(row["receipt"]), longest=LONGEST))
    except ValueFault:
        return []
    return [message_id for message_id, _ in receipt.outcomes]


def _bundle(row: Row, members: list[Row], keyring: Keyring, findings: Findings) -> None:
    where = row["agency"], f"bundle {row['root'][:16]}"
    for member in members:
        if member["envelope"] is None and member["refused"] is None:
            findings.add("bundled_message_missing", *where, message=member["message_id"])
    try:
        bundle = bundle_from_json(parse(bytes(row["body"]), longest=LONGEST))
        receipt = receipt_from_json(parse(bytes(row["receipt"]), longest=LONGEST))
        open_bundle(bundle, _leaves(bundle, members), keys=keyring, received_on=receipt.day)
        names = [member["message_id"] for member in members]
        check_receipt(receipt, bundle=bundle, names=names, keys=keyring)
    except ValueFault as error:
        findings.add("bundle", *where, error=str(error))
        return
    if (bundle.root, bundle.agency, bundle.receiver) != (row["root"], row["sender"], row["receiver"]):
        findings.add("bundle_column_differs", *where)
    # The sender keeps its own messages as sent; what became of them stands with the receipt.
    for member, (_, outcome) in zip(members, receipt.outcomes, strict=True):
        became = outcome if row["agency"] == row["sender"] else member["became"] or member["refused"]
        if {member["outcome"], became} != {outcome}:
            findings.add("outcome_differs", *where, message=member["message_id"])


def _leaves(bundle: Bundle, members: list[Row]) -> list[str]:
    """The hash of every envelope, made again where it is kept as a message of the bundle's own two agencies.

    Raises MalformedError for an envelope that cannot be read. Those that were not taken are opened by themselves.
    """
    leaves = []
    for member in members:
        if member["envelope"] is None:
            leaves.append(member["hash"])
            continue
        envelope = read_envelope(bytes(member["envelope"]))
        own = (envelope.sender, envelope.receiver) == (bundle.agency, bundle.receiver)
        leaves.append(envelope.hash if own else "")
    return leaves


def check_not_taken(cursor: Cursor, agency: str, secrets: Secrets, findings: Findings) -> None:
    """What came and was not taken still opens, and is what came."""
    for row in cursor.execute("SELECT * FROM not_taken WHERE agency = %s ORDER BY id", [agency]):
        findings.count("not_taken")
        about = [row[name] for name in not_taken.ABOUT]
        try:
            body = not_taken.open_body(row, secrets)
        except SealError as error:
            findings.add("not_taken_unreadable", agency, row["id"][:16], error=str(error))
            continue
        if not_taken.content_id(secrets, about, row["size"], body) != row["id"]:
            findings.add("not_taken_differs", agency, row["id"][:16])


def check_copies(cursor: Cursor, hosted: tuple[str, ...], findings: Findings) -> None:
    """The two agencies of a bundle keep the same receipt. Signed anew, it may carry another seal, time or key."""
    query = (
        "SELECT a.agency, a.root FROM bundle a LEFT JOIN bundle b ON b.root = a.root AND b.sender = a.sender AND b.agency <> a.agency "
        "WHERE a.sender = a.agency AND a.receiver = ANY(%s) AND (b.agency IS NULL OR b.receipt <> a.receipt) ORDER BY 1, 2"
    )
    for row in cursor.execute(query, [list(hosted)]):
        findings.add("bundle_copies_differ", row["agency"], f"bundle {row['root'][:16]}")
