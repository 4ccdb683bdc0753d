"""Up to 512 messages of one sender to one receiver, and the signed receipt that answers.

A message that goes alone is a bundle of one. Receipts are not receipted. What an agency sends or answers at once,
to whomever, stands under one signature (``joint``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, TypeVar, cast

from jiexu.exchange import merkle
from jiexu.exchange.canonical import MalformedError, write
from jiexu.exchange.codec import LONGEST_BUNDLE, check_field, encode, read_record
from jiexu.exchange.envelope import ZEROS, Envelope, beijing_day
from jiexu.exchange.joint import ALONE, Joint, sign_jointly
from jiexu.exchange.journal_seal import JournalSeal
from jiexu.exchange.lanes import Arrival
from jiexu.exchange.signing import (
    KeyNotValidError,
    KeyStolenError,
    Sign,
    UnknownKeyError,
    Verifier,
    agency_of,
)
from jiexu.values.changing import changed
from jiexu.values.errors import ValueFault

MESSAGES: Final = "messages"
"""The purpose of a bundle that carries the messages of cases."""
RECORDED: Final = "recorded"
REFUSED: Final = "refused"
OUTCOMES: Final = frozenset(
    {RECORDED, REFUSED, *(arrival.value for arrival in Arrival)} - {Arrival.IN_ORDER.value}
)
"""What a receipt may say of a message: judged and not processed, or ``recorded``, or ``refused`` by a rule."""

VERSION: Final = 3
"""The version of a bundle that this release writes. It still reads 2, signed by itself, and 1, without time and seal."""

_PREFIXES: Final = {1: b"jiexu/bundle/1\n", 2: b"jiexu/bundle/2\n", VERSION: b"jiexu/bundle/3\n"}
_ADDED: Final[dict[int, dict[str, object]]] = {
    1: {"version": 1, "time": None, "seal": None, "joint": None},
    2: {"joint": None},
    VERSION: {},
}
"""What a bundle of each version did not have, as it is read."""
_RECEIPT: Final = b"jiexu/receipt/2\n"
_RECEIPT_ALONE: Final = b"jiexu/receipt/1\n"
_NOT_CONTENT: Final = ("signature", "joint")
_UNSIGNED: Final = "00" * 64
_NAME: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")
"""Of a message in a receipt: its id, or the hash of what has no readable one."""


class BundleError(ValueFault):
    """A bundle or receipt is not what its signer signed; ``code`` says exactly what is wrong."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is signed for many messages at once.

    ``agency``, ``receiver``: six-digit codes. ``key_id``: of the sender's key. ``count``: 1 to 512. ``root``: RFC
    9162 Merkle root over the envelopes' hashes in the order sent, hex. ``time``: of signing, UTC as in envelopes;
    None in version 1 alone. ``seal``: the newest over the sender's journal, None while it has none. ``joint``: its
    place among all that was signed with it; None before version 3. ``signature``: hex.
    """

    version: int
    agency: str
    receiver: str
    key_id: str
    purpose: str
    count: int
    root: str
    time: str | None
    seal: JournalSeal | None
    signature: str
    joint: Joint | None

    def content(self) -> bytes:
        """Every field but signature and place, under the prefix of the bundle's version."""
        if self.version != VERSION:
            return _PREFIXES[self.version] + _content(self.as_json())
        return _PREFIXES[VERSION] + write(self._said())

    def written(self) -> bytes:
        """The canonical bytes of ``as_json``, as they are kept."""
        if self.version != VERSION or self.joint is None:
            return write(self.as_json())
        return write({**self._said(), "signature": self.signature, "joint": self.joint.as_json()})

    def _said(self) -> dict[str, object]:
        """Every field of the newest version but signature and place, to be written."""
        return {
            "version": self.version, "agency": self.agency, "receiver": self.receiver, "key_id": self.key_id,
            "purpose": self.purpose, "count": self.count, "root": self.root, "time": self.time,
            "seal": None if self.seal is None else self.seal.written(),
        }  # fmt: skip

    def signed_bytes(self) -> bytes:
        """What the signature is over. Raises BundleError where the place does not fit."""
        return _signed_bytes(self)

    def as_json(self) -> dict[str, object]:
        """The plain value, read back by ``bundle_from_json``."""
        lacking = _ADDED[self.version]
        value = encode(self)
        return {k: v for k, v in value.items() if k not in lacking} if lacking else value

    @property
    def day(self) -> date:
        """The Beijing day it was signed on. Raises BundleError for version 1, which does not say."""
        if self.time is None:
            raise BundleError(
                "bundle_version",
                "The bundle of {agency} has version 1, which does not say when it was signed; ask {agency} to send a newer version.",
                agency=self.agency,
            )
        return beijing_day(self.time)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiver's signed answer to a bundle: what became of each message, in the bundle's order.

    ``agency``: who received. ``time``: UTC, as in envelopes. ``outcomes``: message id and one of ``OUTCOMES``.
    ``joint``: its place among all that was signed with it; None in version 1, signed by itself.
    """

    bundle_root: str
    agency: str
    key_id: str
    time: str
    outcomes: tuple[tuple[str, str], ...]
    signature: str
    joint: Joint | None

    def content(self) -> bytes:
        """Every field but signature and place, under the receipt's own prefix."""
        return (_RECEIPT_ALONE if self.joint is None else _RECEIPT) + write(self._said())

    def written(self) -> bytes:
        """The canonical bytes of ``as_json``, as they are kept."""
        place = {} if self.joint is None else {"joint": self.joint.as_json()}
        return write({**self._said(), **place, "signature": self.signature})

    def _said(self) -> dict[str, object]:
        """Every field but signature and place, to be written."""
        return {
            "bundle_root": self.bundle_root, "agency": self.agency, "key_id": self.key_id, "time": self.time,
            "outcomes": self.outcomes,
        }  # fmt: skip

    def signed_bytes(self) -> bytes:
        """What the signature is over. Raises BundleError where the place does not fit."""
        return _signed_bytes(self)

    def as_json(self) -> dict[str, object]:
        """The plain value, read back by ``receipt_from_json``."""
        value = encode(self)
        if self.joint is None:
            del value["joint"]
        return value

    @property
    def day(self) -> date:
        """The Beijing day it was signed on."""
        return beijing_day(self.time)


