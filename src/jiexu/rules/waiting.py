"""Cover of employees after a gap: whether there is a wait, from when care is paid, whether the gap is paid back.

R-054 … R-060, for people who move between pooling areas and for those who switch between employee and resident
insurance. What is said about stopping and resuming in one place does not bind here. Where the law leaves a wait to
the place and the place has not said, the answer is the national ceiling, or that it is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from jiexu.rules.between import Between, after
from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.facts import Given
from jiexu.rules.gaps import Gap, Lapse, gap_found, gap_worked, inside_until
from jiexu.rules.inputs import Payer
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import known, whole, word_of, yes
from jiexu.rules.working import Line, Reasoned, Worked, area, line, month, months, share
from jiexu.values.month import Month

WITHIN = (
    "lapse.grace_months",
    "lapse.benefit_from_month",
    "lapse.gap_paid_back",
    "lapse.wait_made_up_months",
    "lapse.wait_starts",
)
OVER = ("lapse.grace_months", "lapse.benefit_from_month", "lapse.wait_ceiling", "lapse.wait_starts")
RATIO = ("lapse.waiting_benefit_ratio",)
PROTECTED = ("FROM_PAYMENT", "LOCAL_RULE_DIFFERS", "NOT_KNOWN")
LOCAL_WAIT = ("LOCAL_WAIT", "NOT_KNOWN")
LONG_GAP = ("LOCAL_WAIT", "AT_MOST_THE_CEILING", "CONFLICT_WITH_NATIONAL_RULE", "NOT_KNOWN")
R_054 = Rule("R-054", Anchor.RETURN_TO_COVER, PROTECTED, ("nhsa-2021-43:10",), parameters=WITHIN)
R_055 = Rule(
    "R-055",
    Anchor.RETURN_TO_COVER,
    LOCAL_WAIT,
    ("nhsa-2021-43:10",),
    Basis.LOCAL,
    Confidence.MEDIUM,
    parameters=("lapse.grace_months", "lapse.wait_not_made_up_months", "lapse.wait_starts", *RATIO),
)
R_056 = Rule("R-056", Anchor.RETURN_TO_COVER, LONG_GAP, ("nhsa-2021-43:10",), parameters=(*OVER, *RATIO))
R_057 = Rule(
    "R-057",
    Anchor.RETURN_TO_COVER,
    PROTECTED,
    ("nhsa-2021-43:11",),
    parameters=(*WITHIN, "lapse.switch_min_months"),
)
R_058 = Rule(
    "R-058",
    Anchor.RETURN_TO_COVER,
    LOCAL_WAIT,
    ("nhsa-2021-43:11",),
    Basis.INFERENCE,
    Confidence.MEDIUM,
    parameters=(
        "lapse.benefit_from_month",
        "lapse.grace_months",
        "lapse.switch_min_months",
        "lapse.wait_made_up_months",
        "lapse.wait_starts",
        *RATIO,
    ),
)
R_059 = Rule(
    "R-059",
    Anchor.RETURN_TO_COVER,
    LONG_GAP,
    ("nhsa-2021-43:11",),
    parameters=(*OVER, "lapse.switch_min_months", *RATIO),
)
R_060 = Rule(
    "R-060", Anchor.RETURN_TO_COVER, ("INCLUDED",), ("nhsa-2021-43:10",), parameters=("lapse.grace_months",)
)


class Situation(StrEnum):
    """``transfer``: employee insurance here and there. ``switch_scheme``: between employee and resident insurance."""

    TRANSFER = "transfer"
    SWITCH = "switch_scheme"


@dataclass(frozen=True, slots=True)
class Return:
    """How somebody comes back to cover at the destination.

    ``made_up``: the months of the gap are paid afterwards. ``insured_months``: months insured without a break before
    the gap, asked of those who switch; None: not known.
    """

    situation: Situation
    payer: Payer
    made_up: bool
    insured_months: int | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """``wait``: months without full benefits, 0 for none; None: not known. ``begins``: month of full benefits.

    ``paid_back``: whether costs of the gap are paid afterwards; None: not known. ``ratio_while_waiting``: share of the
    benefits paid during a wait, as text, where the place pays one. ``inside_until``: the last month in which paying
    again would have kept the gap within the limit; None where no limit is known.
    """

    gap: Gap
    wait: Between[int] | None
    begins: Between[Month] | None
    paid_back: bool | None
    ratio_while_waiting: str | None = None
    inside_until: Between[Month] | None = None


@dataclass(frozen=True, slots=True)
class _Arm:
    """What follows from one length of the gap."""

    decision: Decision
    wait: Between[int] | None = None
    begins: Between[Month] | None = None
    paid_back: bool | None = None
    ratio: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """The policy as one person meets it at the destination in the month of paying again, on its first day.

    ``given``: what is known of the person, by axis.
    """

    policy: Policy
    place: str
    paid_in: Month
    about: Return
    on: date
    given: Given

    @classmethod
    def of(cls, policy: Policy, place: str, paid_in: Month, about: Return) -> _Place:
        given: Given = {"situation": about.situation.value, "payer": about.payer.value}
        return cls(policy, place, paid_in, about, paid_in.first_day(), given)

    def find(self, parameter: str, **more: str | int) -> Found | Unknown:
        """A fact of the place for this person. Extra axes say how long the gap is."""
        scope: Given = {**self.given, **more} if more else self.given
        return self.policy.find(parameter, self.place, on=self.on, scope=scope)


def cover_after_gap(*, lapse: Lapse, back: Return, place: str, policy: Policy) -> Worked[Cover]:
    """R-054 … R-061: wait, first month of benefits and what is paid back, after a gap and at ``place``.

    Read on the first day of the first paid month. Where the count of the gap is open and the limit lies between the
    readings, both answers are worked out and the result lies between them.
    """
    found = _judged(lapse, back, place, policy)
    answer = found.answer
    lines = [*gap_worked(found.counted, lapse=lapse, place=place).lines]
    lines += [line("cover.included", by=one, months=months(found.limit or 0)) for one in found.exactly]
    lines += [each for arm in found.arms for each in _arm_lines(arm, place, lapse.first_paid)]
    until = answer.inside_until
    lines += [] if until is None else [line("cover.inside_until", until=month(until))]
    return Worked(answer, found.decisions, tuple(lines), _closing(answer))


def cover_reasoned(*, lapse: Lapse, back: Return, place: str, policy: Policy) -> Reasoned[Cover]:
    """What ``cover_after_gap`` answers, without the working, for who asks what would be if."""
    found = _judged(lapse, back, place, policy)
    return Reasoned(found.answer, found.decisions)


@dataclass(frozen=True, slots=True)
class _Judged:
    """The answer and what it was put together from. ``exactly``: R-060, where the gap is exactly the limit."""

    answer: Cover
    counted: Reasoned[Gap]
    limit: int | None
    exactly: list[Decision]
    arms: list[_Arm]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        return (*self.counted.decisions, *self.exactly, *(arm.decision for arm in self.arms))


def _judged(lapse: Lapse, back: Return, place: str, policy: Policy) -> _Judged:
    counted = gap_found(lapse=lapse, place=place, policy=policy)
    here = _Place.of(policy, place, lapse.first_paid, back)
    grace = here.find("lapse.grace_months")
    limit = whole(grace)
    lengths = _lengths(counted.answer.months, limit, made_up=back.made_up)
    arms = [_arm(here, grace, limit, length) for length in lengths]
    inside = None if limit is None else inside_until(lapse=lapse, grace=limit, place=place, policy=policy)
    answer = Cover(
        gap=counted.answer,
        wait=_all_waits(arms),
        begins=_all_begins(arms),
        paid_back=_agreed([arm.paid_back for arm in arms]),
        ratio_while_waiting=next((arm.ratio for arm in arms if arm.ratio is not None), None),
        inside_until=inside,
    )
    exactly = [_included(grace, place, arm) for arm in lengths if arm == limit]
    return _Judged(answer, counted, limit, exactly, arms)


def _lengths(gap: Between[int], limit: int | None, *, made_up: bool) -> tuple[int, ...]:
    """Every length of the gap that is judged differently: the shortest, and the longest where it is not judged alike.

    The limit may lie between them; and no gap at all leaves nothing to make up, one month does.
    """
    over = limit is not None and gap.low <= limit < gap.high
    none = gap.low == 0 < gap.high and not made_up
    return (gap.low, gap.high) if over or none else (gap.high,)


def _arm(here: _Place, grace: Found | Unknown, limit: int | None, length: int) -> _Arm:
    inputs: dict[str, Plain] = {
        "gap": length,
        "made_up": here.about.made_up,
        "payer": here.about.payer.value,
        "place": here.place,
    }
    switching = here.about.situation is Situation.SWITCH
    if limit is None:
        return _Arm((R_057 if switching else R_054).decide("NOT_KNOWN", facts=(grace,), inputs=inputs))
    least = here.find("lapse.switch_min_months")
    insured = here.about.insured_months
    enough = insured is not None and insured >= (whole(least) or 0)
    if switching:
        inputs["insured_months"] = insured
    if length > limit and switching and not enough:
        return _long_unprotected(here, (grace, least), length, inputs)
    if length > limit:
        return _long(R_059 if switching else R_056, here, grace, length, inputs)
    if length and not here.about.made_up:
        found = here.find("lapse.wait_not_made_up_months")
        return _local(R_055, here, (grace, found), found, inputs)
    if switching and not enough:
        found = here.find("lapse.wait_made_up_months")
        return _local(R_058, here, (grace, least, found), found, inputs)
    rule, facts = (R_057, (grace, least)) if switching else (R_054, (grace,))
    return _protected(rule, here, facts, length, inputs)


def _long_unprotected(
    here: _Place, known: tuple[Found | Unknown, ...], length: int, inputs: Mapping[str, Plain]
) -> _Arm:
    """R-058 over the limit: article 11 caps the wait of "the same" people, those insured long enough, alone."""
    first = here.find("lapse.benefit_from_month", gap="over_grace", gap_months=length)
    wait, facts = _wait_of(first), (*known, first)
    if wait is None:
        return _Arm(R_058.decide("NOT_KNOWN", facts=facts, inputs=inputs))
    decision = R_058.decide("LOCAL_WAIT", facts=facts, inputs=inputs)
    return _Arm(decision, Between(wait, wait), _first_month(here, wait))


def _protected(
    rule: Rule, here: _Place, known: tuple[Found | Unknown, ...], length: int, inputs: Mapping[str, Plain]
) -> _Arm:
    """No wait, by the national rule; a place that says otherwise for made-up gaps is reported, not followed."""
    first = here.find("lapse.benefit_from_month", gap="within_grace", gap_months=length)
    repaid = here.find("lapse.gap_paid_back", gap="within_grace")
    otherwise = here.find("lapse.wait_made_up_months")
    wait = _wait_of(first)
    facts = (*known, first, repaid)
    if wait is None:
        return _Arm(rule.decide("NOT_KNOWN", facts=facts, inputs=inputs))
    back = yes(repaid)
    local = whole(otherwise)
    if local is None or local <= wait or not length:
        decision = rule.decide("FROM_PAYMENT", facts=facts, inputs=inputs)
        return _Arm(decision, Between(wait, wait), _first_month(here, wait), back)
    late, start = _begins(here, Between(local, local))
    decision = rule.decide(
        "LOCAL_RULE_DIFFERS", facts=(*facts, otherwise, start), inputs=inputs, links=(Confidence.LOW,)
    )
    return _Arm(decision, Between(wait, local), Between(here.paid_in + wait, late.high), back)


def _long(rule: Rule, here: _Place, grace: Found | Unknown, length: int, inputs: Mapping[str, Plain]) -> _Arm:
    """A gap over the limit: the place's own wait, which the national text caps in principle."""
    first = here.find("lapse.benefit_from_month", gap="over_grace", gap_months=length)
    ceiling = here.find("lapse.wait_ceiling")
    wait, most = _wait_of(first), whole(ceiling)
    ratio = here.find("lapse.waiting_benefit_ratio")
    facts = (grace, first, ceiling, *known(ratio))
    if wait is not None and most is not None and wait > most:
        decision = rule.decide(
            "CONFLICT_WITH_NATIONAL_RULE", facts=facts, inputs=inputs, links=(Confidence.LOW,)
        )
        return _Arm(
            decision,
            Between(most, wait),
            Between(here.paid_in + most, here.paid_in + wait),
            None,
            word_of(ratio),
        )
    if wait is not None:
        decision = rule.decide("LOCAL_WAIT", facts=facts, inputs=inputs)
        return _Arm(decision, Between(wait, wait), _first_month(here, wait), None, word_of(ratio))
    if most is None:
        return _Arm(rule.decide("NOT_KNOWN", facts=facts, inputs=inputs))
    begins, start = _begins(here, Between(0, most))
    decision = rule.decide("AT_MOST_THE_CEILING", facts=(*facts, start), inputs=inputs)
    return _Arm(decision, Between(0, most), begins, None, word_of(ratio))


