"""Reading an evidence file again: bytes in, and either the first thing that is wrong or on whose word it rests.

Needs no database, clock or network. The order of the checks is part of the format: trust first (directory, manifest),
then every entry, then the container, then what the entries say, so that a changed byte is blamed on its own entry.
``tools/check_evidence.py`` does the same on its own and shares nothing with this module.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from operator import attrgetter, methodcaller
from typing import Any, Final, TypeVar

from jiexu.exchange import evidence as form
from jiexu.exchange import merkle
from jiexu.exchange.bundle import Bundle, Receipt, bundle_from_json, leaf, receipt_from_json
from jiexu.exchange.canonical import LARGEST_INTEGER, digest, parse
from jiexu.exchange.chain import chain_breaks
from jiexu.exchange.container import LARGEST, first_difference, unpack
from jiexu.exchange.envelope import SALT_BYTES, ZEROS, Envelope, beijing_day, read_envelope, salted_hash
from jiexu.exchange.evidence import Content
from jiexu.exchange.signing import (
    CertificateError,
    Keyring,
    agency_of,
    certificate_from_json,
    fingerprint,
)
from jiexu.values.errors import ValueFault

T = TypeVar("T")
Entries = Mapping[str, bytes]

_HASH = re.compile(r"[0-9a-f]{64}")
_MESSAGE = re.compile(r"messages/([0-9]{6}-[0-9]{4,9})\.(envelope\.json|payload\.json|salt)")
_BUNDLE = re.compile(r"bundles/[0-9]{6}-[0-9a-f]{16}\.json")
_DOCUMENT = re.compile(r"documents/[A-Za-z0-9_-]+\.pdf")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_MANIFEST: Final = {
    "format": re.compile(re.escape(form.FORMAT)),
    "case_no": re.compile(r"[0-9A-Z]{1,20}"),
    "agency": re.compile(r"[0-9]{6}"),
    "other": re.compile(r"[0-9]{6}"),
    "side": re.compile(r"origin|destination"),
    "as_of": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "engine": re.compile(r"jiexu [0-9a-z.+]{1,30}"),
}
_LONGEST_PATH: Final = 9
"""Steps from a leaf to the root of 512."""
_COUNTED: Final = {
    **dict.fromkeys(("decisions", "facts"), form.DECISIONS),
    **dict.fromkeys(("postings", "orders", "answers", "receipts"), form.MONEY),
}
"""Rows that are counted for the reader, and where they stand."""


class EvidenceError(ValueFault):
    """The file is not what its exporter signed, or contradicts itself. ``data['name']``: the entry that is wrong."""


@dataclass(frozen=True, slots=True)
class LaneSeen:
    """One side's messages. ``signed``: how many stand in bundles signed by the sender and receipted by the receiver.

    ``last``: hash of the last envelope. ``outcomes``: what the receiver's receipts say, counted.
    """

    agency: str
    messages: int
    signed: int
    last: str
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Checked:
    """A file in which everything fits. ``root``: fingerprint of its directory root; ``compared``: with the one given.

    ``contents``: payloads here, erased, withheld. ``counted``: decisions, facts, postings, orders, answers, receipts,
    documents, entries.
    """

    case_no: str
    agency: str
    other: str
    side: str
    as_of: date
    step: int
    engine: str
    root: str
    compared: bool
    lanes: tuple[LaneSeen, LaneSeen]
    contents: Mapping[str, int]
    counted: Mapping[str, int]


def check(data: bytes, *, root: str | None = None) -> Checked:
    """Everything the file says of itself, checked. ``root``: the fingerprint it must lead to, 64 hex characters.

    Raises ContainerError for what cannot be read at all, EvidenceError for the first part that is wrong.
    """
    entries = unpack(data)
    for name in form.ALWAYS:
        if name not in entries:
            raise _missing(name)
    manifest = _manifest(entries)
    keys = _Keys.read(entries, root)
    _sealed(entries, manifest, keys)
    _entries(entries, manifest)
    at = first_difference(data, entries)
    if at is not None:
        raise EvidenceError(
            "evidence_container",
            "At byte {at} the file is not packed as an evidence file is: something around its entries was changed, "
            "added or cut off; ask for the file as it was exported.",
            at=at,
            name="zip",
        )
    return _said(entries, manifest, keys, compared=root is not None)


# ---------------------------------------------------------------- whose file it is


def _manifest(entries: Entries) -> dict[str, Any]:
    """The manifest, every field of the right form."""
    value = _object(entries, form.MANIFEST, {*_MANIFEST, "step", "payloads", "entries"})
    for name, shape in _MANIFEST.items():
        if not isinstance(value[name], str) or not shape.fullmatch(value[name]):
            raise _shape(form.MANIFEST, name)
    if _day_of(value["as_of"]) is None:
        raise _shape(form.MANIFEST, "as_of")
    if not _is_count(value["step"]):
        raise _shape(form.MANIFEST, "step")
    hashes, contents = value["entries"], value["payloads"]
    if not _is_table(hashes) or not all(_HASH.fullmatch(each) for each in hashes.values()):
        raise _shape(form.MANIFEST, "entries")
    if not _is_table(contents) or not set(contents.values()) <= set(Content):
        raise _shape(form.MANIFEST, "payloads")
    if value["agency"] == value["other"] and contents:
        # An application inside one pooling area is refused by the one agency there is: nobody has written to anybody.
        raise _shape(form.MANIFEST, "other")
    return value


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of the file, each certified by the root it names. ``root``: that root's fingerprint."""

    root: str
    ring: Keyring

    @classmethod
    def read(cls, entries: Entries, expected: str | None) -> _Keys:
        value = _object(entries, form.DIRECTORY, {"root", "certificates"})
        if not isinstance(value["root"], str) or not _HASH.fullmatch(value["root"]):
            raise _shape(form.DIRECTORY, "root")
        if not isinstance(value["certificates"], list):
            raise _shape(form.DIRECTORY, "certificates")
        public = bytes.fromhex(value["root"])
        found = fingerprint(public)
        if expected is not None and expected != found:
            raise EvidenceError(
                "evidence_root",
                "{name} names a directory root with the fingerprint {found}, not {expected}: this file leads to another "
                "directory than yours, so nothing in it is proven to you.",
                name=form.DIRECTORY,
                found=found,
                expected=expected,
            )
        certificates = [_read(form.DIRECTORY, certificate_from_json, each) for each in value["certificates"]]
        try:
            return cls(found, Keyring.of(certificates, root_public_key=public))
        except CertificateError as fault:
            raise EvidenceError(
                "evidence_certificate",
                "In {name} the certificate of key {key_id} was not given by the directory root that stands beside it: one of "
                "the two was changed or forged.",
                name=form.DIRECTORY,
                key_id=fault.data["key_id"],
            ) from None

    def verify(self, name: str, key_id: str, message: bytes, signature: str, days: Sequence[date]) -> None:
        """Raise EvidenceError unless this key, standing on all these days, signed the message. ``name``: the entry."""
        for day in days:
            if not self.ring.stands(key_id, day):
                raise EvidenceError(
                    "evidence_key",
                    "{name} was signed or received on {day} with key {key_id}, for which no certificate of that day is in the file.",
                    name=name,
                    key_id=key_id,
                    day=day.isoformat(),
                )
        if not self.ring.verify(key_id, message, bytes.fromhex(signature), days[0]):
            raise EvidenceError(
                "evidence_signature",
                "{name} is not what key {key_id} of {agency} signed: it was changed, or signed by somebody else.",
                name=name,
                key_id=key_id,
                agency=agency_of(key_id),
            )


