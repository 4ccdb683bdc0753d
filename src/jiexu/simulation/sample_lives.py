"""How one invented life is made: a maker draws it, kind by kind. Which kinds, where and when is a matter of the mix.

A life's people rows are what agencies know; its applications are what is asked; its events are what agencies
come to know later. None carries what kind of life it is.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain

from jiexu.gateways.tables import Application, EventRow, PersonRow
from jiexu.records.monthset import MonthSet
from jiexu.records.record import MonthKind
from jiexu.rules.calendar import Calendar
from jiexu.rules.inputs import AccountPart, Applicant, Channel, Enrolment, Scheme, Status
from jiexu.simulation import sample_events
from jiexu.simulation.sample_kinds import RECIPES
from jiexu.simulation.sample_mix import Course, Day, Deck, Kind, Mix
from jiexu.simulation.sample_people import Person, Registry, money
from jiexu.simulation.sample_places import GUANGDONG, JIANGSU, Places
from jiexu.values.areas import Areas, Pool
from jiexu.values.month import Month

E, R = Scheme.EMPLOYEE, Scheme.RESIDENT


@dataclass(frozen=True, slots=True)
class Life:
    """One person: rows at agencies, applications, and what happens. ``kind`` is for tests and never written."""

    kind: Kind
    people: tuple[PersonRow, ...]
    applications: tuple[Application, ...]
    events: tuple[EventRow, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a sample is made against. ``on``: its first day; ``seed``: any number; ``mix``: at which rates."""

    seed: int
    on: date
    areas: Areas
    calendar: Calendar
    mix: Mix = field(default_factory=Mix)


