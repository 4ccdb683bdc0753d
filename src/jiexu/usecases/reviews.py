"""Two people at two windows: the first asks for a step, the second looks and agrees; only then is it done.

Agreeing does the step first and notes the end after it. Killed between the two, the review still waits; agreed to again,
the step answers that it is done already (its name is the review's), and the end is noted.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from jiexu.cases.money_in import OTHER_PAYER
from jiexu.cases.states import Side
from jiexu.store.db import Row
from jiexu.usecases.deskwork import AT, AT_EITHER, BY_TWO, MOVED, DeskEvent, Verb, perform
from jiexu.usecases.node import Node
from jiexu.usecases.reviewers import check_handler, check_reviewer
from jiexu.values.errors import ValueFault
from jiexu.values.names import same_person

AGREED, SENT_BACK, TAKEN_BACK = "agreed", "sent_back", "taken_back"


class ReviewError(ValueFault):
    """A review that cannot be asked for or ended so. The sentence says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Review:
    """A step that waits for a second person. ``version``: of the file the first person saw; ``now``: of the file today."""

    id: str
    case_no: str
    verb: Verb
    leg: int
    amount_fen: int
    word: str
    asked_by: str
    asked_on: date
    version: int
    now: int
    name: str
    side: Side

    @property
    def receipt(self) -> str:
        """The receipt that is to be matched, empty for any other step."""
        return self.word.partition(":")[2]

    @property
    def is_other_payer(self) -> bool:
        """Whether the first person says the money is right although another account paid it."""
        return self.word.startswith(f"{OTHER_PAYER}:")

    @property
    def is_stale(self) -> bool:
        """Whether the file moved on since it was asked: the second person looks at something else than the first saw."""
        return self.version != self.now


WAITING = (
    "SELECT r.*, f.version AS now, f.name, f.side FROM review r JOIN file f ON (f.agency, f.case_no) = (r.agency, r.case_no) "
    "WHERE r.agency = %s AND NOT EXISTS (SELECT 1 FROM review_end e WHERE (e.agency, e.id) = (r.agency, r.id)) "
)


def ask(
    node: Node,
    agency: str,
    case_no: str,
    verb: Verb,
    *,
    by: str,
    on: date,
    leg: int = 1,
    amount_fen: int = 0,
    word: str = "",
) -> str:
    """Ask a second person to look at a step; the review's id. The same step waiting already keeps its id.

    Raises ReviewError where no such file is here, the step needs no second person or waits with another choice,
    ReviewerError for a nameless handler.
    """
    check_handler(by)
    if verb not in BY_TWO:
        raise ReviewError(
            "review_not_needed", "The step {verb} needs no second person; do it at once.", verb=verb.value
        )
    with node.store.transaction("review.ask", [agency]) as cursor:
        file = cursor.execute(
            "SELECT version, side FROM file WHERE (agency, case_no) = (%s, %s) FOR UPDATE", [agency, case_no]
        ).fetchone()
        if file is None or (verb not in AT_EITHER and file["side"] != AT[verb]):
            raise ReviewError(
                "review_no_file", "This desk has no file {case_no} at which that is done.", case_no=case_no
            )
        same = "AND (r.case_no, r.verb, r.leg) = (%s, %s, %s)"
        waits = cursor.execute(WAITING + same, [agency, case_no, verb.value, leg]).fetchone()
        if waits is not None:
            if (waits["word"], waits["amount_fen"]) != (word, amount_fen):
                raise ReviewError(
                    "review_differs",
                    "{name} asked for this step with another choice, and that still waits; it is answered or taken back first.",
                    name=waits["asked_by"],
                )
            return str(waits["id"])
        number = secrets.token_hex(16)
        cursor.execute(
            "INSERT INTO review (agency, id, case_no, verb, leg, amount_fen, word, asked_by, asked_on, version) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [agency, number, case_no, verb.value, leg, amount_fen, word, by, on, file["version"]],
        )
    return number


def waiting(node: Node, agency: str, *, case_no: str = "", limit: int = 200) -> list[Review]:
    """Reviews of a desk that nobody has answered, oldest first; of one case where it is named."""
    more = "AND r.case_no = %s " if case_no else ""
    values = [agency, *([case_no] if case_no else []), limit]
    with node.store.transaction("review.list", [agency]) as cursor:
        rows = cursor.execute(WAITING + more + "ORDER BY r.asked_on, r.id LIMIT %s", values).fetchall()
    return [_review(row) for row in rows]