Signed = TypeVar("Signed", Bundle, Receipt)


def sign_together(drafts: Sequence[Signed], *, sign: Sign) -> list[Signed]:
    """Bundles, or receipts, of one agency and key under one signature, or where they are over 512 under one for each 512."""
    signed: list[Signed] = []
    for start in range(0, len(drafts), LONGEST_BUNDLE):
        some = drafts[start : start + LONGEST_BUNDLE]
        first, contents = some[0], [draft.content() for draft in some]
        signature, places = sign_jointly(contents, agency=first.agency, key_id=first.key_id, sign=sign)
        hexed = signature.hex()
        signed += [
            changed(draft, signature=hexed, joint=place) for draft, place in zip(some, places, strict=True)
        ]
    return signed


def leaf(envelope: Envelope) -> bytes:
    """The data of an envelope's leaf: its hash, so that proofs need nothing else of it."""
    return bytes.fromhex(envelope.hash)


def bundle_root(hashes: Sequence[str]) -> str:
    """The Merkle root over the hashes of envelopes in order, hex."""
    return merkle.root([bytes.fromhex(each) for each in hashes]).hex()


def draft_bundle(
    envelopes: Sequence[Envelope],
    *,
    agency: str,
    receiver: str,
    time: str,
    key_id: str,
    journal: JournalSeal | None = None,
    purpose: str = MESSAGES,
) -> Bundle:
    """Envelopes as they are to be signed: see ``sign_together``. Messages of one case stand in rising sequence.

    ``time``: the instant of signing, as in envelopes. ``journal``: the newest seal over the sender's journal. Raises
    BundleError for none or more than 512, a message of another sender or receiver, a wrong order, or a key of another
    agency; MalformedError for a field that is no code.
    """
    draft = Bundle(
        version=VERSION,
        agency=agency,
        receiver=receiver,
        key_id=key_id,
        purpose=purpose,
        count=len(envelopes),
        root=bundle_root([envelope.hash for envelope in envelopes]),
        time=time,
        seal=journal,
        signature=_UNSIGNED,
        joint=ALONE,
    )
    _check_content(draft, envelopes)
    _check_parties(agency, receiver, key_id, purpose, time)
    return draft


