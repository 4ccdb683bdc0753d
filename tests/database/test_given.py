"""What a run was given: kept row by row, given back as it was, in pages, and named by what it says."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prove_cast import as_admin, desk_events, dump, populated, restore
from prove_cast import plan as prove_plan
from store_cast import CHENGDU, MONDAY, QUJING, asks, lives, number_of, plan

from jiexu.cli import run_report
from jiexu.cli.run_bar import sentence
from jiexu.exchange.payloads import Document
from jiexu.gateways.demo_bank import Fault
from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.postgres.roles import Connections
from jiexu.gateways.tables import FaultyRow, RowFault
from jiexu.simulation import sample
from jiexu.store import given as stored
from jiexu.usecases import pages, report, waves
from jiexu.usecases.applications import ApplicationIn, Taken, take
from jiexu.usecases.bankfaults import BankEvent
from jiexu.usecases.deskwork import DeskEvent
from jiexu.usecases.given import Given
from jiexu.usecases.intake import application_in, event_in
from jiexu.usecases.node import Node
from jiexu.usecases.people import load_people
from jiexu.usecases.runfiles import keep_files
from jiexu.usecases.running import Progress, go

if TYPE_CHECKING:
    from conftest import Server

SETTING = sample.Setting(seed=9, on=MONDAY, areas=areas(), calendar=working_days())
COUNT = 150


def kept(
    node: Node,
    applications: Sequence[ApplicationIn] = (),
    events: Sequence[DeskEvent | BankEvent] = (),
    first: date = MONDAY,
) -> Given:
    return Given.keep(node.store, first=first, applications=iter(applications), events=iter(events))


def days() -> list[date]:
    return [MONDAY + timedelta(days=each) for each in range(400)]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((stored, "PAGE"), (pages, "LONGEST_WAVE"), (waves, "LONGEST_WAVE")):
        monkeypatch.setattr(module, name, 3)


# ------------------------------------------------------------------ kept and given back


@pytest.mark.usefixtures("small_pages")
def test_applications_come_back_as_they_were_each_on_its_day_in_their_order(node: Node) -> None:
    listed = [application_in(row, today=MONDAY) for row in sample.applications(SETTING, count=COUNT)]
    given = kept(node, listed)
    assert given.count == COUNT
    for day in days():
        back = [each for page in given.of_day(day) for _, each in page]
        assert back == [each for each in listed if each.asked.received_on == day]
    before = [each for page in given.before(MONDAY + timedelta(days=1)) for _, each in page]
    assert before == [each for each in listed if each.asked.received_on == MONDAY]


def test_what_was_received_before_a_run_is_taken_on_its_first_day(node: Node) -> None:
    early = replace(asks(1), asked=replace(asks(1).asked, received_on=date(2026, 10, 1)))
    given = kept(node, [early, asks(2)])
    assert [each for page in given.of_day(MONDAY) for _, each in page] == [early, asks(2)]


@pytest.mark.usefixtures("small_pages")
def test_events_come_back_as_they_were_by_the_door_they_go_through(node: Node) -> None:
    listed = [event_in(row) for row in sample.events(SETTING, count=600)]
    given = kept(node, events=listed)
    desk = [each for day in days() for page in given.heard_on(day) for _, each in page]
    assert desk == [each for each in listed if isinstance(each, DeskEvent)]
    strange = [each for day in days() for each in given.strange_receipts(day)]
    unnamed = [each for each in listed if isinstance(each, BankEvent) and each.fault is Fault.NONE]
    assert strange == unnamed
    assert strange


def test_the_next_day_is_the_next_on_which_anything_was_given(node: Node) -> None:
    later, last = MONDAY + timedelta(days=3), MONDAY + timedelta(days=9)
    event = replace(desk_events(6)[0], on=last)
    given = kept(node, [asks(1), asks(2, on=later)], [event])
    assert [given.next_day(day) for day in (MONDAY, later, last)] == [later, last, None]
    assert kept(node).next_day(MONDAY) is None


def test_only_what_was_taken_is_told_and_with_what_became_of_it(node: Node) -> None:
    given = kept(node, [asks(1), asks(2), asks(3)])
    ((*first, _),) = given.of_day(MONDAY)
    given.note(first, [Taken(each, f"case-{at}", "created") for at, each in first])
    assert list(given.taken()) == [Taken(asks(1), "case-1", "created"), Taken(asks(2), "case-2", "created")]


def test_a_file_of_any_size_is_kept_in_the_same_memory(node: Node) -> None:
    peaks = []
    for count in (1500, 6000):
        tracemalloc.start()
        given = Given.keep(
            node.store, first=MONDAY, applications=(asks(each) for each in range(count)), events=()
        )
        assert sum(len(page) for page in given.of_day(MONDAY)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0], peaks


# ------------------------------------------------------------------ faults of the bank


def ills(node: Node, events: Sequence[BankEvent], day: date = MONDAY) -> dict[str, tuple[str, int]]:
    kept(node, events=events)
    with node.store.transaction("test.ills", node.hosted) as cursor:
        rows = cursor.execute(f"SELECT * FROM {stored.ILLS} i", {"day": day}).fetchall()
    return {row["case_no"]: (row["fault"], row["fen"]) for row in rows}


def test_a_fault_finds_its_case_by_number_or_by_person_and_way_from_its_day_on(node: Node) -> None:
    load_people(node, [each for one in (1, 2) for each in lives(one)], day=MONDAY, actor="test")
    one, two = (each.case_no for each in take(node, [asks(1), asks(2)], day=MONDAY, actor="applicant"))
    # A bank looks at payers: the case is not there yet as long as the origin has not heard of it.
    assert ills(node, [BankEvent("a", MONDAY, Fault.SHORT, one, arrives_fen=5)]) == {}
    go(node, replace(plan([]), last=MONDAY))
    way = Document("01", number_of(2)), QUJING, CHENGDU
    tuesday = MONDAY + timedelta(days=1)
    listed = [
        BankEvent("a", MONDAY, Fault.SHORT, one, arrives_fen=5),
        BankEvent("b", MONDAY, Fault.OVER, "", *way, arrives_fen=7),
        BankEvent("c", tuesday, Fault.BOUNCED, two),
        BankEvent("d", MONDAY, Fault.NONE, destination=CHENGDU, arrives_fen=9),
    ]
    assert ills(node, listed) == {one: ("short", 5), two: ("over", 7)}
    assert ills(node, listed, tuesday) == {one: ("short", 5), two: ("bounced", 0)}


# ------------------------------------------------------------------ the run


PEOPLE = (0, 3, 4, 6, 7)
"""Remitted, too little, bounced, a death, late money: more than two pages of each."""
COMPARED = (
    "file",
    "money_track",
    "posting",
    "month_move",
    "decision",
    "message",
    "bank_receipt",
    "bank_answer",
)


def test_a_run_in_pages_of_two_ends_as_in_one(
    node: Node, postgres: Server, database: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    populated(node, PEOPLE)
    ends: list[dict[str, bytes]] = []
    with as_admin(postgres, database) as admin:
        start = dump(admin)
        for size in (500, 2):
            for module, name in ((stored, "PAGE"), (pages, "LONGEST_WAVE"), (waves, "LONGEST_WAVE")):
                monkeypatch.setattr(module, name, size)
            restore(admin, start)
            progress = go(node, prove_plan(PEOPLE))
            assert progress.exceptions == {}
            assert progress.taken == len(PEOPLE)
            state = dump(admin)
            ends.append({table: state[table] for table in COMPARED})
    assert ends[0] == ends[1]


def told(
    progress: Progress, node: Node, place: Path | None, faulty: Sequence[str] = ()
) -> run_report.Summary:
    totals = report.totals(node)
    return run_report.write_report(node, progress, totals, totals, faulty, place, as_json=False)


def test_a_report_is_the_same_whole_and_line_by_line(node: Node, tmp_path: Path) -> None:
    populated(node, (0, 6, 9))
    progress = go(node, replace(prove_plan((0, 6, 9)), bank_events=()))
    not_read = json.dumps({"row": 7, "outcome": "not_read", "faults": []})
    told(progress, node, tmp_path / "report.json", [not_read])
    summary = told(progress, node, tmp_path / "report.jsonl", [not_read])
    assert summary.counts == {"not_read": 1, "completed": 1, "open": 1, "refused": 1}
    assert not summary.is_clean

    whole = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    lines = [
        json.loads(line) for line in (tmp_path / "report.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [line for line in lines if "row" in line] == whole["rows"]
    assert whole["desk"]["row-6-death"] == "done"
    assert {line["event"]: line["outcome"] for line in lines if "event" in line} == whole["desk"]
    for end in (whole, lines[-1]["summary"]):
        assert end["outcomes"] == summary.counts
        assert end["balanced"] is True


def test_an_empty_run_has_a_report_too(node: Node, tmp_path: Path) -> None:
    told(go(node, plan([])), node, tmp_path / "report.json")
    whole = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (whole["rows"], whole["desk"], whole["outcomes"]) == ([], {}, {})


# ------------------------------------------------------------------ the name of a run


def test_a_run_is_named_by_what_its_files_say_and_not_by_what_was_not_understood(node: Node) -> None:
    rows = list(sample.applications(SETTING, count=20))
    events = list(sample.events(SETTING, count=20))
    faulty = FaultyRow(99, (RowFault(99, "姓名", "", "cell_empty"),))

    def name(
        rows: Sequence[Any] = rows, events: Sequence[Any] = events, first: date = MONDAY, who: str = "王"
    ) -> str:
        told: list[FaultyRow] = []
        given, key = keep_files(
            node, rows, events, first=first, reviewer=who, faulty=told.append, faulty_event=told.append
        )
        assert given.count == len(rows) - len(told)
        return key

    said = repr([(row.cells(), row.row) for row in rows]) + repr([event.cells() for event in events])
    assert name() == hashlib.sha256(f"{said}{MONDAY.isoformat()}王".encode()).hexdigest()[:24]
    assert name() == name(rows=[faulty, *rows, faulty])
    others = [name(rows=rows[:-1]), name(events=events[:-1]), name(first=date(2026, 11, 24)), name(who="李")]
    assert len({name(), *others}) == 5
    nothing = hashlib.sha256(f"[][]{MONDAY.isoformat()}王".encode()).hexdigest()[:24]
    assert name(rows=[], events=[]) == nothing


def test_where_a_run_is_is_told_in_cases_and_time(node: Node) -> None:
    progress = Progress(MONDAY, kept(node, [asks(1)]), taken=100, steps=600)
    said = sentence(progress, 100, 10)
    assert "100 of 100 cases taken, 5 a second, about 0:10 left, 0 exceptions" in said
    assert "about 0:00 left" in sentence(replace(progress, steps=0), 100, 10)
