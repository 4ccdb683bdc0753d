"""Seals over an agency's journal: its own, kept outside the database, and those its counterparts hold of it.

The owner of the tables can write another history and, with the agency's key, seal it anew. What was sealed before
stands elsewhere, and the lines it covers must still give its root.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from jiexu.exchange import merkle
from jiexu.exchange.canonical import MalformedError
from jiexu.exchange.envelope import ZEROS
from jiexu.exchange.journal_seal import JournalSeal, seal_from_json
from jiexu.store.db import Cursor, Row
from jiexu.usecases.sealing import leaf
from jiexu.usecases.verifying.report import Figure, Findings

Given = dict[str, object]


@dataclass(frozen=True, slots=True)
class Held:
    """A seal of another agency, and who holds it: an agency, or the file it was given in."""

    seal: JournalSeal
    by: str


@dataclass(slots=True)
class _Span:
    """Lines that must give a seal's root, gathered while the journal streams by."""

    seal: JournalSeal
    by: str = ""
    leaves: list[bytes] = field(default_factory=list)

    @property
    def where(self) -> str:
        return f"lines {self.seal.first} to {self.seal.upto}"


Signed = Callable[[JournalSeal], bool]
"""Whether a seal is signed by its agency; several hold the same one, and it is looked at once."""


def held(
    cursor: Cursor,
    hosted: Collection[str],
    given: Iterable[tuple[str, Given]],
    signed: Signed,
    findings: Findings,
) -> dict[str, list[Held]]:
    """Seals that counterparts hold, by the agency that made them: in this database, and given from elsewhere.

    Only those their agency really signed count: nobody accuses another with a seal of their own making. Of what is
    given from elsewhere, seals of agencies of this node are looked at.
    """
    query = "SELECT agency, body FROM counterpart_seal ORDER BY sender, agency, hash"
    rows = [(row["agency"], row["body"]) for row in cursor.execute(query)]
    found: dict[str, list[Held]] = {}
    for by, body in [*rows, *(each for each in given if _is_over_ours(hosted, each[1]))]:
        try:
            seal = seal_from_json(body)
        except MalformedError as error:
            findings.add("held_seal_unreadable", by, error=str(error))
            continue
        findings.count("seals_held")
        if signed(seal):
            found.setdefault(seal.agency, []).append(Held(seal, by))
        else:
            findings.add("held_seal_signature", seal.agency, _lines(seal), by=by)
    return found


def _is_over_ours(hosted: Collection[str], given: Given) -> bool:
    """Whether a given seal is over a journal of this node; what is no seal at all is named as that."""
    agency = given.get("agency")
    return agency is None or agency in hosted


def check_held(agency: str, seals: Sequence[Held], findings: Findings) -> None:
    """Seals of one agency beside each other: no two of the same lines differ."""
    ordered = sorted(
        {each.seal.hash: each for each in seals}.values(), key=lambda each: (each.seal.first, each.seal.upto)
    )
    for one, two in pairwise(ordered):
        if two.seal.first <= one.seal.upto:
            findings.add("held_seals_contradict", agency, _lines(two.seal), by=two.by, other=one.by)


class Sealed:
    """Seals of one agency, played along while its journal streams by."""

    def __init__(
        self,
        agency: str,
        outside: Sequence[Given],
        counterparts: Sequence[Held],
        signed: Signed,
        findings: Findings,
    ) -> None:
        self.agency, self.findings = agency, findings
        self.own = list(_chain(agency, outside, signed, findings))
        self.known = known = {seal.hash for seal in self.own}
        # One of each: what a seal of our own proves already, and what several hold, is looked at once.
        others = {each.seal.hash: each for each in counterparts if each.seal.hash not in known}
        spans = [_Span(seal) for seal in self.own] + [_Span(each.seal, each.by) for each in others.values()]
        self.ahead = sorted(spans, key=lambda span: span.seal.first, reverse=True)
        self.open: list[_Span] = []
        self.last_day = ""

    def take(self, row: Row) -> None:
        """One journal line more."""
        self.last_day = row["day"].isoformat()
        if not self.own or row["seq"] > self.own[-1].upto:
            self.findings.count("journal_lines_not_sealed_yet")
        while self.ahead and self.ahead[-1].seal.first <= row["seq"]:
            self.open.append(self.ahead.pop())
        if not self.open:
            return
        line = leaf(row)
        for span in self.open:
            span.leaves.append(line)
        for span in [span for span in self.open if row["seq"] >= span.seal.upto]:
            self._compare(span)
            self.open.remove(span)

    def _compare(self, span: _Span) -> None:
        if merkle.root(span.leaves).hex() == span.seal.root:
            return
        day = span.seal.day.isoformat()
        if span.by:
            self.findings.add("held_seal_root", self.agency, span.where, day=day, by=span.by)
        else:
            self.findings.add("seal_root", self.agency, span.where, day=day)

    def end(self, last: int, known: Row | None) -> None:
        """The journal is over: is a seal left that speaks of more, or does the database know of more seals?

        ``known``: the newest seal as the database has it.
        """
        self.findings.count("seals", len(self.own))
        left = [*self.open, *self.ahead]
        for by in sorted({span.by for span in left}):
            newest = max((span.seal for span in left if span.by == by), key=lambda seal: seal.upto)
            figures: dict[str, Figure] = {
                "upto": newest.upto,
                "day": newest.day.isoformat(),
                "last_day": self.last_day,
            }
            if by:
                self.findings.add("held_seal_beyond", self.agency, f"line {last}", by=by, **figures)
            else:
                self.findings.add("journal_shorter", self.agency, f"line {last}", **figures)
        if known is not None and known["hash"] not in self.known:
            self.findings.add("seals_missing", self.agency, f"line {known['upto']}", sealed=known["upto"])
        if known is None and len(self.own) > 1:
            self.findings.add("seal_forgotten", self.agency, f"line {last}")


def _chain(agency: str, seals: Sequence[Given], signed: Signed, findings: Findings) -> Iterator[JournalSeal]:
    """The agency's own seals that can be used: signed by it, each naming the one before it."""
    before, upto = ZEROS, 0
    for number, given in enumerate(seals, start=1):
        try:
            seal = seal_from_json(given)
        except MalformedError:
            seal = None
        if seal is None or not signed(seal):
            findings.add("seal_signature", agency, f"seal {number}")
            continue
        if (seal.before, seal.first) != (before, upto + 1):
            findings.add("seal_chain", agency, _lines(seal))
        before, upto = seal.hash, seal.upto
        yield seal


def _lines(seal: JournalSeal) -> str:
    return f"lines {seal.first} to {seal.upto}"
