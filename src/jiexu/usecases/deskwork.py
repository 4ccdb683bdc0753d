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
    DeathTakenBack,
    Died,
    EstatePaid,
    Event,
    FormDisputed,
    FormIssued,
    FormRecalled,
    ModeDecided,
    MoneyCameLate,
    OrderedAgain,
    ReceiptMatched,
    SetAside,
    StoppedByPerson,
    TakenIn,
    WithdrawAsked,
)
from jiexu.cases.states import Side
from jiexu.exchange.payloads import Document, MessageType, Part
from jiexu.ledger.accounts import Account, AccountKind
from jiexu.ledger.entries import Posting, PostingReason, posting_id
from jiexu.rules.inputs import Scheme
from jiexu.rules.money import MoneyMode
from jiexu.store import atrest
from jiexu.store.db import Cursor, Row
from jiexu.usecases.lives import begin_cover, note_death, stop_cover, take_back_death
from jiexu.usecases.node import Node
from jiexu.usecases.reviewers import check_reviewer
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
    TAKE_BACK_DEATH = "take_back_death"
    LATE_MONEY = "late_money"
    DECIDE_MODE = "decide_mode"
    HOLD_BACK = "hold_back"
    ORDER_AGAIN = "order_again"
    MATCH_RECEIPT = "match_receipt"
    SET_ASIDE = "set_aside"
    PAY_ESTATE = "pay_estate"
    BEGIN_COVERAGE = "begin_coverage"
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
    Verb.TAKE_BACK_DEATH: Side.DESTINATION,
    Verb.LATE_MONEY: Side.ORIGIN,
    Verb.DECIDE_MODE: Side.ORIGIN,
    Verb.HOLD_BACK: Side.ORIGIN,
    Verb.SET_ASIDE: Side.ORIGIN,
    Verb.PAY_ESTATE: Side.ORIGIN,
    Verb.ORDER_AGAIN: Side.ORIGIN,
    Verb.MATCH_RECEIPT: Side.DESTINATION,
}
"""The side at which a verb is done when the report does not say."""

AT_EITHER = frozenset({Verb.HOLD_BACK, Verb.ORDER_AGAIN, Verb.PAY_ESTATE, Verb.DEATH, Verb.TAKE_BACK_DEATH})
"""Verbs that are done at both sides: each of them pays something, back or to heirs, and people die everywhere."""
BY_HAND = "by_hand"
"""Why a receipt is matched, where no reference says it: two people do."""
NOT_WAITING = "not_possible: receipt_gone"
"""Outcome of matching a receipt that found its amount, was split or was sent back meanwhile."""
MOVED = "moved"
"""Outcome of an event whose file is no longer the one somebody looked at: nothing was done."""
OTHERS_WORD = "not_possible: death_of_the_other"
"""Outcome of taking back a death that only the other agency has reported."""

BY_TWO = frozenset(
    {
        Verb.ISSUE_FORM,
        Verb.TAKE_IN,
        Verb.CREDIT,
        Verb.DECIDE_MODE,
        Verb.SET_ASIDE,
        Verb.PAY_ESTATE,
        Verb.LATE_MONEY,
        Verb.DEATH,
        Verb.TAKE_BACK_DEATH,
        Verb.MATCH_RECEIPT,
    }
)
"""Verbs that move money or months, or decide by hand: a second person stands on each."""

COVER = frozenset({Verb.BEGIN_COVERAGE, Verb.STOP_COVERAGE})
"""What an agency's own system reports of a person, whatever cases there are."""


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """One line of an events file, or one call of a desk verb. A case is named by number, or by person and way.

    ``seen``: version of the file somebody looked at; what happens, happens to no other.
    """

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
    seen: int | None = None


class _LeftAloneError(Exception):
    """Nothing is done; the outcome that says why."""


