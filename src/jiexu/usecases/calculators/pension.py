"""A pension transfer as a plan with days: what the person tells, in the words of the rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.inputs import Payer
from jiexu.rules.pension.course import Days
from jiexu.rules.pension.procedure import Procedure, pension_procedure
from jiexu.rules.working import Worked
from jiexu.usecases.calculators.cover import PAYER
from jiexu.usecases.calculators.fields import Calculator, Field, Kind, Today


def _pension_course(
    origin: str,
    destination: str,
    payer: str,
    arrears_months: int,
    on: date,
    *,
    drawing: bool,
    between_systems: bool,
    refuses_to_pay: bool,
    **told: Any,
) -> Worked[Procedure]:
    """The plan from the days told. Raises PensionCourseError for days that cannot be."""
    return pension_procedure(
        origin=origin,
        destination=destination,
        payer=Payer(payer),
        days=Days(**told),
        drawing=drawing,
        between_systems=between_systems,
        arrears_months=arrears_months,
        refuses_to_pay=refuses_to_pay,
        on=on,
        calendar=working_days(),
        policy=shipped_policy(),
    )


PENSION_COURSE = Calculator(
    "pension-course",
    "pension_course",
    _pension_course,
    (
        Field("origin", "from", Kind.AREA, "from", required=True),
        Field("destination", "to", Kind.AREA, "to", required=True),
        PAYER,
        Field("first_month", "first-month", Kind.MONTH, "first_month"),
        Field("last_month", "last-month", Kind.MONTH, "last_month"),
        Field("applied_on", "applied-on", Kind.DAY, "pension_applied"),
        Field("refused_on", "refused-on", Kind.DAY, "pension_refused"),
        Field("letter_on", "letter-on", Kind.DAY, "pension_letter"),
        Field("out_refused_on", "out-refused-on", Kind.DAY, "pension_out_refused"),
        Field("sheet_on", "sheet-on", Kind.DAY, "pension_sheet"),
        Field("money_on", "money-on", Kind.DAY, "pension_money"),
        Field("matched_on", "matched-on", Kind.DAY, "pension_matched"),
        Field("done_on", "done-on", Kind.DAY, "pension_done"),
        Field("drawing", "drawing", Kind.YES_NO, "drawing", default=False),
        Field("between_systems", "between-systems", Kind.YES_NO, "between_systems", default=False),
        Field("arrears_months", "arrears", Kind.COUNT, "arrears_months", default=0),
        Field("refuses_to_pay", "refuses-to-pay", Kind.YES_NO, "refuses", default=False),
        Field("on", "on", Kind.DAY, "on", default=Today.DAY),
    ),
)
