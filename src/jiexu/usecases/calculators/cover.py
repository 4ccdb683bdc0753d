"""Cover after a gap and what it costs: gap, make-up, resuming, residents' wait and premium, late fee."""

from __future__ import annotations

from datetime import date

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.records.monthset import MonthSet
from jiexu.rules.gaps import Lapse
from jiexu.rules.inputs import Payer
from jiexu.rules.late_fee import LateFee, late_fee
from jiexu.rules.makeup import Contributor, MakeUp, make_up
from jiexu.rules.premium import Premium, Resident, resident_premium
from jiexu.rules.residents import ResidentReturn, ResidentWait, resident_wait
from jiexu.rules.resuming import Resumed, Start, cover_in_one_place
from jiexu.rules.waiting import Cover, Return, Situation, cover_after_gap
from jiexu.rules.working import Worked
from jiexu.usecases.calculators.fields import Calculator, Field, Kind
from jiexu.values.month import Month

RESIDENTS = ("adult", "elderly", "minor", "child", "student", "university", "newborn")
PAYER = Field(
    "payer", "payer", Kind.CHOICE, "payer", default="employer", choices=(Payer.EMPLOYER, Payer.FLEXIBLE)
)
SITUATION = Field(
    "situation", "situation", Kind.CHOICE, "situation", default="transfer", choices=tuple(Situation)
)
INTO = Field("place", "to", Kind.AREA, "to", required=True)
INSURED_AT = Field("place", "at", Kind.AREA, "insured_at", required=True)
COVER_YEAR = Field("cover_year", "year", Kind.YEAR, "cover_year", required=True)
REPAIRED = Field("repaired", "repaired", Kind.COUNT, "repaired", default=0)
BASE = Field("base_fen", "base", Kind.YUAN, "base")
SCHEMES = ("account", "pool_only", "account_without_account", "tier1", "tier2", "resident")
SCHEME = Field("scheme", "scheme", Kind.CHOICE, "scheme", default="account", choices=SCHEMES)


def _gap(
    last_paid: Month,
    first_paid: Month,
    place: str,
    joined: Month | None,
    stopped: Month | None,
    situation: str,
    insured_months: int | None,
    payer: str,
    *,
    made_up: bool,
) -> Worked[Cover]:
    """How long a gap is, whether there is a wait, and from when care is paid."""
    lapse = Lapse(last_paid=last_paid, first_paid=first_paid, joined=joined, stopped=stopped)
    back = Return(Situation(situation), Payer(payer), made_up=made_up, insured_months=insured_months)
    return cover_after_gap(lapse=lapse, back=back, place=place, policy=shipped_policy())


GAP = Calculator(
    "gap",
    "gap",
    _gap,
    (
        Field("last_paid", "last-paid", Kind.MONTH, "last_paid", required=True),
        Field("first_paid", "first-paid", Kind.MONTH, "first_paid", required=True),
        INTO,
        Field("joined", "joined", Kind.MONTH, "joined"),
        Field("stopped", "stopped", Kind.MONTH, "stopped_month"),
        Field("made_up", "made-up/not-made-up", Kind.YES_NO, "made_up", default=True),
        SITUATION,
        Field("insured_months", "insured-months", Kind.COUNT, "insured_months"),
        PAYER,
    ),
)


def _make_up(
    missed: tuple[MonthSet, ...],
    paid_in: Month,
    place: str,
    payer: str,
    base_fen: int | None,
    scheme: str,
    situation: str,
) -> Worked[MakeUp]:
    """What the missed months cost by the destination's base and rate."""
    contributor = Contributor(Payer(payer), base_fen, scheme, situation)
    return make_up(
        missed=MonthSet.union(missed),
        contributor=contributor,
        paid_in=paid_in,
        place=place,
        policy=shipped_policy(),
    )


MAKE_UP = Calculator(
    "makeup",
    "makeup",
    _make_up,
    (
        Field("missed", "months", Kind.MONTHS, "missed", required=True, many=True),
        Field("paid_in", "paid-in", Kind.MONTH, "paid_in", required=True),
        INTO,
        PAYER,
        BASE,
        SCHEME,
        SITUATION,
    ),
)


def _resume(
    gap_months: int, paid_in: Month, place: str, payer: str, start: str, exempt: str | None
) -> Worked[Resumed]:
    """The wait of who stops and resumes in one place."""
    return cover_in_one_place(
        gap=gap_months,
        paid_in=paid_in,
        start=Start(start),
        payer=Payer(payer),
        place=place,
        exempt=exempt,
        policy=shipped_policy(),
    )


RESUME = Calculator(
    "resume",
    "resume",
    _resume,
    (
        Field("gap_months", "gap", Kind.COUNT, "gap_months", required=True),
        Field("paid_in", "paid-in", Kind.MONTH, "paid_again", required=True),
        INSURED_AT,
        PAYER,
        Field("start", "start", Kind.CHOICE, "start", default="resume", choices=tuple(Start)),
        Field("exempt", "exempt", Kind.CHOICE, "exempt_here", choices=("veterans", "newborn")),
    ),
)


def _premium(cover_year: int, place: str, group: str, tier: str | None, repaired: int) -> Worked[Premium]:
    """What a resident pays for a year of cover, and for missed years besides."""
    who = Resident(group=group, tier=tier)
    return resident_premium(
        cover_year=cover_year, who=who, place=place, repaired=repaired, policy=shipped_policy()
    )


PREMIUM = Calculator(
    "premium",
    "premium",
    _premium,
    (
        COVER_YEAR,
        INSURED_AT,
        Field("group", "group", Kind.CHOICE, "resident_group", default="adult", choices=RESIDENTS),
        Field("tier", "tier", Kind.CHOICE, "tier", choices=("basic", "middle", "high")),
        REPAIRED,
    ),
)


def _resident_wait(
    cover_year: int,
    paid_on: date,
    place: str,
    missed: int,
    repaired: int,
    exempt: str | None,
    *,
    in_window: bool,
) -> Worked[ResidentWait]:
    """The wait of a resident who joins late or comes back."""
    back = ResidentReturn(cover_year, paid_on, missed, repaired, in_window=in_window, exempt=exempt)
    return resident_wait(back=back, place=place, policy=shipped_policy())


RESIDENT_WAIT = Calculator(
    "resident-wait",
    "resident_wait",
    _resident_wait,
    (
        COVER_YEAR,
        Field("paid_on", "paid", Kind.DAY, "paid_on", required=True),
        INSURED_AT,
        Field("missed", "missed", Kind.COUNT, "missed_years", default=0),
        REPAIRED,
        Field("in_window", "in-window/late", Kind.YES_NO, "window", default=True),
        Field("exempt", "exempt", Kind.CHOICE, "exempt", choices=("newborn", "special_groups")),
    ),
)


def _late_fee(
    arrears_fen: int, first_day: date, last_day: date, payer: str, place: str | None
) -> Worked[LateFee]:
    """The late fee on arrears, and who owes it."""
    return late_fee(
        arrears_fen=arrears_fen,
        first_day=first_day,
        last_day=last_day,
        payer=Payer(payer),
        place=place,
        policy=shipped_policy(),
    )


LATE_FEE = Calculator(
    "latefee",
    "latefee",
    _late_fee,
    (
        Field("arrears_fen", "arrears", Kind.YUAN, "arrears", required=True),
        Field("first_day", "since", Kind.DAY, "since", required=True),
        Field("last_day", "until", Kind.DAY, "until", required=True),
        PAYER,
        Field("place", "at", Kind.AREA, "insured_at"),
    ),
)
