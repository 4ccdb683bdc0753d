"""Fetch, decide, write: one step of many cases in one transaction, and of one case by the same path (design §4).

No person stands in a wave twice, files are locked in key order, and a wave that fails is halved until the case that
fails stands alone. What another process holds is left for later, and waited for when nothing else is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import psycopg
import structlog

from jiexu.cases.decide import decide
from jiexu.cases.events import Event, ReceiptMatched, Superseded
from jiexu.cases.step import Outcome, Step
from jiexu.exchange.envelope import compose
from jiexu.exchange.lanes import advance
from jiexu.exchange.payloads import TYPE_OF
from jiexu.rules.clocks import promise_due
from jiexu.store import bulk, files, steps
from jiexu.store.db import Cursor, StoreGoneError
from jiexu.store.files import StoredFile
from jiexu.store.steps import Entry, Written
from jiexu.usecases.node import Node, instant
from jiexu.usecases.sight import Seen, Work
from jiexu.values.changing import changed

__all__ = ["LONGEST_WAVE", "Done", "NotAloneError", "Work", "run"]

LONGEST_WAVE = 500
"""Most cases of one transaction (design §4)."""

ATTEMPTS_ALONE = 3
"""How often a case that fails alone is looked at anew: another process may have come in between."""
LONGEST_WAIT = "30s"
"""How long a file that another process holds is waited for, as PostgreSQL writes it."""

log = structlog.get_logger()


@dataclass(slots=True)
class Done:
    """What became of a wave: each piece of work with its step, or with the error that stopped it alone.

    ``past``: done before, under the same name or by the same message. ``later``, ``busy``: not looked at yet,
    because file or person is in the wave already, or because another process holds the file. ``moved``: left undone,
    because the file is no longer the one somebody looked at.
    """

    steps: list[tuple[Work, Step]] = field(default_factory=list)
    failed: list[tuple[Work, str]] = field(default_factory=list)
    later: list[Work] = field(default_factory=list)
    busy: list[Work] = field(default_factory=list)
    past: list[Work] = field(default_factory=list)
    moved: list[Work] = field(default_factory=list)

    def add(self, part: Done) -> None:
        """What became of more of the same work."""
        self.steps += part.steps
        self.failed += part.failed
        self.later += part.later
        self.busy += part.busy
        self.past += part.past
        self.moved += part.moved


class NotAloneError(RuntimeError):
    """A wave was asked to decide twice on one person or file."""


def run(node: Node, name: str, works: Iterable[Work], *, day: date, actor: str) -> Done:
    """Run work in waves until all of it is done or failed alone. Order: as given, so that a repeat does the same."""
    done, rest = Done(), list(works)
    while rest or done.busy:
        wait = not rest
        if wait:
            rest, done.busy = done.busy, []
        wave, rest = rest[:LONGEST_WAVE], rest[LONGEST_WAVE:]
        done.add(_halving(node, name, wave, day=day, actor=actor, wait=wait))
        rest, done.later = done.later + rest, []
    return done


def _halving(node: Node, name: str, wave: Sequence[Work], *, day: date, actor: str, wait: bool) -> Done:
    if len(wave) == 1:
        return _alone(node, name, wave[0], day=day, actor=actor, wait=wait)
    try:
        return _wave(node, name, wave, day=day, actor=actor, wait=wait)
    except Exception as error:
        if _is_of_the_node(error):
            raise
        log.warning("wave_halved", wave=name, cases=len(wave), error=type(error).__name__)
    middle = len(wave) // 2
    done = _halving(node, name, wave[:middle], day=day, actor=actor, wait=wait)
    done.add(_halving(node, name, wave[middle:], day=day, actor=actor, wait=wait))
    return done


def _alone(node: Node, name: str, work: Work, *, day: date, actor: str, wait: bool) -> Done:
    """One case by itself; what stops it for good is said, and a person must look at it."""
    for left in reversed(range(ATTEMPTS_ALONE)):
        try:
            return _wave(node, name, [work], day=day, actor=actor, wait=wait)
        except Exception as error:
            if _is_of_the_node(error):
                raise
            said = f"{type(error).__name__}: {_without_rows(error)}"
        if not left:
            log.warning("case_stands_alone", wave=name, case=work.case_no, error=said.partition(":")[0])
            _stands_alone(node, name, work, said, day=day)
    return Done(failed=[(work, said)])


def _without_rows(error: Exception) -> str:
    """What an error says, without the rows a database quotes: they hold names and numbers, and this is kept and shown."""
    primary = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return primary or str(error).partition("\n")[0]


def _is_of_the_node(error: Exception) -> bool:
    """Whether the trouble is the database's or the machine's, not a case's: then everything stops."""
    passing = psycopg.errors.DeadlockDetected | psycopg.errors.LockNotAvailable
    return isinstance(error, StoreGoneError | psycopg.OperationalError | MemoryError | OSError) and not (
        isinstance(error, passing)
    )


