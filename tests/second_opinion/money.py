"""What happens to the money of the account (law-medical 2.10 and 3, R-001, R-032 to R-039)."""

from __future__ import annotations

EMPLOYEE, RESIDENT = "employee", "resident"


def money_mode(
    origin_scheme: str,
    destination_scheme: str,
    *,
    same_area: bool,
    same_province: bool,
    balance: int | None,
    intra_mode: str | None,
    er_money: str | None,
) -> str:
    """One word: what becomes of the balance.

    In the order that the notes give: R-001 inside one pooling area there is nothing to
    transfer. R-039 who comes from resident insurance has no account, and errata row 102 puts
    this before R-036. R-033 and R-034: nothing to move, or a person has to look at it.
    R-038 employee to resident: the place decides, `unknown` until someone has asked. Read as
    standing before R-036 too, because the new cover has no account whatever the distance.
    R-036 inside a province its own way decides. R-032 everything else is sent from agency to
    agency. Section 2.10 marks `REMIT` as the default inside a province only as an inference
    (M), so without a known way the answer is `unknown`.
    """
    to_employees = (intra_mode or "unknown") if same_province else "transfer"
    steps = (
        (same_area, "no_transfer"),
        (origin_scheme == RESIDENT, "none"),
        (balance is None, "unknown"),
        (balance == 0, "none"),
        (balance is not None and balance < 0, "manual"),
        (destination_scheme == RESIDENT, er_money or "unknown"),
        (True, to_employees),
    )
    return next(mode for holds, mode in steps if holds)
