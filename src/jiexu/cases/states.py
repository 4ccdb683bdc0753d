"""States of a file's tracks, and who holds a track in each of them (design §4, "Who holds it").

A case has two files, one at each agency. A file has one record track and one money track per amount that moves
on its own. The table at the end is the whole answer to "who must act next, and what happens next"; nothing else
in the package decides a holder.
"""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """转出地 and 转入地."""

    ORIGIN = "origin"
    DESTINATION = "destination"


class RecordState(StrEnum):
    """The record's way. The last seven are final."""

    PROPOSED = "proposed"  # 免申即转: the system proposes, nothing starts on silence
    WINDOW = "window"  # consented; the person may still stop it
    CHECKING = "checking"  # each side owes its check; no legal clock runs
    ACCEPTED = "accepted"  # 受理: C1 runs at the origin
    FORM_SENT = "form_sent"  # origin only
    FORM_RECEIVED = "form_received"  # destination only: C2 runs
    FORM_DISPUTED = "form_disputed"  # returned to the origin for correction
    IN = "in"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"  # by the person, in the window
    LAPSED = "lapsed"  # proposed, never consented
    DIED = "died"


class MoneyState(StrEnum):
    """The way of one amount. The last seven are final."""

    DUE = "due"  # ordered by the form; a reviewer looks at the bank batch
    REVIEWED = "reviewed"  # finance sends the batch
    ORDERED = "ordered"  # at the bank
    SETTLED = "settled"  # the sending bank confirmed
    CLEARED = "cleared"  # credited first: the agencies clear between them later
    RETURNED = "returned"  # the bank gave it back
    QUERIED = "queried"  # the destination received another amount
    CHASING = "chasing"  # the bank still owes a rest
    HELD_BACK = "held_back"  # taken out of the batch, or not carried out by the bank
    RESIDUAL = "residual"  # came late at the origin
    MODE_UNKNOWN = "mode_unknown"
    AWAITED = "awaited"  # destination: announced, not yet advised
    MISMATCH = "mismatch"  # destination: received and expected differ
    STOPPED_BY_DEATH = (
        "stopped_by_death"  # the other agency told of it: two people set it aside for the heirs
    )
    ESTATE = "estate"  # the person died: set aside for the heirs
    ESTATE_IN_DOUBT = "estate_in_doubt"  # the other agency took the death back: two people here look
    CREDITED = "credited"
    STAYED = "stayed"
    KEPT = "kept"
    TO_PERSON = "to_person"
    ESTATE_PAID = "estate_paid"
    GIVEN_BACK = "given_back"  # what came too much went back to the payer
    ENDED = "ended"  # announced, will not come


class Way(StrEnum):
    """Direction of a money track as its file sees it."""

    OUT = "out"
    IN = "in"
    BACK = "back"  # an excess going back to the payer; known to one file only


