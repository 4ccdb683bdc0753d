"""Days pass: the loop that carries every case as far as it goes without a person's hand.

A day is a fixed list of steps; each finds its work by query. Where a run stands is written into every transaction
that changed something, so that the same command, killed anywhere, goes on inside the very step it was in and ends
in the same state, byte for byte. Steps that changed nothing since find nothing when they are looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from jiexu.cases.events import DayBegan
from jiexu.gateways import demo_bank
from jiexu.store.db import Cursor
from jiexu.store.given import ILLS
from jiexu.usecases import bankday, banking, delivery, looks, straight, uploads
from jiexu.usecases.applications import ApplicationIn, Taken, take, taken_before
from jiexu.usecases.bankfaults import BankEvent
from jiexu.usecases.crew import Answer, Crew
from jiexu.usecases.deskwork import CLERK, DeskEvent, perform
from jiexu.usecases.given import Given, Page
from jiexu.usecases.laps import Laps
from jiexu.usecases.node import Node, catch_up
from jiexu.usecases.pages import pages, work_through
from jiexu.usecases.places import Place, mark, resume
from jiexu.usecases.reviewers import check_reviewer
from jiexu.usecases.sealing import seal
from jiexu.usecases.waves import Done, Work

DAY = timedelta(days=1)
MOST_EXCEPTIONS = 1000
"""Exceptions a run tells of by itself; all of them stand in the database, each with a clerk and a date."""
MOST_ROUNDS = 500
"""Rounds of work after which a day is thought to be going in circles. The longest real day needs about twenty."""


class EndlessDayError(RuntimeError):
    """A day's work never came to rest: two steps undo each other. A fault of the program, stopped before it grows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is given: applications, what happens at desks and banks and when, the days, and who reviews.

    ``key``: identity of the run; the same key goes on where it stopped. ``last``: no day after this one. ``given``:
    what was kept by this session already, in place of applications and events that are at hand. ``processes``: how
    many share the work; a run that goes on keeps to the number it began with.
    """

    key: str
    first: date
    last: date
    reviewer: str
    applications: Sequence[ApplicationIn] = ()
    events: Sequence[DeskEvent] = ()
    bank_events: Sequence[BankEvent] = ()
    seals: Callable[[Sequence[dict[str, object]]], None] | None = None
    given: Given | None = None
    processes: int = 1


@dataclass(slots=True)
class Progress:
    """What a run tells while it works: counts, and what it was given with what became of it.

    ``exceptions``: the first cases that stood alone, with the error that stopped them. ``seconds``: how long each step
    of the days took, by its name.
    """

    day: date
    given: Given
    taken: int = 0
    exceptions: dict[tuple[str, str], str] = field(default_factory=dict)
    steps: int = 0
    seconds: Laps = field(default_factory=Laps)
    tell: Callable[[Progress], None] = lambda progress: None

    def found(self, done: Done) -> None:
        """What became of a piece of work here."""
        self.add(len(done.steps), {work.key: error for work, error in done.failed})

    def add(self, steps: int, failed: Mapping[tuple[str, str], str]) -> None:
        """Count what was done, here or by another process."""
        self.steps += steps
        for key, error in failed.items():
            if key in self.exceptions or len(self.exceptions) < MOST_EXCEPTIONS:
                self.exceptions[key] = error
        self.tell(self)


class Step(NamedTuple):
    """One step of a day: its name, and what does it and says how many pieces of work changed something.

    ``shared``: each process finds this work for its own agencies; else the first process does it for all.
    """

    name: str
    do: Callable[[Node, Plan, Progress, Place], int]
    shared: bool = False


def go(node: Node, plan: Plan, tell: Callable[[Progress], None] = lambda progress: None) -> Progress:
    """Run days until nothing moves any more without a person, or the last day is over."""
    check_reviewer(plan.reviewer, by=CLERK)
    place = resume(node.store, plan.key, first=plan.first, processes=plan.processes)
    given = plan.given or Given.keep(
        node.store,
        first=plan.first,
        applications=plan.applications,
        events=[*plan.events, *plan.bank_events],
    )
    progress = Progress(place.day, given, tell=tell)
    _taken_before(node, progress, place)
    crew = Crew(node, place.parts, partial(_help, plan, given))
    node.store.mark = partial(mark, plan.key, place, 0)
    try:
        while _goes_on(node, plan, given, place):
            _stage(node, plan, progress, place, crew)
    finally:
        node.store.mark = None
        crew.end()
    with node.store.transaction("run.rest") as cursor:
        place.number = 0
        for part in range(place.parts):
            mark(plan.key, place, part, "run.rest", cursor)
    progress.day = place.day
    return progress


def _goes_on(node: Node, plan: Plan, given: Given, place: Place) -> bool:
    """Whether there is a day to work on. A run at rest looks for the next day on which something happens by itself."""
    if place.stage != "rest":
        return True
    following = _next_eventful(node, given, place.day)
    if following is None or following > plan.last:
        return False
    place.day, place.stage, place.changed, place.rounds = following, "open", False, 0
    return True


def _stage(node: Node, plan: Plan, progress: Progress, place: Place, crew: Crew) -> None:
    """One step of the day. A round of work is repeated until it changes nothing."""
    steps = STAGES[place.stage]
    # A run lasts: a key that is reported stolen meanwhile counts from the next step on.
    catch_up(node)
    progress.day = place.day
    place.number += place.parts > 1
    place.within = place.begun.get(0, ())
    with progress.seconds.of(_step_at(place).name):
        if _step(node, plan, progress, place, crew):
            place.changed = True
    place.past, place.begun, place.within = frozenset(), {}, ()
    place.index += 1
    if place.index == len(steps):
        place.index = 0
        match place.stage:
            case "open":
                place.stage, place.changed = "work", False
            case "work" if place.rounds > MOST_ROUNDS:
                raise EndlessDayError(
                    f"{place.day} did not come to rest in {MOST_ROUNDS} rounds; nothing is lost. Report this with 'jiexu verify --json'."
                )
            case "work":
                place.rounds += 1
                place.stage, place.changed = ("work", False) if place.changed else ("close", False)
            case _ if place.changed:
                place.stage, place.changed = "work", False
            case _:
                place.stage = "rest"


def _step_at(place: Place) -> Step:
    return STAGES[place.stage][place.index]


def _step(node: Node, plan: Plan, progress: Progress, place: Place, crew: Crew) -> int:
    """One step by all processes that have not done it yet; the next one begins when the last of them is done."""
    if not _step_at(place).shared:
        return _step_at(place).do(node, plan, progress, place)
    crew.ask(place, place.past)
    own = 0 if 0 in place.past else _step_at(place).do(node, plan, progress, place)
    answers = crew.answers()
    for answer in answers:
        progress.add(answer.steps, answer.failed)
    return own + sum(answer.changed for answer in answers)


def _help(plan: Plan, given: Given, node: Node, part: int, places: Iterator[Place]) -> Iterator[Answer]:
    """What another process does of the run: its part of every step it is asked for."""
    for place in places:
        progress = Progress(place.day, given)
        catch_up(node)
        place.within = place.begun.get(part, ())
        node.store.mark = partial(mark, plan.key, place, part)
        changed = _step_at(place).do(node, plan, progress, place)
        yield Answer(changed, progress.steps, progress.exceptions)


def _next_eventful(node: Node, given: Given, day: date) -> date | None:
    """The next day on which something happens by itself: the bank acts, a window ends, a proposal lapses, an event is given."""
    with node.store.transaction("run.next_day", node.hosted) as cursor:
        bank = _one(cursor, "SELECT min(on_day) AS day FROM demo_bank_transfer WHERE NOT done")
        window = _one(
            cursor, "SELECT min(record_due_on) AS day FROM file WHERE record_open AND record_state = 'window'"
        )
        proposal = _one(
            cursor,
            "SELECT min(record_due_on) + 1 AS day FROM file WHERE record_open AND record_state = 'proposed'",
        )
        rests = day + DAY if demo_bank.rests(cursor) else None
    days = [each for each in (bank, window, proposal, rests, given.next_day(day)) if each is not None]
    return max(min(days), day + DAY) if days else None


def _one(cursor: Cursor, query: str) -> date | None:
    row = cursor.execute(query).fetchone()
    return row["day"] if row is not None else None


# ---------------------------------------------------------------- the steps of a day


def _sweep(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
    """The deadline sweep: a query on the due date, never a job per case."""
    query = (
        "SELECT agency, case_no FROM file WHERE record_open AND (record_due_on < %s AND record_holder IN ('other_agency', 'person') "
        "OR record_due_on <= %s AND record_next = 'window_end') "
        "UNION SELECT agency, case_no FROM money_track WHERE is_open AND due_on < %s AND holder = 'other_agency' ORDER BY 1, 2"
    )
    works = (
        [Work(row["agency"], row["case_no"], DayBegan()) for row in rows]
        for rows in pages(node, "run.sweep.read", query, [place.day] * 3)
    )
    return work_through(node, "run.sweep", works, day=place.day, actor="system", found=progress.found)


def _apply(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
    before = progress.taken
    for page in progress.given.of_day(place.day):
        _note(progress, page, take(node, [each for _, each in page], day=place.day, actor="applicant"))
    return progress.taken - before


def _taken_before(node: Node, progress: Progress, place: Place) -> None:
    """What a run that goes on had taken already: looked up, because opening a case twice opens it once."""
    past = place.stage != "open" or place.index > OPEN.index(APPLY)
    for page in progress.given.before(place.day + DAY if past else place.day):
        _note(progress, page, taken_before(node, [each for _, each in page]))


def _note(progress: Progress, page: Page, taken: Sequence[Taken]) -> None:
    progress.given.note(page, taken)
    progress.taken += len(taken)
    progress.tell(progress)


def _events(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
    """What desks report on this day; only facts an agency really can have."""
    done = 0
    for page in progress.given.heard_on(place.day):
        events = [event for _, event in page]
        outcomes = perform(
            node, plan.key, events, day=place.day, reviewer=plan.reviewer, found=progress.found
        )
        progress.given.note_heard(page, outcomes)
        done += sum(outcome == "done" for outcome in outcomes.values())
    return done


def _statement_out(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
    return bankday.statement_out(node, day=place.day)


def _statement_in(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
    strange = progress.given.strange_receipts(place.day)
    return bankday.statement_in(node, day=place.day, strange=strange)


def _deliver(side: str) -> Step:
    def deliver(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
        def reached(lane: delivery.Reached) -> None:
            place.within = lane

        return delivery.one_round(
            node,
            side,
            day=place.day,
            found=progress.found,
            after=delivery.Reached(*place.within) if place.within else delivery.FIRST,
            reached=reached,
        )

    return Step(f"deliver.{side}", deliver, shared=True)


def _let_go(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
    """Only when nothing else moves: most of what was handed over is let go of by the other side's answer."""
    return 0 if place.changed else delivery.let_go(node, day=place.day, found=progress.found)


