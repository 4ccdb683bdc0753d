"""People and employers as those who speak for them may see them: the same person wherever an agency here knows them.

An account is tied to a person by one agency's own reference of them. At other agencies the person is whoever has the same
document: kind and number, never name or birth.
"""

from __future__ import annotations

from jiexu.store import people
from jiexu.store.db import Cursor
from jiexu.store.people import Key
from jiexu.usecases.doors import Subject

SAME_PERSON = """
  SELECT DISTINCT o.agency, o.person FROM identity_document d CROSS JOIN jiexu_agencies() a(code)
  JOIN identity_document o ON (o.agency, o.kind, o.seek) = (a.code, d.kind, d.seek)
  WHERE d.agency = %s AND d.person = %s ORDER BY o.agency, o.person
"""
MEMBERS = """
  SELECT DISTINCT e.agency, e.person FROM enrolment e
  WHERE e.agency = %s AND e.employer = %s AND e.status = 'insured' ORDER BY e.agency, e.person
"""


def everywhere(cursor: Cursor, subject: Subject) -> tuple[Key, ...]:
    """A person at every agency this transaction speaks for, by the documents the subject's agency knows; the subject first.

    Empty where that agency knows nobody by this reference.
    """
    rows = cursor.execute(SAME_PERSON, [subject.agency, subject.reference]).fetchall()
    found = [(row["agency"], row["person"]) for row in rows]
    own = (subject.agency, subject.reference)
    return tuple(sorted(found, key=lambda key: (key != own, key)))


def members(cursor: Cursor, subject: Subject) -> tuple[Key, ...]:
    """People an employer insures now at its agency."""
    rows = cursor.execute(MEMBERS, [subject.agency, subject.reference]).fetchall()
    return tuple((row["agency"], row["person"]) for row in rows)


def busiest_employer(cursor: Cursor, agency: str) -> Subject | None:
    """The employer that insures most people at an agency; None where there is none."""
    row = cursor.execute(
        "SELECT employer FROM enrolment WHERE agency = %s AND employer IS NOT NULL AND status = 'insured' "
        "GROUP BY employer ORDER BY count(*) DESC, employer LIMIT 1",
        [agency],
    ).fetchone()
    return Subject(agency, row["employer"]) if row else None


def by_document(cursor: Cursor, agency: str, kind: str, number: str) -> Subject | None:
    """The person an agency knows by a document; None where it knows none."""
    found = people.find(cursor, [(agency, kind, number)]).get((agency, kind, number))
    return Subject(agency, found) if found else None
