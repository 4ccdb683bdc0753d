"""Asks the guide about every area at every edge of every interval, a day before and after, and at months in between.

    python3 tools/sweep_guide.py                 every pooling area
    python3 tools/sweep_guide.py 530300 510100   these only

Prints how many answers were given, and every silence: a topic that said nothing where there was something to say.
A crash is a crash. The areas are shared by as many processes as there are cores; how far it is stands on the terminal. The sample in tests/policy/test_guide_sweep.py asks the same of a few areas in every run.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date, timedelta

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.answer import Guide, answer
from jiexu.guide.situation import Situation, Stretch, Topic
from jiexu.rules.inputs import Payer, Scheme, Sex, Status
from jiexu.rules.policy import NATION, province_of
from jiexu.values.month import Month

ONE_DAY = timedelta(days=1)
BEGAN, ENDS = date(2010, 7, 1), date(2040, 12, 31)
SEED = 20261123
MONTHS = 200
PAIRS = [(here, there) for here in Scheme for there in Scheme]
OTHER = {True: "510100", False: "530300"}
"""Whom an area is asked together with: 成都, or 曲靖 for 成都 itself."""
NEVER_SILENT = frozenset(Topic) - {
    Topic.CHANGES,
    Topic.YEARS,
    Topic.OTHERS,
    Topic.MYTHS,
    Topic.DOUBTS,
}
"""Topics with something to say to everybody who has something to move."""


def edges(area: str, *, nation: bool) -> list[date]:
    """Days on which a record of the area, its province, or the nation begins or ends, each with its neighbours."""
    places = {area, province_of(area), *([NATION] if nation else [])}
    facts = (fact for (_, place), held in shipped_policy().facts.items() if place in places for fact in held)
    ends = {day for fact in facts for day in (fact.start, fact.until) if day is not None}
    near = {day + ONE_DAY * step for day in ends for step in (-1, 0, 1)}
    return sorted(day for day in near if BEGAN <= day <= ENDS)


def months_between() -> list[date]:
    """Two hundred months drawn from the whole time, the same in every run."""
    drawn = random.Random(SEED)  # noqa: S311  # months to ask about, no secret
    first, last = Month.containing(BEGAN), Month.containing(ENDS)
    return [(first + drawn.randrange(last - first + 1)).first_day() for _ in range(MONTHS)]


def situation(area: str, on: date, turn: int) -> Situation:
    """Somebody who moves on a day, with everything told; the pair of schemes and the direction change by turn."""
    here, there = PAIRS[turn % len(PAIRS)]
    other = OTHER[area != OTHER[True]]
    origin, destination = (area, other) if turn % 3 else (other, area)
    month = Month.containing(on)
    return Situation(
        origin,
        destination,
        from_scheme=here,
        to_scheme=there,
        status=Status.STOPPED,
        joined_on=month.first_day(),
        cover_year_here=on.year - 1 - turn % 3,
        cover_year_there=on.year,
        balance_fen=turn % 2 * 320855,
        history=(Stretch(origin, here, month - 90, month - 2 - turn % 5),),
        last_paid=month - 2 - turn % 5,
        first_paid=month,
        insured_months=turn % 40,
        birth=date(1970, 1 + turn % 12, 3),
        sex=Sex.MALE,
        payer=(Payer.EMPLOYER, Payer.FLEXIBLE)[turn % 2],
    )


def silences(guide: Guide) -> Iterator[str]:
    """Topics that said nothing, where there was something to move."""
    said = dict(guide.topics)
    if Topic.TIME in said or Topic.MONEY in said:
        yield from (topic.value for topic in Topic if topic in NEVER_SILENT and not said.get(topic))


def ask(area: str, days: Iterable[date]) -> Iterator[tuple[date, list[str]]]:
    """Every day with what was silent on it."""
    policy, calendar, places = shipped_policy(), working_days(), areas()
    for turn, on in enumerate(days):
        guide = answer(situation(area, on, turn), policy=policy, calendar=calendar, areas=places, on=on)
        silent = list(silences(guide))
        yield on, silent if guide.sentences or guide.questions else ["everything"]


def swept(code: str, *, nation: bool, between: bool) -> tuple[int, list[str]]:
    """How many answers an area was given, and each silence in words. ``between``: also the months in between."""
    days = edges(code, nation=nation)
    asked = list(ask(code, [*days, *(months_between() if between else ())]))
    return len(asked), [f"{code} {on}: nothing about {', '.join(silent)}" for on, silent in asked if silent]


def main(chosen: list[str]) -> int:
    """Status 1 where anything was silent."""
    began = time.monotonic()
    codes = chosen or [pool.code for pool in areas().pools()]
    firsts = set({province_of(code): code for code in reversed(codes)}.values())
    answers, wrong = 0, 0
    with ProcessPoolExecutor() as pool:
        asked = [
            pool.submit(swept, code, nation=bool(chosen) or code in firsts, between=code in firsts)
            for code in codes
        ]
        for done, one in enumerate(as_completed(asked), start=1):
            given, silent = one.result()
            answers += given
            wrong += len(silent)
            print("".join(f"{line}\n" for line in silent), end="", flush=True)
            _bar(done, len(codes), time.monotonic() - began)
    print(f"{len(codes)} areas, {answers} answers, {wrong} with a silence, {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


def _bar(done: int, whole: int, seconds: float) -> None:
    """How far it is, and how long it will take, on a terminal."""
    if sys.stderr.isatty():
        left = seconds / done * (whole - done)
        bar = "#" * (20 * done // whole)
        print(f"\r\x1b[K[{bar:20}] {done}/{whole}, {left:.0f} s left", end="", file=sys.stderr, flush=True)
        if done == whole:
            print(file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
