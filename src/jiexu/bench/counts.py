"""What a straight-through case leaves in the tables: the list here, and what is read from a database against it.

A run that leaves less has not done the work it is measured by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg

from jiexu.bench.ground import Difference
from jiexu.bench.trouble import BenchTroubleError
from jiexu.gateways.postgres.roles import Connections

EVERYTHING = "SELECT set_config('jiexu.agencies', (SELECT string_agg(code, ',') FROM agency), false)"
"""Lets a session under row security see the rows of all agencies."""


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows of a table there must be: for each case, account part that moves, line of months, family that shares."""

    case: int = 0
    part: int = 0
    line: int = 0
    sharing: int = 0
    which: str = "true"

    def of(self, size: Size) -> int:
        """The rows of a run of some size."""
        return (
            self.case * size.cases
            + self.part * size.parts
            + self.line * size.lines
            + self.sharing * size.sharing
        )


@dataclass(frozen=True, slots=True)
class Size:
    """What was asked for: cases, the account parts with money that they move, lines of months of one kind.

    ``sharing``: people who share their account with relatives, which ends with the transfer.
    """

    cases: int
    parts: int
    lines: int
    sharing: int


EXPECTED: Mapping[str, Rows] = {
    "file": Rows(case=2),  # one at each agency
    "money_track": Rows(case=2),
    "message": Rows(case=14),  # seven messages, kept by both sides
    "bundle_message": Rows(case=14),  # every one in a signed bundle, sent and received
    "outbox": Rows(),  # everything was receipted
    "journal": Rows(
        case=16, which="kind IN ('case', 'receipt')"
    ),  # the audit: one row a step, one a bank receipt
    "notice": Rows(case=9, sharing=1),  # that the sharing ends is told too
    "posting": Rows(case=1, part=2, which="reason <> 'opening'"),  # received; each part paid out and credited
    "hold": Rows(part=1),
    "hold_resolution": Rows(part=1),
    "month_move": Rows(line=2),  # out of the one agency's count, into the other's
    "bank_order": Rows(case=1),
    "order_waiting": Rows(),  # the bank took each
    "bank_answer": Rows(case=1),
    "bank_receipt": Rows(case=1),
    "receipt_waiting": Rows(),  # each found its amount
    "receipt_match": Rows(case=1),
    "stuck_case": Rows(),
}

ALWAYS = {
    "R-003": 1, "R-004": 1, "R-007": 1, "R-015": 1, "R-016": 1, "R-017": 1, "R-018": 1, "R-019": 1,
    "R-024": 2, "R-025": 1, "R-029": 3, "R-032": 1, "R-048": 1, "R-049": 1, "R-076": 2,
}  # fmt: skip
"""Rules that decide in every case, and how often."""
WHO_APPLIES = ("R-012", "R-013", "R-014")
"""Member, employer or agent: one of them in every case."""
NOTED = ("R-022", "R-026", "R-035", "R-050", "R-096", "R-097")
"""Rules that add a note where a place asks for a paid month or promises to be faster, a part stays or is shared, or
something is owed."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows found and rows expected of one table, or of the decisions of one rule."""

    name: str
    found: int
    expected: int


def size_of(loaded: Connections, *, cases: int) -> Size:
    """What the people of a database, as they were loaded, give to move."""
    with psycopg.connect(loaded.owner, autocommit=True) as connection:
        connection.execute(EVERYTHING)
        parts = "SELECT count(*) FROM account WHERE movable AND balance_fen > 0"
        stopped = "SELECT FROM enrolment e WHERE (e.agency, e.person) = (x.agency, x.person) AND e.status = 'stopped'"
        lines = f"SELECT count(*) FROM month_line x WHERE EXISTS ({stopped} AND e.scheme = x.scheme)"
        sharing = f"SELECT count(*) FROM person x WHERE sharing_open AND EXISTS ({stopped})"
        return Size(cases, *(_number(connection, query) for query in (parts, lines, sharing)))


def count(database: Connections, size: Size) -> list[Counted]:
    """Every table of the list and every rule, as found after a run of some size."""
    with psycopg.connect(database.owner, autocommit=True) as connection:
        connection.execute(EVERYTHING)
        tables = [
            Counted(
                table, _number(connection, f"SELECT count(*) FROM {table} WHERE {rows.which}"), rows.of(size)
            )
            for table, rows in EXPECTED.items()
        ]
        return [*tables, *_decisions(connection, size.cases)]


def _decisions(connection: psycopg.Connection, cases: int) -> list[Counted]:
    found: dict[str, int] = dict(
        connection.execute("SELECT rule, count(*) FROM decision GROUP BY rule").fetchall()
    )
    who = _number(connection, f"SELECT count(DISTINCT case_no) FROM decision WHERE rule IN {WHO_APPLIES}")
    known = {*ALWAYS, *WHO_APPLIES, *NOTED}
    return [
        *(Counted(f"decision {rule}", found.get(rule, 0), times * cases) for rule, times in ALWAYS.items()),
        Counted("decision " + "/".join(WHO_APPLIES), who, cases),
        *(
            Counted(f"decision {rule}", times, 0)
            for rule, times in sorted(found.items())
            if rule not in known
        ),
    ]


def _number(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def open_tracks(database: Connections) -> int:
    """How many records and amounts wait for somebody."""
    waiting = (
        "(SELECT count(*) FROM file WHERE record_open) + (SELECT count(*) FROM money_track WHERE is_open)"
    )
    with psycopg.connect(database.owner, autocommit=True) as connection:
        connection.execute(EVERYTHING)
        return _number(connection, f"SELECT {waiting}")


def check_ended(database: Connections, *, before: int = 0) -> None:
    """Raises BenchTroubleError where more records and amounts wait for somebody than did ``before``."""
    if (still := open_tracks(database)) > before:
        raise BenchTroubleError("still_open", tracks=still - before)


def files(database: Connections) -> int:
    """How many sides of cases there are."""
    with psycopg.connect(database.owner, autocommit=True) as connection:
        connection.execute(EVERYTHING)
        return _number(connection, "SELECT count(*) FROM file")


def off(counted: list[Counted]) -> list[Difference]:
    """What is not as the list says."""
    return [
        Difference(
            "count_differs", {"name": each.name, "found": str(each.found), "expected": str(each.expected)}
        )
        for each in counted
        if each.found != each.expected
    ]
