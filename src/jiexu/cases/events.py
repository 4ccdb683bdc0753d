"""What can happen to a file. Each event is a fact someone is able to report, never an instruction to a machine.

``by`` is who handled, ``reviewer`` who reviewed; the two differ on every money step (design §5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiexu.exchange.payloads import Document, Part, Payload
from jiexu.rules.inputs import Asked
from jiexu.rules.money import MoneyMode


@dataclass(frozen=True, slots=True)
class Applied:
    """An application was received here, online or at the counter; this agency opens the case."""

    case_no: str
    asked: Asked
    name: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """免申即转: a new enrolment was seen here and a transfer is proposed. Nothing starts on silence."""

    case_no: str
    asked: Asked
    name: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Consented:
    """The person agreed to a proposed transfer; the stop window begins."""


@dataclass(frozen=True, slots=True)
class StoppedByPerson:
    """The person stopped a proposal, or a consented transfer inside its window."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message of the other side, in order and verified. ``case_no`` and places open a file that is not there.

    ``receipted``: numbers of our messages whose receipts, stored by now, say that the other side took them.
    """

    case_no: str
    payload: Payload
    receipted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipted:
    """The other side stored our message of this number, on this day by its receipt."""

    seq: int
    stored_on: date


@dataclass(frozen=True, slots=True)
class Superseded:
    """Another case of the same person and way stands before this one (the lower case number)."""

    by_case: str


@dataclass(frozen=True, slots=True)
class DayBegan:
    """A day began; what falls due today or fell due before is looked at."""


@dataclass(frozen=True, slots=True)
class FormIssued:
    """The origin's clerk (or straight-through work) issues the form, also again after a dispute."""

    by: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class FormDisputed:
    """The destination's clerk returns the form for correction. ``reason``: a code of the closed list."""

    reason: str


@dataclass(frozen=True, slots=True)
class FormRecalled:
    """The origin noticed its own error and asks to take the form back."""

    reason: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The destination counts the months of the form, and credits what is credited first and cleared later."""

    by: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class BatchReviewed:
    """A second person reviewed the bank batch this amount is in."""

    leg: int
    reviewer: str


@dataclass(frozen=True, slots=True)
class BatchReturned:
    """The reviewer took this amount out of the batch again."""

    leg: int


@dataclass(frozen=True, slots=True)
class BatchSent:
    """Finance gave the batch to the bank. ``batch``: its number."""

    leg: int
    by: str
    batch: str = ""


@dataclass(frozen=True, slots=True)
class BankConfirmed:
    """The bank debited the agency's account."""

    leg: int
    attempt: int


@dataclass(frozen=True, slots=True)
class BankRejected:
    """The bank did not carry out the order; nothing left the account."""

    leg: int
    attempt: int


@dataclass(frozen=True, slots=True)
class BankBounced:
    """The bank gave a confirmed payment back."""

    leg: int
    attempt: int


@dataclass(frozen=True, slots=True)
class OrderedAgain:
    """Finance orders an amount that came back, or that came late, once more."""

    leg: int
    by: str


@dataclass(frozen=True, slots=True)
class QueryAnswered:
    """Origin finance confirms the amount on the form. ``short``: the bank still owes a rest and is chased."""

    leg: int
    short: bool


@dataclass(frozen=True, slots=True)
class RestSent:
    """The bank sent the rest it owed."""

    leg: int


@dataclass(frozen=True, slots=True)
class ReceiptMatched:
    """A bank receipt was matched to this amount. ``receipt``: its number; ``why``: ``reference``, ``by_hand``, or
    ``other_payer`` where two people say that it is right although another account paid.

    ``payer_account``: the account that paid, as the bank gives it; empty where it does not.
    """

    leg: int
    receipt: str
    amount_fen: int
    payer_account: str
    by: str
    reviewer: str
    why: str = "reference"


@dataclass(frozen=True, slots=True)
class NotReceived:
    """Destination finance was advised of a payment, and the bank shows nothing of it, or too little."""

    leg: int


@dataclass(frozen=True, slots=True)
class CreditReviewed:
    """Destination finance credits an amount announced as credited first, cleared later."""

    leg: int
    by: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class ModeDecided:
    """The origin's agency decides how an amount travels where no rule is known; a reason is required."""

    leg: int
    mode: MoneyMode
    reason: str
    by: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class MoneyCameLate:
    """Money came into the person's account after the form was issued (interest, a returned sharing quota)."""

    parts: tuple[Part, ...]
    why: str
    by: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class WithdrawAsked:
    """The person (or the clerk for the person) withdraws the whole case."""

    reason: str


@dataclass(frozen=True, slots=True)
class Died:
    """A death was reported to this agency."""

    died_on: date
    by: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class DeathTakenBack:
    """Two people of this agency say that nobody died: what they reported, or what they set aside, was a mistake."""

    by: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """After a death, finance sets aside for the heirs what has not left, or what the bank refused or gave back."""

    leg: int
    by: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class EstatePaid:
    """The heirs were paid."""

    leg: int
    by: str
    reviewer: str


Event = (
    Applied
    | Proposed
    | Consented
    | StoppedByPerson
    | Received
    | Receipted
    | Superseded
    | DayBegan
    | FormIssued
    | FormDisputed
    | FormRecalled
    | TakenIn
    | BatchReviewed
    | BatchReturned
    | BatchSent
    | BankConfirmed
    | BankRejected
    | BankBounced
    | OrderedAgain
    | QueryAnswered
    | RestSent
    | ReceiptMatched
    | NotReceived
    | CreditReviewed
    | ModeDecided
    | MoneyCameLate
    | WithdrawAsked
    | Died
    | DeathTakenBack
    | SetAside
    | EstatePaid
)
