"""What desks report and decide, as events on files: one function per verb, the same for a clerk and for an events file.

Every verb names who handled and who reviewed; the two differ wherever money moves (design §5).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.cases.events import (
    BatchReturned,
    Consented,
    CreditReviewed,
    Died,
    EstatePaid,
    Event,
    FormDisputed,
    FormIssued,
    FormRecalled,
    ModeDecided,
    MoneyCameLate,
    StoppedByPerson,
    TakenIn,
    WithdrawAsked,
)
from jiexu.cases.states import Side
from jiexu.exchange.payloads import Document, Part
from jiexu.ledger.accounts import Account, AccountKind
from jiexu.ledger.entries import Posting, PostingReason, posting_id
from jiexu.rules.money import MoneyMode
from jiexu.store.db import Cursor, Row
from jiexu.usecases.node import Node
from jiexu.usecases.waves import Done, Work, run

CLERK = "desk-clerk"
LATE_PART = "this_year"
"""Late money belongs to the current year's part of the account."""


class Verb(StrEnum):
    """What a desk can do to a file. Bank faults are not among them: they come from the bank."""

    CONSENT = "consent"
    STOP = "stop"
    WITHDRAW = "withdraw"
    ISSUE_FORM = "issue_form"
    RECALL_FORM = "recall_form"
    DISPUTE_FORM = "dispute_form"
    CREDIT = "credit"
    TAKE_IN = "take_in"
    DEATH = "death"
    LATE_MONEY = "late_money"
    DECIDE_MODE = "decide_mode"
    HOLD_BACK = "hold_back"
    PAY_ESTATE = "pay_estate"
    STOP_COVERAGE = "stop_coverage"


AT = {
    Verb.CONSENT: Side.DESTINATION,
    Verb.STOP: Side.DESTINATION,
    Verb.WITHDRAW: Side.DESTINATION,
    Verb.ISSUE_FORM: Side.ORIGIN,
    Verb.RECALL_FORM: Side.ORIGIN,
    Verb.DISPUTE_FORM: Side.DESTINATION,
    Verb.TAKE_IN: Side.DESTINATION,
    Verb.CREDIT: Side.DESTINATION,
    Verb.DEATH: Side.DESTINATION,
    Verb.LATE_MONEY: Side.ORIGIN,
    Verb.DECIDE_MODE: Side.ORIGIN,
    Verb.HOLD_BACK: Side.ORIGIN,
    Verb.PAY_ESTATE: Side.ORIGIN,
}
"""The side at which a verb is done when the report does not say."""


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """One line of an events file, or one call of a desk verb. A case is named by number, or by person and way."""

    key: str
    on: date
    verb: Verb
    case_no: str = ""
    document: Document | None = None
    origin: str = ""
    destination: str = ""
    amount_fen: int = 0
    leg: int = 1
    word: str = ""
    side: Side | None = None


def perform(
    node: Node,
    run_key: str,
    events: Sequence[DeskEvent],
    *,
    day: date,
    reviewer: str,
    found: Callable[[Done], None],
    by: str = CLERK,
) -> dict[str, str]:
    """Do what desks report on a day, in the order given; the outcome of each by its key."""
    outcomes: dict[str, str] = {}
    for event in events:
        if event.verb is Verb.STOP_COVERAGE:
            outcomes[event.key] = stop_coverage(node, event)
            continue
        work = _work(node, run_key, event, by, reviewer)
        if work is None:
            outcomes[event.key] = "no_such_case"
            continue
        done = run(node, f"desk.{event.verb.value}", [work], day=day, actor=by)
        found(done)
        outcomes[event.key] = _told(done)
    return outcomes


def _told(done: Done) -> str:
    """The outcome of one event, with its reason or error after a colon."""
    for _, step in done.steps:
        return step.outcome.value if not step.reason else f"{step.outcome.value}: {step.reason}"
    for _, error in done.failed:
        return f"exception: {error}"
    return "already_done"


def _work(node: Node, run_key: str, event: DeskEvent, by: str, reviewer: str) -> Work | None:
    with node.store.transaction("desk.find", node.hosted) as cursor:
        row = find_file(cursor, event)
        if row is None:
            return None
        leg = event.leg
        if event.verb is Verb.PAY_ESTATE:
            leg = _estate_leg(cursor, row) or leg
    once = f"{run_key}:{event.key}" if run_key else ""
    booked = _late(row, event) if event.verb is Verb.LATE_MONEY else ()
    return Work(row["agency"], row["case_no"], _event(event, leg, by, reviewer), once=once, booked=booked)


