"""People of the demonstration whose cases wait at the two desks of the first story, so that each role there has work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.tables import (
    Application,
    Context,
    EventRow,
    PersonRow,
    applications_of,
    events_of,
    people_of,
)
from jiexu.simulation.stories import rows_of, sound
from jiexu.usecases.demonstration import Hand, Stage
from jiexu.values.citizen import make_synthetic

QUJING, CHENGDU = "530300", "510100"
CLERKS = {QUJING: "杨丽华", CHENGDU: "何文静"}
REVIEWERS = {QUJING: "段志强", CHENGDU: "罗建平"}
"""Accounts of the demonstration at the two desks (``web.staff``)."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who moves between the two places. ``yuan``: the account; ``received``: the application.

    ``at``: the desk that does the case by hand, empty where the machine does; ``stage``: how far it is done there.
    ``lost``: the bank loses the reference of the payment.
    """

    name: str
    birth: date
    origin: str
    received: date
    yuan: str
    at: str = ""
    stage: Stage = Stage.TO_DO
    lost: bool = False


WAITING = (
    Waiting("唐晓芸", date(1992, 3, 8), QUJING, date(2026, 11, 9), "2840.16", QUJING),
    Waiting("范志明", date(1985, 7, 19), QUJING, date(2026, 11, 11), "5120.00", QUJING),
    Waiting("曾雨桐", date(1996, 1, 30), QUJING, date(2026, 11, 12), "1733.48", QUJING),
    Waiting("邓国平", date(1979, 10, 5), QUJING, date(2026, 11, 20), "6604.92", QUJING, Stage.ASKED),
    Waiting("熊建国", date(1982, 5, 14), QUJING, date(2026, 11, 23), "3391.70", QUJING, Stage.ISSUED),
    Waiting("方丽", date(1990, 12, 2), QUJING, date(2026, 11, 23), "2208.35", QUJING, Stage.REVIEWED),
    Waiting("蒋文博", date(1988, 9, 27), CHENGDU, date(2026, 11, 24), "4075.60", QUJING),
    Waiting("孔祥云", date(1993, 6, 11), QUJING, date(2026, 11, 20), "2950.08", CHENGDU),
    Waiting("严小红", date(1987, 2, 23), QUJING, date(2026, 11, 23), "3866.41", CHENGDU, Stage.ASKED),
    Waiting("汪海涛", date(1981, 8, 16), CHENGDU, date(2026, 11, 16), "7412.55", CHENGDU),
    Waiting("石玉兰", date(1984, 4, 29), CHENGDU, date(2026, 11, 23), "1980.00", CHENGDU, Stage.ISSUED),
    Waiting("龚思远", date(1995, 11, 7), CHENGDU, date(2026, 11, 23), "2467.29", CHENGDU, Stage.REVIEWED),
    # Two of one name and one amount, and neither's payment says whose it is: nobody can tell them apart by that.
    Waiting("李娜", date(1991, 5, 3), QUJING, date(2026, 11, 23), "1500.00", lost=True),
    Waiting("李娜", date(1994, 8, 21), QUJING, date(2026, 11, 23), "1500.00", lost=True),
    Waiting("陆明远", date(1986, 3, 17), QUJING, date(2026, 11, 23), "4218.63", lost=True),
    Waiting("何秀英", date(1983, 7, 9), CHENGDU, date(2026, 11, 23), "3057.94", lost=True),
)
EMPLOYER = "Y1510100XN0000001J"
"""Unified social credit code of nobody: the employer of everybody who came to 成都."""
MEMBERS = (("江晓月", date(1994, 2, 9)), ("毛子涵", date(1989, 6, 25)), ("史可欣", date(1997, 9, 14)))
"""Whom it insures now and who have asked for nothing yet: they left Qujing at the end of October."""
STRANGE = ((CHENGDU, date(2026, 11, 24), "1234.56"), (QUJING, date(2026, 11, 24), "860.00"))
"""Money that came to a desk and belongs to no case: where, when, yuan."""


def people() -> Iterator[PersonRow]:
    """What the two agencies know of them."""
    staff = tuple(Waiting(name, birth, QUJING, date.max, "1268.40") for name, birth in MEMBERS)
    for at, each in enumerate((*WAITING, *staff)):
        who = {"name": each.name, "document_number": _number(at, each)}
        start = f"{each.birth.year + 24}-03"
        left = {
            "area": each.origin, "scheme": "职工", "status": "停保", "since": f"{start}-01", "stopped_on": "2026-10-31",
            "paid": f"{start}..2026-10", "this_year": "0", "earlier_years": each.yuan,
        }  # fmt: skip
        joined = {
            "area": _other(each.origin),
            "scheme": "职工",
            "status": "参保",
            "since": "2026-11-01",
            "this_year": "0",
            "employer": EMPLOYER if each.origin == QUJING else "",
        }
        yield from sound(
            "desks", "people", people_of(rows_of([{**who, **left}, {**who, **joined}]), context=_context())
        )


def applications() -> list[Application]:
    """What they ask, one each."""
    cells = [
        {
            "name": each.name, "document_number": _number(at, each), "consent": "是", "origin": each.origin,
            "destination": _other(each.origin), "from_scheme": "职工", "to_scheme": "职工", "received_on": each.received.isoformat(),
        }
        for at, each in enumerate(WAITING)
    ]  # fmt: skip
    return list(sound("desks", "applications", applications_of(rows_of(cells), context=_context())))


def events() -> list[EventRow]:
    """References the bank loses, and money nobody announced."""
    lost = [
        {
            "on": each.received.isoformat(), "event": "附言缺失", "document_number": _number(at, each),
            "origin": each.origin, "destination": _other(each.origin),
        }
        for at, each in enumerate(WAITING)
        if each.lost
    ]  # fmt: skip
    strange = [
        {"on": on.isoformat(), "event": "无主到账", "destination": at, "amount": yuan}
        for at, on, yuan in STRANGE
    ]
    return list(sound("desks", "events", events_of(rows_of([*lost, *strange]), context=_context())))


def hands(first: int) -> list[Hand]:
    """Who does which case by hand, and how far it is. ``first``: place of the first application in the list."""
    return [
        Hand(
            first + at,
            each.at,
            each.stage,
            by=CLERKS[each.at],
            reviewer=REVIEWERS[each.at],
            at_origin=each.at == each.origin,
        )
        for at, each in enumerate(WAITING)
        if each.at
    ]


def _number(at: int, each: Waiting) -> str:
    return make_synthetic(each.birth, 301 + at)


def _other(place: str) -> str:
    return CHENGDU if place == QUJING else QUJING


def _context() -> Context:
    return Context(areas=areas(), today=date(2026, 11, 23), demonstration=True)
