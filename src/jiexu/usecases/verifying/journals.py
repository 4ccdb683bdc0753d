"""The journals from their first lines: numbered without a gap, sealed outside, and what stands outside cases hashed again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from jiexu.exchange.atrest import AtRestError
from jiexu.exchange.payloads import Document
from jiexu.ledger.entries import posting_id
from jiexu.store import atrest, bulk, documents, lives, people, steps, streams
from jiexu.store.db import Cursor, Row
from jiexu.usecases import accounts, handing, identity, looks, matching, requests, returning, uploads
from jiexu.usecases import lives as lives_noted
from jiexu.usecases.keys import JOURNAL_KIND as STOLEN
from jiexu.usecases.node import Node
from jiexu.usecases.people import FIRST_VERSION
from jiexu.usecases.verifying.months import spans
from jiexu.usecases.verifying.report import Findings
from jiexu.usecases.verifying.seals import Sealed
from jiexu.usecases.verifying.steps import posting

PAGE = 2000
"""Journal lines looked at together."""
LINES = 'SELECT * FROM journal ORDER BY agency COLLATE "C", seq'


def check(cursor: Cursor, node: Node, sealed: Mapping[str, Sealed], findings: Findings) -> None:
    """Every agency's journal and its seals."""
    last = dict.fromkeys(sealed, 0)
    total = streams.count(cursor, "SELECT count(*) AS n FROM journal")
    lines = findings.watched(streams.rows(cursor, LINES), "lines", total)
    while page := list(islice(lines, PAGE)):
        for row in page:
            agency = row["agency"]
            if row["seq"] != last[agency] + 1:
                findings.add("journal_gap", agency, f"line {row['seq']}", expected=last[agency] + 1)
            last[agency] = row["seq"]
            sealed[agency].take(row)
        _hashes(cursor, node, [row for row in page if row["kind"] != "case"], findings)
        _standing(cursor, node, page, findings)
        findings.count("journal_lines", len(page))
    findings.count("looks", streams.count(cursor, "SELECT count(*) AS n FROM look"))
    known = {row["agency"]: row for row in cursor.execute("SELECT agency, upto, hash FROM journal_seal")}
    for agency, of_one in sealed.items():
        of_one.end(last[agency], known.get(agency))


# ---------------------------------------------------------------- what lines outside cases cover

Contents = dict[tuple[str, str, str, int], object]
"""By agency, kind, reference and version."""


def _hashes(cursor: Cursor, node: Node, page: list[Row], findings: Findings) -> None:
    """Put the content of each line together again from the tables and compare its salted hash."""
    contents: Contents = {}
    if lines := [row for row in page if row["kind"] == lives.JOURNAL_KIND]:
        contents |= _people(cursor, lines, findings)
    for kind, content in OUTSIDE.items():
        if lines := [row for row in page if row["kind"] == kind]:
            contents |= content(cursor, lines)
    for row in page:
        agency, key = row["agency"], (row["agency"], row["kind"], row["ref"], row["version"])
        told = {"ref": row["ref"], "event": row["event"]}
        if key not in contents:
            findings.add("journal_rows_missing", agency, f"line {row['seq']}", **told)
        elif steps.salted(node.secrets[agency].salt, contents[key]) != row["hash"]:
            findings.add("journal_rows_differ", agency, f"line {row['seq']}", **told)


def _number(row: Row, findings: Findings) -> str:
    """A document's number, found by what it says; one that does not open or is found by another is a break."""
    try:
        number = atrest.number_of(row)
    except AtRestError as fault:
        findings.add("number_does_not_open", row["agency"], row["person"], said=str(fault))
        return ""
    if (row["seek"], row["seek_end"]) != (atrest.seek(row["kind"], number), atrest.seek_end(number)):
        findings.add("number_sought_by_another", row["agency"], row["person"])
    return number


