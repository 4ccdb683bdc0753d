"""A stage of many cases, a page at a time: what was found stays at the database, what was done is told and let go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from jiexu.store.db import Row
from jiexu.usecases.node import Node
from jiexu.usecases.waves import LONGEST_WAVE, Done, Work, run


def pages(node: Node, name: str, query: str, params: Sequence[object] = ()) -> Iterator[list[Row]]:
    """The rows of an ordered query as they are now, as many at a time as a wave may have.

    Where one page is not enough, the rest waits in a cursor of the session that outlives its transaction.
    """
    with node.store.transaction(name, node.own) as cursor:
        rows = cursor.execute(f"{query} LIMIT {LONGEST_WAVE + 1}", params).fetchall()
        if len(rows) > LONGEST_WAVE:
            held = node.store.connection.cursor(name, withhold=True)
            held.execute(query, params)
    if len(rows) <= LONGEST_WAVE:
        if rows:
            yield rows
        return
    with held:
        while rows := held.fetchmany(LONGEST_WAVE):
            yield rows


def batched(works: Sequence[Work]) -> Iterator[Sequence[Work]]:
    """Work that is at hand, as many pieces at a time as a wave may have."""
    return (works[at : at + LONGEST_WAVE] for at in range(0, len(works), LONGEST_WAVE))


def work_through(
    node: Node,
    name: str,
    works: Iterable[Sequence[Work]],
    *,
    day: date,
    actor: str,
    found: Callable[[Done], None],
) -> int:
    """Run pages of work, telling ``found`` of each; how many pieces changed something."""
    changed = 0
    for page in works:
        done = run(node, name, page, day=day, actor=actor)
        found(done)
        changed += sum(step.outcome == "done" for _, step in done.steps)
    return changed
