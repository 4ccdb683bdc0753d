"""Proving that nothing was lost, made or changed: every table against every other, against signatures, against seals.

What it rests on, from the inside out: sums and moves played again; the journal's salted hashes of every step; the
messages both agencies hold, signed in bundles; and the seals, which stand outside the database. Whoever owns the
database has the salts and the keys too and can make all but the last agree; only seals kept elsewhere show that.
"""

from __future__ import annotations

from collections.abc import Iterable

from jiexu.store.db import Cursor
from jiexu.usecases.node import Node
from jiexu.usecases.verifying import agreement, cases, documents, journals, lanes, money, months
from jiexu.usecases.verifying import seals as sealed
from jiexu.usecases.verifying.report import Break, Findings, Report
from jiexu.usecases.verifying.seals import Given

__all__ = ["Break", "Report", "verify"]


def verify(
    node: Node, seals: Iterable[Given] = (), held_elsewhere: Iterable[tuple[str, Given]] = ()
) -> Report:
    """Check everything this node holds, in one consistent view beside whatever runs. Changes nothing.

    ``seals``: those kept outside the database, in the order written. ``held_elsewhere``: seals that counterparts on
    other nodes hold of agencies here, each with the name of who gave it.
    """
    findings = Findings()
    for fault in node.doubtful:
        findings.add("certificate", "directory", error=str(fault))
    by_agency = _by_agency(node, seals, findings)
    with node.store.one_view("verify", node.hosted) as cursor:
        money.check(cursor, node.hosted, findings)
        months.check(cursor, findings)
        for page in cases.pages(cursor):
            _cases(cursor, node, page, findings)
        documents.check(cursor, node, findings)
        lanes.check_copies(cursor, node.hosted, findings)
        held = sealed.held(cursor, held_elsewhere, findings)
        for agency, of_one in held.items():
            sealed.check_held(agency, of_one, node.keyring, findings)
        for agency in node.hosted:
            lanes.check_bundles(cursor, agency, node.keyring, findings)
            lanes.check_not_taken(cursor, agency, node.secrets[agency], findings)
            outside, others = by_agency.get(agency, []), held.get(agency, [])
            journal = sealed.Sealed(agency, outside, others, node.keyring, findings)
            journals.check(cursor, node, agency, journal, findings)
        journals.check_orphans(cursor, findings)
    findings.count("agencies", len(node.hosted))
    return findings.report()


def _by_agency(node: Node, seals: Iterable[Given], findings: Findings) -> dict[str, list[Given]]:
    found: dict[str, list[Given]] = {}
    for number, seal in enumerate(seals, start=1):
        agency = str(seal.get("agency", ""))
        if agency in node.hosted:
            found.setdefault(agency, []).append(seal)
        else:
            findings.add("seal_of_nobody", "seals", f"seal {number}")
    return found


def _cases(cursor: Cursor, node: Node, page: list[str], findings: Findings) -> None:
    sides = cases.sides(cursor, page, node.secrets, findings)
    findings.count("cases", len({case_no for _, case_no in sides}))
    for key, side in sides.items():
        try:
            _case(node, sides, side, findings)
        except cases.UNREADABLE as error:
            findings.add("case_unreadable", *key, error=repr(error))


def _case(node: Node, sides: dict[cases.Key, cases.Side], side: cases.Side, findings: Findings) -> None:
    """One side by itself, then the two together: lanes from either side, all else once."""
    lanes.check_side(side, findings)
    agreement.check_side(side, findings)
    other = sides.get((side.file["other"], side.file["case_no"]))
    if other is not None:
        lanes.check_both(side, other, findings)
    if other is None or side.key < other.key:
        agreement.check_case(side, other, side.file["other"] in node.hosted, findings)