def seal(
    envelopes: Sequence[Envelope],
    *,
    agency: str,
    receiver: str,
    time: str,
    key_id: str,
    sign: Sign,
    journal: JournalSeal | None = None,
    purpose: str = MESSAGES,
) -> Bundle:
    """The same, signed by itself."""
    draft = draft_bundle(
        envelopes,
        agency=agency,
        receiver=receiver,
        time=time,
        key_id=key_id,
        journal=journal,
        purpose=purpose,
    )
    return sign_together([draft], sign=sign)[0]


def open_bundle(
    bundle: Bundle, hashes: Sequence[str], *, keys: Verifier, received_on: date, is_kept: bool = False
) -> None:
    """Raise BundleError unless exactly these envelopes, in this order, were signed by the bundle's agency.

    ``hashes``: of the envelopes, or of what came in their place; what each of them is, is for ``judge`` to say.
    ``received_on``: the receiver's Beijing day. The key must stand on the day of signing *and* on that of receiving:
    whoever holds a key that has ended could write any day before its end. ``is_kept``: it came before and is looked at
    again. Looked at in this order, the first that applies is named: count, root, seal, day, key, signature.
    """
    _check_count(bundle, len(hashes))
    if bundle_root(hashes) != bundle.root:
        raise BundleError(
            "bundle_root",
            "The envelopes do not give the bundle's root {root}: one was changed, exchanged or moved; ask {agency} to send the bundle again.",
            root=bundle.root,
            agency=bundle.agency,
        )
    _check_seal(bundle)
    if bundle.day > received_on:
        raise BundleError(
            "bundle_from_tomorrow",
            "The bundle of {agency} was signed on {day}, and today is {today}; compare the clocks and send it again.",
            agency=bundle.agency,
            day=bundle.day.isoformat(),
            today=received_on.isoformat(),
        )
    came = None if is_kept else received_on
    _check_signature(bundle, keys=keys, days=(bundle.day, received_on), came=came)


def bundle_from_json(value: object) -> Bundle:
    """Read what ``Bundle.as_json`` writes. Raises MalformedError. Nothing is proven yet: see ``open_bundle``."""
    version = _version(value)
    read = {**value, **_ADDED[version]} if isinstance(value, dict) else value
    bundle = cast("Bundle", read_record(Bundle, read, "bundle"))
    if (
        bundle.version != version
        or (version > 1 and bundle.time is None)
        or (version == VERSION and bundle.joint is None)
    ):
        raise MalformedError(
            "bundle_shape",
            "bundle.version must be {version}, with the time of signing and the place in what was signed; send the bundle in that version.",
            version=VERSION,
        )
    if bundle.time is not None:
        beijing_day(bundle.time)
    return bundle


def _version(value: object) -> int:
    """Which version a bundle has the fields of. Where they are of none, it is read as the newest, and refused."""
    names = value.keys() if isinstance(value, dict) else _ADDED[1].keys()
    return next((each for each in (1, 2) if not names & _ADDED[each].keys()), VERSION)


def draft_receipt(bundle: Bundle, *, time: str, outcomes: Sequence[tuple[str, str]], key_id: str) -> Receipt:
    """The receiver's receipt as it is to be signed: see ``sign_together``.

    ``outcomes``: message id and outcome, every message of the bundle in order.

    Raises BundleError for another number of outcomes than messages or a key of another agency than the receiver;
    MalformedError for an outcome outside ``OUTCOMES``.
    """
    listed = tuple((message, str(outcome)) for message, outcome in outcomes)
    draft = Receipt(bundle.root, bundle.receiver, key_id, time, listed, _UNSIGNED, ALONE)
    _check_signer(bundle.receiver, key_id, time)
    if not all(outcome in OUTCOMES and _NAME.fullmatch(message) for message, outcome in listed):
        receipt_from_json(draft.as_json())
    _check_count(bundle, len(draft.outcomes))
    _check_key(draft)
    return draft


