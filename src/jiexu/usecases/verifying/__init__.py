"""Proving that nothing was lost, made or changed: every table against every other, against signatures, against seals.

What it rests on, from the inside out: sums and moves played again; the journal's salted hashes of every step; the
messages both agencies hold, signed in bundles; and the seals, which stand outside the database. Whoever owns the
database has the salts and the keys too and can make all but the last agree; only seals kept elsewhere show that.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from jiexu.store.db import Cursor
from jiexu.store.streams import count
from jiexu.usecases.node import Node
from jiexu.usecases.verifying import (
    agreement,
    cases,
    documents,
    journals,
    lanes,
    money,
    months,
    papers,
    steps,
)
from jiexu.usecases.verifying import seals as sealed
from jiexu.usecases.verifying.report import Break, Findings, Report, Tell
from jiexu.usecases.verifying.seals import Given

__all__ = ["Break", "Report", "verify", "verify_audit"]

MOST_SEALS_KNOWN = 1 << 16
"""Seals remembered as signed; beyond, one that several hold is looked at again."""


def verify(
    node: Node,
    seals: Iterable[Given] = (),
    held_elsewhere: Iterable[tuple[str, Given]] = (),
    tell: Tell = lambda what, done, total: None,
) -> Report:
    """Check everything this node holds, in one consistent view beside whatever runs. Changes nothing.

    Tables are read in the order of their keys, a batch at a time, so that memory does not grow with the cases.
    ``seals``: those kept outside the database, in the order written. ``held_elsewhere``: seals that counterparts on
    other nodes hold of agencies here, each with the name of who gave it. ``tell``: how far it is.
    """
    findings = Findings(tell=tell)
    with node.store.one_view("verify", node.hosted) as cursor:
        money.check(cursor, node.hosted, findings)
        months.check(cursor, findings)
        _cases(cursor, node, findings)
        documents.check(cursor, node, findings)
        lanes.check_bundles(cursor, node.hosted, node.keyring, findings)
        lanes.check_not_taken(cursor, node.secrets, findings)
        _audit(cursor, node, seals, held_elsewhere, findings)
    return findings.report()


def verify_audit(
    node: Node,
    seals: Iterable[Given] = (),
    held_elsewhere: Iterable[tuple[str, Given]] = (),
    tell: Tell = lambda what, done, total: None,
) -> Report:
    """Check the audit alone: journals from their first lines, who looked, what no case covers, and the seals over it all.

    What ``verify`` checks of cases, money and months is left out; the parameters are its.
    """
    findings = Findings(tell=tell)
    with node.store.one_view("verify.audit", node.hosted) as cursor:
        _audit(cursor, node, seals, held_elsewhere, findings)
    return findings.report()


def _audit(
    cursor: Cursor,
    node: Node,
    seals: Iterable[Given],
    held_elsewhere: Iterable[tuple[str, Given]],
    findings: Findings,
) -> None:
    for fault in node.doubtful:
        findings.add("certificate", "directory", error=str(fault))
    by_agency = _by_agency(node, seals, findings)
    signed = lru_cache(MOST_SEALS_KNOWN)(lambda seal: seal.is_signed(node.keyring))
    held = sealed.held(cursor, node.hosted, held_elsewhere, signed, findings)
    for agency, of_one in held.items():
        sealed.check_held(agency, of_one, findings)
    own = {
        agency: sealed.Sealed(agency, by_agency.pop(agency, []), held.get(agency, []), signed, findings)
        for agency in node.hosted
    }
    journals.check(cursor, node, own, findings)
    journals.check_orphans(cursor, findings)
    journals.check_deaths(cursor, findings)
    papers.check(cursor, node, findings)
    findings.count("agencies", len(node.hosted))


def _by_agency(node: Node, seals: Iterable[Given], findings: Findings) -> dict[str, list[Given]]:
    found: dict[str, list[Given]] = {}
    for number, seal in enumerate(seals, start=1):
        agency = str(seal.get("agency", ""))
        if agency in node.hosted:
            found.setdefault(agency, []).append(seal)
        else:
            findings.add("seal_of_nobody", "seals", f"seal {number}")
    return found


def _cases(cursor: Cursor, node: Node, findings: Findings) -> None:
    total = count(cursor, "SELECT count(DISTINCT case_no) AS n FROM file")
    for case in findings.watched(cases.each(cursor, node.secrets, findings), "cases", total):
        findings.count("cases", bool(case.sides))
        steps.check(case, node.secrets, findings)
        for side in case.sides.values():
            try:
                _side(node, case, side, findings)
            except cases.UNREADABLE as error:
                findings.add("case_unreadable", *side.key, error=repr(error))


def _side(node: Node, case: cases.Case, side: cases.Side, findings: Findings) -> None:
    """One side by itself, then the two together: lanes from either side, all else once."""
    lanes.check_side(side, findings)
    agreement.check_side(side, findings)
    other = case.sides.get(side.file["other"])
    if other is not None:
        lanes.check_both(side, other, findings)
    if other is None or side.key < other.key:
        agreement.check_case(side, other, side.file["other"] in node.hosted, findings)