def _people(cursor: Cursor, page: list[Row], findings: Findings) -> Contents:
    """People as they were loaded, and each change since."""
    refs = [(row["agency"], row["ref"]) for row in page if row["version"] == FIRST_VERSION]
    found: dict[people.Key, dict[str, list[list[object]]]] = {}

    def rows(table: str) -> list[Row]:
        query = f"SELECT t.* FROM {table} t JOIN {{keys}} ON t.agency = k.agency AND t.person = k.person"
        return bulk.select_keys(cursor, query, refs, people.PAIR)

    for row in rows("person"):
        found[row["agency"], row["person"]] = {"documents": [], "months": [], "postings": []}
    for row in rows("identity_document"):
        if row["version"] is not None:
            continue  # noted later, with a change of its own
        paper = [row["kind"], _number(row, findings), row["valid_from"], row["valid_until"]]
        found[row["agency"], row["person"]]["documents"].append(paper)
    for row in rows("month_entry"):
        entry = [row["scheme"], row["kind"], spans(row["months"])]
        found[row["agency"], row["person"]]["months"].append(entry)
    opening = (
        "SELECT t.* FROM posting t JOIN {keys} ON t.agency = k.agency AND t.credit_key = k.person "
        "WHERE t.credit_kind = 'personal' AND t.reason = 'opening'"
    )
    for row in bulk.select_keys(cursor, opening, refs, people.PAIR):
        found[row["agency"], row["credit_key"]]["postings"].append(posting(row))
    loaded = {
        (agency, lives.JOURNAL_KIND, ref, FIRST_VERSION): lives.loaded_content(**parts)
        for (agency, ref), parts in found.items()
    }
    return loaded | _changes(cursor, page)


def _changes(cursor: Cursor, page: list[Row]) -> Contents:
    """What became of people after they were loaded."""
    keys = [
        (row["agency"], row["ref"], str(row["version"])) for row in page if row["version"] > FIRST_VERSION
    ]
    query = (
        "SELECT t.* FROM person_change t JOIN {keys} ON (t.agency, t.person) = (k.agency, k.person) "
        "AND t.version = k.version::int"
    )
    rows = bulk.select_keys(cursor, query, keys, (*people.PAIR, "version"))
    return {
        (row["agency"], lives.JOURNAL_KIND, row["person"], row["version"]): row["content"] for row in rows
    }


def _standing(cursor: Cursor, node: Node, page: list[Row], findings: Findings) -> None:
    """A person stands as the journal's last line about them left them: cover, death, debts, what may move."""
    lines = {(row["agency"], row["ref"]): row for row in page if row["kind"] == lives.JOURNAL_KIND}
    _papers(cursor, node, [row for row in page if row["event"] == identity.EVENT], findings)
    stands = lives.standing(cursor, list(lines))
    for (agency, ref), row in lines.items():
        version, content = stands.get((agency, ref), (row["version"], None))
        if version < row["version"]:
            findings.add("person_behind", agency, ref, version=version, line=row["version"])
        elif (
            version == row["version"] and steps.salted(node.secrets[agency].salt, content) != row["file_hash"]
        ):
            findings.add("person_differs", agency, ref, event=row["event"])


def _papers(cursor: Cursor, node: Node, page: Sequence[Row], findings: Findings) -> None:
    """A document that was noted later is the one its change of the person speaks of."""
    keys = [(row["agency"], row["ref"], str(row["version"])) for row in page]
    query = (
        "SELECT c.agency, c.person, c.content, d.kind, d.number, d.seek, d.seek_end, d.valid_from FROM person_change c "
        "JOIN {keys} ON (c.agency, c.person) = (k.agency, k.person) AND c.version = k.version::int "
        "LEFT JOIN identity_document d ON (d.agency, d.person, d.version) = (c.agency, c.person, c.version)"
    )
    for row in bulk.select_keys(cursor, query, keys, (*people.PAIR, "version")):
        kind, stands_for, since, *_ = row["content"]
        document = Document(row["kind"] or "", _number(row, findings) if row["number"] else "")
        same = identity.digest(node, row["agency"], document) == stands_for
        if not same or (document.kind, str(row["valid_from"])) != (kind, since):
            findings.add("person_differs", row["agency"], row["person"], event=identity.EVENT)


