"""What a break means for the person: the days without cover, the two counts of months, what to keep, the ways back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jiexu.guide.case import Case
from jiexu.guide.cover import Answered, begin_sentence, cover_found, insured_months
from jiexu.guide.findings import Findings
from jiexu.guide.months import held
from jiexu.guide.sentence import Data, Due, DueKind, Sentence
from jiexu.rules.decision import Confidence
from jiexu.rules.inputs import Payer, Scheme, Status
from jiexu.rules.years import added
from jiexu.values.month import Month


def break_in_cover(case: Case, found: Answered) -> Iterator[Sentence]:
    """From the first day without cover to the last, then what is counted anew and what is not."""
    if not found.missing:
        return
    yield _days(case, found)
    if found.cover.answer.paid_back:
        bills = found.voice.tell(found.cover.decisions[-1], "guide.keep_bills")
        yield replace(bills, confidence=min(bills.confidence, Confidence.MEDIUM, key=_SURENESS.index))
    if _too_late_to_make_up(found):
        yield found.voice.tell(found.cover.decisions[0], "guide.join_anew")
    yield from _counters(case, found)


_SURENESS = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)


def _days(case: Case, found: Answered) -> Sentence:
    """The days without cover by the national text: from the month after the last paid one. Places may end it later."""
    since, begins = found.lapse.last_paid.next().first_day(), found.cover.answer.begins
    due = Due(since, DueKind.UNCOVERED) if since > case.on else None
    tell, decision = found.voice.tell, found.cover.decisions[-1]
    if begins is None:
        said = tell(decision, "guide.uncovered_open", {"since": since}, due=due)
    else:
        until = begins.low.previous().last_day()
        days: Data = {"since": since, "until": until, "days": (until - since).days + 1}
        said = tell(decision, "guide.uncovered" if begins.sure else "guide.uncovered_least", days, due=due)
    return replace(said, confidence=min(said.confidence, Confidence.MEDIUM, key=_SURENESS.index))


def _too_late_to_make_up(found: Answered) -> bool:
    """Whether somebody who pays alone is past the limit, however it is counted."""
    inside = found.cover.answer.inside_until
    return found.back.payer is Payer.FLEXIBLE and inside is not None and found.lapse.first_paid > inside.high


def _counters(case: Case, found: Answered) -> Iterator[Sentence]:
    """Months without a break, which a place may count anew, and months in all, which never fall."""
    run = insured_months(case)
    employee = [one for one in case.history if one.scheme is Scheme.EMPLOYEE]
    tell, sums = case.voice.tell, added(months=0)
    if run is not None and employee:
        data: Data = {"last": found.lapse.last_paid, "run": run, "total": held(employee).count}
        yield tell(sums, "guide.two_counts", data)
    again = tell(sums, "guide.run_restarts")
    yield replace(again, confidence=Confidence.LOW)


def ways_back(findings: Findings) -> Iterator[Sentence]:
    """For who has stopped and is insured nowhere: an employer, paying alone, or as a resident, each with its wait."""
    told = findings.case.told
    if told.status is not Status.STOPPED or told.joined is not False or not told.from_employee:
        return
    first = told.first_paid or Month.containing(findings.case.on)
    for scheme, payer, key in WAYS:
        found = cover_found(findings.given(replace(told, first_paid=first, to_scheme=scheme, payer=payer)))
        if found is None:
            return
        decision, answer = found.cover.decisions[-1], found.cover.answer
        yield found.voice.tell(decision, key)
        if answer.wait is None or answer.begins is None:
            yield found.voice.tell(decision, "guide.cover_not_known")
        else:
            yield begin_sentence(found.voice, decision, answer.wait, answer.begins)


WAYS = (
    (Scheme.EMPLOYEE, Payer.EMPLOYER, "guide.way_employer"),
    (Scheme.EMPLOYEE, Payer.FLEXIBLE, "guide.way_flexible"),
    (Scheme.RESIDENT, None, "guide.way_resident"),
)