def _local(
    rule: Rule,
    here: _Place,
    facts: tuple[Found | Unknown, ...],
    found: Found | Unknown,
    inputs: Mapping[str, Plain],
) -> _Arm:
    """The national protection does not hold: the place's own wait, in months after the payment, if it is known."""
    wait = whole(found)
    if wait is None:
        return _Arm(rule.decide("NOT_KNOWN", facts=facts, inputs=inputs))
    begins, start = _begins(here, Between(wait, wait))
    ratio = here.find("lapse.waiting_benefit_ratio")
    decision = rule.decide("LOCAL_WAIT", facts=(*facts, start, *known(ratio)), inputs=inputs)
    return _Arm(decision, Between(wait, wait), begins, None, word_of(ratio))


def _begins(here: _Place, wait: Between[int]) -> tuple[Between[Month], Found | Unknown]:
    """The first month of benefits after a wait in months. Whether the month of payment is its first may be open."""
    start = here.find("lapse.wait_starts")
    offsets = {"month_of_payment": 0, "month_after_payment": 1}
    later = [offsets[str(start.value)]] if isinstance(start, Found) else list(offsets.values())
    passed = Between(wait.low + (min(later) if wait.low else 0), wait.high + (max(later) if wait.high else 0))
    return after(Between(here.paid_in, here.paid_in), passed), start


