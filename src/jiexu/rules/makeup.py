"""What paying the missed months costs (R-062): by the destination's base and rate of each month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from jiexu.records.monthset import MonthSet
from jiexu.rules.decision import Decision, Plain
from jiexu.rules.inputs import Payer
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import amount_fen, fraction, known, rounded, whole
from jiexu.rules.working import Line, Rounding, Worked, area, fen, line, month, months
from jiexu.values.errors import ValueFault
from jiexu.values.month import Month

R_062 = Rule(
    "R-062",
    Anchor.MONTH,
    ("COMPUTED", "WITHOUT_LIMITS", "NOT_BEYOND_THE_LIMIT", "NOT_KNOWN"),
    ("nhsa-2021-43:10", "nhsa-2021-43:11"),
    parameters=(
        "lapse.grace_months",
        "ee.base.lower",
        "ee.base.upper",
        "ee.rate.employer",
        "ee.rate.individual",
        "ee.rate.employer_includes_maternity",
        "ee.rate.flexible",
        "ee.flexible.base",
        "ee.flexible.monthly",
    ),
)


RATES = {
    Payer.EMPLOYER: ("ee.rate.individual", "ee.rate.employer"),
    Payer.FLEXIBLE: ("ee.rate.flexible",),
}
"""The rates of each payer: the person's, then what an employer adds."""


class MakeUpError(ValueFault):
    """Months or a base that cannot be made up."""


@dataclass(frozen=True, slots=True)
class Contributor:
    """Whose contributions: who pays, in which scheme of the place (``account``, ``pool_only``, ``tier1`` …), on what base.

    ``base_fen``: the monthly base of one's own, in fen; None: not known. ``situation``: ``transfer`` or
    ``switch_scheme``, which decides how many months may be made up.
    """

    payer: Payer
    base_fen: int | None = None
    scheme: str = "account"
    situation: str = "transfer"

    @property
    def given(self) -> dict[str, str | int | date]:
        """What is known of the person, by axis."""
        return {"payer": self.payer.value, "scheme": self.scheme, "situation": self.situation}


@dataclass(frozen=True, slots=True)
class MonthDue:
    """One month: its base, and the parts of person and employer, in fen.

    ``base_fen``: None where the place sets a fixed amount. ``limited``: the limits of the base were known.
    """

    month: Month
    base_fen: int | None
    person_fen: int
    employer_fen: int
    limited: bool
    facts: tuple[Found | Unknown, ...]

    @property
    def terms(self) -> tuple[int | None, int, int, bool]:
        """What months must share to be shown together."""
        return self.base_fen, self.person_fen, self.employer_fen, self.limited


@dataclass(frozen=True, slots=True)
class MakeUp:
    """Sums in fen; None where a month's numbers are not known. ``not_known``: the months without them."""

    person_fen: int | None
    employer_fen: int | None
    due: tuple[MonthDue, ...]
    not_known: tuple[Month, ...]


