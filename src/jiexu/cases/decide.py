"""The one door to both machines: a file, an event and the facts in; a step out. Pure, so that everything replays."""

from __future__ import annotations

from typing import assert_never

from jiexu.cases import days, destination, ending, money_in, money_late, money_out, opening, origin, receipts
from jiexu.cases.events import (
    Applied,
    BankBounced,
    BankConfirmed,
    BankRejected,
    BatchReturned,
    BatchReviewed,
    BatchSent,
    Consented,
    CreditReviewed,
    DayBegan,
    DeathTakenBack,
    Died,
    EstatePaid,
    Event,
    FormDisputed,
    FormIssued,
    FormRecalled,
    ModeDecided,
    MoneyCameLate,
    NotReceived,
    OrderedAgain,
    Proposed,
    QueryAnswered,
    Receipted,
    ReceiptMatched,
    Received,
    RestSent,
    SetAside,
    StoppedByPerson,
    Superseded,
    TakenIn,
    WithdrawAsked,
)
from jiexu.cases.file import File
from jiexu.cases.states import RecordState, Side
from jiexu.cases.step import Facts, Step, already_done, not_possible
from jiexu.exchange.payloads import (
    Application,
    Check,
    Death,
    Form,
    FormDispute,
    LegEnded,
    LegNotice,
    MoneyCredited,
    MoneyQuery,
    Notice,
    PaymentAdvice,
    RecordIn,
    Refused,
    WithdrawAnswer,
    WithdrawRequest,
    WrongDeath,
)
from jiexu.values.names import same_person


def decide(file: File | None, event: Event, facts: Facts, *, sender: str = "") -> Step:
    """What this event changes in this file.

    ``file`` is None only where the event opens one (an application, a proposal, the other side's application);
    anything else about an unknown case is answered NOT_POSSIBLE. ``sender``: agency a message came from.
    """
    if file is None:
        return _open(event, facts, sender)
    if isinstance(event, Applied | Proposed):
        return already_done(file, "opened_already")
    if isinstance(event, Received):
        return _received(receipts.let_go(file, event.receipted), event, facts)
    return _happened(file, event, facts)


LOOKING = (
    Applied | Proposed | FormIssued | TakenIn | ModeDecided | MoneyCameLate | Died | DeathTakenBack | SetAside
)
"""Events whose steps look at what this agency knows of the person: enrolments, months, accounts."""


def looks_at_person(file: File | None, event: Event) -> bool:
    """Whether ``decide`` may look at the facts of the person; for any other event they need not be fetched."""
    if isinstance(event, Received):
        judges_year = file is not None and file.side is Side.ORIGIN and file.asked.between_residents
        looks = isinstance(event.payload, Application | WrongDeath)
        return looks or (judges_year and isinstance(event.payload, Check))
    begins = file is not None and file.record.state is RecordState.WINDOW
    return begins or isinstance(event, LOOKING)


def _open(event: Event, facts: Facts, sender: str) -> Step:
    match event:
        case Applied():
            return opening.opened(facts, event)
        case Proposed():
            return opening.proposed(facts, event)
        case Received(case_no=case_no, payload=Application() as message):
            return opening.asked_for_check(facts, case_no, sender, message)
        case _:
            return not_possible(None, "no_such_case")


def _received(file: File, event: Received, facts: Facts) -> Step:  # noqa: C901, PLR0911  one line per message is the clearest form of a dispatch
    message = event.payload
    at_origin = file.side is Side.ORIGIN
    match message:
        case Application():
            return already_done(file, "opened_already")
        case Check():
            return opening.check_answered(file, facts, message)
        case Notice():
            return opening.notice_received(file, facts, message)
        case Refused():
            return opening.refusal_received(file, facts, message)
        case WithdrawRequest():
            return ending.withdraw_requested(file, facts, message)
        case WithdrawAnswer():
            return ending.withdraw_answered(file, facts, message)
        case Death():
            return ending.death_told(file, facts, message)
        case WrongDeath():
            return ending.wrong_death_told(file, facts, message)
        case FormDispute() | RecordIn() | MoneyQuery() | MoneyCredited():
            return _at_origin(file, message, facts) if at_origin else not_possible(file, "not_for_this_side")
        case Form() | LegNotice() | LegEnded() | PaymentAdvice():
            return (
                not_possible(file, "not_for_this_side")
                if at_origin
                else _at_destination(file, message, facts)
            )
        case _:
            assert_never(message)


