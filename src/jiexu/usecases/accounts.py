"""Bank data of agencies (经办机构银行信息): the directory's list, entered by one person and approved by another.

Nothing on it is changed: an account that takes another's place is a further row, and both its entry and its approval
stand in the journal of the agency it belongs to. An agency without an approved account cannot be paid (R-094).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from stdnum.iso7064 import mod_11_10

from jiexu.store import atrest, bulk, steps
from jiexu.store.db import Cursor, Row
from jiexu.store.steps import Entry
from jiexu.usecases.reviewers import DEMONSTRATION, DIRECTORY, check_handler, check_reviewer
from jiexu.values.bank import AgencyAccount
from jiexu.values.errors import ValueFault

if TYPE_CHECKING:
    from jiexu.usecases.node import Node

JOURNAL_KIND: Final = "agency_account"
ENTERED, APPROVED = 1, 2
"""Versions of the two lines about one account."""
COLUMNS = (
    "code", "number", "holder", "bank", "cnaps", "account", "valid_from", "entered_by", "entered_on",
)  # fmt: skip
APPROVAL = ("code", "number", "entered_by", "approved_by", "approved_on")
PRESENT = (
    "SELECT DISTINCT ON (e.code) e.code, e.holder, e.bank, e.cnaps, e.account FROM agency_account e "
    "JOIN agency_account_approval p USING (code, number) WHERE e.code = ANY(%(codes)s) AND (%(on)s::date IS NULL OR e.valid_from <= %(on)s) "
    "ORDER BY e.code, e.number DESC"
)


class AccountError(ValueFault):
    """An account of an agency cannot be entered so, or not be approved."""


@dataclass(frozen=True, slots=True)
class Entered:
    """An account as somebody entered it: its number at its agency, from when it counts, and who entered it when."""

    account: AgencyAccount
    number: int
    valid_from: date
    by: str
    on: date


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


def found(
    cursor: Cursor,
    accounts: Sequence[AgencyAccount],
    salts: Mapping[str, bytes],
    *,
    valid_from: date,
    on: date,
) -> None:
    """List the invented accounts of new agencies: the demonstration enters them, its own directory approves them."""
    entered = [Entered(each, 1, valid_from, DEMONSTRATION, on) for each in accounts]
    _enter(cursor, entered, salts)
    _approve(cursor, entered, salts, by=DIRECTORY, on=on)


def enter(node: Node, account: AgencyAccount, *, valid_from: date, day: date, by: str) -> Entered:
    """Enter the account an agency is to be paid on from a day on; it counts once another person approves it.

    Raises AccountError where it would count before today, ReviewerError where nobody enters it.
    """
    check_handler(by)
    if valid_from < day:
        raise AccountError(
            "account_backdated",
            "The account of agency {agency} would count from {valid_from}, before today, {day}; enter today or a later day.",
            agency=account.agency,
            valid_from=valid_from.isoformat(),
            day=day.isoformat(),
        )
    agency = account.agency
    with node.store.transaction("account.enter", [agency]) as cursor:
        _alone(cursor, agency)
        query = "SELECT coalesce(max(number), 0) + 1 AS next FROM agency_account WHERE code = %s"
        row = cursor.execute(query, [agency]).fetchone()
        entered = Entered(account, row["next"] if row else 1, valid_from, by, day)
        _enter(cursor, [entered], {agency: node.secrets[agency].salt})
    return entered


def approve(node: Node, agency: str, number: int, *, day: date, by: str) -> Entered:
    """Approve an account that somebody else entered; from its day on the agency is paid there.

    Raises AccountError where no such entry waits or a later one is approved already, ReviewerError where nobody else
    approves.
    """
    with node.store.transaction("account.approve", [agency]) as cursor:
        _alone(cursor, agency)
        entered = {each.number: each for each in _waiting(cursor, agency)}.get(number)
        if entered is None:
            raise AccountError(
                "account_not_waiting",
                "No account of agency {agency} waits for approval under number {number}: it was approved, a later one took "
                "its place, or it was never entered; look at 'jiexu desk inbox'.",
                agency=agency,
                number=number,
            )
        check_reviewer(by, by=entered.by)
        _approve(cursor, [entered], {agency: node.secrets[agency].salt}, by=by, on=day)
    return entered


def waiting(node: Node, agency: str) -> list[Entered]:
    """Accounts of an agency that wait for approval, the first entered first. One older than an approved one never does."""
    with node.store.transaction("account.waiting", [agency]) as cursor:
        return _waiting(cursor, agency)


def present(cursor: Cursor, codes: Collection[str], on: date | None) -> dict[str, AgencyAccount]:
    """Where agencies are paid on a day: by code the newest approved account in force. ``on`` None: whatever its day."""
    if not codes:
        return {}
    rows = cursor.execute(PRESENT, {"codes": sorted(set(codes)), "on": on}).fetchall()
    return {row["code"]: _account(row) for row in rows}


def numbers(cursor: Cursor, codes: Collection[str], on: date | None) -> dict[str, str]:
    """The account number of each of these agencies on a day, empty where it has none approved.

    Agencies of other nodes, of which nothing is known here, are left out.
    """
    if not codes:
        return {}
    query = "SELECT code FROM agency WHERE code = ANY(%s)"
    here = [row["code"] for row in cursor.execute(query, [sorted(set(codes))]).fetchall()]
    found = present(cursor, here, on)
    return {code: found[code].account if code in found else "" for code in here}


def _account(row: Row) -> AgencyAccount:
    return AgencyAccount(
        row["code"], row["holder"], row["bank"], row["cnaps"], atrest.account_of(row["account"])
    )


def entry_content(row: Row) -> list[object]:
    """What the journal hashes of an entry."""
    return [
        row["holder"],
        row["bank"],
        row["cnaps"],
        atrest.account_if_it_opens(row["account"]),
        row["valid_from"].isoformat(),
        row["entered_by"],
        row["entered_on"].isoformat(),
    ]


def approval_content(row: Row) -> list[object]:
    """What the journal hashes of an approval."""
    return [row["entered_by"], row["approved_by"], row["approved_on"].isoformat()]


def _alone(cursor: Cursor, agency: str) -> None:
    """One process at a time enters and approves accounts of an agency, so that none is approved behind a later one."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('jiexu account ' || %s, 0))", [agency])


