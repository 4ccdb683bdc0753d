"""Simulated lives: none breaks a promise, the same seed lives them again, and what is broken on purpose is found."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner

from jiexu.cases.events import FormIssued
from jiexu.cli.main import main
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.ledger.accounts import Account, AccountKind
from jiexu.ledger.entries import Posting, PostingReason, posting_id
from jiexu.records.monthset import MonthSet
from jiexu.simulation import population
from jiexu.simulation.node import Packet
from jiexu.simulation.quiet import come_to_rest, left_over
from jiexu.simulation.run import simulate
from jiexu.simulation.world import BrokenPromiseError, World
from jiexu.values.month import Month

SEED = int(os.environ.get("JIEXU_TEST_SEED") or random.SystemRandom().randrange(10**9))
QUJING, CHENGDU = "530300", "510100"


def test_lives_from_a_fresh_seed_break_no_promise(say: Callable[[str], None]) -> None:
    say(f"simulated lives: JIEXU_TEST_SEED={SEED}")
    report = simulate(SEED, 120)
    assert report.breaks == []
    assert report.steps > 3000
    assert report.node_deaths > 50


def test_the_same_seed_lives_the_same_lives() -> None:
    assert simulate(7, 12).as_json() == simulate(7, 12).as_json() != simulate(8, 12).as_json()


def test_progress_counts_lives() -> None:
    seen: list[int] = []
    simulate(1, 13, progress=seen.append)
    assert seen == [6, 12, 13]


def test_the_command_prints_counts_seed_and_breaks() -> None:
    result = CliRunner().invoke(main, ["simulate", "--seed", "3", "--lives", "6", "--json"])
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["seed"], told["lives"], told["breaks"]) == (3, 6, [])
    spoken = CliRunner().invoke(main, ["simulate", "--lives", "1"])
    assert spoken.exit_code == 0
    assert "0" in spoken.stdout


# The checks find what they are there for.


@pytest.fixture
def moved() -> World:
    """One person whose record and money arrived."""
    world = World(shipped_policy(), working_days(), date(2026, 11, 23))
    for agency in (QUJING, CHENGDU):
        world.add_agency(agency)
    months = MonthSet.between(Month.of(2020, 1), Month.of(2026, 9))
    population.join(world, QUJING, 1, months=months)
    population.pay_in(world, QUJING, 1, {"this_year": 5000})
    population.stop(world, QUJING, 1)
    population.join(world, CHENGDU, 1)
    population.apply(world, CHENGDU, 1, population.asked(world, QUJING, CHENGDU), "00000001")
    come_to_rest(world)
    assert left_over(world) == []
    return world


def test_a_fen_posted_by_other_means_is_found(moved: World) -> None:
    node = moved.nodes[CHENGDU]
    row = node.find(population.number_of(1))
    assert row is not None
    made = Posting(
        id=posting_id("tampered"),
        debit=Account(CHENGDU, AccountKind.RECEIPTS),
        credit=row.account("this_year"),
        amount_fen=1,
        reason=PostingReason.CREDITED,
        rule="R-032",
        handled_by="a",
        reviewed_by="b",
        case_no="X",
        leg=1,
    )
    node.books, _ = node.books.post(made)
    with pytest.raises(BrokenPromiseError, match="below 0"):
        moved.check(set())


@pytest.mark.parametrize("agency", [QUJING, CHENGDU])
def test_a_month_added_or_counted_twice_is_found(moved: World, agency: str) -> None:
    row = moved.nodes[agency].find(population.number_of(1))
    assert row is not None
    [(line, tally)] = row.record.lines.items()
    changed = (
        replace(tally, moved_out=MonthSet.EMPTY)
        if agency == QUJING
        else replace(tally, moved_in=MonthSet.EMPTY)
    )
    moved.nodes[agency].people[row.ref] = replace(row, record=replace(row.record, lines={line: changed}))
    with pytest.raises(BrokenPromiseError, match="earned"):
        moved.check(set())


@pytest.fixture
def begun() -> World:
    """One person whose case is accepted on both sides."""
    world = World(shipped_policy(), working_days(), date(2026, 11, 23))
    for agency in (QUJING, CHENGDU):
        world.add_agency(agency)
    population.join(world, QUJING, 1)
    population.stop(world, QUJING, 1)
    population.join(world, CHENGDU, 1)
    population.apply(world, CHENGDU, 1, population.asked(world, QUJING, CHENGDU), "00000001")
    while world.wire:
        world.deliver(0)
    return world


def test_a_track_nobody_holds_is_found(begun: World) -> None:
    [case_no] = begun.nodes[QUJING].files
    begun.check({case_no})
    del begun.nodes[QUJING].files[case_no]
    with pytest.raises(BrokenPromiseError, match="no file"):
        begun.check({case_no})


def test_an_open_end_is_found(begun: World) -> None:
    assert sum("still open" in each for each in left_over(begun)) == 2


def test_an_honest_message_that_is_changed_on_the_way_is_found(begun: World) -> None:
    [case_no] = begun.nodes[QUJING].files
    begun.transact(QUJING, case_no, FormIssued("a", "b"))
    packet = begun.wire[0]
    assert isinstance(packet, Packet)
    begun.wire[0] = packet._replace(payload=packet.payload.replace(b"NONE", b"STAY"))
    with pytest.raises(BrokenPromiseError, match="payload_differs"):
        begun.deliver(0)
