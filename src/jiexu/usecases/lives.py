"""What an agency comes to know about its people after loading them: cover begins, cover ends, somebody dies, or did not.

Each such change is kept with a line in the journal, in the transaction that makes it.
"""

from __future__ import annotations

from datetime import date

from jiexu.exchange.payloads import Document
from jiexu.rules.inputs import Scheme
from jiexu.store import lives, people
from jiexu.store.db import Cursor
from jiexu.store.lives import Change
from jiexu.usecases.node import Node

SOURCE = "agency-system"
"""Who reports cover: the agency's own system of records."""
NOTED, TAKEN_BACK = "DeathNoted", "DeathTakenBack"
"""How the journal calls a death, and its taking back."""


def begin_cover(node: Node, *, agency: str, document: Document, scheme: Scheme, on: date, day: date) -> str:
    """Cover in a scheme begins on a day; residents' is for that calendar year. The outcome in a word."""
    with node.store.transaction("desk.begin_cover", [agency]) as cursor:
        person = _person(cursor, agency, document)
        if person is None:
            return "no_such_person"
        year = on.year if scheme is Scheme.RESIDENT else None
        begun = cursor.execute(
            "INSERT INTO enrolment (agency, person, scheme, since, status, cover_year, has_account) "
            "SELECT %s, %s, %s, %s, 'insured', %s, %s WHERE NOT EXISTS (SELECT 1 FROM enrolment e "
            "WHERE (e.agency, e.person, e.scheme) = (%s, %s, %s) AND (e.status = 'insured' OR e.since = %s))",
            [agency, person, scheme, on, year, year is None, agency, person, scheme, on],
        )
        if not begun.rowcount:
            return "already_done"
        _note(node, cursor, Change(agency, person, "CoverBegan", [scheme.value, on]), day)
        return "done"


def stop_cover(node: Node, *, agency: str, document: Document, on: date, day: date) -> str:
    """Cover that runs ends on a day; an application refused for it can then be made again. The outcome in a word."""
    with node.store.transaction("desk.stop_coverage", [agency]) as cursor:
        person = _person(cursor, agency, document)
        if person is None:
            return "no_such_person"
        runs = "WHERE (agency, person) = (%s, %s) AND status = 'insured' AND since {when} %s"
        stop = f"UPDATE enrolment SET status = 'stopped', stopped_on = %s {runs.format(when='<=')} RETURNING scheme, since"
        stopped = cursor.execute(stop, [on, agency, person, on]).fetchall()
        if stopped:
            content = sorted([row["scheme"], row["since"].isoformat()] for row in stopped)
            _note(node, cursor, Change(agency, person, "CoverStopped", [on, content]), day)
            return "done"
        later = cursor.execute(
            f"SELECT 1 FROM enrolment {runs.format(when='>')}", [agency, person, on]
        ).fetchone()
        return "already_done" if later is None else "not_possible: cover_began_later"


def note_death(
    node: Node, cursor: Cursor, *, agency: str, person: str, on: date, day: date, actor: str
) -> None:
    """A death is noted with the person, once; a later report of it changes nothing."""
    noted = cursor.execute(
        "UPDATE person SET died_on = %s WHERE (agency, person) = (%s, %s) AND died_on IS NULL",
        [on, agency, person],
    )
    if noted.rowcount:
        _note(node, cursor, Change(agency, person, NOTED, [on]), day, actor)


def take_back_death(node: Node, cursor: Cursor, *, agency: str, person: str, day: date, actor: str) -> bool:
    """A death noted with the person was a mistake: it is cleared, and the journal keeps both lines. Whether one was noted."""
    people.lock(cursor, [(agency, person)])
    noted = cursor.execute(
        "SELECT died_on FROM person WHERE (agency, person) = (%s, %s)", [agency, person]
    ).fetchone()
    if noted is None or noted["died_on"] is None:
        return False
    cursor.execute("UPDATE person SET died_on = NULL WHERE (agency, person) = (%s, %s)", [agency, person])
    _note(node, cursor, Change(agency, person, TAKEN_BACK, [noted["died_on"]]), day, actor)
    return True


def _person(cursor: Cursor, agency: str, document: Document) -> str | None:
    """The agency's own reference of the person with a document, whose rows are this transaction's alone from now on."""
    wanted = (agency, document.kind, document.number)
    person = people.find(cursor, [wanted]).get(wanted)
    if person is not None:
        people.lock(cursor, [(agency, person)])
    return person


def _note(node: Node, cursor: Cursor, change: Change, day: date, actor: str = SOURCE) -> None:
    lives.note(cursor, [change], day=day, actor=actor, secrets=node.secrets)
