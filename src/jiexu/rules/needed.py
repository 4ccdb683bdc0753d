"""Years needed for cover as a retiree, by every condition of a place, and what is missing (R-081).

A place may ask for years in all, years actually paid, years paid in its province, in the place, or in one of its
schemes; the numbers depend on sex, on when somebody joined, and on the year of retirement (ladders). A condition
nobody knows keeps the answer open; what a place cuts for missing years is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiexu.rules.between import Between
from jiexu.rules.decision import Decision, Plain
from jiexu.rules.facts import Bound
from jiexu.rules.held import Held, Life, months_held
from jiexu.rules.inputs import Payer, Sex
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import ends, known, number
from jiexu.rules.working import Line, Worked, area, day, line, months, share, word
from jiexu.rules.years import R_081

MONTHS = 12
NAMES = ("total", "paid", "province", "local", "scheme")
LOC_02 = Rule(
    "LOC-02",
    Anchor.RETIREMENT,
    ("CUT_BY_MISSING_YEARS",),
    ("sil:27",),
    parameters=("ee.retire.shortfall_cut",),
)


@dataclass(frozen=True, slots=True)
class Retiree:
    """Who retires, where and when.

    ``retires_on``: the day that picks a step of the place's ladder. ``joined``: first day in employee insurance;
    ``started_work``: first day of work: both pick a cohort where the place tells them apart. ``scheme``: as the place
    names it (``account``, ``tier1`` …); ``scheme_months``: months in that scheme, None where not known.
    """

    place: str
    sex: Sex
    retires_on: date
    payer: Payer = Payer.EMPLOYER
    joined: date | None = None
    started_work: date | None = None
    scheme: str | None = None
    scheme_months: int | None = None

    def given(self, *, moved_in: bool) -> dict[str, str | int | date]:
        """What is known of the person, by axis."""
        facts: dict[str, str | int | date | None] = {
            "joined": self.joined,
            "payer": self.payer.value,
            "scheme": self.scheme,
            "sex": self.sex.value,
            "situation": "moved_in" if moved_in else None,
            "started_work": self.started_work,
        }
        return {axis: value for axis, value in facts.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the place, in months. ``asked`` and ``missing``: an open end is None: nobody knows how much.

    ``name``: total, paid, province, local, or scheme.
    """

    name: str
    asked: Bound
    held: Between[int]
    missing: Bound
    fact: Found | Unknown

    @property
    def surely_missing(self) -> int:
        return int(self.missing.low or 0)


@dataclass(frozen=True, slots=True)
class Needed:
    """``missing_low``: months surely missing; ``missing_high``: at most, None where a condition is not known.

    ``cut``: share of the benefits lost with the missing years, where the place cuts instead of refusing.
    """

    held: Held
    conditions: tuple[Condition, ...]
    missing_low: int
    missing_high: int | None
    cut: Bound | None = None


def years_needed(*, life: Life, retiree: Retiree, policy: Policy) -> Worked[Needed]:
    """R-081: every condition of the place on the day of retirement against the months held, and what is missing."""
    counted = months_held(life=life, place=retiree.place, on=retiree.retires_on, policy=policy)
    held = counted.answer
    conditions = tuple(_conditions(held, retiree, policy))
    highs = [one.missing.high for one in conditions]
    high = None if None in highs else max(int(each or 0) for each in highs)
    low = max(one.surely_missing for one in conditions)
    outcome = "NOT_REACHED" if low else "NOT_KNOWN" if high is None or high else "REACHED"
    clock = policy.find("ee.retire.clock", retiree.place, on=retiree.retires_on)
    facts = [one.fact for one in conditions if isinstance(one.fact, Found) or not low]
    facts += known(clock)
    inputs: dict[str, Plain] = {
        "missing_high": high,
        "missing_low": low,
        "place": retiree.place,
        "retires_on": retiree.retires_on.isoformat(),
        "sex": retiree.sex.value,
    }
    decision = R_081.decide(outcome, facts=facts, inputs=inputs)
    cut, cuts = _cut(retiree, low, high, policy)
    answer = Needed(held, conditions, low, high, cut)
    lines = (
        *counted.lines,
        line("needed.asked", place=area(retiree.place), on=day(retiree.retires_on)),
        *(line("needed.clock", clock=word(str(one.value))) for one in known(clock)),
        *_condition_lines(conditions, decision),
        *(line("needed.cut", by=each, place=area(retiree.place), cut=share(cut or Bound())) for each in cuts),
    )
    return Worked(answer, (*counted.decisions, decision, *cuts), lines, _closing(answer, retiree))