def give_receipt(
    bundle: Bundle, *, time: str, outcomes: Sequence[tuple[str, str]], key_id: str, sign: Sign
) -> Receipt:
    """The same, signed by itself."""
    return sign_together([draft_receipt(bundle, time=time, outcomes=outcomes, key_id=key_id)], sign=sign)[0]


def check_receipt(
    receipt: Receipt,
    *,
    bundle: Bundle,
    names: Sequence[str],
    keys: Verifier,
    received_on: date | None = None,
) -> None:
    """Raise BundleError unless the bundle's receiver signed an outcome for each of its messages, in order.

    ``names``: of the messages, their ids; of what has no readable id, the hash in its place.
    Its key must stand on the day of the receipt, whenever that comes: the same bundle is answered with the same
    receipt as long as it is sent, or with a new one where the key of the first was stolen. ``received_on``: the day it
    came, None where it is kept from before.
    """
    if (receipt.bundle_root, receipt.agency) != (bundle.root, bundle.receiver):
        raise BundleError(
            "receipt_of_other_bundle",
            "The receipt of {agency} is for bundle {root}, not for the one sent; look up that bundle.",
            agency=receipt.agency,
            root=receipt.bundle_root,
        )
    if [message for message, _ in receipt.outcomes] != list(names):
        raise BundleError(
            "receipt_lists_others",
            "The receipt of {agency} does not list exactly the messages of bundle {root} in order; ask for a right one.",
            agency=receipt.agency,
            root=receipt.bundle_root,
        )
    _check_signature(receipt, keys=keys, days=(receipt.day,), came=received_on)


def check_receipt_day(receipt: Receipt, envelopes: Iterable[Envelope], *, today: date) -> None:
    """Raise BundleError where a receipt is of a day before its messages were written, or of one still to come.

    It may be earlier than the bundle: what is signed and sent again gets the receipt of the first time. So whoever
    holds a receiver's ended key cannot make receipts for what was written after its end.
    """
    written = max((envelope.time for envelope in envelopes), default=receipt.time)
    first = beijing_day(written)
    if not first <= receipt.day <= today:
        raise BundleError(
            "receipt_day",
            "The receipt of {agency} is of {day}, but its messages were written on {first} and today is {today}; compare the clocks and ask for a right one.",
            agency=receipt.agency,
            day=receipt.day.isoformat(),
            first=first.isoformat(),
            today=today.isoformat(),
        )


def receipt_from_json(value: object) -> Receipt:
    """Read what ``Receipt.as_json`` writes. Raises MalformedError. Nothing is proven yet: see ``check_receipt``."""
    alone = isinstance(value, dict) and "joint" not in value
    read = {**value, "joint": None} if isinstance(value, dict) and alone else value
    receipt = cast("Receipt", read_record(Receipt, read, "receipt"))
    if not alone and receipt.joint is None:
        raise MalformedError(
            "receipt_shape", "receipt.joint is the place in what was signed; give it, or leave it out."
        )
    beijing_day(receipt.time)
    for at, (_, outcome) in enumerate(receipt.outcomes):
        if outcome not in OUTCOMES:
            raise MalformedError(
                "receipt_outcome",
                "receipt.outcomes[{at}] must be a message id and one of {known}; correct the receipt.",
                at=at,
                known=", ".join(sorted(OUTCOMES)),
            )
    return receipt


def _check_parties(agency: str, receiver: str, key_id: str, purpose: str, time: str) -> None:
    """Raise MalformedError unless a bundle between these would be read."""
    given = {"agency": agency, "receiver": receiver, "key_id": key_id, "purpose": purpose, "time": time}
    for name, value in given.items():
        check_field(Bundle, name, value, "bundle")
    beijing_day(time)


@lru_cache(maxsize=4096)
def _check_signer(agency: str, key_id: str, time: str) -> None:
    """Raise MalformedError unless a receipt signed so would be read."""
    receipt_from_json(Receipt(ZEROS, agency, key_id, time, (), _UNSIGNED, ALONE).as_json())


