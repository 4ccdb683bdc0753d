"""Early and late retirement around the statutory age (RET-05), with the pension months each needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiexu.rules.decision import Plain
from jiexu.rules.pension.drawing import Minimum, pension_months
from jiexu.rules.policy import Policy
from jiexu.rules.retirement import RetirementAge, RetirementGroup, old_age, retirement_age
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import whole
from jiexu.rules.working import Line, Worked, line, month, months
from jiexu.rules.working import age as years_old
from jiexu.values.errors import ValueFault
from jiexu.values.month import Month

RET_05 = Rule(
    "RET-05",
    Anchor.RETIREMENT,
    ("RANGE", "STATUTORY_ONLY"),
    ("flexible-retirement-2025",),
    parameters=(
        "retirement.early_months",
        "retirement.late_months",
        "retirement.early_notice_months",
        "retirement.late_notice_months",
        "retirement.cap",
        "retirement.first_cohort",
        "retirement.old_age",
        "retirement.step",
    ),
)


class BirthError(ValueFault):
    """A birth for which no retirement can be computed."""


@dataclass(frozen=True, slots=True)
class Retirement:
    """The statutory month and the range around it.

    ``earliest``: by choice, not below the age that stood before 2025; ``latest``: by agreement with the employer. Both
    equal ``statutory`` where no flexible retirement is in force. ``notice_by``: last month to tell the employer, for
    the earliest month. ``needed``: pension months that the earliest and the statutory month ask for.
    """

    age: RetirementAge
    statutory: Month
    earliest: Month
    latest: Month
    notice_by: Month | None
    needed_early: int | None
    needed: int | None
    pension_months: int | None


def retirement_range(
    *,
    birth: date,
    group: RetirementGroup,
    on: date,
    policy: Policy,
    months_paid: int | None = None,
) -> Worked[Retirement]:
    """R-084, RET-05, PEN-27: when somebody can retire, by the rules of a day.

    ``months_paid``: pension months held, to say whether they suffice; None: not asked. Early retirement asks for the
    months of its own year, late retirement for those of the year of the statutory age. Raises BirthError for a birth
    after the day, RetirementRuleMissingError before the oldest rule held.
    """
    if birth > on:
        raise BirthError(
            "born_after_the_day",
            "The birth on {birth} lies after {on}, the day of the rules; correct one of them.",
            birth=birth.isoformat(),
            on=on.isoformat(),
        )
    age = retirement_age(birth=birth, group=group, on=on, policy=policy)
    old = old_age(group=group, on=on, policy=policy)
    names = ("early_months", "late_months", "early_notice_months", "late_notice_months")
    # Who had reached the age before there was a range could not choose within it.
    found = [policy.find(f"retirement.{name}", on=min(on, age.month)) for name in names]
    early, late, notice, _ = (whole(one) for one in found)
    statutory = Month.containing(age.month)
    earliest = statutory - min(early or 0, age.months - old)
    latest = statutory + (late or 0)
    inputs: dict[str, Plain] = {
        "earliest": str(earliest),
        "group": group.value,
        "latest": str(latest),
        "statutory": str(statutory),
    }
    outcome = "RANGE" if earliest < statutory or latest > statutory else "STATUTORY_ONLY"
    decision = RET_05.decide(outcome, facts=found, inputs=inputs)
    held = months_paid or 0
    first, normal = (
        pension_months(months=held, reaches_age_on=age.month, retires_on=begins, policy=policy)
        for begins in (earliest.first_day(), age.month)
    )
    answer = Retirement(
        age=age,
        statutory=statutory,
        earliest=earliest,
        latest=latest,
        notice_by=None if notice is None or earliest == statutory else earliest - notice,
        needed_early=first.needed,
        needed=normal.needed,
        pension_months=months_paid,
    )
    lines = [
        line(
            "retire.age",
            by=age.decision,
            old=years_old(old),
            now=years_old(age.months),
            later=months(age.months - old),
            month=month(statutory),
        )
    ]
    if outcome == "RANGE":
        lines.append(line("retire.range", by=decision, earliest=month(earliest), latest=month(latest)))
    else:
        lines.append(line("retire.no_range", by=decision))
    if answer.notice_by is not None:
        lines.append(line("retire.notice", earliest=month(earliest), notice_by=month(answer.notice_by)))
    lines += _minimum(first, earliest, months_paid)
    lines += _minimum(normal, statutory, months_paid) if earliest != statutory else []
    key = "retire.closing_range" if outcome == "RANGE" else "retire.closing"
    closing = line(key, statutory=month(statutory), earliest=month(earliest), latest=month(latest))
    decisions = (age.decision, decision, *first.decisions[:1], *normal.decisions[:1])
    return Worked(answer, decisions, tuple(lines), closing)


def _minimum(minimum: Minimum, begins: Month, held: int | None) -> list[Line]:
    by = minimum.decisions[0]
    if minimum.needed is None:
        return [line("retire.pension_unknown", by=by, month=month(begins))]
    needed = months(minimum.needed)
    if held is None:
        return [line("retire.pension_needs", by=by, month=month(begins), needed=needed)]
    if minimum.missing:
        return [
            line(
                "retire.pension_missing",
                by=by,
                month=month(begins),
                needed=needed,
                missing=months(minimum.missing),
            )
        ]
    return [line("retire.pension_enough", by=by, month=month(begins), needed=needed)]


ENTRIES: Entries = ((RET_05, retirement_range),)
