"""One bank for all agencies: orders carried out, refused, given back, delivered short, twice, too much or unnamed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


def account_of(agency: str) -> str:
    """The account an agency pays from and is paid on."""
    return f"ACCOUNT{agency}"


class At(StrEnum):
    """Where an order stands at the bank."""

    ORDERED = "ordered"
    SETTLED = "settled"
    REJECTED = "rejected"
    BOUNCED = "bounced"


@dataclass(slots=True)
class Transfer:
    """One order. ``delivered_fen``: what reached the payee's account, more than ordered where the bank erred.

    ``back``: gives an excess back, which is the bank's own money.
    """

    payer: str
    payee: str
    case_no: str
    leg: int
    attempt: int
    amount_fen: int
    back: bool = False
    payee_account: str = ""
    at: At = At.ORDERED
    delivered_fen: int = 0

    @property
    def to_person(self) -> bool:
        return self.payee == "person"

    @property
    def open(self) -> bool:
        """Whether the bank still has something to do."""
        if self.at in {At.REJECTED, At.BOUNCED}:
            return False
        return self.at is At.ORDERED or self.undelivered_fen > 0

    @property
    def undelivered_fen(self) -> int:
        if self.to_person or self.back or self.at in {At.REJECTED, At.BOUNCED}:
            return 0
        return max(self.amount_fen - self.delivered_fen, 0)


@dataclass(slots=True)
class Bank:
    """All orders ever given, and every receipt delivered."""

    transfers: list[Transfer] = field(default_factory=list)
    receipts: int = 0
    brought: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What came for a case from an account, in fen, less what was sent back there."""

    def order(self, transfer: Transfer) -> None:
        """Take an order. The same reference twice is an error of the agency."""
        reference = (transfer.payer, transfer.case_no, transfer.leg, transfer.attempt)
        for known in self.transfers:
            if (known.payer, known.case_no, known.leg, known.attempt) == reference:
                raise AssertionError(f"The bank has {reference} already; an order was given twice.")
        if transfer.back and transfer.attempt == 1:
            self.brought[transfer.case_no, transfer.payee_account] -= transfer.amount_fen
            if self.brought[transfer.case_no, transfer.payee_account] < 0:
                raise AssertionError(f"{reference}: more goes back to an account than came from it.")
        self.transfers.append(transfer)

    def of_leg(self, case_no: str, leg: int) -> list[Transfer]:
        """Orders of one amount that moves between agencies."""
        return [each for each in self.transfers if each.case_no == case_no and each.leg == leg]

    def owes(self, case_no: str, leg: int) -> bool:
        """Whether an order was carried out and less was delivered."""
        return any(each.at is At.SETTLED and each.undelivered_fen for each in self.of_leg(case_no, leg))

    @property
    def on_the_way_fen(self) -> int:
        """What left agencies and has not reached others, by the bank's own count; below 0 where the bank erred."""
        total = 0
        for each in self.transfers:
            total -= each.delivered_fen
            if each.at is At.SETTLED and not each.to_person:
                total += each.amount_fen
        return total
