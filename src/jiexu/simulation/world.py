"""Many agencies in memory, a network that loses and repeats, one bank, and days that pass.

Every change goes through ``transact``; after each the promises are checked (``promises``). Nothing here knows how a
case should go: people act, desks work off what their files ask for, and the machines decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from jiexu.cases.events import (
    BankBounced,
    BankConfirmed,
    BankRejected,
    DayBegan,
    Event,
    Receipted,
    ReceiptMatched,
    Received,
)
from jiexu.cases.file import File
from jiexu.cases.money_in import OTHER_PAYER
from jiexu.cases.states import MoneyState, Way
from jiexu.cases.step import Outcome, Step
from jiexu.exchange.codec import read_payload
from jiexu.exchange.lanes import Arrival
from jiexu.ledger.accounts import Account, AccountKind
from jiexu.ledger.books import Books
from jiexu.ledger.entries import Posting, PostingReason, posting_id
from jiexu.rules.calendar import Calendar
from jiexu.rules.policy import Policy
from jiexu.simulation.bank import At, Bank, Transfer, account_of
from jiexu.simulation.node import BankReceipt, Node, Packet, Receipt, RefusedByBooksError
from jiexu.simulation.promises import MonthsOnTheWay, broken_fen, broken_holders, broken_months, broken_places

HANDLED, REVIEWED = "clerk-wang", "reviewer-li"
ONE_DAY = timedelta(days=1)
NOT_MATCHABLE = frozenset({MoneyState.MODE_UNKNOWN, MoneyState.CLEARED})


class BrokenPromiseError(AssertionError):
    """A promise of the design did not hold after a step."""


Letter = Packet | Receipt


@dataclass(slots=True)
class World:
    """All nodes and what is between them. ``dies``: asked before each commit whether the node dies there."""

    policy: Policy
    calendar: Calendar
    today: date
    dies: Callable[[], bool] = lambda: False
    nodes: dict[str, Node] = field(default_factory=dict)
    wire: list[Letter] = field(default_factory=list)
    bank: Bank = field(default_factory=Bank)
    months: MonthsOnTheWay = field(default_factory=MonthsOnTheWay)
    steps: int = 0
    node_deaths: int = 0
    log: list[str] = field(default_factory=list)
    truth: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add_agency(self, agency: str) -> Node:
        """A node for an agency, with empty books."""
        node = Node(agency, self.calendar, self.policy, Books(agency))
        self.nodes[agency] = node
        return node

    # -- one step -----------------------------------------------------------------------------------------

    def transact(
        self, agency: str, case_no: str, event: Event, *, sender: str = "", packet: Packet | None = None
    ) -> Step:
        """Decide and apply one event at one agency, then check every promise. Raises BrokenPromiseError."""
        node = self.nodes[agency]
        commit = node.prepare(today=self.today, case_no=case_no, event=event, sender=sender, packet=packet)
        if self.dies():
            self.node_deaths += 1
            again = node.prepare(today=self.today, case_no=case_no, event=event, sender=sender, packet=packet)
            if again != commit:
                raise BrokenPromiseError(f"{case_no}: the step done again after a crash differs: {event}")
        step = commit.steps[-1]
        self.log.append(f"{self.today} {agency} {case_no} {event} -> {step.outcome.value} {step.reason}")
        if packet is not None and step.outcome is Outcome.NOT_POSSIBLE:
            raise BrokenPromiseError(
                f"{case_no}: {agency} answers {event} with {step.reason}; {_states(node.files.get(case_no))}"
            )
        if step.outcome is Outcome.DONE or packet is not None:
            node.commit(commit)
            self.wire.extend(commit.packets)
            for each in commit.steps:
                self._give_orders(node, each)
                self.months.follow(each)
        self.steps += 1
        self.check(
            {each.file.case_no for each in commit.steps if each.file is not None},
            fen=any(each.postings for each in commit.steps),
            months=any(each.months for each in commit.steps),
        )
        return step

    def raced(self, agency: str, case_no: str, event: Event, *, meanwhile: Callable[[], None]) -> bool:
        """Decide an event, let something else come first, then write: whether the books refused, whole, what was decided.

        What was not refused is not written either; the caller does the event again.
        """
        node = self.nodes[agency]
        commit = node.prepare(today=self.today, case_no=case_no, event=event)
        meanwhile()
        before = (node.books, dict(node.people), dict(node.files), dict(node.outbox))
        trial = replace(
            node,
            people=dict(node.people),
            files=dict(node.files),
            outbox=dict(node.outbox),
            lanes=dict(node.lanes),
        )
        try:
            trial.commit(commit)
        except RefusedByBooksError as refused:
            if (trial.books, trial.people, trial.files, trial.outbox) != before:
                raise BrokenPromiseError(f"{case_no}: a refused step left traces.") from refused
            return True
        return False

    def check(self, cases: set[str], *, fen: bool = True, months: bool = True) -> None:
        """Every promise over these cases; money and months of the whole world, where a step touched them.

        Raises BrokenPromiseError.
        """
        nodes = list(self.nodes.values())
        breaks = [
            broken
            for case_no in cases
            for broken in (*broken_holders(nodes, case_no), *broken_places(nodes, case_no))
        ]
        breaks += broken_fen(nodes, self.bank) if fen else []
        breaks += broken_months(nodes, self.months) if months else []
        if breaks:
            raise BrokenPromiseError("\n".join([*breaks, "", *self.log[-40:]]))

    def _give_orders(self, node: Node, step: Step) -> None:
        for order in step.orders:
            assert step.file is not None  # noqa: S101  an order belongs to a file
            self.bank.order(
                Transfer(
                    node.agency,
                    order.payee,
                    step.file.case_no,
                    order.leg,
                    order.attempt,
                    order.amount_fen,
                    order.back,
                    order.payee_account,
                )
            )

    # -- the network --------------------------------------------------------------------------------------

    def deliver(self, at: int) -> None:
        """Take one letter off the wire and give it to its receiver; nothing happens where that node is down."""
        letter = self.wire.pop(at)
        if isinstance(letter, Receipt):
            self._receipt(letter)
        else:
            self._message(letter)

    def send_again(self) -> None:
        """Every node that is up sends again what has no receipt."""
        for node in self.nodes.values():
            if node.online:
                self.wire.extend(packet for packet in node.outbox.values() if packet not in self.wire)

    def _message(self, packet: Packet) -> None:
        envelope = packet.envelope
        node = self.nodes[envelope.receiver]
        if not node.online:
            return
        arrival = node.judge(packet)
        if arrival is Arrival.OUT_OF_ORDER:
            return
        if arrival is Arrival.IN_ORDER:
            payload = read_payload(envelope.type, packet.payload, envelope.version)
            event = Received(envelope.case_no, payload)
            self.transact(node.agency, envelope.case_no, event, sender=envelope.sender, packet=packet)
        elif arrival is not Arrival.ALREADY_RECORDED:
            raise BrokenPromiseError(
                f"{envelope.case_no}: an honest message is {arrival.value} at {node.agency}."
            )
        self.wire.append(Receipt(envelope.case_no, envelope.seq, envelope.sender, node.agency, self.today))

    def _receipt(self, receipt: Receipt) -> None:
        node = self.nodes[receipt.sender]
        if node.online and node.outbox.pop((receipt.case_no, receipt.seq), None) is not None:
            self.transact(node.agency, receipt.case_no, Receipted(receipt.seq, receipt.on))

    # -- the bank -----------------------------------------------------------------------------------------

    def settle(self, transfer: Transfer) -> None:
        """The bank debits the payer; told again, nothing changes."""
        transfer.at = At.SETTLED
        self._told_by_bank(transfer, BankConfirmed(transfer.leg, transfer.attempt))

    def reject(self, transfer: Transfer) -> None:
        """The bank does not carry the order out."""
        transfer.at = At.REJECTED
        self._told_by_bank(transfer, BankRejected(transfer.leg, transfer.attempt))

    def bounce(self, transfer: Transfer) -> None:
        """The bank gives a settled payment back to the payer."""
        transfer.at = At.BOUNCED
        self._told_by_bank(transfer, BankBounced(transfer.leg, transfer.attempt))

    def _told_by_bank(self, transfer: Transfer, event: Event) -> None:
        step = self.transact(transfer.payer, transfer.case_no, event)
        if step.outcome is Outcome.NOT_POSSIBLE:
            raise BrokenPromiseError(
                f"{transfer.case_no}: the bank's word was refused: {event}, {step.reason}\n"
                + "\n".join(self.log[-30:])
            )

    def bring(
        self, transfer: Transfer, amount_fen: int, *, named: bool = True, payer_account: str = ""
    ) -> None:
        """The bank credits the payee's account; without a reference when ``named`` is False.

        ``payer_account``: where another account than the ordering agency's own paid.
        """
        node = self.nodes[transfer.payee]
        payer = payer_account or account_of(transfer.payer)
        self.bank.brought[transfer.case_no, payer] += amount_fen
        transfer.delivered_fen += amount_fen
        self.bank.receipts += 1
        case_no, leg = (transfer.case_no, transfer.leg) if named else (None, None)
        receipt = BankReceipt(f"R{self.bank.receipts}", amount_fen, case_no, leg, payer)
        self.truth[receipt.number] = (transfer.case_no, transfer.leg)
        posting = Posting(
            id=posting_id("receipt", node.agency, receipt.number),
            debit=Account(node.agency, AccountKind.BANK),
            credit=Account(node.agency, AccountKind.RECEIPTS),
            amount_fen=amount_fen,
            reason=PostingReason.RECEIVED,
            rule="receipt",
            handled_by="bank-statement",
            case_no=case_no,
            leg=leg,
        )
        node.books, _ = node.books.post(posting)
        node.receipts.append(receipt)
        node.version += 1
        self.check({transfer.case_no})

    def match(self, agency: str, receipt: BankReceipt, *, by_hand: tuple[str, int] | None = None) -> bool:
        """Match a receipt to its amount, by its reference or, where that is lost, by hand; whether it was possible."""
        node = self.nodes[agency]
        case_no, leg = by_hand or (receipt.case_no, receipt.leg)
        file = node.files.get(case_no or "")
        track = file.leg(leg or 0) if file else None
        if file is None or track is None or track.way is not Way.IN or track.state in NOT_MATCHABLE:
            return False
        why = OTHER_PAYER if by_hand else "reference"
        event = ReceiptMatched(
            track.leg, receipt.number, receipt.amount_fen, receipt.payer_account, HANDLED, REVIEWED, why
        )
        if self.transact(agency, file.case_no, event).outcome is not Outcome.DONE:
            return False
        node.receipts.remove(receipt)
        return True

    # -- days ---------------------------------------------------------------------------------------------

    def next_day(self) -> None:
        """A day begins; every open file looks at its dates. Everything is counted anew once a day."""
        self.check({case_no for node in self.nodes.values() for case_no in node.files})
        self.today += ONE_DAY
        for node in self.nodes.values():
            for case_no in [file.case_no for file in node.files.values() if file.is_open]:
                if node.online:
                    self.transact(node.agency, case_no, DayBegan())

    # -- asking -------------------------------------------------------------------------------------------

    def open_files(self) -> list[File]:
        return [file for node in self.nodes.values() for file in node.files.values() if file.is_open]

    def loose_receipts(self) -> Sequence[tuple[str, BankReceipt]]:
        """Receipts no amount was found for, with their agency."""
        return [(node.agency, receipt) for node in self.nodes.values() for receipt in node.receipts]


def _states(file: File | None) -> str:
    if file is None:
        return "no file"
    money = ", ".join(f"{track.leg} {track.state.value}" for track in file.money)
    return f"record {file.record.state.value}, money {money or 'none'}"
