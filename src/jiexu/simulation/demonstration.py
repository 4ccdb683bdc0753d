"""What the demonstration shows: the twelve stories first, people drawn from a fixed seed, and work that waits at two desks."""

from __future__ import annotations

from datetime import date
from itertools import chain

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.tables.people import gather
from jiexu.simulation import desks, sample
from jiexu.simulation.stories import stories
from jiexu.usecases.demonstration import Demonstration, Story
from jiexu.usecases.intake import people_in

SEED, COUNT = 20261123, 240
SHOWN = date(2026, 11, 25)
"""Two working days after the sample begins: some cases are done, some under way, some wait for a person."""


def demonstration(drawn: int = COUNT) -> Demonstration:
    """People, applications and events; the same on every machine. ``drawn``: how many cases beside the stories."""
    setting = sample.Setting(areas=areas(), calendar=working_days(), seed=SEED, on=sample.FIRST_DAY)
    told = stories()
    people = [
        *chain.from_iterable(each.people for each in told),
        *sample.people(setting, count=drawn),
        *desks.people(),
    ]
    applications = [
        *chain.from_iterable(each.applications for each in told),
        *sample.applications(setting, count=drawn),
    ]
    by_hand = desks.hands(len(applications))
    applications += desks.applications()
    events = [
        *chain.from_iterable(each.events for each in told),
        *sample.events(setting, count=drawn),
        *desks.events(),
    ]
    listed, at = [], 0
    for each in told:
        listed.append(Story(each.name, each.zh, each.en, tuple(range(at, at + len(each.applications)))))
        at += len(each.applications)
    first = min(each.received_on for each in applications if each.received_on)
    return Demonstration(
        people=people_in(gather(people)),
        applications=[each.cells() for each in applications],
        events=[each.cells() for each in events],
        stories=listed,
        hands=by_hand,
        first=first,
        shown=SHOWN,
    )