def _first_month(here: _Place, wait: int) -> Between[Month]:
    return Between(here.paid_in + wait, here.paid_in + wait)


def _wait_of(found: Found | Unknown) -> int | None:
    """Months before the month in which benefits begin, the month of payment being the first."""
    first = whole(found)
    return None if first is None else first - 1


def _all_waits(arms: list[_Arm]) -> Between[int] | None:
    waits = [arm.wait for arm in arms if arm.wait is not None]
    return None if len(waits) < len(arms) else Between.of(end for one in waits for end in (one.low, one.high))


def _all_begins(arms: list[_Arm]) -> Between[Month] | None:
    months_ = [arm.begins for arm in arms if arm.begins is not None]
    return (
        None
        if len(months_) < len(arms)
        else Between.of(end for one in months_ for end in (one.low, one.high))
    )


def _agreed(answers: list[bool | None]) -> bool | None:
    """What every reading of the gap says alike."""
    return answers[0] if len(set(answers)) == 1 else None


def _included(grace: Found | Unknown, place: str, limit: int) -> Decision:
    """R-060: a gap of exactly the limit is inside it (含)."""
    return R_060.decide("INCLUDED", facts=(grace,), inputs={"gap": limit, "place": place})


LINES = {
    "FROM_PAYMENT": "cover.protected",
    "LOCAL_RULE_DIFFERS": "cover.differs",
    "LOCAL_WAIT": "cover.local_wait",
    "AT_MOST_THE_CEILING": "cover.ceiling",
    "CONFLICT_WITH_NATIONAL_RULE": "cover.conflict",
}


