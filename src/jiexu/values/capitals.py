"""Amounts in capital numerals (大写), as paper forms need them beside the figures: a stroke more changes no amount.

The form is that of the banks' rules for filled-in papers (支付结算办法, 附一): 壹 before every 拾, one 零 for any run
of zeros inside, 整 where the amount ends before the fen.
"""

from __future__ import annotations

from typing import Final

from jiexu.values.money import MAX_FEN, AmountError, format_yuan

DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿")


def in_capitals(fen: int) -> str:
    """人民币叁仟贰佰零捌元伍角伍分 for 320855. Raises AmountError below zero and above ``MAX_FEN``."""
    if not 0 <= fen <= MAX_FEN:
        raise AmountError(
            "amount_not_for_paper",
            "{yuan} yuan cannot be written in capital numerals; an amount on paper is between 0 and {limit}.",
            yuan=format_yuan(fen),
            limit=format_yuan(MAX_FEN),
        )
    yuan, rest = divmod(fen, 100)
    whole = f"{_yuan(yuan)}元" if yuan or not rest else ""
    return "人民币" + whole + _rest(rest, after_yuan=bool(yuan))


def _rest(rest: int, *, after_yuan: bool) -> str:
    jiao, fen = divmod(rest, 10)
    if not rest:
        return "整"
    tenths = f"{DIGITS[jiao]}角" if jiao else "零" * after_yuan
    return tenths + (f"{DIGITS[fen]}分" if fen else "整")


def _yuan(yuan: int) -> str:
    if not yuan:
        return DIGITS[0]
    text, gap = "", False
    for place in reversed(range(len(str(yuan)))):
        digit = yuan // 10**place % 10
        if digit:
            text += DIGITS[0] * gap + DIGITS[digit] + _PLACES[place % 4]
        gap = not digit and bool(text)
        group = yuan // 10 ** (place - place % 4) % 10_000
        if place % 4 == 0 and group:
            text += _GROUPS[place // 4]
    return text
