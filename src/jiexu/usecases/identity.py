"""Identity repair instead of refusal: whom an application may mean, with the evidence for each, and two people who agree.

Nobody is merged. A person the agency knows gets a further dated document, journalled as a change of theirs, when one
person proposed it and another agreed; where the evidence disagrees there is nothing to propose.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from stdnum.iso7064 import mod_11_2

from jiexu.exchange.envelope import derive_salt
from jiexu.exchange.payloads import Document
from jiexu.exchange.sealing import seal_payload
from jiexu.rules.inputs import Sex
from jiexu.store import atrest, lives, people, steps
from jiexu.store.db import Cursor, Row
from jiexu.store.lives import Change
from jiexu.usecases.node import Node
from jiexu.usecases.reviewers import check_handler, check_reviewer
from jiexu.values import citizen
from jiexu.values.errors import ValueFault
from jiexu.values.identity import DocumentKind
from jiexu.values.names import comparable, same_person
from jiexu.values.writing import compacted, masked

EVENT: Final = "DocumentAdded"
MOST: Final = 10
"""Candidates shown at most; where there are more, nobody is found by these."""
AGREED, SENT_BACK, TAKEN_BACK = "agreed", "sent_back", "taken_back"
ENOUGH = frozenset({"same_name", "same_birth"})
"""Without both of these nobody is proposed, whatever else agrees."""
CLOSE = frozenset({"old_number", "one_digit"})
"""A number that is nearly the one brought: tells apart who has name and birth alike."""
_CITIZEN_LENGTH = 18


class IdentityRepairError(ValueFault):
    """A repair that cannot be proposed or ended so. The sentence says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What the desk has before it: name, document, and date of birth as the document shows it."""

    name: str
    document: Document
    birth: date


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody the agency knows who may be meant. ``evidence``, ``against``: closed words; ``papers``: kind and masked number."""

    person: str
    name: str
    birth: date
    evidence: tuple[str, ...]
    against: tuple[str, ...]
    papers: tuple[tuple[str, str], ...]

    @property
    def may_be_proposed(self) -> bool:
        """Whether name and birth agree and nothing speaks against it."""
        return not self.against and set(self.evidence) >= ENOUGH


@dataclass(frozen=True, slots=True)
class Repair:
    """A proposal that waits, with the candidate as they stand now."""

    id: str
    person: str
    brought: Brought = field(repr=False)
    evidence: tuple[str, ...]
    asked_by: str
    asked_on: date
    now: Candidate


def birth_in(document: Document) -> date | None:
    """The date of birth a document's number shows; None where numbers of its kind show none."""
    plain = compacted(document.number)
    if (
        document.kind in {DocumentKind.CITIZEN_CARD, DocumentKind.RESIDENCE_PERMIT}
        and len(plain) == _CITIZEN_LENGTH
    ):
        with suppress(citizen.CitizenError):
            return citizen.birth_of(plain)
    return None


def is_known(cursor: Cursor, agency: str, document: Document) -> bool:
    """Whether the agency finds somebody by exactly this document."""
    wanted = (agency, document.kind, document.number)
    return wanted in people.find(cursor, [wanted])


def candidates(node: Node, agency: str, brought: Brought) -> list[Candidate]:
    """Whom it may mean, the strongest evidence first: who has the name, and who has a number close to this one.

    None where the document is somebody's already. Raises IdentityRepairError where it cannot be told apart from too many.
    """
    with node.store.transaction("identity.candidates", [agency]) as cursor:
        if is_known(cursor, agency, brought.document):
            return []
        return _candidates(cursor, agency, brought)


