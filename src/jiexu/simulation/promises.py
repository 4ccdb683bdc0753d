"""The promises of the design, asked of a whole world after every step. An empty answer says that they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jiexu.cases.file import File, money_waiting, record_waiting
from jiexu.cases.promises import broken_between, broken_in_one
from jiexu.cases.states import Side
from jiexu.cases.step import MoveKind, Step
from jiexu.ledger.accounts import AccountKind
from jiexu.ledger.conserve import Totals, conservation, flows, position
from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line
from jiexu.simulation.bank import Bank
from jiexu.simulation.node import Node

Of = tuple[str, Line]
"""A person (document number) and a line of months."""


@dataclass(slots=True)
class MonthsOnTheWay:
    """Months that left an origin and are not counted at a destination, and those not added because they count there."""

    between: dict[tuple[str, Line], MonthSet] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    dropped: dict[Of, list[MonthSet]] = field(default_factory=lambda: defaultdict(list))

    def follow(self, step: Step) -> None:
        """Note the month moves of a step that was applied."""
        for move in step.months:
            assert step.file is not None  # noqa: S101  months belong to a file
            key = (step.file.case_no, move.line)
            self.people[step.file.case_no] = step.file.documents[0].number
            here = self.between.get(key, MonthSet.EMPTY)
            if move.kind is MoveKind.OUT:
                self.between[key] = here | move.months
            else:
                self.between[key] = here - move.months
            if move.kind is MoveKind.ALREADY_COUNTED:
                self.dropped[step.file.documents[0].number, move.line].append(move.months)

    @property
    def adjusted(self) -> int:
        """Months itemised as counted already."""
        return sum(each.count for sets in self.dropped.values() for each in sets)


def broken_holders(nodes: Iterable[Node], case_no: str) -> list[str]:
    """Promise 2 in each file of the case and between its files."""
    files = [node.files[case_no] for node in nodes if case_no in node.files]
    breaks = [broken for file in files for broken in broken_in_one(file)]
    if len(files) == 2:
        one, other = files
        return [*breaks, *broken_between(one, other), *broken_between(other, one)]
    return [*breaks, *(broken for file in files for broken in _alone(file))]


def broken_places(nodes: Iterable[Node], case_no: str) -> list[str]:
    """No second case stands beside one: at the origin whatever the destination, at the destination one per origin."""
    breaks: list[str] = []
    for node in nodes:
        file = node.files.get(case_no)
        if file is None or not file.stands:
            continue
        way = (file.side, file.person, file.asked.from_scheme)
        beside = [
            other.case_no
            for other in node.files.values()
            if other.stands
            and other.case_no != case_no
            and (other.side, other.person, other.asked.from_scheme) == way
            and (file.side is Side.ORIGIN or other.other == file.other)
        ]
        breaks += [f"{case_no} and {other} both stand at {node.agency}." for other in beside]
    return breaks


def _alone(file: File) -> list[str]:
    waiting = [record_waiting(file), *(money_waiting(track) for track in file.money)]
    return [
        f"{file.case_no}: {file.agency} waits for {file.other}, which has no file."
        for each in waiting
        if each is not None and not each.holder.is_here
    ]


def broken_fen(nodes: Iterable[Node], bank: Bank) -> list[str]:
    """Promise 1 for money: the equation over all books, nothing overdrawn, and the bank's count agrees."""
    books = [node.books for node in nodes]
    after = position(*books)
    moved = flows(posting for each in books for posting in each.postings())
    statement = conservation(before=Totals(), after=after, moved=moved)
    breaks = [] if statement.holds else [f"Fen are not conserved: {statement.as_json()}"]
    # A bank account may go below 0 by what other agencies owe in clearing; the equation above sees to the rest.
    overdrawn = (account for each in books for account in each.overdrawn())
    breaks += [f"{account} is below 0." for account in overdrawn if account.kind is not AccountKind.BANK]
    if after.on_the_way != bank.on_the_way_fen:
        breaks.append(f"On the way by the books {after.on_the_way}, by the bank {bank.on_the_way_fen} fen.")
    return breaks


def broken_months(nodes: Sequence[Node], months: MonthsOnTheWay) -> list[str]:
    """Promise 1 for months: each earned month is counted at one place, on the way, or itemised as counted twice."""
    earned: dict[Of, MonthSet] = defaultdict(lambda: MonthSet.EMPTY)
    pieces: dict[Of, list[MonthSet]] = defaultdict(list)
    for node in nodes:
        for row in node.people.values():
            for line, tally in row.record.lines.items():
                of = (row.document.number, line)
                earned[of] |= tally.earned
                pieces[of].append(tally.counted)
    for (case_no, line), some in months.between.items():
        pieces[months.people[case_no], line].append(some)
    for of, sets in months.dropped.items():
        pieces[of].extend(sets)
    return [
        f"{of[0]}, {of[1]}: earned {earned[of]}, found {[str(piece) for piece in pieces[of] if piece]}."
        for of in sorted(earned.keys() | pieces.keys())
        if MonthSet.union(pieces[of]) != earned[of]
        or sum(piece.count for piece in pieces[of]) != earned[of].count
    ]
