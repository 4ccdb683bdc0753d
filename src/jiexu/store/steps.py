"""Writing what was decided: the same statements for one step and for a wave of five hundred.

Every row a step writes carries the file's version, so that a step can be put together again from the tables; the
journal keeps a salted hash over exactly these rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from psycopg.types.json import Jsonb

from jiexu.cases.step import BankOrder, MonthMove, Step
from jiexu.exchange.canonical import write
from jiexu.exchange.codec import plain
from jiexu.exchange.envelope import Envelope, derive_salt
from jiexu.exchange.payloads import Form
from jiexu.exchange.sealing import Sealed, open_sealed, seal_payload
from jiexu.ledger.entries import Hold, HoldResolution, Posting
from jiexu.store import atrest, bulk, files
from jiexu.store.db import Cursor
from jiexu.store.files import StoredFile

PAYLOAD_KEY = "payload-1"
"""Name of the key payloads are kept under; a new key gets a new name."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What an agency needs to write and read its own messages."""

    salt: bytes = field(repr=False)
    payload_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that was processed here."""

    envelope: Envelope
    payload: bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """One decided step, with what it was decided on and who caused it."""

    old: StoredFile | None
    new: StoredFile
    step: Step
    event: str
    actor: str
    outgoing: tuple[tuple[Envelope, bytes], ...] = ()
    incoming: Incoming | None = None
    outcome: str = "recorded"
    match: tuple[str, int, str, str, str] | None = None
    """Receipt, leg, who handled, who reviewed and why, where the step matched a bank receipt."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The day and the law a wave is decided under."""

    day: date
    policy_digest: str
    engine: str


def apply(cursor: Cursor, steps: Sequence[Written], moment: Moment, secrets: Mapping[str, Secrets]) -> None:
    """Store steps. Files first, then everything that hangs on them; the journal last."""
    final: dict[tuple[str, str], tuple[StoredFile | None, StoredFile]] = {}
    for each in steps:
        key = each.new.file.agency, each.new.file.case_no
        final[key] = (final[key][0] if key in final else each.old, each.new)
    files.save(cursor, final.values())
    _messages(cursor, steps, secrets)
    _money(cursor, steps, moment)
    _months(cursor, steps)
    _bank(cursor, steps, moment)
    bodies = [[write(decision.as_json()) for decision in each.step.decisions] for each in steps]
    _told(cursor, steps, bodies, moment)
    lines = [_entry(each, told, moment, secrets) for each, told in zip(steps, bodies, strict=True)]
    journal(cursor, lines, moment.day)


def _messages(cursor: Cursor, steps: Sequence[Written], secrets: Mapping[str, Secrets]) -> None:
    rows, queue = [], []
    for each in steps:
        file = each.new.file
        for envelope, payload in each.outgoing:
            rows.append(
                message_row(
                    file.agency,
                    envelope,
                    payload,
                    derive_salt(secrets[file.agency].salt, envelope.id),
                    secrets[file.agency],
                    file.version,
                    "sent",
                )
            )
            queue.append((file.agency, envelope.receiver, file.case_no, envelope.seq, envelope.id))
        if each.incoming is not None:
            came = each.incoming
            rows.append(
                message_row(
                    file.agency,
                    came.envelope,
                    came.payload,
                    came.salt,
                    secrets[file.agency],
                    file.version,
                    each.outcome,
                )
            )
    bulk.insert_all(cursor, "message", MESSAGE_COLUMNS, rows)
    bulk.insert_all(cursor, "outbox", ("agency", "receiver", "case_no", "seq", "message_id"), queue)


MESSAGE_COLUMNS = (
    "agency",
    "id",
    "case_no",
    "sender",
    "receiver",
    "seq",
    "type",
    "hash",
    "envelope",
    "payload",
    "version",
    "outcome",
)


def message_row(
    agency: str,
    envelope: Envelope,
    payload: bytes,
    salt: bytes,
    secrets: Secrets,
    version: int | None,
    outcome: str,
) -> tuple[Any, ...]:
    """One agency's copy of a message: the envelope in clear, the payload encrypted under this agency's key."""
    sealed = seal_payload(
        key=secrets.payload_key, key_id=PAYLOAD_KEY, message_id=envelope.id, salt=salt, payload=payload
    )
    return (
        agency, envelope.id, envelope.case_no, envelope.sender, envelope.receiver, envelope.seq, envelope.type.value,
        envelope.hash, envelope.canonical(), sealed.data, version, outcome,
    )  # fmt: skip


