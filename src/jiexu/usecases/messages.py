"""Messages to people: every notice of their cases in the pages, and by the channels they chose, each once.

A message is a row before it is sent; its id is made from whom, by what and what it says, so that it is written once
however often notices are gone through. It is sent while its row is held: killed between the sending and the note of it, it
is sent again under the same id, by which a mailbox, a spool and a webhook know it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from psycopg.types.json import Jsonb

from jiexu.cases.messages import FOR_EMPLOYERS, Channel, channels_of, minutes_until, without_numbers
from jiexu.exchange.canonical import canonical
from jiexu.rules.clocks import promise_due
from jiexu.store import bulk
from jiexu.store.db import Cursor, Row
from jiexu.texts import Lang, say
from jiexu.usecases import contacts, persons
from jiexu.usecases.contacts import CODE, Contact
from jiexu.usecases.doors import FOR_SOMEBODY, Grant, Role, Subject
from jiexu.usecases.node import Node
from jiexu.usecases.reading.reader import Look, Reader

LISTED = 200
Told = Callable[[Lang, str, Mapping[str, Any], date], str]
"""Puts a notice into words: language, key, data, day."""


class NotSentError(RuntimeError):
    """A channel did not take a message now; it is tried again."""


@dataclass(frozen=True, slots=True)
class Message:
    """What leaves. ``id``: the same each time it is tried. ``body``: never with a number of a document in it."""

    id: str
    to: str
    subject: str
    body: str
    case_no: str
    key: str
    told_on: date
    secret: str = ""


class Sender(Protocol):
    """A channel: any provider is written against this."""

    def send(self, message: Message) -> None:
        """Hand it over. Raises NotSentError where it was not taken."""


# ---------------------------------------------------------------- in the pages


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing somebody was told about a case of theirs. ``is_new``: not seen in the pages yet."""

    id: str
    case_no: str
    key: str
    data: Mapping[str, Any]
    told_on: date
    is_new: bool


OF_PEOPLE = """
  SELECT n.case_no, n.key, n.data, min(n.told_on) AS told_on FROM notice n WHERE n.case_no IN (
    SELECT f.case_no FROM file f WHERE (f.agency, f.person) IN (SELECT * FROM unnest(%(agencies)s::text[], %(people)s::text[]))
    UNION SELECT b.case_no FROM application_by b WHERE b.grant_id = %(grant)s)
    AND n.told_on >= %(since)s AND (%(keys)s::text[] IS NULL OR n.key = ANY(%(keys)s))
  GROUP BY n.case_no, n.key, n.data ORDER BY told_on DESC, n.case_no, n.key, n.data::text LIMIT %(most)s
"""
"""Both agencies tell a person the same things: each is told once."""


def notices(reader: Reader, grant: Grant) -> tuple[Notice, ...]:
    """What a grant's cases told, the newest first."""
    with reader.looking("messages.notices") as look:
        return _notices(look, grant)


def unread(reader: Reader, grant: Grant) -> int:
    """How many of them were not seen in the pages."""
    with reader.looking("messages.unread") as look:
        return unread_in(look, grant)


def unread_in(look: Look, grant: Grant) -> int:
    """The same for who looks already."""
    return sum(each.is_new for each in _notices(look, grant))


def _notices(look: Look, grant: Grant) -> tuple[Notice, ...]:
    rows = _told(look.cursor, grant, since=date.min)
    assert grant.subject is not None  # noqa: S101 - a grant that speaks for somebody
    seen = {
        row["id"]
        for row in look.rows(
            "SELECT id FROM message_seen WHERE agency = %s AND grant_id = %s", grant.subject.agency, grant.id
        )
    }
    found = []
    for row in rows:
        ident = _ident(grant.id, "", row)
        found.append(
            Notice(ident, row["case_no"], row["key"], row["data"], row["told_on"], ident not in seen)
        )
    return tuple(found)


def _told(cursor: Cursor, grant: Grant, *, since: date) -> list[Row]:
    assert grant.subject is not None  # noqa: S101 - a grant that speaks for somebody
    keys = () if grant.role is Role.EMPLOYER else persons.everywhere(cursor, grant.subject)
    return cursor.execute(
        OF_PEOPLE,
        {
            "agencies": [key[0] for key in keys],
            "people": [key[1] for key in keys],
            "grant": grant.id,
            "since": since,
            "keys": sorted(FOR_EMPLOYERS) if grant.role is Role.EMPLOYER else None,
            "most": LISTED,
        },
    ).fetchall()


def _ident(grant: int, channel: str, row: Row) -> str:
    said = canonical([grant, channel, row["case_no"], row["key"], str(sorted(row["data"].items()))])
    return hashlib.sha256(said).hexdigest()[:32]


