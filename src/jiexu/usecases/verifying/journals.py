"""The journal of one agency from its first line: numbered without a gap, each line's rows hashed again, sealed outside."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from jiexu.exchange.canonical import MalformedError, parse
from jiexu.ledger.entries import posting_id
from jiexu.store import bulk, documents, lives, steps
from jiexu.store.db import Cursor, Row
from jiexu.usecases.node import Node
from jiexu.usecases.people import FIRST_VERSION
from jiexu.usecases.verifying.cases import load_each
from jiexu.usecases.verifying.months import spans
from jiexu.usecases.verifying.report import Findings
from jiexu.usecases.verifying.seals import Sealed

PAGE = 2000
"""Journal lines looked at together."""


def check(cursor: Cursor, node: Node, agency: str, sealed: Sealed, findings: Findings) -> None:
    """One agency's journal, its rows and its seals."""
    last = 0
    for page in _pages(cursor, agency):
        last = _gapless(page, last, findings)
        _hashes(cursor, node, agency, page, findings)
        _files(cursor, node, agency, page, findings)
        _standing(cursor, node, agency, page, findings)
        for row in page:
            sealed.take(row)
        findings.count("journal_lines", len(page))
    sealed.end(cursor, last)


def _pages(cursor: Cursor, agency: str) -> Iterator[list[Row]]:
    last = -1
    while True:
        rows = cursor.execute(
            "SELECT * FROM journal WHERE agency = %s AND seq > %s ORDER BY seq LIMIT %s", [agency, last, PAGE]
        ).fetchall()
        if not rows:
            return
        yield rows
        last = rows[-1]["seq"]


def _gapless(page: list[Row], last: int, findings: Findings) -> int:
    for row in page:
        if row["seq"] != last + 1:
            findings.add("journal_gap", row["agency"], f"line {row['seq']}", expected=last + 1)
        last = row["seq"]
    return last


# ---------------------------------------------------------------- what each line covers


def _hashes(cursor: Cursor, node: Node, agency: str, page: list[Row], findings: Findings) -> None:
    """Put each line's content together again from the tables and compare its salted hash."""
    salt = node.secrets[agency].salt
    contents = {
        **_steps(cursor, agency, [row for row in page if row["kind"] == "case"], findings),
        **_people(cursor, agency, [row for row in page if row["kind"] == lives.JOURNAL_KIND]),
        **_receipts(cursor, agency, [row for row in page if row["kind"] == "receipt"]),
        **_statements(cursor, agency, [row for row in page if row["kind"] == "statement"]),
        **_documents(cursor, agency, [row for row in page if row["kind"] == documents.JOURNAL_KIND]),
    }
    for row in page:
        key = row["kind"], row["ref"], row["version"]
        if key not in contents:
            findings.add(
                "journal_rows_missing", agency, f"line {row['seq']}", ref=row["ref"], event=row["event"]
            )
        elif steps.salted(salt, contents[key]) != row["hash"]:
            findings.add(
                "journal_rows_differ", agency, f"line {row['seq']}", ref=row["ref"], event=row["event"]
            )


Contents = dict[tuple[str, str, int], object]


def _columns(*names: str) -> Callable[[Row], list[object]]:
    return lambda row: [row[name] for name in names]


_posting = _columns(
    "id", "debit_kind", "debit_key", "debit_part", "credit_kind", "credit_key", "credit_part", "amount_fen",
    "leg", "reason", "rule", "handled_by", "reviewed_by", "corrects",
)  # fmt: skip


def _move(row: Row) -> list[object]:
    return [
        row["move"],
        row["scheme"],
        row["area"],
        row["kind"],
        spans(row["months"]),
        row["issue"],
        row["rule"],
    ]


def _decided(row: Row) -> list[object]:
    return steps.decision_content(bytes(row["body"]), row["policy_digest"], row["engine"])


@dataclass(frozen=True, slots=True)
class _Part:
    """One table of a step: its name in the journal's content, and the column that must be the line's day."""

    name: str
    table: str
    content: Callable[[Row], list[object]]
    day: str = ""


