"""Decisions and guide answers a second, beside OpenFisca's on the same machine, and whole populations.

Three loops stand here one under another: ours, theirs, and the guide's. Each takes people one by one, from the facts
to JSON, and keeps nothing between two of them but what was loaded: our policy, their tax and benefit system. They
take turns in blocks, so that a busy machine is busy for all of them.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import orjson

from jiexu.bench.interactive import percentile
from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import load_policy
from jiexu.guide.answer import Guide, answer
from jiexu.guide.situation import Situation
from jiexu.rules.decision import Decision
from jiexu.rules.inputs import Scheme, Sex, Status
from jiexu.rules.policy import NATION, Policy
from jiexu.rules.population import retirement_months
from jiexu.rules.retirement import RetirementGroup
from jiexu.rules.years import MonthsHeld, military, retiree_cover, top_up
from jiexu.texts import say
from jiexu.values.month import Month

PEOPLE, POPULATION, BLOCK = 3_000, 1_000_000, 250
FIRST_DAY = date(2022, 1, 1)
MOST_MONTHS = 420
SERVED = (0, 0, 24, 60)
PAID = 3_000
"""Wage of the first person of theirs, in the currency of their country; each further one earns one more."""

Loop = Callable[["Asker"], bytes]
Render = Callable[[Guide], Any]


@dataclass(frozen=True, slots=True)
class Asker:
    """One person with one question, another person, place and day each time."""

    number: int
    birth: date
    sex: Sex
    group: RetirementGroup
    area: str
    held: MonthsHeld
    served: int
    on: date


@dataclass(frozen=True, slots=True)
class Timed:
    """How long a loop took, in microseconds a person."""

    name: str
    each_us: tuple[float, ...]

    @property
    def per_second(self) -> float:
        return 1e6 * len(self.each_us) / sum(self.each_us)

    def us(self, share: int) -> float:
        """The time that ``share`` percent do not pass."""
        return percentile(sorted(self.each_us), share)


@dataclass(frozen=True, slots=True)
class RulesMeasured:
    """All that was measured. ``theirs`` and ``traced`` are None where OpenFisca is not installed."""

    people: int
    seed: int
    load_seconds: float
    decisions: Timed
    guides: Timed
    theirs: Timed | None
    traced: Timed | None
    population: int
    population_per_second: float
    versions: dict[str, str]

    @property
    def ratio(self) -> float | None:
        """Our decisions a second for each person a second that OpenFisca builds and calculates."""
        return None if self.theirs is None else self.decisions.per_second / self.theirs.per_second


def measure(*, people: int, population: int, seed: int, render: Render) -> RulesMeasured:
    """``render`` turns a guide answer into what is printed as JSON. A first block of each loop is not counted."""
    began = time.perf_counter()
    policy = load_policy(policy_folder())
    loaded = time.perf_counter() - began
    asking = askers(people, seed, policy)
    loops = {"decisions": our_loop(policy), "guides": guide_loop(policy, render)}
    fisca, versions = their_loops()
    timed = taking_turns({**loops, **fisca}, asking)
    return RulesMeasured(
        people=people,
        seed=seed,
        load_seconds=loaded,
        decisions=timed["decisions"],
        guides=timed["guides"],
        theirs=timed.get("theirs"),
        traced=timed.get("traced"),
        population=population,
        population_per_second=population_rate(population, seed, policy),
        versions=versions,
    )


def askers(people: int, seed: int, policy: Policy) -> list[Asker]:
    """That many people, each with another birth, place or day; every place we know anything of takes part."""
    draw = Random(seed)  # noqa: S311  # a list for a measurement
    places = sorted({area for _, area in policy.facts} - {NATION})
    found = []
    for number in range(people):
        group = draw.choice(tuple(RetirementGroup))
        paid = draw.randrange(MOST_MONTHS)
        found.append(
            Asker(
                number=number,
                birth=date(1960, 1, 1) + timedelta(days=number % 14_000),
                sex=Sex.MALE if group is RetirementGroup.MAN else Sex.FEMALE,
                group=group,
                area=places[number % len(places)],
                held=MonthsHeld(total=paid, paid=paid, local=draw.randint(0, paid)),
                served=draw.choice(SERVED),
                on=FIRST_DAY + timedelta(days=draw.randrange(1_700)),
            )
        )
    return found


# --- ours: are the years enough for cover as a retiree, service counted, and what if not: three reasons, five look-ups


def our_loop(policy: Policy) -> Loop:
    """One explained decision for a person: outcome, articles, facts, inputs, confidence and a sentence for each reason."""

    def one(who: Asker) -> bytes:
        reasons = (
            military(months=who.served, area=who.area, policy=policy, on=who.on),
            retiree_cover(held=who.held, sex=who.sex, area=who.area, policy=policy, on=who.on),
            top_up(area=who.area, policy=policy, on=who.on),
        )
        return orjson.dumps({"on": who.on, "reasons": [explained(each) for each in reasons]})

    return one


def explained(decision: Decision) -> dict[str, object]:
    """A decision as it is stored, and what it means for the person."""
    return {**decision.as_json(), "says": say("zh", f"outcomes.{decision.rule}.{decision.outcome}")}


# --- theirs: build a simulation of one person and calculate, with the country template's own system


def their_loops() -> tuple[dict[str, Loop], dict[str, str]]:
    """OpenFisca's loop, plain and with its trace on, and the versions; nothing where it is not installed."""
    try:
        from importlib.metadata import version  # noqa: PLC0415

        from openfisca_core.simulation_builder import SimulationBuilder  # noqa: PLC0415
        from openfisca_country_template import CountryTaxBenefitSystem  # noqa: PLC0415
    except ImportError:
        return {}, {}
    system = CountryTaxBenefitSystem()

    def one(who: Asker, *, trace: bool = False) -> bytes:
        month = f"{who.on:%Y-%m}"
        person = {"birth": {"ETERNITY": who.birth.isoformat()}, "salary": {month: PAID + who.number}}
        home = {"adults": ["one"], "rent": {month: 800}, "accommodation_size": {month: 60}}
        told = {"persons": {"one": person}, "households": {"home": home}}
        simulation = SimulationBuilder().build_from_entities(system, told)
        simulation.trace = trace
        found = simulation.calculate("disposable_income", month)
        return orjson.dumps({"on": who.on, "disposable_income": found.tolist()})

    names = ("openfisca-core", "openfisca-country-template")
    return {"theirs": one, "traced": lambda who: one(who, trace=True)}, {
        name: version(name) for name in names
    }


