"""Both answers on gaps: how long, what wait, from when, what is paid back; residents' waits; late fees.

Places say little of this today, so these people move to made-up ones, which say everything that can be said.
"""

from __future__ import annotations

from datetime import date, timedelta

from tests.second_opinion import gap, late_fee, resident_wait
from tests.second_opinion.made_up import Place, places, policy_of
from tests.second_opinion.people import Answers, Compared, Month, Person

from jiexu.rules.between import Between
from jiexu.rules.facts import Value
from jiexu.rules.gaps import Lapse, count_gap
from jiexu.rules.inputs import Payer
from jiexu.rules.late_fee import late_fee as late_fee_of
from jiexu.rules.residents import ResidentReturn
from jiexu.rules.residents import resident_wait as resident_wait_of
from jiexu.rules.waiting import Return, Situation, cover_after_gap
from jiexu.values import month as months

SAID: dict[str, tuple[Value | None, ...]] = {
    "lapse.gap_method": (None, "months_between", "from_month_of_stop"),
    "lapse.benefit_from_month": (None, 1, 3, 7, 9),
    "lapse.wait_made_up_months": (None, None, 0, 3),
    "lapse.wait_not_made_up_months": (None, 0, 6),
    "lapse.wait_ceiling": (None, 3),
    "lapse.wait_starts": (None, "month_of_payment", "month_after_payment"),
    "resident.wait.first_missed_year_counts": (None, True, False),
    "resident.wait.missed_years_from": (None, 2020, 2025),
    "resident.wait.starts": (None, "month_of_payment", "month_after_payment", "cover_year_start"),
}
SCOPES = {
    "lapse.benefit_from_month": {"gap": "over_grace"},
    "lapse.wait_ceiling": {"situation": "switch_scheme"},
}
METHODS = {"months_between": "between", "from_month_of_stop": "from_stop"}
STARTS = {"month_of_payment": "payment", "month_after_payment": "after", "cover_year_start": "year"}
PLACES = 300
MADE_UP = places(99, PLACES, SAID)
POLICY = policy_of(MADE_UP, SCOPES)


def gap_length(who: Person) -> Answers:
    """R-061: the fewest and the most months."""
    code, said, lapse = _lapse(who)
    last, first, stopped = (None if each is None else _plain(each) for each in lapse)
    assert last is not None
    assert first is not None
    counts = gap.gap_months(last, first, stopped, METHODS.get(str(said["lapse.gap_method"])))
    answer = count_gap(lapse=_engine_lapse(lapse), place=code, policy=POLICY).answer
    told = {"last": last, "first": first, "stopped": stopped, "place": said}
    return told, (min(counts), max(counts)), _ends(answer.months)


def cover(who: Person) -> Answers:
    """R-054 to R-060: waiting, first month of benefits, whether the gap is paid back."""
    code, said, lapse = _lapse(who)
    draw = who.draws("cover")
    kind = draw.choice(("EE", "EE", "ER", "RE"))
    made_up, consecutive = draw.random() < 0.7, draw.choice((None, 0, 23, 24, 60))
    last, first, stopped = lapse
    counts = gap.gap_months(
        _plain(last),
        _plain(first),
        None if stopped is None else _plain(stopped),
        METHODS.get(str(said["lapse.gap_method"])),
    )
    from_month = said["lapse.benefit_from_month"]
    local = {
        "wait_long": None if from_month is None else int(str(from_month)) - 1,
        "wait_made_up": said["lapse.wait_made_up_months"],
        "wait_not_made_up": said["lapse.wait_not_made_up_months"],
        "ceiling": None if kind == "EE" else said["lapse.wait_ceiling"],
    }
    each = {
        length: gap.waiting(kind, gap=length, made_up=made_up, consecutive=consecutive, **local)  # type: ignore[arg-type]
        for length in sorted(counts)
    }
    theirs = _together(each, _plain(first), said)
    situation = Situation.TRANSFER if kind == "EE" else Situation.SWITCH
    answer = cover_after_gap(
        lapse=_engine_lapse(lapse),
        back=Return(situation, Payer.EMPLOYER, made_up, None if kind == "EE" else consecutive),
        place=code,
        policy=POLICY,
    ).answer
    ours = (
        None if answer.wait is None else _ends(answer.wait),
        None if answer.begins is None else (_plain(answer.begins.low), _plain(answer.begins.high)),
        answer.paid_back,
    )
    told = {"kind": kind, "gap": counts, "made_up": made_up, "consecutive": consecutive, "place": said}
    return told, theirs, ours


