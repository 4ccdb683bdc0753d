"""Both files of a case put together: one line for the record and one for each amount, each with its one holder.

The holder is whoever the file says whose holder is *here*: a file that waits for the other agency only reminds. While
a message is handed over both may name themselves; then the receiver's word counts, because the next act is there.
``OPEN_LINES`` says this to the database and ``_foremost`` to Python; a test holds the two together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from jiexu.cases.states import Holder, Next, Side, Way
from jiexu.usecases.reading.parts import Answers, Part, Parts, Rows
from jiexu.usecases.reading.reader import Look
from jiexu.usecases.reading.shown import RECORD, CaseRow, Held, Line, MoneyWay

FILE = (
    "agency, case_no, side, other, name, from_scheme, to_scheme, opener, opened_on, accepted_on, asked, refusals, "
    "record_state, origin_due, destination_due"
)
"""Columns of a file that its case is told from."""
TRACKS = """
  SELECT f.agency, f.case_no, f.side, f.other, 0 AS leg, '' AS way, '' AS mode, 0::bigint AS amount_fen, f.record_state AS state,
    f.record_open AS is_open, f.record_holder AS holder, f.record_next AS next_event, f.record_due_on AS due_on,
    f.record_due_kind AS due_kind, f.record_handing_over AS handing_over
  FROM file f WHERE {which}
  UNION ALL
  SELECT m.agency, m.case_no, f.side, f.other, m.leg, m.way, m.mode, m.amount_fen, m.state,
    m.is_open, m.holder, m.next_event, m.due_on, m.due_kind, m.handing_over
  FROM money_track m JOIN file f ON (f.agency, f.case_no) = (m.agency, m.case_no) WHERE {which}
"""
OPEN_LINES = (
    "SELECT DISTINCT ON (case_no, leg) case_no, leg, due_on FROM ("
    + TRACKS.format(which="true")
    + ") t WHERE is_open ORDER BY case_no, leg, holder = 'other_agency', handing_over IS NOT NULL, side"
)
"""Every open line with the date its holder owes; ``side`` last, so that the answer is the same each time."""

OTHER = Holder.OTHER_AGENCY.value


def case_rows(look: Look, numbers: Sequence[str]) -> list[CaseRow]:
    """Cases in the order asked; numbers no agency of this node has a file of are left out."""
    return rows_of(look, numbers, look.parts(ROWS, numbers=list(numbers)))


OF_THESE = "f.case_no = ANY(%(numbers)s)"
ROWS: Parts = {
    "files": Part(
        f"SELECT {FILE} FROM file f WHERE {OF_THESE} ORDER BY case_no, side",
        days=("opened_on", "accepted_on"),
    ),
    "tracks": Part(TRACKS.format(which=OF_THESE), days=("due_on",)),
}
"""What rows of cases are put together from."""


def rows_of(look: Look, numbers: Sequence[str], answers: Answers) -> list[CaseRow]:
    """The same from what ``ROWS`` answered."""
    files, tracks = defaultdict(list), defaultdict(list)
    for file in answers["files"]:
        files[file["case_no"]].append(file)
    for track in answers["tracks"]:
        tracks[track["case_no"]].append(track)
    return [_row(look, files[number], tracks[number]) for number in numbers if number in files]


def _row(look: Look, files: list[dict[str, Any]], tracks: list[dict[str, Any]]) -> CaseRow:
    file = files[0]
    here, there = file["agency"], file["other"]
    origin, destination = (here, there) if file["side"] == Side.ORIGIN else (there, here)
    legs = sorted({track["leg"] for track in tracks})
    return CaseRow(
        case_no=file["case_no"],
        name=file["name"],
        origin=look.place(origin),
        destination=look.place(destination),
        from_scheme=file["from_scheme"],
        to_scheme=file["to_scheme"],
        opened_on=min(each["opened_on"] for each in files),
        lines=tuple(_line(look, [track for track in tracks if track["leg"] == leg]) for leg in legs),
    )


def _line(look: Look, tracks: Iterable[dict[str, Any]]) -> Line:
    track = _foremost(tracks)
    due = look.deadline(track["due_on"], track["due_kind"]) if track["is_open"] else None
    return Line(
        leg=track["leg"],
        state=track["state"],
        way=track["way"],
        mode=track["mode"],
        amount_fen=track["amount_fen"],
        held=_held(look, track) if due else None,
        due=due,
        next_event=track["next_event"] or "",
        handing_over=track["next_event"] == Next.RECEIPT,
    )


def _foremost(tracks: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The track that speaks for the line. Where all are closed: the record's at the destination, an amount's at the origin."""

    def rank(track: dict[str, Any]) -> tuple[object, ...]:
        if track["is_open"]:
            return (0, track["holder"] == OTHER, track["handing_over"] is not None, track["side"])
        first = Side.DESTINATION if track["leg"] == RECORD else Side.ORIGIN
        return (1, track["side"] != first)

    return min(tracks, key=rank)


