"""Both machines, the ledger and the network against one another: whatever happens, in whatever order, the promises hold.

A search, not a table. Each rule is something that really happens; after every step all fen, all months and every
holder are checked (``jiexu.simulation.promises``), and at the end of every story all faults stop and nothing may be left open.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import date
from typing import ClassVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from jiexu.cases.events import FormIssued
from jiexu.cases.states import RecordState
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.money import MoneyMode
from jiexu.simulation.acts import BEFORE_FORM, NOT_BEGUN, Acts
from jiexu.simulation.quiet import come_to_rest, left_over, restless
from jiexu.simulation.world import World

QUJING, CHENGDU, GUANGZHOU, SHENZHEN = "530300", "510100", "440100", "440300"
FORM_WENT = frozenset({RecordState.FORM_SENT, RecordState.FORM_DISPUTED, RecordState.IN})
WORKED_OFF = ("send_again", "deliver_in_order", "desk", "deliver_in_order", "desk", "bank", "match") * 2
WANTED_STEPS = 20_000
SEED = int(os.environ.get("JIEXU_TEST_SEED") or random.SystemRandom().randrange(10**9))


class TwoMachines(RuleBasedStateMachine):
    """A few people, up to four agencies, one bank, a bad network."""

    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.failed = False
        self.acts: Acts | None = None

    @initialize(
        data=st.data(), agencies=st.integers(2, 4), people=st.integers(1, 3), rounds=st.integers(0, 5)
    )
    def people_are_insured_and_move(
        self, data: st.DataObject, agencies: int, people: int, rounds: int
    ) -> None:
        world = World(shipped_policy(), working_days(), date(2026, 11, 20))
        for agency in (QUJING, CHENGDU, GUANGZHOU, SHENZHEN)[:agencies]:
            world.add_agency(agency)
        self.acts = Acts(world, lambda below: data.draw(st.integers(0, below - 1)), people)
        world.dies = lambda: data.draw(st.integers(0, 15)) == 0
        self.acts.settle_people()
        for _ in range(people):
            self.act("move", data)
            self.act("apply", data)
        for _ in range(rounds):
            self.work_off()

    @property
    def story(self) -> Acts:
        assert self.acts is not None
        return self.acts

    def act(self, name: str, data: st.DataObject, times: int = 1) -> None:
        """Do an act, its choices drawn by the search."""
        acts = self.story
        acts.pick = lambda below: data.draw(st.integers(0, below - 1))
        acts.world.dies = lambda: data.draw(st.integers(0, 15)) == 0
        self.failed = True
        for _ in range(times):
            # What found nothing to do is no step.
            TwoMachines.steps += bool(getattr(acts, name)())
        self.failed = False

    def work_off(self) -> None:
        """A few rounds in which everybody does the next ordinary thing."""
        self.story.pick = lambda _below: 0
        self.story.world.dies = lambda: False
        self.failed = True
        for name in WORKED_OFF:
            TwoMachines.steps += bool(getattr(self.story, name)())
        self.failed = False

    # People.

    @rule(data=st.data())
    def somebody_moves(self, data: st.DataObject) -> None:
        self.act("move", data)

    @rule(data=st.data())
    def somebody_applies_here_there_or_at_both(self, data: st.DataObject) -> None:
        self.act("apply", data)

    @rule(data=st.data())
    def somebody_moves_and_applies(self, data: st.DataObject) -> None:
        self.act("move", data)
        self.act("apply", data)

    @rule(data=st.data())
    def somebody_applies_to_two_destinations(self, data: st.DataObject) -> None:
        self.act("apply_to_two", data)

    @precondition(lambda self: self.story.in_state(NOT_BEGUN))
    @rule(data=st.data())
    def a_proposal_is_consented_or_stopped(self, data: st.DataObject) -> None:
        self.act("answer_proposal", data)

    @precondition(lambda self: self.story.in_state(BEFORE_FORM))
    @rule(data=st.data())
    def somebody_withdraws(self, data: st.DataObject) -> None:
        self.act("withdraw", data)

    @rule(data=st.data())
    def somebody_spends(self, data: st.DataObject) -> None:
        self.act("spend", data)

    @precondition(lambda self: any(isinstance(event, FormIssued) for _, event in self.story.todo))
    @rule(data=st.data())
    def spending_races_a_hold(self, data: st.DataObject) -> None:
        self.act("race", data)

    @precondition(lambda self: self.story.in_state(FORM_WENT))
    @rule(data=st.data())
    def money_comes_late(self, data: st.DataObject) -> None:
        self.act("late_money", data)

    @rule(data=st.data(), really=st.integers(0, 4))
    def somebody_dies(self, data: st.DataObject, really: int) -> None:
        if really == 0:
            self.act("die", data)

    @precondition(lambda self: self.story.somebody_died)
    @rule(data=st.data())
    def a_death_is_taken_back(self, data: st.DataObject) -> None:
        self.act("take_back_death", data)

    # Agencies.

    @precondition(lambda self: self.story.todo)
    @rule(data=st.data(), times=st.integers(1, 3))
    def a_desk_works(self, data: st.DataObject, times: int) -> None:
        self.act("desk", data, times)

    @precondition(lambda self: self.story.exceptions)
    @rule(data=st.data())
    def a_form_or_an_amount_is_sent_back(self, data: st.DataObject) -> None:
        self.act("exception", data)

    @precondition(lambda self: self.story.undecided)
    @rule(data=st.data())
    def unknown_money_is_decided_or_an_estate_paid(self, data: st.DataObject) -> None:
        self.act("decide", data)

    @precondition(lambda self: self.story.world.loose_receipts())
    @rule(data=st.data())
    def a_receipt_is_matched(self, data: st.DataObject) -> None:
        self.act("match", data)

    @rule(data=st.data())
    def an_agency_falls_silent_or_comes_back(self, data: st.DataObject) -> None:
        self.act("silence", data)

    # Network and bank.

    @precondition(lambda self: self.story.world.wire)
    @rule(data=st.data(), times=st.integers(1, 4))
    def letters_arrive_in_any_order(self, data: st.DataObject, times: int) -> None:
        self.act("deliver", data, times)

    @precondition(lambda self: self.story.world.wire)
    @rule(data=st.data())
    def letters_arrive_in_order(self, data: st.DataObject) -> None:
        self.act("deliver_in_order", data, 2)

    @precondition(lambda self: self.story.world.wire)
    @rule(data=st.data())
    def a_letter_is_lost(self, data: st.DataObject) -> None:
        self.act("drop", data)

    @precondition(lambda self: self.story.world.wire)
    @rule(data=st.data())
    def a_letter_is_doubled(self, data: st.DataObject) -> None:
        self.act("double", data)

    @rule(data=st.data())
    def unreceipted_letters_are_sent_again(self, data: st.DataObject) -> None:
        self.act("send_again", data)

    @precondition(lambda self: any(each.open for each in self.story.world.bank.transfers))
    @rule(data=st.data())
    def the_bank_works(self, data: st.DataObject) -> None:
        self.act("bank", data)

    @precondition(lambda self: self.story.world.bank.transfers)
    @rule(data=st.data())
    def the_bank_errs(self, data: st.DataObject) -> None:
        self.act("bank_errs", data)

    @rule(data=st.data(), days=st.integers(1, 5))
    def days_pass(self, data: st.DataObject, days: int) -> None:
        self.act("day", data, days)

    @rule()
    def all_is_worked_off_for_a_moment(self) -> None:
        self.work_off()

    def teardown(self) -> None:
        if self.acts is None or self.failed:
            return
        world = self.acts.world
        world.dies = lambda: False
        come_to_rest(world, mode=None)
        assert restless(world) == []
        come_to_rest(world, mode=MoneyMode.REMIT)
        assert left_over(world) == []


def search(number: int) -> None:
    """One search from a seed."""
    seed(number)(TwoMachines)
    run_state_machine_as_test(
        TwoMachines,
        settings=settings(
            max_examples=100,
            stateful_step_count=80,
            deadline=None,
            print_blob=True,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_promises_hold_whatever_happens_in_whatever_order(say: Callable[[str], None]) -> None:
    say(f"two machines: JIEXU_TEST_SEED={SEED}")
    TwoMachines.steps = 0
    for part in range(20):
        search(SEED + part)
        if TwoMachines.steps >= WANTED_STEPS:
            break
    say(f"two machines: {TwoMachines.steps} steps")
    assert TwoMachines.steps >= WANTED_STEPS
