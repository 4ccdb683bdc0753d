"""What happens to sampled cases: reports an agency gets from its bank, its counter and its own desk."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from jiexu.gateways.tables import Application, EventKind, EventRow, PersonRow
from jiexu.simulation.sample_mix import Course, Deck, Mix

AFTER = {
    EventKind.DEATH: (3, 12),
    EventKind.WRONG: (8, 16),
    EventKind.SHORT: (8, 16),
    EventKind.BOUNCED: (8, 16),
    EventKind.REJECTED: (4, 10),
    EventKind.DUPLICATE: (10, 20),
    EventKind.LATE: (20, 60),
    EventKind.UNMATCHED: (5, 20),
    EventKind.WITHDRAW: (1, 9),
    EventKind.DISPUTE: (10, 16),
    EventKind.MODE_KEEP: (15, 30),
    EventKind.MODE_REMIT: (15, 30),
    EventKind.MODE_TO_PERSON: (15, 30),
    EventKind.CONSENT: (1, 9),
    EventKind.STOP: (1, 1),
}
"""Days after receipt, at least and at most. A bank's outcome waits for the payment it concerns."""


class Happens:
    """Deals events to applications at the rates of the mix."""

    def __init__(self, seed: str, mix: Mix) -> None:
        self._random = random.Random(f"{seed} events")  # noqa: S311  # invented people, nothing secret
        self._on_the_way = Deck(mix.on_the_way, seed=f"{seed} on the way")
        self._undecided = Deck(mix.undecided, seed=f"{seed} undecided")
        self._answers = Deck(mix.answers, seed=f"{seed} answers")

    def to(
        self, course: Course, people: tuple[PersonRow, ...], applications: tuple[Application, ...]
    ) -> Iterator[EventRow]:
        """The events of one life, in order of their days."""
        match course:
            case Course.STOPPED:
                yield self._event(EventKind.COVER_STOPPED, applications[1], people, days=-6)
            case Course.PROPOSED:
                days = 0
                for answer in self._answers.deal():
                    days += self._random.randint(*AFTER[answer])
                    yield self._event(answer, applications[0], people, days=days)
            case Course.MONEY | Course.UNDECIDED:
                deck = self._undecided if course is Course.UNDECIDED else self._on_the_way
                for application in applications:
                    drawn = deck.deal()
                    if drawn is not None:
                        days = self._random.randint(*AFTER[drawn])
                        yield self._event(drawn, application, people, days=days)

    def _event(
        self, kind: EventKind, application: Application, people: tuple[PersonRow, ...], *, days: int
    ) -> EventRow:
        assert application.received_on is not None  # noqa: S101  # every sampled application has its day
        return EventRow(
            row=0,
            on=application.received_on + timedelta(days=days),
            kind=kind,
            document=None if kind is EventKind.UNMATCHED else application.document,
            origin=application.origin,
            destination=application.destination,
            amount_fen=self._amount(kind, application, people),
        )

    def _amount(self, kind: EventKind, application: Application, people: tuple[PersonRow, ...]) -> int | None:
        """What arrives. Short and wrong amounts are seen against what the origin owed when the sample was made."""
        owed = sum(
            part.balance_fen
            for row in people
            if row.area == application.origin
            for part in row.account
            if part.movable
        )
        pick = self._random
        match kind:
            case EventKind.SHORT:
                return max(1, owed - pick.randint(1, max(1, owed // 2)))
            case EventKind.WRONG:
                return owed + pick.randint(1, 50_000)
            case EventKind.LATE | EventKind.UNMATCHED:
                return pick.randint(1, 80_000)
            case _:
                return None
