"""Which amounts a receipt may belong to, and why: proposals for a person, never a decision.

Only a reference matches by itself (R-047, ``receipt_matched``). Everything here is looked at by two people, and where
several amounts fit alike, all of them are shown and none is put forward.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

MOST_TOGETHER = 12
"""Amounts of one payer among which a sum is looked for; of more, too many sums agree by chance."""
MOST_SHOWN = 12
"""Amounts that fit alike, shown at most."""
_WORD = re.compile(r"[0-9A-Z]{10,20}")


class Why(StrEnum):
    """For what reason amounts are proposed. The first that applies is the answer."""

    NAMED = "named"
    """The remark names the case."""
    NAMED_TOGETHER = "named_together"
    """The remark names several cases, and together they make the receipt."""
    NAME_AND_AMOUNT = "name_and_amount"
    """The remark says the name, and that person's amount is the receipt's: nobody else's of that name is."""
    ONLY_AMOUNT = "only_amount"
    """The agency that paid owes exactly one amount of this size."""
    ONLY_SUM = "only_sum"
    """The agency that paid owes several amounts, and in one way only some of them make the receipt."""
    SEVERAL = "several"
    """More than one amount fits alike: none is put forward."""
    NONE = "none"
    """Nothing fits."""


@dataclass(frozen=True, slots=True)
class Came:
    """A receipt that waits: in fen, with its remark and the account that paid (empty where the bank does not say)."""

    amount_fen: int
    remark: str
    payer_account: str


@dataclass(frozen=True, slots=True)
class Expected:
    """An amount that is expected: what is still missing of it, whose it is, and the account its agency pays from."""

    case_no: str
    leg: int
    missing_fen: int
    name: str
    payer_account: str

    @property
    def key(self) -> str:
        """Names the amount in a form."""
        return f"{self.case_no}.{self.leg}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``put_forward``: whether these, all of them, are proposed; else they are only what may be looked at."""

    why: Why
    amounts: tuple[Expected, ...]

    @property
    def put_forward(self) -> bool:
        return self.why not in {Why.SEVERAL, Why.NONE}


def named(remark: str) -> frozenset[str]:
    """What in a remark may be a case number, however it is written around."""
    return frozenset(_WORD.findall(remark.upper().replace("-", "")))


def suggest(came: Came, expected: Sequence[Expected]) -> Suggestion:
    """What to propose for a receipt among amounts that are expected here."""
    said = [each for each in expected if each.case_no in named(came.remark)]
    if len(said) == 1:
        return Suggestion(Why.NAMED, tuple(said))
    if said and _sum(said) == came.amount_fen:
        return Suggestion(Why.NAMED_TOGETHER, tuple(said))
    same = [each for each in expected if each.missing_fen == came.amount_fen]
    by_name = [each for each in same if each.name and each.name in came.remark]
    if len(by_name) == 1:
        return Suggestion(Why.NAME_AND_AMOUNT, tuple(by_name))
    theirs = [each for each in expected if came.payer_account and each.payer_account == came.payer_account]
    alike = [each for each in theirs if each.missing_fen == came.amount_fen]
    if not by_name and len(alike) == 1:
        return Suggestion(Why.ONLY_AMOUNT, tuple(alike))
    if not same and (together := _only_sum(came.amount_fen, theirs)):
        return Suggestion(Why.ONLY_SUM, together)
    fits = said or by_name or alike or same
    return Suggestion(Why.SEVERAL if fits else Why.NONE, tuple(fits[:MOST_SHOWN]))


def _only_sum(fen: int, amounts: Sequence[Expected]) -> tuple[Expected, ...]:
    """The one choice of two or more amounts that makes a sum; empty where there is none, or more than one."""
    if len(amounts) > MOST_TOGETHER:
        return tuple(amounts) if _sum(amounts) == fen else ()
    found = [
        chosen
        for size in range(2, len(amounts) + 1)
        for chosen in combinations(amounts, size)
        if _sum(chosen) == fen
    ]
    return found[0] if len(found) == 1 else ()


def _sum(amounts: Iterable[Expected]) -> int:
    return sum(each.missing_fen for each in amounts)
