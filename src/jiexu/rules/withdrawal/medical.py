"""Whether money of the medical personal account is paid out, to whom, and when (WDR-01 … WDR-13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.policy import Found, Policy
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import equal_shares, whole, word_of, yes
from jiexu.values.month import Month

WDR_01 = Rule(
    "WDR-01",
    Anchor.EVENT,
    ("NOT_CASHABLE", "NOT_KNOWN"),
    ("guofa-1998-44", "wuhan-account"),
    parameters=("pa.cashable",),
)
WDR_02 = Rule("WDR-02", Anchor.ALWAYS, ("NEVER_TO_A_PERSON",), ("sil:64",))
WDR_03 = Rule(
    "WDR-03",
    Anchor.EVENT,
    ("FIRST_ORDER", "SECOND_ORDER", "NO_HEIR", "NOT_KNOWN"),
    ("civil-code:1127", "guangdong-intra"),
    parameters=("pa.inheritable",),
)
LISTED = ("PAID_BY_LOCAL_LIST", "NOT_ON_LOCAL_LIST", "NOT_KNOWN")
LIST = ("pa.payout_cases",)
WDR_04 = Rule(
    "WDR-04", Anchor.EVENT, LISTED, ("guangdong-intra", "dandong-guide"), Basis.LOCAL, parameters=LIST
)
WDR_05 = Rule("WDR-05", Anchor.EVENT, LISTED, ("guangdong-intra",), Basis.LOCAL, parameters=LIST)
WDR_06 = Rule(
    "WDR-06", Anchor.EVENT, LISTED, ("guangdong-intra", "retiree-payout-pages"), Basis.LOCAL, parameters=LIST
)
WDR_07 = Rule(
    "WDR-07",
    Anchor.EVENT,
    (*LISTED, "KEPT"),
    ("guangdong-intra", "quanzhou-guide", "dandong-guide"),
    Basis.LOCAL,
    Confidence.MEDIUM,
    parameters=("pa.cannot_transfer", "pa.payout_cases"),
)
WDR_08 = Rule(
    "WDR-08", Anchor.EVENT, LISTED, ("quanzhou-guide",), Basis.LOCAL, Confidence.LOW, parameters=LIST
)
WDR_09 = Rule(
    "WDR-09",
    Anchor.EVENT,
    ("LOCAL_TIMES", "NOT_KNOWN"),
    ("quanzhou-guide", "wuhan-payout", "shenzhen-payout"),
    Basis.LOCAL,
    Confidence.LOW,
    parameters=("pa.death_report_days", "pa.payout_promise_days", "pa.payout_wait_months"),
)
WDR_10 = Rule(
    "WDR-10",
    Anchor.EVENT,
    ("STAYS_USABLE", "STAYS_SEALED", "NO_PAYOUT"),
    ("stopped-account-pages",),
    Basis.LOCAL,
    Confidence.LOW,
    parameters=("pa.use_after_stop",),
)
WDR_11 = Rule(
    "WDR-11",
    Anchor.EVENT,
    ("UNLAWFUL",),
    ("fund-supervision-2021:17", "fund-supervision-2021:41"),
    parameters=("misuse.fraud_fine_times", "misuse.settlement_stopped_months"),
)
WDR_12 = Rule("WDR-12", Anchor.ALWAYS, ("MEDICAL_AGENCY",), ("handling-2023:4", "handling-2023:60"))
WDR_13 = Rule(
    "WDR-13",
    Anchor.EVENT,
    ("MAY_ACT", "NEEDS_PAPERS"),
    ("quanzhou-guide", "fund-supervision-2021:17"),
    confidence=Confidence.MEDIUM,
)

WDR_14 = Rule(
    "WDR-14",
    Anchor.EVENT,
    ("SAME_NAME", "OTHER_NAME", "NAME_NOT_TOLD"),
    ("guangdong-intra", "quanzhou-guide"),
    Basis.LOCAL,
    Confidence.MEDIUM,
)
WDR_15 = Rule(
    "WDR-15",
    Anchor.EVENT,
    ("FILED", "FILE_FIRST", "ASK_WHETHER_FILED"),
    ("guangdong-intra",),
    Basis.LOCAL,
    Confidence.MEDIUM,
)


class Case(StrEnum):
    """Why somebody asks for the money."""

    DEATH = "death"
    EMIGRATION = "emigration"
    ENLISTED = "enlisted"
    RETIREE_OUT = "retiree_settled_elsewhere"
    CANNOT_MOVE = "cannot_transfer"
    OVER_AGE = "over_age"
    STOPPED = "stopped"
    CASH = "cash"


BY_LIST = {
    Case.EMIGRATION: WDR_04,
    Case.ENLISTED: WDR_05,
    Case.RETIREE_OUT: WDR_06,
    Case.OVER_AGE: WDR_08,
}
CANNOT_MOVE_WORDS = frozenset({"cannot_transfer", "receiver_refuses"})


def medical_payout(*, case: Case, area: str, policy: Policy, on: date) -> tuple[Decision, ...]:
    """What is paid out of the medical account in a case, by the place that holds it, and who to ask.

    Cash is the exception of a list each place keeps for itself: not on it, or no list known, and nothing is promised.
    """
    first = (not_cashable(policy=policy, on=on), pooled_never(), agency())
    if case is Case.DEATH:
        return (inherited(policy=policy, on=on), *first)
    if case is Case.STOPPED:
        return (stopped(area=area, policy=policy, on=on), *first)
    if case is Case.CASH:
        return (unlawful(policy=policy, on=on), *first)
    if case is Case.CANNOT_MOVE:
        return (cannot_move(area=area, policy=policy, on=on), *first)
    return (by_list(case=case, area=area, policy=policy, on=on), *first)


def by_list(*, case: Case, area: str, policy: Policy, on: date) -> Decision:
    """WDR-04 … WDR-06, WDR-08: emigration, the army, retired and settled elsewhere, past the age: the place's own list.

    Raises KeyError for a case without such a list.
    """
    listed = policy.find("pa.payout_cases", area, on=on)
    inputs: dict[str, Plain] = {"area": area, "case": case.value}
    if not isinstance(listed, Found) or not isinstance(listed.value, tuple):
        return BY_LIST[case].decide("NOT_KNOWN", facts=(listed,), inputs=inputs)
    outcome = "PAID_BY_LOCAL_LIST" if case.value in listed.value else "NOT_ON_LOCAL_LIST"
    return BY_LIST[case].decide(outcome, facts=(listed,), inputs=inputs)


def cannot_move(*, area: str, policy: Policy, on: date) -> Decision:
    """WDR-07: the new place cannot take the balance: paid to the person's own account where the old place says so."""
    listed = policy.find("pa.payout_cases", area, on=on)
    rule = policy.find("pa.cannot_transfer", area, on=on)
    words = set(listed.value) if isinstance(listed, Found) and isinstance(listed.value, tuple) else None
    inputs: dict[str, Plain] = {"area": area}
    if word_of(rule) == "TO_PERSON" or (words and words & CANNOT_MOVE_WORDS):
        known = tuple(fact for fact in (listed, rule) if isinstance(fact, Found))
        return WDR_07.decide("PAID_BY_LOCAL_LIST", facts=known, inputs=inputs)
    if word_of(rule) == "KEEP":
        return WDR_07.decide("KEPT", facts=(rule,), inputs=inputs)
    if words is not None:
        return WDR_07.decide("NOT_ON_LOCAL_LIST", facts=(listed,), inputs=inputs)
    return WDR_07.decide("NOT_KNOWN", facts=(listed, rule), inputs=inputs)


