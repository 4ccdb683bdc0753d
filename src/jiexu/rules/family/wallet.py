"""The medical-insurance wallet (医保钱包): money to a relative, within limits and hours (WAL-01 … WAL-09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.facts import in_fen
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import number, whole, word_of, yes
from jiexu.values.errors import ValueFault

WAL_01 = Rule("WAL-01", Anchor.ALWAYS, ("TO_RELATIVES_WALLET",), ("wallet-news",))
WAL_02 = Rule(
    "WAL-02",
    Anchor.EVENT,
    ("SCHEDULED", "NOT_KNOWN"),
    ("wallet-news",),
    parameters=("wallet.closed_from", "wallet.closed_until", "wallet.per_day", "wallet.per_transfer"),
)
WAL_03 = Rule(
    "WAL-03",
    Anchor.EVENT,
    ("RETURNED", "NOT_KNOWN"),
    ("wallet-news",),
    parameters=("wallet.returned_at", "wallet.returned_counts_for_the_day"),
)
WAL_04 = Rule("WAL-04", Anchor.ALWAYS, ("CARE_AND_PREMIUM",), ("wallet-news",))
WAL_05 = Rule(
    "WAL-05",
    Anchor.EVENT,
    ("OBSERVED", "NOT_KNOWN"),
    ("wallet-news",),
    confidence=Confidence.MEDIUM,
    parameters=("wallet.areas",),
)
WAL_06 = Rule(
    "WAL-06",
    Anchor.EVENT,
    ("BOTH_OPEN", "PARTLY_OPEN", "NOT_OPEN", "NOT_KNOWN"),
    ("wallet-news",),
    confidence=Confidence.MEDIUM,
    parameters=("wallet.open",),
)
WAL_07 = Rule("WAL-07", Anchor.ALWAYS, ("ANY_TWO_AREAS",), ("wallet-news",))
WAL_08 = Rule("WAL-08", Anchor.ALWAYS, ("NOT_A_TRANSFER",), ("wallet-news",), Basis.INFERENCE)
WAL_09 = Rule(
    "WAL-09",
    Anchor.EVENT,
    ("RUNNING", "NOT_YET"),
    ("wallet-news",),
    parameters=("wallet.areas",),
)
OPEN = {"whole": "BOTH_OPEN", "partly": "PARTLY_OPEN", "none": "NOT_OPEN", None: "NOT_KNOWN"}
WORST_FIRST = ("none", None, "partly", "whole")


class WalletError(ValueFault):
    """An amount that cannot be sent."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One wallet transfer: not before ``earliest``, Beijing time; ``fen`` of it."""

    earliest: datetime
    fen: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How an amount is sent; the sendings add up to it. ``sendings`` None where a limit of that time is not known.

    ``per_transfer_fen`` and ``per_day``: the limits used.
    """

    sendings: tuple[Sending, ...] | None
    per_transfer_fen: int | None
    per_day: int | None
    decisions: tuple[Decision, ...]


def plan(*, amount_fen: int, asked_at: datetime, policy: Policy, sent_today: int = 0) -> Plan:
    """WAL-02: the fewest transfers, each up to the limit, no more a day than allowed, none in the hours of the night.

    ``asked_at``: Beijing time without zone. ``sent_today``: transfers sent that day already, returned ones counted,
    as it is not known whether they use up the day (WAL-03). Raises WalletError for an amount below one fen.
    """
    if amount_fen < 1:
        raise WalletError(
            "wallet_nothing",
            "{fen} fen cannot be sent by wallet; give an amount above zero.",
            fen=amount_fen,
        )
    on = asked_at.date()
    names = ("per_transfer", "per_day", "closed_from", "closed_until")
    facts = tuple(policy.find(f"wallet.{name}", on=on) for name in names)
    most, per_day = number(facts[0]), whole(facts[1])
    closed_from, closed_until = (_hour(fact) for fact in facts[2:])
    said: dict[str, Plain] = {"amount_fen": amount_fen, "asked_at": asked_at.isoformat(timespec="minutes")}
    if most is None or per_day is None or closed_from is None or closed_until is None:
        return Plan(None, None, None, (WAL_02.decide("NOT_KNOWN", facts=facts, inputs=said),))
    limit = in_fen(most)
    sendings: list[Sending] = []
    at, sent, left = asked_at, sent_today, amount_fen
    while left:
        if sent >= per_day:
            at, sent = _next_morning(at, closed_until), 0
        elif not closed_until <= at.time() < closed_from:
            before_dawn = at.time() < closed_until
            at, sent = (
                (datetime.combine(at.date(), closed_until), sent)
                if before_dawn
                else (_next_morning(at, closed_until), 0)
            )
        fen = min(left, limit)
        sendings.append(Sending(at, fen))
        sent, left = sent + 1, left - fen
    said |= {"last_on": at.date().isoformat(), "transfers": len(sendings)}
    decided = WAL_02.decide("SCHEDULED", facts=facts, inputs=said)
    return Plan(tuple(sendings), limit, per_day, (decided,))


def _next_morning(at: datetime, opens: time) -> datetime:
    return datetime.combine(at.date() + timedelta(days=1), opens)


def _hour(fact: Found | Unknown) -> time | None:
    word = word_of(fact)
    return None if word is None else time.fromisoformat(word)


@dataclass(frozen=True, slots=True)
class Return:
    """``at``: when money that was not accepted is back, None where not known.

    ``counts``: whether the returned transfer uses up one of the day; None: not known, count it.
    """

    at: datetime | None
    counts: bool | None
    decision: Decision


def returned(*, sent_at: datetime, policy: Policy) -> Return:
    """WAL-03: what the relative did not accept goes back the next morning."""
    on = sent_at.date()
    hour = policy.find("wallet.returned_at", on=on)
    counts = policy.find("wallet.returned_counts_for_the_day", on=on)
    opens = _hour(hour)
    if opens is None:
        return Return(None, None, WAL_03.decide("NOT_KNOWN", facts=(hour,)))
    back = _next_morning(sent_at, opens)
    inputs: dict[str, Plain] = {"back_at": back.isoformat(timespec="minutes"), "counts": yes(counts)}
    return Return(back, yes(counts), WAL_03.decide("RETURNED", facts=(hour,), inputs=inputs))


def both_open(*, sender: str, receiver: str, policy: Policy, on: date) -> Decision:
    """WAL-06: the wallet must be open at both places, and the receiver's own opened first."""
    facts = tuple(policy.find("wallet.open", area, on=on) for area in (sender, receiver))
    words = [word_of(fact) for fact in facts]
    worst = min(words, key=WORST_FIRST.index)
    return WAL_06.decide(OPEN[worst], facts=facts, inputs={"receiver": receiver, "sender": sender})


