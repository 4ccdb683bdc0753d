"""The rules for whole populations, column by column: retirement, years reached, the way of the money.

A rule depends on few facts, and a population repeats them: a million people are born in some eight hundred months.
Every distinct question is put to the function that answers one person, and its answer is given to all who share it,
so that both ways cannot answer differently. Columns are sequences of equal length, one value a person; they hold no
names and no numbers of people. Whose decision has to be explained or kept is asked one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from operator import lt
from typing import Any, TypeVar

from jiexu.rules.facts import Number
from jiexu.rules.inputs import AccountPart, Asked, PersonFacts, Scheme, Sex
from jiexu.rules.money import MoneyMode, money_mode
from jiexu.rules.policy import Policy
from jiexu.rules.retirement import MONTHS, RetirementGroup, retirement_age
from jiexu.rules.years import months_asked

Answer = TypeVar("Answer")


def retirement_months(
    *, births: Sequence[int], groups: Sequence[RetirementGroup], on: date, policy: Policy
) -> list[tuple[int, int]]:
    """R-084 for everybody: age in months, and the index of the month in which it is reached.

    The index of a month is year * 12 + month - 1, as ``Month.index`` counts; ``births`` holds those of birth. Raises RetirementRuleMissingError as ``retirement_age`` does, and
    ValueError for columns of different lengths.
    """

    def answer(birth: int, group: RetirementGroup) -> tuple[int, int]:
        year, month = divmod(birth, MONTHS)
        found = retirement_age(birth=date(year, month + 1, 1), group=group, on=on, policy=policy)
        return found.months, found.month.year * MONTHS + found.month.month - 1

    return _each_once(answer, births, groups)


def years_reached(
    *,
    areas: Sequence[str],
    sexes: Sequence[Sex],
    total: Sequence[int],
    paid: Sequence[int],
    local: Sequence[int],
    on: date,
    policy: Policy,
) -> list[str]:
    """R-081 for everybody: REACHED, NOT_REACHED or NOT_KNOWN. Months are those of ``MonthsHeld``.

    What a place asks for is looked up once for it and each sex. Raises ValueError for columns of different lengths.
    """

    def wanted(area: str, sex: Sex) -> tuple[tuple[Number, ...], tuple[Number, ...]]:
        asked = months_asked(sex=sex, area=area, policy=policy, on=on)
        low, high = zip(asked["total"], asked["paid"], asked["local"], strict=True)
        return low, high

    rows = zip(total, paid, local, _each_once(wanted, areas, sexes), strict=True)
    return [_reached(held, low, high) for *held, (low, high) in rows]


def _reached(held: Sequence[int], surely_asked: Sequence[Number], surely_enough: Sequence[Number]) -> str:
    if any(map(lt, held, surely_asked)):
        return "NOT_REACHED"
    return "NOT_KNOWN" if any(map(lt, held, surely_enough)) else "REACHED"


def money_modes(
    *,
    origins: Sequence[str],
    destinations: Sequence[str],
    from_schemes: Sequence[Scheme],
    to_schemes: Sequence[Scheme],
    movable_fen: Sequence[int],
    lowest_fen: Sequence[int],
    on: date,
    policy: Policy,
) -> list[MoneyMode]:
    """R-032 … R-039 for everybody who applies on a day.

    ``movable_fen``: what the movable parts of the account hold free together. ``lowest_fen``: the part with the least,
    which is below zero where one is overdrawn. Who has no account has 0 in both; nobody has died. Raises ValueError
    for columns of different lengths.
    """

    def mode(
        origin: str, destination: str, from_scheme: Scheme, to_scheme: Scheme, movable: bool, overdrawn: bool
    ) -> MoneyMode:
        asked = Asked(on, origin, destination, from_scheme, to_scheme)
        parts = (AccountPart("movable", int(movable)), AccountPart("lowest", -int(overdrawn)))
        person = PersonFacts(birth=on, document_kind="", account=parts)
        return money_mode(asked=asked, person=person, policy=policy, on=on).mode

    movable = [fen > 0 for fen in movable_fen]
    overdrawn = [fen < 0 for fen in lowest_fen]
    return _each_once(mode, origins, destinations, from_schemes, to_schemes, movable, overdrawn)


def _each_once(answer: Callable[..., Answer], *columns: Sequence[Any]) -> list[Answer]:
    """The answer for each row of the columns; each distinct row is asked once."""
    answers = {row: answer(*row) for row in set(zip(*columns, strict=True))}
    return list(map(answers.__getitem__, zip(*columns, strict=True)))