def _candidates(cursor: Cursor, agency: str, brought: Brought) -> list[Candidate]:
    near = dict(near_numbers(brought.document))
    rows = cursor.execute(
        "SELECT person FROM person WHERE agency = %s AND name_key = %s AND birth = %s "
        "UNION SELECT person FROM identity_document WHERE agency = %s AND kind = %s AND seek = ANY(%s) LIMIT %s",
        [
            agency,
            comparable(brought.name),
            brought.birth,
            agency,
            brought.document.kind,
            [atrest.seek(brought.document.kind, number) for number in near],
            MOST + 1,
        ],
    ).fetchall()
    if len(rows) > MOST:
        raise IdentityRepairError(
            "identity_too_many",
            "More than {most} people may be meant; find the person by another document of theirs.",
            most=MOST,
        )
    found = [_candidate(cursor, agency, row["person"], brought, near) for row in rows]
    found = _told_apart(found)
    return sorted(found, key=lambda each: (not each.may_be_proposed, -len(each.evidence), each.person))


def _told_apart(found: list[Candidate]) -> list[Candidate]:
    """Where several have name and birth, only the one whose number is close may be proposed; else nobody."""
    alike = [each for each in found if each.may_be_proposed]
    if len(alike) <= 1:
        return found
    close = [each for each in alike if CLOSE & set(each.evidence)]
    kept = close[0].person if len(close) == 1 else None
    return [
        replace(each, against=("several_alike",)) if each in alike and each.person != kept else each
        for each in found
    ]


def _candidate(cursor: Cursor, agency: str, person: str, brought: Brought, near: dict[str, str]) -> Candidate:
    row = cursor.execute(
        "SELECT name, name_key, birth, sex, died_on FROM person WHERE (agency, person) = (%s, %s)",
        [agency, person],
    ).fetchone()
    assert row is not None  # noqa: S101 - found a moment ago, and people never go
    papers = people.papers(cursor, [(agency, person)]).get((agency, person), [])
    evidence, against = _weighed(row, papers, brought, near)
    return Candidate(
        person,
        row["name"],
        row["birth"],
        tuple(evidence),
        tuple(against),
        tuple((each["kind"], masked(compacted(each["number"]))) for each in papers),
    )


def _weighed(
    row: Row, papers: Sequence[Row], brought: Brought, near: dict[str, str]
) -> tuple[list[str], list[str]]:
    """What speaks for one person being the other, and what against."""
    same_name, same_birth = row["name_key"] == comparable(brought.name), row["birth"] == brought.birth
    evidence = [word for word, is_so in (("same_name", same_name), ("same_birth", same_birth)) if is_so]
    against = [
        word for word, is_so in (("other_name", not same_name), ("other_birth", not same_birth)) if is_so
    ]
    shown = birth_in(brought.document)
    if shown is not None and shown != brought.birth:
        against.append("number_shows_other_birth")
    sex = _sex_in(brought.document)
    if sex is not None and row["sex"] is not None:
        (evidence if sex.value == row["sex"] else against).append(
            "same_sex" if sex.value == row["sex"] else "other_sex"
        )
    own = [each for each in papers if each["kind"] == brought.document.kind]
    close = {near[each["number"]] for each in own if each["number"] in near}
    evidence += sorted(close)
    if own and not close:
        # A citizen number is for life: another one of the same kind is another person, or a fault nobody can judge from here.
        if brought.document.kind == DocumentKind.CITIZEN_CARD:
            against.append("other_number")
        else:
            evidence.append("document_renewed")
    elif not own:
        evidence.append("other_kind")
    if row["died_on"] is not None:
        against.append("died")
    return evidence, against


def _sex_in(document: Document) -> Sex | None:
    plain = compacted(document.number)
    if birth_in(document) is None:
        return None
    return Sex(citizen.sex_of(plain).value)


def near_numbers(document: Document) -> Iterator[tuple[str, str]]:
    """Numbers an earlier record may hold for a citizen number, each with why: the old form, one digit wrong, two exchanged."""
    plain = compacted(document.number)
    if document.kind != DocumentKind.CITIZEN_CARD or len(plain) != _CITIZEN_LENGTH:
        return
    if plain[6:8] == "19":
        yield plain[:6] + plain[8:17], "old_number"
    body = plain[:-1]
    seen = {plain}
    for changed in _slips(body):
        for number in (changed + plain[-1], changed + str(mod_11_2.calc_check_digit(changed))):
            if number not in seen:
                seen.add(number)
                yield number, "one_digit"
    for last in "0123456789X":
        if last != plain[-1]:
            yield body + last, "one_digit"


