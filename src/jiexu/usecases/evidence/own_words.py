"""What only the exporting agency says: where its file stands, what it decided and on which facts, its money and months.

Rows become plain values. A person's internal reference never leaves the agency; redacted, names of people do not
either, and the same person is the same number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jiexu.cases.file import Waiting, money_waiting, record_waiting
from jiexu.exchange.canonical import parse
from jiexu.exchange.codec import plain
from jiexu.exchange.evidence import message_name
from jiexu.gateways.policyfiles import facts as policy_facts
from jiexu.gateways.policyfiles.facts import shipped_policy, shipped_sources
from jiexu.store.db import Cursor, Row
from jiexu.store.files import StoredFile, asked_content
from jiexu.store.people import months_of
from jiexu.usecases.evidence.messages import Key
from jiexu.usecases.reviewers import NO_PERSON

Plain = dict[str, object]
FREE_TEXT = frozenset({"reason", "why"})
"""Inputs of decisions that people wrote: they may name somebody."""
NOBODY = "person "
"""Before the number that stands for a name in a redacted file."""

TABLES = {
    "steps": "SELECT version, event, actor, day FROM journal WHERE agency = %s AND ref = %s AND kind = 'case' ORDER BY seq",
    "notices": "SELECT version, key, data FROM notice WHERE agency = %s AND case_no = %s ORDER BY version, ordinal",
    "waiting": "SELECT seq FROM outbox WHERE agency = %s AND case_no = %s ORDER BY seq",
    "decisions": "SELECT version, body, policy_digest, engine, decided_on FROM decision WHERE agency = %s AND case_no = %s ORDER BY version, ordinal",
    "postings": "SELECT * FROM posting WHERE agency = %s AND case_no = %s ORDER BY version, id",
    "holds": (
        "SELECT h.*, r.how, r.version AS ended FROM hold h LEFT JOIN hold_resolution r ON r.agency = h.agency AND r.hold_id = h.id "
        "WHERE h.agency = %s AND h.case_no = %s ORDER BY h.version, h.id"
    ),
    "orders": (
        "SELECT o.*, b.handled_by, b.reviewed_by, b.sent_on FROM bank_order o JOIN bank_batch b ON b.agency = o.agency AND b.batch = o.batch "
        "WHERE o.agency = %s AND o.case_no = %s ORDER BY o.version, o.reference"
    ),
    "answers": (
        "SELECT a.reference, a.answer, a.answered_on FROM bank_answer a JOIN bank_order o ON o.agency = a.agency AND o.reference = a.reference "
        "WHERE o.agency = %s AND o.case_no = %s ORDER BY a.answered_on, a.reference, a.answer"
    ),
    "receipts": (
        "SELECT m.*, r.amount_fen, r.remark, r.payer, r.received_on FROM receipt_match m JOIN bank_receipt r ON r.agency = m.agency AND r.receipt = m.receipt "
        "WHERE m.agency = %s AND m.case_no = %s ORDER BY m.version, m.receipt"
    ),
    "months": "SELECT * FROM month_move WHERE agency = %s AND case_no = %s ORDER BY version, move, scheme, area, kind",
}  # fmt: skip
"""What is read of a case, each statement given agency and case number."""


@dataclass(slots=True)
class Told:
    """Every row of the case at one agency, and names of people as this file may say them."""

    cursor: Cursor
    key: Key
    redact: bool
    rows: dict[str, list[Row]] = field(init=False)
    numbers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = {name: self.cursor.execute(query, self.key).fetchall() for name, query in TABLES.items()}

    @property
    def steps(self) -> list[Row]:
        return self.rows["steps"]

    def name(self, of: str) -> str:
        """Somebody at work on the case; the node's own names stay as they are."""
        if not self.redact or of in NO_PERSON:
            return of
        return self.numbers.setdefault(of, f"{NOBODY}{len(self.numbers) + 1}")


def case(told: Told, stored: StoredFile) -> Plain:
    """Where the agency's file stands, and every step of it with what the person was told."""
    file, lane = stored.file, stored.lane
    asked = asked_content(file.asked) | ({"employer": None} if told.redact else {})
    return {
        "name": None if told.redact else file.name,
        "asked": asked,
        "opened_on": file.opened_on.isoformat(),
        "accepted_on": _day(file.accepted_on),
        "origin_due": file.origin_due and file.origin_due.on.isoformat(),
        "destination_due": file.destination_due and file.destination_due.on.isoformat(),
        "refusals": list(file.refusals),
        "died_on": _day(file.died_on),
        "record": {"state": file.record.state.value, **_waits(record_waiting(file))},
        "amounts": [
            {
                "leg": track.leg,
                "way": track.way.value,
                "state": track.state.value,
                "mode": track.mode.value,
                "rule": track.rule,
                "parts": [plain(part) for part in track.parts],
                "amount_fen": track.amount_fen,
                "received_fen": track.received_fen,
                **_waits(money_waiting(track)),
            }
            for track in file.money
        ],
        "lane": {
            "sent": lane.sent,
            "sent_hash": lane.sent_hash,
            "received": lane.received,
            "received_hash": lane.received_hash,
        },
        "waiting": [message_name(file.agency, row["seq"]) for row in told.rows["waiting"]],
        "steps": [_step(told, row) for row in told.steps],
    }