def open_payload(data: bytes, *, message_id: str, secrets: Secrets) -> tuple[bytes, bytes]:
    """Salt and payload of a stored message. Raises SealError where key, message or bytes are not those it was sealed with."""
    return open_sealed(Sealed(PAYLOAD_KEY, bytes(data)), key=secrets.payload_key, message_id=message_id)


POSTING_COLUMNS = (
    "agency", "id", "debit_kind", "debit_key", "debit_part", "credit_kind", "credit_key", "credit_part", "amount_fen",
    "case_no", "leg", "version", "reason", "rule", "handled_by", "reviewed_by", "corrects", "booked_on",
)  # fmt: skip


def posting_row(posting: Posting, version: int | None, day: date) -> tuple[Any, ...]:
    debit, credit = posting.debit, posting.credit
    return (
        debit.agency, posting.id, debit.kind.value, debit.key, debit.part, credit.kind.value, credit.key, credit.part,
        posting.amount_fen, posting.case_no, posting.leg, version, posting.reason.value, posting.rule,
        posting.handled_by, posting.reviewed_by, posting.corrects, day,
    )  # fmt: skip


def book(cursor: Cursor, postings: Iterable[tuple[Posting, int | None]], day: date) -> None:
    """Insert postings; a personal account part that is credited for the first time is opened before."""
    listed = list(postings)
    parts = {
        (p.credit.agency, p.credit.key, p.credit.part) for p, _ in listed if p.credit.kind.value == "personal"
    }
    bulk.insert(cursor, "account", ("agency", "person", "part"), sorted(parts))
    bulk.insert_all(
        cursor,
        "posting",
        POSTING_COLUMNS,
        [posting_row(posting, version, day) for posting, version in listed],
    )


def _money(cursor: Cursor, steps: Sequence[Written], moment: Moment) -> None:
    """Holds that end come before holds that begin: a corrected form does both in one step."""
    numbered = [(each, each.new.file.agency, each.new.file.version) for each in steps]
    ends = [
        (agency, end.hold_id, end.how, list(end.posting_ids), version)
        for each, agency, version in numbered
        for end in each.step.resolutions
    ]
    bulk.insert_all(cursor, "hold_resolution", ("agency", "hold_id", "how", "posting_ids", "version"), ends)
    book(
        cursor,
        [(posting, version) for each, _, version in numbered for posting in each.step.postings],
        moment.day,
    )
    holds = [
        (agency, *_hold_row(hold), version) for each, agency, version in numbered for hold in each.step.holds
    ]
    bulk.insert_all(
        cursor,
        "hold",
        ("agency", "id", "person", "part", "amount_fen", "case_no", "leg", "issue", "version"),
        holds,
    )


def _hold_row(hold: Hold) -> tuple[Any, ...]:
    return hold.id, hold.account.key, hold.account.part, hold.amount_fen, hold.case_no, hold.leg, hold.issue


def _bank(cursor: Cursor, steps: Sequence[Written], moment: Moment) -> None:
    """Orders given with this step, and receipts matched by it: the same transaction, so exactly once."""
    orders = [
        (each.new.file.agency, order_reference(each.new.file.case_no, order.leg, order.attempt), order.batch, each.new.file.case_no,
         order.leg, order.attempt, order.amount_fen, order.payee, atrest.sealed_account(order.payee_account), order.back, each.new.file.version)
        for each in steps for order in each.step.orders
    ]  # fmt: skip
    bulk.insert_all(
        cursor,
        "bank_order",
        (
            "agency",
            "reference",
            "batch",
            "case_no",
            "leg",
            "attempt",
            "amount_fen",
            "payee",
            "payee_account",
            "back",
            "version",
        ),
        orders,
    )
    matches = [
        (each.new.file.agency, receipt, each.new.file.case_no, leg, moment.day, by, reviewer, why, each.new.file.version)
        for each in steps if each.match is not None for receipt, leg, by, reviewer, why in [each.match]
    ]  # fmt: skip
    columns = (
        "agency",
        "receipt",
        "case_no",
        "leg",
        "matched_on",
        "handled_by",
        "reviewed_by",
        "why",
        "version",
    )
    bulk.insert_all(cursor, "receipt_match", columns, matches)


def order_reference(case_no: str, leg: int, attempt: int) -> str:
    """What a payment carries from end to end: it fits a bank's EndToEndId (35 characters) and a remark."""
    return f"{case_no}/{leg}/{attempt}"


