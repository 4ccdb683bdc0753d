"""Reading terms of the policy, and the arithmetic every subject shares: shares of amounts, whole years of age."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from jiexu.rules.facts import Number
from jiexu.rules.policy import Found, Unknown


def number(answer: Found | Unknown) -> Number | None:
    """The number an answer of the policy is; None where nothing, or only a limit, is known."""
    value = answer.value if isinstance(answer, Found) else None
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def whole(answer: Found | Unknown) -> int | None:
    """A number of months, days, years or times; None where it is not known."""
    value = number(answer)
    return None if value is None else int(value)


def word_of(answer: Found | Unknown) -> str | None:
    """The word an answer of the policy is; None where nothing is known."""
    return str(answer.value) if isinstance(answer, Found) else None


def yes(answer: Found | Unknown) -> bool | None:
    """Yes or no as the policy says; None where nothing is known."""
    return answer.value if isinstance(answer, Found) and isinstance(answer.value, bool) else None


def rounded(fen: Decimal) -> int:
    """An amount in whole fen, half a fen up."""
    return int(fen.quantize(Decimal(1), ROUND_HALF_UP))


def share_of(fen: int, share: Number) -> int:
    """A share of an amount in fen, rounded half up to the fen once."""
    return rounded(fen * Decimal(share))


def equal_shares(fen: int, heads: int) -> tuple[int, ...]:
    """An amount in fen in equal shares that add up to it: what is left over goes a fen each to the first ones.

    Raises ValueError for fewer than one head.
    """
    if heads < 1:
        raise ValueError(f"An amount cannot be shared among {heads} people; give one or more.")
    each, left = divmod(fen, heads)
    return tuple(each + (place < left) for place in range(heads))


def full_years(*, birth: date, on: date) -> int:
    """Age in full years on a day."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
