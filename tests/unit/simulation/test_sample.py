"""Sampled files: the same from the same seed, fitting together, at the stated rates, without a script in them."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner

from jiexu.cli.sample import sample as command
from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.tables import (
    Context,
    EventKind,
    FaultyRow,
    gather,
    read_applications,
    read_events,
    read_people,
)
from jiexu.gateways.tables import applications as application_table
from jiexu.records.record import MonthKind
from jiexu.rules import checks, money
from jiexu.rules.money import MoneyMode
from jiexu.simulation.sample import Life, Setting, applications, events, lives, people
from jiexu.simulation.sample_mix import (
    ANSWERS,
    APPLICANTS,
    DAYS,
    KINDS,
    NAMINGS,
    ON_THE_WAY,
    PAPERS,
    STRAIGHT_THROUGH,
    UNDECIDED,
    Kind,
)
from jiexu.simulation.sample_people import FEWEST_MONTHS, MOST_MONTHS

ON = date(2026, 11, 23)
SEVEN = Setting(seed=7, on=ON, areas=areas(), calendar=working_days())
CONTEXT = Context(areas=areas(), today=ON, demonstration=True)
THOUSAND = 1000


@pytest.fixture(scope="module")
def thousand() -> list[Life]:
    return list(islice(lives(SEVEN), THOUSAND))


def run(folder: Path, word: str, *, seed: int = 7, count: int = 40, name: str = "out.csv") -> Path:
    file = folder / name
    result = CliRunner().invoke(
        command, [word, "--count", str(count), "--seed", str(seed), "--out", str(file)]
    )
    assert result.exit_code == 0, result.output
    return file


@pytest.mark.parametrize("deck", [KINDS, PAPERS, NAMINGS, APPLICANTS, DAYS, ON_THE_WAY, UNDECIDED, ANSWERS])
def test_every_table_of_rates_adds_up_to_a_thousand(deck: dict[object, int]) -> None:
    assert sum(deck.values()) == THOUSAND


def test_a_thousand_lives_hold_each_kind_at_its_rate(thousand: list[Life]) -> None:
    assert Counter(life.kind for life in thousand) == KINDS


def test_a_thousand_lives_use_every_pooling_area(thousand: list[Life]) -> None:
    used = {row.area for life in thousand for row in life.people}
    assert used == {pool.code for pool in areas().pools(ON)}


def test_everybody_paid_24_to_240_months_in_two_periods_or_more_where_they_leave(
    thousand: list[Life],
) -> None:
    for life in thousand:
        asked = life.applications[0]
        row = next(row for row in life.people if row.area == asked.origin)
        paid = row.months[MonthKind.PAID]
        assert FEWEST_MONTHS <= paid.count <= MOST_MONTHS, life.kind
        assert len(paid.spans) >= 2, life.kind


def test_a_thousand_lives_hold_every_document_and_rare_names(thousand: list[Life]) -> None:
    papers = Counter(life.people[0].documents[0].kind for life in thousand)
    assert papers == {paper.value: count for paper, count in PAPERS.items()}
    names = [life.people[0].name.original for life in thousand]
    assert sum(any(ord(letter) > 0xFFFF for letter in name) for name in names) >= 15
    assert sum("·" in name for name in names) >= 20


def test_no_number_belongs_to_a_real_person(thousand: list[Life]) -> None:
    for life in thousand:
        number = life.people[0].documents[0].number
        assert not re.fullmatch(r"[1-9]\d{16}[\dX]", number)


def test_the_first_lives_do_not_depend_on_how_many_are_made(thousand: list[Life]) -> None:
    assert list(islice(lives(SEVEN), 50)) == thousand[:50]


def test_another_seed_makes_other_people(thousand: list[Life]) -> None:
    numbers = {life.people[0].documents[0].number for life in islice(lives(replace(SEVEN, seed=8)), 100)}
    assert not numbers & {life.people[0].documents[0].number for life in thousand[:100]}


def test_applications_are_of_people_of_the_same_seed_and_count() -> None:
    known = {row.documents[0].number for row in people(SEVEN, count=200)}
    asked = list(applications(SEVEN, count=200))
    assert len(asked) == 200
    assert {row.document.number for row in asked} <= known


def test_events_concern_applications_of_the_same_seed_and_count() -> None:
    asked = {(row.document.number, row.origin, row.destination) for row in applications(SEVEN, count=300)}
    for event in events(SEVEN, count=300):
        if event.document:
            assert (event.document.number, event.origin, event.destination) in asked


def test_a_thousand_applications_meet_every_event() -> None:
    """But for cover that begins, which a sampled person's row says, and lost references, which wait for somebody's hand;
    and nobody in a sample takes a death back."""
    others = {
        EventKind.COVER_BEGAN, EventKind.RESIDENT_COVER_BEGAN, EventKind.NO_REFERENCE, EventKind.DEATH_TAKEN_BACK,
    }  # fmt: skip
    assert {event.kind for event in events(SEVEN, count=THOUSAND)} == set(EventKind) - others


def test_applications_come_in_on_the_first_day_later_and_at_the_end_of_the_year() -> None:
    days = [row.received_on for row in applications(SEVEN, count=THOUSAND) if row.received_on]
    assert min(days) == ON
    assert sum(day >= date(2026, 12, 21) for day in days) > 40


def test_a_sample_before_make_up_days_asks_just_before_them() -> None:
    early = replace(SEVEN, on=date(2026, 9, 14))
    days = Counter(row.received_on for row in applications(early, count=THOUSAND))
    assert (
        sum(days[date(2026, 9, day)] for day in (17, 18, 19))
        + sum(days[date(2026, 10, day)] for day in (7, 8, 9))
        > 40
    )


REFUSED = {
    Kind.SAME_POOL: {"NA-01"},
    Kind.RETIRED: {"NA-02", "NA-03"},
    Kind.STILL_INSURED: {"NA-01"},
    Kind.NOT_ENROLLED: {"NA-02"},
}
MODES = {
    Kind.GUANGDONG: {MoneyMode.STAY},
    Kind.JIANGSU: {MoneyMode.CREDIT_THEN_CLEAR},
    Kind.EMPTY: {MoneyMode.NONE},
    Kind.NO_ACCOUNT: {MoneyMode.NONE},
    Kind.TO_EMPLOYEE: {MoneyMode.NONE},
    Kind.RESIDENT: {MoneyMode.NONE},
    Kind.ACROSS: {MoneyMode.REMIT, MoneyMode.UNKNOWN},  # unknown: the corps and its neighbours
}


def test_each_kind_meets_the_rules_it_is_made_for(thousand: list[Life]) -> None:
    policy = shipped_policy()
    for life in thousand:
        row = life.applications[0]
        known = {one.area: one for one in gather(life.people)}
        asked = row.asked(today=ON)
        here = known[row.origin].facts(scheme=row.from_scheme)
        there = known[row.destination].facts(scheme=row.to_scheme) if row.destination in known else None
        today = row.received_on or ON
        refusals = {
            *checks.refusal_codes(checks.origin_check(asked=asked, person=here, today=today, policy=policy)),
            *checks.refusal_codes(
                checks.destination_check(asked=asked, person=there, today=today, policy=policy)
            ),
        } - {"NA-06"}  # the first month unpaid: a trait a few people have, whatever their kind
        if life.kind is Kind.RESIDENT:
            assert refusals <= {"NA-04"}
        else:
            assert refusals == REFUSED.get(life.kind, set()), (life.kind, row)
        mode = money.money_mode(asked=asked, person=here, policy=policy, on=today).mode
        assert mode in MODES.get(life.kind, set(MoneyMode)), life.kind


def test_straight_through_applications_come_on_one_day_pass_every_check_and_remit_their_money() -> None:
    straight, policy = replace(SEVEN, mix=STRAIGHT_THROUGH), shipped_policy()
    for life in islice(lives(straight), THOUSAND):
        (row,), known = life.applications, {one.area: one for one in gather(life.people)}
        asked, here = row.asked(today=ON), known[row.origin].facts(scheme=row.from_scheme)
        there = known[row.destination].facts(scheme=row.to_scheme)
        assert row.received_on == ON
        assert all(enrolment.first_month_paid for enrolment in there.enrolments)
        checked = (
            *checks.origin_check(asked=asked, person=here, today=ON, policy=policy),
            *checks.destination_check(asked=asked, person=there, today=ON, policy=policy),
        )
        assert not checks.refusal_codes(checked), row
        assert money.money_mode(asked=asked, person=here, policy=policy, on=ON).mode is MoneyMode.REMIT, row


# ------------------------------------------------------------------ files


@pytest.mark.parametrize("word", ["people", "applications", "events"])
def test_the_same_seed_writes_the_same_bytes(tmp_path: Path, word: str) -> None:
    assert run(tmp_path, word).read_bytes() == run(tmp_path, word, name="again.csv").read_bytes()


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_what_is_sampled_passes_its_own_reader(tmp_path: Path, name: str) -> None:
    for word, read in (("people", read_people), ("applications", read_applications), ("events", read_events)):
        rows = list(read(run(tmp_path, word, count=400, name=name), context=CONTEXT))
        assert rows
        assert not [row for row in rows if isinstance(row, FaultyRow)]


def test_what_is_read_is_what_was_made(tmp_path: Path) -> None:
    file = run(tmp_path, "applications", count=200)
    assert list(read_applications(file, context=CONTEXT)) == list(applications(SEVEN, count=200))
    assert list(read_people(run(tmp_path, "people", count=200), context=CONTEXT)) == list(
        people(SEVEN, count=200)
    )


def test_the_application_file_holds_nothing_a_core_could_read_as_a_script(tmp_path: Path) -> None:
    text = run(tmp_path, "applications", count=THOUSAND).read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == ",".join(column.title("zh") for column in application_table.COLUMNS)
    assert not any(kind.value in text or kind.name in text for kind in Kind)
    assert not any(row.note for row in applications(SEVEN, count=THOUSAND))


def test_a_place_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "no folder" / "people.csv"
    result = CliRunner().invoke(command, ["people", "--count", "1", "--seed", "1", "--out", str(out)])
    assert result.exit_code == 1
    assert str(out) in result.output
    assert not list(tmp_path.iterdir())


def test_the_answer_can_be_json(tmp_path: Path) -> None:
    out = tmp_path / "people.csv"
    result = CliRunner().invoke(
        command, ["people", "--count", "2", "--seed", "1", "--out", str(out), "--json"]
    )
    assert json.loads(result.output) == {"file": str(out), "on": "2026-11-23", "rows": 5, "seed": 1}
