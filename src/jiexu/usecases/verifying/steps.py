"""Steps of a case: each line of the journal hashed again from the rows its step wrote, and no row without its line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from jiexu.exchange.canonical import MalformedError, parse
from jiexu.store import atrest, steps
from jiexu.store.db import Row
from jiexu.store.steps import Secrets
from jiexu.usecases.verifying.cases import UNREADABLE, Case, Rows, Side
from jiexu.usecases.verifying.months import spans
from jiexu.usecases.verifying.report import Findings

Content = Callable[[Row], list[object]]
Contents = dict[int, dict[str, list[object]]]
"""What each step wrote, by its version and by part."""


def columns(*names: str) -> Content:
    """The content of a row that is some of its columns as they are."""
    return lambda row: [row[name] for name in names]


posting = columns(
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
    """One table of a step.

    ``name``: in the journal's content. ``rows``: in ``Rows``. ``day``: the column that must be the line's day.
    ``version``: the column that says of which step a row is.
    """

    name: str
    table: str
    rows: str
    content: Content
    day: str = ""
    version: str = "version"


def _ordered(row: Row) -> list[object]:
    names = ("leg", "attempt", "amount_fen", "payee", "back", "batch")
    return [*(row[name] for name in names), atrest.account_if_it_opens(row["payee_account"])]


PARTS = (
    _Part("postings", "posting", "postings", posting, "booked_on"),
    _Part("holds", "hold", "holds", columns("id", "person", "part", "amount_fen", "case_no", "leg", "issue")),
    _Part("resolutions", "hold_resolution", "holds", columns("id", "how", "posting_ids"), version="ended"),
    _Part("months", "month_move", "moves", _move),
    _Part("messages", "message", "messages", columns("id", "hash")),
    _Part("decisions", "decision", "decisions", _decided, "decided_on"),
    _Part("orders", "bank_order", "orders", _ordered),
    _Part(
        "matches", "receipt_match", "matches", columns("receipt", "leg", "handled_by", "reviewed_by", "why"), "matched_on"
    ),
    _Part("notices", "notice", "notices", columns("ordinal", "key", "data"), "told_on"),
)  # fmt: skip
"""Tables whose rows belong to a step of a case by their version."""


def check(case: Case, secrets: dict[str, Secrets], findings: Findings) -> None:
    """The steps of a case at each agency."""
    for agency in case.rows:
        try:
            _check(case, agency, secrets[agency].salt, findings)
        except UNREADABLE as error:
            findings.add("case_unreadable", agency, case.case_no, error=repr(error))


def _check(case: Case, agency: str, salt: bytes, findings: Findings) -> None:
    rows = case.rows[agency]
    lines = {line["version"]: line for line in rows["lines"]}
    contents: Contents = {version: {part.name: [] for part in PARTS} for version in lines}
    for part in PARTS:
        _part(part, rows, lines, contents, findings)
    for line in rows["lines"]:
        if steps.salted(salt, steps.step_content(**contents[line["version"]])) != line["hash"]:
            findings.add(
                "journal_rows_differ", agency, f"line {line['seq']}", ref=line["ref"], event=line["event"]
            )
    _file(case, agency, case.sides.get(agency), salt, findings)


def _part(
    part: _Part,
    rows: Rows,
    lines: dict[int, Row],
    contents: Contents,
    findings: Findings,
) -> None:
    """The rows of one table, each to its step."""
    for row in rows[part.rows]:
        version = row[part.version]
        if version is None:
            continue
        where = row["agency"], row["case_no"], f"step {version}"
        if part.name == "decisions":
            _decision(row, findings)
        if version not in lines:
            findings.add("row_without_line", *where, table=part.table)
            continue
        if part.day and row[part.day] != lines[version]["day"]:
            findings.add("day_differs", row["agency"], f"{row['case_no']} step {version}", table=part.table)
        contents[version][part.name].append(part.content(row))


def _file(case: Case, agency: str, side: Side | None, salt: bytes, findings: Findings) -> None:
    """A file stands as the journal's last line about it left it."""
    lines = case.rows[agency]["lines"]
    last = lines[-1] if lines else None
    if side is None:
        if last is not None:
            findings.add("file_missing", agency, case.case_no)
        return
    version = side.file["version"]
    if last is None or version > last["version"]:
        findings.add("row_without_line", agency, case.case_no, table="file")
    elif version < last["version"]:
        findings.add("file_behind", agency, case.case_no, version=version, step=last["version"])
    elif side.stored and steps.salted(salt, steps.file_content(side.stored)) != last["file_hash"]:
        findings.add("file_differs", agency, case.case_no, step=version)


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