def _at_origin(
    file: File, message: FormDispute | RecordIn | MoneyQuery | MoneyCredited, facts: Facts
) -> Step:
    match message:
        case FormDispute():
            return origin.form_disputed(file, facts, message)
        case RecordIn():
            return origin.record_in(file, facts, message)
        case MoneyQuery():
            return money_out.money_queried(file, facts, message)
        case MoneyCredited():
            return money_out.money_credited(file, facts, message)
        case _:
            assert_never(message)


def _at_destination(file: File, message: Form | LegNotice | LegEnded | PaymentAdvice, facts: Facts) -> Step:
    match message:
        case Form():
            return destination.form_received(file, facts, message)
        case LegNotice():
            return money_in.leg_noticed(file, facts, message)
        case LegEnded():
            return money_in.leg_ended(file, facts, message)
        case PaymentAdvice():
            return money_in.advised(file, facts, message)
        case _:
            assert_never(message)


TwoHands = (
    FormIssued
    | TakenIn
    | ReceiptMatched
    | CreditReviewed
    | ModeDecided
    | MoneyCameLate
    | Died
    | DeathTakenBack
    | SetAside
    | EstatePaid
)
"""Events that may move money at once, and so name both people."""

Happening = (
    Consented | StoppedByPerson | Receipted | Superseded | DayBegan | WithdrawAsked | Died | EstatePaid
    | FormIssued | FormRecalled | FormDisputed | TakenIn
    | BatchReviewed | BatchReturned | BatchSent | BankConfirmed | BankRejected | BankBounced | OrderedAgain
    | QueryAnswered | RestSent | ModeDecided | MoneyCameLate | ReceiptMatched | CreditReviewed
    | NotReceived | SetAside | DeathTakenBack
)  # fmt: skip


def _happened(file: File, event: Happening, facts: Facts) -> Step:  # noqa: C901, PLR0911, PLR0912  # one line per event is the clearest form of a dispatch
    if isinstance(event, TwoHands) and same_person(event.by, event.reviewer):
        return not_possible(file, "same_person")
    match event:
        case Consented():
            return opening.consented(file, facts)
        case StoppedByPerson():
            return ending.stopped_by_person(file, facts)
        case Receipted():
            return receipts.receipted(file, facts, event)
        case Superseded(by_case=by_case):
            return opening.superseded(file, facts, by_case)
        case DayBegan():
            return days.day_began(file, facts)
        case WithdrawAsked():
            return ending.withdraw_asked(file, facts, event)
        case Died():
            return ending.died(file, facts, event)
        case DeathTakenBack():
            return ending.death_taken_back(file, facts, event)
        case EstatePaid():
            return ending.estate_paid(file, facts, event)
        case FormIssued():
            return origin.form_issued(file, facts, event)
        case FormRecalled():
            return origin.form_recalled(file, facts, event)
        case FormDisputed():
            return destination.form_disputed(file, facts, event)
        case TakenIn():
            return destination.taken_in(file, facts, event)
        case BatchReviewed():
            return money_out.batch_reviewed(file, facts, event)
        case BatchReturned():
            return money_out.batch_returned(file, facts, event)
        case BatchSent():
            return money_out.batch_sent(file, facts, event)
        case BankConfirmed():
            return money_out.bank_confirmed(file, facts, event)
        case BankRejected():
            return money_out.bank_rejected(file, facts, event)
        case BankBounced():
            return money_out.bank_bounced(file, facts, event)
        case OrderedAgain():
            return money_out.ordered_again(file, facts, event)
        case QueryAnswered():
            return money_out.query_answered(file, facts, event)
        case RestSent():
            return money_out.rest_sent(file, facts, event)
        case ModeDecided():
            return money_late.mode_decided(file, facts, event)
        case MoneyCameLate():
            return money_late.money_came_late(file, facts, event)
        case ReceiptMatched():
            return money_in.receipt_matched(file, facts, event)
        case NotReceived():
            return money_in.not_received(file, facts, event)
        case SetAside():
            return money_out.put_aside(file, facts, event)
        case CreditReviewed():
            return money_in.credit_reviewed(file, facts, event)
        case _:
            assert_never(event)
