"""The demonstration: invented people, their applications and what happens to them, and a clock that a visitor moves.

Its files are kept in the node's settings, so that "next working day" goes on with the very run that was begun.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
from psycopg.types.json import Jsonb

from jiexu.cases.events import BatchReviewed
from jiexu.gateways.tables import Context, FaultyRow, Row, applications_of, events_of
from jiexu.store import atrest
from jiexu.usecases import bankday, delivery, figures, reviews, straight
from jiexu.usecases.applications import give_numbers
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.intake import application_in, events_in
from jiexu.usecases.node import Node
from jiexu.usecases.people import PersonAtAgency, load_people
from jiexu.usecases.running import Plan, Progress, go
from jiexu.usecases.seals import writer
from jiexu.usecases.waves import Work, run

KEY = "demonstration"
SETTINGS, FILES = "node_setting", "demonstration_files"
CLOCK, STORIES, INVENTED, REAL = "clock", "stories", "invented", "real"
"""Names of the node's settings: the day of the demonstration, its named people, that its people are invented, or are not."""
REVIEWER = "演示复核"
PEOPLE_AT_A_TIME = 2000
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Story:
    """One named person: a line in both languages, and which of the applications are theirs (places in the list)."""

    name: str
    line_zh: str
    line_en: str
    applications: tuple[int, ...]


class Stage(StrEnum):
    """How far a case that is done by hand has come at its desk on the day shown."""

    TO_DO = "to_do"
    ASKED = "asked"
    """A colleague is asked to agree to the next step."""
    ISSUED = "issued"
    """The form is out, the payment waits for a reviewer."""
    REVIEWED = "reviewed"
    """The payment is reviewed, finance may send it."""