def _receipts(cursor: Cursor, page: list[Row]) -> Contents:
    """Receipts with the posting that follows from each."""
    ids = {
        (row["agency"], posting_id("received", row["agency"], row["ref"])): (row["agency"], row["ref"])
        for row in page
    }
    query = "SELECT t.* FROM bank_receipt t JOIN {keys} ON t.agency = k.agency AND t.receipt = k.receipt"
    receipts = bulk.select_keys(cursor, query, list(ids.values()), ("agency", "receipt"))
    booked = {ids[row["agency"], row["id"]]: posting(row) for row in _postings(cursor, list(ids))}
    return {
        (row["agency"], "receipt", row["receipt"], 1): {
            "receipt": [
                row["receipt"],
                row["amount_fen"],
                row["remark"],
                row["payer"],
                atrest.account_if_it_opens(row["payer_account"]),
            ],
            "posting": booked.get((row["agency"], row["receipt"])),
        }
        for row in receipts
    }


def _statements(cursor: Cursor, page: list[Row]) -> Contents:
    """Money that reached an account by the agency's own statement."""
    return {
        (row["agency"], "statement", row["id"], 1): posting(row)
        for row in _postings(cursor, [(row["agency"], row["ref"]) for row in page])
    }


def _documents(cursor: Cursor, page: list[Row]) -> Contents:
    """Documents that were made."""
    keys = [
        (row["agency"], *row["ref"].split("/", 1), str(row["version"])) for row in page if "/" in row["ref"]
    ]
    query = (
        "SELECT t.* FROM document t JOIN {keys} ON (t.agency, t.case_no, t.kind) = (k.agency, k.case_no, k.kind) "
        "AND t.number = k.number::int"
    )
    rows = bulk.select_keys(cursor, query, keys, ("agency", "case_no", "kind", "number"))
    return {
        (
            row["agency"],
            documents.JOURNAL_KIND,
            documents.reference(row["case_no"], row["kind"]),
            row["number"],
        ): list(documents.line_content(row["digest"], row["short_code"], row["made_on"], row["made_by"]))
        for row in rows
    }


def _handed(cursor: Cursor, page: list[Row]) -> Contents:
    """Documents that were put into somebody's hands."""
    query = "SELECT t.* FROM paper_handed t JOIN {keys} ON (t.agency, t.id) = (k.agency, k.id)"
    rows = bulk.select_keys(cursor, query, [(row["agency"], row["ref"]) for row in page], ("agency", "id"))
    return {(row["agency"], handing.JOURNAL_KIND, row["id"], 1): handing.content(row) for row in rows}


def _postings(cursor: Cursor, ids: Sequence[tuple[str, str]]) -> list[Row]:
    query = "SELECT t.* FROM posting t JOIN {keys} ON t.agency = k.agency AND t.id = k.id"
    return bulk.select_keys(cursor, query, ids, ("agency", "id"))


def _accounts(cursor: Cursor, page: list[Row]) -> Contents:
    """Accounts of agencies: their entries, and their approvals."""
    keys = sorted({(row["agency"], row["ref"]) for row in page})
    query = "SELECT t.* FROM {table} t JOIN {{keys}} ON (t.code, t.number::text) = (k.code, k.number)"

    def rows(table: str) -> list[Row]:
        return bulk.select_keys(cursor, query.format(table=table), keys, ("code", "number"))

    entries = {
        (row["code"], accounts.JOURNAL_KIND, str(row["number"]), accounts.ENTERED): accounts.entry_content(
            row
        )
        for row in rows("agency_account")
    }
    approvals = {
        (
            row["code"],
            accounts.JOURNAL_KIND,
            str(row["number"]),
            accounts.APPROVED,
        ): accounts.approval_content(row)
        for row in rows("agency_account_approval")
    }
    return {**entries, **approvals}


def _stolen(cursor: Cursor, page: list[Row]) -> Contents:
    """The directory's words that keys were stolen."""
    keys = [(row["agency"], *row["ref"].split("/", 1)) for row in page if "/" in row["ref"]]
    query = "SELECT k.agency, t.* FROM stolen_key t JOIN {keys} ON (t.key_id, t.since::text) = (k.key_id, k.since)"
    rows = bulk.select_keys(cursor, query, keys, ("agency", "key_id", "since"))
    return {
        (row["agency"], STOLEN, f"{row['key_id']}/{row['since'].isoformat()}", 1): row["body"] for row in rows
    }


