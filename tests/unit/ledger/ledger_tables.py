"""Ledgers written as tables, so that twenty cases fit on a page; the figures in the docs are run by the same reader.

    opening   o1  bank > P1        100            created      reason, id, debit > credit, fen, [case/leg], outcome
    correction c1 P1 > bank        40  of o1      created      takes back 40 of o1
    hold      h1  P1               60  C1/1       created
    capture   h1  paid_out p1 P1 > bank 60 C1/1   created      further postings after ";"
    release   h1                                  created
    has       P1  100 held 60                                  a claim about now; also: has bank 100
    way       C1/1  60                                         a claim about what is between two banks
    clearing  C1/1  60                                         a claim about what is to be netted

An account may begin with its agency, as in 510100/bank; P1 alone is the part this_year, P1.earlier another. Other
words: bank, receipts, returned, clearing@AGENCY, estate@CASE. 12.34 is yuan, 1234 fen.
"""

from __future__ import annotations

from collections.abc import Iterable

from jiexu.ledger.accounts import Account, AccountKind
from jiexu.ledger.books import Books
from jiexu.ledger.conserve import Transit, in_clearing, on_the_way
from jiexu.ledger.entries import (
    STATEMENT_REASONS,
    Hold,
    HoldResolution,
    Posting,
    PostingReason,
    posting_id,
)

HOME = "530300"


def account(word: str) -> Account:
    agency, _, name = word.rpartition("/")
    kind, _, key = name.partition("@")
    if kind in set(AccountKind):
        return Account(agency=agency or HOME, kind=AccountKind(kind), key=key)
    person, _, part = name.partition(".")
    return Account(agency=agency or HOME, kind=AccountKind.PERSONAL, key=person, part=part or "this_year")


def fen(word: str) -> int:
    return int(word.replace(".", "")) if "." in word else int(word)


def leg_of(word: str) -> tuple[str, int]:
    case, _, leg = word.partition("/")
    return case, int(leg)


def posting(row: str) -> Posting:
    """``paid_out p1 P1 > bank 60 C1/1``; with ``of x`` the posting it corrects."""
    reason, name, debit, arrow, credit, amount, *rest = row.split()
    assert arrow == ">", row
    corrects = posting_id(rest[rest.index("of") + 1]) if "of" in rest else None
    case = next((word for word in rest if "/" in word), None)
    return Posting(
        id=posting_id(name),
        debit=account(debit),
        credit=account(credit),
        amount_fen=fen(amount),
        reason=PostingReason(reason),
        rule="R-032",
        handled_by="clerk",
        reviewed_by="" if reason in STATEMENT_REASONS else "reviewer",
        case_no=case and leg_of(case)[0],
        leg=case and leg_of(case)[1],
        corrects=corrects,
    )


def hold(row: str) -> Hold:
    """``h1 P1 60 C1/1``."""
    name, on, amount, case = row.split()
    case_no, leg = leg_of(case)
    return Hold(
        id=posting_id(name), account=account(on), amount_fen=fen(amount), case_no=case_no, leg=leg, issue=1
    )


class Ledgers:
    """The books of every agency a table names."""

    def __init__(self) -> None:
        self.books: dict[str, Books] = {}

    def of(self, agency: str = HOME) -> Books:
        return self.books.setdefault(agency, Books(agency=agency))

    def run(self, table: str) -> Ledgers:
        for line in table.strip().splitlines():
            self.row(line.strip())
        return self

    def row(self, line: str) -> None:
        verb, rest = line.split(maxsplit=1)
        match verb:
            case "has":
                word, amount, *held = rest.split()
                on = account(word)
                books = self.of(on.agency)
                assert (books.balance(on), books.held(on)) == (fen(amount), fen(held[1]) if held else 0), line
            case "way":
                assert self.between(on_the_way(self.postings()), rest) == fen(rest.split()[1]), line
            case "clearing":
                assert self.between(in_clearing(self.postings()), rest) == fen(rest.split()[1]), line
            case _:
                doing, outcome = line.rsplit(maxsplit=1)
                assert self.write(verb, doing.removeprefix(verb).strip()) == outcome, line

    def write(self, verb: str, rest: str) -> str:
        match verb:
            case "hold":
                entry = hold(rest)
                agency = entry.account.agency
                after, outcome = self.of(agency).hold(entry)
            case "release" | "capture":
                name, *rows = rest.split(maxsplit=1)
                moves = [posting(row) for row in rows[0].split(";")] if rows else []
                agency = moves[0].agency if moves else HOME
                end = HoldResolution(
                    hold_id=posting_id(name),
                    how="captured" if verb == "capture" else "released",
                    posting_ids=tuple(move.id for move in moves),
                )
                after, outcome = self.of(agency).resolve(end, *moves)
            case _:
                move = posting(f"{verb} {rest}")
                agency = move.agency
                after, outcome = self.of(agency).post(move)
        self.books[agency] = after
        return outcome.value

    def postings(self) -> list[Posting]:
        return [each for books in self.books.values() for each in books.postings()]

    @staticmethod
    def between(transits: Iterable[Transit], rest: str) -> int:
        word = rest.split(maxsplit=1)[0]
        leg = (None, None) if word == "?" else leg_of(word)
        return sum(each.on_the_way_fen for each in transits if (each.case_no, each.leg) == leg)


def blocks(text: str) -> list[tuple[str, str]]:
    """(sentence, table) for a page of tables: sentences begin at the margin, rows are indented."""
    found: list[tuple[str, list[str]]] = []
    for line in text.strip().splitlines():
        if line and not line.startswith(" "):
            found.append((line, []))
        elif line.strip():
            found[-1][1].append(line.strip())
    return [(sentence, "\n".join(rows)) for sentence, rows in found]
