"""Before an application is sent: what agencies know of the person it is for, and what the rules would answer to it.

Read for whoever speaks for the person, from every agency of this node that knows the same document; nothing is written
here, and nothing is told about anybody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jiexu.cases.beforehand import Beforehand, beforehand
from jiexu.cases.step import NOT_LOOKED_UP, Facts, Rival
from jiexu.exchange.envelope import BEIJING
from jiexu.exchange.payloads import Document
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.inputs import Asked, PersonFacts, Scheme, Status
from jiexu.rules.money import movable_parts
from jiexu.store import bulk, people
from jiexu.store.db import Row
from jiexu.store.people import Key
from jiexu.usecases import accounts, persons
from jiexu.usecases.doors import Grant, Role, Subject
from jiexu.usecases.reading.case import CasePage, NoSuchCaseError, case
from jiexu.usecases.reading.reader import Look, Reader
from jiexu.usecases.reading.shown import Place
from jiexu.values.changing import changed
from jiexu.values.names import comparable

RIVALS = """
  SELECT f.agency, f.person, f.from_scheme, f.case_no, f.opener, f.side, f.other, f.record_state
  FROM file f JOIN {keys} ON (f.agency, f.person) = (k.agency, k.person) WHERE f.stands ORDER BY f.case_no
"""
NAMED = "SELECT name FROM person WHERE (agency, person) = (%s, %s)"


@dataclass(frozen=True, slots=True)
class Insured:
    """One enrolment as an agency knows it: where, in which scheme, from when, until when.

    ``months``: of this scheme that the agency counts now. ``fen``: what of the account could move, for employees.
    """

    place: Place
    scheme: Scheme
    status: Status
    since: date
    stopped_on: date | None
    employer: str
    months: int
    fen: int

    @property
    def way(self) -> str:
        """Area and scheme in one word, as forms send it: ``530300.310``."""
        return f"{self.place.code}.{self.scheme.value}"


@dataclass(frozen=True, slots=True)
class Whose:
    """A person as the agency that vouches for them knows them. ``document``: never shown whole. ``today``: of this node."""

    name: str
    document: Document
    keys: tuple[Key, ...]
    insured: tuple[Insured, ...]
    today: date
    has_clock: bool

    @property
    def last_four(self) -> str:
        return self.document.number[-4:]

    @property
    def origins(self) -> tuple[Insured, ...]:
        """Where something may be left to bring along: what ended, then what runs, the oldest first."""
        ended = [each for each in self.insured if each.status is Status.STOPPED and (each.months or each.fen)]
        running = [each for each in self.insured if each.status is Status.INSURED]
        return _once([*ended, *sorted(running, key=lambda each: each.since)])

    @property
    def destinations(self) -> tuple[Insured, ...]:
        """Where the person is insured now, the newest first."""
        running = [each for each in self.insured if each.status is Status.INSURED]
        return _once(sorted(running, key=lambda each: each.since, reverse=True))


def _once(found: Sequence[Insured]) -> tuple[Insured, ...]:
    """The first of each place and scheme."""
    return tuple({each.way: each for each in reversed(found)}.values())[::-1]


def whose(reader: Reader, subject: Subject) -> Whose | None:
    """What the agencies of this node know of the person an account speaks for; None where the agency knows nobody so."""
    with reader.looking("asking.whose") as look:
        return _whose(look, subject)


def _whose(look: Look, subject: Subject) -> Whose | None:
    keys = persons.everywhere(look.cursor, subject)
    if not keys:
        return None
    known = people.load(look.cursor, keys, {})
    own = known[keys[0]]
    named = look.cursor.execute(NAMED, list(keys[0])).fetchone()
    assert named is not None  # noqa: S101 - the person was just read
    return Whose(
        name=named["name"],
        document=own.documents[0],
        keys=keys,
        insured=tuple(
            Insured(
                place=look.place(key[0]),
                scheme=each.scheme,
                status=each.status,
                since=each.since,
                stopped_on=each.stopped_on,
                employer=each.employer or "",
                months=sum(months.count for months in one.record.counted(each.scheme.value).values()),
                fen=_movable(one.facts) if each.scheme is Scheme.EMPLOYEE else 0,
            )
            for key in keys
            if (one := known.get(key)) is not None
            for each in one.facts.enrolments
        ),
        today=_today(look),
        has_clock=look.has_clock,
    )


def _today(look: Look) -> date:
    """The day an application is received: the demonstration's, else the calendar's, never before what was written last."""
    return look.today if look.has_clock else max(look.today, datetime.now(BEIJING).date())


def _movable(facts: PersonFacts) -> int:
    return sum(fen for _, fen in movable_parts(facts.account))


def asked_beforehand(reader: Reader, asked: Asked, *, document: Document, name: str) -> Beforehand:
    """What the rules would answer to this application today."""
    with reader.looking("asking.beforehand") as look:
        return before_many(look, [(asked, document, name)])[0]


Wish = tuple[Asked, Document, str]
"""What is asked, for whom, and how they are called there."""


def before_many(look: Look, wishes: Sequence[Wish]) -> list[Beforehand]:
    """The same for many at once, in order, with as many statements as for one."""
    wanted = {
        (agency, document.kind, document.number)
        for asked, document, _ in wishes
        for agency in (asked.origin, asked.destination)
        if agency in look.reader.places
    }
    found = people.find(look.cursor, sorted(wanted))
    held = _Held(look, found, wishes)
    return [
        beforehand(
            asked,
            origin=held.facts(asked, asked.origin, document, name),
            destination=held.facts(asked, asked.destination, document, name),
            policy=shipped_policy(),
        )
        for asked, document, name in wishes
    ]


class _Held:
    """What the agencies here hold of the people some applications are about."""

    def __init__(self, look: Look, found: dict[tuple[str, str, str], str], wishes: Sequence[Wish]) -> None:
        self.look, self.found, self.today = look, found, _today(look)
        keys = [(agency, person) for (agency, _, _), person in found.items()]
        self.known = {
            scheme: people.load(look.cursor, keys, dict.fromkeys(keys, scheme))
            for scheme in {asked.from_scheme.value for asked, _, _ in wishes}
        }
        agencies = {agency for asked, _, _ in wishes for agency in (asked.origin, asked.destination)}
        self.accounts = accounts.numbers(look.cursor, agencies, self.today)
        self.rivals: dict[Key, list[Row]] = {}
        for row in bulk.select_keys(look.cursor, RIVALS, keys, people.PAIR):
            self.rivals.setdefault((row["agency"], row["person"]), []).append(row)

    def facts(self, asked: Asked, agency: str, document: Document, name: str) -> Facts | None:
        """What an agency would decide on; None where it is not on this node."""
        if agency not in self.look.reader.places:
            return None
        key = (agency, self.found.get((agency, document.kind, document.number), ""))
        known = self.known[asked.from_scheme.value].get(key)
        facts = None if known is None else known.facts
        if known is not None and facts is not None and comparable(name) != known.name_key:
            facts = changed(facts, basic_data_agree=False)
        other = asked.destination if agency == asked.origin else asked.origin
        return Facts(
            agency=agency,
            today=self.today,
            calendar=self.look.reader.calendar,
            policy=shipped_policy(),
            person_ref=key[1],
            person=facts,
            record=NOT_LOOKED_UP,
            rival=self._rival(asked, key),
            other_account=self.accounts.get(other),
        )

    def _rival(self, asked: Asked, key: Key) -> Rival | None:
        """A standing case before which this one would have to yield: at the origin any, at the destination of the same way."""
        for row in self.rivals.get(key, ()):
            if row["from_scheme"] != asked.from_scheme.value:
                continue
            at_origin = key[0] == asked.origin and row["side"] == "origin"
            same_way = (
                key[0] == asked.destination and row["side"] == "destination" and row["other"] == asked.origin
            )
            if at_origin or same_way:
                return Rival(row["case_no"], row["opener"], row["record_state"] == "checking", row["other"])
        return None


# ---------------------------------------------------------------- own cases

SENT = "SELECT 1 FROM application_by WHERE case_no = %s AND grant_id = %s LIMIT 1"
OF_THE_PERSON = "SELECT 1 FROM file WHERE case_no = %s AND (agency, person) IN (SELECT * FROM unnest(%s::text[], %s::text[])) LIMIT 1"


def own_case(reader: Reader, grant: Grant, number: str) -> CasePage:
    """A case of whom the grant speaks for, or that was sent under it. Raises NoSuchCaseError for every other."""
    with reader.looking("asking.own_case") as look:
        if not _is_own(look, grant, number):
            raise NoSuchCaseError(f"No case {number} is known under this grant; check the number.")
    return case(reader, case_no=number)


def _is_own(look: Look, grant: Grant, number: str) -> bool:
    if look.rows(SENT, number, grant.id):
        return True
    if grant.subject is None or grant.role is Role.EMPLOYER:
        return False
    keys = persons.everywhere(look.cursor, grant.subject)
    return bool(look.rows(OF_THE_PERSON, number, [key[0] for key in keys], [key[1] for key in keys]))