PARTS = (
    _Part("postings", "posting", _posting, "booked_on"),
    _Part("holds", "hold", _columns("id", "person", "part", "amount_fen", "case_no", "leg", "issue")),
    _Part("resolutions", "hold_resolution", _columns("hold_id", "how", "posting_ids")),
    _Part("months", "month_move", _move),
    _Part("messages", "message", _columns("id", "hash")),
    _Part("decisions", "decision", _decided, "decided_on"),
    _Part("orders", "bank_order", _columns("leg", "attempt", "amount_fen", "payee", "back", "batch")),
    _Part(
        "matches",
        "receipt_match",
        _columns("receipt", "leg", "handled_by", "reviewed_by", "why"),
        "matched_on",
    ),
    _Part("notices", "notice", _columns("ordinal", "key", "data"), "told_on"),
)
"""Tables whose rows belong to a step of a case by their version."""


def _steps(cursor: Cursor, agency: str, page: list[Row], findings: Findings) -> Contents:
    """Every row of the steps of these lines, by table."""
    days = {(row["ref"], row["version"]): row["day"] for row in page}
    found: dict[tuple[str, int], dict[str, list[object]]] = {
        key: {part.name: [] for part in PARTS} for key in days
    }
    for part in PARTS:
        for row in _of_steps(cursor, part.table, agency, list(days)):
            key = row["case_no"], row["version"]
            if part.day and row[part.day] != days[key]:
                findings.add("day_differs", agency, f"{key[0]} step {key[1]}", table=part.table)
            if part.name == "decisions":
                _decision(row, findings)
            found[key][part.name].append(part.content(row))
    return {("case", *key): steps.step_content(**rows) for key, rows in found.items()}


def _of_steps(cursor: Cursor, table: str, agency: str, keys: list[tuple[str, int]]) -> list[Row]:
    of_case = "SELECT t.* FROM {table} t JOIN {{keys}} ON t.case_no = k.case_no AND t.version = k.version::int WHERE t.agency = k.agency"
    of_hold = (
        "SELECT t.*, h.case_no FROM {table} t JOIN hold h ON h.agency = t.agency AND h.id = t.hold_id "
        "JOIN {{keys}} ON h.case_no = k.case_no AND t.version = k.version::int WHERE t.agency = k.agency"
    )
    query = (of_hold if table == "hold_resolution" else of_case).format(table=table)
    named = [(agency, ref, str(version)) for ref, version in keys]
    return bulk.select_keys(cursor, query, named, ("agency", "case_no", "version"))


def _decision(row: Row, findings: Findings) -> None:
    where = row["agency"], row["case_no"], f"step {row['version']}"
    findings.count("decisions")
    try:
        body = parse(bytes(row["body"]))
    except MalformedError as error:
        findings.add("decision_unreadable", *where, error=str(error))
        return
    if not isinstance(body, dict) or (body.get("rule"), body.get("outcome")) != (row["rule"], row["outcome"]):
        findings.add("decision_column_differs", *where, rule=row["rule"])
    if len(row["policy_digest"]) != len(hashlib.sha256().hexdigest()) or not row["engine"].startswith(
        "jiexu "
    ):
        findings.add("decision_origin_unknown", *where, rule=row["rule"])