def seen(cursor: Cursor, grant: Grant, told: Sequence[Notice]) -> None:
    """Note that these were shown."""
    assert grant.subject is not None  # noqa: S101 - a grant that speaks for somebody
    rows = [(grant.subject.agency, grant.id, each.id) for each in told if each.is_new]
    bulk.insert(cursor, "message_seen", ("agency", "grant_id", "id"), rows)


# ---------------------------------------------------------------- on their way out

CHOSEN = """
  SELECT DISTINCT ON (c.agency, c.grant_id) c.*, (f.number IS NOT NULL) AS confirmed, g.role, g.subject, g.since AS granted, g.until, g.granted_by
  FROM contact c JOIN role_grant g ON g.id = c.grant_id LEFT JOIN contact_confirmed f USING (agency, grant_id, number)
  WHERE g.ended_on IS NULL AND (g.until IS NULL OR g.until >= %s) ORDER BY c.agency, c.grant_id, c.number DESC
"""
FIRST_CHOSEN = "SELECT min(chosen_on) AS day FROM contact WHERE (agency, grant_id) = (%s, %s)"


def fill(node: Node, *, today: date, now: datetime) -> int:
    """Write down what is to be sent: a message for each notice and each channel chosen for it; how many were new."""
    new = 0
    with node.store.transaction("messages.chosen", node.hosted) as cursor:
        rows = cursor.execute(CHOSEN, [today]).fetchall()
    for row in rows:
        if Role(row["role"]) not in FOR_SOMEBODY:
            continue
        subject = Subject.of(row["subject"])
        grant = Grant(
            row["grant_id"], Role(row["role"]), None, row["granted"], row["until"], row["granted_by"], subject
        )
        new += _fill_one(node, grant, contacts.opened(node, row), now)
    return new


def _fill_one(node: Node, grant: Grant, chosen: Contact, now: datetime) -> int:
    if not chosen.usable:
        return 0
    with node.store.transaction("messages.fill", node.hosted) as cursor:
        first = cursor.execute(FIRST_CHOSEN, [chosen.agency, grant.id]).fetchone()
        rows = _told(cursor, grant, since=first["day"] if first else chosen.since)
        out = [
            (
                chosen.agency, _ident(grant.id, channel.value, row), grant.id, chosen.number, channel.value, row["case_no"],
                row["key"], Jsonb(row["data"]), row["told_on"], now,
            )
            for row in rows
            for channel in channels_of(row["key"], chosen.usable)
        ]  # fmt: skip
        columns = (
            "agency",
            "id",
            "grant_id",
            "contact",
            "channel",
            "case_no",
            "key",
            "data",
            "told_on",
            "next_try_at",
        )
        return bulk.insert(cursor, "message_out", columns, out)