def _slips(body: str) -> Iterator[str]:
    """A body with one digit otherwise, or two neighbours exchanged."""
    for at, digit in enumerate(body):
        for other in "0123456789":
            if other != digit:
                yield body[:at] + other + body[at + 1 :]
    for at in range(len(body) - 1):
        if body[at] != body[at + 1]:
            yield body[:at] + body[at + 1] + body[at] + body[at + 2 :]


# ---------------------------------------------------------------- two people

WAITING = (
    "SELECT r.* FROM identity_repair r WHERE r.agency = %s AND NOT EXISTS "
    "(SELECT 1 FROM identity_repair_end e WHERE (e.agency, e.id) = (r.agency, r.id)) "
)


def propose(node: Node, agency: str, person: str, brought: Brought, *, by: str, on: date) -> str:
    """Ask a second person to look; the repair's id. The same proposal waiting already keeps its id.

    Raises IdentityRepairError where the evidence disagrees or the document is somebody's already, ReviewerError for a
    nameless handler.
    """
    check_handler(by)
    with node.store.transaction("identity.propose", [agency]) as cursor:
        people.lock(cursor, [(agency, person)])
        found = _agreeing(cursor, agency, person, brought)
        for row in cursor.execute(WAITING + "AND r.person = %s", [agency, person]).fetchall():
            if _opened(node, row).document == brought.document:
                return str(row["id"])
        ident = secrets.token_hex(16)
        held = node.secrets[agency]
        plain = json.dumps(
            [brought.name, brought.document.kind, brought.document.number, brought.birth.isoformat()]
        ).encode()
        sealed = seal_payload(
            key=held.payload_key,
            key_id=steps.PAYLOAD_KEY,
            message_id=ident,
            salt=derive_salt(held.salt, ident),
            payload=plain,
        )
        cursor.execute(
            "INSERT INTO identity_repair (agency, id, person, evidence, sealed, asked_by, asked_on) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [agency, ident, person, list(found.evidence), sealed.data, by, on],
        )
    return ident


def _agreeing(cursor: Cursor, agency: str, person: str, brought: Brought) -> Candidate:
    """The candidate, if nothing speaks against them now. Raises IdentityRepairError."""
    if is_known(cursor, agency, brought.document):
        raise IdentityRepairError(
            "identity_taken",
            "Somebody here has this document already; search for it, and nothing needs repair.",
        )
    found = next((each for each in _candidates(cursor, agency, brought) if each.person == person), None)
    if found is None or not found.may_be_proposed:
        raise IdentityRepairError(
            "identity_disagrees",
            "Name, birth or number disagree, so this may be somebody else; the record is corrected first, at the place that "
            "wrote it.",
        )
    return found


def waiting(node: Node, agency: str) -> list[Repair]:
    """Proposals of a desk that nobody has answered, oldest first."""
    with node.store.transaction("identity.list", [agency]) as cursor:
        rows = cursor.execute(WAITING + "ORDER BY r.asked_on, r.id LIMIT 200", [agency]).fetchall()
        return [_repair(node, cursor, row) for row in rows]


def find(node: Node, agency: str, number: str) -> Repair:
    """The proposal that waits under a number. Raises IdentityRepairError where none does."""
    with node.store.transaction("identity.read", [agency]) as cursor:
        return _found(node, cursor, agency, number)


def _found(node: Node, cursor: Cursor, agency: str, number: str) -> Repair:
    row = cursor.execute(WAITING + "AND r.id = %s", [agency, number]).fetchone()
    if row is None:
        raise IdentityRepairError(
            "identity_gone", "Nothing waits here any more: somebody else has answered, or it was taken back."
        )
    return _repair(node, cursor, row)


