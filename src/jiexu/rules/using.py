"""Why an account cannot be used just now, and how a month's contribution splits into account and pooled fund (USE-01 … USE-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.facts import Bound
from jiexu.rules.policy import Found, Policy, Unknown, province_of
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import ends, known, rounded, yes
from jiexu.rules.withdrawal.medical import stopped as after_stop
from jiexu.rules.working import Line, Rounding, Worked, area, fen, line, share, spoken

USE_01 = Rule(
    "USE-01",
    Anchor.EVENT,
    ("NO_REASON", "STOPPED", "NOT_DESIGNATED", "TOO_LITTLE"),
    ("sharing-2024", "regions-004"),
    Basis.LOCAL,
    Confidence.LOW,
)
USE_02 = Rule(
    "USE-02",
    Anchor.EVENT,
    ("AT_HOME", "IN_PROVINCE", "PROVINCE_SAYS_NO", "ASK_BOTH"),
    ("guangdong-intra",),
    Basis.LOCAL,
    Confidence.MEDIUM,
    parameters=("pa.usable_in_province",),
)
USE_03 = Rule(
    "USE-03",
    Anchor.MONTH,
    ("SPLIT", "NOT_KNOWN"),
    ("guobanfa-2021-14",),
    parameters=("account.credit_rate", "ee.rate.employer", "ee.rate.individual"),
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """``reasons``: words of USE-01 that hold, in the order of the list; empty where none of the three does."""

    reasons: tuple[str, ...]


def account_use(
    *,
    place: str,
    policy: Policy,
    on: date,
    stopped: bool = False,
    designated: bool = True,
    bill_fen: int | None = None,
    balance_fen: int | None = None,
    provider_in: str | None = None,
) -> Worked[Diagnosis]:
    """The three usual reasons why a payment from the account failed, each looked at (USE-01), and where it can be used.

    ``place``: that keeps the account. ``designated``: whether the hospital or pharmacy is a contracted one.
    ``provider_in``: its place, None: not told.
    """
    little = bill_fen is not None and balance_fen is not None and balance_fen < bill_fen
    held = (("STOPPED", stopped), ("NOT_DESIGNATED", not designated), ("TOO_LITTLE", little))
    reasons = tuple(word for word, holds in held if holds)
    inputs: dict[str, Plain] = {"designated": designated, "place": place, "stopped": stopped}
    said = [USE_01.decide(word, inputs=inputs) for word in reasons or ("NO_REASON",)]
    notes: list[Decision] = [*said]
    lines = [spoken(one) for one in said]
    if stopped:
        local = after_stop(area=place, policy=policy, on=on)
        notes.append(local)
        lines.append(spoken(local))
    if bill_fen is not None and balance_fen is not None and little:
        lines.append(
            line(
                "use.short", bill=fen(bill_fen), balance=fen(balance_fen), missing=fen(bill_fen - balance_fen)
            )
        )
    if provider_in is not None:
        there = used_where(place=place, provider_in=provider_in, policy=policy, on=on)
        notes.append(there)
        lines += [line("use.where", place=area(place), there=area(provider_in)), spoken(there)]
    return Worked(Diagnosis(reasons), tuple(notes), tuple(lines), spoken(said[0]))


def used_where(*, place: str, provider_in: str, policy: Policy, on: date) -> Decision:
    """USE-02: at home always; in another place of the province where the province says so; further off both are asked."""
    inputs: dict[str, Plain] = {"place": place, "provider_in": provider_in}
    if place == provider_in:
        return USE_02.decide("AT_HOME", inputs=inputs)
    if province_of(place) != province_of(provider_in):
        return USE_02.decide("ASK_BOTH", inputs=inputs)
    found = policy.find("pa.usable_in_province", province_of(place), on=on)
    outcome = {True: "IN_PROVINCE", False: "PROVINCE_SAYS_NO", None: "ASK_BOTH"}[yes(found)]
    return USE_02.decide(outcome, facts=(found,), inputs=inputs)


@dataclass(frozen=True, slots=True)
class Split:
    """A month's money in fen. ``account_fen``: to the personal account, at most so much where ``at_most``; ``pooled_fen``:
    the rest, at least so much then. All None where a rate is not known.
    """

    employer_fen: int | None
    person_fen: int | None
    account_fen: int | None
    pooled_fen: int | None
    at_most: bool


def month_split(*, base_fen: int, place: str, month_on: date, policy: Policy) -> Worked[Split]:
    """USE-03: what of a month's contribution on a base goes to the account and what to the pooled fund.

    ``month_on``: first day of the month. In service only the person's own part reaches the account.
    """
    employer = policy.find("ee.rate.employer", place, on=month_on, scope={"scheme": "account"})
    person = policy.find("ee.rate.individual", place, on=month_on, scope={"scheme": "account"})
    credit = policy.find("account.credit_rate", place, on=month_on, scope={"payer": "employer"})
    of_employer, of_person, of_credit = (ends(one)[1] for one in (employer, person, credit))
    looked: tuple[Found | Unknown, ...] = (employer, person, credit)
    inputs: dict[str, Plain] = {"base_fen": base_fen, "month": month_on.isoformat()[:7], "place": place}
    asked = line("split.asked", place=area(place), base=fen(base_fen))
    if of_employer is None or of_person is None or of_credit is None:
        by = USE_03.decide("NOT_KNOWN", facts=looked, inputs=inputs)
        return Worked(Split(None, None, None, None, False), (by,), (asked,), spoken(by))
    by = USE_03.decide("SPLIT", facts=known(*looked), inputs=inputs)
    paid, own, kept = (rounded(base_fen * rate) for rate in (of_employer, of_person, of_credit))
    pooled = paid + own - kept
    at_most = isinstance(credit, Found) and isinstance(credit.value, Bound)
    lines = (
        asked,
        _part("split.employer", by, of_employer, paid),
        _part("split.person", by, of_person, own),
        _part("split.account_most" if at_most else "split.account", by, of_credit, kept),
    )
    closing = line("split.closing", by=by, account=fen(kept), pooled=fen(pooled))
    return Worked(Split(paid, own, kept, pooled, at_most), (by,), lines, closing)


def _part(key: str, by: Decision, rate: Decimal, amount: int) -> Line:
    return line(key, by=by, rounding=Rounding.HALF_UP_TO_FEN, rate=share(rate), amount=fen(amount))


ENTRIES: Entries = ((USE_01, account_use), (USE_02, used_where), (USE_03, month_split))
