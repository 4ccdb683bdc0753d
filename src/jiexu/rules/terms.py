"""Reading terms of the policy, and the arithmetic every subject shares: shares of amounts, whole years of age."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from jiexu.rules.facts import Bound, Number, in_fen
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


def known(*answers: Found | Unknown) -> tuple[Found, ...]:
    """The answers that are known, for a decision that does not suffer from the others."""
    return tuple(one for one in answers if isinstance(one, Found))


def fraction(answer: Found | Unknown) -> Decimal | None:
    """A rate, or years with halves; None where nothing, or only a limit, is known."""
    value = number(answer)
    return None if value is None else Decimal(value)


def amount_fen(answer: Found | Unknown) -> int | None:
    """An amount of yuan in fen; None where it is not known."""
    value = number(answer)
    return None if value is None else in_fen(value)


def words(answer: Found | Unknown) -> tuple[str, ...]:
    """The words of a set; empty where nothing is known."""
    return answer.value if isinstance(answer, Found) and isinstance(answer.value, tuple) else ()


def ends(answer: Found | Unknown) -> tuple[Decimal | None, Decimal | None]:
    """What a number surely is not below and not above; a plain number is both, an open or unknown end is None."""
    value = answer.value if isinstance(answer, Found) else None
    limits = (value.low, value.high) if isinstance(value, Bound) else (number(answer), number(answer))
    low, high = (None if end is None else Decimal(end) for end in limits)
    return low, high


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
