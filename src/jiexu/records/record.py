"""A person's months at one agency, and what a transfer does to them.

The agency where months were earned keeps its record for ever; what moves is who counts them (design §5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from jiexu.records.monthset import MonthSet
from jiexu.values.errors import ValueFault


class RecordError(ValueFault):
    """A record of months contradicts itself, or a step asks for months that are not there."""


class MonthKind(StrEnum):
    """How a month came to count: paid in time, deemed (视同缴费), or made up later (补缴)."""

    PAID = "paid"
    DEEMED = "deemed"
    MADE_UP = "made_up"


_PRECEDENCE = (MonthKind.PAID, MonthKind.MADE_UP, MonthKind.DEEMED)


@dataclass(frozen=True, order=True, slots=True)
class Line:
    """What months are counted under. Lines order by scheme, area, kind.

    ``scheme``: national code (``nhsa:insutype``), as in 310. ``area``: six-digit code of the pooling area
    where the months were *earned*; it stays with them wherever they move. ``kind``: how they came to count.
    """

    scheme: str
    area: str
    kind: MonthKind


@dataclass(frozen=True, slots=True)
class Tally:
    """The months of one line at one agency.

    ``earned``: recorded here first, kept for ever. ``moved_in``: taken from another agency. ``moved_out``:
    handed to another agency, which counts them now. Raises RecordError where a month is both earned and
    moved in, or moved out without having been here.
    """

    earned: MonthSet = MonthSet.EMPTY
    moved_in: MonthSet = MonthSet.EMPTY
    moved_out: MonthSet = MonthSet.EMPTY

    def __post_init__(self) -> None:
        if twice := self.earned & self.moved_in:
            raise RecordError(
                "record_earned_and_moved_in",
                "Months {months} are both earned here and moved in; a month comes back by leaving moved_out.",
                months=str(twice),
            )
        if strange := self.moved_out - self.held:
            raise RecordError(
                "record_moved_out_unknown",
                "Months {months} are marked as moved out but were never here; correct the form or the record.",
                months=str(strange),
            )

    @property
    def held(self) -> MonthSet:
        """Every month known here, counted or not."""
        return self.earned | self.moved_in

    @property
    def counted(self) -> MonthSet:
        """The months this agency counts now."""
        return self.held - self.moved_out


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person's months at one agency, all schemes. ``agency``: its code; ``lines``: a tally per line, sorted,
    lines that hold nothing left out."""

    agency: str
    lines: Mapping[Line, Tally] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kept = {line: self.lines[line] for line in sorted(self.lines) if self.lines[line].held}
        object.__setattr__(self, "lines", MappingProxyType(kept))

    def counted(self, scheme: str) -> dict[Line, MonthSet]:
        """The months counted here now in a scheme, by line; lines without any are left out."""
        return _filled((line, tally.counted) for line, tally in self.lines.items() if line.scheme == scheme)

    def months(self, scheme: str) -> MonthSet:
        """The calendar months of a scheme that count here now under any line."""
        return MonthSet.union(self.counted(scheme).values())

    def total(self, scheme: str) -> int:
        """How many calendar months of a scheme count here; one that stands in two lines counts once (R-077)."""
        return self.months(scheme).count

    def gaps(self, scheme: str) -> MonthSet:
        """Months strictly between the first and the last counted one that do not count (R-061)."""
        return self.months(scheme).gaps()


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of incoming months. For every line: incoming = taken + already counted, without overlap.

    ``record``: the record afterwards. ``taken``: months counted here from now on. ``came_back``: the part of
    taken that had once been moved out of here. ``already_counted``: months not added because that calendar
    month of the scheme counts here already, or came twice in the form (R-077).
    """

    record: PersonRecord
    taken: dict[Line, MonthSet]
    came_back: dict[Line, MonthSet]
    already_counted: dict[Line, MonthSet]


def hand_over(record: PersonRecord, scheme: str) -> tuple[PersonRecord, dict[Line, MonthSet]]:
    """Hand everything counted now in a scheme to another agency: the record afterwards, and the months moved.

    Months earned stay recorded; moved_out grows. Nothing counted gives an unchanged record and no months.
    """
    moved = record.counted(scheme)
    changed = {
        line: Tally(tally.earned, tally.moved_in, tally.moved_out | moved[line])
        for line, tally in record.lines.items()
        if line in moved
    }
    return _with(record, changed), moved


def undo_hand_over(record: PersonRecord, moved: Mapping[Line, MonthSet]) -> PersonRecord:
    """The record as if the months had not been handed over: a wrong form is withdrawn (R-093).

    Raises RecordError where one of the months is not out.
    """
    changed = {}
    for line, months in moved.items():
        tally = record.lines.get(line, Tally())
        if missing := months - tally.moved_out:
            raise RecordError(
                "record_not_out",
                "Months {months} of scheme {scheme}, area {area}, {kind} are not moved out of {agency}, so they cannot be "
                "taken back; look whether the form was withdrawn already.",
                months=str(missing),
                agency=record.agency,
                **_named(line),
            )
        changed[line] = Tally(tally.earned, tally.moved_in, tally.moved_out - months)
    return _with(record, changed)


def take_in(record: PersonRecord, incoming: Mapping[Line, MonthSet]) -> TakenIn:
    """Count the months of an information form, each calendar month of a scheme once (R-076, R-077).

    What counts here already stays as it is. Inside the form paid goes before made up before deemed, then the
    lower area code. Months that had been moved out of here under the same line come back to where they were.
    """
    counting: dict[str, MonthSet] = {}
    changed: dict[Line, Tally] = {}
    taken: dict[Line, MonthSet] = {}
    came_back: dict[Line, MonthSet] = {}
    for line in sorted(incoming, key=_claim):
        here = counting.get(line.scheme, record.months(line.scheme))
        tally = record.lines.get(line, Tally())
        taken[line] = incoming[line] - here
        came_back[line] = taken[line] & tally.moved_out
        new = taken[line] - came_back[line]
        changed[line] = Tally(tally.earned, tally.moved_in | new, tally.moved_out - came_back[line])
        counting[line.scheme] = here | taken[line]
    return TakenIn(
        record=_with(record, changed),
        taken=_filled(taken.items()),
        came_back=_filled(came_back.items()),
        already_counted=_filled((line, incoming[line] - taken[line]) for line in incoming),
    )


def undo_take_in(
    record: PersonRecord, taken: Mapping[Line, MonthSet], came_back: Mapping[Line, MonthSet]
) -> PersonRecord:
    """The record as if these months had not been taken in: the form was wrong and its sender counts them again.

    ``taken`` and ``came_back`` as ``take_in`` answered them. Raises RecordError where one of the months does
    not count here now, or was never moved in.
    """
    changed = {}
    for line, months in taken.items():
        tally = record.lines.get(line, Tally())
        back = came_back.get(line, MonthSet.EMPTY)
        new = months - back
        if missing := (months - tally.counted) | (new - tally.moved_in):
            raise RecordError(
                "record_not_in",
                "Months {months} of scheme {scheme}, area {area}, {kind} do not count at {agency} as moved in, so they cannot "
                "be given back; look whether they were handed on.",
                months=str(missing),
                agency=record.agency,
                **_named(line),
            )
        changed[line] = Tally(tally.earned, tally.moved_in - new, tally.moved_out | back)
    return _with(record, changed)


def _claim(line: Line) -> tuple[int, str, str]:
    """Which line of a form keeps a calendar month that two of them name: the smaller key."""
    return _PRECEDENCE.index(line.kind), line.area, line.scheme


def _named(line: Line) -> dict[str, str]:
    return {"scheme": line.scheme, "area": line.area, "kind": line.kind.value}


def _filled(months: Iterable[tuple[Line, MonthSet]]) -> dict[Line, MonthSet]:
    by_line = dict(months)
    return {line: by_line[line] for line in sorted(by_line) if by_line[line]}


def _with(record: PersonRecord, changed: Mapping[Line, Tally]) -> PersonRecord:
    return PersonRecord(record.agency, {**record.lines, **changed})
