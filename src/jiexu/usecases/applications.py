"""Taking applications: each gets its case number from what it says, so that the same application is the same case."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jiexu.cases.events import Applied, Proposed
from jiexu.cases.step import Outcome
from jiexu.exchange.canonical import canonical
from jiexu.exchange.payloads import Document
from jiexu.rules.inputs import Asked, Channel
from jiexu.store import bulk, people
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
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class ApplicationIn:
    """One application after its file or form was read: areas resolved, words checked. ``row``: place in its file."""

    row: int
    name: str
    document: Document
    asked: Asked
    proposal: bool = False
    at_origin: bool = False

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


def case_number(node: Node, application: ApplicationIn) -> str:
    """Derived with the agency's secret: the same application on the same day always has the same number."""
    asked = application.asked
    content = canonical([
        application.document.kind, application.document.number, asked.origin, asked.destination, asked.from_scheme.value,
        asked.to_scheme.value, asked.received_on.isoformat(),
    ])  # fmt: skip
    digest = hmac.digest(node.secrets[application.opener].salt, b"case\n" + content, hashlib.sha256)
    return make(application.opener, "".join(LETTERS[byte & 31] for byte in digest[:8]))


def take(node: Node, applications: Sequence[ApplicationIn], *, day: date, actor: str) -> list[Taken]:
    """Open a case for each application that has none yet; the answers in the order given."""
    numbers = [case_number(node, each) for each in applications]
    opened = _open_cases(node, applications)
    works, taken = [], []
    for application, number in zip(applications, numbers, strict=True):
        other = opened.get(
            (
                application.opener,
                application.document,
                application.asked.origin,
                application.asked.destination,
                application.asked.from_scheme.value,
            )
        )
        # A case of this very list is no earlier one: a run that was killed inside it goes on as it began.
        if other is not None and other not in numbers:
            taken.append(Taken(application, other, "already_open"))
            continue
        taken.append(Taken(application, number, "created"))
        kind = Proposed if application.proposal or application.asked.channel is Channel.PROACTIVE else Applied
        works.append(
            Work(
                application.opener,
                number,
                kind(number, application.asked, application.name, (application.document,)),
            )
        )
    done = run(node, "applications.open", works, day=day, actor=actor)
    again = {work.case_no for work, step in done.steps if step.outcome is Outcome.ALREADY_DONE}
    stuck = {work.case_no for work, _ in done.failed}
    return [
        Taken(
            each.application,
            each.case_no,
            "exception"
            if each.case_no in stuck
            else "already_recorded"
            if each.case_no in again
            else each.outcome,
        )
        for each in taken
    ]


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