# --- the guide: a whole personal answer


def guide_loop(policy: Policy, render: Render) -> Loop:
    """One complete answer of the guide for somebody who moves between two pooling areas."""
    calendar, known = working_days(), areas()
    pools = sorted(pool.code for pool in known.pools())

    def one(who: Asker) -> bytes:
        last = Month.containing(who.on) - 2
        told = Situation(
            origin=pools[who.number % len(pools)],
            destination=pools[-1 - 2 * who.number % len(pools)],
            from_scheme=Scheme.EMPLOYEE,
            to_scheme=Scheme.EMPLOYEE,
            status=Status.STOPPED,
            stopped_on=last.last_day(),
            joined=True,
            joined_on=Month.containing(who.on).first_day(),
            balance_fen=100_000 + who.number,
            last_paid=last,
            first_paid=last + 2,
            insured_months=who.held.paid,
            made_up=True,
            birth=who.birth,
            sex=who.sex,
            group=who.group,
        )
        return orjson.dumps(render(answer(told, policy=policy, calendar=calendar, areas=known, on=who.on)))

    return one


def taking_turns(loops: dict[str, Loop], asking: Sequence[Asker]) -> dict[str, Timed]:
    """Every loop over all people, in blocks that take turns; each person is timed by itself."""
    for loop in loops.values():
        for who in asking[:BLOCK]:
            loop(who)
    took: dict[str, list[float]] = {name: [] for name in loops}
    for start in range(0, len(asking), BLOCK):
        for name, loop in loops.items():
            for who in asking[start : start + BLOCK]:
                began = time.perf_counter_ns()
                loop(who)
                took[name].append((time.perf_counter_ns() - began) / 1000)
    return {name: Timed(name, tuple(each)) for name, each in took.items()}


def population_rate(people: int, seed: int, policy: Policy) -> float:
    """People a second whose month of retirement is told column by column."""
    draw = Random(seed)  # noqa: S311  # a list for a measurement
    births = array("i", (draw.randrange(1950 * 12, 2010 * 12) for _ in range(people)))
    groups = draw.choices(tuple(RetirementGroup), k=people)
    began = time.perf_counter()
    retirement_months(births=births, groups=groups, on=FIRST_DAY.replace(year=2026), policy=policy)
    return people / (time.perf_counter() - began)