def _splits(cursor: Cursor, page: list[Row]) -> Contents:
    """Receipts that were split into parts."""
    query = "SELECT t.* FROM receipt_split t JOIN {keys} ON (t.agency, t.receipt) = (k.agency, k.receipt) ORDER BY t.agency, t.receipt, t.part"
    keys = sorted({(row["agency"], row["ref"]) for row in page})
    whole: dict[tuple[str, str], list[Row]] = {}
    for row in bulk.select_keys(cursor, query, keys, ("agency", "receipt")):
        whole.setdefault((row["agency"], row["receipt"]), []).append(row)
    return {
        (agency, matching.JOURNAL_KIND, receipt, 1): matching.split_content(
            [(row["part_receipt"], row["amount_fen"]) for row in rows],
            rows[0]["split_by"],
            rows[0]["split_on"],
        )
        for (agency, receipt), rows in whole.items()
    }


def _returns(cursor: Cursor, page: list[Row]) -> Contents:
    """Receipts that go back: who asked, who agreed, what the bank did."""
    keys = sorted({(row["agency"], *row["ref"].rsplit("~", 1)) for row in page if "~" in row["ref"]})

    def rows(table: str) -> list[Row]:
        query = f"SELECT t.* FROM {table} t JOIN {{keys}} ON (t.agency, t.receipt, t.attempt::text) = (k.agency, k.receipt, k.attempt)"
        return bulk.select_keys(cursor, query, keys, ("agency", "receipt", "attempt"))

    def named(row: Row, version: int) -> tuple[str, str, str, int]:
        return (
            row["agency"],
            returning.JOURNAL_KIND,
            returning.line_ref(row["receipt"], row["attempt"]),
            version,
        )

    asked = {
        named(row, returning.ASKED): returning.asked_content(
            row["amount_fen"],
            atrest.account_if_it_opens(row["payee_account"]),
            row["why"],
            row["asked_by"],
            row["asked_on"],
        )
        for row in rows("receipt_return")
    }
    ended = {
        named(row, returning.ENDED): returning.ended_content(
            row["outcome"], row["said"], row["ended_by"], row["ended_on"]
        )
        for row in rows("receipt_return_end")
    }
    answered = {
        named(row, returning.ANSWERED): returning.answered_content(row["answer"], row["answered_on"])
        for row in rows("receipt_return_answer")
    }
    return {**asked, **ended, **answered}


OUTSIDE: dict[str, Callable[[Cursor, list[Row]], Contents]] = {
    "receipt": _receipts,
    "statement": _statements,
    documents.JOURNAL_KIND: _documents,
    handing.JOURNAL_KIND: _handed,
    accounts.JOURNAL_KIND: _accounts,
    matching.JOURNAL_KIND: _splits,
    returning.JOURNAL_KIND: _returns,
    STOLEN: _stolen,
    looks.JOURNAL_KIND: looks.covered,
    requests.JOURNAL_KIND: requests.covered,
    uploads.JOURNAL_KIND: uploads.covered,
}
"""Kinds of lines that are no step of a case."""


DEATHS = (
    "SELECT coalesce(p.agency, c.agency) AS agency, coalesce(p.person, c.person) AS ref FROM "
    "(SELECT agency, person, died_on FROM person WHERE died_on IS NOT NULL) p FULL JOIN ("
    "SELECT DISTINCT ON (agency, person) agency, person, event, content FROM person_change WHERE event = ANY(%s) "
    "ORDER BY agency, person, version DESC) c ON (c.agency, c.person) = (p.agency, p.person) "
    "WHERE p.died_on IS DISTINCT FROM CASE c.event WHEN %s THEN (c.content->>0)::date END ORDER BY 1, 2"
)
"""People whose day of death is not the one that the newest line about it says."""


def check_deaths(cursor: Cursor, findings: Findings) -> None:
    """A death, and its taking back, stand with the person as the newest line about them says."""
    for row in cursor.execute(DEATHS, [[lives_noted.NOTED, lives_noted.TAKEN_BACK], lives_noted.NOTED]):
        findings.add("death_differs", row["agency"], row["ref"])


