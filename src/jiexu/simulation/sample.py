"""Sampled lives: the same seed gives the same people, their applications and what happens on the way.

A life's people rows are what agencies know; its applications are what is asked; its events are what agencies
come to know later. The three are written to three files, and none carries what kind of life it is.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain, islice

from jiexu.gateways.tables import Application, EventRow, PersonRow
from jiexu.records.monthset import MonthSet
from jiexu.records.record import MonthKind
from jiexu.rules.calendar import Calendar
from jiexu.rules.inputs import AccountPart, Applicant, Channel, Enrolment, Scheme, Status
from jiexu.simulation import sample_events
from jiexu.simulation.sample_mix import Day, Deck, Kind, Mix
from jiexu.simulation.sample_people import Person, Registry, born_before, cover_years, money, working_months
from jiexu.simulation.sample_places import GUANGDONG, JIANGSU, Places
from jiexu.values.areas import Areas, Pool
from jiexu.values.month import Month

FIRST_DAY = date(2026, 11, 23)
"""The first day of a sample that names none: the day of the demonstration."""

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
    maker = _Maker(setting)
    while True:
        yield maker.life()


class _Maker:
    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.seed = f"jiexu {setting.seed}"
        self.pick = random.Random(self.seed)  # noqa: S311  # invented people, nothing secret
        self.kinds = Deck(setting.mix.kinds, seed=f"{self.seed} kinds")
        self.days = Deck(setting.mix.days, seed=f"{self.seed} days")
        self.applicants = Deck(setting.mix.applicants, seed=f"{self.seed} applicants")
        self.places = Places(
            setting.areas, on=setting.on, seed=self.seed, in_doubt=setting.mix.places_in_doubt
        )
        self.registry = Registry(self.seed)
        self.happens = sample_events.Happens(self.seed)
        self.make_up = _before_make_up(setting)
        self.this = Month.containing(setting.on)

    def life(self) -> Life:
        kind = self.kinds.deal()
        people, applications = _KINDS[kind](self)
        return Life(kind, people, applications, tuple(self.happens.to(kind, people, applications)))

    # ------------------------------------------------------------------ parts of a life

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
        employer = self.registry.employer(pool.code) if scheme is E else None
        paid = self.pick.random() >= 0.05
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
        applicant, authorised = self.applicants.deal()
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
            channel=Channel.ONLINE if self.pick.random() < 0.7 else Channel.COUNTER,
            received_on=self.day() + timedelta(days=later),
            bank_account=self.registry.bank_account() if schemes == (E, R) else "",
        )

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


Made = tuple[tuple[PersonRow, ...], tuple[Application, ...]]


def _moved(kind: Kind) -> Callable[[_Maker], Made]:
    """An employee who left one place and works at another."""

    def make(maker: _Maker) -> Made:
        origin, destination = maker.pair(kind)
        last = maker.left_in()
        months = working_months(maker.pick, last=last)
        person = maker.registry.person(born_before(months.first or last))
        account = _account(maker, kind, months)
        since = (
            last - maker.pick.randint(1, 4)
            if kind is Kind.OVERLAP
            else last + maker.pick.choice((1, 1, 1, 2, 3, 4))
        )
        there = maker.arrival(person, destination, min(since, maker.this))
        here = maker.row(
            person,
            origin,
            maker.stopped(last, months, has_account=kind is not Kind.NO_ACCOUNT),
            months,
            account,
        )
        if kind is Kind.STILL_INSURED:
            here = replace(here, enrolment=replace(here.enrolment, status=Status.INSURED, stopped_on=None))
        rows = (here,) if kind is Kind.NOT_ENROLLED else (here, there)
        asked = maker.application(
            person, origin, destination, at=None if kind is Kind.NOT_ENROLLED else there
        )
        if kind is Kind.PROPOSED:
            asked = replace(
                asked,
                applicant=Applicant.MEMBER,
                employer=None,
                authorised=False,
                channel=Channel.PROACTIVE,
                consent=False,
            )
        return rows, (asked,)

    return make


def _account(maker: _Maker, kind: Kind, months: MonthSet) -> tuple[AccountPart, ...]:
    if kind is Kind.NO_ACCOUNT:
        return ()
    return (AccountPart("this_year", 0),) if kind is Kind.EMPTY else money(maker.pick, months)


def _same_pool(maker: _Maker) -> Made:
    """Two counties of one pooling area: nothing has to move, and the person does not know it."""
    pool = maker.places.next()
    last = maker.left_in()
    months = working_months(maker.pick, last=last)
    person = maker.registry.person(born_before(months.first or last))
    enrolment = replace(maker.joined(months.first or last, pool), first_month_paid=True)
    here = maker.row(person, pool, enrolment, months, money(maker.pick, months))
    asked = maker.application(person, pool, pool, at=here)
    texts = (maker.places.county_of(pool), maker.places.county_of(pool))
    return (here,), (replace(asked, origin_text=texts[0], destination_text=texts[1]),)


def _to_resident(maker: _Maker) -> Made:
    origin, destination = maker.pair(Kind.ACROSS)
    last = maker.left_in()
    months = working_months(maker.pick, last=last)
    person = maker.registry.person(born_before(months.first or last))
    since = min(last + 1, maker.this)
    joined = maker.joined(since, destination, scheme=R, cover_year=maker.this.year)
    here = maker.row(person, origin, maker.stopped(last, months), months, money(maker.pick, months))
    there = maker.row(person, destination, joined, MonthSet.between(since, maker.this))
    return (here, there), (maker.application(person, origin, destination, (E, R)),)


def _to_employee(maker: _Maker) -> Made:
    origin, destination = maker.pair(Kind.ACROSS)
    last = maker.left_in()
    months = cover_years(maker.pick, last=last)
    person = maker.registry.person(born_before(months.first or last, youngest=0, oldest=24))
    there = maker.arrival(person, destination, min(last + 1, maker.this))
    here = maker.row(person, origin, maker.stopped(last, months, scheme=R), months)
    return (here, there), (maker.application(person, origin, destination, (R, E), at=there),)


def _resident(maker: _Maker) -> Made:
    """Half joined this year after last year's cover; half want to change inside the same year."""
    origin, destination = maker.pair(Kind.ACROSS)
    inside_the_year = maker.pick.random() < 0.5
    last = maker.left_in() if inside_the_year else Month.of(maker.this.year - 1, 12)
    months = cover_years(maker.pick, last=last)
    person = maker.registry.person(born_before(months.first or last, youngest=0, oldest=40))
    since = min(last + 1, maker.this)
    joined = maker.joined(since, destination, scheme=R, cover_year=maker.this.year)
    here = maker.row(person, origin, maker.stopped(last, months, scheme=R), months)
    there = maker.row(person, destination, joined, MonthSet.between(since, maker.this))
    return (here, there), (maker.application(person, origin, destination, (R, R)),)