def not_cashable(*, policy: Policy, on: date) -> Decision:
    """WDR-01: the account belongs to the person, is carried over and inherited, and is not paid in cash."""
    found = policy.find("pa.cashable", on=on)
    return WDR_01.decide("NOT_CASHABLE" if yes(found) is False else "NOT_KNOWN", facts=(found,))


def pooled_never() -> Decision:
    """WDR-02: money of the pooled fund is never paid to a person."""
    return WDR_02.decide("NEVER_TO_A_PERSON")


def agency() -> Decision:
    """WDR-12: the medical-insurance agency pays, not the human-resources department."""
    return WDR_12.decide("MEDICAL_AGENCY")


def inherited(*, policy: Policy, on: date, first_order: int = 1, second_order: int = 0) -> Decision:
    """WDR-03: heirs are spouse, children and parents; only where there are none, siblings and grandparents.

    ``first_order`` / ``second_order``: how many heirs of each are alive. A will goes before this order.
    """
    found = policy.find("pa.inheritable", on=on)
    inputs: dict[str, Plain] = {"first_order": first_order, "second_order": second_order}
    if yes(found) is not True:
        return WDR_03.decide("NOT_KNOWN", facts=(found,), inputs=inputs)
    outcome = "FIRST_ORDER" if first_order else "SECOND_ORDER" if second_order else "NO_HEIR"
    return WDR_03.decide(outcome, facts=(found,), inputs=inputs)


