"""Letters a person may need: to an employer, and to agencies that are late, each sentence with its rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from jiexu.guide.case import Case
from jiexu.guide.deadlines import Clocks, clocks_of, remedy_from_today
from jiexu.guide.question import Question
from jiexu.guide.sentence import AreaCode, Data, Due, DueKind, Sentence
from jiexu.rules.checks import R_017
from jiexu.rules.clocks import Clock
from jiexu.rules.late_fee import employer_does_not_report
from jiexu.rules.policy import Found
from jiexu.rules.service import LAW_01, in_time, record_query
from jiexu.values.errors import ValueFault


class LetterKind(StrEnum):
    """Whom it goes to and what it asks."""

    EMPLOYER = "employer"
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
    if kind is LetterKind.EMPLOYER:
        return Letter(kind, _signed(_to_employer(case), case))
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
    return Letter(kind, lines, next((one.due.on for one in lines if one.due is not None), None))


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
    by = case.policy.find("remedy.reconsideration_by", on=case.on)
    known = isinstance(by, Found)
    key = f"guide.letter_to_{by.value}" if isinstance(by, Found) else "guide.letter_to_ask"
    yield tell(grounds, key, late.data, also=(by,) if known else ())
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
