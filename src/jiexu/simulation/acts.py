"""Everything that can happen in a world, as acts that choose their object: by a seed, or by a test that searches.

An act answers with a word for what it did, or "" where there was nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from jiexu.cases.events import (
    BatchReturned,
    Consented,
    Event,
    FormDisputed,
    FormIssued,
    FormRecalled,
    NotReceived,
    StoppedByPerson,
    WithdrawAsked,
)
from jiexu.cases.file import File
from jiexu.cases.states import MoneyState, RecordState, Side, Way
from jiexu.cases.step import Outcome
from jiexu.records.monthset import MonthSet
from jiexu.rules.inputs import Scheme
from jiexu.rules.money import MoneyMode
from jiexu.simulation import desk, population
from jiexu.simulation.surroundings import Surroundings
from jiexu.simulation.world import HANDLED, REVIEWED, BrokenPromiseError
from jiexu.values.base32 import ALPHABET
from jiexu.values.month import Month

FIRST_MONTH = Month.of(2019, 7)
DECIDED = (MoneyMode.REMIT, MoneyMode.STAY, MoneyMode.KEEP, MoneyMode.TO_PERSON, MoneyMode.CREDIT_THEN_CLEAR)
NOT_BEGUN = frozenset({RecordState.PROPOSED, RecordState.WINDOW})
BEFORE_FORM = frozenset({RecordState.CHECKING, RecordState.ACCEPTED})


@dataclass(slots=True)
class Acts(Surroundings):
    """Acts on one world. ``until``: month up to which each person's months were given out."""

    people: int
    until: dict[int, Month] = field(default_factory=dict)
    applied: int = 0

    # -- people -------------------------------------------------------------------------------------------

    def settle_people(self) -> None:
        """Everybody starts insured somewhere, with months and money."""
        for person in range(self.people):
            self.until[person] = FIRST_MONTH
            agency = self.one_of(self.agencies)
            scheme = Scheme.RESIDENT if self.pick(8) == 7 else Scheme.EMPLOYEE
            population.join(self.world, agency, person, scheme=scheme, months=self._months(person))
            if scheme is Scheme.EMPLOYEE:
                fen = {part: (3 - self.pick(4)) * 12345 for part in population.ACCOUNT_PARTS}
                population.pay_in(self.world, agency, person, fen)

    def move(self) -> str:
        """Somebody stops at one place and is insured at another, mostly in that order and mostly both."""
        person = self.pick(self.people)
        here = self._rows(person, insured=True)
        elsewhere = [agency for agency in self.agencies if agency not in {at for at, _ in here}]
        if not elsewhere:
            return ""
        if here and self.pick(8) != 7:
            agency, scheme = self.one_of(here)
            population.stop(self.world, agency, person, scheme=scheme)
        to, scheme = self.one_of(elsewhere), Scheme.RESIDENT if self.pick(6) == 5 else Scheme.EMPLOYEE
        population.join(self.world, to, person, scheme=scheme, months=self._months(person))
        if scheme is Scheme.EMPLOYEE and self.pick(3) != 2:
            population.pay_in(self.world, to, person, {"this_year": 700})
        return "move"

    def apply(self) -> str:
        """An application of somebody who left and joined; now and then for a pair of places that cannot be."""
        person = self.pick(self.people)
        joined = self._rows(person, insured=True)
        left = [row for row in self._rows(person, insured=False) if self._has_something(person, row)]
        if not joined or (not left and self.pick(6) != 5):
            return ""
        destination, to_scheme = self.one_of(joined)
        anywhere = (self.one_of(self.agencies), Scheme.EMPLOYEE)
        origin, from_scheme = self.one_of(left) if left and self.pick(12) != 11 else anywhere
        request = population.asked(self.world, origin, destination, schemes=(from_scheme, to_scheme))
        at = [(destination,), (origin,), (destination, origin)][self.pick(3)]
        for agency in at:
            proposal = agency == destination and self.pick(6) == 5
            population.apply(self.world, agency, person, request, self._lot(), proposal=proposal)
        return "apply"

    def apply_to_two(self) -> str:
        """The same person applies at two destinations for one origin before either is heard of there."""
        person = self.pick(self.people)
        joined = self._rows(person, insured=True)
        left = self._rows(person, insured=False)
        if len(joined) < 2 or not left:
            return ""
        origin, from_scheme = self.one_of(left)
        for destination, to_scheme in joined[:2]:
            request = population.asked(self.world, origin, destination, schemes=(from_scheme, to_scheme))
            population.apply(self.world, destination, person, request, self._lot())
        return "apply_to_two"

    def answer_proposal(self) -> str:
        """A person consents to a proposal, or stops one, or a transfer in its window."""
        files = [file for file in self._files() if file.record.state in NOT_BEGUN]
        if not files:
            return ""
        return self._do(self.one_of(files), Consented() if self.pick(3) != 2 else StoppedByPerson())

    def spend(self) -> str:
        person, agency = self.pick(self.people), self.one_of(self.agencies)
        if self.world.nodes[agency].find(population.number_of(person)) is None:
            return ""
        return "spend" if population.spend(self.world, agency, person, 1 + self.pick(9000)) else ""

    def race(self) -> str:
        """While a form is being issued the person pays at a pharmacy: one of the two comes first, never both."""
        waiting = [
            file
            for file in self._files()
            for event in desk.work(file, self.world.bank)
            if isinstance(event, FormIssued)
        ]
        if not waiting:
            return ""
        file = self.one_of(waiting)
        person = next(
            each for each in range(self.people) if population.number_of(each) == file.documents[0].number
        )
        fen = 1 + self.pick(9000)

        def pharmacy() -> None:
            population.spend(self.world, file.agency, person, fen)

        event = FormIssued(HANDLED, REVIEWED)
        refused = self.world.raced(file.agency, file.case_no, event, meanwhile=pharmacy)
        self._do(self.world.nodes[file.agency].files[file.case_no], event)
        return "raced_and_refused" if refused else "raced"

    def late_money(self) -> str:
        """Interest comes in for somebody who was transferred from there."""
        rows = [
            (file.agency, person)
            for file in self._files()
            if file.side is Side.ORIGIN and file.form
            for person in range(self.people)
            if file.documents[0].number == population.number_of(person)
        ]
        if not rows:
            return ""
        agency, person = self.one_of(rows)
        if not any(
            scheme is Scheme.EMPLOYEE for at, scheme in self._rows(person, insured=False) if at == agency
        ):
            return ""
        population.money_comes_late(self.world, agency, person, 1 + self.pick(500))
        return "late"

    def die(self) -> str:
        """A death is reported to one agency, or to both at once."""
        person = self.pick(self.people)
        at = [
            agency for agency in self.agencies if self.world.nodes[agency].find(population.number_of(person))
        ]
        for agency in (at if self.pick(3) == 2 else at[: 1 + self.pick(2)])[::-1]:
            population.die(self.world, agency, person)
        return "die" if at else ""

    def take_back_death(self) -> str:
        """An agency takes back a death that it noted by mistake."""
        rows = [
            (agency, person)
            for agency, node in self.world.nodes.items()
            for person in range(self.people)
            if (row := node.find(population.number_of(person))) is not None and row.died_on is not None
        ]
        if not rows:
            return ""
        population.take_back_death(self.world, *self.one_of(rows))
        return "take_back_death"

    def withdraw(self) -> str:
        files = [file for file in self._files() if file.record.state in BEFORE_FORM | NOT_BEGUN]
        return self._do(self.one_of(files), WithdrawAsked("changed-mind")) if files else ""

    # -- agencies -----------------------------------------------------------------------------------------

    def desk(self) -> str:
        """One piece of ordinary work."""
        todo = self.todo
        return self._do(*self.one_of(todo), required=True) if todo else ""

    def exception(self) -> str:
        """A form disputed or recalled, an amount taken out of its batch."""
        todo = self.exceptions
        return self._do(*self.one_of(todo), required=True) if todo else ""

    def decide(self) -> str:
        """Unknown money is decided, an estate paid."""
        mode = self.one_of(DECIDED)
        todo = [(file, event) for file in self._files() for event in desk.decisions(file, mode)]
        return self._do(*self.one_of(todo), required=True) if todo else ""

    def match(self) -> str:
        """A receipt is matched, by hand where it has no reference."""
        loose = self.world.loose_receipts()
        if not loose:
            return ""
        agency, receipt = self.one_of(loose)
        by_hand = self.world.truth.get(receipt.number)
        return "match" if self.world.match(agency, receipt, by_hand=by_hand) else ""

    def silence(self) -> str:
        """An agency goes silent, or comes back."""
        silent = [node for node in self.world.nodes.values() if not node.online]
        node = self.one_of(silent) if silent else self.world.nodes[self.one_of(self.agencies)]
        node.online = not node.online
        return "silence"

    # -- time ---------------------------------------------------------------------------------------------

    def day(self) -> str:
        self.world.next_day()
        return "day"

    # -- what there is to do ------------------------------------------------------------------------------

    @property
    def todo(self) -> list[tuple[File, Event]]:
        """Ordinary work at agencies that answer."""
        return [(file, event) for file in self._files() for event in desk.work(file, self.world.bank)]

    @property
    def exceptions(self) -> list[tuple[File, Event]]:
        """What a desk may do besides its ordinary work."""
        return list(self._exceptions())

    @property
    def undecided(self) -> list[tuple[File, Event]]:
        """Decisions that wait for somebody with authority."""
        files = self._files()
        return [(file, event) for file in files for event in desk.decisions(file, MoneyMode.REMIT)]

    @property
    def somebody_died(self) -> bool:
        """Whether any agency has noted a death."""
        return any(
            row.died_on is not None for node in self.world.nodes.values() for row in node.people.values()
        )

    def in_state(self, states: frozenset[RecordState]) -> bool:
        """Whether any file's record is in one of these states."""
        return any(file.record.state in states for file in self._files())

    # -- inside -------------------------------------------------------------------------------------------

    @property
    def agencies(self) -> list[str]:
        return list(self.world.nodes)

    def _files(self) -> list[File]:
        return [file for node in self.world.nodes.values() if node.online for file in node.files.values()]

    def _rows(self, person: int, *, insured: bool) -> list[tuple[str, Scheme]]:
        """Places and schemes the person is insured in, or was once and is no more."""
        number = population.number_of(person)
        rows = [(agency, node.find(number)) for agency, node in self.world.nodes.items()]
        return [
            (agency, scheme)
            for agency, row in rows
            for scheme in Scheme
            if row and row.was_in(scheme) and row.insured_in(scheme) == insured
        ]

    def _has_something(self, person: int, row: tuple[str, Scheme]) -> bool:
        """Whether the place still counts months of the person and no case for them runs."""
        agency, scheme = row
        node = self.world.nodes[agency]
        known = node.find(population.number_of(person))
        if known is None or not known.record.total(scheme.value):
            return False
        return not any(
            file.person == known.ref and file.stands and file.side is Side.ORIGIN
            for file in node.files.values()
        )

    def _months(self, person: int) -> MonthSet:
        """The next months of a life; now and then they begin before the last place ended."""
        begin = self.until[person]
        if self.pick(4) == 3 and begin - FIRST_MONTH > 3:
            begin = begin - 2
        last = begin + self.pick(5)
        self.until[person] = max(self.until[person], last + 1)
        return MonthSet.between(begin, last)

    def _lot(self) -> str:
        self.applied += 1
        return (
            ALPHABET[self.pick(32)]
            + "".join(ALPHABET[self.applied >> shift & 31] for shift in (10, 5, 0))
            + "0000"
        )

    def _exceptions(self) -> Iterator[tuple[File, Event]]:
        for file in self._files():
            if file.record.state is RecordState.FORM_RECEIVED:
                yield file, FormDisputed("wrong-months")
            if file.record.state is RecordState.FORM_SENT:
                yield file, FormRecalled("own-error")
            for track in file.money:
                if track.state in {MoneyState.DUE, MoneyState.REVIEWED}:
                    yield file, BatchReturned(track.leg)
                if (
                    track.way is Way.IN
                    and track.state is MoneyState.SETTLED
                    and track.received_fen < track.amount_fen
                ):
                    yield file, NotReceived(track.leg)

    def _do(self, file: File, event: Event, *, required: bool = False) -> str:
        step = self.world.transact(file.agency, file.case_no, event)
        if required and step.outcome is Outcome.NOT_POSSIBLE:
            raise BrokenPromiseError(
                "\n".join([f"{file.case_no}: {event} was not possible: {step.reason}", *self.world.log[-40:]])
            )
        return type(event).__name__
