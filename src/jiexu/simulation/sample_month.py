"""A month of a province: who applies on which day, one by one and by whole staffs, with what people write wrong.

Lives are drawn by the maker of all samples; where, when and how they ask follows the province, the real calendar and
the month's mix. Days come in order and nothing is kept, so that a month may be as large as one likes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate, chain, repeat

from jiexu.gateways.tables import EventKind, gather
from jiexu.records.monthset import MonthSet
from jiexu.rules.calendar import Calendar
from jiexu.rules.inputs import AccountPart, Applicant, Channel
from jiexu.rules.money import MoneyMode, money_mode
from jiexu.rules.policy import Policy
from jiexu.simulation.sample_lives import Life, Maker, Setting
from jiexu.simulation.sample_mix import Course, Deck, Kind, Mix
from jiexu.simulation.sample_month_mix import (
    AFTER_A_BREAK,
    BEFORE_A_BREAK,
    CLOSING_DAYS,
    DIRECTIONS,
    LEFT_AGO,
    MAKE_UP_DAY,
    MONTH,
    RELOCATED,
    REST_DAY,
    SEASONS,
    SIZES,
    WEEKDAYS,
    WHILE_CLOSING,
    Direction,
    Season,
)
from jiexu.simulation.sample_places import ProvincePlaces, Unsure
from jiexu.simulation.sample_slips import Pen, Written
from jiexu.values.areas import Pool
from jiexu.values.month import Month

DAY = timedelta(days=1)
BREAK = 3
"""Days of rest from which on one speaks of a break: counters are full after it."""
THOUSAND = 1000


def month(setting: Setting, *, area: str, policy: Policy, cases: int) -> Iterator[Written]:
    """So many rows of an applications file with their people and events, day by day through a calendar month.

    ``setting.on``: any day of the month. ``area``: code of a province or of one pooling area. Raises
    UnknownAreaError for another code, YearNotCoveredError where no calendar knows the month.
    """
    setting = replace(setting, on=setting.on.replace(day=1))
    maker = MonthMaker(setting, area=area, policy=policy)
    pen = Pen(Unsure(setting.areas, on=setting.on), seed=maker.seed)
    return _written(maker, pen, shape(setting.calendar, setting.on, cases), cases)


def _written(maker: MonthMaker, pen: Pen, quotas: Iterable[Quota], cases: int) -> Iterator[Written]:
    given = 0
    for quota in quotas:
        maker.today = quota.day
        lives = chain(maker.relocations(quota.relocated), maker.single_lives())
        while given < quota.until:
            written = pen.written(next(lives)).cut(cases - given)
            given += len(written.applications)
            yield written


@dataclass(frozen=True, slots=True)
class Quota:
    """One day: ``until``: rows given by its end, counted from the first of the month; ``relocated``: people moved."""

    day: date
    until: int
    relocated: int


def shape(calendar: Calendar, first: date, cases: int) -> Iterator[Quota]:
    """How the cases of a month fall on its days. The last day's count is the whole."""
    days = [first + DAY * step for step in range(31) if (first + DAY * step).month == first.month]
    mondays = [day for day in days if is_first_of_week(calendar, day)]
    moved = cases * SEASONS[first.month].relocating // THOUSAND
    staffs = dict(zip(mondays, _shares(moved, [1] * len(mondays)), strict=True))
    single = _shares(cases - moved, [weight(calendar, day) for day in days])
    until = accumulate(own + staffs.get(day, 0) for day, own in zip(days, single, strict=True))
    return (Quota(day, whole, staffs.get(day, 0)) for day, whole in zip(days, until, strict=True))