def _together(
    each: dict[int, tuple[gap.Answer, bool | None]], paid: Month, said: Place
) -> tuple[gap.Answer, tuple[Month, Month] | None, bool | None]:
    """One answer from those for every length the gap may have: from the least to the most; nothing if one is open."""
    back = {answer for _, answer in each.values()}
    paid_back = back.pop() if len(back) == 1 else None
    waits = [wait for wait, _ in each.values() if wait is not None]
    if len(waits) < len(each):
        return None, None, paid_back
    begins = {
        month
        for length, (wait, _) in each.items()
        if wait is not None
        for number in wait
        for month in gap.first_benefit_months(paid, number, _starts(length, said))
    }
    return (
        (min(low for low, _ in waits), max(high for _, high in waits)),
        (min(begins), max(begins)),
        paid_back,
    )


def _starts(length: int, said: Place) -> str | None:
    """A place that says from which month cover runs counts the month of payment (errata row 60)."""
    if length > gap.ALLOWED_GAP and said["lapse.benefit_from_month"] is not None:
        return "payment"
    return STARTS.get(str(said["lapse.wait_starts"]))


Lapsed = tuple[months.Month, months.Month, months.Month | None]


def _lapse(who: Person) -> tuple[str, Place, Lapsed]:
    draw = who.draws("lapse")
    code = draw.choice(tuple(MADE_UP))
    last = months.Month(draw.randrange(2022 * 12, 2026 * 12))
    first = last + draw.choice((1, 2, 3, 4, 4, 5, 5, 6, 12))
    return code, MADE_UP[code], (last, first, draw.choice((None, last, last + 1)))


def _engine_lapse(lapse: Lapsed) -> Lapse:
    last, first, stopped = lapse
    return Lapse(last_paid=last, first_paid=first, stopped=stopped)


def _plain(month: months.Month) -> Month:
    return (month.year, month.month)


def _ends(between: Between[int]) -> tuple[int, int]:
    return (between.low, between.high)


def residents(who: Person) -> Answers:
    """R-063 to R-066: the fewest and the most months of a resident's wait, and the first month with benefits."""
    draw = who.draws("resident wait")
    code = draw.choice(tuple(MADE_UP))
    said = MADE_UP[code]
    year = draw.randint(2025, 2032)
    missed = draw.choice((0, 0, 1, 2, 3, 4, 5, 8))
    repaired, in_window = draw.randint(0, missed), draw.random() < 0.5
    special = draw.choice((None, None, None, "newborn", "special_groups"))
    since = said["resident.wait.missed_years_from"]
    counts = resident_wait.resident_wait(
        in_window=in_window,
        cover_year=year,
        missed=missed,
        repaired=repaired,
        special=special is not None,
        first_missed_year_counts=said["resident.wait.first_missed_year_counts"],  # type: ignore[arg-type]
        counted_from=None if since is None else int(str(since)),
    )
    paid = date(max(year - draw.choice((0, 1)), 2025), draw.randint(1, 12), draw.randint(1, 28))
    starts = STARTS.get(str(said["resident.wait.starts"]))
    begins = {
        month
        for wait in counts
        for month in resident_wait.first_benefit_months((paid.year, paid.month), year, wait, starts)
    }
    back = ResidentReturn(
        cover_year=year,
        paid_on=paid,
        missed=missed,
        repaired=repaired,
        in_window=in_window,
        exempt=special,
    )
    answer = resident_wait_of(back=back, place=code, policy=POLICY).answer
    # From when the exempt have benefits R-066 does not say; newborns may have them from birth.
    theirs = (min(counts), max(counts)), None if special else (min(begins), max(begins))
    ours = (
        None if answer.wait is None else _ends(answer.wait),
        None if answer.begins is None else (_plain(answer.begins.low), _plain(answer.begins.high)),
    )
    return {"back": back, "place": said}, theirs, ours


def fee(who: Person) -> Answers:
    """R-071, R-072: who owes a late fee, and how much."""
    draw = who.draws("late fee")
    payer = draw.choice((Payer.EMPLOYER, Payer.EMPLOYER, Payer.FLEXIBLE))
    arrears = draw.randint(1, 5_000_000)
    last = date(2011, 7, 1) + timedelta(days=draw.randrange(5_000))
    first = last - timedelta(days=draw.choice((0, 1, 44, 99, draw.randrange(1_000))))
    if payer is Payer.EMPLOYER:
        theirs = ("employer", late_fee.late_fee_between(arrears, first, last))
    else:
        theirs = late_fee.late_fee(arrears, (last - first).days + 1, owed_by_employer=False)
    answer = late_fee_of(
        arrears_fen=arrears, first_day=first, last_day=last, payer=payer, policy=POLICY
    ).answer
    told = {"payer": payer.value, "arrears": arrears, "first": first, "last": last}
    return told, theirs, (answer.owed_by, answer.fee_fen)


COMPARED: Compared = {
    "gap": gap_length,
    "cover": cover,
    "resident wait": residents,
    "late fee": fee,
}