class Holder(StrEnum):
    """Whoever must act next, as far as this agency knows."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    OTHER_AGENCY = "other_agency"
    PERSON = "person"

    @property
    def is_here(self) -> bool:
        """Whether this agency answers for the track: its own roles, and those it waits for on its own account."""
        return self is not Holder.OTHER_AGENCY


class DueKind(StrEnum):
    """How firm a date is: law, our promise, or law by a calendar not yet announced."""

    LEGAL = "legal"
    PROMISE = "promise"
    PROVISIONAL = "provisional"


class Next(StrEnum):
    """The dated next event of an open track."""

    CONSENT = "consent"
    WINDOW_END = "window_end"
    RECEIPT = "receipt"
    CHECK = "check"
    ACCEPTANCE = "acceptance"
    ISSUE_FORM = "issue_form"
    FORM = "form"
    TAKE_IN = "take_in"
    CORRECT_FORM = "correct_form"
    CORRECTED_FORM = "corrected_form"
    RECORD_IN = "record_in"
    WITHDRAW_ANSWER = "withdraw_answer"
    REVIEW_BATCH = "review_batch"
    SEND_BATCH = "send_batch"
    BANK_ANSWER = "bank_answer"
    MONEY_CREDITED = "money_credited"
    ORDER_AGAIN = "order_again"
    ANSWER_QUERY = "answer_query"
    QUERY_ANSWER = "query_answer"
    REST_FROM_BANK = "rest_from_bank"
    DECIDE_MODE = "decide_mode"
    MODE_DECIDED = "mode_decided"
    PAYMENT_ADVICE = "payment_advice"
    MATCH_RECEIPT = "match_receipt"
    CREDIT = "credit"
    SET_ASIDE = "set_aside"
    PAY_ESTATE = "pay_estate"
    BOOK_BACK = "book_back"


RECORD_FINAL = frozenset(
    {
        RecordState.IN,
        RecordState.REFUSED,
        RecordState.WITHDRAWN,
        RecordState.STOPPED,
        RecordState.LAPSED,
        RecordState.DIED,
    }
)

MONEY_FINAL = frozenset(
    {
        MoneyState.CREDITED,
        MoneyState.STAYED,
        MoneyState.KEPT,
        MoneyState.TO_PERSON,
        MoneyState.ESTATE_PAID,
        MoneyState.GIVEN_BACK,
        MoneyState.ENDED,
    }
)

ARRIVED = (MoneyState.CREDITED, MoneyState.ESTATE, MoneyState.ESTATE_IN_DOUBT, MoneyState.ESTATE_PAID)
LEFT = (
    MoneyState.REVIEWED, MoneyState.ORDERED, MoneyState.SETTLED, MoneyState.CLEARED, MoneyState.QUERIED,
    MoneyState.CHASING, MoneyState.RETURNED, MoneyState.TO_PERSON, MoneyState.GIVEN_BACK,
)  # fmt: skip
TWO_PEOPLE = frozenset(
    {
        *((way, state) for way in Way for state in ARRIVED),
        *((way, state) for way in (Way.OUT, Way.BACK) for state in LEFT),
    }
)
"""States an amount reaches only through two people's hands (design §5). The store's CHECK says the same."""

RECORD_HOLDERS: dict[tuple[Side, RecordState], tuple[Holder, Next]] = {
    (Side.DESTINATION, RecordState.PROPOSED): (Holder.PERSON, Next.CONSENT),
    (Side.DESTINATION, RecordState.WINDOW): (Holder.CLERK, Next.WINDOW_END),
    (Side.DESTINATION, RecordState.CHECKING): (Holder.OTHER_AGENCY, Next.CHECK),
    (Side.DESTINATION, RecordState.ACCEPTED): (Holder.OTHER_AGENCY, Next.FORM),
    (Side.DESTINATION, RecordState.FORM_RECEIVED): (Holder.CLERK, Next.TAKE_IN),
    (Side.DESTINATION, RecordState.FORM_DISPUTED): (Holder.OTHER_AGENCY, Next.CORRECTED_FORM),
    (Side.ORIGIN, RecordState.CHECKING): (Holder.OTHER_AGENCY, Next.CHECK),
    (Side.ORIGIN, RecordState.ACCEPTED): (Holder.CLERK, Next.ISSUE_FORM),
    (Side.ORIGIN, RecordState.FORM_SENT): (Holder.OTHER_AGENCY, Next.RECORD_IN),
    (Side.ORIGIN, RecordState.FORM_DISPUTED): (Holder.CLERK, Next.CORRECT_FORM),
}

MONEY_HOLDERS: dict[tuple[Way, MoneyState], tuple[Holder, Next]] = {
    (Way.OUT, MoneyState.DUE): (Holder.REVIEWER, Next.REVIEW_BATCH),
    (Way.OUT, MoneyState.REVIEWED): (Holder.FINANCE, Next.SEND_BATCH),
    (Way.OUT, MoneyState.ORDERED): (Holder.FINANCE, Next.BANK_ANSWER),
    (Way.OUT, MoneyState.SETTLED): (Holder.OTHER_AGENCY, Next.MONEY_CREDITED),
    (Way.OUT, MoneyState.CLEARED): (Holder.OTHER_AGENCY, Next.MONEY_CREDITED),
    (Way.OUT, MoneyState.RETURNED): (Holder.FINANCE, Next.ORDER_AGAIN),
    (Way.OUT, MoneyState.QUERIED): (Holder.FINANCE, Next.ANSWER_QUERY),
    (Way.OUT, MoneyState.CHASING): (Holder.FINANCE, Next.REST_FROM_BANK),
    (Way.OUT, MoneyState.HELD_BACK): (Holder.FINANCE, Next.ORDER_AGAIN),
    (Way.OUT, MoneyState.RESIDUAL): (Holder.FINANCE, Next.ORDER_AGAIN),
    (Way.OUT, MoneyState.MODE_UNKNOWN): (Holder.FINANCE, Next.DECIDE_MODE),
    (Way.OUT, MoneyState.STOPPED_BY_DEATH): (Holder.FINANCE, Next.SET_ASIDE),
    (Way.OUT, MoneyState.ESTATE): (Holder.FINANCE, Next.PAY_ESTATE),
    (Way.OUT, MoneyState.ESTATE_IN_DOUBT): (Holder.FINANCE, Next.BOOK_BACK),
    (Way.IN, MoneyState.AWAITED): (Holder.OTHER_AGENCY, Next.PAYMENT_ADVICE),
    (Way.IN, MoneyState.MODE_UNKNOWN): (Holder.OTHER_AGENCY, Next.MODE_DECIDED),
    (Way.IN, MoneyState.SETTLED): (Holder.FINANCE, Next.MATCH_RECEIPT),
    (Way.IN, MoneyState.CLEARED): (Holder.FINANCE, Next.CREDIT),
    (Way.IN, MoneyState.MISMATCH): (Holder.OTHER_AGENCY, Next.QUERY_ANSWER),
    (Way.IN, MoneyState.ESTATE): (Holder.FINANCE, Next.PAY_ESTATE),
    (Way.IN, MoneyState.ESTATE_IN_DOUBT): (Holder.FINANCE, Next.BOOK_BACK),
    (Way.BACK, MoneyState.DUE): (Holder.REVIEWER, Next.REVIEW_BATCH),
    (Way.BACK, MoneyState.REVIEWED): (Holder.FINANCE, Next.SEND_BATCH),
    (Way.BACK, MoneyState.ORDERED): (Holder.FINANCE, Next.BANK_ANSWER),
    (Way.BACK, MoneyState.HELD_BACK): (Holder.FINANCE, Next.ORDER_AGAIN),
}