def check_orphans(cursor: Cursor, findings: Findings) -> None:
    """Rows outside cases that no line of the journal speaks of."""
    for query, table in OUTSIDE_STEPS:
        for row in cursor.execute(query):
            findings.add("row_without_line", row["agency"], row["ref"], table=table)


WITHOUT = "NOT EXISTS (SELECT 1 FROM journal j WHERE j.agency = t.agency AND j.kind = '{kind}' AND j.ref = {ref}{more}) ORDER BY 1, 2"
LOOKS = (
    "SELECT t.agency, t.id::text AS ref FROM look t JOIN look_gathered g ON g.agency = t.agency WHERE t.id <= g.upto AND "
    "NOT EXISTS (SELECT 1 FROM journal j WHERE j.agency = t.agency AND j.kind = 'looks' AND t.id BETWEEN "
    "split_part(j.ref, '-', 1)::bigint AND split_part(j.ref, '-', 2)::bigint) ORDER BY 1, 2"
)
OUTSIDE_STEPS = (
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
        "SELECT t.agency, t.person AS ref FROM identity_document t WHERE t.version IS NOT NULL AND "
        + WITHOUT.format(
            kind="person", ref="t.person", more=f" AND j.version = t.version AND j.event = '{identity.EVENT}'"
        ),
        "identity_document",
    ),
    (
        "SELECT t.agency, t.receipt AS ref FROM bank_receipt t WHERE NOT EXISTS ("
        "SELECT 1 FROM receipt_split s WHERE (s.agency, s.part_receipt) = (t.agency, t.receipt)) AND "
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
    (
        "SELECT t.agency, t.id AS ref FROM paper_handed t WHERE "
        + WITHOUT.format(kind=handing.JOURNAL_KIND, ref="t.id", more=""),
        "paper_handed",
    ),
    *(
        (
            f"SELECT t.agency, t.id AS ref FROM {table} t WHERE "
            + WITHOUT.format(kind=requests.JOURNAL_KIND, ref="t.id", more=f" AND j.version = {version}"),
            table,
        )
        for table, version in (
            ("person_request", requests.ASKED),
            ("person_request_answer", requests.ANSWERED),
        )
    ),
    *(
        (
            f"SELECT t.agency, t.id AS ref FROM {table} t WHERE "
            + WITHOUT.format(kind=uploads.JOURNAL_KIND, ref="t.id", more=f" AND j.version = {version}"),
            table,
        )
        for table, (version, _) in uploads.COVERED.items()
    ),
    (
        "SELECT t.agency, t.ref FROM (SELECT split_part(key_id, '-', 1) AS agency, key_id || '/' || since::text AS ref FROM stolen_key) t WHERE "
        + WITHOUT.format(kind=STOLEN, ref="t.ref", more=""),
        "stolen_key",
    ),
    (
        # What is newer than the agency's last line is only not gathered yet.
        LOOKS,
        "look",
    ),
    (
        "SELECT t.agency, t.receipt AS ref FROM receipt_split t WHERE "
        + WITHOUT.format(kind=matching.JOURNAL_KIND, ref="t.receipt", more=""),
        "receipt_split",
    ),
    *(
        (
            f"SELECT t.agency, t.receipt || '~' || t.attempt AS ref FROM {table} t WHERE "
            + WITHOUT.format(
                kind=returning.JOURNAL_KIND,
                ref="t.receipt || '~' || t.attempt",
                more=f" AND j.version = {version}",
            ),
            table,
        )
        for table, version in (
            ("receipt_return", returning.ASKED),
            ("receipt_return_end", returning.ENDED),
            ("receipt_return_answer", returning.ANSWERED),
        )
    ),
    *(
        (
            f"SELECT t.agency, t.number AS ref FROM (SELECT code AS agency, number::text AS number FROM {table}) t WHERE "
            + WITHOUT.format(kind=accounts.JOURNAL_KIND, ref="t.number", more=f" AND j.version = {version}"),
            table,
        )
        for table, version in (
            ("agency_account", accounts.ENTERED),
            ("agency_account_approval", accounts.APPROVED),
        )
    ),
)
