"""Unemployment insurance across provinces (law-other-systems B4, UNE-02 to UNE-07, UNE-16)."""

from __future__ import annotations

from tests.second_opinion.late_fee import round_half_up


def transfer_money(
    *,
    months_paid: int,
    months_due: int,
    months_drawn: int,
    monthly_standard: int,
    half_of: str | None,
) -> set[int]:
    """Fen that move with the relation; two amounts where it is open what the half is taken of.

    UNE-07: fewer than twelve months paid: the relation alone. UNE-05, 06: the benefit still
    due by the origin's standard, and half as much for the medical premium and the subsidies.
    Errata row 90: half of what `remaining` benefit is due, or of the `total` first due; the
    default is unknown, so both.
    """
    if months_paid < 12:
        return {0}
    remaining = (months_due - months_drawn) * monthly_standard
    total = months_due * monthly_standard
    answers = set()
    if half_of in (None, "remaining"):
        answers.add(remaining + round_half_up(remaining, 2))
    if half_of in (None, "total"):
        answers.add(remaining + round_half_up(total, 2))
    return answers


def outcome(*, status: str, months_paid: int, claims_at: str | None, moves_unemployed: bool) -> str:
    """What happens in a move across provinces (decision table D1 to D6 of B4).

    `status` is `employed`, `entitled` or `drawing`; `claims_at` is `last` or `registered`
    for who is entitled and not employed again. Errata row 107: who draws and stays
    unemployed is refused, the place is locked (UNE-03).
    """
    if status == "drawing" and moves_unemployed:
        return "refused"
    if status == "entitled" and claims_at == "last":
        return "no_transfer"
    return "relation_and_money" if months_paid >= 12 else "relation_only"


def longest_months(months_paid: int) -> int:
    """UNE-16, act art. 46: at most 12 months from one year, 18 from five, 24 from ten."""
    longest = 0
    for years, months in ((1, 12), (5, 18), (10, 24)):
        if months_paid >= years * 12:
            longest = months
    return longest
