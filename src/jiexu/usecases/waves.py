"""Fetch, decide, write: one step of many cases in one transaction, and of one case by the same path (design §4).

No person stands in a wave twice, files are locked in key order, and a wave that fails is halved until the case that
fails stands alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import psycopg
import structlog

from jiexu.cases.decide import decide
from jiexu.cases.events import Applied, Event, FormIssued, Proposed, ReceiptMatched, Received, Superseded
from jiexu.cases.file import File
from jiexu.cases.states import RecordState, Side
from jiexu.cases.step import Facts, Outcome, Rival, Step
from jiexu.exchange.envelope import compose
from jiexu.exchange.lanes import advance
from jiexu.exchange.payloads import TYPE_OF, Application, Document
from jiexu.ledger.entries import Posting
from jiexu.rules.inputs import Scheme
from jiexu.store import bulk, files, people, steps
from jiexu.store.bulk import NotNewError
from jiexu.store.db import Cursor
from jiexu.store.files import StaleFileError, StoredFile
from jiexu.store.steps import Entry, Incoming, Written
from jiexu.usecases.node import Node, instant
from jiexu.values.names import comparable

LONGEST_WAVE = 500
"""Most cases of one transaction (design §4)."""

log = structlog.get_logger()
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Work:
    """One event for one file.

    ``incoming``: the message it came with. ``once``: a name under which the event happens at most once, however
    often it is given. ``booked``: postings of the agency's own statement that the event rests on (late money).
    """

    agency: str
    case_no: str
    event: Event
    incoming: Incoming | None = None
    once: str = ""
    booked: tuple[Posting, ...] = ()

    @property
    def key(self) -> Key:
        return self.agency, self.case_no


@dataclass(slots=True)
class Done:
    """What became of a wave: each piece of work with its step, or with the error that stopped it alone."""

    steps: list[tuple[Work, Step]] = field(default_factory=list)
    failed: list[tuple[Work, str]] = field(default_factory=list)
    later: list[Work] = field(default_factory=list)
    past: list[Work] = field(default_factory=list)


class NotAloneError(RuntimeError):
    """A wave was asked to decide twice on one person or file."""


def run(node: Node, name: str, works: Iterable[Work], *, day: date, actor: str) -> Done:
    """Run work in waves until all of it is done or failed alone. Order: as given, so that a repeat does the same."""
    done, rest = Done(), list(works)
    while rest:
        wave, rest = rest[:LONGEST_WAVE], rest[LONGEST_WAVE:]
        part = _halving(node, name, wave, day=day, actor=actor)
        done.steps.extend(part.steps)
        done.failed.extend(part.failed)
        done.past.extend(part.past)
        rest = part.later + rest
    return done


def _halving(node: Node, name: str, wave: Sequence[Work], *, day: date, actor: str) -> Done:
    try:
        return _wave(node, name, wave, day=day, actor=actor)
    except (
        psycopg.IntegrityError,
        psycopg.errors.RestrictViolation,
        StaleFileError,
        NotNewError,
        ValueError,
    ) as error:
        if len(wave) == 1:
            log.warning("case_stands_alone", wave=name, case=wave[0].case_no, error=type(error).__name__)
            return Done(failed=[(wave[0], f"{type(error).__name__}: {error}")])
        log.warning("wave_halved", wave=name, cases=len(wave), error=type(error).__name__)
        middle = len(wave) // 2
        first = _halving(node, name, wave[:middle], day=day, actor=actor)
        second = _halving(node, name, wave[middle:], day=day, actor=actor)
        return Done(
            first.steps + second.steps,
            first.failed + second.failed,
            first.later + second.later,
            first.past + second.past,
        )


def _wave(node: Node, name: str, wave: Sequence[Work], *, day: date, actor: str) -> Done:
    done = Done()
    with node.store.transaction(name, sorted({work.agency for work in wave})) as cursor:
        wave = _not_yet(cursor, wave, done)
        _book(node, cursor, wave, day)
        seen = _Seen(node, cursor, wave, day)
        written: list[Written] = []
        for work in wave:
            if seen.is_taken(work):
                done.later.append(work)
                continue
            step = decide(
                seen.file_of(work),
                work.event,
                seen.facts(work),
                sender=work.incoming.envelope.sender if work.incoming else "",
            )
            if step.supersedes is not None:
                written.append(_supersede(node, seen, work, step.supersedes, day, actor))
            if (row := _written(node, seen.stored.get(work.key), work, step, day, actor)) is not None:
                written.append(row)
            done.steps.append((work, step))
        steps.apply(cursor, written, node.moment(day), node.secrets)
    return done


def _not_yet(cursor: Cursor, wave: Sequence[Work], done: Done) -> list[Work]:
    """Leave out what was done under its name before; note the names of the rest."""
    names = [(work.once,) for work in wave if work.once]
    if not names:
        return list(wave)
    past = {
        row["name"]
        for row in bulk.select_keys(
            cursor, "SELECT e.name FROM event_once e JOIN {keys} ON e.name = k.name", names, ("name",)
        )
    }
    done.past.extend(work for work in wave if work.once in past)
    fresh = [work for work in wave if work.once not in past]
    bulk.insert_all(cursor, "event_once", ("name",), [(work.once,) for work in fresh if work.once])
    return fresh


def _book(node: Node, cursor: Cursor, wave: Sequence[Work], day: date) -> None:
    """Money that reached an account by the agency's own statement is booked before its event is decided."""
    postings = [posting for work in wave for posting in work.booked]
    if not postings:
        return
    steps.book(cursor, [(posting, None) for posting in postings], day)
    entries = [
        Entry(
            posting.agency,
            "statement",
            posting.id,
            1,
            posting.reason.value,
            posting.handled_by,
            steps.posting_content(posting),
            node.secrets[posting.agency].salt,
        )
        for posting in postings
    ]
    steps.journal(cursor, entries, day)


