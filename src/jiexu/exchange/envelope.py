"""What is chained and signed of a message: everything about it but its content.

The content stands in the payload, of which the envelope holds a salted hash only. A payload may be erased under a
retention rule and the chain stays whole; without the salt nobody can find out by trying what it said.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, cast

from jiexu.exchange.canonical import LARGEST_INTEGER, MalformedError, canonical, parse, write
from jiexu.exchange.codec import TIME_SHAPE, write_payload
from jiexu.exchange.payloads import NEWEST, TYPE_OF, MessageType, Payload
from jiexu.values.changing import changed

ZEROS: Final = "0" * 64
"""Stands for the hash of a message that does not exist: before the first, or none seen yet."""
SALT_BYTES: Final = 32
BEIJING: Final = timezone(timedelta(hours=8))
"""All days are Beijing days; instants are written in UTC."""

_ENVELOPE = b"jiexu/envelope/1\n"
_MESSAGE_ID = b"jiexu/message-id/1\n"
_SALT = b"jiexu/salt/1\n"

_HASH = re.compile(r"[0-9a-f]{64}")
_AGENCY = re.compile(r"[0-9]{6}")
_TIME_FORM = "%Y-%m-%dT%H:%M:%SZ"
MESSAGE_ID: Final = re.compile(r"[0-9a-f]{32}")
_SHAPES: Final = {
    "id": MESSAGE_ID,
    "sender": _AGENCY,
    "receiver": _AGENCY,
    "case_no": re.compile(r"[0-9A-Z]{1,20}"),
    "prev": _HASH,
    "seen": _HASH,
    "time": TIME_SHAPE,
    "payload_hash": _HASH,
}
_RANGES: Final = {
    "seq": (1, LARGEST_INTEGER),
    "seen_seq": (0, LARGEST_INTEGER),
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """The outside of one message.

    ``id``: derived from case, sender and sequence (``message_id``). ``version``: of the message type.
    ``sender``, ``receiver``: six-digit agency codes. ``seq``: counts from 1 per case and sender. ``prev``: hash of
    the sender's previous envelope in this case. ``seen_seq``, ``seen``: sequence and hash of the last message of
    the other side that the sender had processed. ``time``: UTC, as 2026-11-23T01:02:03Z. ``payload_hash``: salted.
    Nothing is checked here, so that what arrives malformed can be kept; see ``check_envelope``.
    """

    id: str
    type: MessageType
    version: int
    sender: str
    receiver: str
    case_no: str
    seq: int
    prev: str
    seen_seq: int
    seen: str
    time: str
    payload_hash: str
    _known: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """Bytes and hash once they were asked for: a message's are needed by chain, bundle, store and journal alike."""

    def as_json(self) -> dict[str, object]:
        """The plain value that is made canonical."""
        return dict(zip(_NAMES, _fields_of(self), strict=True)) | {"type": self.type.value}

    def canonical(self) -> bytes:
        """The bytes that are hashed and so signed. Raises MalformedError where a field has no canonical form."""
        if "bytes" not in self._known:
            # Of a sound envelope every field has a canonical form already.
            make = write if self._known.get("sound") else canonical
            self._known["bytes"] = make(self.as_json())
        return cast("bytes", self._known["bytes"])

    @property
    def hash(self) -> str:
        """SHA-256 in hex of the canonical bytes under the envelope's own prefix."""
        if "hash" not in self._known:
            self._known["hash"] = hashlib.sha256(_ENVELOPE + self.canonical()).hexdigest()
        return cast("str", self._known["hash"])


_NAMES: Final = tuple(field.name for field in fields(Envelope) if field.init)
_fields_of: Final = attrgetter(*_NAMES)


@dataclass(frozen=True, slots=True)
class Lane:
    """Where one agency stands in one case: what it sent last, and what it processed last of the other side.

    ``sent``, ``received``: sequence numbers, 0 for none. ``sent_hash``, ``received_hash``: ``ZEROS`` for none.
    """

    case_no: str
    me: str
    other: str
    sent: int = 0
    sent_hash: str = ZEROS
    received: int = 0
    received_hash: str = ZEROS


def hash_of_value(value: object) -> str:
    """The hash of whatever stands in the place of an envelope: that of the envelope where it is one.

    So a bundle is proven whole although one of its messages cannot be read. Raises MalformedError where the value
    has no canonical form.
    """
    return hashlib.sha256(_ENVELOPE + canonical(value)).hexdigest()


@lru_cache(maxsize=16_384, typed=True)
def message_id(case_no: str, sender: str, seq: int) -> str:
    """The 32 hex characters that name a message: first 128 bits of SHA-256 over case, sender and sequence."""
    return hashlib.sha256(_MESSAGE_ID + write([case_no, sender, seq])).hexdigest()[:32]


def derive_salt(agency_secret: bytes, message_id: str) -> bytes:
    """The salt of a message, 32 bytes: only the agency can derive it, and always derives the same."""
    return hmac.digest(agency_secret, _SALT + message_id.encode(), "sha256")


def salted_hash(salt: bytes, payload_bytes: bytes) -> str:
    """SHA-256 in hex of the salt followed by the payload. The salt must be ``SALT_BYTES`` long."""
    return hashlib.sha256(salt + payload_bytes).hexdigest()


