"""What the messages of a case say, one type each.

Payloads hold only what the receiver needs for its own decision. Amounts are fen, months are spans of months by
the place that earned them, dates are Beijing days. Document numbers stand here and in the identity table only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.records.monthset import MonthSet


class MessageType(StrEnum):
    """Every message two agencies send one another about a case. ``docs/messages/`` has a page for each."""

    APPLICATION = "application"
    CHECK = "check"
    NOTICE = "notice"
    REFUSED = "refused"
    FORM = "form"
    FORM_DISPUTE = "form_dispute"
    RECORD_IN = "record_in"
    LEG_NOTICE = "leg_notice"
    LEG_ENDED = "leg_ended"
    PAYMENT_ADVICE = "payment_advice"
    MONEY_QUERY = "money_query"
    MONEY_CREDITED = "money_credited"
    WITHDRAW_REQUEST = "withdraw_request"
    WITHDRAW_ANSWER = "withdraw_answer"
    DEATH = "death"
    DEATH_TAKEN_BACK = "death_taken_back"


@dataclass(frozen=True, slots=True)
class Document:
    """An identity document, by which the other side finds its own row of the person."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Application:
    """Opens the other side's file and asks for its check (转移申请, before acceptance).

    ``cover_year``: the resident year joined at the destination, where that side opens and both schemes are the
    resident one; None otherwise and where it is not known. ``wants_cash``: the person asked for the balance in cash.
    """

    origin: str
    destination: str
    from_scheme: str
    to_scheme: str
    applicant: str
    channel: str
    received_on: date
    name: str
    documents: tuple[Document, ...]
    employer: str | None
    authorised: bool
    positive: bool
    refusals: tuple[str, ...]
    cover_year: int | None = None
    wants_cash: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """The answer of the side that was asked: its own condition is met, or every reason why not.

    ``cover_year``: as in ``Application``, where the destination was asked.
    """

    positive: bool
    refusals: tuple[str, ...]
    cover_year: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """转移申请通知单: the opening side accepted on this day, and both count from it."""

    accepted_on: date


@dataclass(frozen=True, slots=True)
class Refused:
    """不予受理, or superseded by another case: every reason, from the closed list."""

    refusals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormMonths:
    """Months of one scheme, kind and earning place on the information form."""

    scheme: str
    area: str
    kind: str
    months: MonthSet


@dataclass(frozen=True, slots=True)
class Part:
    """An amount in fen of one part of the account (this year, earlier years, civil-service supplement)."""

    part: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Form:
    """信息表: the months handed over and the amount actually transferred out (实际转出资金).

    ``issue``: 1 for the first, counted up by each corrected form. ``mode``: how leg 1 travels.
    ``left_behind``: codes of places where money of earlier cases stayed, as far as the origin knows.
    """

    issue: int
    issued_on: date
    months: tuple[FormMonths, ...]
    mode: str
    parts: tuple[Part, ...]
    left_behind: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormDispute:
    """Returned for correction: what is wrong, as a reason code."""

    issue: int
    reason: str


@dataclass(frozen=True, slots=True)
class RecordIn:
    """办结反馈: the record is in; how many months count newly and how many already counted (R-077)."""

    issue: int
    taken: int
    already_counted: int


@dataclass(frozen=True, slots=True)
class LegNotice:
    """A further amount will come on its own: late, returned or left behind."""

    leg: int
    mode: str
    parts: tuple[Part, ...]
    why: str


@dataclass(frozen=True, slots=True)
class LegEnded:
    """An announced amount will not come, and why (estate, decided to stay)."""

    leg: int
    why: str


@dataclass(frozen=True, slots=True)
class PaymentAdvice:
    """The sending bank confirmed (``settled``) or gave the money back (``bounced``)."""

    leg: int
    attempt: int
    amount_fen: int
    result: str


@dataclass(frozen=True, slots=True)
class MoneyQuery:
    """Received and expected differ; nothing is credited until they agree (R-048)."""

    leg: int
    received_fen: int
    expected_fen: int


@dataclass(frozen=True, slots=True)
class MoneyCredited:
    """办结反馈 for money: the amount of this leg stands in the person's account (or was settled as told)."""

    leg: int
    amount_fen: int
    how: str


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """``what``: ``case`` for the whole case, ``form`` for the step of issuing the form."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawAnswer:
    what: str
    granted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Death:
    died_on: date


@dataclass(frozen=True, slots=True)
class WrongDeath:
    """The sender's word that the person died on this day was a mistake, and is taken back."""

    died_on: date


Payload = (
    Application
    | Check
    | Notice
    | Refused
    | Form
    | FormDispute
    | RecordIn
    | LegNotice
    | LegEnded
    | PaymentAdvice
    | MoneyQuery
    | MoneyCredited
    | WithdrawRequest
    | WithdrawAnswer
    | Death
    | WrongDeath
)

TYPE_OF: dict[type[Payload], MessageType] = {
    Application: MessageType.APPLICATION,
    Check: MessageType.CHECK,
    Notice: MessageType.NOTICE,
    Refused: MessageType.REFUSED,
    Form: MessageType.FORM,
    FormDispute: MessageType.FORM_DISPUTE,
    RecordIn: MessageType.RECORD_IN,
    LegNotice: MessageType.LEG_NOTICE,
    LegEnded: MessageType.LEG_ENDED,
    PaymentAdvice: MessageType.PAYMENT_ADVICE,
    MoneyQuery: MessageType.MONEY_QUERY,
    MoneyCredited: MessageType.MONEY_CREDITED,
    WithdrawRequest: MessageType.WITHDRAW_REQUEST,
    WithdrawAnswer: MessageType.WITHDRAW_ANSWER,
    Death: MessageType.DEATH,
    WrongDeath: MessageType.DEATH_TAKEN_BACK,
}

ADDED: Mapping[type[Payload], Mapping[str, int]] = {
    Application: {"cover_year": 2, "wants_cash": 2},
    Check: {"cover_year": 2},
}
"""Fields a message did not have from the first, with the version that brought each.

A message of an older version says nothing of them: it is read with the defaults of its class.
"""

NEWEST: Mapping[MessageType, int] = {
    type_: max(ADDED.get(cls, {}).values(), default=1) for cls, type_ in TYPE_OF.items()
}
"""The version of each message type that this release writes; it reads every one from 1. ``docs/messages`` keeps the history."""
