"""Numbers of banks, cards and accounts. Card and account numbers appear masked in every error."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum import luhn
from stdnum.iso7064 import mod_11_10

from jiexu.values.errors import ValueFault
from jiexu.values.writing import clipped, compacted, masked

_CNAPS = re.compile(r"[0-9]{12}", re.ASCII)
_CARD = re.compile(r"[0-9]{13,19}", re.ASCII)
_ACCOUNT = re.compile(r"[0-9A-Z]{6,32}", re.ASCII)


class BankNumberError(ValueFault):
    """A bank, card or account number is not one."""


def compact(number: str) -> str:
    """The number without spaces and dashes, digits narrow."""
    return compacted(number)


def validate_cnaps(number: str) -> str:
    """The compact number of a bank in the national payment system (行号): 12 digits, the last ISO 7064 MOD 11,10.

    Raises BankNumberError.
    """
    plain = compact(number)
    if not _CNAPS.fullmatch(plain):
        raise BankNumberError(
            "cnaps_shape",
            "{given!r} is not a bank's payment number; give the 12 digits the bank's branch states.",
            given=clipped(number),
        )
    if not mod_11_10.is_valid(plain):
        raise BankNumberError(
            "cnaps_check",
            "The last digit of the bank's payment number {given!r} does not fit: a digit is wrong or two are exchanged; "
            "ask the branch for it again.",
            given=clipped(number),
        )
    return plain


def validate_card(number: str) -> str:
    """The compact number of a bank card: 13 to 19 digits, the last by Luhn. Raises BankNumberError.

    For cards only: account numbers carry no common check digit.
    """
    plain = compact(number)
    if not _CARD.fullmatch(plain):
        raise BankNumberError(
            "card_shape",
            "{masked}, {length} characters long, is not a card number; give the 13 to 19 digits on the card's face.",
            masked=masked(plain),
            length=len(plain),
        )
    if not luhn.is_valid(plain):
        raise BankNumberError(
            "card_check",
            "The last digit of card {masked} does not fit: a digit is wrong or two are exchanged; copy it again from the card. "
            "If it is an account and no card, enter it as an account.",
            masked=masked(plain),
        )
    return plain


def validate_account(number: str) -> str:
    """The compact number of a bank account that is no card: 6 to 32 digits and letters. Raises BankNumberError."""
    plain = compact(number)
    if not _ACCOUNT.fullmatch(plain):
        raise BankNumberError(
            "account_shape",
            "{masked}, {length} characters long, is not an account number; give 6 to 32 digits or letters as the bank states them.",
            masked=masked(plain),
            length=len(plain),
        )
    return plain


def format_card(number: str) -> str:
    """The card number in groups of four, for the person who owns it. Raises BankNumberError."""
    plain = validate_card(number)
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


@dataclass(frozen=True, slots=True)
class AgencyAccount:
    """Where an agency is paid: holder, bank and branch, the bank's payment number (行号), the account's number.

    Numbers are kept compact. Raises BankNumberError where one is no such number or holder or bank is empty.
    """

    agency: str
    holder: str
    bank: str
    cnaps: str
    account: str

    def __post_init__(self) -> None:
        if not self.holder.strip() or not self.bank.strip():
            raise BankNumberError(
                "account_unnamed",
                "The account of agency {agency} names no holder or no bank; give both as the bank states them.",
                agency=self.agency,
            )
        object.__setattr__(self, "cnaps", validate_cnaps(self.cnaps))
        object.__setattr__(self, "account", validate_account(self.account))