def _people(cursor: Cursor, agency: str, page: list[Row]) -> Contents:
    """People as they were loaded, and each change since."""
    refs = [(agency, row["ref"]) for row in page if row["version"] == FIRST_VERSION]
    found: dict[str, dict[str, list[list[object]]]] = {}

    def rows(table: str) -> list[Row]:
        query = f"SELECT t.* FROM {table} t JOIN {{keys}} ON t.agency = k.agency AND t.person = k.person"
        return bulk.select_keys(cursor, query, refs, ("agency", "person"))

    for row in rows("person"):
        found[row["person"]] = {"documents": [], "months": [], "postings": []}
    for row in rows("identity_document"):
        paper = [row["kind"], row["number"], row["valid_from"], row["valid_until"]]
        found[row["person"]]["documents"].append(paper)
    for row in rows("month_entry"):
        found[row["person"]]["months"].append([row["scheme"], row["kind"], spans(row["months"])])
    opening = (
        "SELECT t.* FROM posting t JOIN {keys} ON t.agency = k.agency AND t.credit_key = k.person "
        "WHERE t.credit_kind = 'personal' AND t.reason = 'opening'"
    )
    for row in bulk.select_keys(cursor, opening, refs, ("agency", "person")):
        found[row["credit_key"]]["postings"].append(_posting(row))
    loaded = {
        (lives.JOURNAL_KIND, ref, FIRST_VERSION): lives.loaded_content(**parts)
        for ref, parts in found.items()
    }
    changes = [(agency, row["ref"], str(row["version"])) for row in page if row["version"] > FIRST_VERSION]
    query = (
        "SELECT t.* FROM person_change t JOIN {keys} ON (t.agency, t.person) = (k.agency, k.person) "
        "AND t.version = k.version::int"
    )
    changed = bulk.select_keys(cursor, query, changes, ("agency", "person", "version"))
    return loaded | {(lives.JOURNAL_KIND, row["person"], row["version"]): row["content"] for row in changed}


def _standing(cursor: Cursor, node: Node, agency: str, page: list[Row], findings: Findings) -> None:
    """A person stands as the journal's last line about them left them: cover, death, debts, what may move."""
    lines = {row["ref"]: row for row in page if row["kind"] == lives.JOURNAL_KIND}
    stands = lives.standing(cursor, [(agency, ref) for ref in lines])
    for ref, row in lines.items():
        version, content = stands.get((agency, ref), (row["version"], None))
        if version < row["version"]:
            findings.add("person_behind", agency, ref, version=version, line=row["version"])
        elif (
            version == row["version"] and steps.salted(node.secrets[agency].salt, content) != row["file_hash"]
        ):
            findings.add("person_differs", agency, ref, event=row["event"])


def _receipts(cursor: Cursor, agency: str, page: list[Row]) -> Contents:
    """Receipts with the posting that follows from each."""
    ids = {posting_id("received", agency, row["ref"]): row["ref"] for row in page}
    query = "SELECT t.* FROM bank_receipt t JOIN {keys} ON t.agency = k.agency AND t.receipt = k.receipt"
    receipts = bulk.select_keys(cursor, query, [(agency, ref) for ref in ids.values()], ("agency", "receipt"))
    booked = {ids[row["id"]]: _posting(row) for row in _postings(cursor, agency, list(ids))}
    return {
        ("receipt", row["receipt"], 1): {
            "receipt": [row["receipt"], row["amount_fen"], row["remark"], row["payer"]],
            "posting": booked.get(row["receipt"]),
        }
        for row in receipts
    }


def _statements(cursor: Cursor, agency: str, page: list[Row]) -> Contents:
    """Money that reached an account by the agency's own statement."""
    return {
        ("statement", row["id"], 1): _posting(row)
        for row in _postings(cursor, agency, [row["ref"] for row in page])
    }


def _documents(cursor: Cursor, agency: str, page: list[Row]) -> Contents:
    """Documents that were made."""
    keys = [(agency, *row["ref"].split("/", 1), str(row["version"])) for row in page if "/" in row["ref"]]
    query = (
        "SELECT t.* FROM document t JOIN {keys} ON (t.agency, t.case_no, t.kind) = (k.agency, k.case_no, k.kind) "
        "AND t.number = k.number::int"
    )
    rows = bulk.select_keys(cursor, query, keys, ("agency", "case_no", "kind", "number"))
    return {
        (documents.JOURNAL_KIND, documents.reference(row["case_no"], row["kind"]), row["number"]): list(
            documents.line_content(row["digest"], row["short_code"], row["made_on"], row["made_by"])
        )
        for row in rows
    }


def _postings(cursor: Cursor, agency: str, ids: Sequence[str]) -> list[Row]:
    query = "SELECT t.* FROM posting t JOIN {keys} ON t.agency = k.agency AND t.id = k.id"
    return bulk.select_keys(cursor, query, [(agency, each) for each in ids], ("agency", "id"))


