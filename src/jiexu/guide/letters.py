"""Letters and sheets a person may need: to an employer, to agencies, for the counter, each sentence with its rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from jiexu.guide.case import Case
from jiexu.guide.deadlines import Clocks, clocks_of, remedy_from_today
from jiexu.guide.question import Question
from jiexu.guide.reach import bring_topic, offices
from jiexu.guide.sentence import AreaCode, Data, Due, DueKind, Sentence
from jiexu.rules.checks import R_015, R_016, R_017
from jiexu.rules.clocks import Clock
from jiexu.rules.decision import Decision
from jiexu.rules.inputs import Payer
from jiexu.rules.late_fee import employer_does_not_report, late_fee, paying_for_employer
from jiexu.rules.policy import Found
from jiexu.rules.service import (
    LAW_01,
    Against,
    Subject,
    credentials,
    hotline,
    in_time,
    record_query,
    remedy,
    review,
)
from jiexu.values.errors import ValueFault


class LetterKind(StrEnum):
    """Whom it goes to and what it asks."""

    EMPLOYER = "employer"
    CLAIM = "claim"
    COUNTER = "counter"
    RECORD = "record"
    REFUSAL = "refusal"
    PROGRESS = "progress"
    COMPLAINT = "complaint"
    RECONSIDERATION = "reconsideration"


class LetterError(ValueFault):
    """The letter cannot be written yet: its day has not come, or no rule of that time gives one."""


@dataclass(frozen=True, slots=True)
class Letter:
    """``lines``: addressee first, signature last; names, numbers and places of the person are left blank.

    ``until``: last day to send it, None where there is none.
    """

    kind: LetterKind
    lines: tuple[Sentence, ...]
    until: date | None = None


def letter(kind: LetterKind, case: Case) -> Letter | Question:
    """The letter, or the one thing that has to be known first.

    A complaint and a reconsideration need a day that has passed. Raises LetterError where it has not, or is not known.
    """
    if kind in AT_ONCE:
        said = tuple(AT_ONCE[kind](case))
        lines = said if kind in SHEETS else _signed(said, case)
        return Letter(kind, lines, _until(lines))
    if case.told.accepted_on is None:
        return Question("guide.ask_accepted_on", "accepted_on")
    clocks = clocks_of(case)
    if clocks is None:
        raise LetterError(
            "letter_no_clock",
            "No time limit is known for {day}, so no letter can name one; ask the agencies of both places.",
            day=case.day.isoformat(),
        )
    late = _Late.of(case, clocks)
    if kind is not LetterKind.PROGRESS and case.on <= late.clock.on:
        raise LetterError(
            "letter_not_late",
            "The agency has until {due}; write for progress before that, and complain afterwards.",
            due=late.clock.on.isoformat(),
        )
    lines = _signed(WRITERS[kind](late), case)
    return Letter(kind, lines, _until(lines))


def _until(lines: Iterable[Sentence]) -> date | None:
    """The last day named."""
    return next((one.due.on for one in lines if one.due is not None), None)


def _to_employer(case: Case) -> Iterator[Sentence]:
    stop = R_017.decide("NOT_STOPPED", refusals=("NA-01",))
    data: Data = {"here": AreaCode(case.here.code), "there": AreaCode(case.there.code)}
    for key in ("to_employer", "left", "stop_please", "stop_why"):
        yield case.voice.tell(stop, f"guide.letter_{key}", data)
    days = case.policy.find("remedy.employer_report_days", on=case.day)
    report = employer_does_not_report(place=case.here.code, on=case.day, policy=case.policy)
    if isinstance(days, Found):
        yield case.voice.tell(report, "guide.letter_report_days", {"days": int(str(days.value))})
    yield case.voice.tell(report, "guide.letter_tell_day")


def _claim(case: Case) -> Iterator[Sentence]:
    """To an employer that left months unpaid: who owes them, what is enclosed, and where it goes otherwise."""
    day, policy, tell = case.day, case.policy, case.voice.tell
    alone = paying_for_employer(on=day)
    yield tell(alone, "guide.letter_to_employer")
    months = case.told.arrears_months
    yield tell(alone, "guide.letter_unpaid" if months else "guide.letter_unpaid_some", {"months": months})
    yield tell(alone, "guide.letter_pay_please")
    # Who owes the fee does not depend on the amount: one fen for one day asks it.
    fee = late_fee(arrears_fen=1, first_day=day, last_day=day, payer=Payer.EMPLOYER, policy=policy)
    yield from (tell(one) for one in fee.decisions)
    yield tell(alone)
    otherwise = remedy(against=Against.EMPLOYER, known_on=day, calendar=case.calendar, policy=policy)
    yield tell(otherwise.decisions[0])
    yield tell(alone, "guide.letter_evidence")


def _refusal(case: Case) -> Iterator[Sentence]:
    """Against a refusal that was told on the day of the answer: to whoever reviews the destination's agency."""
    tell = case.voice.tell
    data: Data = {"area": AreaCode(case.there.code), "here": AreaCode(case.here.code), "on": case.on}
    reviewed = review(policy=case.policy, on=case.on)
    yield tell(reviewed.decision, f"guide.letter_to_{reviewed.by or 'ask'}", data)
    way = remedy_from_today(case)
    grounds = LAW_01.decide("REVIEW_OR_SUIT") if way is None else way.decisions[0]
    yield tell(grounds, "guide.letter_parties", data)
    yield tell(grounds, "guide.letter_refused", data)
    yield tell(grounds, "guide.letter_refusal_request", data)
    yield tell(R_016.decide("IDENTITY_ONLY"))
    days = case.policy.find("remedy.reconsideration_days", on=case.on)
    if way is not None and way.until is not None and isinstance(days, Found):
        about: Data = {"days": int(str(days.value)), "until": way.until}
        yield tell(grounds, "guide.letter_refusal_until", about, due=Due(way.until, DueKind.LEGAL))
    yield tell(grounds, "guide.letter_refusal_enclosed")


