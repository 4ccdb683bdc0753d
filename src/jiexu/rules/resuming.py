"""Stopping and resuming in one place: only the place's own rule counts, the national one is for movers (LOC-04 … LOC-06).

What an employer's arrears do to cover, and whether a premium comes back on switching schemes, are local as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.rules.between import Between
from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.inputs import Payer
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import known, whole, words, yes
from jiexu.rules.working import Line, Worked, area, calendar_days, line, month, months
from jiexu.values.month import Month

LOC_04 = Rule(
    "LOC-04",
    Anchor.RETURN_TO_COVER,
    ("NO_WAIT", "LOCAL_WAIT", "AT_MOST_THE_CEILING", "NOT_KNOWN"),
    (),
    Basis.LOCAL,
    parameters=(
        "lapse.grace_months",
        "lapse.grace_days",
        "lapse.benefit_from_month",
        "lapse.wait_ceiling",
        "lapse.gap_paid_back",
        "lapse.exempt",
    ),
)
LOC_05 = Rule(
    "LOC-05",
    Anchor.EVENT,
    ("COVER_STOPS", "NOT_KNOWN"),
    ("sil:60", "sil:63"),
    Basis.LOCAL,
    Confidence.MEDIUM,
    parameters=("lapse.employer_arrears_stop_from_month", "lapse.employer_arrears_rule"),
)
LOC_06 = Rule(
    "LOC-06",
    Anchor.EVENT,
    ("REFUNDED", "NOT_REFUNDED", "NOT_KNOWN"),
    (),
    Basis.LOCAL,
    parameters=("lapse.premium_refunded_on_switch",),
)


class Start(StrEnum):
    """``resume``: stopped and resumed here. ``first_entry``: never insured before. ``leave_employer``: paying oneself
    after leaving an employer here.
    """

    RESUME = "resume"
    FIRST_ENTRY = "first_entry"
    LEAVE_EMPLOYER = "leave_employer"


@dataclass(frozen=True, slots=True)
class Resumed:
    """``wait``: months without benefits, None where not known. ``begins``: the first month of benefits.

    ``within``: whether the gap is one the place lets people make up, None where not known. ``grace_days``: the place
    counts that limit in days.
    """

    wait: Between[int] | None
    begins: Between[Month] | None
    within: bool | None
    paid_back: bool | None
    grace_days: int | None


def cover_in_one_place(
    *,
    gap: int,
    paid_in: Month,
    start: Start,
    payer: Payer,
    place: str,
    policy: Policy,
    exempt: str | None = None,
) -> Worked[Resumed]:
    """LOC-04: the wait after ``gap`` months without contribution in one place, read in the month of paying again.

    ``exempt``: ``veterans`` or ``newborn`` where the person is one. Nothing is taken over from the rule for movers.
    """
    on = paid_in.first_day()
    about: dict[str, str | int | date] = {"payer": payer.value, "situation": start.value, "gap_months": gap}
    grace = policy.find("lapse.grace_months", place, on=on, scope=about)
    limit = whole(grace)
    within = None if limit is None else gap <= limit
    given = about if within is None else {**about, "gap": "within_grace" if within else "over_grace"}
    days = policy.find("lapse.grace_days", place, on=on, scope=about)
    back = policy.find("lapse.gap_paid_back", place, on=on, scope=given)
    free = policy.find("lapse.exempt", place, on=on)
    inputs: dict[str, Plain] = {"gap": gap, "payer": payer.value, "place": place, "start": start.value}
    if exempt is not None and exempt in words(free):
        decision = LOC_04.decide("NO_WAIT", facts=(free,), inputs=inputs)
        wait: Between[int] | None = Between(0, 0)
    else:
        decision, wait = _wait(policy, place, on, given, known(grace, days, back), inputs)
    answer = Resumed(
        wait=wait,
        begins=None if wait is None else Between(paid_in + wait.low, paid_in + wait.high),
        within=within,
        paid_back=yes(back),
        grace_days=whole(days),
    )
    return Worked(answer, (decision,), tuple(_lines(answer, gap, place, decision)), _closing(answer))


def _wait(
    policy: Policy,
    place: str,
    on: date,
    given: dict[str, str | int | date],
    facts: tuple[Found, ...],
    inputs: dict[str, Plain],
) -> tuple[Decision, Between[int] | None]:
    first = policy.find("lapse.benefit_from_month", place, on=on, scope=given)
    number = whole(first)
    if number is not None:
        outcome = "LOCAL_WAIT" if number > 1 else "NO_WAIT"
        return LOC_04.decide(outcome, facts=(*facts, first), inputs=inputs), Between(number - 1, number - 1)
    ceiling = policy.find("lapse.wait_ceiling", place, on=on, scope=given)
    most = whole(ceiling)
    if most is not None:
        decision = LOC_04.decide("AT_MOST_THE_CEILING", facts=(*facts, first, ceiling), inputs=inputs)
        return decision, Between(0, most)
    return LOC_04.decide("NOT_KNOWN", facts=(*facts, first), inputs=inputs), None


def _lines(answer: Resumed, gap: int, place: str, decision: Decision) -> Iterator[Line]:
    yield line("resume.asked", gap=months(gap), place=area(place))
    if answer.grace_days is not None:
        yield line("resume.days", place=area(place), days=calendar_days(answer.grace_days))
    if answer.within is not None:
        yield line("resume.within" if answer.within else "resume.over", place=area(place))
    if answer.wait is None:
        yield line("resume.unknown", by=decision, place=area(place))
    else:
        yield line("resume.wait", by=decision, place=area(place), wait=months(answer.wait))
    if answer.paid_back is not None:
        yield line("resume.paid_back" if answer.paid_back else "resume.not_paid_back")


def _closing(answer: Resumed) -> Line:
    if answer.wait is None or answer.begins is None:
        return line("resume.closing_unknown")
    key = "resume.closing_wait" if answer.wait.high else "resume.closing_none"
    return line(key, wait=months(answer.wait), begins=month(answer.begins))


def employer_arrears(*, place: str, on: date, policy: Policy) -> Decision:
    """LOC-05: from which calendar month of the employer's arrears cover stops, and who then bears the cost."""
    month_found = policy.find("lapse.employer_arrears_stop_from_month", place, on=on)
    text = policy.find("lapse.employer_arrears_rule", place, on=on)
    inputs: dict[str, Plain] = {"from_month": whole(month_found), "place": place}
    if isinstance(month_found, Unknown):
        return LOC_05.decide("NOT_KNOWN", facts=(month_found,), inputs=inputs)
    return LOC_05.decide("COVER_STOPS", facts=(month_found, *known(text)), inputs=inputs)


def premium_on_switching(*, place: str, on: date, policy: Policy) -> Decision:
    """LOC-06: whether the premium of the scheme left comes back to who switches to the other one."""
    found = policy.find("lapse.premium_refunded_on_switch", place, on=on)
    outcome = {None: "NOT_KNOWN", True: "REFUNDED", False: "NOT_REFUNDED"}[yes(found)]
    return LOC_06.decide(outcome, facts=(found,), inputs={"place": place})


ENTRIES: Entries = ((LOC_04, cover_in_one_place), (LOC_05, employer_arrears), (LOC_06, premium_on_switching))