def perform(
    node: Node,
    run_key: str,
    events: Sequence[DeskEvent],
    *,
    day: date,
    reviewer: str = "",
    found: Callable[[Done], None],
    by: str = CLERK,
) -> dict[str, str]:
    """Do what desks report on a day, in the order given; the outcome of each by its key.

    Raises ReviewerError where a verb takes two people and nobody else reviews, or a reviewer is named who handles.
    """
    if reviewer or any(event.verb in BY_TWO for event in events):
        check_reviewer(reviewer, by=by)
    outcomes: dict[str, str] = {}
    for event in events:
        if event.verb in COVER:
            outcomes[event.key] = _cover(node, event, day)
            continue
        find = FINDERS.get(event.verb, _work)
        try:
            works = find(node, run_key, event, by, reviewer, day)
        except _LeftAloneError as left:
            outcomes[event.key] = str(left)
            continue
        if works is None:
            outcomes[event.key] = "no_such_case"
            continue
        done = run(node, f"desk.{event.verb.value}", works, day=day, actor=by)
        found(done)
        outcomes[event.key] = _told(done)
    return outcomes


def _told(done: Done) -> str:
    """The outcome of one event, with its reason or error after a colon. What failed anywhere is said first."""
    for _, error in done.failed:
        return f"exception: {error}"
    for _, step in sorted(done.steps, key=lambda each: each[1].outcome != "done"):
        return step.outcome.value if not step.reason else f"{step.outcome.value}: {step.reason}"
    return MOVED if done.moved else "already_done"


def _work(
    node: Node, run_key: str, event: DeskEvent, by: str, reviewer: str, _day: date
) -> list[Work] | None:
    with node.store.transaction("desk.find", node.hosted) as cursor:
        row = find_file(cursor, event)
        if row is None:
            return None
        leg = event.leg
        if event.verb is Verb.PAY_ESTATE:
            leg = _estate_leg(cursor, row, leg) or leg
    once = f"{run_key}:{event.key}" if run_key else ""
    booked: tuple[Posting, ...] = ()
    if event.verb is Verb.LATE_MONEY:
        booked = (_late(row, event, by, reviewer),)
        once = f"late:{booked[0].id}"
    what = _event(event, leg, by, reviewer)
    return [Work(row["agency"], row["case_no"], what, once=once, booked=booked, seen=event.seen)]


WAITS_OR_WAS_MATCHED = (
    "SELECT r.receipt, r.amount_fen, r.payer_account FROM bank_receipt r WHERE (r.agency, r.receipt) = (%s, %s) AND ("
    "EXISTS (SELECT 1 FROM receipt_waiting w WHERE (w.agency, w.receipt) = (r.agency, r.receipt)) OR EXISTS ("
    "SELECT 1 FROM receipt_match m WHERE (m.agency, m.receipt, m.case_no, m.leg) = (r.agency, r.receipt, %s, %s)))"
)
"""A receipt that can be matched to an amount, or was: then the event's name says that it is done already."""


def _match(
    node: Node, run_key: str, event: DeskEvent, by: str, reviewer: str, _day: date
) -> list[Work] | None:
    """A receipt two people match by hand; ``word``: why, and its name after a colon."""
    why, _, name = event.word.partition(":")
    with node.store.transaction("desk.receipt", node.hosted) as cursor:
        row = find_file(cursor, event)
        if row is None:
            return None
        given = [row["agency"], name, row["case_no"], event.leg]
        came = cursor.execute(WAITS_OR_WAS_MATCHED, given).fetchone()
    if came is None:
        raise _LeftAloneError(NOT_WAITING)
    what = ReceiptMatched(
        event.leg, name, came["amount_fen"], atrest.account_of(came["payer_account"]), by, reviewer, why
    )
    once = f"{run_key}:{event.key}" if run_key else ""
    return [Work(row["agency"], row["case_no"], what, once=once, seen=event.seen)]


