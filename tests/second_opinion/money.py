"""What happens to the money of the account (law-medical 2.10 and 3, R-001, R-032 to R-039)."""

from __future__ import annotations

EMPLOYEE, RESIDENT = "employee", "resident"


def money_mode(
    origin_scheme: str,
    destination_scheme: str,
    *,
    same_area: bool,
    same_province: bool | None,
    parts: list[tuple[int, bool]],
    mode_at_origin: str | None,
    mode_at_destination: str | None,
    er_money: str | None,
) -> str:
    """One word: what becomes of the balance, from `(fen, may move)` for each part of the account.

    In the order that the notes give: R-001 inside one pooling area there is nothing to
    transfer. R-039 who comes from resident insurance has no account, and errata row 102 puts
    this before R-036. R-033 and R-034: nothing to move, or a person has to look at it, which
    holds as soon as one part is below zero. R-038 employee to resident: the place decides,
    `unknown` until someone has asked. Read as standing before R-036 too, because the new
    cover has no account whatever the distance. R-036 inside a province its own way decides,
    where both places name the same; `INSTANT` is done by the place that takes in. Section
    2.10 marks `REMIT` as the default inside a province only as an inference (M), so without a
    known way the answer is `unknown`; so it is where nobody knows whether two places share a
    province (errata row 31). R-032 everything else is sent from agency to agency.
    """
    steps = (
        (same_area, "no_transfer"),
        (origin_scheme == RESIDENT, "none"),
        (any(fen < 0 for fen, _ in parts), "manual"),
        (not any(fen > 0 and moves for fen, moves in parts), "none"),
        (destination_scheme == RESIDENT, er_money or "unknown"),
        (same_province is None, "unknown"),
        (same_province is False, "transfer"),
        (mode_at_destination in ("INSTANT", mode_at_origin), mode_at_destination or "unknown"),
    )
    return next((mode for holds, mode in steps if holds), "unknown")