def _sealed(entries: Entries, manifest: Mapping[str, Any], keys: _Keys) -> None:
    """The manifest is signed by the agency it names."""
    value = _object(entries, form.SIGNATURE, {"key_id", "signature"})
    if not all(isinstance(each, str) for each in value.values()) or not _SIGNATURE.fullmatch(
        value["signature"]
    ):
        raise _shape(form.SIGNATURE, "signature")
    if agency_of(value["key_id"]) != manifest["agency"]:
        raise _shape(form.SIGNATURE, "key_id")
    message, on = form.signed_bytes(entries[form.MANIFEST]), date.fromisoformat(manifest["as_of"])
    keys.verify(form.MANIFEST, value["key_id"], message, value["signature"], [on])


def _entries(entries: Entries, manifest: Mapping[str, Any]) -> None:
    """Exactly the entries the manifest lists, with exactly these bytes, and none of a kind nobody knows."""
    listed, here = manifest["entries"], entries.keys() - {form.MANIFEST, form.SIGNATURE}
    for name in sorted(listed.keys() - here):
        raise _missing(name)
    for name in sorted(here):
        known = name in form.ALWAYS or any(each.fullmatch(name) for each in (_MESSAGE, _BUNDLE, _DOCUMENT))
        if name not in listed or not known:
            raise EvidenceError(
                "evidence_entry_unknown",
                "{name} stands in the file and is not on its signed list: somebody added or renamed it.",
                name=name,
            )
        if digest(entries[name]) != listed[name]:
            raise EvidenceError(
                "evidence_entry_differs",
                "{name} was changed: its hash is not the one on the signed list.",
                name=name,
            )


# ---------------------------------------------------------------- what it says


