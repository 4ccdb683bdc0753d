"""Where a run stands: written into every transaction that changed something, read when the same run is started again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from psycopg.types.json import Jsonb

from jiexu.store.db import Cursor, Store


@dataclass(slots=True)
class Place:
    """Where the run stands: day, stage (open, work, close), step in the stage, and whether this round changed anything.

    ``number``: of the step, counted by a run whose work is shared, so that the newest of the places its ``parts``
    wrote is known. ``past``: parts that had done the first step when the run was stopped. ``within``: how far this process
    has come in a step that goes page by page, in words of the step's own; ``begun``: how far each part had come in the
    first one.
    """

    day: date
    stage: str = "open"
    index: int = 0
    changed: bool = False
    rounds: int = 0
    number: int = 0
    parts: int = 1
    past: frozenset[int] = frozenset()
    within: Sequence[str] = ()
    begun: Mapping[int, Sequence[str]] = field(default_factory=dict)


def resume(store: Store, key: str, *, first: date, processes: int) -> Place:
    """Where the run stopped: at the newest step that any of its processes changed something in.

    No process begins a step before all have done the one before, so each of them has done everything earlier.
    """
    with store.transaction("run.place.read") as cursor:
        rows = cursor.execute("SELECT part, day, place FROM run_place WHERE run = %s", [key]).fetchall()
    if not rows:
        return Place(first, parts=processes)
    newest = max(row["place"]["number"] for row in rows)
    last = [row for row in rows if row["place"]["number"] == newest]
    at = last[0]["place"]
    # Something was changed there, so the round it belongs to was not the last one.
    place = Place(last[0]["day"], at["stage"], at["index"], changed=True, number=newest, parts=at["parts"])
    past = frozenset(row["part"] for row in last if row["place"]["done"])
    if len(past) == place.parts:
        place.index += 1
    else:
        place.past, place.number = past, newest - (place.parts > 1)
        place.begun = {row["part"]: row["place"].get("within", ()) for row in last}
    return place


LAST_OF_A_DELIVERY = "delivery.done"
"""The transaction that ends a delivery: looked at again, the step would already find the next messages."""


def mark(key: str, place: Place, part: int, name: str, cursor: Cursor) -> None:
    """Write down the step that is going on, and whether this transaction ends it."""
    at = {
        "stage": place.stage,
        "index": place.index,
        "done": name == LAST_OF_A_DELIVERY,
        "number": place.number,
        "parts": place.parts,
        "within": list(place.within),
    }
    cursor.execute(
        "INSERT INTO run_place (run, part, day, place) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (run, part) DO UPDATE SET day = excluded.day, place = excluded.place",
        [key, part, place.day, Jsonb(at)],
    )