def _straight(kind: straight.Kind) -> Step:
    def work(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
        return straight.work(node, kind, day=place.day, reviewer=plan.reviewer, found=progress.found)

    return Step(kind.name, work, shared=True)


def _answers(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
    return banking.take_answers(node, day=place.day, found=progress.found)


def _match(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
    return banking.match(node, day=place.day, reviewer=plan.reviewer, found=progress.found)


def _send(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
    return banking.review_and_send(node, day=place.day, reviewer=plan.reviewer, found=progress.found)


def _to_the_bank(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
    bankday.hand_over(node, day=place.day, ills=ILLS)
    return 0


def _erase(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
    uploads.erase_due(node, day=place.day)
    return 0


def _seal(node: Node, plan: Plan, progress: Progress, place: Place) -> int:
    if plan.seals is not None:
        looks.gather(node, day=place.day)
        seal(node, day=place.day, write=plan.seals)
    return 0


APPLY = Step("apply", _apply)
OPEN = (
    Step("sweep", _sweep, shared=True),
    APPLY,
    Step("events", _events),
    Step("bank.statement_out", _statement_out),
    Step("bank.statement_in", _statement_in),
)
WORK = (
    _deliver("destination"),
    _deliver("origin"),
    *(_straight(kind) for kind in straight.KINDS),
    Step("bank.answers", _answers, shared=True),
    Step("bank.match", _match, shared=True),
    Step("delivery.let_go", _let_go, shared=True),
)
CLOSE = (
    Step("bank.send", _send, shared=True),
    Step("bank.hand_over", _to_the_bank),
    Step("erase", _erase),
    Step("seal", _seal),
)
STAGES = {"open": OPEN, "work": WORK, "close": CLOSE}