def _deaths(
    node: Node, run_key: str, event: DeskEvent, by: str, reviewer: str, day: date
) -> list[Work] | None:
    """A death concerns the person: it is noted with them, and every case of theirs here hears of it.

    Ended cases hear of it too, because money can still come late; refused and withdrawn ones have none to come.
    """
    with node.store.transaction("desk.death", node.hosted) as cursor:
        row = _deceased(cursor, event)
        if row is None:
            return None
        if event.seen is not None and _version(cursor, row) != event.seen:
            # Noted with the person below, in this very transaction, so it is compared here and not file by file.
            raise _LeftAloneError(MOVED)
        note_death(node, cursor, agency=row["agency"], person=row["person"], on=event.on, day=day, actor=by)
        files = cursor.execute(
            "SELECT f.case_no FROM file f WHERE f.agency = %s AND (f.case_no = %s OR f.person = %s "
            "AND (f.record_open OR f.record_state NOT IN ('refused', 'withdrawn', 'stopped', 'lapsed'))) ORDER BY f.case_no",
            [row["agency"], event.case_no, row["person"]],
        ).fetchall()
    died = Died(event.on, by, reviewer)
    return [
        Work(
            row["agency"],
            file["case_no"],
            died,
            once=f"{run_key}:{event.key}:{file['case_no']}" if run_key else "",
        )
        for file in files
    ]


WITH_DEATH = (
    "SELECT f.case_no, (SELECT m.type FROM message m WHERE (m.agency, m.case_no, m.sender) = (f.agency, f.case_no, f.other) "
    "AND m.type = ANY(%s) ORDER BY m.seq DESC LIMIT 1) AS said FROM file f WHERE f.agency = %s AND (f.case_no = %s OR f.person = %s) "
    "AND (f.died_on IS NOT NULL OR EXISTS (SELECT 1 FROM money_track t WHERE (t.agency, t.case_no) = (f.agency, f.case_no) "
    "AND t.state IN ('estate', 'estate_in_doubt'))) ORDER BY f.case_no"
)
"""Files of a person that know of a death or hold money for heirs, with the other agency's last word about it."""


def _deaths_taken_back(
    node: Node, run_key: str, event: DeskEvent, by: str, reviewer: str, day: date
) -> list[Work] | None:
    """A death is taken back with the person it was noted with, and every case of theirs here hears of it.

    Where no more is known than what the other agency reported, only it can take that back.
    """
    words = [MessageType.DEATH.value, MessageType.DEATH_TAKEN_BACK.value]
    with node.store.transaction("desk.take_back_death", node.hosted) as cursor:
        row = _deceased(cursor, event)
        if row is None:
            return None
        if event.seen is not None and _version(cursor, row) != event.seen:
            raise _LeftAloneError(MOVED)
        agency, person = row["agency"], row["person"]
        was_noted = take_back_death(node, cursor, agency=agency, person=person, day=day, actor=by)
        files = cursor.execute(WITH_DEATH, [words, agency, event.case_no, person]).fetchall()
    cases = [file["case_no"] for file in files if was_noted or file["said"] != MessageType.DEATH]
    if files and not cases:
        raise _LeftAloneError(OTHERS_WORD)
    if not files and event.case_no:
        cases = [event.case_no]
    taken_back = DeathTakenBack(by, reviewer)
    once = f"{run_key}:{event.key}" if run_key else ""
    return [Work(agency, case_no, taken_back, once=once and f"{once}:{case_no}") for case_no in cases]


def _version(cursor: Cursor, row: Row) -> int | None:
    """The version of a file, which stays that until the end of the transaction."""
    query = "SELECT version FROM file WHERE (agency, case_no) = (%s, %s) FOR UPDATE"
    file = cursor.execute(query, [row["agency"], row["case_no"]]).fetchone()
    return None if file is None else int(file["version"])


