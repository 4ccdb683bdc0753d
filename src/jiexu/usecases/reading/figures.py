"""The service figures as they were last worked out."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiexu.usecases.figures import KEY, Leg, Pair, ServiceFigures
from jiexu.usecases.reading.reader import Reader


def service_figures(reader: Reader) -> ServiceFigures | None:
    """The figures as they were last worked out; None before that."""
    with reader.looking("figures") as look:
        rows = look.rows("SELECT value FROM node_setting WHERE name = %s", KEY)
    if not rows:
        return None
    value: dict[str, Any] = rows[0]["value"]
    return ServiceFigures(
        **{
            **value,
            "day": date.fromisoformat(value["day"]),
            "legs": tuple(Leg(**each) for each in value["legs"]),
            "scores": tuple(value.get("scores", ())),
            "pairs": tuple(Pair(**each) for each in value["pairs"]),
        }
    )