class Maker:
    """Makes lives at the rates of the setting, all over the country and around the first day of the setting.

    Which kind comes next, where, when and how somebody asks are methods of their own: another maker answers them
    otherwise and makes the same lives of it.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting, mix = setting, setting.mix
        self.seed = f"jiexu {setting.seed}"
        self.pick = random.Random(self.seed)  # noqa: S311  # invented people, nothing secret
        self.kinds = Deck(mix.kinds, seed=f"{self.seed} kinds")
        self.days = Deck(mix.days, seed=f"{self.seed} days")
        self.applicants = Deck(mix.applicants, seed=f"{self.seed} applicants")
        self.places = Places(setting.areas, on=setting.on, seed=self.seed, in_doubt=mix.places_in_doubt)
        self.registry = Registry(self.seed, mix)
        self.happens = sample_events.Happens(self.seed, mix)
        self.make_up = _before_make_up(setting)
        self.this = Month.containing(setting.on)

    def life(self) -> Life:
        """The next life."""
        kind = self.deal()
        people, applications = RECIPES[kind](self)
        life = Life(kind, people, applications, ())
        return replace(life, events=tuple(self.happens.to(self.course(life), people, applications)))

    # ------------------------------------------------------------------ what another maker may answer otherwise

    def deal(self) -> Kind:
        """The kind of the next life."""
        return self.kinds.deal()

    def course(self, life: Life) -> Course:
        """Which table tells what happens to a life."""
        return self.setting.mix.courses.get(life.kind, Course.QUIET)

    def left_in(self) -> Month:
        """The last month at the place that is left: one to eight months ago."""
        return self.this - self.pick.randint(1, 8)

    def pair(self, kind: Kind) -> tuple[Pool, Pool]:
        """Origin and destination."""
        if kind in {Kind.GUANGDONG, Kind.JIANGSU}:
            return self.places.pair_inside(GUANGDONG if kind is Kind.GUANGDONG else JIANGSU)
        if kind is Kind.INSIDE:
            return self.places.next_with_neighbour()
        origin = self.places.next()
        return origin, self.places.away_from(origin)

    def one_place(self) -> Pool:
        """Where somebody lives who moves inside one pooling area."""
        return self.places.next()

    def months_between(self) -> int:
        """From the last month at one place to the first at the other."""
        return self.pick.choice((1, 1, 1, 2, 3, 4))

    def employer(self, pool: Pool) -> str:
        """Who employs somebody at the new place."""
        return self.registry.employer(pool.code)

    def account(self, kind: Kind, months: MonthSet) -> tuple[AccountPart, ...]:
        """What is on the account of somebody who paid these months."""
        if kind is Kind.NO_ACCOUNT:
            return ()
        return (AccountPart("this_year", 0),) if kind is Kind.EMPTY else money(self.pick, months)

    def asks(self) -> tuple[Applicant, bool]:
        """Who applies, and whether an agent shows an authorisation."""
        return self.applicants.deal()

    def channel(self) -> Channel:
        """Online or at a counter."""
        return Channel.ONLINE if self.pick.random() < 0.7 else Channel.COUNTER

    def day(self) -> date:
        """When an application comes in."""
        on, drawn = self.setting.on, self.days.deal()
        weeks = on + timedelta(days=self.pick.randint(1, 30))
        year_end = date(on.year, 12, 21) + timedelta(days=self.pick.randint(0, 10))
        return {
            Day.FIRST: on,
            Day.WEEKS: weeks,
            Day.MAKE_UP: self.pick.choice(self.make_up or [weeks]),
            Day.YEAR_END: max(year_end, on),
        }[drawn]

    # ------------------------------------------------------------------ parts of a life

    def row(
        self,
        person: Person,
        pool: Pool,
        enrolment: Enrolment,
        months: MonthSet = MonthSet.EMPTY,
        account: tuple[AccountPart, ...] = (),
    ) -> PersonRow:
        """One enrolment with its months, some of them made up later, and what is beside it."""
        pick = self.pick
        made_up = (
            months.gaps()
            if enrolment.scheme is E and months.count <= 200 and pick.random() < 0.08
            else MonthSet.EMPTY
        )
        kinds = {MonthKind.PAID: months, MonthKind.MADE_UP: made_up}
        return PersonRow(
            row=0,
            name=person.name,
            documents=person.documents,
            birth=person.birth,
            sex=person.sex,
            area=pool.code,
            enrolment=enrolment,
            months={kind: known for kind, known in kinds.items() if known},
            account=account,
            owed_fen=pick.randint(1_000, 60_000) if pick.random() < 0.02 else 0,
            sharing_open=pick.random() < 0.08,
            arrears_months=pick.randint(1, 5) if pick.random() < 0.03 else 0,
        )

    def stopped(
        self, last: Month, months: MonthSet, *, scheme: Scheme = E, has_account: bool = True
    ) -> Enrolment:
        """Cover that ended with a month."""
        since = Month(months.spans[-1][0])
        return Enrolment(
            scheme, Status.STOPPED, since.first_day(), last.last_day(),
            cover_year=last.year if scheme is R else None, has_account=has_account and scheme is E,
        )  # fmt: skip

    def joined(
        self, since: Month, pool: Pool, *, scheme: Scheme = E, cover_year: int | None = None
    ) -> Enrolment:
        """Cover that began with a month and goes on."""
        employer = self.employer(pool) if scheme is E else None
        paid = self.pick.random() >= 0.05 or not self.setting.mix.first_months_unpaid
        return Enrolment(
            scheme, Status.INSURED, since.first_day(), cover_year=cover_year, employer=employer,
            has_account=scheme is E, first_month_paid=paid,
        )  # fmt: skip

    def arrival(self, person: Person, pool: Pool, since: Month) -> PersonRow:
        """An employee's row at the new place, paid up to this month."""
        months = MonthSet.between(since, self.this) if since <= self.this else MonthSet.EMPTY
        return self.row(person, pool, self.joined(since, pool), months, (AccountPart("this_year", 0),))

    def application(
        self,
        person: Person,
        origin: Pool,
        destination: Pool,
        schemes: tuple[Scheme, Scheme] = (E, E),
        *,
        at: PersonRow | None = None,
        later: int = 0,
    ) -> Application:
        """What is asked. ``at``: the row at the destination, whose employer may apply; ``later``: days to add."""
        applicant, authorised = self.asks()
        employer = at.enrolment.employer if at else None
        if applicant is Applicant.EMPLOYER and employer is None:
            applicant = Applicant.MEMBER
        return Application(
            row=0,
            name=person.name,
            document=person.documents[0],
            origin=origin.code,
            origin_text=self.places.written(origin),
            destination=destination.code,
            destination_text=self.places.written(destination),
            from_scheme=schemes[0],
            to_scheme=schemes[1],
            applicant=applicant,
            employer=employer if applicant is Applicant.EMPLOYER else None,
            authorised=authorised,
            channel=self.channel(),
            received_on=self.day() + timedelta(days=later),
            bank_account=self.registry.bank_account() if schemes == (E, R) else "",
        )


def _before_make_up(setting: Setting) -> list[date]:
    """The three days before each weekend day that is worked, within 120 days; only announced days count."""
    ahead = [setting.on + timedelta(days=days) for days in range(121)]
    worked = [
        day
        for day in ahead
        if day.weekday() > 4 and setting.calendar.announced(day.year) and setting.calendar.is_working_day(day)
    ]
    days = chain.from_iterable((day - timedelta(days=back) for back in (3, 2, 1)) for day in worked)
    return sorted({day for day in days if day >= setting.on})