def _deceased(cursor: Cursor, event: DeskEvent) -> Row | None:
    """The person who died, at the agency that was told: the case's, or the one that is named."""
    if event.case_no:
        return find_file(cursor, event)
    if event.document is None:
        return None
    at_destination = event.destination and event.side is not Side.ORIGIN
    query = "SELECT agency, person FROM identity_document WHERE (agency, kind, seek) = (%s, %s, %s)"
    agency = event.destination if at_destination else event.origin
    return cursor.execute(query, [agency, event.document.kind, _seek(event.document)]).fetchone()


def _seek(document: Document) -> str:
    return atrest.seek(document.kind, document.number)


def find_file(cursor: Cursor, event: DeskEvent) -> Row | None:
    """The file the event speaks of, at the side where its verb belongs: an open one, else the newest."""
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
        "WHERE f.agency = %s AND f.other = %s AND f.side = %s AND d.kind = %s AND d.seek = %s ORDER BY (f.record_open OR EXISTS ("
        "SELECT 1 FROM money_track m WHERE (m.agency, m.case_no) = (f.agency, f.case_no) AND m.is_open)) DESC, f.opened_on DESC, f.case_no LIMIT 1"
    )
    return cursor.execute(
        query, [agency, other, side.value, event.document.kind, _seek(event.document)]
    ).fetchone()


def _estate_leg(cursor: Cursor, row: Row, leg: int) -> int | None:
    """The amount asked for where it is set aside for heirs, else the first that is."""
    found = cursor.execute(
        "SELECT leg FROM money_track WHERE (agency, case_no) = (%s, %s) AND state = 'estate' ORDER BY leg <> %s, leg",
        [row["agency"], row["case_no"], leg],
    ).fetchone()
    return found["leg"] if found else None


def _late(row: Row, event: DeskEvent, by: str, reviewer: str) -> Posting:
    """The booking of late money. It is the same one when case, day and amount are: given again, it is not booked again."""
    agency = row["agency"]
    return Posting(
        id=posting_id("late", agency, row["case_no"], event.on.isoformat(), event.amount_fen),
        debit=Account(agency, AccountKind.BANK),
        credit=Account(agency, AccountKind.PERSONAL, row["person"], LATE_PART),
        amount_fen=event.amount_fen,
        reason=PostingReason.CONTRIBUTION,
        rule="R-051",
        handled_by=by,
        reviewed_by=reviewer,
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
        case Verb.TAKE_BACK_DEATH:
            return DeathTakenBack(by, reviewer)
        case Verb.LATE_MONEY:
            return MoneyCameLate((Part(LATE_PART, event.amount_fen),), word or "late", by, reviewer)
        case Verb.DECIDE_MODE:
            return ModeDecided(leg, MoneyMode(word), "agency_decision", by, reviewer)
        case Verb.HOLD_BACK:
            return BatchReturned(leg)
        case Verb.ORDER_AGAIN:
            return OrderedAgain(leg, by)
        case Verb.SET_ASIDE:
            return SetAside(leg, by, reviewer)
        case Verb.PAY_ESTATE:
            return EstatePaid(leg, by, reviewer)
        case Verb.BEGIN_COVERAGE | Verb.STOP_COVERAGE | Verb.MATCH_RECEIPT:
            raise ValueError(
                "Cover that begins or stops changes an enrolment, see usecases/lives.py; a receipt is looked up before it is matched."
            )


def _cover(node: Node, event: DeskEvent, day: date) -> str:
    """Cover that begins at the destination (``word``: its scheme), or stops at the origin."""
    if event.document is None:
        return "no_such_person"
    if event.verb is Verb.STOP_COVERAGE:
        return stop_cover(node, agency=event.origin, document=event.document, on=event.on, day=day)
    scheme = Scheme(event.word or Scheme.EMPLOYEE)
    return begin_cover(
        node, agency=event.destination, document=event.document, scheme=scheme, on=event.on, day=day
    )


FINDERS = {Verb.DEATH: _deaths, Verb.TAKE_BACK_DEATH: _deaths_taken_back, Verb.MATCH_RECEIPT: _match}
"""Verbs that find their work in a way of their own."""