def _retired(maker: _Maker) -> Made:
    origin, destination = maker.pair(Kind.ACROSS)
    months = working_months(maker.pick, last=maker.this - maker.pick.randint(12, 120))
    age = (Month(maker.this.index - 75 * 12).first_day(), Month(maker.this.index - 64 * 12).first_day())
    person = maker.registry.person(age)
    since = (months.first or maker.this).first_day()
    here = maker.row(person, origin, Enrolment(E, Status.RETIRED, since), months, money(maker.pick, months))
    return (here,), (maker.application(person, origin, destination),)


def _two_origins(maker: _Maker) -> Made:
    """Worked at A, then at B, never moved anything, now at C: one application for each."""
    first, destination = maker.pair(Kind.ACROSS)
    second = maker.places.away_from(first, destination)
    last = maker.left_in()
    later = working_months(maker.pick, last=last)
    before = (later.first or last) - maker.pick.randint(1, 3)
    earlier = MonthSet.union(
        [MonthSet.between(before - 17, before), MonthSet.between(before - 30, before - 20)]
    )
    person = maker.registry.person(born_before(earlier.first or last, youngest=17, oldest=22))
    there = maker.arrival(person, destination, min(last + 1, maker.this))
    rows = (
        maker.row(person, first, maker.stopped(before, earlier), earlier, money(maker.pick, earlier)),
        maker.row(person, second, maker.stopped(last, later), later, money(maker.pick, later)),
        there,
    )
    return rows, tuple(maker.application(person, pool, destination, at=there) for pool in (first, second))


def _chain(maker: _Maker) -> Made:
    """From A to B, and five weeks later from B to C. Cover at B is stopped in between (an event)."""
    first, second = maker.pair(Kind.ACROSS)
    third = maker.places.away_from(first, second)
    last = maker.left_in()
    months = working_months(maker.pick, last=last)
    person = maker.registry.person(born_before(months.first or last))
    middle = maker.arrival(person, second, min(last + 1, maker.this))
    asked = maker.application(person, first, second, at=middle)
    later = (asked.received_on or maker.setting.on) + timedelta(days=35)
    there = maker.row(
        person,
        third,
        replace(maker.joined(maker.this, third), since=later - timedelta(days=5)),
        account=(AccountPart("this_year", 0),),
    )
    here = maker.row(person, first, maker.stopped(last, months), months, money(maker.pick, months))
    again = replace(maker.application(person, second, third, at=there), received_on=later)
    return (here, middle, there), (asked, again)


_PLAIN = (
    Kind.ACROSS, Kind.GUANGDONG, Kind.JIANGSU, Kind.INSIDE, Kind.EMPTY, Kind.NO_ACCOUNT, Kind.STILL_INSURED,
    Kind.NOT_ENROLLED, Kind.OVERLAP, Kind.PROPOSED,
)  # fmt: skip
_KINDS: Mapping[Kind, Callable[[_Maker], Made]] = {
    **{kind: _moved(kind) for kind in _PLAIN},
    Kind.SAME_POOL: _same_pool,
    Kind.TO_RESIDENT: _to_resident,
    Kind.TO_EMPLOYEE: _to_employee,
    Kind.RESIDENT: _resident,
    Kind.RETIRED: _retired,
    Kind.TWO_ORIGINS: _two_origins,
    Kind.CHAIN: _chain,
}


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