@dataclass(frozen=True, slots=True)
class Estate:
    """``shares_fen``: what each heir gets, in fen; they add up to the balance. Empty where there is no heir."""

    shares_fen: tuple[int, ...]
    decision: Decision


def estate(
    *, balance_fen: int, policy: Policy, on: date, first_order: int = 0, second_order: int = 0
) -> Estate:
    """WDR-03: equal shares among the heirs of the first order that has any, without a will.

    The balance is taken as the deceased's alone: a spouse's half of common property is not split off here.
    """
    said = inherited(policy=policy, on=on, first_order=first_order, second_order=second_order)
    heads = {"FIRST_ORDER": first_order, "SECOND_ORDER": second_order}.get(said.outcome, 0)
    return Estate(equal_shares(balance_fen, heads) if heads else (), said)


@dataclass(frozen=True, slots=True)
class Times:
    """``from_month``: first month in which the place pays; ``report_by``: last day to report a death.

    ``promised_days``: working days the place promises. Each None where not known.
    """

    from_month: Month | None
    report_days: int | None
    promised_days: int | None
    decision: Decision


def payout_times(*, area: str, stopped_in: Month, policy: Policy, on: date) -> Times:
    """WDR-09: from which month, and how fast, the place pays: only a few have said so."""
    found = tuple(
        policy.find(f"pa.{name}", area, on=on)
        for name in ("payout_wait_months", "death_report_days", "payout_promise_days")
    )
    wait, report, promised = (whole(answer) for answer in found)
    known = tuple(answer for answer in found if isinstance(answer, Found))
    first = None if wait is None else stopped_in + wait
    inputs: dict[str, Plain] = {"area": area, "from_month": None if first is None else str(first)}
    outcome = "LOCAL_TIMES" if known else "NOT_KNOWN"
    return Times(first, report, promised, WDR_09.decide(outcome, facts=known or found, inputs=inputs))


def stopped(*, area: str, policy: Policy, on: date) -> Decision:
    """WDR-10: that contributions stopped pays nothing out; whether the account can still be used is local."""
    found = policy.find("pa.use_after_stop", area, on=on)
    outcome = {True: "STAYS_USABLE", False: "STAYS_SEALED", None: "NO_PAYOUT"}[yes(found)]
    return WDR_10.decide(outcome, facts=(found,), inputs={"area": area})


def unlawful(*, policy: Policy, on: date) -> Decision:
    """WDR-11: every other way to cash is unlawful; settlement can be suspended and fraud is fined."""
    names = ("misuse.settlement_stopped_months", "misuse.fraud_fine_times")
    return WDR_11.decide("UNLAWFUL", facts=tuple(policy.find(name, on=on) for name in names))


def proxy(*, authorised: bool, both_identified: bool) -> Decision:
    """WDR-13: who acts for another shows a signed authorisation and both identity documents."""
    inputs: dict[str, Plain] = {"authorised": authorised, "both_identified": both_identified}
    return WDR_13.decide("MAY_ACT" if authorised and both_identified else "NEEDS_PAPERS", inputs=inputs)


def own_account(*, person: str | None, holder: str | None) -> Decision:
    """WDR-14: it is paid on the person's own application, to a bank account in the same name.

    ``person`` / ``holder``: names as written, spaces aside; None: not told.
    """
    if person is None or holder is None:
        return WDR_14.decide("NAME_NOT_TOLD")
    same = "".join(person.split()) == "".join(holder.split())
    return WDR_14.decide("SAME_NAME" if same else "OTHER_NAME", inputs={"same": same})


def filing(*, filed: bool | None) -> Decision:
    """WDR-15: who is retired and settled elsewhere has filed for care there (异地就医备案) before the account is paid."""
    outcome = {True: "FILED", False: "FILE_FIRST", None: "ASK_WHETHER_FILED"}[filed]
    return WDR_15.decide(outcome, inputs={"filed": filed})


ENTRIES: Entries = (
    (WDR_01, not_cashable),
    (WDR_02, pooled_never),
    (WDR_03, inherited),
    (WDR_04, by_list),
    (WDR_05, by_list),
    (WDR_06, by_list),
    (WDR_07, cannot_move),
    (WDR_08, by_list),
    (WDR_09, payout_times),
    (WDR_10, stopped),
    (WDR_11, unlawful),
    (WDR_12, agency),
    (WDR_13, proxy),
    (WDR_14, own_account),
    (WDR_15, filing),
)
