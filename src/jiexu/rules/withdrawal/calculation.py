"""The working of a payout from a personal account, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiexu.rules.decision import Decision
from jiexu.rules.facts import Bound
from jiexu.rules.family.sharing import reached
from jiexu.rules.family.wallet import what_it_is
from jiexu.rules.policy import Policy
from jiexu.rules.withdrawal.medical import Case, estate, filing, medical_payout, own_account, payout_times
from jiexu.rules.withdrawal.pension import PensionCase, pension_payout
from jiexu.rules.working import (
    Figure,
    Line,
    Unit,
    Worked,
    calendar_days,
    count,
    fen,
    line,
    month,
    months,
    spoken,
    working_days,
)
from jiexu.values.month import Month


@dataclass(frozen=True, slots=True)
class Payout:
    """``shares_fen``: what each heir gets, empty unless somebody died and the balance and heirs were given."""

    shares_fen: tuple[int, ...]
    decided: Decision


def medical_withdrawal(
    *,
    case: Case,
    area: str,
    policy: Policy,
    on: date,
    balance_fen: int | None = None,
    first_order: int = 0,
    second_order: int = 0,
    stopped_in: Month | None = None,
    person: str | None = None,
    holder: str | None = None,
    filed: bool | None = None,
) -> Worked[Payout]:
    """Whether the medical account is paid out, to whom and when (WDR-01 … WDR-15).

    ``first_order`` and ``second_order``: heirs alive, asked for a death only. ``stopped_in``: last month paid.
    ``person`` and ``holder``: who asks, and the name on the bank account. ``filed``: care elsewhere is filed for, asked
    of who is retired and settled there; None: not told.
    """
    answers = medical_payout(case=case, area=area, policy=policy, on=on)
    if case in TO_OWN_ACCOUNT:
        answers += (own_account(person=person, holder=holder),)
    if case is Case.RETIREE_OUT:
        answers += (filing(filed=filed),)
    shares: tuple[int, ...] = ()
    lines: list[Line] = []
    if case is Case.DEATH and balance_fen is not None:
        found = estate(
            balance_fen=balance_fen, policy=policy, on=on, first_order=first_order, second_order=second_order
        )
        answers = (found.decision, *answers[1:])
        shares = found.shares_fen
        lines += _shares(balance_fen, shares)
    lines += [spoken(decision) for decision in answers[1:]]
    if case is Case.CASH:
        lines += [*_penalty(answers[0], policy), *_lawful(policy, on)]
    if stopped_in is not None:
        lines += _times(area, stopped_in, policy, on)
    stands = next((one for one in answers if one.outcome in {"FILE_FIRST", "OTHER_NAME"}), answers[0])
    return Worked(Payout(shares, stands), answers, tuple(lines), spoken(stands))


TO_OWN_ACCOUNT = frozenset(
    {Case.EMIGRATION, Case.ENLISTED, Case.RETIREE_OUT, Case.CANNOT_MOVE, Case.OVER_AGE}
)
"""Cases in which the person asks, and the money goes to their own bank account."""


def _shares(balance_fen: int, shares: tuple[int, ...]) -> list[Line]:
    if not shares:
        return [line("withdrawal.no_heir", balance=fen(balance_fen))]
    lines = [line("withdrawal.heirs", balance=fen(balance_fen), heirs=count(len(shares)))]
    lines += [
        line("withdrawal.share", heirs=count(shares.count(each)), each=fen(each))
        for each in sorted(set(shares), reverse=True)
    ]
    return [*lines, line("withdrawal.no_will")]


def _penalty(unlawful: Decision, policy: Policy) -> list[Line]:
    """What the law threatens, from the records the decision cites."""
    facts = {fact.parameter: fact.value for fact in map(policy.fact, unlawful.facts)}
    stopped, times = (
        facts.get(name) for name in ("misuse.settlement_stopped_months", "misuse.fraud_fine_times")
    )
    if not isinstance(stopped, Bound) or not isinstance(times, Bound):
        return []
    return [line("withdrawal.penalty", by=unlawful, months=months(stopped), times=Figure(times, Unit.COUNT))]


def _lawful(policy: Policy, on: date) -> list[Line]:
    """What the account may do for a family instead."""
    return [spoken(reached(policy=policy, on=on)), spoken(what_it_is()[0])]


def _times(area: str, stopped_in: Month, policy: Policy, on: date) -> list[Line]:
    times = payout_times(area=area, stopped_in=stopped_in, policy=policy, on=on)
    lines = [spoken(times.decision)]
    if times.from_month is not None:
        lines.append(line("withdrawal.from_month", by=times.decision, first=month(times.from_month)))
    if times.report_days is not None:
        lines.append(line("withdrawal.report", by=times.decision, days=calendar_days(times.report_days)))
    if times.promised_days is not None:
        lines.append(line("withdrawal.promised", by=times.decision, days=working_days(times.promised_days)))
    return lines


def pension_withdrawal(
    *, case: PensionCase, policy: Policy, on: date, all_steps_done: bool = False
) -> Worked[Payout]:
    """Whether the pension account is paid out (WDR-21 … WDR-25).

    ``all_steps_done``: of who lost the nationality: applied, had it explained in writing, and confirmed.
    """
    answers = pension_payout(
        case=case,
        policy=policy,
        on=on,
        applied_in_writing=all_steps_done,
        explained_in_writing=all_steps_done,
        confirmed=all_steps_done,
    )
    lines = tuple(spoken(decision) for decision in answers[1:])
    return Worked(Payout((), answers[0]), answers, lines, spoken(answers[0]))
