"""What is written in the ledger: postings, holds and the ends of holds. Never changed, never removed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, get_args

from jiexu.ledger.accounts import Account, AccountKind, LedgerError
from jiexu.values.names import same_person

_ID = re.compile(r"[0-9a-f]{32}")
_DOMAIN = b"jiexu.ledger.posting.v1"


class PostingReason(StrEnum):
    """Why money moves. Each reason has one pair of kinds, debit then credit (``ALLOWED``)."""

    OPENING = "opening"
    """What the person had when the books began."""
    CONTRIBUTION = "contribution"
    """Late money of the person from outside the transfer: contributions, returned shared quota (R-051)."""
    PAID_OUT = "paid_out"
    """The bank confirmed a payment to the destination (R-032)."""
    PAID_TO_PERSON = "paid_to_person"
    """The bank confirmed a payment to the person, where a local list allows it (R-040, R-045)."""
    RECEIVED = "received"
    """The bank statement shows a receipt."""
    CREDITED = "credited"
    """Receipt and form agree; the money is the person's (R-047, R-048)."""
    BOUNCED = "bounced"
    """A payment came back."""
    SENT_AGAIN = "sent_again"
    """The bank confirmed that it went out once more."""
    CLEARED_OUT = "cleared_out"
    """Left the person here, owed to the other agency until both net."""
    CLEARED_IN = "cleared_in"
    """Credited to the person first; the other agency owes it."""
    GIVEN_BACK = "given_back"
    """Excess, duplicate or foreign money went back to its payer."""
    TO_ESTATE = "to_estate"
    """The person died; set aside for the heirs (R-042, R-043)."""
    ESTATE_PAID = "estate_paid"
    """The bank confirmed the payment to the heirs."""
    CORRECTION = "correction"
    """Takes back a posting named in ``corrects``, whole or in part. The right one follows as its own posting."""


_P, _B, _R = AccountKind.PERSONAL, AccountKind.BANK, AccountKind.RECEIPTS
_BACK, _CLEARING, _ESTATE = AccountKind.RETURNED, AccountKind.CLEARING, AccountKind.ESTATE

ALLOWED: Mapping[PostingReason, frozenset[tuple[AccountKind, AccountKind]]] = MappingProxyType(
    {
        PostingReason.OPENING: frozenset({(_B, _P)}),
        PostingReason.CONTRIBUTION: frozenset({(_B, _P)}),
        PostingReason.PAID_OUT: frozenset({(_P, _B)}),
        PostingReason.PAID_TO_PERSON: frozenset({(_P, _B)}),
        PostingReason.RECEIVED: frozenset({(_B, _R)}),
        PostingReason.CREDITED: frozenset({(_R, _P)}),
        PostingReason.BOUNCED: frozenset({(_B, _BACK)}),
        PostingReason.SENT_AGAIN: frozenset({(_BACK, _B)}),
        PostingReason.CLEARED_OUT: frozenset({(_P, _CLEARING)}),
        PostingReason.CLEARED_IN: frozenset({(_CLEARING, _P)}),
        PostingReason.GIVEN_BACK: frozenset({(_R, _B)}),
        PostingReason.TO_ESTATE: frozenset(
            {(_P, _ESTATE), (_R, _ESTATE), (_BACK, _ESTATE), (_CLEARING, _ESTATE)}
        ),
        PostingReason.ESTATE_PAID: frozenset({(_ESTATE, _B)}),
        PostingReason.CORRECTION: frozenset(
            (debit, credit) for debit in AccountKind for credit in AccountKind
        ),
    }
)
"""Reason → pairs of (debit kind, credit kind) it may join. The store's CHECK is made from this table."""

STATEMENT_REASONS = frozenset({PostingReason.OPENING, PostingReason.RECEIVED})
"""Bookings of what a statement says; nobody decides anything, so no second person is asked for."""

WITHOUT_CASE = STATEMENT_REASONS | {
    PostingReason.CONTRIBUTION,
    PostingReason.GIVEN_BACK,
    PostingReason.CORRECTION,
}
"""Reasons that may stand without a case: the money belongs to none, or nobody knows yet to which."""