def agree(node: Node, agency: str, number: str, *, by: str, on: date, seen: int) -> str:
    """The second person agrees: the step is done. What became of it, as ``perform`` says it. ``seen``: version of the
    file they looked at.

    Raises ReviewError where nothing waits under that number, the file moved on since they looked or the first person
    works at this desk no more, ReviewerError where the first person reviews.
    """
    with _alone(node, number):
        review = find(node, agency, number)
        check_reviewer(by, by=review.asked_by)
        _check_asker(node, agency, review.asked_by)
        event = DeskEvent(
            number,
            on,
            review.verb,
            review.case_no,
            amount_fen=review.amount_fen,
            leg=review.leg,
            word=review.word,
            side=review.side,
            seen=seen,
        )
        done = perform(
            node, "review", [event], day=on, by=review.asked_by, reviewer=by, found=lambda _done: None
        )
        outcome = done[number]
        if outcome == MOVED:
            raise ReviewError(
                "review_moved", "The case has moved on since you looked; look again, then agree."
            )
        if outcome.partition(":")[0] in {"done", "already_done"}:
            _end(node, agency, number, AGREED, outcome, by=by, on=on)
    return outcome


def send_back(node: Node, agency: str, number: str, *, by: str, on: date, why: str) -> None:
    """The second person does not agree. Raises as ``agree`` does, and ReviewError without a reason."""
    if not why.strip():
        raise ReviewError("review_why", "Say why it goes back; the first person reads it.")
    with _alone(node, number):
        review = find(node, agency, number)
        check_reviewer(by, by=review.asked_by)
        _end(node, agency, number, SENT_BACK, why.strip(), by=by, on=on)


def take_back(node: Node, agency: str, number: str, *, by: str, on: date) -> None:
    """The first person takes back what waits. Raises ReviewError where nothing waits or another asked."""
    with _alone(node, number):
        review = find(node, agency, number)
        if not same_person(review.asked_by, by):
            raise ReviewError(
                "review_not_yours", "{name} asked for this; only they take it back.", name=review.asked_by
            )
        _end(node, agency, number, TAKEN_BACK, "", by=by, on=on)


def find(node: Node, agency: str, number: str) -> Review:
    """The review that waits under a number. Raises ReviewError where none does."""
    with node.store.transaction("review.read", [agency]) as cursor:
        row = cursor.execute(WAITING + "AND r.id = %s", [agency, number]).fetchone()
    if row is None:
        raise ReviewError(
            "review_gone", "Nothing waits here any more: somebody else has answered, or it was taken back."
        )
    return _review(row)


WORKS_HERE = (
    "SELECT 1 FROM auth_user u JOIN role_grant g ON g.account = u.id "
    "WHERE u.username = %s AND u.is_active AND g.desk = %s AND g.ended_on IS NULL"
)


def _check_asker(node: Node, agency: str, name: str) -> None:
    """Raise ReviewError where the first person's account is closed or holds no role at this desk any more."""
    with node.store.transaction("review.asker", [agency]) as cursor:
        works = cursor.execute(WORKS_HERE, [name, agency]).fetchone()
    if works is None:
        raise ReviewError(
            "review_asker_left",
            "{name} works at this desk no more; send it back, so that somebody who does asks for it.",
            name=name,
        )


def _end(node: Node, agency: str, number: str, outcome: str, said: str, *, by: str, on: date) -> None:
    with node.store.transaction("review.end", [agency]) as cursor:
        cursor.execute(
            "INSERT INTO review_end (agency, id, outcome, said, ended_by, ended_on) VALUES (%s, %s, %s, %s, %s, %s)",
            [agency, number, outcome, said, by, on],
        )


@contextmanager
def _alone(node: Node, number: str) -> Iterator[None]:
    """One answer to one review at a time, over all the transactions of its step."""
    key = int.from_bytes(hashlib.sha256(number.encode()).digest()[:8], "big", signed=True)
    node.store.aside("SELECT pg_advisory_lock(%s)", [key])
    try:
        yield
    finally:
        node.store.aside("SELECT pg_advisory_unlock(%s)", [key])


def _review(row: Row) -> Review:
    return Review(
        row["id"],
        row["case_no"],
        Verb(row["verb"]),
        row["leg"],
        row["amount_fen"],
        row["word"],
        row["asked_by"],
        row["asked_on"],
        row["version"],
        row["now"],
        row["name"],
        Side(row["side"]),
    )
