"""The proof that no fen is lost or made: what is here and on the way against what was, came in and went out.

personal + estate + receipts + returned + on the way + clearing
    = the same before + openings + contributions - paid to heirs - paid to persons

Left and right are counted apart: balances come from the books, flows and the way between two banks from the
postings. Where they differ, something was changed by other means than a posting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from jiexu.ledger.accounts import AccountKind, LedgerError
from jiexu.ledger.books import Books
from jiexu.ledger.entries import Posting, PostingReason

Leg = tuple[str | None, int | None]
"""Case number and number of the amount; (None, None) is money whose case nobody knows yet."""

NO_CASE: Leg = (None, None)

CAME_IN = (PostingReason.OPENING, PostingReason.CONTRIBUTION)
WENT_OUT = (PostingReason.ESTATE_PAID, PostingReason.PAID_TO_PERSON)

_LEAVES = {PostingReason.PAID_OUT: 1, PostingReason.SENT_AGAIN: 1, PostingReason.BOUNCED: -1}
_ARRIVES = {PostingReason.RECEIVED: 1, PostingReason.GIVEN_BACK: -1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Where all money is at one moment, in fen, over any number of agencies.

    ``bank``: what the banks hold. ``on_the_way``: left a bank here, not yet arrived at another; below 0 where
    more arrived than left. ``clearing``: left a person here, not yet credited there; below 0 where it was
    credited first. The others as in AccountKind.
    """

    personal: int = 0
    estate: int = 0
    receipts: int = 0
    returned: int = 0
    on_the_way: int = 0
    clearing: int = 0
    bank: int = 0

    @property
    def whole(self) -> int:
        """All people's money, wherever it is."""
        return self.personal + self.estate + self.receipts + self.returned + self.on_the_way + self.clearing

    @property
    def unbacked(self) -> int:
        """What is owed less what the banks hold; 0 while every posting is whole."""
        return self.personal + self.estate + self.receipts + self.returned + self.clearing - self.bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Transit:
    """One amount between two agencies: fen that left and fen that arrived, bounces and returns taken off."""

    case_no: str | None
    leg: int | None
    left_fen: int
    arrived_fen: int

    @property
    def on_the_way_fen(self) -> int:
        """Above 0: still on the way. Below 0: more arrived than left (an excess, a duplicate)."""
        return self.left_fen - self.arrived_fen


class Side(StrEnum):
    """Where a term stands in the equation. AFTER is the left side; BEFORE + IN - OUT is the right."""

    AFTER = "after"
    BEFORE = "before"
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term of the equation. ``fen`` is added on its side, subtracted for OUT."""

    side: Side
    name: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The equation as data. ``unbacked_fen``: what is owed less what the banks hold, 0 in whole books."""

    terms: tuple[Term, ...]
    unbacked_fen: int

    @property
    def left_fen(self) -> int:
        """What there is now."""
        return self._sum(Side.AFTER)

    @property
    def right_fen(self) -> int:
        """What there must be."""
        return self._sum(Side.BEFORE) + self._sum(Side.IN) - self._sum(Side.OUT)

    @property
    def difference_fen(self) -> int:
        """Above 0: fen were made; below 0: fen were lost."""
        return self.left_fen - self.right_fen

    @property
    def holds(self) -> bool:
        """Nothing was lost or made, and every fen owed is backed."""
        return self.difference_fen == 0 and self.unbacked_fen == 0

    def as_json(self) -> dict[str, object]:
        """Every term, both sums and the difference, as canonical scalars."""
        return {
            "difference_fen": self.difference_fen,
            "left_fen": self.left_fen,
            "right_fen": self.right_fen,
            "terms": [{"fen": term.fen, "name": term.name, "side": term.side.value} for term in self.terms],
            "unbacked_fen": self.unbacked_fen,
        }

    def _sum(self, side: Side) -> int:
        return sum(term.fen for term in self.terms if term.side is side)


def position(*books: Books) -> Totals:
    """Where all money of these books is now. Give all agencies, else what passes between them looks like a loss."""
    by_kind: dict[AccountKind, int] = defaultdict(int)
    for each in books:
        for account in each.accounts():
            by_kind[account.kind] += each.balance(account)
    on_the_way_fen = sum(
        transit.on_the_way_fen
        for transit in on_the_way(posting for each in books for posting in each.postings())
    )
    return Totals(on_the_way=on_the_way_fen, **{kind.value: fen for kind, fen in by_kind.items()})