def posting_id(*parts: str | int) -> str:
    """32 hex digits derived from the parts, so that the same step always makes the same posting.

    SHA-256 over a domain and each part's type and length, cut to 128 bits: ``("a", "bc")``, ``("ab", "c")``
    and ``("1",)``, ``(1,)`` differ. Raises LedgerError without any part.
    """
    if not parts:
        raise LedgerError("A posting id was asked for without parts; give the case, the leg and the step.")
    digest = hashlib.sha256(_DOMAIN)
    for part in parts:
        word = str(part).encode()
        digest.update(b"\x00%c%d:" % (b"s" if isinstance(part, str) else b"i", len(word)) + word)
    return digest.hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One move of money inside one agency: one row, so debit and credit cannot differ.

    ``id``: 32 hex digits from ``posting_id``. ``amount_fen``: more than 0. ``case_no`` and ``leg``: the case
    and the number of its amount, from 1; both or neither, and needed except for ``WITHOUT_CASE``. ``rule``: the rule that asked for
    it, as in R-032. ``handled_by`` and ``reviewed_by``: two different people; a booking of a statement needs
    only the first. ``corrects``: id of the posting a CORRECTION takes back, else None.
    Raises LedgerError where one of these does not hold or the reason does not join these kinds.
    """

    id: str
    debit: Account
    credit: Account
    amount_fen: int
    reason: PostingReason
    rule: str
    handled_by: str
    reviewed_by: str = ""
    case_no: str | None = None
    leg: int | None = None
    corrects: str | None = None

    def __post_init__(self) -> None:
        check_id("Posting", self.id)
        check_amount("Posting", self.id, self.amount_fen)
        self._check_accounts()
        self._check_people()
        self._check_case()
        self._check_correction()

    @property
    def agency(self) -> str:
        """The agency in whose books it stands."""
        return self.debit.agency

    def _check_accounts(self) -> None:
        if self.debit.agency != self.credit.agency:
            raise LedgerError(
                f"Posting {self.id} joins {self.debit} and {self.credit}, accounts of two agencies; "
                "write one posting at each and let a message pass between them."
            )
        if self.debit == self.credit:
            raise LedgerError(f"Posting {self.id} debits and credits {self.debit}; name two accounts.")
        pairs = ALLOWED[self.reason]
        if (self.debit.kind, self.credit.kind) not in pairs:
            wanted = " or ".join(sorted(f"{debit} to {credit}" for debit, credit in pairs))
            raise LedgerError(
                f"Posting {self.id}: {self.reason} goes from {wanted}, "
                f"not from {self.debit.kind} to {self.credit.kind}; choose the reason that fits."
            )

    def _check_people(self) -> None:
        if not self.rule:
            raise LedgerError(f"Posting {self.id} names no rule; say which rule asks for it, as in R-032.")
        if not self.handled_by:
            raise LedgerError(f"Posting {self.id} names nobody who handled it; name the clerk.")
        if not self.reviewed_by and self.reason not in STATEMENT_REASONS:
            raise LedgerError(f"Posting {self.id}: {self.reason} needs a second person; name the reviewer.")
        if same_person(self.handled_by, self.reviewed_by):
            raise LedgerError(
                f"Posting {self.id} was handled and reviewed by {self.handled_by}; let another person review."
            )

    def _check_case(self) -> None:
        check_leg("Posting", self.id, self.leg)
        if bool(self.case_no) != (self.leg is not None):
            raise LedgerError(
                f"Posting {self.id} has case {self.case_no!r} and leg {self.leg!r}; give both or neither."
            )
        if not self.case_no and self.reason not in WITHOUT_CASE:
            raise LedgerError(f"Posting {self.id}: {self.reason} is a step of a case; give case and leg.")
        for account in (self.debit, self.credit):
            if account.kind is AccountKind.ESTATE and account.key != self.case_no:
                raise LedgerError(
                    f"Posting {self.id} of case {self.case_no!r} uses {account}; use the estate of its own case."
                )

    def _check_correction(self) -> None:
        if self.reason is not PostingReason.CORRECTION:
            if self.corrects is not None:
                raise LedgerError(
                    f"Posting {self.id}: {self.reason} corrects nothing; use the reason correction."
                )
            return
        if self.corrects is None or not _ID.fullmatch(self.corrects) or self.corrects == self.id:
            raise LedgerError(
                f"Correction {self.id} names {self.corrects!r}; name the id of an earlier posting."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """An amount of one part of a personal account set aside for one leg of a case (冻结).

    ``id``: 32 hex digits. ``amount_fen``: more than 0. ``issue``: number of the information form the amount
    stands on, 1 for the first. Raises LedgerError where one of these does not hold.
    """

    id: str
    account: Account
    amount_fen: int
    case_no: str
    leg: int
    issue: int

    def __post_init__(self) -> None:
        check_id("Hold", self.id)
        check_amount("Hold", self.id, self.amount_fen)
        if self.account.kind is not AccountKind.PERSONAL:
            raise LedgerError(f"Hold {self.id} on {self.account}; only a personal account can be held.")
        if not self.case_no:
            raise LedgerError(f"Hold {self.id} names no case; say for which case the amount is set aside.")
        check_leg("Hold", self.id, self.leg)
        if self.issue < 1:
            raise LedgerError(f"Hold {self.id} has issue {self.issue}; forms are numbered from 1.")


HoldEnd = Literal["captured", "released"]
"""How a hold ended: captured, the amount moved by the postings named; released, the amount is free again."""


@dataclass(frozen=True, slots=True)
class HoldResolution:
    """The one end of a hold. ``posting_ids``: the postings that moved a captured amount; none when released.

    Raises LedgerError where postings are missing, doubled or too many, or the hold ended in another way.
    """

    hold_id: str
    how: HoldEnd
    posting_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_id("Resolution of hold", self.hold_id)
        for each in self.posting_ids:
            check_id("Posting", each)
        if self.how not in get_args(HoldEnd):
            raise LedgerError(f"Hold {self.hold_id} ended as {self.how!r}; a hold is captured or released.")
        if len(set(self.posting_ids)) != len(self.posting_ids):
            raise LedgerError(f"Resolution of hold {self.hold_id} names a posting twice; name each once.")
        if (self.how == "captured") != bool(self.posting_ids):
            raise LedgerError(
                f"Hold {self.hold_id} {self.how} with {len(self.posting_ids)} postings; "
                "a captured hold has at least one, a released one has none."
            )


def check_id(what: str, given: str) -> None:
    """Raises LedgerError unless ``given`` is 32 small hex digits."""
    if not _ID.fullmatch(given):
        raise LedgerError(f"{what} has id {given!r}; ids are 32 hex digits, made by posting_id.")


def check_amount(what: str, given_id: str, amount_fen: int) -> None:
    """Raises LedgerError unless the amount is a whole number of fen above 0."""
    if type(amount_fen) is not int or amount_fen <= 0:
        raise LedgerError(f"{what} {given_id} has amount {amount_fen!r}; amounts are whole fen above 0.")


def check_leg(what: str, given_id: str, leg: int | None) -> None:
    """Raises LedgerError for a leg below 1."""
    if leg is not None and leg < 1:
        raise LedgerError(f"{what} {given_id} has leg {leg}; legs are numbered from 1.")
