"""From what a person told to a case that can be answered, or to the questions about places that come first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from jiexu.guide.case import Case
from jiexu.guide.place import Place, locate
from jiexu.guide.question import Question
from jiexu.guide.situation import Situation, Stretch, check
from jiexu.rules.calendar import Calendar
from jiexu.rules.policy import Policy
from jiexu.values.areas import Areas


def opened(
    situation: Situation, *, policy: Policy, calendar: Calendar, areas: Areas, on: date
) -> Case | tuple[Question, ...]:
    """The case, with every place found; else each place that is in question, as nothing else is worth asking then.

    Places are those of the day of application, so that merged ones are answered by their successors. Raises
    ImpossibleSituationError where what was told contradicts itself.
    """
    check(situation, on)
    day = situation.applied_on or situation.accepted_on or on
    here = locate(situation.origin, "origin", areas, day)
    there = locate(situation.destination, "destination", areas, day)
    history = [_placed(stretch, areas, day) for stretch in situation.history]
    registered = situation.registered_in
    home = None if registered is None else locate(registered, "registered_in", areas, day)
    if isinstance(here, Question) or isinstance(there, Question) or isinstance(home, Question):
        return _questions(here, there, home, *history)
    known = tuple(one for one in history if isinstance(one, Stretch))
    if len(known) < len(history):
        return _questions(*history)
    return Case(situation, policy, calendar, here, there, on, known, None if home is None else home.code)


def _placed(stretch: Stretch, areas: Areas, day: date) -> Stretch | Question:
    """The months with the area that answers for their place on the day, or the question which place is meant."""
    place = locate(stretch.area, "history", areas, day)
    return place if isinstance(place, Question) else replace(stretch, area=place.code)


def _questions(*found: Place | Stretch | Question | None) -> tuple[Question, ...]:
    """Every question among what was looked for, each once."""
    return tuple(dict.fromkeys(one for one in found if isinstance(one, Question)))
