"""What hypothesis draws for this package: any payload, any lane of a case, and keys of fixed people-free agencies."""

from __future__ import annotations

import string
from dataclasses import fields
from datetime import date
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from jiexu.exchange.canonical import LARGEST_INTEGER
from jiexu.exchange.codec import _WORD, CLASS_OF, MAY_BE_EMPTY, RANGES, SHAPES, _meant
from jiexu.exchange.envelope import Envelope, Lane, compose, derive_salt
from jiexu.exchange.lanes import advance
from jiexu.exchange.payloads import TYPE_OF, MessageType, Payload
from jiexu.exchange.signing import Ed25519Signer, Key, Keyring
from jiexu.exchange.wire import Message
from jiexu.records.monthset import MonthSet
from jiexu.values.month import FIRST_INDEX, LAST_INDEX

CHENGDU, QUJING = "510100", "530300"
SECRETS = {CHENGDU: b"secret of Chengdu", QUJING: b"secret of Qujing"}
SIGNERS = {
    agency: Ed25519Signer.of(key_id=f"{agency}-2026a", private_key=agency.encode().ljust(32, b"."))
    for agency in (CHENGDU, QUJING)
}
FROM, UNTIL, DAY = date(2026, 1, 1), date(2027, 12, 31), date(2026, 11, 23)
KEYRING = Keyring({signer.key_id: Key(signer.public_key, FROM, UNTIL) for signer in SIGNERS.values()})
TIME = "2026-11-23T01:02:03Z"
"""An instant of ``DAY``."""

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.isprintable)
days = st.dates(date(1949, 1, 1), date(2199, 12, 31))
indexes = st.integers(FIRST_INDEX, LAST_INDEX + 1)
month_sets = st.lists(st.tuples(indexes, indexes).map(lambda ends: (min(ends), max(ends))), max_size=6).map(
    MonthSet.from_spans
)


def _text(name: str) -> st.SearchStrategy[str]:
    shape = SHAPES.get(name)
    if shape is None:
        return texts if name not in MAY_BE_EMPTY else st.just("") | texts
    if shape is _WORD:  # drawing from the expression itself is ten times slower
        return st.text(string.ascii_letters + string.digits + "_.:/-", min_size=1, max_size=8)
    if shape.pattern.replace("|", "").replace("_", "").isalnum():
        return st.sampled_from(shape.pattern.split("|"))
    return st.from_regex(shape, fullmatch=True)


def _of(hint: Any, name: str) -> st.SearchStrategy[Any]:
    """A strategy for a field, read off its type, as the codec reads it."""
    if hint is str:
        return _text(name)
    if hint is int:
        return st.integers(*RANGES[name])
    if hint in (bool, date, MonthSet):
        return {bool: st.booleans(), date: days, MonthSet: month_sets}[hint]
    if get_origin(hint) is tuple:
        return st.lists(_of(get_args(hint)[0], name), max_size=3).map(tuple)
    if get_args(hint):
        return st.none() | _of(get_args(hint)[0], name)
    return records(hint)


def records(cls: type[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(cls)
    return st.builds(
        cls, **{field.name: _of(hints[field.name], _meant(cls, field.name)) for field in fields(cls)}
    )


def payloads_of(type_: MessageType) -> st.SearchStrategy[Payload]:
    return records(CLASS_OF[type_])


any_payload = st.sampled_from(MessageType).flatmap(payloads_of)

# Everything that has a canonical form: what messages consist of, nested a little.
plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="ascii"), max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


def send(lane: Lane, payload: Payload) -> tuple[Message, Lane]:
    """The next message of a lane, with its salt, and the lane afterwards."""
    secret = SECRETS[lane.me]
    envelope, data, after = compose(
        lane=lane, type=TYPE_OF[type(payload)], payload=payload, time=TIME, secret=secret
    )
    return Message(envelope, data, derive_salt(secret, envelope.id)), after


def conversation(case_no: str, payloads: list[tuple[str, Payload]]) -> list[Envelope]:
    """Envelopes of a case in which each message is processed by the other side at once."""
    lanes = {CHENGDU: Lane(case_no, CHENGDU, QUJING), QUJING: Lane(case_no, QUJING, CHENGDU)}
    written = []
    for sender, payload in payloads:
        message, lanes[sender] = send(lanes[sender], payload)
        other = lanes[sender].other
        lanes[other] = advance(lanes[other], message.envelope)
        written.append(message.envelope)
    return written
