"""One case told message by message: the samples of every type, byte for byte.

曲靖 → 成都: asked, accepted, form returned once, corrected, record in, money queried and credited; and at the end
what happens seldom. The people do not exist; the keys stand here and are worth nothing.
``python tests/messages/samples.py`` writes what is missing under ``v1/`` to ``v3/`` and refuses to change what is there:
a sample once sent stays as it is, a changed message is a new version. What only an earlier release wrote (``EARLIER``)
is still read. Where a message type has moved on, its first version is read from its file as any receiver reads it, and
the newer one has a story of its own.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from jiexu.exchange.bundle import Bundle, Receipt, draft_bundle, draft_receipt, sign_together
from jiexu.exchange.canonical import canonical
from jiexu.exchange.envelope import Envelope, Lane, compose, derive_salt, read_envelope
from jiexu.exchange.journal_seal import JournalSeal, seal_journal
from jiexu.exchange.lanes import advance
from jiexu.exchange.payloads import (
    NEWEST,
    TYPE_OF,
    Application,
    Check,
    Death,
    Document,
    Form,
    FormDispute,
    FormMonths,
    LegEnded,
    LegNotice,
    MessageType,
    MoneyCredited,
    MoneyQuery,
    Notice,
    Part,
    Payload,
    PaymentAdvice,
    RecordIn,
    Refused,
    WithdrawAnswer,
    WithdrawRequest,
    WrongDeath,
)
from jiexu.exchange.signing import Certificate, Ed25519Signer, certify
from jiexu.exchange.wire import Message, pack
from jiexu.records.monthset import MonthSet
from jiexu.values import case_number

SAMPLES = Path(__file__).parent
FOLDER = SAMPLES / "v1"
EARLIER = {"v1/bundle.json", "v1/delivery.json", "v1/receipt.json", "v2/bundle.json", "v2/delivery.json"}
"""What this release reads and does not write: bundles without time and seal (1), what was signed by itself."""
DESTINATION, ORIGIN = "510100", "530300"
CASE = case_number.make(DESTINATION, "SAMP1E01")
SECRETS = {DESTINATION: b"sample secret of 510100", ORIGIN: b"sample secret of 530300"}
ROOT = Ed25519Signer.of(key_id="000000-sample", private_key=b"sample root of the directory....")
SIGNERS = {
    agency: Ed25519Signer.of(
        key_id=f"{agency}-sample", private_key=f"sample key of {agency}".encode().ljust(32, b".")
    )
    for agency in (DESTINATION, ORIGIN)
}

STORY: list[tuple[str, str, Payload]] = [
    (
        DESTINATION,
        "2026-11-23T01:02:03Z",
        Application(
            origin=ORIGIN,
            destination=DESTINATION,
            from_scheme="310",
            to_scheme="310",
            applicant="member",
            channel="online",
            received_on=date(2026, 11, 23),
            name="样例一",
            documents=(Document("01", "000000199001010018"),),
            employer=None,
            authorised=False,
            positive=True,
            refusals=(),
        ),
    ),
    (ORIGIN, "2026-11-23T02:00:00Z", Check(positive=True, refusals=())),
    (DESTINATION, "2026-11-23T02:00:01Z", Notice(accepted_on=date(2026, 11, 23))),
    (
        ORIGIN,
        "2026-11-30T03:04:05Z",
        Form(
            issue=1,
            issued_on=date(2026, 11, 30),
            months=(
                FormMonths(
                    "310",
                    ORIGIN,
                    "paid",
                    MonthSet.from_json([["2019-07", "2023-12"], ["2024-02", "2026-09"]]),
                ),
                FormMonths("310", ORIGIN, "made_up", MonthSet.from_json([["2024-01", "2024-01"]])),
            ),
            mode="REMIT",
            parts=(Part("this_year", 86_400), Part("earlier", 512_055)),
            left_behind=("440100",),
        ),
    ),
    (DESTINATION, "2026-12-01T01:00:00Z", FormDispute(issue=1, reason="months_do_not_add_up")),
    (DESTINATION, "2026-12-04T01:00:00Z", RecordIn(issue=2, taken=87, already_counted=0)),
    (ORIGIN, "2026-12-04T02:00:00Z", PaymentAdvice(leg=1, attempt=1, amount_fen=598_455, result="settled")),
    (DESTINATION, "2026-12-07T02:00:00Z", MoneyQuery(leg=1, received_fen=598_445, expected_fen=598_455)),
    (DESTINATION, "2026-12-09T02:00:00Z", MoneyCredited(leg=1, amount_fen=598_455, how="credited")),
    (
        ORIGIN,
        "2026-12-21T02:00:00Z",
        LegNotice(leg=2, mode="REMIT", parts=(Part("this_year", 1_250),), why="residual"),
    ),
    (ORIGIN, "2026-12-22T02:00:00Z", LegEnded(leg=2, why="estate")),
    (DESTINATION, "2026-12-22T03:00:00Z", WithdrawRequest(what="case", reason="the person stays after all")),
    (ORIGIN, "2026-12-22T04:00:00Z", WithdrawAnswer(what="case", granted=False, reason="already_issued")),
    (ORIGIN, "2026-12-22T05:00:00Z", Death(died_on=date(2026, 12, 20))),
    (DESTINATION, "2026-12-22T06:00:00Z", Refused(refusals=("superseded",))),
    (ORIGIN, "2026-12-23T05:00:00Z", WrongDeath(died_on=date(2026, 12, 20))),
]
SECOND_CASE = case_number.make(ORIGIN, "SAMP1E02")
IN_DECEMBER: list[tuple[str, str, Payload]] = [
    (
        ORIGIN,
        "2026-12-10T01:02:03Z",
        Application(
            origin=ORIGIN,
            destination=DESTINATION,
            from_scheme="390",
            to_scheme="390",
            applicant="member",
            channel="counter",
            received_on=date(2026, 12, 10),
            name="样例二",
            documents=(Document("01", "000000199001010026"),),
            employer=None,
            authorised=False,
            positive=True,
            refusals=(),
        ),
    ),
    (DESTINATION, "2026-12-10T02:00:00Z", Check(positive=True, refusals=(), cover_year=2027)),
]
"""A resident who joined next year's cover at the destination: the origin's counter asks, the destination answers."""


def messages() -> list[Message]:
    """The story as messages, each processed by the other side before the next is written."""
    return told(STORY, CASE)


def newer() -> list[Message]:
    """The second story, in the versions of today."""
    return told(IN_DECEMBER, SECOND_CASE)


def told(story: list[tuple[str, str, Payload]], case_no: str) -> list[Message]:
    """A story as messages, each processed by the other side before the next is written."""
    lanes = {DESTINATION: Lane(case_no, DESTINATION, ORIGIN), ORIGIN: Lane(case_no, ORIGIN, DESTINATION)}
    messages = []
    for sender, time, payload in story:
        type_ = TYPE_OF[type(payload)]
        if story is STORY and NEWEST[type_] > 1:
            envelope, data = as_sent(type_)
            lanes[sender] = replace(lanes[sender], sent=envelope.seq, sent_hash=envelope.hash)
        else:
            envelope, data, lanes[sender] = compose(
                lane=lanes[sender], type=type_, payload=payload, time=time, secret=SECRETS[sender]
            )
        lanes[envelope.receiver] = advance(lanes[envelope.receiver], envelope)
        messages.append(Message(envelope, data, derive_salt(SECRETS[sender], envelope.id)))
    return messages


def as_sent(type_: MessageType) -> tuple[Envelope, bytes]:
    """A sample of the first version, which this release reads and writes no more."""
    envelope = read_envelope((FOLDER / f"{type_}.envelope.json").read_bytes())
    return envelope, (FOLDER / f"{type_}.payload.json").read_bytes()


def certificate() -> Certificate:
    return certify(
        root_sign=ROOT.sign,
        agency=DESTINATION,
        key_id=SIGNERS[DESTINATION].key_id,
        public_key=SIGNERS[DESTINATION].public_key,
        valid_from=date(2026, 1, 1),
        valid_until=date(2027, 12, 31),
    )


def bundle() -> tuple[Bundle, list[Message]]:
    """The destination's first two messages, signed together with a bundle for somebody else."""
    sent = [message for message in messages() if message.envelope.sender == DESTINATION][:2]
    signer = SIGNERS[DESTINATION]
    drafted = draft_bundle(
        [each.envelope for each in sent],
        agency=DESTINATION,
        receiver=ORIGIN,
        time="2026-11-23T02:00:01Z",
        key_id=signer.key_id,
        journal=journal_seal(),
    )
    return sign_together([replace(drafted, receiver="110000"), drafted], sign=signer.sign)[1], sent


