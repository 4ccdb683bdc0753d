"""An application sent by the pages: taken by the one path every application takes, with who sent it noted beside it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from jiexu.exchange.envelope import SALT_BYTES
from jiexu.exchange.sealing import Sealed, open_sealed, seal_payload
from jiexu.store import bulk
from jiexu.store.steps import PAYLOAD_KEY
from jiexu.usecases.applications import ApplicationIn, Taken, take
from jiexu.usecases.node import Node
from jiexu.values import bank

APPLICANT = "applicant"
"""Who opens a case that was applied for, as the journal says it."""
LAST = 4


@dataclass(frozen=True, slots=True)
class Account:
    """A person's own account for one case. ``number``: compact; ``last_four``: what pages show."""

    number: str
    last_four: str


def send(node: Node, applications: list[ApplicationIn], *, grant: int, day: date) -> list[Taken]:
    """Take applications sent under a grant. Sent again, or twice at once, each is the same case."""
    taken = take(node, applications, day=day, actor=APPLICANT)
    rows = [(each.application.opener, each.case_no, grant, day) for each in taken if each.case_no]
    with node.store.transaction("sending.by", sorted({row[0] for row in rows})) as cursor:
        bulk.insert(cursor, "application_by", ("agency", "case_no", "grant_id", "applied_on"), rows)
    return taken


class AccountFixedError(Exception):
    """Somebody has reviewed the payment to the account that was given, or it is with the bank: it goes to no other now."""


UNDER_WAY = (
    "SELECT FROM money_track WHERE (agency, case_no) = (%s, %s) AND mode = 'TO_PERSON' AND way = 'out' AND is_open "
    "AND state IN ('reviewed', 'ordered', 'settled')"
)


def keep_account(node: Node, agency: str, case_no: str, number: str, *, by: str, on: date) -> None:
    """Keep where the origin pays the person, sealed under the agency's key; the same again changes nothing.

    Raises BankNumberError where it is no account, AccountFixedError where a payment was reviewed and has not come back.
    """
    plain = bank.validate_account(number)
    held = account(node, agency, case_no)
    if held is not None and held.number == plain:
        return
    sealed = seal_payload(
        key=node.secrets[agency].payload_key,
        key_id=PAYLOAD_KEY,
        message_id=_context(case_no),
        salt=secrets.token_bytes(SALT_BYTES),
        payload=plain.encode(),
    )
    with node.store.transaction("sending.account", [agency]) as cursor:
        # Steps of the case wait for this: nobody reviews a payment to one account while another takes its place.
        cursor.execute("SELECT FROM file WHERE (agency, case_no) = (%s, %s) FOR UPDATE", [agency, case_no])
        if cursor.execute(UNDER_WAY, [agency, case_no]).fetchone() is not None:
            raise AccountFixedError
        cursor.execute(
            "INSERT INTO payee_account (agency, case_no, number, key_id, sealed, last_four, given_by, given_on) "
            "SELECT %s, %s, coalesce(max(number), 0) + 1, %s, %s, %s, %s, %s FROM payee_account "
            "WHERE (agency, case_no) = (%s, %s)",
            [agency, case_no, sealed.key_id, sealed.data, plain[-LAST:], by, on, agency, case_no],
        )


def account(node: Node, agency: str, case_no: str) -> Account | None:
    """The account last given for a case; None where none was asked for."""
    with node.store.transaction("sending.account.read", [agency]) as cursor:
        row = cursor.execute(
            "SELECT key_id, sealed, last_four FROM payee_account WHERE (agency, case_no) = (%s, %s) "
            "ORDER BY number DESC LIMIT 1",
            [agency, case_no],
        ).fetchone()
    if row is None:
        return None
    sealed = Sealed(row["key_id"], bytes(row["sealed"]))
    key = node.secrets[agency].payload_key
    _, payload = open_sealed(sealed, key=key, message_id=_context(case_no))
    return Account(payload.decode(), row["last_four"])


def _context(case_no: str) -> str:
    """What the sealed number is bound to: it opens for no other case."""
    return f"payee/{case_no}"
