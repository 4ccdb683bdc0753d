"""What people write wrong in the rows of a month, put into the cells after the life was made rightly."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from jiexu.simulation.sample_lives import Life
from jiexu.simulation.sample_mix import Deck
from jiexu.simulation.sample_month_mix import APPLICATION_SLIPS, PEOPLE_SLIPS, Slip
from jiexu.simulation.sample_places import Unsure
from jiexu.values.identity import DocumentKind

Cells = Mapping[str, str]
Rows = tuple[Cells, ...]

NOWHERE = "老家"
"""“Where I come from”: what somebody writes whose place is not one of a name that many have."""
ENDED_SCHEME = "新农合"
CITIZENS = frozenset({DocumentKind.CITIZEN_CARD.value, DocumentKind.RESIDENCE_PERMIT.value})
"""Documents whose number carries a check character and a day of birth."""
STILL_A_CASE = frozenset({Slip.NONE, Slip.TWICE, Slip.DIFFERS, Slip.AGAIN})
"""Slips that leave one row of the case as it should be, so that events can still happen to it."""


@dataclass(frozen=True, slots=True)
class Written:
    """One life as the three files say it."""

    people: Rows
    applications: Rows
    events: Rows

    def by_table(self) -> dict[str, Rows]:
        """The rows of each file."""
        return {"people": self.people, "applications": self.applications, "events": self.events}

    def cut(self, most: int) -> Written:
        """At most so many applications; where one is left out, nothing happens to the others."""
        if len(self.applications) <= most:
            return self
        return Written(self.people, self.applications[:most], ())


class Pen:
    """Writes lives down, with a slip now and then. The same seed slips at the same places."""

    def __init__(self, unsure: Unsure, *, seed: str) -> None:
        self._unsure = unsure
        self._random = random.Random(f"{seed} slips")  # noqa: S311  # invented people, nothing secret
        self._asked = Deck(APPLICATION_SLIPS, seed=f"{seed} asked")
        self._known = Deck(PEOPLE_SLIPS, seed=f"{seed} known")

    def written(self, life: Life) -> Written:
        """The rows of a life. A slip that does not fit it (a passport has no check character) is not made."""
        asked, known = self._asked.deal(), self._known.deal()
        people = tuple(row.cells() for row in life.people)
        applications = tuple(row.cells() for row in life.applications)
        slip = _ON_PEOPLE.get(known)
        first = slip(self, people[0]) if slip else people[:1]
        slip = _ON_APPLICATIONS.get(asked)
        whole = first == people[:1] and asked in STILL_A_CASE
        return Written(
            people=(*first, *people[1:]),
            applications=(*(slip(self, applications[0]) if slip else applications[:1]), *applications[1:]),
            events=tuple(row.cells() for row in life.events) if whole else (),
        )

    def place(self, cells: Cells) -> Rows:
        column = self._random.choice(("origin", "destination"))
        ways = self._unsure.ways(cells[column])
        return ({**cells, column: self._random.choice(ways) if ways else NOWHERE},)

    def number(self, cells: Cells) -> Rows:
        """One digit of the serial is another, so that the check character does not fit any more."""
        number = cells["document_number"]
        if cells["document_kind"] not in CITIZENS:
            return (cells,)
        other = str((int(number[15]) + self._random.randint(1, 9)) % 10)
        return ({**cells, "document_number": number[:15] + other + number[16:]},)

    def rounded(self, cells: Cells) -> Rows:
        number = cells["document_number"]
        if cells["document_kind"] not in CITIZENS:
            return (cells,)
        return ({**cells, "document_number": f"{int(number[:17]) * 10:.5E}"},)

    def name(self, cells: Cells) -> Rows:
        """The last character is written as another that sounds the same to whoever types."""
        name = cells["name"]
        return ({**cells, "name": name[:-1] + ("佳" if name[-1] != "佳" else "嘉")},)

    def scheme(self, cells: Cells) -> Rows:
        return ({**cells, "from_scheme": ENDED_SCHEME},)

    def twice(self, cells: Cells) -> Rows:
        return cells, cells

    def differs(self, cells: Cells) -> Rows:
        return cells, {**cells, "note": "以此行为准"}

    def again(self, cells: Cells) -> Rows:
        later = date.fromisoformat(cells["received_on"]) + timedelta(days=self._random.randint(1, 6))
        return cells, {**cells, "received_on": later.isoformat()}

    def future(self, cells: Cells) -> Rows:
        """The last month is one of the next year."""
        *before, last = cells["paid"].split(";")
        first, _, end = last.rpartition("..")
        beyond = f"{int(end[:4]) + 2}{end[4:]}"
        return ({**cells, "paid": ";".join([*before, f"{first or end}..{beyond}"])},)

    def stop(self, cells: Cells) -> Rows:
        return ({**cells, "stopped_on": ""},) if cells["stopped_on"] else (cells,)

    def birth(self, cells: Cells) -> Rows:
        if cells["document_kind"] not in CITIZENS:
            return (cells,)
        wrong = date.fromisoformat(cells["birth"]) - timedelta(days=self._random.randint(1, 300))
        return ({**cells, "birth": wrong.isoformat()},)

    def amount(self, cells: Cells) -> Rows:
        return ({**cells, "this_year": f"{cells['this_year']}5"},) if cells["this_year"] else (cells,)


_ON_APPLICATIONS: Mapping[Slip, Callable[[Pen, Cells], Rows]] = {
    Slip.PLACE: Pen.place,
    Slip.NUMBER: Pen.number,
    Slip.ROUNDED: Pen.rounded,
    Slip.NAME: Pen.name,
    Slip.SCHEME: Pen.scheme,
    Slip.TWICE: Pen.twice,
    Slip.DIFFERS: Pen.differs,
    Slip.AGAIN: Pen.again,
}
_ON_PEOPLE: Mapping[Slip, Callable[[Pen, Cells], Rows]] = {
    Slip.FUTURE: Pen.future,
    Slip.STOP: Pen.stop,
    Slip.BIRTH: Pen.birth,
    Slip.AMOUNT: Pen.amount,
}
