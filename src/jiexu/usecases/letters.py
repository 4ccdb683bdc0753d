"""The offline route: what two agencies send one another, carried by hand (R-023: certificate, contact letter, form).

A letter is the very delivery the wire would carry, signed by the sender, as a file that can be printed, posted or
brought; so a copy that comes twice, or by wire later, changes nothing. The receiver's signed receipt goes back the
same way, and only then does the sender let go of what it handed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiexu.exchange.bundle import BundleError, Receipt, open_bundle, receipt_from_json
from jiexu.exchange.canonical import canonical, parse
from jiexu.exchange.wire import LONGEST_DELIVERY, Message, unpack
from jiexu.usecases.delivery import receipted, sealed
from jiexu.usecases.node import Node
from jiexu.usecases.receiving import Delivery, receive
from jiexu.usecases.sealing import newest_seals

WAITING = (
    "SELECT o.agency, o.receiver, o.case_no, m.id, m.envelope, m.payload FROM outbox o "
    "JOIN message m ON (m.agency, m.id) = (o.agency, o.message_id) WHERE o.agency = %s AND o.case_no = %s ORDER BY o.seq LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A sealed letter. ``says``: types of the messages in it, in order; ``cases``: the numbers of theirs."""

    sender: str
    receiver: str
    data: bytes
    says: tuple[str, ...]
    cases: tuple[str, ...] = ()


def write(node: Node, *, agency: str, case_no: str, day: date) -> Letter | None:
    """The next message of a case that waits at an agency to be carried; None where none waits."""
    with node.store.transaction("letter.write", [agency]) as cursor:
        rows = cursor.execute(WAITING, [agency, case_no]).fetchall()
        journals = newest_seals(cursor, [agency])
    if not rows:
        return None
    receiver = rows[0]["receiver"]
    return read(sealed(node, (agency, receiver), rows, day=day, journals=journals))


def read(data: bytes) -> Letter:
    """A letter as it lies on the desk. Raises MalformedError where the file is none; nothing is proven by reading."""
    bundle, messages = unpack(data)
    sound = [each.envelope for each in messages if isinstance(each, Message)]
    cases = tuple(dict.fromkeys(each.case_no for each in sound))
    return Letter(bundle.agency, bundle.receiver, data, tuple(each.type.value for each in sound), cases)


def take_in(node: Node, letter: Letter, *, day: date) -> bytes:
    """Verify and process a letter at its receiver; the signed receipt to send back.

    Raises BundleError where the letter is for nobody here or its signature does not stand (then it is kept), and
    KeyNotValidError where its receiver has no key to answer with.
    """
    if letter.receiver not in node.hosted:
        raise BundleError(
            "letter_not_for_us",
            "The letter is for {receiver}, which is no agency of this node; carry it there.",
            receiver=letter.receiver,
        )
    answer = receive(node, [Delivery(letter.receiver, letter.data)], day=day)[0]
    if not isinstance(answer, Receipt):
        raise answer
    return canonical(answer.as_json())


def acknowledge(node: Node, letter: Letter, receipt: bytes, *, day: date) -> None:
    """Store the receiver's receipt at the sender, which lets go of what the letter handed over.

    Raises BundleError where the letter is not as the sender signed it, or the receipt not the receiver's for it;
    MalformedError where one of them is none.
    """
    bundle, messages = unpack(letter.data)
    # By the day it was signed: whether the key still stands when the receipt comes back is no matter.
    open_bundle(
        bundle, [each.hash for each in messages], keys=node.keyring, received_on=bundle.day, is_kept=True
    )
    own = [each for each in messages if isinstance(each, Message)]
    given = receipt_from_json(parse(receipt, longest=LONGEST_DELIVERY))
    receipted(node, (bundle, own), given, day=day)