def coverage(*, policy: Policy, on: date) -> tuple[int | None, Decision]:
    """WAL-05: how many areas had the wallet when somebody last counted."""
    found = policy.find("wallet.areas", on=on)
    areas = whole(found)
    return areas, WAL_05.decide(
        "NOT_KNOWN" if areas is None else "OBSERVED", facts=(found,), inputs={"areas": areas}
    )


def running(*, policy: Policy, on: date) -> Decision:
    """WAL-09: the wallet between provinces began on 2024-12-02 in 苏州; on later days it runs, counted or not."""
    found = policy.find("wallet.areas", on=on)
    # The record of the first months says that the number of areas is unknown, and so that there were some.
    outcome = "RUNNING" if found.fact_ids else "NOT_YET"
    facts = (found,) if isinstance(found, Found) else ()
    return WAL_09.decide(outcome, facts=facts, inputs={"on": on.isoformat()})


def what_it_is() -> tuple[Decision, ...]:
    """WAL-01, WAL-04, WAL-07, WAL-08: from one's account to a relative's wallet, for care and premiums, between any two
    areas that have it; it moves no months and is no cash."""
    return (
        WAL_01.decide("TO_RELATIVES_WALLET"),
        WAL_04.decide("CARE_AND_PREMIUM"),
        WAL_07.decide("ANY_TWO_AREAS"),
        WAL_08.decide("NOT_A_TRANSFER"),
    )


ENTRIES: Entries = (
    (WAL_01, what_it_is),
    (WAL_02, plan),
    (WAL_03, returned),
    (WAL_04, what_it_is),
    (WAL_05, coverage),
    (WAL_06, both_open),
    (WAL_07, what_it_is),
    (WAL_08, what_it_is),
    (WAL_09, running),
)