def _held(look: Look, track: dict[str, Any]) -> Held:
    """Where nobody here holds it the other agency does: its file is on another node, or not opened yet."""
    elsewhere = track["holder"] == OTHER
    other_side = Side.DESTINATION if track["side"] == Side.ORIGIN else Side.ORIGIN
    return Held(
        role="" if elsewhere else track["holder"],
        side=(other_side if elsewhere else Side(track["side"])).value,
        place=look.place(track["other"] if elsewhere else track["agency"]),
    )


# ---------------------------------------------------------------- where the money is

AT_ORIGIN = ("personal", "returned", "estate")
ARRIVED = ("personal", "estate")
PAID_TO_PEOPLE = ("paid_to_person", "estate_paid")

POSTINGS = Part("""
  SELECT f.side, p.leg, p.reason, p.debit_kind, p.credit_kind, sum(p.amount_fen)::bigint AS fen
  FROM posting p JOIN file f ON (f.agency, f.case_no) = (p.agency, p.case_no)
  WHERE p.case_no = ANY(%(numbers)s) GROUP BY 1, 2, 3, 4, 5
""")


def money_ways(row: CaseRow, moved: Rows) -> tuple[MoneyWay, ...]:
    """Where each amount of a case is, counted from the postings of both agencies. What goes back to a payer is left out.

    ``moved``: as ``POSTINGS`` answers.
    """
    return tuple(
        _way(line, [each for each in moved if each["leg"] == line.leg])
        for line in row.money
        if line.way != Way.BACK
    )


def _way(line: Line, moved: Rows) -> MoneyWay:
    """An amount begins whole at the origin; each posting that crosses the edge of a station moves it."""
    left, arrived = line.amount_fen, 0
    for each in moved:
        if each["side"] == Side.ORIGIN:
            left += _through(each, AT_ORIGIN)
            arrived += each["fen"] * (each["reason"] in PAID_TO_PEOPLE) - _taken_back(each)
        else:
            arrived += _through(each, ARRIVED) + each["fen"] * (each["reason"] in PAID_TO_PEOPLE)
    return MoneyWay(line=line, whole=line.amount_fen, left=left, arrived=arrived)


def _through(posting: dict[str, Any], stations: tuple[str, ...]) -> int:
    """What a posting brings into a set of accounts, negative for what it takes out."""
    into = posting["credit_kind"] in stations
    out = posting["debit_kind"] in stations
    fen: int = posting["fen"]
    return fen * (into - out)


def _taken_back(posting: dict[str, Any]) -> int:
    """A payment to the person that their own bank returned is a correction back into the account."""
    fen: int = posting["fen"]
    kinds = posting["debit_kind"], posting["credit_kind"]
    return fen if posting["reason"] == "correction" and kinds == ("bank", "personal") else 0
