"""The kinds of document, who issues each, and which message of the case it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from jiexu.cases.states import Side
from jiexu.exchange.payloads import MessageType


class Kind(StrEnum):
    """Nine documents; ``docs/documents.md`` describes each."""

    APPLICATION_FORM = "application_form"
    PROXY_FORM = "proxy_form"
    TRANSFER_NOTICE = "transfer_notice"
    CONTACT_LETTER = "contact_letter"
    ENROLMENT_CERTIFICATE = "enrolment_certificate"
    INFORMATION_FORM = "information_form"
    REFUSAL_NOTICE = "refusal_notice"
    COMPLETION_NOTICE = "completion_notice"
    APPLICATION_RECEIPT = "application_receipt"


@dataclass(frozen=True, slots=True)
class Terms:
    """``number``: the kind's byte in signed codes, never given to another. ``issuer``: whose file it is made from.

    ``carries``: types of the messages it stands for on the offline route, in the order a case sends them.
    """

    number: int
    issuer: Side | Literal["opener"]
    carries: tuple[MessageType, ...] = ()


TERMS: Final[dict[Kind, Terms]] = {
    Kind.APPLICATION_FORM: Terms(1, "opener"),
    Kind.PROXY_FORM: Terms(2, "opener"),
    Kind.TRANSFER_NOTICE: Terms(3, "opener", (MessageType.NOTICE,)),
    Kind.CONTACT_LETTER: Terms(4, Side.DESTINATION, (MessageType.APPLICATION,)),
    Kind.ENROLMENT_CERTIFICATE: Terms(5, Side.ORIGIN, (MessageType.CHECK,)),
    Kind.INFORMATION_FORM: Terms(6, Side.ORIGIN, (MessageType.FORM,)),
    Kind.REFUSAL_NOTICE: Terms(7, "opener", (MessageType.REFUSED,)),
    Kind.COMPLETION_NOTICE: Terms(8, Side.DESTINATION, (MessageType.RECORD_IN, MessageType.MONEY_CREDITED)),
    Kind.APPLICATION_RECEIPT: Terms(9, "opener"),
}
BY_NUMBER: Final = {terms.number: kind for kind, terms in TERMS.items()}
