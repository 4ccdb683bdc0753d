"""Whether cover lapses: the gap, the wait, what is paid back, what making up costs and by when it must be paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from jiexu.guide.case import Case, Part
from jiexu.guide.findings import Findings
from jiexu.guide.months import at, without_break
from jiexu.guide.move import scheme_questions
from jiexu.guide.question import Question
from jiexu.guide.sentence import Data, Due, DueKind, Fen, Sentence, Voice
from jiexu.records.monthset import MonthSet
from jiexu.rules.between import Between
from jiexu.rules.continuity import benefits_twice, while_running
from jiexu.rules.decision import Decision
from jiexu.rules.gaps import Lapse
from jiexu.rules.inputs import Payer, Status
from jiexu.rules.makeup import RATES, Contributor, make_up
from jiexu.rules.waiting import Cover, Return, Situation
from jiexu.rules.working import Reasoned
from jiexu.values.month import Month


@dataclass(frozen=True, slots=True)
class Answered:
    """What follows from the months told. ``voice``: speaks of the policy on the day of paying again."""

    lapse: Lapse
    back: Return
    cover: Reasoned[Cover]
    voice: Voice

    @property
    def missing(self) -> bool:
        """Whether a whole month is missing, however a place counts."""
        return self.lapse.first_paid > self.lapse.last_paid.next()


def last_paid(case: Case) -> Month | None:
    """The last month paid at the origin, told or read from the months."""
    told = case.told
    if told.last_paid is not None:
        return told.last_paid
    return max((one.last for one in at(case.history, case.here.code, told.from_scheme)), default=None)


def first_paid(case: Case) -> Month | None:
    """The first month paid at the destination after the origin's last, told or read from the months."""
    told = case.told
    if told.first_paid is not None:
        return told.first_paid
    begun = [one.first for one in at(case.history, case.there.code, told.to_scheme)]
    last = last_paid(case)
    return min((first for first in begun if last is None or first > last), default=None)


def insured_months(case: Case) -> int | None:
    """Months insured without a break before the gap, told or read from the months."""
    last = last_paid(case)
    if case.told.insured_months is not None or last is None:
        return case.told.insured_months
    return without_break(case.history, last)


def cover_found(findings: Findings) -> Answered | None:
    """The cover after the gap; None between residents, and while a month is not told."""
    case = findings.case
    asked, last, first = case.asked, last_paid(case), first_paid(case)
    if asked is None or asked.between_residents or last is None or first is None:
        return None
    lapse = Lapse(last, first, joined=_joined(case, first), stopped=_stopped(case, last))
    switching = asked.from_scheme is not asked.to_scheme
    back = Return(
        Situation.SWITCH if switching else Situation.TRANSFER,
        case.told.payer or Payer.EMPLOYER,
        made_up=case.told.made_up is not False,
        insured_months=insured_months(case),
    )
    return Answered(lapse, back, findings.cover(lapse, back), Voice(case.policy, first.first_day()))


def _payer_matters(findings: Findings, found: Answered) -> bool:
    """Whether somebody who pays for himself would get another answer; asked only then."""
    if findings.case.told.payer is not None:
        return False
    alone = replace(found.back, payer=Payer.FLEXIBLE)
    return findings.cover(found.lapse, alone).answer != found.cover.answer


def _not_made_up(findings: Findings, found: Answered) -> Reasoned[Cover] | None:
    """The cover if the missing months stay unpaid; None where none is missing, or it is not thought of."""
    if not found.missing or not found.back.made_up:
        return None
    return findings.cover(found.lapse, replace(found.back, made_up=False))


def _joined(case: Case, first: Month) -> Month | None:
    """The first month of enrolment where it came before the first paid one."""
    joined = case.told.joined_on
    return None if joined is None or Month.containing(joined) > first else Month.containing(joined)


def _stopped(case: Case, last: Month) -> Month | None:
    stopped = case.told.stopped_on
    return None if stopped is None or Month.containing(stopped) < last else Month.containing(stopped)


def cover_topic(findings: Findings) -> Part:
    """From when care is paid for, and what has to be done by when."""
    case, found = findings.case, cover_found(findings)
    asked, tell = case.asked, case.voice.tell
    if asked is None:
        return Part((), scheme_questions(case))
    said = [tell(while_running(on=case.day))]
    if case.told.status is Status.INSURED and case.is_joined:
        said.append(tell(benefits_twice(on=case.day, policy=case.policy)))
    if found is None:
        return Part(tuple(said), _month_questions(case))
    said[:0] = list(_of_gap(findings, found))
    return Part(tuple(said), tuple(_questions(findings, found)))


def _month_questions(case: Case) -> tuple[Question, ...]:
    told = (("last_paid", last_paid(case)), ("first_paid", first_paid(case)))
    return tuple(Question(f"guide.ask_{name}", name) for name, month in told if month is None)