def _waiting(cursor: Cursor, agency: str) -> list[Entered]:
    query = (
        "SELECT e.* FROM agency_account e WHERE e.code = %(code)s AND e.number > "
        "(SELECT coalesce(max(p.number), 0) FROM agency_account_approval p WHERE p.code = %(code)s) ORDER BY e.number"
    )
    return [
        Entered(
            _account(row),
            row["number"],
            row["valid_from"],
            row["entered_by"],
            row["entered_on"],
        )
        for row in cursor.execute(query, {"code": agency}).fetchall()
    ]


def _enter(cursor: Cursor, entered: Sequence[Entered], salts: Mapping[str, bytes]) -> None:
    rows = []
    for each in entered:
        one = each.account
        rows.append(
            (one.agency, each.number, one.holder, one.bank, one.cnaps, atrest.sealed_account(one.account), each.valid_from, each.by, each.on)
        )  # fmt: skip
    bulk.insert_all(cursor, "agency_account", COLUMNS, rows)
    named = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    _lines(cursor, named, salts, ENTERED)


def _approve(
    cursor: Cursor, entered: Sequence[Entered], salts: Mapping[str, bytes], *, by: str, on: date
) -> None:
    rows = [(each.account.agency, each.number, each.by, by, on) for each in entered]
    bulk.insert_all(cursor, "agency_account_approval", APPROVAL, rows)
    _lines(cursor, [dict(zip(APPROVAL, row, strict=True)) for row in rows], salts, APPROVED)


def _lines(cursor: Cursor, rows: Sequence[Row], salts: Mapping[str, bytes], version: int) -> None:
    """One line in the journal of each account's agency."""
    if not rows:
        return
    is_entry = version == ENTERED
    entries = [
        Entry(
            row["code"],
            JOURNAL_KIND,
            str(row["number"]),
            version,
            "AccountEntered" if is_entry else "AccountApproved",
            row["entered_by"] if is_entry else row["approved_by"],
            entry_content(row) if is_entry else approval_content(row),
            salts[row["code"]],
        )
        for row in rows
    ]
    steps.journal(cursor, entries, rows[0]["entered_on"] if is_entry else rows[0]["approved_on"])