def _said(entries: Entries, manifest: Mapping[str, Any], keys: _Keys, *, compared: bool) -> Checked:
    messages = _messages(entries, manifest)
    outcomes = _bundles(entries, manifest, messages, keys)
    _contents(entries, manifest, messages)
    lanes = tuple(_lane(manifest[side], messages, outcomes) for side in ("agency", "other"))
    counted = _own_words(entries, lanes)
    return Checked(
        case_no=manifest["case_no"],
        agency=manifest["agency"],
        other=manifest["other"],
        side=manifest["side"],
        as_of=date.fromisoformat(manifest["as_of"]),
        step=manifest["step"],
        engine=manifest["engine"],
        root=keys.root,
        compared=compared,
        lanes=(lanes[0], lanes[1]),
        contents=Counter(manifest["payloads"].values()),
        counted=counted | {"entries": len(entries)},
    )


def _messages(entries: Entries, manifest: Mapping[str, Any]) -> dict[str, Envelope]:
    """Every envelope under its own name, of this case and between these two, chained from the first to the last."""
    found: dict[str, Envelope] = {}
    for short, _, name in _matches(entries, _MESSAGE):
        if short in found or not name.endswith(".envelope.json"):
            continue
        envelope = _read(name, read_envelope, entries[name])
        parties = {envelope.sender, envelope.receiver} == {manifest["agency"], manifest["other"]}
        own = short == form.message_name(envelope.sender, envelope.seq)
        if not own or not parties or envelope.case_no != manifest["case_no"]:
            raise EvidenceError(
                "evidence_message",
                "{name} holds another message than its name says, or one of another case.",
                name=name,
            )
        found[short] = envelope
    if found.keys() != manifest["payloads"].keys():
        raise _shape(form.MANIFEST, "payloads")
    for fault in chain_breaks(found.values()):
        raise EvidenceError(
            "evidence_chain",
            "Message {message} is missing or does not fit its place ({fault}): the messages of this case were cut, "
            "exchanged or moved.",
            name="messages",
            message=form.message_name(fault.sender, fault.seq),
            fault=fault.fault.value,
        )
    return found


def _contents(entries: Entries, manifest: Mapping[str, Any], messages: Mapping[str, Envelope]) -> None:
    """Payload and salt are here exactly where the manifest says so, and are what the envelope speaks for."""
    for short, content in manifest["payloads"].items():
        payload, salt = f"messages/{short}.payload.json", f"messages/{short}.salt"
        if [name in entries for name in (payload, salt)] != [content == Content.HERE] * 2:
            raise _missing(payload)
        if content != Content.HERE:
            continue
        _read(payload, parse, entries[payload])
        right = salted_hash(entries[salt], entries[payload]) == messages[short].payload_hash
        if len(entries[salt]) != SALT_BYTES or not right:
            raise EvidenceError(
                "evidence_payload",
                "{name} is not the content for which the signed envelope speaks.",
                name=payload,
            )
    strange = {short for short, _, _ in _matches(entries, _MESSAGE)} - messages.keys()
    if strange:
        raise _missing(f"messages/{min(strange)}.envelope.json")


def _bundles(
    entries: Entries, manifest: Mapping[str, Any], messages: Mapping[str, Envelope], keys: _Keys
) -> dict[str, str]:
    """Messages in bundles signed by their sender and receipted by their receiver: name → the receipt's outcome."""
    outcomes: dict[str, str] = {}
    for name in sorted(name for name in entries if _BUNDLE.fullmatch(name)):
        value = _object(entries, name, {"bundle", "receipt", "proofs"})
        bundle = _read(name, bundle_from_json, value["bundle"])
        receipt = _read(name, receipt_from_json, value["receipt"])
        _facing(name, bundle, receipt, manifest)
        if not isinstance(value["proofs"], list) or not value["proofs"]:
            raise _shape(name, "proofs")
        for proof in value["proofs"]:
            short = _proven(name, proof, bundle, receipt, messages)
            outcomes[short] = receipt.outcomes[proof["index"]][1]
        signed, answered = _read(name, attrgetter("day"), bundle), receipt.day
        days = signed, max(signed, answered)
        for each, stood in (bundle, days), (receipt, [answered]):
            said = _read(name, methodcaller("signed_bytes"), each)
            keys.verify(name, each.key_id, said, each.signature, stood)
    return outcomes


def _facing(name: str, bundle: Bundle, receipt: Receipt, manifest: Mapping[str, Any]) -> None:
    """Bundle and receipt belong to one another, to the two agencies of the case, and to their keys."""
    right = (
        name == form.bundle_name(bundle)
        and {bundle.agency, bundle.receiver} == {manifest["agency"], manifest["other"]}
        and (agency_of(bundle.key_id), agency_of(receipt.key_id)) == (bundle.agency, bundle.receiver)
        and (receipt.bundle_root, receipt.agency) == (bundle.root, bundle.receiver)
        and len(receipt.outcomes) == bundle.count
    )
    if not right:
        raise EvidenceError(
            "evidence_bundle",
            "{name} does not hold a bundle between the two agencies of this case with the receipt that answers it.",
            name=name,
        )


