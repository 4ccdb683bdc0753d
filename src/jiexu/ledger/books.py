"""The books of one agency in memory: the model the store is tested against, and the ledger of the simulation.

Immutable: every call answers with the books afterwards and an outcome. A call that is not ``created`` leaves the
books as they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from jiexu.ledger.accounts import Account, AccountKind, LedgerError, signed
from jiexu.ledger.entries import Hold, HoldResolution, Posting, PostingReason

Entry = Posting | Hold | HoldResolution
Step = tuple[Entry, ...]
"""What one call wrote: one entry, or the end of a hold with its postings. Nobody ever sees half a step."""


class Outcome(StrEnum):
    """The answer of the books, in order of precedence: the first that applies is the answer."""

    NOT_THIS_AGENCY = "not_this_agency"
    """An account of another agency. Never retry here."""
    ALREADY_RECORDED = "already_recorded"
    """The same entry stands already: a harmless repeat."""
    RECORDED_DIFFERENTLY = "recorded_differently"
    """The id stands already with another content, or was recorded apart from this resolution: a clash to look at."""
    UNKNOWN_HOLD = "unknown_hold"
    """No hold of this id."""
    ALREADY_RESOLVED = "already_resolved"
    """The hold ended before, otherwise."""
    CORRECTS_NOTHING = "corrects_nothing"
    """The posting to be taken back is not here, is a correction itself, joins other accounts, or less of it is left."""
    INSUFFICIENT = "insufficient"
    """The personal account has less available."""
    CREATED = "created"
    """Written."""


def effect(posting: Posting, account: Account) -> int:
    """By how many fen the posting changes the balance of the account; 0 where it does not touch it."""
    credited = (posting.credit == account) - (posting.debit == account)
    return signed(account.kind) * credited * posting.amount_fen


@dataclass(frozen=True, slots=True)
class Books:
    """All entries of one agency in the order they were written, with the balances they give.

    ``steps``: what was written, first step first; step numbers count from 1. Balances are in fen, in the sense
    of their account (bank: what the bank holds; all others: what is owed). A personal account always has
    ``balance - held = available >= 0``.
    """

    agency: str
    steps: tuple[Step, ...] = ()
    _balances: Mapping[Account, int] = field(default_factory=dict, repr=False)
    _held: Mapping[Account, int] = field(default_factory=dict, repr=False)
    _postings: Mapping[str, Posting] = field(default_factory=dict, repr=False)
    _holds: Mapping[str, Hold] = field(default_factory=dict, repr=False)
    _resolutions: Mapping[str, HoldResolution] = field(default_factory=dict, repr=False)
    _taken_back: Mapping[str, int] = field(default_factory=dict, repr=False)

    # -- writing ------------------------------------------------------------------------------------------

    def post(self, posting: Posting) -> tuple[Books, Outcome]:
        """Write one posting. It spends only what is available, never what is held."""
        outcome = self._judge_posting(posting)
        return self._write(posting) if outcome is Outcome.CREATED else self, outcome

    def hold(self, hold: Hold) -> tuple[Books, Outcome]:
        """Set an amount aside. The same hold again is already_recorded, also after it ended."""
        outcome = self._judge_hold(hold)
        return self._write(hold) if outcome is Outcome.CREATED else self, outcome

    def resolve(self, resolution: HoldResolution, *postings: Posting) -> tuple[Books, Outcome]:
        """End a hold: release it, or capture it by postings that move exactly the amount held.

        ``postings``: those the resolution names, in its order. Raises LedgerError where they are others, leave
        another account or case, or do not add up to the hold.
        """
        if tuple(posting.id for posting in postings) != resolution.posting_ids:
            raise LedgerError(
                f"Hold {resolution.hold_id} was given other postings than its resolution names; give exactly those."
            )
        outcome = self._judge_resolution(resolution, postings)
        if outcome is not Outcome.CREATED:
            return self, outcome
        if resolution.how == "captured":
            _check_capture(self._holds[resolution.hold_id], postings)
        return self._write(resolution, *postings), outcome

    def record(
        self,
        *,
        resolutions: Sequence[HoldResolution] = (),
        postings: Sequence[Posting] = (),
        holds: Sequence[Hold] = (),
    ) -> tuple[Books, tuple[Outcome, ...]]:
        """Write what one step of a case asks for, all of it or, where any answer is neither created nor already_recorded, nothing.

        Order: ends of holds with the postings they name, the other postings, new holds; one outcome for each in
        that order. Raises LedgerError as ``resolve``.
        """
        by_id = {posting.id: posting for posting in postings}
        captured = {posting_id for resolution in resolutions for posting_id in resolution.posting_ids}
        books, outcomes = self, list[Outcome]()
        for resolution in resolutions:
            named = (by_id[each] for each in resolution.posting_ids if each in by_id)
            books, outcome = books.resolve(resolution, *named)
            outcomes.append(outcome)
        for posting in postings:
            if posting.id not in captured:
                books, outcome = books.post(posting)
                outcomes.append(outcome)
        for hold in holds:
            books, outcome = books.hold(hold)
            outcomes.append(outcome)
        return books if set(outcomes) <= {Outcome.CREATED, Outcome.ALREADY_RECORDED} else self, tuple(
            outcomes
        )

    # -- asking -------------------------------------------------------------------------------------------

    def balance(self, account: Account, *, as_of: int | None = None) -> int:
        """Fen on the account, now or after step ``as_of`` (0: before the first).

        Raises LedgerError for an account of another agency or a step not written yet.
        """
        self._check_ours(account)
        if as_of is None:
            return self._balances.get(account, 0)
        return sum(effect(entry, account) for entry in self._entries(as_of) if isinstance(entry, Posting))

    def held(self, account: Account, *, as_of: int | None = None) -> int:
        """Fen set aside by holds that have not ended, now or after step ``as_of``. Raises as ``balance``."""
        self._check_ours(account)
        if as_of is None:
            return self._held.get(account, 0)
        entries = tuple(self._entries(as_of))
        ended = {entry.hold_id for entry in entries if isinstance(entry, HoldResolution)}
        holds = (entry for entry in entries if isinstance(entry, Hold) and entry.account == account)
        return sum(hold.amount_fen for hold in holds if hold.id not in ended)

    def available(self, account: Account, *, as_of: int | None = None) -> int:
        """Balance less what is held. Raises as ``balance``."""
        return self.balance(account, as_of=as_of) - self.held(account, as_of=as_of)

    def accounts(self, *, as_of: int | None = None) -> tuple[Account, ...]:
        """Every account a posting touched up to then, in order, those with a balance of 0 included."""
        touched = (entry for entry in self._entries(as_of) if isinstance(entry, Posting))
        return tuple(sorted({account for posting in touched for account in (posting.debit, posting.credit)}))

    def postings(self, *, as_of: int | None = None) -> tuple[Posting, ...]:
        """Every posting in the order written, all or up to step ``as_of``."""
        return tuple(entry for entry in self._entries(as_of) if isinstance(entry, Posting))

    def open_holds(self) -> tuple[Hold, ...]:
        """Holds that have not ended, in the order written."""
        return tuple(hold for hold in self._holds.values() if hold.id not in self._resolutions)

    def step_of(self, entry: Entry) -> int:
        """Number of the step that wrote the entry: ask as of it for "at", of one less for "before".

        Raises LedgerError where these books do not hold it.
        """
        for number, step in enumerate(self.steps, start=1):
            if entry in step:
                return number
        raise LedgerError(f"The books of {self.agency} do not hold {entry}; write it first.")

    def overdrawn(self) -> tuple[Account, ...]:
        """Accounts below 0 that never should be, in order. Only clearing accounts may go either way.

        Agency accounts are sums and nothing stops them when a posting is written; this is how it shows.
        """
        return tuple(
            sorted(
                account
                for account, fen in self._balances.items()
                if fen < 0 and account.kind is not AccountKind.CLEARING
            )
        )

    # -- inside -------------------------------------------------------------------------------------------

    def _judge_posting(self, posting: Posting) -> Outcome:
        if posting.agency != self.agency:
            return Outcome.NOT_THIS_AGENCY
        known = self._postings.get(posting.id)
        if known is not None:
            return Outcome.ALREADY_RECORDED if known == posting else Outcome.RECORDED_DIFFERENTLY
        if posting.corrects is not None and self._left_to_correct(posting) < posting.amount_fen:
            return Outcome.CORRECTS_NOTHING
        if posting.debit.kind is AccountKind.PERSONAL and self.available(posting.debit) < posting.amount_fen:
            return Outcome.INSUFFICIENT
        return Outcome.CREATED

    def _left_to_correct(self, correction: Posting) -> int:
        """Fen the correction may take back; 0 where it reverses no posting of these books."""
        wrong = self._postings.get(correction.corrects or "")
        if wrong is None or wrong.reason is PostingReason.CORRECTION:
            return 0
        if (correction.debit, correction.credit) != (wrong.credit, wrong.debit):
            return 0
        return wrong.amount_fen - self._taken_back.get(wrong.id, 0)

    def _judge_hold(self, hold: Hold) -> Outcome:
        if hold.account.agency != self.agency:
            return Outcome.NOT_THIS_AGENCY
        known = self._holds.get(hold.id)
        if known is not None:
            return Outcome.ALREADY_RECORDED if known == hold else Outcome.RECORDED_DIFFERENTLY
        return Outcome.CREATED if self.available(hold.account) >= hold.amount_fen else Outcome.INSUFFICIENT

    def _judge_resolution(self, resolution: HoldResolution, postings: tuple[Posting, ...]) -> Outcome:
        if any(posting.agency != self.agency for posting in postings):
            return Outcome.NOT_THIS_AGENCY
        ended = self._resolutions.get(resolution.hold_id)
        known = tuple(self._postings.get(posting.id) for posting in postings)
        if ended == resolution and known == postings:
            return Outcome.ALREADY_RECORDED
        if any(known):
            return Outcome.RECORDED_DIFFERENTLY
        if resolution.hold_id not in self._holds:
            return Outcome.UNKNOWN_HOLD
        return Outcome.CREATED if ended is None else Outcome.ALREADY_RESOLVED

    def _write(self, *entries: Entry) -> Books:
        postings = [entry for entry in entries if isinstance(entry, Posting)]
        holds = {entry.id: entry for entry in entries if isinstance(entry, Hold)}
        ends = {entry.hold_id: entry for entry in entries if isinstance(entry, HoldResolution)}
        ended = (self._holds[hold_id] for hold_id in ends)
        return replace(
            self,
            steps=(*self.steps, entries),
            _balances=_summed(
                self._balances,
                *((each, effect(one, each)) for one in postings for each in (one.debit, one.credit)),
            ),
            _held=_summed(
                self._held,
                *((hold.account, hold.amount_fen) for hold in holds.values()),
                *((hold.account, -hold.amount_fen) for hold in ended),
            ),
            _postings={**self._postings, **{posting.id: posting for posting in postings}},
            _holds={**self._holds, **holds},
            _resolutions={**self._resolutions, **ends},
            _taken_back=_summed(
                self._taken_back, *((one.corrects, one.amount_fen) for one in postings if one.corrects)
            ),
        )

    def _entries(self, as_of: int | None) -> Iterator[Entry]:
        upto = len(self.steps) if as_of is None else as_of
        if not 0 <= upto <= len(self.steps):
            raise LedgerError(
                f"The books of {self.agency} have {len(self.steps)} steps; asked as of {as_of}, ask from 0 on."
            )
        return (entry for step in self.steps[:upto] for entry in step)

    def _check_ours(self, account: Account) -> None:
        if account.agency != self.agency:
            raise LedgerError(
                f"The books of {self.agency} know nothing of {account}; ask agency {account.agency}."
            )


_Key = TypeVar("_Key")


def _summed(sums: Mapping[_Key, int], *changes: tuple[_Key, int]) -> Mapping[_Key, int]:
    """The sums with the changes added."""
    changed = dict(sums)
    for key, fen in changes:
        changed[key] = changed.get(key, 0) + fen
    return changed


def _check_capture(hold: Hold, postings: tuple[Posting, ...]) -> None:
    for posting in postings:
        if posting.debit != hold.account or posting.reason is PostingReason.CORRECTION:
            raise LedgerError(
                f"Posting {posting.id} does not spend {hold.account}; capture hold {hold.id} from its own account."
            )
        if (posting.case_no, posting.leg) != (hold.case_no, hold.leg):
            raise LedgerError(
                f"Posting {posting.id} is not of case {hold.case_no} leg {hold.leg}, for which {hold.id} holds."
            )
    moved = sum(posting.amount_fen for posting in postings)
    if moved != hold.amount_fen:
        raise LedgerError(
            f"Hold {hold.id} is for {hold.amount_fen} fen but {moved} would move; capture exactly the amount held."
        )
