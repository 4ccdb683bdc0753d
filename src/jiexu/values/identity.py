"""Identity documents. A person holds several over time, so each is dated and none is the person's key."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from jiexu.values import citizen
from jiexu.values.errors import ValueFault
from jiexu.values.writing import compacted, masked


class IdentityError(ValueFault):
    """A document's number does not have the shape of its kind, or its dates are reversed."""


class DocumentKind(StrEnum):
    """Kinds of identity document that are known here; values are national codes (``nhsa:psn_cert_type``).

    Other codes occur: they are stored and shown raw, never refused.
    """

    CITIZEN_CARD = "01"
    MILITARY_OFFICER = "02"
    ARMED_POLICE_OFFICER = "03"
    HONG_KONG_PERMIT = "04"
    MACAO_PERMIT = "05"
    TAIWAN_PERMIT = "06"
    FOREIGN_RESIDENT_CARD = "07"
    FOREIGN_PASSPORT = "08"
    CHINESE_PASSPORT = "16"
    RESIDENCE_PERMIT = "17"
    SOCIAL_SECURITY_CARD = "90"
    OTHER = "99"

    @classmethod
    def known(cls, code: str) -> DocumentKind | None:
        """The kind of a code, None for a code that is not in our list."""
        try:
            return cls(code)
        except ValueError:
            return None


# By shape only, and rather wide: whether a document is real is seen at the counter. 18-character numbers are
# checked by the citizen module. Codes 04 and 05 also stand for the passports of the two regions.
_SHAPES = {
    DocumentKind.MILITARY_OFFICER: r"[0-9A-Z\u4e00-\u9fff]{4,20}",
    DocumentKind.ARMED_POLICE_OFFICER: r"[0-9A-Z\u4e00-\u9fff]{4,20}",
    DocumentKind.HONG_KONG_PERMIT: r"[HK][A-Z]?[0-9]{7,10}",
    DocumentKind.MACAO_PERMIT: r"M[A-Z]?[0-9]{7,10}",
    DocumentKind.TAIWAN_PERMIT: r"[0-9]{8}|[0-9]{10}(?:\([0-9A-Z]\)|[A-Z])?",
    DocumentKind.FOREIGN_RESIDENT_CARD: r"[A-Z]{3}[0-9]{12}",
    DocumentKind.FOREIGN_PASSPORT: r"(?=[A-Z]*[0-9])[0-9A-Z]{5,15}",
    DocumentKind.CHINESE_PASSPORT: r"[A-Z]{1,2}[0-9]{7,8}|1[45][0-9]{7}",
    DocumentKind.SOCIAL_SECURITY_CARD: r"[0-9A-Z]{8,20}",
}
_ANY_SHAPE = r".{1,40}"


@dataclass(frozen=True, slots=True)
class IdentityDocument:
    """One document. ``kind``: code of ``nhsa:psn_cert_type``, also one not in DocumentKind. ``number``: as written.

    ``valid_from``, ``valid_until``: first and last day, None where not known or without end. The number is left
    out of ``repr`` so that it does not travel into logs. Raises IdentityError where the days are reversed.
    """

    kind: str
    number: str = field(repr=False)
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise IdentityError(
                "document_days_reversed",
                "Document {masked} is valid until {until} but only from {since}; exchange the two days or correct one.",
                masked=masked(compacted(self.number)),
                until=self.valid_until.isoformat(),
                since=self.valid_from.isoformat(),
            )

    def is_valid_on(self, day: date) -> bool:
        """Whether the document is valid on a day; an unknown end counts as open."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    @property
    def key(self) -> tuple[str, str]:
        """Kind and number for matching: two writings of one document share it; old numbers in their 18-character form.

        Never for logs or screens.
        """
        plain = compacted(self.number)
        if self.kind == DocumentKind.CITIZEN_CARD and len(plain) == 15:
            try:
                return self.kind, citizen.convert_15(plain)
            except citizen.CitizenError:
                return self.kind, plain
        return self.kind, plain

    @property
    def masked(self) -> str:
        """The number as screens and logs may show it."""
        return masked(compacted(self.number))


def validate_document(kind: str, number: str, *, today: date, allow_synthetic: bool = False) -> str:
    """The compact number, checked by the shape of its kind; kinds not in our list by length only.

    ``today`` and ``allow_synthetic`` as for citizen numbers. Raises CitizenError for numbers of that form,
    IdentityError for the others.
    """
    plain = compacted(number)
    known = DocumentKind.known(kind)
    if known is DocumentKind.CITIZEN_CARD:
        return citizen.validate(plain, today=today, allow_synthetic=allow_synthetic)
    if known is DocumentKind.RESIDENCE_PERMIT:
        return _residence_permit(plain, today=today, allow_synthetic=allow_synthetic)
    if known is DocumentKind.FOREIGN_RESIDENT_CARD and len(plain) == 18:
        return citizen.validate_foreign_resident(plain, today=today)
    shape = _SHAPES.get(known, _ANY_SHAPE) if known else _ANY_SHAPE
    if not re.fullmatch(shape, plain):
        raise IdentityError(
            "document_shape",
            "{masked}, {length} characters long, does not have the shape of a document of kind {kind}; copy it again or choose "
            "the kind of document it stands on.",
            masked=masked(plain),
            length=len(plain),
            kind=kind,
        )
    return plain


def _residence_permit(plain: str, *, today: date, allow_synthetic: bool) -> str:
    checked = citizen.validate(plain, today=today, allow_synthetic=allow_synthetic)
    if not checked.startswith((*citizen.RESIDENCE_PERMIT_PREFIXES, "00")):
        raise IdentityError(
            "document_not_residence_permit",
            "{masked} does not begin with 81, 82 or 83, as the number of a residence permit does; choose document kind 01 "
            "if it is a citizen card.",
            masked=masked(checked),
        )
    return checked
