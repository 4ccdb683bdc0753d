"""Bank data of agencies (经办机构银行信息): the directory's list. An agency without its account cannot be paid (R-094)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from stdnum.iso7064 import mod_11_10

from jiexu.store import bulk
from jiexu.store.db import Cursor
from jiexu.values.bank import AgencyAccount

if TYPE_CHECKING:
    from jiexu.usecases.node import Node

COLUMNS = ("code", "holder", "bank", "cnaps", "account")


def invented(code: str, name: str) -> AgencyAccount:
    """The account an agency of the demonstration has. No bank begins with 000."""
    digits = f"000{code}01"
    return AgencyAccount(
        code,
        f"{name}医疗保障事务中心",
        "示例银行",
        digits + mod_11_10.calc_check_digit(digits),
        f"000{code}0001",
    )


def publish(cursor: Cursor, accounts: Iterable[AgencyAccount]) -> None:
    """Put accounts on the list, in the place of what stood there."""
    rows = [(each.agency, each.holder, each.bank, each.cnaps, each.account) for each in accounts]
    bulk.insert(cursor, "agency_account", COLUMNS, rows)
    bulk.update(cursor, "agency_account", COLUMNS[:1], COLUMNS[1:], rows)


def complete(node: Node, account: AgencyAccount) -> None:
    """Record an agency's account; what waits for it can then be ordered."""
    with node.store.transaction("directory.account") as cursor:
        publish(cursor, [account])


def missing(cursor: Cursor, codes: Collection[str]) -> frozenset[str]:
    """Agencies of this node among these whose account is not on the list. Of other nodes' agencies nothing is said."""
    if not codes:
        return frozenset()
    query = (
        "SELECT a.code FROM agency a WHERE a.code = ANY(%s) "
        "AND NOT EXISTS (SELECT 1 FROM agency_account b WHERE b.code = a.code)"
    )
    return frozenset(row["code"] for row in cursor.execute(query, [sorted(set(codes))]).fetchall())
