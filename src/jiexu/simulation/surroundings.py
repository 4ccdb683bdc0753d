"""What a network and a bank do, rightly and wrongly; the object is chosen by a seed or by a test that searches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from jiexu.simulation.bank import At, Transfer
from jiexu.simulation.world import World

Pick = Callable[[int], int]
"""A number from 0 to below the one given. 0 always chooses the ordinary course, so that a search shrinks towards it."""

_Thing = TypeVar("_Thing")


@dataclass(slots=True)
class Surroundings:
    """Acts on what is between the agencies. An act answers with a word for what it did, or "" where there was nothing."""

    world: World
    pick: Pick

    def one_of(self, things: Sequence[_Thing]) -> _Thing:
        return things[self.pick(len(things))]

    def deliver(self) -> str:
        """Any letter arrives: order on the wire means nothing."""
        if not self.world.wire:
            return ""
        self.world.deliver(self.pick(len(self.world.wire)))
        return "deliver"

    def deliver_in_order(self) -> str:
        for _ in range(min(len(self.world.wire), 4)):
            self.world.deliver(0)
        return "deliver"

    def drop(self) -> str:
        if not self.world.wire:
            return ""
        self.world.wire.pop(self.pick(len(self.world.wire)))
        return "drop"

    def double(self) -> str:
        if not self.world.wire:
            return ""
        self.world.wire.append(self.one_of(self.world.wire))
        return "double"

    def send_again(self) -> str:
        self.world.send_again()
        return "again"

    def bank(self) -> str:
        """The bank does its work on one order: carried out, delivered."""
        transfers = [each for each in self.world.bank.transfers if each.open]
        if not transfers:
            return ""
        transfer = self.one_of(transfers)
        if transfer.undelivered_fen and (transfer.at is At.SETTLED or self.pick(4) == 3):
            self.world.bring(transfer, transfer.undelivered_fen)
        elif transfer.at is At.ORDERED:
            self.world.settle(transfer)
        return "bank"

    def bank_errs(self) -> str:
        """The bank refuses, gives back, delivers short, too much, twice, without reference, or tells twice."""
        if not self.world.bank.transfers:
            return ""
        transfer = self.one_of(self.world.bank.transfers)
        errors = [error for error, possible in _errors(transfer) if possible]
        if not errors:
            return ""
        error = self.one_of(errors)
        getattr(self, f"_{error}")(transfer)
        return error

    def _reject(self, transfer: Transfer) -> None:
        self.world.reject(transfer)

    def _bounce(self, transfer: Transfer) -> None:
        self.world.bounce(transfer)

    def _short(self, transfer: Transfer) -> None:
        self.world.bring(transfer, 1 + self.pick(transfer.undelivered_fen))

    def _over(self, transfer: Transfer) -> None:
        fen, named = transfer.undelivered_fen + 1 + self.pick(50), self.pick(3) != 2
        self.world.bring(transfer, fen, named=named, payer_account="" if named else ELSEWHERE)

    def _nameless(self, transfer: Transfer) -> None:
        self.world.bring(transfer, transfer.undelivered_fen, named=False)

    def _twice(self, transfer: Transfer) -> None:
        self.world.bring(transfer, transfer.amount_fen)

    def _told_twice(self, transfer: Transfer) -> None:
        self.world.settle(transfer)


ELSEWHERE = "ACCOUNTELSEWHERE"
"""An account that no agency has."""


def _errors(transfer: Transfer) -> list[tuple[str, bool]]:
    ordered, settled = transfer.at is At.ORDERED, transfer.at is At.SETTLED
    between = not (transfer.to_person or transfer.back)
    nothing_came = transfer.delivered_fen == 0
    missing = transfer.undelivered_fen > 0
    return [
        ("reject", ordered and nothing_came),
        ("bounce", settled and nothing_came and not transfer.back),
        ("short", between and missing),
        ("over", between and missing),
        ("nameless", between and missing),
        ("twice", between and settled and not missing),
        ("told_twice", settled),
    ]
