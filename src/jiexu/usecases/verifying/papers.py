"""Supporting papers that people sent: each stands sealed and is what was sent, or is erased and nothing of it is left."""

from __future__ import annotations

from jiexu.exchange.atrest import AtRestError
from jiexu.store.db import Cursor
from jiexu.usecases import uploads
from jiexu.usecases.node import Node
from jiexu.usecases.verifying.report import Findings

EACH = (
    "SELECT u.agency, u.id, u.digest, e.rule, c.paper, c.note AS sealed_note FROM upload u "
    "LEFT JOIN upload_erased e ON (e.agency, e.id) = (u.agency, u.id) LEFT JOIN upload_content c ON (c.agency, c.id) = (u.agency, u.id) "
    "WHERE (u.agency, u.id) > (%s, %s) ORDER BY u.agency, u.id LIMIT 1"
)
"""One at a time: each may be of some megabytes."""


def check(cursor: Cursor, node: Node, findings: Findings) -> None:
    """Every paper of this node's agencies."""
    last = ["", ""]
    while row := cursor.execute(EACH, last).fetchone():
        last = [row["agency"], row["id"]]
        findings.count("uploads")
        if (row["rule"] is None) == (row["paper"] is None):
            findings.add("upload_there_or_erased", *last)
            continue
        if row["paper"] is None:
            continue
        try:
            if not uploads.is_genuine(node, row):
                findings.add("upload_differs", *last)
        except AtRestError as fault:
            findings.add("upload_does_not_open", *last, said=str(fault))
