"""How each kind of life is put together out of the parts a maker draws: the rows of its people, and what is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from jiexu.gateways.tables import Application, PersonRow
from jiexu.records.monthset import MonthSet
from jiexu.rules.inputs import AccountPart, Applicant, Channel, Enrolment, Scheme, Status
from jiexu.simulation.sample_mix import Kind
from jiexu.simulation.sample_people import born_before, cover_years, money, working_months
from jiexu.values.month import Month

if TYPE_CHECKING:
    from jiexu.simulation.sample_lives import Maker

E, R = Scheme.EMPLOYEE, Scheme.RESIDENT

Made = tuple[tuple[PersonRow, ...], tuple[Application, ...]]


def _moved(kind: Kind) -> Callable[[Maker], Made]:
    """An employee who left one place and works at another."""

    def make(maker: Maker) -> Made:
        origin, destination = maker.pair(kind)
        last = maker.left_in()
        months = working_months(maker.pick, last=last)
        person = maker.registry.person(born_before(months.first or last))
        account = maker.account(kind, months)
        since = last - maker.pick.randint(1, 4) if kind is Kind.OVERLAP else last + maker.months_between()
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


def _same_pool(maker: Maker) -> Made:
    """Two counties of one pooling area: nothing has to move, and the person does not know it."""
    pool = maker.one_place()
    last = maker.left_in()
    months = working_months(maker.pick, last=last)
    person = maker.registry.person(born_before(months.first or last))
    enrolment = replace(maker.joined(months.first or last, pool), first_month_paid=True)
    here = maker.row(person, pool, enrolment, months, money(maker.pick, months))
    asked = maker.application(person, pool, pool, at=here)
    texts = (maker.places.county_of(pool), maker.places.county_of(pool))
    return (here,), (replace(asked, origin_text=texts[0], destination_text=texts[1]),)


def _to_resident(maker: Maker) -> Made:
    origin, destination = maker.pair(Kind.ACROSS)
    last = maker.left_in()
    months = working_months(maker.pick, last=last)
    person = maker.registry.person(born_before(months.first or last))
    since = min(last + 1, maker.this)
    joined = maker.joined(since, destination, scheme=R, cover_year=maker.this.year)
    here = maker.row(person, origin, maker.stopped(last, months), months, money(maker.pick, months))
    there = maker.row(person, destination, joined, MonthSet.between(since, maker.this))
    return (here, there), (maker.application(person, origin, destination, (E, R)),)


def _to_employee(maker: Maker) -> Made:
    origin, destination = maker.pair(Kind.ACROSS)
    last = maker.left_in()
    months = cover_years(maker.pick, last=last)
    person = maker.registry.person(born_before(months.first or last, youngest=0, oldest=24))
    there = maker.arrival(person, destination, min(last + 1, maker.this))
    here = maker.row(person, origin, maker.stopped(last, months, scheme=R), months)
    return (here, there), (maker.application(person, origin, destination, (R, E), at=there),)


def _resident(maker: Maker) -> Made:
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


def _retired(maker: Maker) -> Made:
    origin, destination = maker.pair(Kind.ACROSS)
    months = working_months(maker.pick, last=maker.this - maker.pick.randint(12, 120))
    age = (Month(maker.this.index - 75 * 12).first_day(), Month(maker.this.index - 64 * 12).first_day())
    person = maker.registry.person(age)
    since = (months.first or maker.this).first_day()
    here = maker.row(person, origin, Enrolment(E, Status.RETIRED, since), months, money(maker.pick, months))
    return (here,), (maker.application(person, origin, destination),)


def _two_origins(maker: Maker) -> Made:
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


def _chain(maker: Maker) -> Made:
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
RECIPES: Mapping[Kind, Callable[[Maker], Made]] = {
    **{kind: _moved(kind) for kind in _PLAIN},
    Kind.SAME_POOL: _same_pool,
    Kind.TO_RESIDENT: _to_resident,
    Kind.TO_EMPLOYEE: _to_employee,
    Kind.RESIDENT: _resident,
    Kind.RETIRED: _retired,
    Kind.TWO_ORIGINS: _two_origins,
    Kind.CHAIN: _chain,
}