def _files(cursor: Cursor, node: Node, agency: str, page: list[Row], findings: Findings) -> None:
    """A file stands as the journal's last line about it left it."""
    versions = {row["ref"]: row for row in page if row["kind"] == "case"}
    stored, unreadable = load_each(cursor, [(agency, ref) for ref in versions])
    for ref, row in versions.items():
        held = stored.get((agency, ref))
        if (agency, ref) in unreadable:
            continue  # named with its case
        if held is None:
            findings.add("file_missing", agency, ref)
        elif held.file.version < row["version"]:
            findings.add("file_behind", agency, ref, version=held.file.version, step=row["version"])
        elif (
            held.file.version == row["version"]
            and steps.salted(node.secrets[agency].salt, steps.file_content(held)) != row["file_hash"]
        ):
            findings.add("file_differs", agency, ref, step=row["version"])


def check_orphans(cursor: Cursor, findings: Findings) -> None:
    """Rows that no line of the journal speaks of, and files whose newest step has none."""
    for table in (part.table for part in PARTS):
        key = "h.case_no" if table == "hold_resolution" else "t.case_no"
        join = "JOIN hold h ON h.agency = t.agency AND h.id = t.hold_id" if table == "hold_resolution" else ""
        query = (
            f"SELECT t.agency, {key} AS case_no, t.version FROM {table} t {join} WHERE t.version IS NOT NULL AND NOT EXISTS (SELECT 1 FROM journal j "
            f"WHERE j.agency = t.agency AND j.kind = 'case' AND j.ref = {key} AND j.version = t.version) ORDER BY 1, 2, 3"
        )
        for row in cursor.execute(query):
            findings.add(
                "row_without_line", row["agency"], row["case_no"], f"step {row['version']}", table=table
            )
    for query, table in OUTSIDE_STEPS:
        for row in cursor.execute(query):
            findings.add("row_without_line", row["agency"], row["ref"], table=table)


WITHOUT = "NOT EXISTS (SELECT 1 FROM journal j WHERE j.agency = t.agency AND j.kind = '{kind}' AND j.ref = {ref}{more}) ORDER BY 1, 2"
OUTSIDE_STEPS = (
    (
        "SELECT t.agency, t.case_no AS ref FROM file t WHERE "
        + WITHOUT.format(kind="case", ref="t.case_no", more=" AND j.version = t.version"),
        "file",
    ),
    (
        "SELECT t.agency, t.person AS ref FROM person t WHERE "
        + WITHOUT.format(kind="person", ref="t.person", more=" AND j.version = t.version"),
        "person",
    ),
    (
        "SELECT t.agency, t.person AS ref FROM person_change t WHERE "
        + WITHOUT.format(kind="person", ref="t.person", more=" AND j.version = t.version"),
        "person_change",
    ),
    (
        "SELECT t.agency, t.person AS ref FROM month_entry t WHERE "
        + WITHOUT.format(kind="person", ref="t.person", more=""),
        "month_entry",
    ),
    (
        "SELECT t.agency, t.receipt AS ref FROM bank_receipt t WHERE "
        + WITHOUT.format(kind="receipt", ref="t.receipt", more=""),
        "bank_receipt",
    ),
    (
        "SELECT t.agency, t.id AS ref FROM posting t WHERE t.version IS NULL AND t.reason = 'opening' AND "
        + WITHOUT.format(kind="person", ref="t.credit_key", more=""),
        "posting",
    ),
    (
        "SELECT t.agency, t.id AS ref FROM posting t WHERE t.version IS NULL AND t.reason NOT IN ('opening', 'received') AND "
        + WITHOUT.format(kind="statement", ref="t.id", more=""),
        "posting",
    ),
    (
        "SELECT t.agency, t.case_no || '/' || t.kind AS ref FROM document t WHERE "
        + WITHOUT.format(
            kind=documents.JOURNAL_KIND, ref="t.case_no || '/' || t.kind", more=" AND j.version = t.number"
        ),
        "document",
    ),
)