def _wave(node: Node, name: str, wave: Sequence[Work], *, day: date, actor: str, wait: bool) -> Done:
    done = Done()
    with node.store.transaction(name, sorted({work.agency for work in wave})) as cursor:
        if wait:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LONGEST_WAIT])
        seen = Seen(node, cursor, wave, day, wait=wait)
        wave = _not_yet(seen, _free(seen, wave, done), done)
        _book(node, cursor, wave, day)
        seen.people(wave)
        written: list[Written] = []
        for work in wave:
            step = decide(
                seen.file_of(work),
                seen.event_of(work),
                seen.facts(work),
                sender=work.incoming.envelope.sender if work.incoming else "",
            )
            if step.supersedes is not None:
                written.append(_supersede(node, seen, work, step.supersedes, day, actor))
            if (row := _written(node, seen.stored.get(work.key), work, step, day, actor)) is not None:
                written.append(row)
            done.steps.append((work, step))
        steps.apply(cursor, written, node.moment(day), node.secrets)
        _goes_on(cursor, wave)
    for row in written:
        node.files.keep(row.new)
    return done


def _stands_alone(node: Node, name: str, work: Work, said: str, *, day: date) -> None:
    """Put a case that could not be taken along into a clerk's hands, with a date (design §4)."""
    due = promise_due(what="check", start=day, calendar=node.calendar, policy=node.policy, area=work.agency)
    with node.store.transaction("wave.alone", [work.agency]) as cursor:
        cursor.execute(
            "INSERT INTO stuck_case (agency, case_no, step, said, since, due_on) VALUES (%s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (agency, case_no) DO UPDATE SET step = excluded.step, said = excluded.said",
            [work.agency, work.case_no, name, said, day, due.on],
        )


def _goes_on(cursor: Cursor, wave: Sequence[Work]) -> None:
    """What a later try took along stands alone no more."""
    query = "DELETE FROM stuck_case s USING {keys} WHERE (s.agency, s.case_no) = (k.agency, k.case_no) RETURNING 1"
    bulk.select_keys(cursor, query, [work.key for work in wave], ("agency", "case_no"))


def _free(seen: Seen, wave: Sequence[Work], done: Done) -> list[Work]:
    """Work whose file and person nobody else works on, in this wave or in another process."""
    free = []
    for work in wave:
        if seen.is_taken(work):
            (done.busy if seen.is_busy(work) else done.later).append(work)
        elif seen.is_past(work):
            done.past.append(work)
        else:
            free.append(work)
    return free


def _not_yet(seen: Seen, wave: Sequence[Work], done: Done) -> list[Work]:
    """Leave out what was done under its name before, then what has moved on; note the names of the rest."""
    names = [(work.once,) for work in wave if work.once]
    query = "SELECT e.name FROM event_once e JOIN {keys} ON e.name = k.name"
    past = {row["name"] for row in bulk.select_keys(seen.cursor, query, names, ("name",))}
    done.past.extend(work for work in wave if work.once in past)
    fresh = [work for work in wave if work.once not in past]
    done.moved.extend(work for work in fresh if seen.has_moved(work))
    fresh = [work for work in fresh if not seen.has_moved(work)]
    bulk.insert_all(seen.cursor, "event_once", ("name",), [(work.once,) for work in fresh if work.once])
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
    is_done = step.outcome is Outcome.DONE
    if step.file is None or (not is_done and work.incoming is None):
        return None
    file = step.file if is_done else changed(step.file, version=step.file.version + 1)
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
        step=step if is_done else Step(file=file),
        event=type(work.event).__name__ if work.incoming is None else work.incoming.envelope.type.value,
        actor=actor,
        outgoing=tuple(outgoing),
        incoming=work.incoming,
        outcome="refused" if step.outcome is Outcome.NOT_POSSIBLE else "recorded",
        match=_match(work.event) if is_done else None,
    )


def _match(event: Event) -> tuple[str, int, str, str, str] | None:
    match event:
        case ReceiptMatched(leg=leg, receipt=receipt, by=by, reviewer=reviewer, why=why):
            return receipt, leg, by, reviewer, why
        case _:
            return None


def _supersede(node: Node, seen: Seen, work: Work, rival: str, day: date, actor: str) -> Written:
    """The rival that yields ends in the same transaction, so that the place is free for the case that stands."""
    stored = seen.stored[work.agency, rival]
    step = decide(stored.file, Superseded(work.case_no), seen.facts_for(stored.file))
    row = _written(node, stored, Work(work.agency, rival, Superseded(work.case_no)), step, day, actor)
    if row is None:
        raise NotAloneError(
            f"Case {rival} was to yield to {work.case_no} and did not; look at both with 'jiexu desk inbox'."
        )
    return row
