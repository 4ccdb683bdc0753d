"""A case of seven messages as 曲靖 holds it, made without a database, and two checkers asked at once.

What the exporting agency could do with its own key is done here by changing the ``Evidence`` and writing it again;
what anybody else could do, by changing bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from exchange_strategies import CHENGDU, QUJING, SECRETS, SIGNERS

import check_evidence
from jiexu.exchange import evidence as form
from jiexu.exchange.bundle import draft_bundle, draft_receipt, sign_together
from jiexu.exchange.canonical import canonical, digest
from jiexu.exchange.container import pack, unpack
from jiexu.exchange.envelope import ZEROS, Envelope, Lane, compose, derive_salt
from jiexu.exchange.evidence import BundleHeld, Content, Evidence, Piece, write
from jiexu.exchange.evidence_check import Checked, check
from jiexu.exchange.lanes import advance
from jiexu.exchange.payloads import (
    TYPE_OF,
    Application,
    Check,
    Document,
    Form,
    FormMonths,
    MoneyCredited,
    Notice,
    Part,
    Payload,
    PaymentAdvice,
    RecordIn,
)
from jiexu.exchange.signing import Certificate, Ed25519Signer, certify, fingerprint
from jiexu.records.monthset import MonthSet
from jiexu.values import case_number
from jiexu.values.errors import ValueFault
from jiexu.values.month import Month

ROOT = Ed25519Signer.of(key_id="000000-root", private_key=b"the directory's root".ljust(32, b"."))
FINGERPRINT = fingerprint(ROOT.public_key)
CASE = case_number.make(CHENGDU, "EV1DENCE")
OTHER_CASE = case_number.make(CHENGDU, "AN0THER1")
DAY = date(2026, 11, 24)
TIME = "2026-11-23T02:00:00Z"
PAGE = "<!doctype html><title>案件</title>".encode()
MONTHS = MonthSet.between(Month.of(2019, 7), Month.of(2026, 9))
STORY: tuple[tuple[str, Payload], ...] = (
    (CHENGDU, Application(QUJING, CHENGDU, "310", "310", "member", "online", date(2026, 11, 23), "测试甲",
                          (Document("01", "000000199001010018"),), None, False, True, ())),
    (QUJING, Check(True, ())),
    (CHENGDU, Notice(date(2026, 11, 23))),
    (QUJING, Form(1, date(2026, 11, 23), (FormMonths("310", QUJING, "paid", MONTHS),), "REMIT", (Part("this_year", 320_855),), ())),
    (CHENGDU, RecordIn(1, 87, 0)),
    (QUJING, PaymentAdvice(1, 1, 320_855, "settled")),
    (CHENGDU, MoneyCredited(1, 320_855, "credited")),
)  # fmt: skip


def certificate(agency: str, signer: Ed25519Signer = ROOT, last: date = date(2036, 1, 1)) -> Certificate:
    """The directory's word for an agency's key; ``signer``: who gives it."""
    own = SIGNERS[agency]
    return certify(
        root_sign=signer.sign,
        agency=agency,
        key_id=own.key_id,
        public_key=own.public_key,
        valid_from=date(2020, 1, 1),
        valid_until=last,
    )


def told(case_no: str = CASE) -> list[Piece]:
    """The messages of a case in the order they were sent."""
    lanes = {CHENGDU: Lane(case_no, CHENGDU, QUJING), QUJING: Lane(case_no, QUJING, CHENGDU)}
    pieces = []
    for sender, payload in STORY:
        envelope, data, lanes[sender] = compose(
            lane=lanes[sender],
            type=TYPE_OF[type(payload)],
            payload=payload,
            time=TIME,
            secret=SECRETS[sender],
        )
        lanes[envelope.receiver] = advance(lanes[envelope.receiver], envelope)
        pieces.append(Piece(envelope, Content.HERE, data, derive_salt(SECRETS[sender], envelope.id)))
    return pieces


def carried(
    envelopes: list[Envelope], of_case: str = CASE, *, signed: str = TIME, answered: str = TIME
) -> BundleHeld:
    """A bundle of these envelopes with its receipt, each signed together with others.

    ``signed``, ``answered``: when each was made.
    """
    sender, receiver = envelopes[0].sender, envelopes[0].receiver
    signer, answerer = SIGNERS[sender], SIGNERS[receiver]
    drafted = draft_bundle(envelopes, agency=sender, receiver=receiver, time=signed, key_id=signer.key_id)
    strangers = [replace(drafted, receiver=each) for each in ("110000", "120000")]
    bundle = sign_together([*strangers, drafted], sign=signer.sign)[2]
    outcomes = [(each.id, "recorded") for each in envelopes]
    answer = draft_receipt(bundle, time=answered, outcomes=outcomes, key_id=answerer.key_id)
    another = replace(answer, bundle_root="ab" * 32)
    receipt = sign_together([answer, another], sign=answerer.sign)[0]
    places = {at: each for at, each in enumerate(envelopes) if each.case_no == of_case}
    return BundleHeld(bundle, receipt, [each.hash for each in envelopes], places)


def evidence() -> Evidence:
    """The whole case, its messages among others' in bundles, closed with every receipt."""
    pieces, others = told(), [each.envelope for each in told(OTHER_CASE)]
    own = [each.envelope for each in pieces]
    by = {agency: [each for each in own if each.sender == agency] for agency in (CHENGDU, QUJING)}
    bundles = [
        carried([others[0], by[CHENGDU][0], *others[2:3], *by[CHENGDU][1:3]]),
        carried(by[CHENGDU][3:]),
        carried([by[QUJING][0], others[1], by[QUJING][1]]),
        carried(by[QUJING][2:]),
    ]
    return with_ends(
        Evidence(
            case_no=CASE,
            agency=QUJING,
            other=CHENGDU,
            side="origin",
            as_of=DAY.isoformat(),
            step=9,
            engine="jiexu 0.1.0",
            messages=pieces,
            bundles=bundles,
            certificates=[certificate(QUJING), certificate(CHENGDU)],
            root=ROOT.public_key,
            case={},
            decisions={"decisions": [{"rule": "R-019"}], "facts": {"a": None}},
            money={"postings": [{"amount_fen": 320_855}]},
            documents={"form.pdf": b"%PDF-1.7 sample"},
        )
    )