def time_text(moment: datetime) -> str:
    """An aware instant as envelopes write it: UTC, whole seconds. Raises ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; pass an aware instant.")
    return moment.astimezone(UTC).strftime(_TIME_FORM)


@lru_cache(maxsize=4096)
def beijing_day(time: str) -> date:
    """The Beijing day of an instant written as in envelopes. Raises MalformedError where no such instant exists."""
    with suppress(ValueError, OverflowError):
        if TIME_SHAPE.fullmatch(time):
            return datetime.fromisoformat(time).astimezone(BEIJING).date()
    raise MalformedError(
        "time_not_an_instant",
        "A time is no instant that exists, written in UTC as 2026-11-23T01:02:03Z; the sender must correct it.",
    )


def compose(
    *,
    lane: Lane,
    type: MessageType,  # noqa: A002  the field's name
    payload: Payload,
    time: str,
    secret: bytes,
) -> tuple[Envelope, bytes, Lane]:
    """The next message of a lane: its envelope, its payload's bytes, and the lane after sending.

    ``time``: the instant of the step (``time_text``), not of the attempt: a retry passes the same one and gets
    the same bytes. ``secret``: the agency's, for the salt; ``derive_salt(secret, envelope.id)`` gives it again.
    Raises MalformedError where the receiver would have to call envelope or payload malformed.
    """
    if TYPE_OF[payload.__class__] is not type:
        raise MalformedError(
            "payload_of_other_type",
            "A payload of type {given} was given for a message of type {type}; pass the matching one.",
            given=TYPE_OF[payload.__class__].value,
            type=type.value,
        )
    data = write_payload(payload)
    seq = lane.sent + 1
    own_id = message_id(lane.case_no, lane.me, seq)
    envelope = Envelope(
        id=own_id,
        type=type,
        version=NEWEST[type],
        sender=lane.me,
        receiver=lane.other,
        case_no=lane.case_no,
        seq=seq,
        prev=lane.sent_hash,
        seen_seq=lane.received,
        seen=lane.received_hash,
        time=time,
        payload_hash=salted_hash(derive_salt(secret, own_id), data),
    )
    check_envelope(envelope)
    return envelope, data, changed(lane, sent=seq, sent_hash=envelope.hash)


def check_envelope(envelope: Envelope) -> None:
    """Raise MalformedError where a field is not what an envelope may hold, whoever receives it."""
    if envelope._known.get("sound"):  # noqa: SLF001  what the envelope knows of itself, kept beside its hash
        return
    for name, shape in _SHAPES.items():
        text = getattr(envelope, name)
        if not isinstance(text, str) or not shape.fullmatch(text):
            raise _bad_field(name, f"text of the form {shape.pattern}")
    for name, (smallest, largest) in _RANGES.items():
        number = getattr(envelope, name)
        if not isinstance(number, int) or isinstance(number, bool) or not smallest <= number <= largest:
            raise _bad_field(name, f"an integer from {smallest} to {largest}")
    if not isinstance(envelope.type, MessageType):
        raise _bad_field("type", "a message type of this exchange")
    if type(envelope.version) is not int or not 1 <= envelope.version <= NEWEST[envelope.type]:
        raise _bad_field("version", f"an integer from 1 to {NEWEST[envelope.type]} for this type of message")
    _check_agreement(envelope)
    envelope._known["sound"] = True  # noqa: SLF001  as above


def read_envelope(data: bytes) -> Envelope:
    """The envelope in canonical bytes. Raises MalformedError for any other bytes."""
    envelope = envelope_from_json(parse(data))
    # ``parse`` takes no bytes but those that this very value is written as.
    envelope._known["bytes"] = data  # noqa: SLF001  what the envelope knows of itself
    return envelope


def envelope_from_json(value: object) -> Envelope:
    """The envelope of a plain value as ``as_json`` gives it. Raises MalformedError."""
    if not isinstance(value, dict) or value.keys() != set(_NAMES):
        raise MalformedError(
            "envelope_keys",
            "The envelope must be an object with exactly the keys {keys}.",
            keys=", ".join(_NAMES),
        )
    try:
        type_ = MessageType(value["type"])
    except ValueError:
        raise _bad_field("type", "a message type of this exchange") from None
    envelope = Envelope(**{**value, "type": type_})
    check_envelope(envelope)
    return envelope


def _check_agreement(envelope: Envelope) -> None:
    """Fields that must agree with one another inside one envelope."""
    if envelope.id != message_id(envelope.case_no, envelope.sender, envelope.seq):
        raise _bad_field("id", "derived from the envelope's own case, sender and sequence")
    if envelope.sender == envelope.receiver:
        raise _bad_field("receiver", "another agency than the sender")
    if (envelope.seen_seq == 0) != (envelope.seen == ZEROS):
        raise _bad_field("seen", "zeros exactly when nothing was seen")
    try:
        datetime.fromisoformat(envelope.time)
    except ValueError:
        raise _bad_field("time", "an instant that exists") from None


def _bad_field(name: str, expected: str) -> MalformedError:
    return MalformedError(
        "envelope_field",
        "The envelope's {name} must be {expected}; the sender must compose the message again.",
        name=name,
        expected=expected,
    )
