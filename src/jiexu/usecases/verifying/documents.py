"""Documents: each opens, is what its digest says, and says of its case what the file of the case says.

What may change after a document was issued (an account, a person's enrolment, the state of an amount) is not compared;
what is settled once (who and where, the day of acceptance, the form, the reasons of a refusal) must agree for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jiexu.exchange.canonical import MalformedError, parse
from jiexu.exchange.sealing import SealError
from jiexu.store import documents
from jiexu.store.db import Cursor, Row
from jiexu.usecases.node import Node
from jiexu.usecases.verifying.report import Findings
from jiexu.values import short_code

PAGE = 1000
"""Documents looked at together."""
QUERY = (
    "SELECT d.*, f.asked, f.form, f.refusals, f.accepted_on FROM document d JOIN file f ON (f.agency, f.case_no) = (d.agency, d.case_no) "
    "WHERE (d.agency, d.case_no, d.kind, d.number) > (%s, %s, %s, %s) ORDER BY d.agency, d.case_no, d.kind, d.number LIMIT %s"
)
Facts = Mapping[str, Any]


def check(cursor: Cursor, node: Node, findings: Findings) -> None:
    """Every document of this node's agencies."""
    for row in _rows(cursor):
        findings.count("documents")
        where = row["agency"], row["case_no"], f"{row['kind']} {row['number']}"
        try:
            facts = _opened(row, node)
        except (SealError, MalformedError, TypeError) as error:
            findings.add("document_unreadable", *where, error=str(error))
            continue
        if facts is None:
            findings.add("document_differs", *where)
            continue
        findings_of = sorted(what for what, agrees in _claims(row, facts).items() if not agrees)
        for what in findings_of:
            findings.add("document_contradicts", *where, what=what)


def _rows(cursor: Cursor) -> Iterator[Row]:
    last: tuple[str, str, str, int] = ("", "", "", 0)
    while rows := cursor.execute(QUERY, [*last, PAGE]).fetchall():
        yield from rows
        last = tuple(rows[-1][name] for name in ("agency", "case_no", "kind", "number"))


def _opened(row: Row, node: Node) -> Facts | None:
    """What the document says, where digest and short code are those of its content."""
    content = documents.opened(row, node.secrets[row["agency"]]).content
    same = hashlib.sha256(content).hexdigest() == row["digest"]
    facts = parse(content)
    if not same or short_code.make(row["digest"]) != row["short_code"] or not isinstance(facts, dict):
        return None
    return facts


def _claims(row: Row, facts: Facts) -> dict[str, bool]:
    """What the document says of its case, and whether the file says the same."""
    asked = row["asked"]
    named = ("origin", "destination", "from_scheme", "to_scheme", "received_on", "applicant", "channel")
    claims = {name: facts.get(name) == asked[name] for name in named}
    claims |= {name: facts.get(name) == row[name] for name in ("agency", "case_no", "kind")}
    settled: dict[str, Callable[[], bool]] = {
        "accepted_on": lambda: facts["accepted_on"] == _day(row["accepted_on"]),
        "refusals": lambda: facts["refusals"] == row["refusals"],
        "parts": lambda: _same_form(facts, row["form"]),
    }
    return claims | {name: agrees() for name, agrees in settled.items() if name in facts}


def _same_form(facts: Facts, form: Facts | None) -> bool:
    """Whether an information form is the one in the file; an earlier issue was succeeded and is not there any more."""
    if form is None or facts["issue"] > form["issue"]:
        return False
    if facts["issue"] < form["issue"]:
        return True
    amounts = [[part["part"], part["amount_fen"]] for part in form["parts"]]
    return bool(
        facts["parts"] == amounts
        and facts["mode"] == form["mode"]
        and facts["issued_on"] == form["issued_on"]
    )


def _day(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())
