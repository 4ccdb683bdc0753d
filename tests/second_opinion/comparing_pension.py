"""Both answers on pensions: what moves, where the account is opened, where the pension is drawn, how many months."""

from __future__ import annotations

from datetime import date
from random import Random

from tests.second_opinion import pension, retirement
from tests.second_opinion.people import FIRST_DAY, Answers, Compared, Month, Person

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.inputs import Sex
from jiexu.rules.pension.amount import transfer_amount
from jiexu.rules.pension.drawing import pension_months
from jiexu.rules.pension.place import Place, benefit_place
from jiexu.rules.pension.stretches import Kind, Stretch
from jiexu.rules.pension.temporary import account_kind
from jiexu.values import month as months
from jiexu.values.period import Period

POLICY = shipped_policy()
FIRST_RECORD, LAST_RECORD = 1997 * 12, 2009 * 12
"""Months around the two in which a rate changes: 1998-01 and 2006-01."""
PROVINCES = ("110000", "310000", "330000", "440000", "510000", "650000", "660000")


def amount(who: Person) -> Answers:
    """PEN-03, PEN-04, PEN-06: the four sums of a transfer."""
    draw = who.draws("pension amount")
    record = [
        (
            first,
            last,
            draw.randint(100_000, 3_000_000),
            draw.choice(("paid", "paid", "paid", "arrears", "deemed")),
        )
        for first, last in _stretches(draw)
    ]
    own, interest = draw.choice((0, draw.randint(1, 500_000))), draw.choice((0, draw.randint(1, 900_000)))
    entries: list[tuple[Month, int, str]] = [
        ((index // 12, index % 12 + 1), wage, kind)
        for first, last, wage, kind in record
        for index in range(first, last + 1)
    ]
    theirs = pension.transfer_amount(entries, own_part_before_1998=own, interest_since_1998=interest)
    answer = transfer_amount(
        stretches=[
            Stretch(Period(months.Month(first), months.Month(last)), wage, Kind(kind))
            for first, last, wage, kind in record
        ],
        policy=POLICY,
        on=who.applied,
        own_before_fen=own,
        interest_fen=interest,
    ).amount
    assert answer is not None
    ours = {
        "before_1998": answer.own_before_fen,
        "account": answer.account_fen + answer.interest_fen,
        "pooled": answer.pooled_fen,
        "total": answer.total_fen,
    }
    return {"record": record, "own": own, "interest": interest}, theirs, ours


def _stretches(draw: Random) -> list[tuple[int, int]]:
    """Up to four stretches of months that do not overlap."""
    edges = sorted(draw.sample(range(FIRST_RECORD, LAST_RECORD), 2 * draw.randint(0, 3)))
    return list(zip(edges[::2], edges[1::2], strict=True))


def account(who: Person) -> Answers:
    """PEN-11 to PEN-13: a general or a temporary account."""
    draw = who.draws("pension account")
    birth = date(who.applied.year - draw.randint(38, 52), draw.randint(1, 12), draw.randint(1, 28))
    registered, destination = draw.choice(PROVINCES), draw.choice(PROVINCES)
    approved, before = draw.random() < 0.2, draw.random() < 0.2
    theirs = pension.account_kind(
        sex="man" if who.sex == "male" else "woman",
        birth=birth,
        first_day=who.applied,
        destination_is_registered_province=registered == destination,
        approved=approved,
        general_before=before,
    )
    answer = account_kind(
        sex=Sex(who.sex),
        birth=birth,
        registered_in=registered,
        destination=destination,
        first_on=who.applied,
        policy=POLICY,
        on=who.applied,
        general_before=before,
        approved=approved,
    )
    told = {"sex": who.sex, "birth": birth, "first": who.applied, "registered": registered}
    ours = {True: "temporary", False: "general", None: "not known"}[answer.temporary]
    return told | {"destination": destination, "approved": approved, "before": before}, theirs, ours


def place(who: Person) -> Answers:
    """PEN-17, PEN-19, PEN-20: the province that pays."""
    draw = who.draws("pension place")
    lived = [
        Place(
            area=draw.choice(PROVINCES),
            paid=draw.choice((1, 60, 119, 120, 121, 200)),
            deemed=draw.choice((0, 0, 36)),
            temporary=draw.random() < 0.2,
        )
        for _ in range(draw.randint(0, 5))
    ]
    registered = draw.choice(PROVINCES)
    theirs = pension.benefit_place(
        [(each.area, each.paid + each.deemed) for each in lived if not each.temporary], registered
    )
    # From 2016-11-28 it is known that deemed years count (PEN-20).
    on = max(who.applied, date(2017, 1, 1))
    ours = benefit_place(places=lived, registered_in=registered, policy=POLICY, on=on)
    return {"lived": lived, "registered": registered}, theirs, ours.province


def months_needed(who: Person) -> Answers:
    """PEN-27 with errata row 106: the months of the year of the age, or of an earlier retirement."""
    draw = who.draws("pension months")
    reaches = date(draw.randint(FIRST_DAY.year, 2045), draw.randint(1, 12), 1)
    retires = draw.choice((None, date(reaches.year + draw.randint(-3, 3), draw.randint(1, 12), 1)))
    held = draw.randint(0, 300)
    counts = reaches if retires is None else min(reaches, retires)
    needed = retirement.pension_months_needed((counts.year, counts.month))
    assert needed is not None
    answer = pension_months(months=held, reaches_age_on=reaches, policy=POLICY, retires_on=retires)
    told = {"reaches": reaches, "retires": retires, "held": held}
    return told, (needed, max(needed - held, 0)), (answer.needed, answer.missing)


COMPARED: Compared = {
    "pension amount": amount,
    "pension account": account,
    "pension place": place,
    "pension months": months_needed,
}