def _conditions(held: Held, retiree: Retiree, policy: Policy) -> Iterator[Condition]:
    in_scheme = (0, held.total.high) if retiree.scheme_months is None else (retiree.scheme_months,)
    counters = {
        "total": held.total,
        "paid": held.paid,
        "province": Between(held.province, held.province),
        "local": Between(held.local, held.local),
        "scheme": Between.of(in_scheme),
    }
    given = retiree.given(moved_in=held.moved_in)
    for name in NAMES:
        found = policy.find(f"ee.retire.{name}_years", retiree.place, on=retiree.retires_on, scope=given)
        if name == "total" and isinstance(found, Unknown):
            found = _by_continuity(found, retiree, given, policy)
        if isinstance(found, Unknown) and not _may_be_asked(name, held, found):
            continue
        yield _condition(name, found, counters[name])


def _by_continuity(
    unknown: Unknown, retiree: Retiree, given: dict[str, str | int | date], policy: Policy
) -> Found | Unknown:
    """Years in all where the place asks for fewer of those who paid without a break: the surer, longer number."""
    found = policy.find(
        "ee.retire.total_years",
        retiree.place,
        on=retiree.retires_on,
        scope={**given, "continuity": "cumulative"},
    )
    return found if isinstance(found, Found) else unknown


def _may_be_asked(name: str, held: Held, found: Unknown) -> bool:
    """Whether a condition nobody knows could decide: not one about the place for who never paid elsewhere, nor one
    about its schemes or its province where no record speaks of it.
    """
    if name in {"scheme", "province"}:
        return bool(found.fact_ids)
    return held.moved_in or name == "total" or (name == "paid" and held.total.high > held.paid.low)


def _condition(name: str, found: Found | Unknown, held: Between[int]) -> Condition:
    low, high = ends(found)
    asked = Bound(_in_months(low) or 0, _in_months(high))
    missing = Bound(
        max(int(asked.low or 0) - held.high, 0),
        None if asked.high is None else max(int(asked.high) - held.low, 0),
    )
    return Condition(name, asked, held, missing, found)


def _in_months(years: Decimal | None) -> int | None:
    return None if years is None else int(years * MONTHS)


def _cut(
    retiree: Retiree, low: int, high: int | None, policy: Policy
) -> tuple[Bound | None, tuple[Decision, ...]]:
    """What the place takes off the benefits for each missing year, begun years counted or not."""
    found = policy.find("ee.retire.shortfall_cut", retiree.place, on=retiree.retires_on)
    each = number(found)
    if each is None or not low:
        return None, ()
    most = None if high is None else -(-high // MONTHS) * Decimal(each)
    cut = Bound(low // MONTHS * Decimal(each), most)
    decision = LOC_02.decide(
        "CUT_BY_MISSING_YEARS", facts=known(found), inputs={"missing_low": low, "place": retiree.place}
    )
    return cut, (decision,)


def _condition_lines(conditions: tuple[Condition, ...], decision: Decision) -> Iterator[Line]:
    for number_, one in enumerate(conditions):
        by = decision if number_ == 0 else None
        name = word(f"years_{one.name}")
        if isinstance(one.fact, Unknown):
            yield line("needed.unknown", by=by, name=name, held=months(one.held))
            continue
        asked = _plain(one.asked)
        missing = _plain(one.missing)
        yield line(
            "needed.condition",
            by=by,
            name=name,
            asked=months(asked),
            held=months(one.held),
            missing=months(missing),
        )


def _plain(bound: Bound) -> Bound | int:
    return int(bound.low) if bound.low is not None and bound.low == bound.high else bound


def _closing(answer: Needed, retiree: Retiree) -> Line:
    place = area(retiree.place)
    if answer.missing_high is not None and answer.missing_high == answer.missing_low:
        key = "needed.closing_missing" if answer.missing_low else "needed.closing_reached"
        return line(key, place=place, missing=months(answer.missing_low))
    if answer.missing_low:
        return line(
            "needed.closing_at_least",
            place=place,
            missing=months(Bound(answer.missing_low, answer.missing_high)),
        )
    return line("needed.closing_unknown", place=place)


ENTRIES: Entries = ((LOC_02, years_needed),)