def journal_seal() -> JournalSeal:
    """The destination's seal over two lines, which follow on an earlier one of a single line."""
    sealing = partial(
        seal_journal,
        agency=DESTINATION,
        key_id=SIGNERS[DESTINATION].key_id,
        sign=SIGNERS[DESTINATION].sign,
    )
    first = sealing([b"sample line 1"], after=None, day=date(2026, 11, 21))
    return sealing([b"sample line 2", b"sample line 3"], after=first, day=date(2026, 11, 22))


def receipt() -> Receipt:
    signed, sent = bundle()
    drafted = draft_receipt(
        signed,
        time="2026-11-23T02:00:02Z",
        outcomes=[(sent[0].envelope.id, "already_recorded"), (sent[1].envelope.id, "recorded")],
        key_id=SIGNERS[ORIGIN].key_id,
    )
    return sign_together([drafted, replace(drafted, bundle_root="ab" * 32)], sign=SIGNERS[ORIGIN].sign)[0]


def files() -> dict[str, bytes]:
    """Version and file name → bytes of every sample that this release writes, or has read as they were sent."""
    made = {}
    for folder, story in (("v1", messages()), ("v2", newer())):
        for message in story:
            made[f"{folder}/{message.envelope.type.value}.payload.json"] = message.payload
            made[f"{folder}/{message.envelope.type.value}.envelope.json"] = message.envelope.canonical()
    signed, sent = bundle()
    made["v3/bundle.json"] = canonical(signed.as_json())
    made["v3/delivery.json"] = pack(signed, sent)
    made["v2/receipt.json"] = canonical(receipt().as_json())
    made["v1/certificate.json"] = canonical(certificate().as_json())
    made["v1/journal_seal.json"] = canonical(journal_seal().as_json())
    return made


if __name__ == "__main__":
    for name, data in files().items():
        if not (SAMPLES / name).exists():
            (SAMPLES / name).parent.mkdir(exist_ok=True)
            (SAMPLES / name).write_bytes(data)
        elif (SAMPLES / name).read_bytes() != data:
            sys.exit(f"{name} would change. What was sent stays: write the changed message as a new version.")