def _written(
    node: Node, old: StoredFile | None, work: Work, step: Step, day: date, actor: str
) -> Written | None:
    """The rows of a step: a message is kept even where it changes nothing; any other event that changes nothing leaves no row."""
    changed = step.outcome is Outcome.DONE
    if step.file is None or (not changed and work.incoming is None):
        return None
    file = step.file if changed else replace(step.file, version=step.file.version + 1)
    lane = old.lane if old is not None else files.new_lane(file)
    if work.incoming is not None:
        lane = advance(lane, work.incoming.envelope)
    outgoing = []
    for _, payload in step.messages:
        envelope, data, lane = compose(
            lane=lane,
            type=TYPE_OF[type(payload)],
            payload=payload,
            time=instant(day),
            secret=node.secrets[file.agency].salt,
        )
        outgoing.append((envelope, data))
    return Written(
        old=old,
        new=StoredFile(file, lane),
        step=step if changed else Step(file=file),
        event=type(work.event).__name__ if work.incoming is None else work.incoming.envelope.type.value,
        actor=actor,
        outgoing=tuple(outgoing),
        incoming=work.incoming,
        outcome="refused" if step.outcome is Outcome.NOT_POSSIBLE else "recorded",
        match=_match(work.event) if changed else None,
    )


def _match(event: Event) -> tuple[str, int, str, str, str] | None:
    match event:
        case ReceiptMatched(leg=leg, receipt=receipt, by=by, reviewer=reviewer, why=why):
            return receipt, leg, by, reviewer, why
        case _:
            return None


def _supersede(node: Node, seen: _Seen, work: Work, rival: str, day: date, actor: str) -> Written:
    """The rival that yields ends in the same transaction, so that the place is free for the case that stands."""
    stored = seen.stored[work.agency, rival]
    step = decide(stored.file, Superseded(work.case_no), seen.facts_for(stored.file))
    row = _written(node, stored, Work(work.agency, rival, Superseded(work.case_no)), step, day, actor)
    if row is None:
        raise NotAloneError(
            f"Case {rival} was to yield to {work.case_no} and did not; look at both with 'jiexu desk inbox'."
        )
    return row