def _shares(whole: int, weights: list[int]) -> list[int]:
    """A whole number divided by weights, to the last piece."""
    upto = [whole * part // sum(weights) for part in accumulate(weights)]
    return [later - earlier for earlier, later in zip([0, *upto], upto, strict=False)]


def weight(calendar: Calendar, day: date) -> int:
    """How many apply on a day, in hundredths of the units of the mix."""
    if not calendar.is_working_day(day):
        return REST_DAY * 100
    usual = WEEKDAYS[day.weekday()] if day.weekday() < len(WEEKDAYS) else MAKE_UP_DAY
    if day.month == 1 and _working_days_so_far(calendar, day) <= CLOSING_DAYS:
        return usual * WHILE_CLOSING
    if _is_beside_a_break(calendar, day, -DAY):
        return usual * AFTER_A_BREAK
    return usual * (BEFORE_A_BREAK if _is_beside_a_break(calendar, day, DAY) else 100)


def is_first_of_week(calendar: Calendar, day: date) -> bool:
    """Whether a day is the first on which agencies work in its week, usually a Monday."""
    earlier = [day - DAY * back for back in range(1, day.weekday() + 1)]
    return calendar.is_working_day(day) and not any(calendar.is_working_day(each) for each in earlier)


def _working_days_so_far(calendar: Calendar, day: date) -> int:
    return sum(calendar.is_working_day(day - DAY * back) for back in range(day.day))


def _is_beside_a_break(calendar: Calendar, day: date, step: timedelta) -> bool:
    """Whether nobody works on the days right before (a step back) or after a day."""
    return not any(calendar.is_working_day(day + step * distance) for distance in range(1, BREAK + 1))


@dataclass(frozen=True, slots=True)
class Move:
    """An employer's people who go from one place to another together."""

    origin: Pool
    destination: Pool
    direction: Direction
    employer: str
    left_in: Month


class MonthMaker(Maker):
    """Makes lives of one province in one month. ``today``: the day applications are received now."""

    def __init__(self, setting: Setting, *, area: str, policy: Policy) -> None:
        super().__init__(replace(setting, mix=in_season(MONTH, SEASONS[setting.on.month])))
        self.province = ProvincePlaces(setting.areas, code=area, on=setting.on, seed=self.seed)
        self.places, self.policy, self.today = self.province, policy, setting.on
        self.directions = Deck(DIRECTIONS, seed=f"{self.seed} directions")
        self.relocated = Deck(RELOCATED, seed=f"{self.seed} relocated")
        self.sizes = Deck(SIZES, seed=f"{self.seed} sizes")
        self.direction = Direction.OUT
        self.move: Move | None = None

    def single_lives(self) -> Iterator[Life]:
        """People who apply one by one, without end."""
        return (self.life() for _ in repeat(None))

    def relocations(self, count: int) -> Iterator[Life]:
        """So many people whom their employers move today, one staff after another."""
        while count:
            low, high = self.sizes.deal()
            size, move = min(count, self.pick.randint(low, high)), self._move()
            for _ in range(size):
                self.move = move
                life = self.life()
                self.move = None
                yield life
            count -= size

    def _move(self) -> Move:
        direction = self.directions.deal()
        origin, destination = self.province.pair(direction)
        employer = self.registry.employer(destination.code)
        return Move(origin, destination, direction, employer, self.left_in())

    # ------------------------------------------------------------------ what is otherwise in a month

    def deal(self) -> Kind:
        """The kind of the next life; ordinary ones are told apart by whether they stay in the province."""
        kind = self.relocated.deal() if self.move else self.kinds.deal()
        self.direction = self.move.direction if self.move else self.directions.deal()
        inside = self.direction is Direction.INSIDE and len(self.province.here) > 1
        return Kind.INSIDE if kind is Kind.ACROSS and inside else kind

    def pair(self, kind: Kind) -> tuple[Pool, Pool]:  # noqa: ARG002  # the direction was dealt with the kind
        return (self.move.origin, self.move.destination) if self.move else self.province.pair(self.direction)

    def one_place(self) -> Pool:
        return self.province.one()

    def course(self, life: Life) -> Course:
        """Inside the province it depends on how its money moves, and on whether that is known."""
        if life.kind is not Kind.INSIDE:
            return super().course(life)
        row = life.applications[0]
        asked = row.asked(today=self.today)
        known = {one.area: one for one in gather(life.people)}
        person = known[row.origin].facts(scheme=row.from_scheme)
        mode = money_mode(asked=asked, person=person, policy=self.policy, on=self.today).mode
        return _COURSES.get(mode, Course.QUIET)

    def left_in(self) -> Month:
        """Most left a short while ago, and more in the months in which people leave."""
        if self.move:
            return self.move.left_in
        ago = [self.this - months for months in range(1, len(LEFT_AGO) + 1)]
        weights = [share * SEASONS[each.month].leaving for share, each in zip(LEFT_AGO, ago, strict=True)]
        return self.pick.choices(ago, weights)[0]

    def months_between(self) -> int:
        return 1 if self.move else super().months_between()

    def employer(self, pool: Pool) -> str:
        return self.move.employer if self.move else super().employer(pool)

    def account(self, kind: Kind, months: MonthSet) -> tuple[AccountPart, ...]:
        """This year's part grows with the year: in January it holds one month, all else was carried over."""
        parts = super().account(kind, months)
        return tuple(
            replace(part, balance_fen=part.balance_fen * self.this.month // 12)
            if part.part == "this_year"
            else part
            for part in parts
        )

    def asks(self) -> tuple[Applicant, bool]:
        return (Applicant.EMPLOYER, False) if self.move else super().asks()

    def channel(self) -> Channel:
        """On a day of rest no counter is open."""
        usual = super().channel()
        return usual if self.setting.calendar.is_working_day(self.today) else Channel.ONLINE

    def day(self) -> date:
        return self.today


_COURSES: Mapping[MoneyMode, Course] = {
    MoneyMode.REMIT: Course.MONEY,
    MoneyMode.CREDIT_THEN_CLEAR: Course.MONEY,
    MoneyMode.UNKNOWN: Course.UNDECIDED,
}
_RESIDENTS = (Kind.TO_RESIDENT, Kind.TO_EMPLOYEE, Kind.RESIDENT)


def in_season(mix: Mix, season: Season) -> Mix:
    """The mix in one month of the year: more or fewer residents, more or less late money, still in a thousand."""
    kinds = dict(mix.kinds)
    for kind in _RESIDENTS:
        kinds[kind] = mix.kinds[kind] * season.residents // 100
    kinds[Kind.ACROSS] += THOUSAND - sum(kinds.values())
    on_the_way = {**mix.on_the_way, EventKind.LATE: season.late}
    on_the_way[None] += THOUSAND - sum(on_the_way.values())
    return replace(mix, kinds=kinds, on_the_way=on_the_way)