def _questions(findings: Findings, found: Answered) -> Iterator[Question]:
    """What would make the answer another one, and nothing else."""
    told = findings.case.told
    if _payer_matters(findings, found):
        yield Question("guide.ask_payer", "payer", choices=tuple(one.value for one in Payer))
    asks_months = any("insured_months" in one.inputs for one in found.cover.decisions)
    if asks_months and found.back.insured_months is None:
        yield Question("guide.ask_insured_months", "insured_months")
    if told.base_fen is None and _may_make_up(found) and told.payer is Payer.EMPLOYER:
        yield Question("guide.ask_base", "base_fen")


def _may_make_up(found: Answered) -> bool:
    """Whether there is a gap and it lies within the limit by some count."""
    inside = found.cover.answer.inside_until
    return found.missing and inside is not None and found.lapse.first_paid <= inside.high


def _of_gap(findings: Findings, found: Answered) -> Iterator[Sentence]:
    case, tell, answer = findings.case, found.voice.tell, found.cover.answer
    gap = answer.gap.months
    counted, *others = found.cover.decisions
    about: Data = {
        "last": found.lapse.last_paid,
        "first": found.lapse.first_paid,
        "low": gap.low,
        "high": gap.high,
    }
    key = "guide.gap" if gap.sure else "guide.gap_open"
    if not found.missing:
        both = found.lapse.first_paid <= found.lapse.last_paid
        key = "guide.gap_overlap" if both else "guide.gap_none"
    yield tell(counted, key, about)
    several = len({one.inputs["gap"] for one in others}) > 1
    for decision in others:
        if several:
            yield tell(counted, "guide.counted_as", {"gap": int(str(decision.inputs["gap"]))})
        yield tell(decision)
    yield from _begins(found, found.cover)
    yield from _pay_until(case, found)
    unpaid = _not_made_up(findings, found)
    if unpaid is not None and unpaid.answer != answer:
        yield tell(unpaid.decisions[-1], "guide.if_not_made_up")
        yield from _begins(found, unpaid)
    yield from _cost(case, found)


def _begins(found: Answered, worked: Reasoned[Cover]) -> Iterator[Sentence]:
    """The month from which care is paid for."""
    answer, decision = worked.answer, worked.decisions[-1]
    if answer.wait is None or answer.begins is None:
        yield found.voice.tell(decision, "guide.cover_not_known")
        return
    yield begin_sentence(found.voice, decision, answer.wait, answer.begins)
    if answer.paid_back is not None and found.missing:
        yield found.voice.tell(decision, "guide.paid_back" if answer.paid_back else "guide.not_paid_back")
    if answer.ratio_while_waiting is not None:
        yield found.voice.tell(decision, "guide.ratio", {"ratio": answer.ratio_while_waiting})


def begin_sentence(voice: Voice, decision: Decision, wait: Between[int], begins: Between[Month]) -> Sentence:
    """When care is paid for after a wait of months, exact or between two ends."""
    data: Data = {"low": wait.low, "high": wait.high, "begins": begins.low, "latest": begins.high}
    if wait.high == 0:
        return voice.tell(decision, "guide.no_wait", data)
    key = "guide.wait_open" if not wait.sure else "guide.wait" if begins.sure else "guide.wait_from"
    return voice.tell(decision, key, data)


def _pay_until(case: Case, found: Answered) -> Iterator[Sentence]:
    """The last day on which paying again keeps the gap within the limit, by the strictest count."""
    inside = found.cover.answer.inside_until
    kept = inside is not None and found.lapse.first_paid <= inside.low
    if inside is None or (kept and found.lapse.first_paid < Month.containing(case.on)):
        return  # nothing to keep to, or it was kept
    until = inside.low.last_day()
    key = "guide.pay_until" if until >= case.on else "guide.pay_until_past"
    due = (
        Due(until, DueKind.OWN) if until >= case.on and found.lapse.first_paid.last_day() >= case.on else None
    )
    yield found.voice.tell(found.cover.decisions[0], key, {"until": until}, due=due)


def _cost(case: Case, found: Answered) -> Iterator[Sentence]:
    """What the person pays to make the gap up, where the place's numbers are known."""
    payer = case.told.payer
    if payer not in RATES or not _may_make_up(found):
        return
    missed = MonthSet.between(found.lapse.last_paid.next(), found.lapse.first_paid.previous())
    contributor = Contributor(payer, case.told.base_fen, situation=found.back.situation.value)
    worked = make_up(
        missed=missed,
        contributor=contributor,
        paid_in=found.lapse.first_paid,
        place=case.there.code,
        policy=case.policy,
    )
    (decision,), sums = worked.decisions, worked.answer
    if sums.person_fen is None or sums.employer_fen is None:
        yield found.voice.tell(decision)
        return
    data: Data = {"person": Fen(sums.person_fen), "employer": Fen(sums.employer_fen), "months": missed.count}
    yield found.voice.tell(decision, "guide.cost_employer" if sums.employer_fen else "guide.cost", data)