def _months(cursor: Cursor, steps: Sequence[Written]) -> None:
    rows = [
        (each.new.file.agency, each.new.file.case_no, each.new.file.version, each.new.file.person, move.kind.value,
         move.line.scheme, move.line.area, move.line.kind.value, move.months.to_pg(), move.issue, move.rule)
        for each in steps for move in each.step.months
    ]  # fmt: skip
    bulk.insert_all(
        cursor,
        "month_move",
        (
            "agency",
            "case_no",
            "version",
            "person",
            "move",
            "scheme",
            "area",
            "kind",
            "months",
            "issue",
            "rule",
        ),
        rows,
    )


def _told(
    cursor: Cursor, steps: Sequence[Written], bodies: Sequence[Sequence[bytes]], moment: Moment
) -> None:
    """Decisions, whose canonical bytes are ``bodies``, and notices."""
    decisions = [
        (each.new.file.agency, each.new.file.case_no, each.new.file.version, at, decision.rule, decision.outcome,
         body, moment.policy_digest, moment.engine, moment.day)
        for each, told in zip(steps, bodies, strict=True)
        for at, (decision, body) in enumerate(zip(each.step.decisions, told, strict=True))
    ]  # fmt: skip
    columns = (
        "agency",
        "case_no",
        "version",
        "ordinal",
        "rule",
        "outcome",
        "body",
        "policy_digest",
        "engine",
        "decided_on",
    )
    bulk.insert_all(cursor, "decision", columns, decisions)
    notices = [
        (each.new.file.agency, each.new.file.case_no, each.new.file.version, at, told.key, Jsonb(dict(told.data)), moment.day)
        for each in steps for at, told in enumerate(each.step.told)
    ]  # fmt: skip
    bulk.insert_all(
        cursor, "notice", ("agency", "case_no", "version", "ordinal", "key", "data", "told_on"), notices
    )


# ---------------------------------------------------------------- the journal


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an agency's journal. ``content``: what was written, hashed with the agency's salt."""

    agency: str
    kind: str
    ref: str
    version: int
    event: str
    actor: str
    content: object
    salt: bytes
    file: object = None


NEWEST = (
    "SELECT max(j.day) AS day FROM unnest(%(agencies)s::text[]) a CROSS JOIN LATERAL "
    "(SELECT day FROM journal WHERE agency = a ORDER BY seq DESC LIMIT 1) j"
)


def newest_day(cursor: Cursor, agencies: Collection[str]) -> date | None:
    """The day of the newest line of these agencies' journals, which the transaction speaks for; None where there is none."""
    row = cursor.execute(NEWEST, {"agencies": list(agencies)}).fetchone()
    return row["day"] if row else None


def journal(cursor: Cursor, entries: Sequence[Entry], day: date) -> None:
    """Append lines, numbered per agency without a gap, in the order given."""
    agencies = sorted({entry.agency for entry in entries})
    # One process numbers an agency's journal at a time; two would meet on the same number and both begin again.
    cursor.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('jiexu journal ' || code, 0)) FROM unnest(%s::text[]) AS a(code)",
        [agencies],
    )
    rows = cursor.execute(
        "SELECT a.code, coalesce((SELECT max(seq) FROM journal j WHERE j.agency = a.code), 0) AS seq FROM unnest(%s::text[]) AS a(code)",
        [agencies],
    ).fetchall()
    last = {row["code"]: row["seq"] for row in rows}
    lines = []
    for entry in entries:
        last[entry.agency] += 1
        lines.append(
            (entry.agency, last[entry.agency], entry.kind, entry.ref, entry.version, entry.event, entry.actor, day,
             salted(entry.salt, entry.content), salted(entry.salt, entry.file))
        )  # fmt: skip
    columns = ("agency", "seq", "kind", "ref", "version", "event", "actor", "day", "hash", "file_hash")
    bulk.insert_all(cursor, "journal", columns, lines)


def salted(salt: bytes, content: object) -> str:
    """SHA-256 in hex over salt and canonical content; without the salt nobody can guess small content from it."""
    return hashlib.sha256(salt + write(content)).hexdigest()


def _entry(each: Written, bodies: Sequence[bytes], moment: Moment, secrets: Mapping[str, Secrets]) -> Entry:
    file = each.new.file
    envelopes = [envelope for envelope, _ in each.outgoing] + (
        [each.incoming.envelope] if each.incoming else []
    )
    content = step_content(
        postings=[posting_content(posting) for posting in each.step.postings],
        holds=[list(_hold_row(hold)) for hold in each.step.holds],
        resolutions=[resolution_content(end) for end in each.step.resolutions],
        months=[month_content(move) for move in each.step.months],
        messages=[[envelope.id, envelope.hash] for envelope in envelopes],
        decisions=[decision_content(body, moment.policy_digest, moment.engine) for body in bodies],
        orders=[order_content(order) for order in each.step.orders],
        matches=[] if each.match is None else [list(each.match)],
        notices=[[at, told.key, dict(told.data)] for at, told in enumerate(each.step.told)],
    )
    return Entry(
        file.agency,
        "case",
        file.case_no,
        file.version,
        each.event,
        each.actor,
        content,
        secrets[file.agency].salt,
        file_content(each.new, form=_form_written),
    )


