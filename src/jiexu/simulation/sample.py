"""Sampled lives: the same seed gives the same people, their applications and what happens on the way.

The three are written to three files, and none carries what kind of life it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice

from jiexu.gateways.tables import Application, EventRow, PersonRow
from jiexu.simulation.sample_lives import Life, Maker, Setting
from jiexu.simulation.sample_month import month
from jiexu.simulation.sample_slips import Written

__all__ = ["FIRST_DAY", "Life", "Setting", "Written", "applications", "events", "lives", "month", "people"]

FIRST_DAY = date(2026, 11, 23)
"""The first day of a sample that names none: the day of the demonstration."""


def people(setting: Setting, *, count: int) -> Iterator[PersonRow]:
    """The rows of the first ``count`` people, numbered as in the file."""
    rows = (row for life in islice(lives(setting), count) for row in life.people)
    return (replace(row, row=number) for number, row in enumerate(rows, start=2))


def applications(setting: Setting, *, count: int) -> Iterator[Application]:
    """The first ``count`` applications; their people are among the first ``count`` people."""
    rows = (row for life in lives(setting) for row in life.applications)
    return (replace(row, row=number) for number, row in enumerate(islice(rows, count), start=2))


def events(setting: Setting, *, count: int) -> Iterator[EventRow]:
    """What happens to the first ``count`` applications, by day."""
    left, found = count, []
    for life in lives(setting):
        taken = life.applications[:left]
        found += [row for row in life.events if len(taken) == len(life.applications)]
        left -= len(taken)
        if not left:
            break
    ordered = sorted(found, key=lambda row: row.on)
    return (replace(row, row=number) for number, row in enumerate(ordered, start=2))


def lives(setting: Setting) -> Iterator[Life]:
    """Lives without end; the first ones do not depend on how many are taken."""
    maker = Maker(setting)
    while True:
        yield maker.life()
