"""Taking applications: each gets its case number from what it says, so that the same application is the same case."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from jiexu.cases.events import Applied, Proposed
from jiexu.cases.step import Outcome
from jiexu.exchange.canonical import canonical
from jiexu.exchange.payloads import Document
from jiexu.rules.inputs import Asked, Channel
from jiexu.store import bulk, people
from jiexu.store.db import Cursor
from jiexu.usecases.node import Node
from jiexu.usecases.waves import Work, run
from jiexu.values.case_number import make

OPEN_CASES = """
SELECT DISTINCT f.agency, f.person, f.case_no, f.side, f.other, f.from_scheme, f.stands OR m.leg IS NOT NULL AS is_open,
  (SELECT max(j.day) FROM journal j WHERE (j.agency, j.ref) = (f.agency, f.case_no)) AS last_day
FROM file f JOIN {keys} ON (f.agency, f.person) = (k.agency, k.person)
LEFT JOIN LATERAL (SELECT leg FROM money_track t WHERE (t.agency, t.case_no) = (f.agency, f.case_no) AND t.is_open LIMIT 1) m ON true
WHERE f.stands OR f.record_state = 'in' AND NOT EXISTS (
  SELECT 1 FROM enrolment e WHERE (e.agency, e.person) = (f.agency, f.person) AND e.since > f.accepted_on)
ORDER BY is_open, f.case_no DESC
"""
"""Cases that another application for the same way may only repeat; where cover began anew since, it is a new move."""


@dataclass(frozen=True, slots=True)
class ApplicationIn:
    """One application after its file or form was read: areas resolved, words checked. ``row``: place in its file.

    ``again``: the repair after which it is made once more on the same day; empty for all others.
    """

    row: int
    name: str
    document: Document
    asked: Asked
    proposal: bool = False
    at_origin: bool = False
    again: str = ""

    @property
    def opener(self) -> str:
        """The agency that takes it: where the person stands at the counter, else the destination."""
        return self.asked.origin if self.at_origin else self.asked.destination


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an application at the door: ``created``, ``already_recorded`` or ``already_open``, and its case."""

    application: ApplicationIn
    case_no: str
    outcome: str


def take(node: Node, applications: Sequence[ApplicationIn], *, day: date, actor: str) -> list[Taken]:
    """Open a case for each application that has none yet; the answers in the order given."""
    given = _given(node, applications)
    opened = _open_cases(node, applications)
    # A case of this very list is no earlier one: a run that was killed inside it goes on as it began.
    own = set(given.values())
    elsewhere = [None if (other := opened.get(_way(each))) in own else other for each in applications]
    fresh = [each for each, other in zip(applications, elsewhere, strict=True) if other is None]
    given |= give_numbers(node, fresh)
    done = run(node, "applications.open", [_work(each, given[each]) for each in fresh], day=day, actor=actor)
    again = {work.case_no for work, step in done.steps if step.outcome is Outcome.ALREADY_DONE}
    stuck = {work.case_no for work, _ in done.failed}

    def outcome(number: str) -> str:
        return "exception" if number in stuck else "already_recorded" if number in again else "created"

    return [
        Taken(each, other, "already_open")
        if other is not None
        else Taken(each, given[each], outcome(given[each]))
        for each, other in zip(applications, elsewhere, strict=True)
    ]


def taken_before(node: Node, applications: Sequence[ApplicationIn]) -> list[Taken]:
    """What became of applications that were taken before: looked up, because opening a case twice opens it once."""
    given = _given(node, applications)
    opened = _open_cases(node, [each for each in applications if each not in given])
    return [
        Taken(each, given[each], "already_recorded")
        if each in given
        else Taken(each, opened.get(_way(each), ""), "already_open")
        for each in applications
    ]


def _work(application: ApplicationIn, number: str) -> Work:
    kind = Proposed if application.proposal or application.asked.channel is Channel.PROACTIVE else Applied
    event = kind(number, application.asked, application.name, (application.document,))
    return Work(application.opener, number, event)


Way = tuple[str, Document, str, str, str]
"""Who asks where for which way: opener, document, origin, destination, scheme."""


