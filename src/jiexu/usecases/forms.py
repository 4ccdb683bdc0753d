"""Forms of transfers beside the medical one: their fields as options and pages ask for them, read and filled. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.forms import FORMS, Blank, Filled, FormKind, Shape, fill
from jiexu.usecases.calculators.fields import Field, Kind, Today

KINDS: Mapping[Shape, Kind] = {
    Shape.TEXT: Kind.TEXT,
    Shape.DOCUMENT: Kind.DOCUMENT,
    Shape.DAY: Kind.DAY,
    Shape.MONTH: Kind.MONTH,
    Shape.RUNS: Kind.RUN,
    Shape.AREA: Kind.AREA,
    Shape.FEN: Kind.YUAN,
    Shape.CHOICE: Kind.CHOICE,
}
SEVERAL = frozenset({"months", "grounds"})
ON = Field("on", "on", Kind.DAY, "letter_on", default=Today.DAY)


def fields_of(kind: FormKind) -> tuple[Field, ...]:
    """What a form asks for, the day of the paper last; what only some applicants fill in is no required field."""
    return (*(_field(blank) for blank in FORMS[kind].blanks), ON)


def _field(blank: Blank) -> Field:
    return Field(
        blank.name,
        blank.name.replace("_", "-"),
        KINDS[blank.shape],
        f"form_{blank.name}",
        required=blank.needed and blank.only is None,
        many=blank.name in SEVERAL,
        choices=blank.choices,
    )


def filled(kind: FormKind, values: Mapping[str, Any]) -> Filled:
    """The form by the law of today's files. ``values``: of every field, ``on`` among them. Raises FormError and faults of days."""
    on: date = values["on"]
    given = {name: value for name, value in values.items() if name != "on"}
    return fill(kind, given, policy=shipped_policy(), calendar=working_days(), on=on)
