"""Whether an application is taken (law-medical 2.2, 2.3, R-001, R-005, R-017 to R-022)."""

from __future__ import annotations

from datetime import date

EMPLOYEE, RESIDENT = "employee", "resident"


def refusals(
    origin_scheme: str,
    destination_scheme: str,
    *,
    same_area: bool,
    retired: bool | None,
    origin_stopped: bool | None,
    destination_enrolled: bool | None,
) -> tuple[list[str], list[str]]:
    """Codes of refusal that hold, and codes that cannot be judged because a fact is missing.

    NA-05 same pooling area (R-001); NA-03 retired member of employee insurance (R-005);
    NA-01 origin not stopped (R-017); NA-02 not enrolled at the destination (R-018). All are
    looked at; the text names no order among them.
    """
    holds, unknown = [], []
    for code, fact in (
        ("NA-05", same_area),
        ("NA-03", retired if origin_scheme == EMPLOYEE else False),
        ("NA-01", None if origin_stopped is None else not origin_stopped),
        ("NA-02", None if destination_enrolled is None else not destination_enrolled),
    ):
        if fact is None:
            unknown.append(code)
        elif fact:
            holds.append(code)
    return holds, unknown


def residents_year_refused(
    applied: date,
    *,
    origin_last_year: int | None,
    destination_year: int | None,
    benefit_start_required: bool | None,
) -> bool | None:
    """NA-04, from resident to resident insurance: in principle not in the current year.

    R-010, R-021: only who has joined the next year at the destination may move. `next` is
    read as a year of cover later than the last one paid at the origin. Where the place also
    wants the benefit period to have begun (Xinxiang), that year must have started on the day
    of application. None where a fact is missing that could still decide.
    """
    if origin_last_year is None or destination_year is None:
        return None
    if destination_year <= origin_last_year:
        return True
    if applied >= date(destination_year, 1, 1):
        return False
    return benefit_start_required
