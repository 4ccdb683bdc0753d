"""How somebody wants to hear of their cases: channels, language, wording; an e-mail address is confirmed before it is used."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from psycopg.types.json import Jsonb

from jiexu.cases.messages import Channel
from jiexu.exchange.envelope import SALT_BYTES
from jiexu.exchange.sealing import Sealed, open_sealed, seal_payload
from jiexu.store.db import Cursor, Row
from jiexu.store.steps import PAYLOAD_KEY
from jiexu.texts import Lang
from jiexu.usecases.doors import Grant
from jiexu.usecases.node import Node
from jiexu.values.errors import ValueFault

_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_ADDRESS = re.compile(r"https://[^\s@]{1,300}")
CODE = "confirm_code"
DIGITS = 6


class ContactError(ValueFault):
    """Something about a contact is no such thing. The sentence names the cure."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a message goes: sealed where it is kept. ``secret``: what a webhook's signature is made with."""

    email: str = ""
    phone: str = ""
    webhook: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """One choice. ``confirmed``: its e-mail address answered with the code."""

    agency: str
    grant: int
    number: int
    channels: frozenset[Channel]
    lang: Lang
    elder: bool
    reached: Reached
    confirmed: bool
    since: date

    @property
    def usable(self) -> frozenset[Channel]:
        """Channels that may be used: an address nobody confirmed may be a stranger's."""
        return self.channels - (frozenset() if self.confirmed else {Channel.EMAIL})


NEWEST = """
  SELECT c.*, (f.number IS NOT NULL) AS confirmed FROM contact c LEFT JOIN contact_confirmed f USING (agency, grant_id, number)
  WHERE c.agency = %s AND c.grant_id = %s ORDER BY c.number DESC LIMIT 1
"""


def contact(node: Node, grant: Grant) -> Contact | None:
    """The choice that counts; None where nobody chose."""
    assert grant.subject is not None  # noqa: S101 - a grant that speaks for somebody
    with node.store.transaction("contacts.read", [grant.subject.agency]) as cursor:
        row = cursor.execute(NEWEST, [grant.subject.agency, grant.id]).fetchone()
    return opened(node, row) if row else None


def opened(node: Node, row: Row) -> Contact:
    """A row as it is understood."""
    sealed = Sealed(row["key_id"], bytes(row["sealed"]))
    key = node.secrets[row["agency"]].payload_key
    context = _context(row["grant_id"], row["number"])
    _, content = open_sealed(sealed, key=key, message_id=context)
    return Contact(
        row["agency"],
        row["grant_id"],
        row["number"],
        frozenset(Channel(each) for each in row["channels"]),
        row["lang"],
        row["elder"],
        Reached(**json.loads(content)),
        bool(row["confirmed"]),
        row["chosen_on"],
    )


def choose(
    node: Node,
    grant: Grant,
    *,
    channels: Collection[Channel],
    lang: Lang,
    elder: bool,
    email: str,
    phone: str,
    webhook: str,
    on: date,
) -> Contact:
    """Keep a choice. A new e-mail address gets a code first; one that was confirmed stays so. Raises ContactError."""
    assert grant.subject is not None  # noqa: S101 - a grant that speaks for somebody
    agency, before = grant.subject.agency, contact(node, grant)
    secret = before.reached.secret if before and before.reached.secret else secrets.token_urlsafe(32)
    reached = _checked(channels, email.strip(), phone.strip(), webhook.strip(), secret)
    number = before.number + 1 if before else 1
    sealed = seal_payload(
        key=node.secrets[agency].payload_key,
        key_id=PAYLOAD_KEY,
        message_id=_context(grant.id, number),
        salt=secrets.token_bytes(SALT_BYTES),
        payload=json.dumps(asdict(reached)).encode(),
    )
    asks = asks_code(before, channels, reached.email)
    with node.store.transaction("contacts.choose", [agency]) as cursor:
        cursor.execute(
            "INSERT INTO contact (agency, grant_id, number, channels, lang, elder, key_id, sealed, chosen_on) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [agency, grant.id, number, sorted(each.value for each in channels), lang, elder, sealed.key_id, sealed.data, on],
        )  # fmt: skip
        if asks:
            _send_code(cursor, agency, grant.id, number, on)
        elif _is_confirmed(before, reached.email):
            _confirmed(cursor, agency, grant.id, number, on)
    kept = contact(node, grant)
    assert kept is not None  # noqa: S101 - it was just kept
    return kept


def too_often(seconds: int) -> ContactError:
    """What is said where codes were asked for too often. ``seconds``: until one may be asked for again."""
    return ContactError(
        "contact_too_often",
        "Too many codes were asked for by this account or for this address; wait {minutes} minutes, then save again.",
        minutes=-(-seconds // 60),
    )


def asks_code(before: Contact | None, channels: Collection[Channel], email: str) -> bool:
    """Whether a choice makes a code be sent: e-mail to an address that has not answered yet."""
    return Channel.EMAIL in channels and not _is_confirmed(before, email.strip())


def _is_confirmed(before: Contact | None, email: str) -> bool:
    return before is not None and before.confirmed and before.reached.email == email


def _checked(channels: Collection[Channel], email: str, phone: str, webhook: str, secret: str) -> Reached:
    if Channel.EMAIL in channels and not _EMAIL.fullmatch(email):
        raise ContactError("contact_email", "This is no e-mail address; write it as name@example.org.")
    if Channel.SMS in channels and not _MOBILE.fullmatch(phone):
        raise ContactError("contact_phone", "This is no mobile number; write its 11 digits.")
    if Channel.WEBHOOK in channels and not _ADDRESS.fullmatch(webhook):
        raise ContactError(
            "contact_webhook", "This is no address a webhook may have; write one that begins with https://."
        )
    return Reached(email, phone, webhook, secret)


def code_of(node: Node, agency: str, grant: int, number: int, email: str) -> str:
    """The code of a choice: the same whenever it is asked for, so that nothing secret has to be kept."""
    said = f"{grant}/{number}/{email}".encode()
    digest = hmac.digest(node.secrets[agency].salt, b"contact\n" + said, hashlib.sha256)
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def confirm(node: Node, grant: Grant, code: str, *, on: date) -> None:
    """The address answered. Raises ContactError where the code is another."""
    found = contact(node, grant)
    right = found and code_of(node, found.agency, found.grant, found.number, found.reached.email)
    if found is None or not right or not hmac.compare_digest(code.strip().encode(), right.encode()):
        raise ContactError(
            "contact_code", "This is not the code of the last e-mail; look at it again, or ask for a new one."
        )
    with node.store.transaction("contacts.confirm", [found.agency]) as cursor:
        _confirmed(cursor, found.agency, found.grant, found.number, on)


def _confirmed(cursor: Cursor, agency: str, grant: int, number: int, on: date) -> None:
    cursor.execute(
        "INSERT INTO contact_confirmed (agency, grant_id, number, confirmed_on) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [agency, grant, number, on],
    )


def _send_code(cursor: Cursor, agency: str, grant: int, number: int, on: date) -> None:
    """The code goes the way of every message; it is made when it is sent."""
    ident = hashlib.sha256(f"code/{grant}/{number}".encode()).hexdigest()[:32]
    cursor.execute(
        "INSERT INTO message_out (agency, id, grant_id, contact, channel, case_no, key, data, told_on, next_try_at) "
        "VALUES (%s, %s, %s, %s, 'email', '', %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [agency, ident, grant, number, CODE, Jsonb({}), on, datetime.now(UTC)],
    )


def _context(grant: int, number: int) -> str:
    return f"contact/{grant}/{number}"
