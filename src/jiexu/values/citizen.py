"""Citizen numbers (公民身份号码, GB 11643) and the two cards that share their form.

Six digits of region, eight of birth, three of serial (odd for men), one check character of ISO 7064 MOD 11-2.
Synthetic numbers, the only ones in this tree, begin with 00, which no region does.
Our own small validator: the one of python-stdnum refuses lawful residence permits and new districts, and
accepts births in 1800 and 2099; its check-digit arithmetic serves. A number appears masked in every error.
"""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date
from enum import StrEnum

from stdnum.iso7064 import mod_11_2

from jiexu.values.errors import ValueFault
from jiexu.values.writing import compacted, masked

EARLIEST_BIRTH = date(1900, 1, 1)
RESIDENCE_PERMIT_PREFIXES = ("81", "82", "83")
"""Residents from Hong Kong, Macao and Taiwan hold numbers of this form since 2018-09-01."""

_SHAPE = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_OLD_SHAPE = re.compile(r"[0-9]{15}", re.ASCII)
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71", re.ASCII)


class CitizenError(ValueFault):
    """A citizen number is not one, or may not be used here."""


class Sex(StrEnum):
    """As the serial part of the number says."""

    MALE = "male"
    FEMALE = "female"


def compact(number: str) -> str:
    """The number without spaces and dashes, digits narrow, X in upper case."""
    return compacted(number)


def validate(number: str, *, today: date, allow_synthetic: bool = False) -> str:
    """The compact number of a citizen or of a resident from Hong Kong, Macao or Taiwan.

    ``today``: births after it are refused. ``allow_synthetic``: demonstration mode. Raises CitizenError.
    """
    plain = compact(number)
    _check_shape(plain)
    if plain.startswith("9"):
        raise CitizenError(
            "citizen_foreign",
            "{masked} begins with 9: it is the number of a foreign permanent resident card, not of a citizen; "
            "choose document kind 07.",
            masked=masked(plain),
        )
    _check_birth(plain, today)
    _check_last(plain)
    if is_synthetic(plain) and not allow_synthetic:
        raise CitizenError(
            "citizen_synthetic",
            "{masked} is a synthetic number (it begins with 00), accepted in demonstration mode only; give the "
            "number on the person's card.",
            masked=masked(plain),
        )
    return plain


def validate_foreign_resident(number: str, *, today: date) -> str:
    """The compact number of a foreign permanent resident card of 2023: 18 digits, the first a 9. Raises CitizenError."""
    plain = compact(number)
    _check_shape(plain)
    if not plain.startswith("9"):
        raise CitizenError(
            "citizen_not_foreign",
            "{masked} does not begin with 9, as a foreign permanent resident card of 18 digits does; copy it again or "
            "choose the kind of document it stands on.",
            masked=masked(plain),
        )
    _check_birth(plain, today)
    _check_last(plain)
    return plain


def is_valid(number: str, *, today: date, allow_synthetic: bool = False) -> bool:
    """Whether ``validate`` accepts the number."""
    try:
        validate(number, today=today, allow_synthetic=allow_synthetic)
    except CitizenError:
        return False
    return True


def region_warning(number: str, *, known: Container[str] | None = None) -> CitizenError | None:
    """A warning, not raised, where the first six digits name no region; None where they do.

    ``known``: every division code of all times, if the caller has them; else only the province is looked at.
    Codes are retired and reused and lists lag behind, so an unknown region never refuses a number.
    """
    plain = compact(number)
    fine = plain[:6] in known if known is not None else bool(_PROVINCE.fullmatch(plain[:2]))
    if fine or is_synthetic(plain) or plain.startswith(RESIDENCE_PERMIT_PREFIXES):
        return None
    return CitizenError(
        "citizen_region_unknown",
        "The region {region} in {masked} is not in our list; look at the card once more, then go on.",
        region=plain[:6],
        masked=masked(plain),
    )


def convert_15(number: str) -> str:
    """The 18-character form of an old number of 15 digits, for matching; the original is kept beside it.

    All births are taken to be in 1900 to 1999. Raises CitizenError.
    """
    plain = compact(number)
    if not _OLD_SHAPE.fullmatch(plain):
        raise CitizenError(
            "citizen_not_old_form",
            "{masked} is not an old citizen number of 15 digits; copy it again from the old record.",
            masked=masked(plain),
        )
    body = f"{plain[:6]}19{plain[6:]}"
    birth_of(body)
    return body + str(mod_11_2.calc_check_digit(body))


def is_synthetic(number: str) -> bool:
    """Whether the number belongs to an invented person."""
    return compact(number).startswith("00")


def make_synthetic(birth: date, serial: int) -> str:
    """The number of an invented person. ``serial`` 0 to 9,999,999, odd for men. Raises CitizenError."""
    if birth < EARLIEST_BIRTH or not 0 <= serial <= 9_999_999:
        raise CitizenError(
            "citizen_synthetic_range",
            "No synthetic number for birth {birth}, serial {serial}: births begin with 1900-01-01, serials run from 0 to 9999999.",
            birth=birth.isoformat(),
            serial=serial,
        )
    upper, lower = divmod(serial, 1000)
    body = f"00{upper:04d}{birth:%Y%m%d}{lower:03d}"
    return body + str(mod_11_2.calc_check_digit(body))


def mask(number: str) -> str:
    """Stars and the last four characters."""
    return masked(compact(number))


def birth_of(number: str) -> date:
    """The date of birth in an 18-character number. Raises CitizenError where positions 7 to 14 are no day."""
    plain = compact(number)
    try:
        return date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        raise CitizenError(
            "citizen_birth_no_day",
            "Positions 7 to 14 of {masked}, the date of birth, are no day of the calendar; copy the number again from the card.",
            masked=masked(plain),
        ) from None


def sex_of(number: str) -> Sex:
    """The sex an 18-character number was given for. Raises CitizenError for another shape."""
    plain = compact(number)
    _check_shape(plain)
    return Sex.MALE if int(plain[16]) % 2 else Sex.FEMALE


def _check_shape(plain: str) -> None:
    if _OLD_SHAPE.fullmatch(plain):
        raise CitizenError(
            "citizen_old_form",
            "{masked} is an old citizen number of 15 digits; give the 18 characters of the current card.",
            masked=masked(plain),
        )
    if not _SHAPE.fullmatch(plain):
        raise CitizenError(
            "citizen_shape",
            "{masked}, {length} characters long, is not a citizen number: 17 digits and a digit or X; copy it again from the card.",
            masked=masked(plain),
            length=len(plain),
        )


def _check_birth(plain: str, today: date) -> None:
    if not EARLIEST_BIRTH <= birth_of(plain) <= today:
        raise CitizenError(
            "citizen_birth_range",
            "The date of birth in {masked} lies before 1900-01-01 or after {today}; copy the number again from the card.",
            masked=masked(plain),
            today=today.isoformat(),
        )


def _check_last(plain: str) -> None:
    if not mod_11_2.is_valid(plain):
        raise CitizenError(
            "citizen_check",
            "The check character of {masked} does not fit: a digit is wrong or two are exchanged; copy the number again from the card.",
            masked=masked(plain),
        )