def _proven(name: str, proof: Any, bundle: Bundle, receipt: Receipt, messages: Mapping[str, Envelope]) -> str:
    """The message a proof speaks for. Raises EvidenceError unless the bundle holds it there and the receipt names it."""
    match proof:
        case {"message": str(short), "index": int(index), "path": [*path], **rest} if (
            not rest and short in messages and not isinstance(index, bool) and 0 <= index < bundle.count
            and len(path) <= _LONGEST_PATH and all(isinstance(each, str) and _HASH.fullmatch(each) for each in path)
        ):  # fmt: skip
            envelope = messages[short]
            steps = [bytes.fromhex(each) for each in path]
            held = merkle.verify_inclusion(
                leaf(envelope), index, bundle.count, steps, bytes.fromhex(bundle.root)
            )
            if held and envelope.sender == bundle.agency and receipt.outcomes[index][0] == envelope.id:
                _answered_later(name, envelope, receipt)
                return short
            raise EvidenceError(
                "evidence_proof",
                "In {name} message {message} is not proven to stand in the signed bundle, or its receipt names another.",
                name=name,
                message=short,
            )
        case _:
            raise _shape(name, "proofs")


def _answered_later(name: str, envelope: Envelope, receipt: Receipt) -> None:
    """Nobody receives what is not written yet: an ended key makes no receipts for what came after its end."""
    if _read(name, beijing_day, envelope.time) > receipt.day:
        raise _shape(name, "time")


def _lane(agency: str, messages: Mapping[str, Envelope], outcomes: Mapping[str, str]) -> LaneSeen:
    own = {short: each for short, each in messages.items() if each.sender == agency}
    last = max(own.values(), key=lambda each: each.seq, default=None)
    said = Counter(outcomes[short] for short in own if short in outcomes)
    return LaneSeen(agency, len(own), said.total(), last.hash if last else ZEROS, said)


# ---------------------------------------------------------------- what only the exporter says


def _own_words(entries: Entries, lanes: Sequence[LaneSeen]) -> dict[str, int]:
    """The exporter's file ends where the lanes end; what else it says is counted."""
    case = _object(entries, form.CASE)
    own, other = lanes
    ends = {
        "sent": own.messages,
        "sent_hash": own.last,
        "received": other.messages,
        "received_hash": other.last,
    }
    if case.get("lane") != ends:
        raise EvidenceError(
            "evidence_lane_end",
            "{name} says that the messages of this case end elsewhere than they do here: some were left out.",
            name=form.CASE,
        )
    return {
        name: _rows(_read(entry, partial(parse, longest=LARGEST), entries[entry]), name)
        for name, entry in _COUNTED.items()
    } | {"documents": sum(name.startswith(form.DOCUMENTS) for name in entries)}


def _rows(value: object, name: str) -> int:
    """How many rows of a name the exporter gives; what is in them rests on its word and is not looked at."""
    rows = value.get(name) if isinstance(value, dict) else None
    return len(rows) if isinstance(rows, list | dict) else 0


# ---------------------------------------------------------------- reading


def _object(entries: Entries, name: str, keys: set[str] | None = None) -> dict[str, Any]:
    """The object in an entry, with exactly these keys where they are given."""
    value = _read(name, partial(parse, longest=LARGEST), entries[name])
    if not isinstance(value, dict) or (keys is not None and value.keys() != keys):
        raise _shape(name, ", ".join(sorted(keys or ())))
    return value


def _read(name: str, reader: Callable[[Any], T], value: object) -> T:
    """What a reader of the exchange makes of a value; its refusal names the entry."""
    try:
        return reader(value)
    except ValueFault as fault:
        raise _shape(name, str(fault)) from None


def _matches(entries: Entries, shape: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    """Groups of the names that have a shape, and the name, in order."""
    for name in sorted(entries):
        if match := shape.fullmatch(name):
            yield match[1], match[2], name


def _missing(name: str) -> EvidenceError:
    return EvidenceError(
        "evidence_entry_missing",
        "{name} is missing, or stands where it may not: the file was stripped; ask for it as it was exported.",
        name=name,
    )


def _shape(name: str, what: str) -> EvidenceError:
    return EvidenceError(
        "evidence_shape",
        "{name} is not in the form of evidence/1 ({what}): it was changed, or belongs to a newer version of the format.",
        name=name,
        what=what,
    )


def _is_table(value: object) -> bool:
    """Whether a value maps text to text."""
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST_INTEGER


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