CLAIMED = """
  SELECT * FROM message_out WHERE state = 'waiting' AND next_try_at <= %s AND channel = ANY(%s)
  ORDER BY next_try_at, agency, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""


def deliver(
    node: Node, senders: Mapping[Channel, Sender], told: Told, *, today: date, now: datetime, most: int = 1000
) -> dict[str, int]:
    """Send what waits and is due, one at a time, beside whoever else does so; how many were sent, put off, given up."""
    counted = {"sent": 0, "waiting": 0, "given_up": 0}
    for _ in range(most):
        with node.store.transaction("messages.send", node.hosted) as cursor:
            row = cursor.execute(CLAIMED, [now, [each.value for each in senders]]).fetchone()
            if row is None:
                break
            counted[_send(node, cursor, row, senders, told, today, now)] += 1
    return counted


def _send(
    node: Node,
    cursor: Cursor,
    row: Row,
    senders: Mapping[Channel, Sender],
    told: Told,
    today: date,
    now: datetime,
) -> str:
    channel = Channel(row["channel"])
    found = cursor.execute(
        "SELECT c.*, (f.number IS NOT NULL) AS confirmed FROM contact c LEFT JOIN contact_confirmed f USING (agency, grant_id, number) "
        "WHERE c.agency = %s AND c.grant_id = %s ORDER BY c.number DESC LIMIT 1",
        [row["agency"], row["grant_id"]],
    ).fetchone()
    assert found is not None  # noqa: S101 - a message is written from a choice
    chosen = contacts.opened(node, found)
    if row["key"] == CODE:
        # The code belongs to one choice; where another was made since, nobody waits for it.
        is_wished = row["contact"] == chosen.number and channel in chosen.channels
    else:
        is_wished = channel in chosen.usable
    if not is_wished:
        # No longer wished for so: it is to be read in the pages, and leaves no more.
        return _ended(cursor, row, "sent", "not_wished")
    try:
        senders[channel].send(composed(node, row, chosen, told, today))
    except NotSentError as error:
        return _put_off(node, cursor, row, str(error), today, now)
    return _ended(cursor, row, "sent", "")


def composed(node: Node, row: Row, chosen: Contact, told: Told, today: date) -> Message:
    """A message in the language and wording chosen."""
    channel, reached, lang = Channel(row["channel"]), chosen.reached, chosen.lang
    to = {Channel.EMAIL: reached.email, Channel.SMS: reached.phone, Channel.WEBHOOK: reached.webhook}[channel]
    if row["key"] == CODE:
        code = contacts.code_of(node, chosen.agency, chosen.grant, chosen.number, reached.email)
        subject = say(lang, "pages_messages.code_subject")
        body = say(lang, "pages_messages.code_body", code=code)
        return Message(row["id"], to, subject, body, "", CODE, row["told_on"])
    sentence = without_numbers(told(lang, row["key"], row["data"], today))
    form = "elder" if chosen.elder else "sms" if channel is Channel.SMS else "body"
    body = say(lang, f"pages_messages.out_{form}", sentence=sentence, case=row["case_no"])
    subject = say(lang, "pages_messages.subject", case=row["case_no"])
    return Message(row["id"], to, subject, body, row["case_no"], row["key"], row["told_on"], reached.secret)


def _put_off(node: Node, cursor: Cursor, row: Row, said: str, today: date, now: datetime) -> str:
    """Later again, each time later; after the last time a clerk has it until a day."""
    tries = row["tries"] + 1
    minutes = minutes_until(tries, first=node.limits.message_minutes, most=node.limits.message_tries)
    if minutes is None:
        due = promise_due(what="reminder", start=today, calendar=node.calendar, policy=node.policy).on
        cursor.execute(
            "UPDATE message_out SET tries = %s, state = 'given_up', said = %s, holder = 'clerk', due_on = %s WHERE (agency, id) = (%s, %s)",
            [tries, without_numbers(said)[:200], due, row["agency"], row["id"]],
        )
        return "given_up"
    cursor.execute(
        "UPDATE message_out SET tries = %s, next_try_at = %s, said = %s WHERE (agency, id) = (%s, %s)",
        [tries, now + timedelta(minutes=minutes), without_numbers(said)[:200], row["agency"], row["id"]],
    )
    return "waiting"


def _ended(cursor: Cursor, row: Row, state: str, said: str) -> str:
    cursor.execute(
        "UPDATE message_out SET tries = tries + 1, state = %s, said = %s WHERE (agency, id) = (%s, %s)",
        [state, said, row["agency"], row["id"]],
    )
    return state


# ---------------------------------------------------------------- what did not arrive

GIVEN_UP = """
  SELECT agency, id, grant_id, channel, case_no, key, data, told_on, said, due_on FROM message_out
  WHERE state = 'given_up' AND (%(grant)s::bigint IS NULL OR grant_id = %(grant)s) ORDER BY due_on, agency, id LIMIT %(most)s
"""
AGAIN = """
  UPDATE message_out SET state = 'waiting', tries = 0, next_try_at = %(now)s, holder = NULL, due_on = NULL
  WHERE id = %(id)s AND state = 'given_up' AND (%(grant)s::bigint IS NULL OR grant_id = %(grant)s)
"""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A message that no channel took, however often it was tried. ``said``: why, as the channel said last."""

    agency: str
    id: str
    grant: int
    channel: Channel
    case_no: str
    key: str
    data: Mapping[str, Any]
    told_on: date
    said: str
    due_on: date


def given_up(reader: Reader, *, agency: str = "", grant: int | None = None) -> tuple[GivenUp, ...]:
    """Messages that were given up, the next date first: of a desk, of one grant, or of the whole node."""
    with reader.looking("messages.given_up", agency=agency) as look:
        rows = look.cursor.execute(GIVEN_UP, {"grant": grant, "most": LISTED}).fetchall()
    return tuple(
        GivenUp(**{name: row[name] for name in ("agency", "id", "case_no", "key", "data", "told_on", "said", "due_on")}, grant=row["grant_id"], channel=Channel(row["channel"]))
        for row in rows
    )  # fmt: skip


def again(cursor: Cursor, ident: str, *, grant: int | None = None, now: datetime) -> bool:
    """Try one that was given up as if it were new; False where none waits under that id (or not for that grant)."""
    return bool(cursor.execute(AGAIN, {"id": ident, "grant": grant, "now": now}).rowcount)


def now_utc() -> datetime:
    """This moment, as rows keep it."""
    return datetime.now(UTC)