def with_ends(one: Evidence, **more: Any) -> Evidence:
    """The evidence, changed, with the file's own word about where its lanes end."""
    changed = replace(one, **more)
    ends: dict[str, object] = {}
    for what, agency in (("sent", changed.agency), ("received", changed.other)):
        lane = [each.envelope for each in changed.messages if each.envelope.sender == agency]
        last = max(lane, key=lambda each: each.seq, default=None)
        ends |= {what: len(lane), f"{what}_hash": last.hash if last else ZEROS}
    return replace(changed, case={"lane": ends})


def written(one: Evidence, signer: Ed25519Signer = SIGNERS[QUJING]) -> bytes:
    return write(one, PAGE, signer)


def again(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A file unpacked, changed and packed by somebody without a key."""
    entries = unpack(data)
    change(entries)
    return pack(entries)


def dumped(value: object) -> bytes:
    """Canonical bytes, also of what has none: a careless or ill-willed writer does not look."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def resealed(data: bytes, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> bytes:
    """A file changed and signed again by its exporter. ``change``: is given the entries and the manifest.

    Hashes are made anew unless the change is about them.
    """
    entries = unpack(data)
    manifest = json.loads(entries.pop("manifest.json"))
    signer, listed = SIGNERS[QUJING], dict(manifest["entries"])
    del entries["signature.json"]
    change(entries, manifest)
    if manifest["entries"] == listed:
        manifest["entries"] = {name: digest(held) for name, held in entries.items()}
    entries["manifest.json"] = dumped(manifest)
    seal = signer.sign(form.signed_bytes(entries["manifest.json"])).hex()
    entries["signature.json"] = canonical({"key_id": signer.key_id, "signature": seal})
    return pack(entries)


def ours(data: bytes, root: str | None = None) -> Checked | str:
    """What the package says: the result, or ``entry: sentence``."""
    try:
        return check(data, root=root)
    except ValueFault as fault:
        return f"{fault.data.get('name', 'zip')}: {fault}"


def theirs(data: bytes, root: str | None = None) -> Mapping[str, Any] | str:
    """What the independent checker says: the manifest, or ``entry: sentence``."""
    try:
        return check_evidence.Check(data, root).manifest
    except check_evidence.WrongError as wrong:
        return str(wrong)
    except Exception as wrong:  # noqa: BLE001  as its own main does
        return f"?: {wrong!r}"


def both(data: bytes, root: str | None = None) -> tuple[str, str]:
    """The entries both blame; empty where both are content. Fails where only one of the two is."""
    said = ours(data, root), theirs(data, root)
    assert isinstance(said[0], str) == isinstance(said[1], str), said
    blamed = [each.partition(":")[0] if isinstance(each, str) else "" for each in said]
    return blamed[0], blamed[1]
