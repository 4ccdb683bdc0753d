"""Reading an answer of the policy in the type a rule needs; what is not known, or of another kind, is None."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from jiexu.rules.facts import Bound, in_fen
from jiexu.rules.policy import Found, Unknown

Looked = Found | Unknown


def known(*found: Looked) -> tuple[Found, ...]:
    """The answers that are known, for a decision that does not suffer from the others."""
    return tuple(one for one in found if isinstance(one, Found))


def whole(found: Looked) -> int | None:
    """A whole number. A mere limit is none."""
    return found.value if isinstance(found, Found) and type(found.value) is int else None


def fraction(found: Looked) -> Decimal | None:
    """A number with decimals, such as a rate or years. A mere limit is none."""
    if isinstance(found, Found) and type(found.value) in {int, Decimal}:
        return Decimal(str(found.value))
    return None


def amount_fen(found: Looked) -> int | None:
    """An amount of yuan, in fen."""
    number = fraction(found)
    return None if number is None else in_fen(number)


def yes(found: Looked) -> bool | None:
    """A yes or no."""
    return found.value if isinstance(found, Found) and isinstance(found.value, bool) else None


def said(found: Looked) -> str | None:
    """A word, or a number as text."""
    return str(found.value) if isinstance(found, Found) else None


def words(found: Looked) -> tuple[str, ...]:
    """The words of a set; empty where nothing is known."""
    return found.value if isinstance(found, Found) and isinstance(found.value, tuple) else ()


def ends(found: Looked) -> tuple[Decimal, Decimal] | None:
    """Both ends of a limit; a plain number is both."""
    value = found.value if isinstance(found, Found) else None
    if isinstance(value, Bound) and value.low is not None and value.high is not None:
        return Decimal(value.low), Decimal(value.high)
    number = fraction(found)
    return None if number is None else (number, number)


def to_fen(amount: Decimal) -> int:
    """An amount in fen with parts of a fen, rounded half up."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
