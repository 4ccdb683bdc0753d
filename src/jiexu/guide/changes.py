"""What the person could do otherwise, and what would then be different: found by answering again, not from a list.

A step is anything the person decides: when to pay, whether to make up, whether to stop there and join here. Each is put
in place of what was told, the same rules answer again, and what comes out the same is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from jiexu.guide.case import Case, Part
from jiexu.guide.cover import begin_sentence, cover_found, first_paid, last_paid
from jiexu.guide.findings import Findings
from jiexu.guide.money import Money
from jiexu.guide.resident_cover import missed_years, resident_wait_found
from jiexu.guide.sentence import Data, Due, DueKind, Sentence, Voice
from jiexu.guide.situation import Situation
from jiexu.rules.between import Between
from jiexu.rules.checks import refusal_codes
from jiexu.rules.decision import Decision
from jiexu.rules.inputs import Scheme, Status
from jiexu.values.changing import changed
from jiexu.values.month import Month

AT_MOST = 3
"""How many changes are told: first those that better most, then those that would make it worse."""
MONTHS_AHEAD = 6
"""For how many months, this one included, paying is tried."""
FAR = 10**6
OTHER_SCHEME = {
    Scheme.EMPLOYEE: (Scheme.RESIDENT, "guide.change_to_resident"),
    Scheme.RESIDENT: (Scheme.EMPLOYEE, "guide.change_to_employee"),
}
LAST_KEYS = frozenset(key for _, key in OTHER_SCHEME.values())
"""Steps told only where others leave room: nobody chooses an insurance for a transfer."""


@dataclass(frozen=True, slots=True)
class Waits:
    """The wait as a change is judged by it. ``decision``: what gave it; ``on``: the day its policy was read for."""

    wait: Between[int] | None
    begins: Between[Month] | None
    paid_back: bool | None
    decision: Decision
    on: date


@dataclass(frozen=True, slots=True)
class Result:
    """What of an answer matters to the person: what stands in the way, where the money goes, how long cover is away."""

    refused_by: tuple[Decision, ...]
    money: Money | None
    waits: Waits | None

    @property
    def refusals(self) -> tuple[str, ...]:
        """Codes of what stands in the way."""
        return refusal_codes(self.refused_by)

    @property
    def badness(self) -> tuple[int, int, int, int]:
        """Less is better: obstacles, then the longest wait, then the shortest, then costs that nobody pays."""
        wait = None if self.waits is None else self.waits.wait
        high, low = (FAR, FAR) if wait is None else (wait.high, wait.low)
        unpaid = self.waits is not None and self.waits.paid_back is False
        return (len(self.refusals), high, low, int(unpaid))

    @property
    def seen(self) -> tuple[object, ...]:
        """What a person would notice."""
        return (self.refusals, None if self.money is None else self.money[0], self.seen_waits)

    @property
    def seen_waits(self) -> tuple[object, ...] | None:
        """What a person would notice of the wait."""
        return None if self.waits is None else (self.waits.wait, self.waits.paid_back is False)


@dataclass(frozen=True, slots=True)
class Step:
    """Something the person could do. ``due``: the last day for it, where there is one."""

    key: str
    told: Situation
    data: Data = field(default_factory=dict)
    due: date | None = None


def result(found: Findings) -> Result:
    """The result of a situation, from the rules that answer it anyway."""
    return Result(tuple(one for one in found.checks if one.refusals), found.money, _waits(found))


def _waits(findings: Findings) -> Waits | None:
    case = findings.case
    asked = case.asked
    if asked is not None and asked.between_residents:
        worked = resident_wait_found(case)
        if worked is None:
            return None
        return Waits(worked.answer.wait, worked.answer.begins, None, worked.decisions[0], case.day)
    found = cover_found(findings)
    if found is None:
        return None
    answer = found.cover.answer
    paid_back = answer.paid_back if found.missing else None
    return Waits(answer.wait, answer.begins, paid_back, found.cover.decisions[-1], found.voice.on)


def changes_topic(findings: Findings) -> Part:
    """The two or three steps that better the result most, or that would make it worse."""
    case, now = findings.case, result(findings)
    tried = [(step, result(findings.given(step.told))) for step in steps(case)]
    tried = [(step, then) for step, then in tried if then.seen != now.seen]
    tried.sort(key=lambda one: (one[0].key in LAST_KEYS, one[1].badness >= now.badness, one[1].badness))
    kinds: dict[str, tuple[Step, Result]] = {}
    for step, then in tried:
        kinds.setdefault(step.key, (step, then))
    told = [said for step, then in kinds.values() if (said := _told(step, now, then, case))]
    return Part(tuple(sentence for said in told[:AT_MOST] for sentence in said))


def steps(case: Case) -> Iterator[Step]:
    """Everything the person could do otherwise, as far as it was told how things stand."""
    for some in (_paying, _making_up, _stopping, _joining, _other_scheme, _repairing):
        yield from some(case)


def _paying(case: Case) -> Iterator[Step]:
    """Paying in another month that still lies ahead: before the one told, latest first; then after it."""
    last, first = last_paid(case), first_paid(case)
    this = Month.containing(case.on)
    if last is None or first is None or first < this:
        return
    months = [this + ahead for ahead in range(MONTHS_AHEAD) if this + ahead > last]
    for month in reversed([one for one in months if one < first]):
        until = month.last_day()
        told = changed(case.told, first_paid=month)
        yield Step("guide.change_pay_by", told, {"until": until}, until)
    for month in (one for one in months if one > first):
        told = changed(case.told, first_paid=month)
        yield Step("guide.change_pay_late", told, {"month": month})


def _making_up(case: Case) -> Iterator[Step]:
    last, first = last_paid(case), first_paid(case)
    if last is None or first is None or first <= last.next():
        return
    if case.told.made_up is False:
        yield Step("guide.change_make_up", changed(case.told, made_up=True))
    else:
        yield Step("guide.change_leave_gap", changed(case.told, made_up=False))


def _stopping(case: Case) -> Iterator[Step]:
    if case.told.status is Status.INSURED:
        yield Step("guide.change_stop", changed(case.told, status=Status.STOPPED, stopped_on=None))


def _joining(case: Case) -> Iterator[Step]:
    if case.at_destination is not None and not case.is_joined:
        joined = changed(case.told, joined=True, joined_on=case.day)
        yield Step("guide.change_join", joined)
        if case.told.status is Status.INSURED:
            both = changed(joined, status=Status.STOPPED, stopped_on=None)
            yield Step("guide.change_stop_and_join", both)


def _other_scheme(case: Case) -> Iterator[Step]:
    if case.told.to_scheme is not None and case.told.from_employee:
        other, key = OTHER_SCHEME[case.told.to_scheme]
        yield Step(key, changed(case.told, to_scheme=other))


def _repairing(case: Case) -> Iterator[Step]:
    """Paying for missed years: the fewest that give the best result come first among equals."""
    missed = missed_years(case) or 0
    for years in range(case.told.repaired_years + 1, missed + 1):
        told = changed(case.told, repaired_years=years, missed_years=missed)
        yield Step("guide.change_repair", told, {"years": years})


def _told(step: Step, now: Result, then: Result, case: Case) -> list[Sentence]:
    """The step, and what is different then; nothing where all that changes is what can no longer be told."""
    said = list(_then(now, then, case))
    due = Due(step.due, DueKind.OWN) if step.due is not None and then.badness < now.badness else None
    return [*(replace(one, key=step.key, data=step.data, due=due) for one in said[:1]), *said]


def _then(now: Result, then: Result, case: Case) -> Iterator[Sentence]:
    if then.refusals != now.refusals:
        key = "guide.then_refused" if then.refusals else "guide.then_possible"
        yield case.voice.tell((then.refused_by or now.refused_by)[0], key)
        yield from (case.voice.tell(one) for one in then.refused_by)
    if then.waits is not None and (now.waits is None or then.seen_waits != now.seen_waits):
        voice = Voice(case.policy, then.waits.on)
        wait, begins = then.waits.wait, then.waits.begins
        if wait is None or begins is None:
            yield voice.tell(then.waits.decision, "guide.cover_not_known")
        else:
            yield begin_sentence(voice, then.waits.decision, wait, begins)
            if then.waits.paid_back is not None:
                key = "guide.paid_back" if then.waits.paid_back else "guide.not_paid_back"
                yield voice.tell(then.waits.decision, key)
    if then.money is not None and then.seen[1] != now.seen[1]:
        yield case.voice.tell(then.money[1][0])
