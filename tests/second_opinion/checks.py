"""Whether an application is taken (law-medical 2.2, 2.3, R-001, R-005, R-017 to R-022)."""

from __future__ import annotations

from datetime import date

NEW_RULE_FROM = date(2021, 12, 1)


def refusals(
    *,
    same_area: bool,
    retired_at_origin: bool,
    retired_at_destination: bool,
    origin_stopped: bool,
    destination_enrolled: bool,
) -> list[str]:
    """Codes of refusal that hold.

    NA-05 same pooling area (R-001); NA-03 retired member of employee insurance (R-005), at
    either place; NA-01 origin not stopped (R-017); NA-02 not enrolled at the destination
    (R-018). All are looked at; the text names no order among them. A retired relation is out
    of scope and so neither to be stopped nor missing: `origin_stopped` is about the other
    relations at the origin, and who is retired at the destination is not told to enrol.
    """
    return [
        code
        for code, holds in (
            ("NA-01", not origin_stopped),
            ("NA-02", not destination_enrolled and not retired_at_destination),
            ("NA-03", retired_at_origin or retired_at_destination),
            ("NA-05", same_area),
        )
        if holds
    ]


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
    of application. None where a fact is missing that could still decide. The ban is one of
    the notice of 2021 and holds from 2021-12-01 (errata row 112). A year of cover that has
    ended at the origin is not the current one.
    """
    if applied < NEW_RULE_FROM or (origin_last_year is not None and origin_last_year < applied.year):
        return False
    if origin_last_year is None or destination_year is None:
        return None
    if destination_year <= origin_last_year:
        return True
    if applied >= date(destination_year, 1, 1):
        return False
    return benefit_start_required