def _step(told: Told, row: Row) -> Plain:
    said = [each for each in told.rows["notices"] if each["version"] == row["version"]]
    notices = [] if told.redact else [{"key": each["key"], "data": each["data"]} for each in said]
    return {
        "step": row["version"],
        "event": row["event"],
        "actor": told.name(row["actor"]),
        "day": row["day"].isoformat(),
        "told": notices,
    }


def _waits(waiting: Waiting | None) -> Plain:
    """Holder, next event and date of an open track; nulls where it is closed."""
    if waiting is None:
        return {"holder": None, "next": None, "due_on": None, "due_kind": None}
    return {
        "holder": waiting.holder.value,
        "next": waiting.next_event.value,
        "due_on": waiting.due.on.isoformat(),
        "due_kind": waiting.due.kind.value,
    }


# ---------------------------------------------------------------- decisions


def decisions(told: Told) -> Plain:
    """Every decision as it was stored, with the facts it rests on and the documents that are cited."""
    listed = [_decision(told, row) for row in told.rows["decisions"]]
    known = {fact.id: fact for facts in shipped_policy().facts.values() for fact in facts}
    facts = {name: known.get(name) for each in listed for name in each["facts"]}
    cited = {reference.partition(":")[0] for each in listed for reference in each["articles"]}
    cited |= {source for fact in facts.values() if fact for source in fact.sources}
    return {
        "decisions": list[object](listed),
        "facts": {name: fact and policy_facts.plain(fact) for name, fact in facts.items()},
        "sources": _sources(cited),
    }


def _decision(told: Told, row: Row) -> dict[str, Any]:
    body = parse(bytes(row["body"]))
    if not isinstance(body, dict):
        raise TypeError(f"Step {row['version']} holds a decision that is no object; run 'jiexu verify'.")
    inputs = {
        name: None if told.redact and name in FREE_TEXT else value for name, value in body["inputs"].items()
    }
    return body | {
        "inputs": inputs,
        "step": row["version"],
        "decided_on": row["decided_on"].isoformat(),
        "policy_digest": row["policy_digest"],
        "engine": row["engine"],
    }


def _sources(cited: Iterable[str]) -> Plain:
    known = shipped_sources()
    return {
        key: {
            "title_zh": known[key].titles["zh"],
            "title_en": known[key].titles["en"],
            "number": known[key].number,
            "published": _day(known[key].published),
        }
        for key in sorted(set(cited))
        if key in known
    }


# ---------------------------------------------------------------- money and months


def money(told: Told) -> Plain:
    """Postings, holds, orders to the bank with its answers, receipts matched, and months that moved."""
    makers = {
        "postings": _posting,
        "holds": _hold,
        "orders": _order,
        "answers": _answer,
        "receipts": _receipt,
        "months": _move,
    }
    return {name: [make(told, row) for row in told.rows[name]] for name, make in makers.items()}


def _posting(told: Told, row: Row) -> Plain:
    return {
        "id": row["id"],
        "debit": _account(row, "debit"),
        "credit": _account(row, "credit"),
        **_copied(row, "amount_fen", "leg", "reason", "rule", "corrects"),
        **_two(told, row),
        "step": row["version"],
        "booked_on": row["booked_on"].isoformat(),
    }


def _account(row: Mapping[str, Any], side: str) -> list[object]:
    """Kind, key and part. Whose personal account it is stays inside the agency: it is that of the person of the case."""
    kind = row[f"{side}_kind"]
    return [kind, "" if kind == "personal" else row[f"{side}_key"], row[f"{side}_part"]]


def _hold(_told: Told, row: Row) -> Plain:
    return {
        **_copied(row, "id", "part", "amount_fen", "leg", "issue"),
        "step": row["version"],
        "ended": row["how"],
        "ended_step": row["ended"],
    }


def _order(told: Told, row: Row) -> Plain:
    return {
        **_copied(row, "reference", "leg", "attempt", "amount_fen", "payee", "back", "batch"),
        **_two(told, row),
        "step": row["version"],
        "sent_on": _day(row["sent_on"]),
    }


def _answer(_told: Told, row: Row) -> Plain:
    return {**_copied(row, "reference", "answer"), "answered_on": row["answered_on"].isoformat()}


def _receipt(told: Told, row: Row) -> Plain:
    return {
        **_copied(row, "receipt", "amount_fen", "leg", "why"),
        "remark": _remark(told, row["remark"]),
        "payer": row["payer"] if row["payer"].isdigit() else told.name(row["payer"]),
        **_two(told, row),
        "step": row["version"],
        "received_on": row["received_on"].isoformat(),
        "matched_on": row["matched_on"].isoformat(),
    }


def _remark(told: Told, remark: str) -> str:
    """What the payer wrote: redacted, only where it is a reference of this case; anything else may name somebody."""
    _, case_no = told.key
    return remark if not told.redact or re.fullmatch(rf"{case_no}/[0-9]+/[0-9]+", remark) else ""


def _move(_told: Told, row: Row) -> Plain:
    return {
        **_copied(row, "move", "scheme", "area", "kind", "issue", "rule"),
        "months": months_of(row["months"]).to_json(),
        "step": row["version"],
    }


def _copied(row: Row, *names: str) -> Plain:
    return {name: row[name] for name in names}


def _two(told: Told, row: Row) -> Plain:
    """The two people who stand on a step with money."""
    return {"handled_by": told.name(row["handled_by"]), "reviewed_by": told.name(row["reviewed_by"])}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