def find_file(cursor: Cursor, event: DeskEvent) -> Row | None:
    """The newest file the event speaks of, at the side where its verb belongs."""
    side = event.side or AT[event.verb]
    if event.case_no:
        query = "SELECT agency, case_no, person FROM file WHERE case_no = %s AND side = %s"
        return cursor.execute(query, [event.case_no, side.value]).fetchone()
    if event.document is None:
        return None
    agency = event.origin if side is Side.ORIGIN else event.destination
    other = event.destination if side is Side.ORIGIN else event.origin
    query = (
        "SELECT f.agency, f.case_no, f.person FROM file f JOIN identity_document d ON (d.agency, d.person) = (f.agency, f.person) "
        "WHERE f.agency = %s AND f.other = %s AND f.side = %s AND d.kind = %s AND d.number = %s ORDER BY f.opened_on DESC, f.case_no LIMIT 1"
    )
    return cursor.execute(
        query, [agency, other, side.value, event.document.kind, event.document.number]
    ).fetchone()


def _estate_leg(cursor: Cursor, row: Row) -> int | None:
    found = cursor.execute(
        "SELECT leg FROM money_track WHERE (agency, case_no) = (%s, %s) AND state = 'estate' ORDER BY leg",
        [row["agency"], row["case_no"]],
    ).fetchone()
    return found["leg"] if found else None


def _late(row: Row, event: DeskEvent) -> tuple[Posting, ...]:
    agency = row["agency"]
    return (
        Posting(
            id=posting_id("late", agency, row["case_no"], event.key),
            debit=Account(agency, AccountKind.BANK),
            credit=Account(agency, AccountKind.PERSONAL, row["person"], LATE_PART),
            amount_fen=event.amount_fen,
            reason=PostingReason.CONTRIBUTION,
            rule="R-051",
            handled_by="bank",
            reviewed_by=CLERK,
        ),
    )


def _event(event: DeskEvent, leg: int, by: str, reviewer: str) -> Event:  # noqa: C901, PLR0911, PLR0912  # one line per verb
    word = event.word
    match event.verb:
        case Verb.CONSENT:
            return Consented()
        case Verb.STOP:
            return StoppedByPerson()
        case Verb.WITHDRAW:
            return WithdrawAsked(word or "by_person")
        case Verb.ISSUE_FORM:
            return FormIssued(by, reviewer)
        case Verb.RECALL_FORM:
            return FormRecalled(word or "own_error")
        case Verb.DISPUTE_FORM:
            return FormDisputed(word or "months_differ")
        case Verb.TAKE_IN:
            return TakenIn(by, reviewer)
        case Verb.CREDIT:
            return CreditReviewed(leg, by, reviewer)
        case Verb.DEATH:
            return Died(event.on, by, reviewer)
        case Verb.LATE_MONEY:
            return MoneyCameLate((Part(LATE_PART, event.amount_fen),), word or "late", by, reviewer)
        case Verb.DECIDE_MODE:
            return ModeDecided(leg, MoneyMode(word), "agency_decision", by, reviewer)
        case Verb.HOLD_BACK:
            return BatchReturned(leg)
        case Verb.PAY_ESTATE:
            return EstatePaid(leg, by, reviewer)
        case Verb.STOP_COVERAGE:
            raise ValueError("Stopping coverage changes an enrolment, not a file; use stop_coverage.")


def stop_coverage(node: Node, event: DeskEvent) -> str:
    """The origin's own system ends an enrolment on a day; an application refused for it can then be made again."""
    if event.document is None:
        return "no_such_person"
    query = (
        "UPDATE enrolment e SET status = 'stopped', stopped_on = %s FROM identity_document d "
        "WHERE (d.agency, d.person) = (e.agency, e.person) AND e.agency = %s AND d.kind = %s AND d.number = %s AND e.status = 'insured'"
    )
    with node.store.transaction("desk.stop_coverage", [event.origin]) as cursor:
        cursor.execute(query, [event.on, event.origin, event.document.kind, event.document.number])
        return "done" if cursor.rowcount else "already_done"
