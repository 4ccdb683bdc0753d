"""Whole simulations from a seed: lives of people who move, with faults everywhere; the same seed, the same lives."""

from __future__ import annotations

import random
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.calendar import Calendar
from jiexu.rules.money import MoneyMode
from jiexu.rules.policy import Policy
from jiexu.simulation.acts import Acts
from jiexu.simulation.quiet import come_to_rest, left_over, restless
from jiexu.simulation.world import World

AGENCIES = ("530300", "510100", "440100", "440300", "320100", "320500")
"""曲靖, 成都, 广州, 深圳, 南京, 苏州: money remitted, left where it is, credited first, and unknown."""
FIRST_DAY = date(2026, 9, 1)
TOGETHER = 6
"""Lives in one world: few enough to check every promise after every step."""

WEIGHTS: dict[str, float] = {
    "deliver": 30,
    "deliver_in_order": 16,
    "drop": 4,
    "double": 4,
    "send_again": 6,
    "desk": 40,
    "bank": 12,
    "bank_errs": 5,
    "match": 8,
    "move": 3,
    "apply": 7,
    "apply_to_two": 2,
    "answer_proposal": 2,
    "spend": 2,
    "race": 1,
    "late_money": 2,
    "die": 0.4,
    "take_back_death": 1,
    "withdraw": 1,
    "exception": 4,
    "decide": 2,
    "silence": 1,
    "day": 4,
}
ACTS_PER_LIFE = 120


@dataclass(slots=True)
class Report:
    """What a simulation saw. ``breaks``: promises that did not hold, with the seed of their world."""

    seed: int
    lives: int
    steps: int = 0
    days: int = 0
    cases: int = 0
    messages: int = 0
    node_deaths: int = 0
    adjusted_months: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    breaks: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Every count, as canonical scalars."""
        return {
            "acts": {act: count for act, count in sorted(self.acts.items()) if act},
            "adjusted_months": self.adjusted_months,
            "breaks": self.breaks,
            "cases": self.cases,
            "days": self.days,
            "lives": self.lives,
            "messages": self.messages,
            "node_deaths": self.node_deaths,
            "outcomes": dict(sorted(self.outcomes.items())),
            "seed": self.seed,
            "steps": self.steps,
        }


def simulate(
    seed: int,
    lives: int,
    *,
    policy: Policy | None = None,
    calendar: Calendar | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Report:
    """Live that many lives, a few together in each world, and report every broken promise.

    ``policy`` and ``calendar``: those shipped with this version unless given. ``progress``: told how many lives
    were lived. Breaks are reported with the seed of their world and never raised.
    """
    report = Report(seed, lives)
    for first in range(0, lives, TOGETHER):
        people = min(TOGETHER, lives - first)
        _one_world(f"{seed}/{first}", people, policy or shipped_policy(), calendar or working_days(), report)
        progress(first + people)
    return report


def _one_world(seed: str, people: int, policy: Policy, calendar: Calendar, report: Report) -> None:
    chance = random.Random(seed)  # noqa: S311  a simulation must be repeatable, not secret
    start = FIRST_DAY + timedelta(days=chance.randrange(120))
    world = World(policy, calendar, start, dies=lambda: chance.random() < 0.05)
    for agency in AGENCIES:
        world.add_agency(agency)
    acts = Acts(world, chance.randrange, people)
    try:
        acts.settle_people()
        names, weights = list(WEIGHTS), list(WEIGHTS.values())
        for name in chance.choices(names, weights, k=ACTS_PER_LIFE * people):
            report.acts[getattr(acts, name)()] += 1
        come_to_rest(world, mode=None)
        report.breaks += [f"{seed}: {rest}" for rest in restless(world)]
        come_to_rest(world, mode=chance.choice((MoneyMode.REMIT, MoneyMode.STAY, MoneyMode.TO_PERSON)))
        report.breaks += [f"{seed}: {rest}" for rest in left_over(world)]
    except Exception as broken:  # noqa: BLE001  a machine that raises breaks its promise too
        first = str(broken).split("\n\n")[0]
        where = traceback.extract_tb(broken.__traceback__)[-1]
        report.breaks.append(f"{seed}: {type(broken).__name__} at {where.name}: {first}")
    _add(report, world, (world.today - start).days)


def _add(report: Report, world: World, days: int) -> None:
    report.steps += world.steps
    report.days += days
    report.node_deaths += world.node_deaths
    report.adjusted_months += world.months.adjusted
    report.cases += len({case_no for node in world.nodes.values() for case_no in node.files})
    report.messages += sum(lane.sent for node in world.nodes.values() for lane in node.lanes.values())
    for node in world.nodes.values():
        for file in node.files.values():
            report.outcomes[f"{file.side.value} record {file.record.state.value}"] += 1
            for track in file.money:
                report.outcomes[f"{file.side.value} money {track.state.value}"] += 1