def step_content(
    *,
    postings: list[object],
    holds: list[object],
    resolutions: list[object],
    months: list[object],
    messages: list[object],
    decisions: list[object],
    orders: list[object],
    matches: list[object],
    notices: list[object],
) -> object:
    """What a step's hash covers, in an order that does not depend on how rows were read."""
    parts = {
        "postings": postings,
        "holds": holds,
        "resolutions": resolutions,
        "months": months,
        "messages": messages,
        "decisions": decisions,
        "orders": orders,
        "matches": matches,
        "notices": notices,
    }
    return {
        name: sorted(rows, key=_ORDER.get(name, write)) if len(rows) > 1 else rows
        for name, rows in parts.items()
    }


def _name_of(row: Any) -> str:
    """What a row begins with."""
    return str(row[0])


_ORDER: Mapping[str, Callable[[Any], str]] = dict.fromkeys(
    ("postings", "holds", "resolutions", "messages", "decisions"), _name_of
)
"""Rows that begin with a name in hex of one length stand in the order of their names, which is that of their bytes."""


def posting_content(posting: Posting) -> list[object]:
    debit, credit = posting.debit, posting.credit
    return [
        posting.id, debit.kind.value, debit.key, debit.part, credit.kind.value, credit.key, credit.part, posting.amount_fen,
        posting.leg, posting.reason.value, posting.rule, posting.handled_by, posting.reviewed_by, posting.corrects,
    ]  # fmt: skip


def resolution_content(end: HoldResolution) -> list[object]:
    return [end.hold_id, end.how, list(end.posting_ids)]


def month_content(move: MonthMove) -> list[object]:
    return [
        move.kind.value,
        move.line.scheme,
        move.line.area,
        move.line.kind.value,
        move.months.to_pg(),
        move.issue,
        move.rule,
    ]


def decision_content(body: bytes, policy_digest: str, engine: str) -> list[object]:
    return [hashlib.sha256(body).hexdigest(), policy_digest, engine]


def order_content(order: BankOrder) -> list[object]:
    return [
        order.leg,
        order.attempt,
        order.amount_fen,
        order.payee,
        order.back,
        order.batch,
        order.payee_account,
    ]


def file_content(stored: StoredFile, *, form: Callable[[Form], object] = plain) -> object:
    """The whole state of a file as the journal hashes it, tracks included, documents excluded.

    ``form``: what makes of its form what is written.
    """
    file, lane = stored.file, stored.lane
    return [
        file.case_no, file.side.value, file.agency, file.other, file.opener, file.person, file.name, files.asked_content(file.asked),
        _track(file.record.state.value, file.record.due, file.record.handing_over, file.record.due_after),
        [[track.leg, track.way.value, track.mode.value, track.rule, [[part.part, part.amount_fen] for part in track.parts], track.attempt,
          track.held_by_issue, track.received_fen, track.early, track.handled_by, track.reviewed_by,
          _track(track.state.value, track.due, track.handing_over, track.due_after), [[payer.account, payer.amount_fen] for payer in track.payers]] for track in file.money],
        file.opened_on.isoformat(), _day(file.accepted_on), _codes(file.own_check), _codes(file.other_check), file.doubt.value,
        list(file.refusals), None if file.form is None else form(file.form), file.withdrawing, _day(file.died_on),
        _due(file.origin_due), _due(file.destination_due), file.sent, file.version, file.trips, lane.sent_hash, lane.received, lane.received_hash,
    ]  # fmt: skip


@lru_cache(maxsize=files.FileCache.CAPACITY)
def _form_written(form: Form) -> orjson.Fragment:
    """A form's bytes, kept: a dozen steps of a case hash the same form again."""
    return orjson.Fragment(write(plain(form)))


def _track(state: str, due: Any, handing_over: int | None, after: Any) -> list[object]:
    return [state, *(_due(due)), handing_over, *(_due(after))]


def _due(due: Any) -> list[object]:
    return [None, None, None] if due is None else [due.on.isoformat(), due.kind.value, due.calendar]


def _codes(codes: tuple[str, ...] | None) -> list[str] | None:
    return None if codes is None else list(codes)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