def agree(node: Node, agency: str, number: str, *, by: str, on: date) -> None:
    """The second person agrees: the person has the document from now on, as a change of theirs in the journal.

    Raises IdentityRepairError where nothing waits or the evidence disagrees by now, ReviewerError where the first agrees.
    """
    with node.store.transaction("identity.agree", [agency]) as cursor:
        repair = _found(node, cursor, agency, number)
        check_reviewer(by, by=repair.asked_by)
        people.lock(cursor, [(agency, repair.person)])
        _agreeing(cursor, agency, repair.person, repair.brought)
        document = repair.brought.document
        version = cursor.execute(
            "SELECT version + 1 AS next FROM person WHERE (agency, person) = (%s, %s)",
            [agency, repair.person],
        ).fetchone()
        assert version is not None  # noqa: S101 - locked above
        cursor.execute(
            "INSERT INTO identity_document (agency, kind, number, seek, seek_end, person, valid_from, version) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                agency,
                document.kind,
                *atrest.sealed_number(agency, repair.person, document.kind, document.number),
                repair.person,
                on,
                version["next"],
            ],
        )
        content = [document.kind, digest(node, agency, document), on, repair.asked_by, by]
        lives.note(
            cursor, [Change(agency, repair.person, EVENT, content)], day=on, actor=by, secrets=node.secrets
        )
        _end(cursor, agency, number, AGREED, "", by=by, on=on)


def send_back(node: Node, agency: str, number: str, *, by: str, on: date, why: str) -> None:
    """The second person does not agree. Raises as ``agree`` does, and IdentityRepairError without a reason."""
    if not why.strip():
        raise IdentityRepairError("identity_why", "Say why it goes back; the first person reads it.")
    with node.store.transaction("identity.end", [agency]) as cursor:
        check_reviewer(by, by=_found(node, cursor, agency, number).asked_by)
        _end(cursor, agency, number, SENT_BACK, why.strip(), by=by, on=on)


def take_back(node: Node, agency: str, number: str, *, by: str, on: date) -> None:
    """The first person takes back what waits. Raises IdentityRepairError where nothing waits or another asked."""
    with node.store.transaction("identity.end", [agency]) as cursor:
        repair = _found(node, cursor, agency, number)
        if not same_person(repair.asked_by, by):
            raise IdentityRepairError(
                "identity_not_yours", "{name} proposed this; only they take it back.", name=repair.asked_by
            )
        _end(cursor, agency, number, TAKEN_BACK, "", by=by, on=on)


def _end(cursor: Cursor, agency: str, number: str, outcome: str, said: str, *, by: str, on: date) -> None:
    cursor.execute(
        "INSERT INTO identity_repair_end (agency, id, outcome, said, ended_by, ended_on) VALUES (%s, %s, %s, %s, %s, %s)",
        [agency, number, outcome, said, by, on],
    )


def digest(node: Node, agency: str, document: Document) -> str:
    """Stands for a document's number in a change of the person; only the agency can make it."""
    content = f"{document.kind}:{document.number}".encode()
    return hmac.digest(node.secrets[agency].salt, b"document\n" + content, hashlib.sha256).hex()


def _repair(node: Node, cursor: Cursor, row: Row) -> Repair:
    brought = _opened(node, row)
    near = dict(near_numbers(brought.document))
    now = _candidate(cursor, row["agency"], row["person"], brought, near)
    return Repair(
        row["id"], row["person"], brought, tuple(row["evidence"]), row["asked_by"], row["asked_on"], now
    )


def _opened(node: Node, row: Row) -> Brought:
    _, plain = steps.open_payload(row["sealed"], message_id=row["id"], secrets=node.secrets[row["agency"]])
    name, kind, number, birth = json.loads(plain)
    return Brought(name, Document(kind, number), date.fromisoformat(birth))