def _check_content(bundle: Bundle, envelopes: Sequence[Envelope]) -> None:
    """Number, parties and order of the envelopes, and whose key is named."""
    _check_count(bundle, len(envelopes))
    last_of: dict[str, int] = {}
    for envelope in envelopes:
        if (envelope.sender, envelope.receiver) != (bundle.agency, bundle.receiver):
            raise BundleError(
                "bundle_parties",
                "Message {message} goes from {sender} to {receiver}, the bundle from {agency} to {to}; bundle it with its own.",
                message=envelope.id,
                sender=envelope.sender,
                receiver=envelope.receiver,
                agency=bundle.agency,
                to=bundle.receiver,
            )
        if envelope.seq <= last_of.get(envelope.case_no, 0):
            raise BundleError(
                "bundle_order",
                "Message {seq} of case {case_no} stands after message {before}; send the messages of a case in rising order, each once.",
                seq=envelope.seq,
                case_no=envelope.case_no,
                before=last_of[envelope.case_no],
            )
        last_of[envelope.case_no] = envelope.seq
    _check_seal(bundle)
    _check_key(bundle)


def _check_seal(bundle: Bundle) -> None:
    if bundle.seal is not None and bundle.seal.agency != bundle.agency:
        raise BundleError(
            "bundle_seal_of_other",
            "The bundle of {agency} carries a seal over the journal of {other}; send one's own, or none.",
            agency=bundle.agency,
            other=bundle.seal.agency,
        )


def _check_count(bundle: Bundle, given: int) -> None:
    if bundle.count != given or not 1 <= given <= LONGEST_BUNDLE:
        raise BundleError(
            "bundle_count",
            "The bundle speaks for {count} messages and {given} are here; it must be the same number, 1 to {longest}.",
            count=bundle.count,
            given=given,
            longest=LONGEST_BUNDLE,
        )


def _content(value: dict[str, object]) -> bytes:
    return write({name: each for name, each in value.items() if name not in _NOT_CONTENT})


def _signed_bytes(signed: Bundle | Receipt) -> bytes:
    if signed.joint is None:
        return signed.content()
    said = signed.joint.signed_bytes(signed.content(), agency=signed.agency, key_id=signed.key_id)
    if said is None:
        raise BundleError(
            "bundle_joint",
            "The path of {agency} does not lead from place {index} of {size} to what was signed there; ask {agency} to send it again.",
            agency=signed.agency,
            index=signed.joint.index,
            size=signed.joint.size,
        )
    return said


def _check_key(signed: Bundle | Receipt) -> None:
    if agency_of(signed.key_id) != signed.agency:
        raise BundleError(
            "bundle_key_of_other_agency",
            "Key {key_id} is not a key of {agency}, who is named as the signer; sign with a key of that agency.",
            key_id=signed.key_id,
            agency=signed.agency,
        )


def _check_signature(
    signed: Bundle | Receipt, *, keys: Verifier, days: Sequence[date], came: date | None
) -> None:
    """``days``: on all of which the key must stand, the day of signing first. ``came``: None for what is kept here."""
    _check_key(signed)
    try:
        for day in days:
            keys.check(signed.key_id, day, came)
        right = keys.verify(signed.key_id, signed.signed_bytes(), bytes.fromhex(signed.signature), days[0])
    except KeyStolenError as stolen:
        raise BundleError(
            "bundle_key_stolen",
            "Key {key_id} of {agency} ended on {day} because it was stolen; ask {agency} to send it again, signed with another key.",
            key_id=signed.key_id,
            agency=signed.agency,
            day=stolen.data["day"],
        ) from stolen
    except KeyNotValidError as ended:
        raise BundleError(
            "bundle_key_not_valid",
            "Key {key_id} of {agency} does not stand on {day}; ask {agency} to send it again, signed with a current key.",
            key_id=signed.key_id,
            agency=signed.agency,
            day=ended.data["day"],
        ) from ended
    except UnknownKeyError as unknown:
        raise BundleError(
            "bundle_key_unknown",
            "No valid certificate for key {key_id} of {agency} is at hand; fetch it from the directory.",
            key_id=signed.key_id,
            agency=signed.agency,
        ) from unknown
    if not right:
        raise BundleError(
            "bundle_signature",
            "The signature is not that of key {key_id} of {agency} over this content; ask {agency} to send it again.",
            key_id=signed.key_id,
            agency=signed.agency,
        )