def on_the_way(postings: Iterable[Posting]) -> tuple[Transit, ...]:
    """What is between two banks, by case and leg, from all postings of all agencies.

    Left: paid out and sent again, less bounced. Arrived: received with the case as reference, less given back;
    or what was credited or set aside for the leg where that is more, because its receipt had no reference.
    Receipts of no known case stand under (None, None): their way is below 0 until somebody finds the case.
    A correction counts against what it corrects. Raises LedgerError where that is not among the postings.
    """
    left: defaultdict[Leg, int] = defaultdict(int)
    named: dict[Leg, int] = defaultdict(int)
    used: dict[Leg, int] = defaultdict(int)
    for posting, fen in _counted(postings):
        leg = (posting.case_no, posting.leg)
        left[leg] += fen * _LEAVES.get(posting.reason, 0)
        named[leg] += fen * _ARRIVES.get(posting.reason, 0)
        used[leg] += fen * (
            posting.debit.kind is AccountKind.RECEIPTS and posting.credit.kind is not AccountKind.BANK
        )
    arrived = {leg: max(named[leg], used[leg]) for leg in named if leg != NO_CASE}
    arrived[NO_CASE] = sum(named.values()) - sum(arrived.values())
    return _transits(left, arrived)


def in_clearing(postings: Iterable[Posting]) -> tuple[Transit, ...]:
    """What was credited first and is to be netted, by case and leg: left one person, arrived at the same elsewhere.

    Left: cleared out. Arrived: cleared in, or set aside for the heirs out of clearing.
    Below 0 where the destination credited before the origin took it off. A correction counts against what it
    corrects. Raises LedgerError where that is not among the postings.
    """
    left: defaultdict[Leg, int] = defaultdict(int)
    arrived: dict[Leg, int] = defaultdict(int)
    for posting, fen in _counted(postings):
        leg = (posting.case_no, posting.leg)
        left[leg] += fen * (posting.reason is PostingReason.CLEARED_OUT)
        arrived[leg] += fen * (posting.debit.kind is AccountKind.CLEARING)
    return _transits(left, arrived)


def flows(postings: Iterable[Posting], *, earlier: Iterable[Posting] = ()) -> dict[PostingReason, int]:
    """Fen moved by each reason, corrections taken off the reason of what they correct; reasons without any are 0.

    ``earlier``: postings before these, which a correction among these may name.
    Raises LedgerError where it names none of both.
    """
    moved: dict[PostingReason, int] = {
        reason: 0 for reason in PostingReason if reason is not PostingReason.CORRECTION
    }
    for posting, fen in _counted(postings, earlier=earlier):
        moved[posting.reason] += fen
    return moved


def conservation(*, before: Totals, after: Totals, moved: Mapping[PostingReason, int]) -> Statement:
    """The equation between two moments. ``moved``: ``flows`` of the postings between them."""
    places = ("personal", "estate", "receipts", "returned", "on_the_way", "clearing")
    terms = (
        *(Term(side=Side.AFTER, name=place, fen=getattr(after, place)) for place in places),
        *(Term(side=Side.BEFORE, name=place, fen=getattr(before, place)) for place in places),
        *(Term(side=Side.IN, name=reason.value, fen=moved[reason]) for reason in CAME_IN),
        *(Term(side=Side.OUT, name=reason.value, fen=moved[reason]) for reason in WENT_OUT),
    )
    return Statement(terms=terms, unbacked_fen=after.unbacked)


def _counted(
    postings: Iterable[Posting], *, earlier: Iterable[Posting] = ()
) -> Iterator[tuple[Posting, int]]:
    """Each posting with its fen; for a correction the posting it takes back, with fen below 0."""
    these = tuple(postings)
    known = {posting.id: posting for posting in (*earlier, *these)}
    for posting in these:
        if posting.corrects is None:
            yield posting, posting.amount_fen
        elif posting.corrects in known:
            yield known[posting.corrects], -posting.amount_fen
        else:
            raise LedgerError(
                f"Correction {posting.id} takes back {posting.corrects}, which is not here; give it as earlier."
            )


def _transits(left: defaultdict[Leg, int], arrived: dict[Leg, int]) -> tuple[Transit, ...]:
    """One line for each leg that moved, in order of case and leg, money of no known case first."""
    legs = sorted(arrived, key=lambda leg: (leg[0] or "", leg[1] or 0))
    lines = (
        Transit(case_no=leg[0], leg=leg[1], left_fen=left[leg], arrived_fen=arrived[leg]) for leg in legs
    )
    return tuple(line for line in lines if line.left_fen or line.arrived_fen)
