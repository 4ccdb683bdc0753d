"""The accounts of one agency: whose money it is, and where it is waiting.

An account is a name, not a row: it exists as soon as a posting uses it. Every agency keeps its own accounts;
no posting ever joins two agencies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_WORD = re.compile(r"[0-9A-Za-z_.\-]+")


class LedgerError(ValueError):
    """Something was written that no ledger may hold. The sentence says what, where and the cure."""


class AccountKind(StrEnum):
    """What the money on an account is. ``docs/algorithms/ledger.md`` has a row for each."""

    PERSONAL = "personal"
    """Owed to an insured person (个人账户). key: the agency's reference of the person; part: the account's part."""
    BANK = "bank"
    """The agency's own bank account, the only asset."""
    RECEIPTS = "receipts"
    """Received from a bank, not yet credited to a person (待匹配)."""
    RETURNED = "returned"
    """Sent, came back, waits to be sent again (退汇)."""
    CLEARING = "clearing"
    """Owed to (positive) or by (negative) another agency: credit first, clear later (先划转后清算). key: that agency."""
    ESTATE = "estate"
    """Set aside for the heirs of a person who died. key: the case number."""


def signed(account_kind: AccountKind) -> int:
    """+1 where a credit increases the balance, -1 where a debit does (the bank account alone)."""
    return -1 if account_kind is AccountKind.BANK else 1


_NAMED: dict[AccountKind, tuple[bool, bool]] = {
    AccountKind.PERSONAL: (True, True),
    AccountKind.BANK: (False, False),
    AccountKind.RECEIPTS: (False, False),
    AccountKind.RETURNED: (False, False),
    AccountKind.CLEARING: (True, False),
    AccountKind.ESTATE: (True, False),
}
"""Which kinds have a key and which a part."""


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """One account of one agency. ``str()`` gives a stable text, ``parse`` reads it back.

    ``agency``: code of the agency that keeps the account. ``key`` and ``part``: as AccountKind says, empty
    where the kind has none. Words hold ASCII letters, digits, ``_``, ``.`` and ``-``.
    Raises LedgerError where a word is missing, is too many, or holds other characters.
    """

    agency: str
    kind: AccountKind
    key: str = ""
    part: str = ""

    def __post_init__(self) -> None:
        has_key, has_part = _NAMED[self.kind]
        for name, word, wanted in (
            ("agency", self.agency, True),
            ("key", self.key, has_key),
            ("part", self.part, has_part),
        ):
            _check_word(kind=self.kind, name=name, word=word, wanted=wanted)
        if self.kind is AccountKind.CLEARING and self.key == self.agency:
            raise LedgerError(
                f"Clearing account of {self.agency} with itself; name the other agency as its key."
            )

    def __str__(self) -> str:
        return ":".join(word for word in (self.kind.value, self.agency, self.key, self.part) if word)

    @classmethod
    def parse(cls, text: str) -> Account:
        """The account a text such as ``personal:530300:P1:this_year`` names.

        Raises LedgerError where the text names none.
        """
        kind, *words = text.split(":")
        if kind not in set(AccountKind):
            raise LedgerError(f"{text!r} names no account; begin with one of {', '.join(AccountKind)}.")
        if not 1 <= len(words) <= 3:  # agency, key, part
            raise LedgerError(
                f"{text!r} names no account; write kind:agency, then key and part where the kind has them."
            )
        agency, key, part = (*words, "", "")[:3]
        account = cls(agency=agency, kind=AccountKind(kind), key=key, part=part)
        if str(account) != text:
            raise LedgerError(f"{text!r} is not how an account is written; write {str(account)!r}.")
        return account


def _check_word(*, kind: AccountKind, name: str, word: str, wanted: bool) -> None:
    if not wanted and word:
        raise LedgerError(f"An account of kind {kind} has no {name}, but {word!r} was given; leave it empty.")
    if wanted and not _WORD.fullmatch(word):
        raise LedgerError(
            f"An account of kind {kind} needs {name} of ASCII letters, digits, '_', '.' or '-'; got {word!r}."
        )