def _way(application: ApplicationIn) -> Way:
    asked = application.asked
    return application.opener, application.document, asked.origin, asked.destination, asked.from_scheme.value


# ---------------------------------------------------------------- numbers


def _meant(node: Node, application: ApplicationIn) -> str:
    """What an application says, as a hash only the agency can make: the same on the same day is the same."""
    asked = application.asked
    content = canonical([
        application.document.kind, application.document.number, asked.origin, asked.destination, asked.from_scheme.value,
        asked.to_scheme.value, asked.received_on.isoformat(), *([application.again] if application.again else []),
    ])  # fmt: skip
    secret = node.secrets[application.opener].salt
    return hmac.digest(secret, b"application\n" + content, hashlib.sha256).hex()


def _number(agency: str, meant: str, attempt: int) -> str:
    """The case number an application comes to. ``attempt``: 0, and one more for each that another has taken."""
    digest = hmac.digest(bytes.fromhex(meant), attempt.to_bytes(2, "big"), hashlib.sha256)
    return make(agency, digest[:8])


def _given(node: Node, applications: Iterable[ApplicationIn]) -> dict[ApplicationIn, str]:
    """The numbers of those applications that have one."""
    meant = {each: (each.opener, _meant(node, each)) for each in applications}
    with node.store.transaction(
        "applications.numbers", sorted({agency for agency, _ in meant.values()})
    ) as cursor:
        known = _known_numbers(cursor, list(meant.values()))
    return {each: known[key] for each, key in meant.items() if key in known}


def give_numbers(node: Node, applications: Iterable[ApplicationIn]) -> dict[ApplicationIn, str]:
    """A number for each application, kept for it for good before its case opens.

    Eight characters are 40 bits, so two applications of an agency can come to the same number: the one that has it
    keeps it, and the other takes its next. What one has is kept, so a run that was killed here finds the same.
    """
    meant = {each: (each.opener, _meant(node, each)) for each in applications}
    given: dict[tuple[str, str], str] = {}
    with node.store.transaction(
        "applications.number", sorted({agency for agency, _ in meant.values()})
    ) as cursor:
        for attempt in count():
            without = sorted(set(meant.values()) - given.keys())
            if not without:
                break
            rows = [(agency, key, _number(agency, key, attempt)) for agency, key in without]
            bulk.insert(cursor, "case_number", ("agency", "application", "case_no"), rows)
            given |= _known_numbers(cursor, without)
    return {each: given[key] for each, key in meant.items()}


def _known_numbers(cursor: Cursor, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    query = (
        "SELECT n.* FROM case_number n JOIN {keys} ON (n.agency, n.application) = (k.agency, k.application)"
    )
    rows = bulk.select_keys(cursor, query, keys, ("agency", "application"))
    return {(row["agency"], row["application"]): row["case_no"] for row in rows}


# ---------------------------------------------------------------- cases there are


def _open_cases(
    node: Node, applications: Sequence[ApplicationIn]
) -> dict[tuple[str, Document, str, str, str], str]:
    """Cases of the same person and way at the agency asked: their progress is shown, no second is opened (R-086)."""
    with node.store.transaction(
        "applications.read", sorted({each.opener for each in applications})
    ) as cursor:
        found = people.find(
            cursor, [(each.opener, each.document.kind, each.document.number) for each in applications]
        )
        keys = [
            (each.opener, found[each.opener, each.document.kind, each.document.number])
            for each in applications
            if (each.opener, each.document.kind, each.document.number) in found
        ]
        rows = bulk.select_keys(cursor, OPEN_CASES, keys, ("agency", "person"))
    papers: dict[tuple[str, str], list[Document]] = {}
    for (agency, kind, number), person in found.items():
        papers.setdefault((agency, person), []).append(Document(kind, number))
    opened = {}
    asked_on = {(each.opener, each.document): each.asked.received_on for each in applications}
    for row in rows:
        origin, destination = (
            (row["agency"], row["other"]) if row["side"] == "origin" else (row["other"], row["agency"])
        )
        for document in papers[row["agency"], row["person"]]:
            if not row["is_open"] and row["last_day"] < asked_on[row["agency"], document]:
                continue
            opened[row["agency"], document, origin, destination, row["from_scheme"]] = row["case_no"]
    return opened