@dataclass(frozen=True, slots=True)
class Hand:
    """A case that people do by hand at one desk. ``application``: its place in the list; ``by``, ``reviewer``: who works there."""

    application: int
    agency: str
    stage: Stage
    by: str
    reviewer: str
    at_origin: bool


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What is shown: people at their agencies, rows of an applications and an events file, stories, cases done by hand, first
    and shown day.
    """

    people: Sequence[PersonAtAgency]
    applications: Sequence[Cells]
    events: Sequence[Cells]
    stories: Sequence[Story]
    first: date
    shown: date
    hands: Sequence[Hand] = ()


def is_there(node: Node) -> bool:
    """Whether this node has been given its demonstration and brought to its day."""
    return clock(node) is not None


def clock(node: Node) -> date | None:
    """The day of the demonstration; None on a node without one."""
    value = _setting(node, CLOCK)
    return None if value is None else date.fromisoformat(value)


def has_others(node: Node) -> bool:
    """Whether this node has people or accounts, or was declared real, and no demonstration was ever begun here: it is
    somebody's own.
    """
    if is_there(node) or _files(node) is not None:
        return False
    return is_taken(node)


def is_taken(node: Node) -> bool:
    """Whether this node was declared one of real people, or anybody is there."""
    if is_real(node):
        return True
    with node.store.transaction("demonstration.others", node.hosted) as cursor:
        query = "SELECT EXISTS (SELECT 1 FROM person) OR EXISTS (SELECT 1 FROM auth_user) AS others"
        row = cursor.execute(query).fetchone()
    return bool(row and row["others"])


def is_invented(node: Node) -> bool:
    """Whether the people of this node are invented."""
    return _setting(node, INVENTED) is not None or is_there(node)


def is_real(node: Node) -> bool:
    """Whether this node was declared one of real people."""
    return _setting(node, REAL) is not None


def note_real(node: Node) -> None:
    """From now on this node is one of real people, unless it holds invented ones already."""
    if not is_invented(node):
        _set(node, REAL, value=True)


def note_invented(node: Node) -> None:
    """From now on this node is one of invented people: its pages say so, and take synthetic document numbers."""
    _set(node, INVENTED, value=True)


def begin(node: Node, what: Demonstration, *, data: Path, tell: Callable[[str, int, int], None]) -> None:
    """Keep the files, load people, run to the day shown. Killed anywhere, it goes on where it stopped."""
    note_invented(node)
    files = {
        "applications": list(what.applications),
        "events": list(what.events),
        "first": what.first.isoformat(),
    }
    _set(node, KEY, atrest.wrapped(orjson.dumps(files), *atrest.FILES, KEY).decode(), FILES)
    for at in range(0, len(what.people), PEOPLE_AT_A_TIME):
        load_people(node, what.people[at : at + PEOPLE_AT_A_TIME], day=what.first, actor="demonstration")
        tell("people", min(at + PEOPLE_AT_A_TIME, len(what.people)), len(what.people))
    plan = _plan(node, last=what.shown, data=data)
    given = give_numbers(node, plan.applications)
    numbers = [given[each] for each in plan.applications]
    stories = [
        {
            "name": each.name,
            "line_zh": each.line_zh,
            "line_en": each.line_en,
            "case_nos": [numbers[at] for at in each.applications],
        }
        for each in what.stories
    ]
    _set(node, STORIES, stories)
    hands = [(each, numbers[each.application]) for each in what.hands]
    straight.leave_to_people(node, [(hand.agency, number) for hand, number in hands], since=what.first)
    go(node, plan, lambda progress: tell("cases", _done(progress), len(numbers)))
    tell("cases", len(numbers), len(numbers))
    _work_by_hand(node, hands, day=what.shown)
    _set(node, CLOCK, what.shown.isoformat())
    figures.rebuild(node, day=what.shown)


def _work_by_hand(node: Node, hands: Sequence[tuple[Hand, str]], *, day: date) -> None:
    """What people have done of these cases by the day shown, by the very steps of the desk. Done twice, it is done once."""
    for hand, number in hands:
        step = Verb.ISSUE_FORM if hand.at_origin else Verb.TAKE_IN
        if hand.stage is Stage.ASKED:
            reviews.ask(node, hand.agency, number, step, by=hand.by, on=day)
        elif hand.stage is not Stage.TO_DO:
            event = DeskEvent(f"hand-{number}", day, step, number)
            perform(node, KEY, [event], day=day, by=hand.by, reviewer=hand.reviewer, found=_nothing)
        if hand.stage is Stage.REVIEWED:
            work = Work(hand.agency, number, BatchReviewed(1, hand.reviewer))
            run(node, "bank.review", [work], day=day, actor=hand.reviewer)
    delivery.carry(node, day=day)


def _nothing(_done: object) -> None:
    """Nobody listens."""


def next_day(node: Node, *, data: Path) -> date:
    """Move the clock to the next working day and let everything happen that happens by itself until its end."""
    day = clock(node)
    if day is None:
        raise ValueError("This node has no demonstration; start one with 'jiexu up' in an empty data folder.")
    following = node.calendar.next_working_day(day)
    # What desks did on the pages since: its messages go out, and the bank has its orders before its next day begins.
    delivery.carry(node, day=day)
    bankday.hand_over(node, day=day)
    go(node, _plan(node, last=following, data=data))
    _set(node, CLOCK, following.isoformat())
    figures.rebuild(node, day=following)
    return following


def _done(progress: Progress) -> int:
    return progress.taken


def _plan(node: Node, *, last: date, data: Path) -> Plan:
    kept = _files(node)
    assert kept is not None  # noqa: S101 - begun
    first = date.fromisoformat(kept["first"])
    context = Context(areas=node.areas, today=last, demonstration=True)
    applications = [
        row
        for row in applications_of(_rows(kept["applications"]), context=context)
        if not isinstance(row, FaultyRow)
    ]
    events = [
        row for row in events_of(_rows(kept["events"]), context=context) if not isinstance(row, FaultyRow)
    ]
    desk, bank = events_in(events)
    return Plan(
        key=KEY,
        first=first,
        last=last,
        reviewer=REVIEWER,
        applications=[application_in(row, today=first) for row in applications],
        events=desk,
        bank_events=bank,
        seals=writer(data / "seals.jsonl"),
    )


def _rows(cells: Sequence[Cells]) -> list[Row]:
    return [
        Row(number, {name: text for name, text in each.items() if text}, {name: name for name in each})
        for number, each in enumerate(cells, start=2)
    ]


def _files(node: Node) -> dict[str, Any] | None:
    """What the demonstration was begun with; None where none was. Sealed: the rows name people by their numbers."""
    kept = _setting(node, KEY, FILES)
    if kept is None:
        return None
    found: dict[str, Any] = orjson.loads(atrest.unwrapped(kept.encode(), *atrest.FILES, KEY))
    return found


def _setting(node: Node, name: str, table: str = SETTINGS) -> Any:
    with node.store.transaction("demonstration.read") as cursor:
        row = cursor.execute(f"SELECT value FROM {table} WHERE name = %s", [name]).fetchone()
    return None if row is None else row["value"]


def _set(node: Node, name: str, value: object, table: str = SETTINGS) -> None:
    with node.store.transaction("demonstration.set") as cursor:
        cursor.execute(
            f"INSERT INTO {table} (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, Jsonb(value)],
        )
