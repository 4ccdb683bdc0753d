"""Where the account money goes, and what does not happen to it."""

from __future__ import annotations

from jiexu.guide.case import Case, Part
from jiexu.guide.facts import facts_of
from jiexu.guide.move import scheme_questions
from jiexu.guide.sentence import Fen, Sentence
from jiexu.rules.clocks import LOCAL_PROMISES, R_027
from jiexu.rules.decision import Decision
from jiexu.rules.inputs import Scheme, Status
from jiexu.rules.money import MoneyMode, cash_asked, money_mode, of_the_places
from jiexu.rules.place_facts import About
from jiexu.rules.policy import Found
from jiexu.rules.process import record_first, spending
from jiexu.rules.withdrawal.medical import not_cashable

Money = tuple[MoneyMode, tuple[Decision, ...]]


def money_found(case: Case) -> Money | None:
    """How the money travels and why; None while the schemes are not told.

    Where no balance is told the places decide alone: what the account holds changes only the amount.
    """
    asked, person = case.asked, case.holder
    if asked is None or person is None:
        return None
    if asked.from_scheme is Scheme.RESIDENT or case.told.balance_fen is not None:
        known = money_mode(asked=asked, person=person, policy=case.policy, on=case.day)
        return known.mode, known.decisions
    mode, why = of_the_places(asked=asked, policy=case.policy, on=case.day)
    cash = (cash_asked(origin=asked.origin, policy=case.policy, on=case.day),) if asked.wants_cash else ()
    return mode, (*why, *cash)


def money_topic(case: Case, found: Money | None) -> Part:
    """How the balance travels, when it is credited, and whether it may be used meanwhile."""
    if found is None:
        return Part((), scheme_questions(case))
    mode, why = found
    tell = case.voice.tell
    said = [tell(one) for one in why]
    if mode is MoneyMode.NONE:
        return Part(tuple(said))
    if case.told.balance_fen:
        said.insert(0, tell(why[0], "guide.balance_told", {"balance": Fen(case.told.balance_fen)}))
    if mode is MoneyMode.REMIT:
        said += [_credited(case), tell(record_first(money_state=mode.value))]
    stopped = case.told.status is Status.STOPPED
    said.append(tell(spending(stopped=stopped, origin=case.here.code, policy=case.policy, on=case.day)))
    if stopped and case.told.balance_fen and mode is MoneyMode.REMIT:
        said.append(tell(not_cashable(policy=case.policy, on=case.day), "guide.stop_pays_nothing"))
    if not case.told.wants_cash:
        cashable = case.policy.find("pa.cashable", on=case.day)
        moves = mode in {MoneyMode.REMIT, MoneyMode.CREDIT_THEN_CLEAR, MoneyMode.INSTANT}
        if isinstance(cashable, Found):
            said.append(tell(why[0], "guide.not_cash" if moves else "guide.not_cash_here", also=(cashable,)))
    if case.told.to_employee:
        said += facts_of(case, About.ACCOUNT, case.there.code)
    return Part(tuple(said))


def _credited(case: Case) -> Sentence:
    """The place's own promise for crediting; the nation sets no day."""
    days = case.policy.find(LOCAL_PROMISES["credit"], case.there.code, on=case.day)
    if isinstance(days, Found):
        promised = R_027.decide("PROMISED", facts=(days,))
        return case.voice.tell(promised, "guide.credit_promised", {"days": int(str(days.value))})
    return case.voice.tell(R_027.decide("AFTER_MATCHING"), "guide.credit_no_deadline")
