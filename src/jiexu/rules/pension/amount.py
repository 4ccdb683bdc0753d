"""How much money moves with a pension relation, and what stays (PEN-02 … PEN-06, PEN-30)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiexu.rules.decision import Confidence, Decision, Plain
from jiexu.rules.facts import Number
from jiexu.rules.pension.stretches import (
    Kind,
    PensionRecordError,
    Stretch,
    in_order,
    months_of,
    of_kind,
    since,
)
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import number, rounded, share_of, yes
from jiexu.values.month import Month

PEN_02 = Rule("PEN-02", Anchor.APPLICATION, ("ADDED", "NO_REFUND"), ("guobanfa-2009-66:3", "sil:19"))
PEN_03 = Rule(
    "PEN-03",
    Anchor.APPLICATION,
    ("COMPUTED", "NOT_KNOWN"),
    ("guobanfa-2009-66:4",),
    parameters=("pension.transfer.account_from", "pension.transfer.pooled_rate"),
)
PEN_04 = Rule(
    "PEN-04",
    Anchor.MONTH,
    ("AT_TARGET", "EXCESS_STAYS", "COUNTED_UP", "NOT_KNOWN"),
    ("mohrss-2017-7", "pension-record-rates"),
    confidence=Confidence.MEDIUM,
    parameters=("pension.transfer.record_rate",),
)
PEN_05 = Rule("PEN-05", Anchor.ALWAYS, ("RECORD_KEPT",), ("mohrss-2017-7",), confidence=Confidence.MEDIUM)
PEN_06 = Rule(
    "PEN-06",
    Anchor.APPLICATION,
    ("NO_ARREARS", "MONTHS_STAY", "NOT_TRANSFERABLE"),
    ("guizhou-pension-cases",),
    confidence=Confidence.MEDIUM,
)
PEN_30 = Rule(
    "PEN-30",
    Anchor.EVENT,
    ("MOVES_BY_LATER_PAGES", "NOT_POOLED"),
    ("memory",),
    confidence=Confidence.MEDIUM,
    parameters=("pension.pooled_nationally",),
)


@dataclass(frozen=True, slots=True)
class AtRate:
    """What the account must hold for months of one record rate: ``wages_fen`` × ``rate``, rounded to the fen.

    ``fact_ids``: the policy records that set the rate.
    """

    rate: Number
    months: int
    wages_fen: int
    account_fen: int
    fact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """The money of a transfer, in fen.

    ``own_before_fen``: the person's own part before the account was moved whole, with interest. ``account``: the
    account since then by record rate; ``interest_fen``: its interest, as the place computed it. ``pooled_fen``:
    ``pooled_rate`` of ``pooled_wages_fen``. ``months``: all that move, ``months_with_money``: those behind the sums.
    ``stays_fen``: recorded above the target and left behind; ``counted_up_fen``: missing in the record and added.
    """

    own_before_fen: int
    account: tuple[AtRate, ...]
    interest_fen: int
    pooled_rate: Number
    pooled_wages_fen: int
    pooled_fen: int
    months: int
    months_with_money: int
    stays_fen: int = 0
    counted_up_fen: int = 0

    @property
    def account_fen(self) -> int:
        """The account without its interest."""
        return sum(part.account_fen for part in self.account)

    @property
    def total_fen(self) -> int:
        """Everything that is sent."""
        return self.own_before_fen + self.account_fen + self.interest_fen + self.pooled_fen


@dataclass(frozen=True, slots=True)
class TransferAmount:
    """The amount and why; ``amount`` None where a rate of that time is not known."""

    amount: Amount | None
    decisions: tuple[Decision, ...]


def transfer_amount(
    *,
    stretches: Iterable[Stretch],
    policy: Policy,
    on: date,
    own_before_fen: int = 0,
    interest_fen: int = 0,
    refuses_to_pay: bool = False,
) -> TransferAmount:
    """PEN-03: own part before 1998 + the whole account since + 12 % of the contribution wages since.

    ``stretches``: the record of the place that sends. ``own_before_fen``: personal contributions before the start of
    the account, with interest. ``interest_fen``: on the account since then, as far as it moves, beside what stands with single stretches. ``refuses_to_pay``:
    the person will not pay what is owed. Months owed carry neither months nor money (PEN-06); deemed months carry no
    money. Raises PensionRecordError for a record that cannot be.
    """
    start = policy.find("pension.transfer.account_from", on=on)
    pooled = policy.find("pension.transfer.pooled_rate", on=on)
    record = in_order(stretches)
    notes = [arrears(months=months_of(of_kind(record, Kind.ARREARS)), refuses_to_pay=refuses_to_pay)]
    pooling = pooled_nationally(on=on, policy=policy)
    amount, rates = money_of(
        record=record,
        start=start,
        pooled=pooled,
        policy=policy,
        own_before_fen=own_before_fen,
        interest_fen=interest_fen,
    )
    if own_before_fen:
        notes.append(PEN_05.decide("RECORD_KEPT", inputs={"own_before_fen": own_before_fen}))
    outcome = "NOT_KNOWN" if amount is None else "COMPUTED"
    total = PEN_03.decide(
        outcome,
        facts=(start, pooled),
        inputs=_said(amount),
        links=(pooling.confidence, *(each.confidence for each in rates)),
    )
    return TransferAmount(amount, (total, *rates, *notes, pooling))


def money_of(
    *,
    record: tuple[Stretch, ...],
    start: Found | Unknown,
    pooled: Found | Unknown,
    policy: Policy,
    interest_fen: int,
    own_before_fen: int = 0,
) -> tuple[Amount | None, tuple[Decision, ...]]:
    """The sums of a record by a starting month and a share of the wages, with the decisions on record rates (PEN-04).

    The same sums serve enterprises (PEN-03) and public bodies (GOV-02). None where one of the terms is not known.
    """
    rate = number(pooled)
    first = Month.parse(str(start.value)) if isinstance(start, Found) else None
    if rate is None or first is None:
        return None, ()
    paid = of_kind(record, Kind.PAID)
    by_fact: dict[tuple[str, ...], list[Month]] = defaultdict(list)
    wages: dict[Month, int] = {}
    answers: dict[tuple[str, ...], Found | Unknown] = {}
    for stretch in paid:
        for month in since(stretch, first):
            answer = policy.find("pension.transfer.record_rate", on=month.first_day())
            by_fact[answer.fact_ids].append(month)
            answers[answer.fact_ids] = answer
            wages[month] = stretch.wage_fen
    facts = tuple(answers.values())
    rates = {month: number(answers[key]) for key, months in by_fact.items() for month in months}
    if None in rates.values():
        return None, (PEN_04.decide("NOT_KNOWN", facts=facts, inputs={"months": len(rates)}),)
    known = {month: rate for month, rate in rates.items() if rate is not None}
    parts = tuple(_at_rate(key, months, known[months[0]], wages) for key, months in by_fact.items())
    stays, missing = _against_record(paid, first, known)
    amount = Amount(
        own_before_fen=own_before_fen,
        account=parts,
        interest_fen=interest_fen + sum(stretch.interest_fen for stretch in paid),
        pooled_rate=rate,
        pooled_wages_fen=sum(wages.values()),
        pooled_fen=share_of(sum(wages.values()), rate),
        months=months_of(paid) + months_of(of_kind(record, Kind.DEEMED)),
        months_with_money=len(wages),
        stays_fen=stays,
        counted_up_fen=missing,
    )
    return amount, _record_rates(facts, stays, missing)


def _at_rate(
    fact_ids: tuple[str, ...], months: list[Month], rate: Number, wages: Mapping[Month, int]
) -> AtRate:
    total = sum(wages[month] for month in months)
    return AtRate(rate, len(months), total, share_of(total, rate), fact_ids)


def _against_record(
    paid: tuple[Stretch, ...], first: Month, rates: Mapping[Month, Number]
) -> tuple[int, int]:
    """What stands in the record above the target and below it, in fen."""
    stays = missing = 0
    for stretch in paid:
        if stretch.recorded_fen is None or stretch.period.last < first:
            continue
        if stretch.period.first < first:
            raise PensionRecordError(
                "pension_period_over_start",
                "The period {period} crosses {month}, from when the whole account moves; write it in two parts.",
                period=str(stretch.period),
                month=str(first),
            )
        target = rounded(
            sum((stretch.wage_fen * Decimal(rates[month]) for month in stretch.period), Decimal(0))
        )
        stays += max(0, stretch.recorded_fen - target)
        missing += max(0, target - stretch.recorded_fen)
    return stays, missing


def _record_rates(facts: tuple[Found | Unknown, ...], stays: int, missing: int) -> tuple[Decision, ...]:
    inputs: dict[str, Plain] = {"counted_up_fen": missing, "stays_fen": stays}
    words = [word for word, fen in (("EXCESS_STAYS", stays), ("COUNTED_UP", missing)) if fen]
    return tuple(PEN_04.decide(word, facts=facts, inputs=inputs) for word in words or ["AT_TARGET"])


def _said(amount: Amount | None) -> dict[str, Plain]:
    if amount is None:
        return {}
    return {
        "account_fen": amount.account_fen,
        "interest_fen": amount.interest_fen,
        "months": amount.months,
        "own_before_fen": amount.own_before_fen,
        "pooled_fen": amount.pooled_fen,
        "total_fen": amount.total_fen,
    }


def arrears(*, months: int, refuses_to_pay: bool) -> Decision:
    """PEN-06: months owed are not counted and carry no money; who will not pay them cannot move them at all."""
    inputs: dict[str, Plain] = {"months": months, "refuses_to_pay": refuses_to_pay}
    if not months:
        return PEN_06.decide("NO_ARREARS", inputs=inputs)
    return PEN_06.decide("NOT_TRANSFERABLE" if refuses_to_pay else "MONTHS_STAY", inputs=inputs)


def adds_up(*, wants_refund: bool = False) -> Decision:
    """PEN-02: months and accounts of all places are added; nobody is paid out for leaving before the benefit age."""
    return PEN_02.decide("NO_REFUND" if wants_refund else "ADDED", inputs={"wants_refund": wants_refund})


def pooled_nationally(*, on: date, policy: Policy) -> Decision:
    """PEN-30: since national pooling began, what moves for one person may have changed; no text was found that says so."""
    found = policy.find("pension.pooled_nationally", on=on)
    if yes(found) is not True:
        return PEN_30.decide("NOT_POOLED", inputs={"on": on.isoformat()})
    return PEN_30.decide("MOVES_BY_LATER_PAGES", facts=(found,), inputs={"on": on.isoformat()})


ENTRIES: Entries = (
    (PEN_02, adds_up),
    (PEN_03, transfer_amount),
    (PEN_04, money_of),
    (PEN_05, transfer_amount),
    (PEN_06, arrears),
    (PEN_30, pooled_nationally),
)
