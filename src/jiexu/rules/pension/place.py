"""Where the pension will be drawn, and how it is computed there (PEN-17, PEN-19 … PEN-22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.policy import Found, Policy, Unknown, province_of
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import whole, word_of, yes

PEN_17 = Rule(
    "PEN-17",
    Anchor.RETIREMENT,
    ("HOME_COLLECTS", "NEVER_TEMPORARY"),
    ("temporary-account-practice",),
    confidence=Confidence.MEDIUM,
)
PEN_19 = Rule(
    "PEN-19",
    Anchor.RETIREMENT,
    ("HOME", "LAST_PLACE", "EARLIER_PLACE", "HOME_COLLECTS", "NOT_KNOWN"),
    ("guobanfa-2009-66:6",),
    parameters=("pension.place.years",),
)
PEN_20 = Rule(
    "PEN-20",
    Anchor.RETIREMENT,
    ("DEEMED_COUNT", "DEEMED_NOT_KNOWN", "NO_DEEMED", "DEEMED_DO_NOT_COUNT"),
    ("mohrss-2016-5",),
    confidence=Confidence.MEDIUM,
    parameters=("pension.place.deemed_years_count", "pension.place.years_counted_in"),
)
PEN_21 = Rule(
    "PEN-21",
    Anchor.RETIREMENT,
    ("LOCAL_RULE", "NOT_KNOWN"),
    ("guangdong-pension-place",),
    Basis.LOCAL,
    Confidence.MEDIUM,
    parameters=("pension.place.inside_province",),
)
PEN_22 = Rule(
    "PEN-22", Anchor.RETIREMENT, ("BY_EACH_YEAR",), ("guobanfa-2009-66:7",), confidence=Confidence.MEDIUM
)
MONTHS = 12


class Case(StrEnum):
    """The four cases of article 6, and what cannot be told."""

    HOME = "HOME"
    LAST_PLACE = "LAST_PLACE"
    EARLIER_PLACE = "EARLIER_PLACE"
    HOME_COLLECTS = "HOME_COLLECTS"
    NOT_KNOWN = "NOT_KNOWN"


@dataclass(frozen=True, slots=True)
class Place:
    """Months of one relation: ``paid`` and ``deemed`` (the latter belong to the province of the work).

    ``area``: division code of the place. ``temporary``: a temporary account, which is never where a pension is drawn.
    """

    area: str
    paid: int
    deemed: int = 0
    temporary: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """Months that count for a province, paid and deemed together; ``last``: whether the present relation is there."""

    province: str
    months: int


@dataclass(frozen=True, slots=True)
class BenefitPlace:
    """The province that will pay; None where it cannot be told. ``counted``: general provinces, newest first.

    ``needed``: months that make a place of benefit; None where not known.
    """

    province: str | None
    case: Case
    needed: int | None
    counted: tuple[Counted, ...]
    decisions: tuple[Decision, ...]


def benefit_place(*, places: Sequence[Place], registered_in: str, policy: Policy, on: date) -> BenefitPlace:
    """PEN-19: the own province, else the last with ten years, else the one before that, else the own province collects.

    ``places``: relations from the oldest to the newest, the last one being where the relation is now.
    ``registered_in``: division code of the household registration. ``on``: the day that picks the rule, that of
    retirement. Years are counted by province, paid and deemed (PEN-20). Where it is not known whether deemed years
    count and that would change the answer, the answer is NOT_KNOWN.
    """
    home = province_of(registered_in)
    general = [place for place in places if not place.temporary]
    years = policy.find("pension.place.years", on=on)
    deemed = deemed_years(months=sum(place.deemed for place in general), policy=policy, on=on)
    needed = None if (value := whole(years)) is None else value * MONTHS
    both = [_chosen(general, home, needed, count_deemed=counts) for counts in COUNTS[deemed.outcome]]
    case, province = both[0] if len(set(both)) == 1 else (Case.NOT_KNOWN, None)
    notes = [deemed, computed_by_years()]
    if len(general) < len(places):
        notes.append(PEN_17.decide("NEVER_TEMPORARY" if general else "HOME_COLLECTS"))
    # At home no number is asked for, so one that is not known is no doubt.
    facts = () if case is Case.HOME else (years,)
    counted = tuple(_counted(general, count_deemed=COUNTS[deemed.outcome][0]))
    inputs: dict[str, Plain] = {
        "home": home,
        "needed_months": needed,
        "province": province,
        **{f"months_{each.province}": each.months for each in counted},
    }
    doubt = () if case is Case.HOME or deemed.outcome == "NO_DEEMED" else (deemed.confidence,)
    said = PEN_19.decide(case.value, facts=facts, inputs=inputs, links=doubt)
    return BenefitPlace(province, case, needed, counted, (said, *notes))


COUNTS: dict[str, tuple[bool, ...]] = {
    "DEEMED_COUNT": (True,),
    "NO_DEEMED": (True,),
    "DEEMED_DO_NOT_COUNT": (False,),
    "DEEMED_NOT_KNOWN": (True, False),
}


def _chosen(
    general: Sequence[Place], home: str, needed: int | None, *, count_deemed: bool
) -> tuple[Case, str | None]:
    if not general:
        return Case.HOME_COLLECTS, home
    last = province_of(general[-1].area)
    if last == home:
        return Case.HOME, home
    if needed is None:
        return Case.NOT_KNOWN, None
    for each in _counted(general, count_deemed=count_deemed):
        if each.months >= needed:
            return Case.LAST_PLACE if each.province == last else Case.EARLIER_PLACE, each.province
    return Case.HOME_COLLECTS, home


def _counted(general: Sequence[Place], *, count_deemed: bool) -> list[Counted]:
    """Months by province, the newest relation first."""
    months: dict[str, int] = {}
    for place in reversed(general):
        province = province_of(place.area)
        months[province] = months.get(province, 0) + place.paid + place.deemed * count_deemed
    return [Counted(province, count) for province, count in months.items()]


def deemed_years(*, months: int, policy: Policy, on: date) -> Decision:
    """PEN-20: deemed years count for the province in which the person worked then."""
    inputs: dict[str, Plain] = {"deemed_months": months}
    if not months:
        return PEN_20.decide("NO_DEEMED", inputs=inputs)
    found = policy.find("pension.place.deemed_years_count", on=on)
    counted_in = policy.find("pension.place.years_counted_in", on=on)
    inputs["counted_in"] = word_of(counted_in)
    outcome = {True: "DEEMED_COUNT", False: "DEEMED_DO_NOT_COUNT", None: "DEEMED_NOT_KNOWN"}[yes(found)]
    return PEN_20.decide(outcome, facts=(found, counted_in), inputs=inputs)


def computed_by_years() -> Decision:
    """PEN-22: each year's own wage, all years together, and the average wages of the place of benefit in those years."""
    return PEN_22.decide("BY_EACH_YEAR")


def paying_city(*, province: str, policy: Policy, on: date) -> tuple[Found | Unknown, Decision]:
    """PEN-21: which city pays is the province's own rule, given in its words; unknown for most provinces."""
    found = policy.find("pension.place.inside_province", province, on=on)
    outcome = "LOCAL_RULE" if isinstance(found, Found) else "NOT_KNOWN"
    return found, PEN_21.decide(outcome, facts=(found,), inputs={"province": province})


ENTRIES: Entries = (
    (PEN_17, benefit_place),
    (PEN_19, benefit_place),
    (PEN_20, deemed_years),
    (PEN_21, paying_city),
    (PEN_22, computed_by_years),
)
