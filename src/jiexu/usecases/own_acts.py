"""What somebody may do about a case of their own, where its money is, and what they say of the service at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jiexu.cases.states import MoneyState, RecordState, Side, Way
from jiexu.exchange.payloads import MessageType
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.figures import BEST, WORST
from jiexu.usecases.node import Node
from jiexu.usecases.reading.reader import Look, Reader
from jiexu.usecases.reading.shown import Line
from jiexu.values.errors import ValueFault

BEFORE_FORM = frozenset({RecordState.CHECKING, RecordState.ACCEPTED})
FILES = "SELECT agency, side, record_state, withdrawing, form IS NOT NULL AS has_form FROM file WHERE case_no = %s ORDER BY side"
LONGEST = 500
"""Characters of what is said beside a rating."""


class RatingError(ValueFault):
    """What was sent is no rating, or the case is not over."""


@dataclass(frozen=True, slots=True)
class Possible:
    """What can be done now. ``agency``: at which it is done. ``asked``: a withdrawal waits for its answer."""

    agency: str
    verbs: frozenset[Verb]
    asked: bool


def possible(reader: Reader, case_no: str) -> Possible:
    """What the person may do about a case, as its file at the destination (else at the origin) stands."""
    with reader.looking("own.possible") as look:
        files = look.rows(FILES, case_no)
    file = next((each for each in files if each["side"] == Side.DESTINATION), files[0])
    state = RecordState(file["record_state"])
    verbs: set[Verb] = set()
    if state is RecordState.PROPOSED:
        verbs = {Verb.CONSENT, Verb.STOP}
    elif state is RecordState.WINDOW:
        verbs = {Verb.STOP}
    elif state in BEFORE_FORM and not any(each["withdrawing"] for each in files):
        verbs = {Verb.WITHDRAW}
    return Possible(file["agency"], frozenset(verbs), any(each["withdrawing"] for each in files))


def act(node: Node, agency: str, case_no: str, verb: Verb, *, by: str, day: date) -> tuple[str, str]:
    """Do it, by the verb a desk uses. The outcome in a word, and why it was not possible."""
    with node.store.transaction("own.side", [agency]) as cursor:
        row = cursor.execute(
            "SELECT side FROM file WHERE (agency, case_no) = (%s, %s)", [agency, case_no]
        ).fetchone()
    side = Side(row["side"]) if row else Side.DESTINATION
    event = DeskEvent(f"own-{verb.value}", day, verb, case_no, side=side)
    outcome = perform(node, "", [event], day=day, by=by, found=lambda _: None)[event.key]
    word, _, reason = outcome.partition(": ")
    return word, reason


# ---------------------------------------------------------------- where the money is

NOBODY_DIED = ("DeathTakenBack", MessageType.DEATH_TAKEN_BACK.value)
HAPPENED: dict[MoneyState, tuple[str, ...]] = {
    MoneyState.DUE: ("FormIssued", "ModeDecided", "MoneyCameLate", "OrderedAgain", "BatchReturned"),
    MoneyState.REVIEWED: ("BatchReviewed",),
    MoneyState.ORDERED: ("BatchSent",),
    MoneyState.SETTLED: ("BankConfirmed", MessageType.PAYMENT_ADVICE.value),
    MoneyState.CLEARED: ("TakenIn",),
    MoneyState.RETURNED: ("BankBounced",),
    MoneyState.QUERIED: (MessageType.MONEY_QUERY.value,),
    MoneyState.CHASING: ("QueryAnswered",),
    MoneyState.HELD_BACK: ("BatchReturned", "BankRejected", *NOBODY_DIED),
    MoneyState.RESIDUAL: ("MoneyCameLate",),
    MoneyState.MODE_UNKNOWN: ("FormIssued", *NOBODY_DIED),
    MoneyState.AWAITED: (MessageType.FORM.value, MessageType.LEG_NOTICE.value),
    MoneyState.MISMATCH: ("ReceiptMatched", "NotReceived"),
    MoneyState.STOPPED_BY_DEATH: (MessageType.DEATH.value,),
    MoneyState.ESTATE: ("Died", "SetAside", MessageType.DEATH.value),
    MoneyState.ESTATE_IN_DOUBT: (MessageType.DEATH_TAKEN_BACK.value,),
}
"""The steps that bring an amount into each open state, as the journal calls them."""
SINCE = "SELECT max(day) AS day FROM journal WHERE kind = 'case' AND ref = %s AND event = ANY(%s)"
ANY_STEP = "SELECT max(day) AS day FROM journal WHERE kind = 'case' AND ref = %s"
CAME = "SELECT min(day) AS day FROM journal WHERE kind = 'case' AND ref = %s AND event = 'form'"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One amount that is under way: its line, and since when it is where it is."""

    line: Line
    since: date


def whereabouts(reader: Reader, case_no: str, lines: Sequence[Line]) -> tuple[Whereabouts, ...]:
    """Every amount somebody holds, with the day since when."""
    with reader.looking("own.money") as look:
        return tuple(
            Whereabouts(line, _since(look, case_no, line))
            for line in lines
            if line.is_open and not line.is_record and line.way != Way.BACK
        )


def _since(look: Look, case_no: str, line: Line) -> date:
    happened = list(HAPPENED.get(MoneyState(line.state), ()))
    for query, values in ((SINCE, (case_no, happened)), (ANY_STEP, (case_no,))):
        day: date | None = look.rows(query, *values)[0]["day"]
        if day is not None:
            return day
    return look.today


def form_came(reader: Reader, case_no: str) -> date | None:
    """The day the information form reached the destination; None before that, or where it is on another node."""
    with reader.looking("own.form") as look:
        day: date | None = look.rows(CAME, case_no)[0]["day"]
        return day


# ---------------------------------------------------------------- what they say of the service

RATED = "SELECT score FROM service_rating WHERE case_no = %s LIMIT 1"


def rating(reader: Reader, case_no: str) -> int | None:
    """The score a case was given; None where nobody gave one."""
    with reader.looking("own.rating") as look:
        found = look.rows(RATED, case_no)
        return int(found[0]["score"]) if found else None


def rate(node: Node, agency: str, case_no: str, score: str, said: str, *, on: date) -> bool:
    """Keep a score from 1 to 5 and a sentence, once for a case; False where it was given before. Raises RatingError."""
    if not (score.isascii() and score.isdigit() and WORST <= int(score) <= BEST):
        raise RatingError("rating_score", "Choose one of the five.")
    if len(said) > LONGEST:
        raise RatingError(
            "rating_long",
            "Write at most {longest} characters; these are {length}.",
            longest=LONGEST,
            length=len(said),
        )
    with node.store.transaction("own.rate", [agency]) as cursor:
        kept = cursor.execute(
            "INSERT INTO service_rating (agency, case_no, score, said, rated_on) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [agency, case_no, int(score), said.strip(), on],
        )
        return bool(kept.rowcount)