def _counter(case: Case) -> Iterator[Sentence]:
    """One sheet for the counter of either place: where it is, what to bring, what to take home."""
    data: Data = {"here": AreaCode(case.here.code), "there": AreaCode(case.there.code)}
    counter = R_015.decide("COUNTER")
    yield case.voice.tell(counter, "guide.letter_counter_head", data)
    yield from _addresses(case, counter)
    yield from bring_topic(case).sentences
    yield case.voice.tell(credentials())
    yield case.voice.tell(counter, "guide.letter_counter_ask")


def _record(case: Case) -> Iterator[Sentence]:
    """One sheet for asking after one's record: where, what to bring, what to ask for."""
    data: Data = {"here": AreaCode(case.here.code), "there": AreaCode(case.there.code)}
    asked = record_query(policy=case.policy, on=case.on)
    yield case.voice.tell(asked, "guide.letter_record_head", data)
    yield from _addresses(case, asked)
    yield case.voice.tell(credentials())
    yield case.voice.tell(asked, "guide.letter_record_ask")
    yield case.voice.tell(asked)


def _addresses(case: Case, decision: Decision) -> Iterator[Sentence]:
    """What is recorded of the counters of both places; else whom to call for the address."""
    for area in dict.fromkeys((case.here.code, case.there.code)):
        recorded = tuple(offices(area, case))
        yield from recorded
        if not recorded:
            line = hotline(subject=Subject.MEDICAL, policy=case.policy, on=case.day, area=area)
            data: Data = {"area": AreaCode(area), "line": line.number or "______"}
            yield case.voice.tell(decision, "guide.letter_counter_address", data)


AT_ONCE: Mapping[LetterKind, Callable[[Case], Iterator[Sentence]]] = {
    LetterKind.EMPLOYER: _to_employer,
    LetterKind.CLAIM: _claim,
    LetterKind.REFUSAL: _refusal,
    LetterKind.COUNTER: _counter,
    LetterKind.RECORD: _record,
}
"""What needs no running transfer."""
SHEETS = frozenset({LetterKind.COUNTER, LetterKind.RECORD})
"""What is taken along and not signed."""


@dataclass(frozen=True, slots=True)
class _Late:
    """A running transfer, the side whose turn it is, and its clock."""

    case: Case
    area: str
    clock: Clock
    data: Data

    @classmethod
    def of(cls, case: Case, clocks: Clocks) -> _Late:
        sent = case.told.form_received_on is not None
        area, clock = (case.there.code, clocks.destination) if sent else (case.here.code, clocks.origin)
        data: Data = {
            "area": AreaCode(area),
            "here": AreaCode(case.here.code),
            "there": AreaCode(case.there.code),
            "accepted": clocks.accepted_on,
            "due": clock.on,
            "days": int(str(clock.decision.inputs["days"])),
            "on": case.on,
        }
        return cls(case, area, clock, data)

    def said(self, *names: str) -> Iterator[Sentence]:
        """Sentences that rest on the time limit."""
        for name in names:
            yield self.case.voice.tell(self.clock.decision, f"guide.letter_{name}", self.data)


def _progress(late: _Late) -> Iterator[Sentence]:
    case = late.case
    yield from late.said("to_agency", "accepted", "due")
    answer = in_time(due_on=late.clock.on, today=case.on, told=False)
    yield case.voice.tell(answer, "guide.letter_how_far", late.data)
    yield case.voice.tell(record_query(policy=case.policy, on=case.on))


def _complaint(late: _Late) -> Iterator[Sentence]:
    answer = in_time(due_on=late.clock.on, today=late.case.on, told=False)
    yield from late.said("to_administration", "accepted", "due", "not_done")
    yield late.case.voice.tell(answer, "guide.letter_order_please", late.data)
    yield from late.said("enclosed")


def _reconsideration(late: _Late) -> Iterator[Sentence]:
    case = late.case
    way = remedy_from_today(case)
    tell, grounds = case.voice.tell, LAW_01.decide("REVIEW_OR_SUIT") if way is None else way.decisions[0]
    reviewed = review(policy=case.policy, on=case.on)
    yield tell(reviewed.decision, f"guide.letter_to_{reviewed.by or 'ask'}", late.data)
    yield tell(grounds, "guide.letter_parties", late.data)
    yield tell(grounds, "guide.letter_request", late.data)
    yield from late.said("accepted", "due", "not_done")
    yield tell(grounds, "guide.letter_ground", late.data)
    if way is not None and way.until is not None:
        data: Data = {"on": case.on, "until": way.until}
        yield tell(grounds, "guide.letter_until", data, due=Due(way.until, DueKind.LEGAL))
    yield from late.said("enclosed")


def _signed(lines: Iterable[Sentence], case: Case) -> tuple[Sentence, ...]:
    """The letter with the line for day and signature; it rests on what the letter rests on."""
    said = tuple(lines)
    return (*said, replace(said[-1], key="guide.letter_signed", data={"on": case.on}, due=None))


WRITERS: Mapping[LetterKind, Callable[[_Late], Iterator[Sentence]]] = {
    LetterKind.PROGRESS: _progress,
    LetterKind.COMPLAINT: _complaint,
    LetterKind.RECONSIDERATION: _reconsideration,
}
