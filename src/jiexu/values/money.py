"""Amounts of money: plain integers of fen everywhere, names end in ``_fen``; yuan only where people read."""

from __future__ import annotations

import re
import unicodedata

from jiexu.values.errors import ValueFault
from jiexu.values.writing import clipped

MAX_FEN = 10**13
"""The largest amount read from outside, a hundred thousand million yuan: more is a slip of a column."""

_PLAIN = re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?[0-9.,]+E[+-]?[0-9]+", re.ASCII)


class AmountError(ValueFault):
    """An amount is not readable as yuan with at most two decimals, zero or more, at most ``MAX_FEN``."""


def parse_yuan(text: str) -> int:
    """Read an amount in yuan as fen: ``3208.55``, ``3,208.55``, ``３２０８.５``, ``¥3208``, ``3208.55元``.

    Nothing is rounded. Raises AmountError, with a code of its own for empty, negative, scientific, more than
    two decimals, too large and unreadable.
    """
    given = clipped(text)
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper().removesuffix("元").removeprefix("¥")
    if not plain:
        raise AmountError(
            "amount_empty",
            "The amount {given!r} is empty; write yuan as 3208.55, or 0 for nothing.",
            given=given,
        )
    if _SCIENTIFIC.fullmatch(plain):
        raise AmountError(
            "amount_scientific",
            "{given!r} is in scientific notation, which loses fen; format the column as text and write yuan as 3208.55.",
            given=given,
        )
    if plain.startswith(("-", "−", "(")):
        raise AmountError(
            "amount_negative",
            "{given!r} is negative; write an amount of zero or more.",
            given=given,
        )
    found = _PLAIN.fullmatch(plain)
    if found is None:
        raise AmountError(
            "amount_unreadable", "{given!r} is not an amount; write yuan as 3208.55 or 3,208.55.", given=given
        )
    return _fen(found[1].replace(",", ""), found[2] or "", given)


def _fen(yuan: str, decimals: str, given: str) -> int:
    if len(decimals) > 2:
        raise AmountError(
            "amount_decimals",
            "{given!r} has {decimals} decimals; yuan have two: round it where it was calculated and write it again.",
            given=given,
            decimals=len(decimals),
        )
    # Thirteen digits of yuan are too much already; int() of a very long text is slow, and refused above 4300.
    significant = yuan.lstrip("0")[:13] or "0"
    fen = int(significant + decimals.ljust(2, "0"))
    if fen > MAX_FEN:
        raise AmountError(
            "amount_too_large",
            "{given!r} is more than {limit} yuan; look whether a column or a decimal point slipped.",
            given=given,
            limit=format_yuan(MAX_FEN),
        )
    return fen


def format_yuan(fen: int) -> str:
    """Yuan for people, always two decimals: 320855 → ``3,208.55``; a difference may be negative."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}"
