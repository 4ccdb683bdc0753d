"""The months a person holds towards cover as a retiree, as one place counts them (R-076 … R-080).

"Actual" months have three meanings: paid anywhere, paid in the province, paid in the place. What was paid elsewhere
is actual in some places and deemed in others; where the place has not said, the count lies between the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jiexu.records.monthset import MonthSet
from jiexu.rules import years as rules
from jiexu.rules.between import Between
from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.policy import Found, Policy, province_of
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import known, number, word_of, words
from jiexu.rules.working import Line, Worked, area, line, months

LOC_01 = Rule(
    "LOC-01",
    Anchor.RETIREMENT,
    ("PAID_HERE_TOO", "DEEMED_HERE", "NOT_KNOWN"),
    ("nhsa-2021-43:12",),
    Basis.LOCAL,
    Confidence.MEDIUM,
    parameters=(
        "ee.retire.paid_years_counted_in",
        "ee.retire.moved_in_years_count_as",
        "ee.retire.recognises",
    ),
)
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Stay:
    """Months of employee insurance in one place.

    ``area``: division code of the pooling area. ``paid``: months contributed. ``deemed``: months that this place
    recognised as contributed (视同缴费).
    """

    area: str
    paid: MonthSet
    deemed: MonthSet = MonthSet.EMPTY


@dataclass(frozen=True, slots=True)
class Life:
    """Everything of a person that may count: stays, months of military service, months as an insured resident."""

    stays: tuple[Stay, ...]
    military: MonthSet = MonthSet.EMPTY
    resident_months: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """Months by counter, each between the least and the most the place may mean.

    ``total``: paid, deemed, service, converted. ``paid``: what the place calls actually paid. ``province`` and
    ``local``: paid in its province, and in the place itself. ``moved_in``: something was paid elsewhere.
    """

    total: Between[int]
    paid: Between[int]
    province: int
    local: int
    moved_in: bool


def months_held(*, life: Life, place: str, on: date, policy: Policy) -> Worked[Held]:
    """R-076 … R-080: the months of a life as ``place`` counts them for who retires on a day."""
    paid = MonthSet.union(stay.paid for stay in life.stays)
    local = _paid_in(life, {place})
    inside = MonthSet.union(stay.paid for stay in life.stays if province_of(stay.area) == province_of(place))
    moved_in, here = _moved_in(life, paid, local, inside, place, on, policy)
    service = rules.military(months=life.military.count, area=place, policy=policy, on=on)
    service_paid = life.military if service.outcome == "COUNTED_AS_PAID" else MonthSet.EMPTY
    converted, conversion = _converted(life, place, on, policy)
    own = MonthSet.union(stay.deemed for stay in life.stays if stay.area == place)
    every = MonthSet.union(stay.deemed for stay in life.stays)
    surely = paid | own | life.military
    held = Held(
        total=Between(surely.count + converted, (surely | every).count + converted),
        paid=Between.of((one | service_paid).count for one in here),
        province=inside.count,
        local=local.count,
        moved_in=bool(paid - local),
    )
    twice = sum(stay.paid.count for stay in life.stays) - paid.count
    decisions = [rules.added(months=paid.count), rules.counted_once(taken=paid.count, duplicates=twice)]
    decisions += [moved_in] if held.moved_in else []
    recognised = policy.find("ee.retire.deemed_rule", place, on=on)
    decisions += [rules.deemed(months=every.count, rules=known(recognised))] if every else []
    decisions += [service] if life.military else []
    decisions += [conversion] if life.resident_months else []
    closing = line("held.closing", total=months(held.total), paid=months(held.paid), local=months(held.local))
    return Worked(held, tuple(decisions), tuple(_lines(life, held, place, decisions)), closing)


def _paid_in(life: Life, places: set[str]) -> MonthSet:
    """Months paid in places or provinces of these codes."""
    return MonthSet.union(stay.paid for stay in life.stays if {stay.area, province_of(stay.area)} & places)


def _moved_in(
    life: Life, paid: MonthSet, local: MonthSet, inside: MonthSet, place: str, on: date, policy: Policy
) -> tuple[Decision, tuple[MonthSet, ...]]:
    """LOC-01: the months that count as actually paid, in every way the place may mean, and the decision that says so."""
    counted_in = policy.find("ee.retire.paid_years_counted_in", place, on=on)
    as_what = policy.find("ee.retire.moved_in_years_count_as", place, on=on)
    friends = policy.find("ee.retire.recognises", place, on=on)
    near = local | _paid_in(life, set(words(friends)))
    inputs: dict[str, Plain] = {"elsewhere": (paid - local).count, "place": place}
    facts = tuple(one for one in (counted_in, as_what, friends) if isinstance(one, Found))
    if word_of(counted_in) == "anywhere" or word_of(as_what) == "paid":
        return LOC_01.decide("PAID_HERE_TOO", facts=facts, inputs=inputs), (paid,)
    if word_of(counted_in) == "province":
        return LOC_01.decide("DEEMED_HERE", facts=facts, inputs=inputs), (near | inside,)
    if word_of(as_what) == "deemed":
        return LOC_01.decide("DEEMED_HERE", facts=facts, inputs=inputs), (near, near | inside)
    decision = LOC_01.decide("NOT_KNOWN", facts=(*facts, as_what), inputs=inputs)
    return decision, (near, paid)


def _converted(life: Life, place: str, on: date, policy: Policy) -> tuple[int, Decision]:
    """R-080: whole years as a resident, so many for one employee year, where the place converts them."""
    decision = rules.resident(months=life.resident_months, area=place, policy=policy, on=on)
    each = number(policy.find("ee.retire.resident_years_per_employee_year", place, on=on))
    return (0 if each is None else int(life.resident_months // (each * MONTHS)) * MONTHS), decision


def _lines(life: Life, held: Held, place: str, decisions: list[Decision]) -> Iterator[Line]:
    by = {decision.rule: decision for decision in decisions}
    for stay in life.stays:
        yield line("held.stay", place=area(stay.area), paid=months(stay.paid.count))
    twice = int(str(by["R-077"].inputs["duplicates"]))
    if twice:
        yield line("held.twice", by=by["R-077"], twice=months(twice))
    if "R-078" in by:
        deemed = int(str(by["R-078"].inputs["months"]))
        yield line("held.deemed", by=by["R-078"], deemed=months(deemed), place=area(place))
    if "R-079" in by:
        paid = by["R-079"].outcome == "COUNTED_AS_PAID"
        key = "held.service_paid" if paid else "held.service_deemed"
        yield line(key, by=by["R-079"], service=months(life.military.count))
    if "R-080" in by:
        known = by["R-080"].outcome == "CONVERTED_LOCALLY"
        key = "held.resident_converted" if known else "held.resident_apart"
        yield line(key, by=by["R-080"], resident=months(life.resident_months), place=area(place))
    if "LOC-01" in by:
        elsewhere = int(str(by["LOC-01"].inputs["elsewhere"]))
        key = f"held.moved_in_{by['LOC-01'].outcome.lower()}"
        yield line(key, by=by["LOC-01"], elsewhere=months(elsewhere), place=area(place))
    yield line("held.total", by=by["R-076"], total=months(held.total))
    yield line("held.paid", paid=months(held.paid), place=area(place))


ENTRIES: Entries = ((LOC_01, months_held),)