def make_up(
    *, missed: MonthSet, contributor: Contributor, paid_in: Month, place: str, policy: Policy
) -> Worked[MakeUp]:
    """R-062: the amount for the missed months at ``place``, each by the base limits and rates of that month.

    One's own base is brought within the limits of the month; a part of a fen is rounded half up, month by month and
    part by part. More months than the place lets people make up are not computed. Raises MakeUpError without a month.
    """
    if not missed:
        raise MakeUpError("no_month_missed", "{count} months were missed; name one at least.", count=0)
    if contributor.payer not in RATES:
        raise MakeUpError(
            "fund_pays_itself",
            "Months paid by the unemployment fund are not made up by the person; name employer or flexible, not {payer}.",
            payer=contributor.payer.value,
        )
    grace = policy.find("lapse.grace_months", place, on=paid_in.first_day(), scope=contributor.given)
    limit = whole(grace)
    inputs: dict[str, Plain] = {"months": missed.count, "payer": contributor.payer.value, "place": place}
    asked = line("makeup.asked", count=months(missed.count), place=area(place))
    if limit is not None and missed.count > limit:
        decision = R_062.decide("NOT_BEYOND_THE_LIMIT", facts=(grace,), inputs=inputs)
        beyond = (asked, line("makeup.beyond", by=decision, limit=months(limit)))
        return Worked(
            MakeUp(None, None, (), tuple(missed)), (decision,), beyond, line("makeup.closing_beyond")
        )
    looked = [(each, _due(each, contributor, place, policy)) for each in missed]
    due = tuple(one for _, one in looked if isinstance(one, MonthDue))
    absent = tuple(each for each, one in looked if not isinstance(one, MonthDue))
    facts = {
        fact.fact_ids: fact for _, one in looked for fact in (one.facts if isinstance(one, MonthDue) else one)
    }
    if absent:
        decision = R_062.decide("NOT_KNOWN", facts=(grace, *facts.values()), inputs=inputs)
        unknown = (
            asked,
            *_lines(due),
            line("makeup.unknown", by=decision, first=month(absent[0]), place=area(place)),
        )
        return Worked(MakeUp(None, None, due, absent), (decision,), unknown, line("makeup.closing_unknown"))
    limited = all(one.limited for one in due)
    outcome = "COMPUTED" if limited else "WITHOUT_LIMITS"
    decision = R_062.decide(outcome, facts=(grace, *facts.values()), inputs=inputs)
    person, employer = sum(one.person_fen for one in due), sum(one.employer_fen for one in due)
    lines = (
        asked,
        *_lines(due, decision),
        *([] if limited else [line("makeup.no_limits", place=area(place))]),
    )
    closing = line("makeup.closing", person=fen(person), employer=fen(employer), sum=fen(person + employer))
    return Worked(MakeUp(person, employer, due, ()), (decision,), lines, closing)


def _due(
    each: Month, contributor: Contributor, place: str, policy: Policy
) -> MonthDue | tuple[Found | Unknown, ...]:
    """One month's amount, or what was looked up in vain."""

    def look(name: str) -> Found | Unknown:
        return policy.find(name, place, on=each.first_day(), scope=contributor.given)

    own = contributor.base_fen
    based: tuple[Found | Unknown, ...] = ()
    if contributor.payer is Payer.FLEXIBLE and own is None:
        monthly, base = look("ee.flexible.monthly"), look("ee.flexible.base")
        fixed, own, based = amount_fen(monthly), amount_fen(base), (base,)
        if fixed is not None:
            return MonthDue(each, None, fixed, 0, True, (monthly,))
    looked = tuple(look(name) for name in RATES[contributor.payer])
    rates = [rate for rate in map(fraction, looked) if rate is not None]
    if own is None or len(rates) < len(looked):
        return (*based, *looked)
    limits = (look("ee.base.lower"), look("ee.base.upper"))
    lower, upper = (amount_fen(limit) for limit in limits)
    counted = max(own, lower or own)
    counted = counted if upper is None else min(counted, upper)
    person, *employer = (rounded(counted * rate) for rate in rates)
    limited = lower is not None and upper is not None
    maternity = known(look("ee.rate.employer_includes_maternity")) if employer else ()
    return MonthDue(each, counted, person, sum(employer), limited, (*based, *looked, *limits, *maternity))


def _lines(due: tuple[MonthDue, ...], by: Decision | None = None) -> Iterator[Line]:
    """Months of the same amount in one line."""
    for number, (_, group) in enumerate(groupby(due, key=lambda one: one.terms)):
        same = list(group)
        first = same[0]
        ground = by if number == 0 else None
        begin, last, number_of = month(first.month), month(same[-1].month), months(len(same))
        person = fen(first.person_fen)
        if first.base_fen is None:
            yield line("makeup.fixed", by=ground, first=begin, last=last, count=number_of, person=person)
            continue
        yield line(
            "makeup.months",
            by=ground,
            rounding=Rounding.HALF_UP_TO_FEN,
            first=begin,
            last=last,
            count=number_of,
            base=fen(first.base_fen),
            person=person,
            employer=fen(first.employer_fen),
        )


ENTRIES: Entries = ((R_062, make_up),)