class _Seen:
    """Everything a wave looks at, fetched with a handful of statements however many cases it has."""

    def __init__(self, node: Node, cursor: Cursor, wave: Sequence[Work], day: date) -> None:
        self.node, self.day = node, day
        self.stored = files.load(cursor, [work.key for work in wave], lock=True)
        self.found = people.find(cursor, list(_wanted(wave)))
        self.rivals = self._rivals(cursor, wave)
        self.stored |= files.load(
            cursor,
            [(work.agency, self.rivals[work.key].case_no) for work in wave if work.key in self.rivals],
            lock=True,
        )
        keys = {self.person_key(work): self._scheme(work) for work in wave}
        keys |= {
            (stored.file.agency, stored.file.person): stored.file.asked.from_scheme.value
            for stored in self.stored.values()
        }
        keys.pop(("", ""), None)
        self.known = people.load(
            cursor, [key for key in keys if key[1]], {key: scheme for key, scheme in keys.items() if scheme}
        )
        self.left_behind = _left_behind(
            cursor, [self.person_key(work) for work in wave if isinstance(work.event, FormIssued)]
        )
        self.taken: set[tuple[str, str]] = set()

    def is_taken(self, work: Work) -> bool:
        """Whether this file or this person was already decided on in the wave; marks both as taken otherwise."""
        keys = {work.key, ("person", *self.person_key(work))} if self.person_key(work)[1] else {work.key}
        if keys & self.taken:
            return True
        self.taken |= keys  # type: ignore[arg-type]  # two kinds of key in one set
        return False

    def file_of(self, work: Work) -> File | None:
        stored = self.stored.get(work.key)
        if stored is None:
            return None
        known = self.known.get((work.agency, stored.file.person))
        if known is not None and stored.file.record.state in {RecordState.PROPOSED, RecordState.WINDOW}:
            # Documents stand in the identity table only; a proposal that begins names them to the other side.
            return replace(stored.file, documents=known.documents)
        return stored.file

    def person_key(self, work: Work) -> Key:
        stored = self.stored.get(work.key)
        if stored is not None:
            return work.agency, stored.file.person
        for document in _documents(work):
            person = self.found.get((work.agency, document.kind, document.number))
            if person is not None:
                return work.agency, person
        return work.agency, ""

    def facts(self, work: Work) -> Facts:
        key = self.person_key(work)
        known = self.known.get(key)
        facts = None if known is None else known.facts
        if (
            known is not None
            and facts is not None
            and (name := _name(work))
            and comparable(name) != known.name_key
        ):
            facts = replace(facts, basic_data_agree=False)
        return Facts(
            agency=work.agency,
            today=self.day,
            calendar=self.node.calendar,
            policy=self.node.policy,
            person_ref=key[1],
            person=facts,
            record=None if known is None else known.record,
            rival=self.rivals.get(work.key),
            left_behind=self.left_behind.get(key, ()),
        )

    def facts_for(self, file: File) -> Facts:
        known = self.known.get((file.agency, file.person))
        facts, record = (None, None) if known is None else (known.facts, known.record)
        return Facts(file.agency, self.day, self.node.calendar, self.node.policy, file.person, facts, record)

    def _scheme(self, work: Work) -> str:
        stored = self.stored.get(work.key)
        if stored is not None:
            return stored.file.asked.from_scheme.value
        asked = _opening(work)
        return asked[2] if asked else Scheme.EMPLOYEE.value

    def _rivals(self, cursor: Cursor, wave: Sequence[Work]) -> dict[Key, Rival]:
        """Standing files of the same person and way, for work that opens one."""
        asked = {
            work: opening
            for work in wave
            if work.key not in self.stored and (opening := _opening(work)) and self.person_key(work)[1]
        }
        keys = [(*self.person_key(work), opening[2]) for work, opening in asked.items()]
        query = "SELECT f.* FROM file f JOIN {keys} ON (f.agency, f.person, f.from_scheme) = (k.agency, k.person, k.scheme) WHERE f.stands ORDER BY f.case_no"
        rows = bulk.select_keys(cursor, query, keys, ("agency", "person", "scheme"))
        rivals = {}
        for work, (origin, _, scheme) in asked.items():
            at_origin = work.agency == origin
            for row in rows:
                same = (row["agency"], row["person"], row["from_scheme"]) == (*self.person_key(work), scheme)
                if (
                    same
                    and row["side"] == (Side.ORIGIN if at_origin else Side.DESTINATION)
                    and (at_origin or row["other"] == origin)
                ):
                    rivals[work.key] = Rival(
                        row["case_no"],
                        row["opener"],
                        row["record_state"] == RecordState.CHECKING,
                        row["other"],
                    )
        return rivals


def _opening(work: Work) -> tuple[str, str, str] | None:
    """Origin, destination and scheme where the work opens a file."""
    match work.event:
        case Applied(asked=asked) | Proposed(asked=asked):
            return asked.origin, asked.destination, asked.from_scheme.value
        case Received(payload=Application() as message):
            return message.origin, message.destination, message.from_scheme
        case _:
            return None


def _documents(work: Work) -> tuple[Document, ...]:
    match work.event:
        case Applied() | Proposed():
            return work.event.documents
        case Received(payload=Application() as message):
            return message.documents
        case _:
            return ()


def _name(work: Work) -> str:
    match work.event:
        case Applied() | Proposed():
            return work.event.name
        case Received(payload=Application() as message):
            return message.name
        case _:
            return ""


def _wanted(wave: Sequence[Work]) -> Iterator[tuple[str, str, str]]:
    for work in wave:
        for document in _documents(work):
            yield work.agency, document.kind, document.number


def _left_behind(cursor: Cursor, keys: Sequence[Key]) -> dict[Key, tuple[str, ...]]:
    """Places where money of a person's earlier transfers to here stayed."""
    query = (
        "SELECT DISTINCT f.agency, f.person, f.other FROM file f JOIN {keys} ON (f.agency, f.person) = (k.agency, k.person) "
        "JOIN money_track m ON (m.agency, m.case_no) = (f.agency, f.case_no) "
        "WHERE f.side = 'destination' AND m.way = 'in' AND m.state IN ('stayed', 'kept', 'mode_unknown') ORDER BY 1, 2, 3"
    )
    found: dict[Key, tuple[str, ...]] = {}
    for row in bulk.select_keys(cursor, query, sorted(set(keys)), ("agency", "person")):
        key = row["agency"], row["person"]
        found[key] = (*found.get(key, ()), row["other"])
    return found