def _arm_lines(arm: _Arm, place: str, paid_in: Month) -> Iterator[Line]:
    gap = months(int(str(arm.decision.inputs["gap"])))
    if arm.wait is None or arm.begins is None:
        yield line("cover.unknown", by=arm.decision, gap=gap, place=area(place))
        return
    yield line(
        LINES[arm.decision.outcome],
        by=arm.decision,
        gap=gap,
        place=area(place),
        wait=months(arm.wait),
        begins=month(arm.begins),
        paid=month(paid_in),
    )
    if arm.paid_back is not None:
        yield line("cover.paid_back" if arm.paid_back else "cover.not_paid_back")
    if arm.ratio is not None:
        yield line("cover.ratio", place=area(place), ratio=share(Decimal(arm.ratio)))


def _closing(answer: Cover) -> Line:
    if answer.wait is None or answer.begins is None:
        return line("cover.closing_unknown")
    begins = month(answer.begins)
    if answer.wait.high == 0:
        return line("cover.closing_back" if answer.paid_back else "cover.closing_none", begins=begins)
    key = "cover.closing_wait" if answer.wait.sure else "cover.closing_open"
    return line(key, begins=begins, wait=months(answer.wait))


ENTRIES: Entries = tuple(
    (rule, cover_after_gap) for rule in (R_054, R_055, R_056, R_057, R_058, R_059, R_060)
)
