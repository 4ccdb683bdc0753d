"""A person's account at each agency with every movement, in the order they were booked, and the proof that they add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jiexu.store import bulk
from jiexu.store.db import Row
from jiexu.store.people import PAIR, Key
from jiexu.usecases import persons
from jiexu.usecases.doors import Subject
from jiexu.usecases.reading.mine.own import name_of
from jiexu.usecases.reading.mine.record import rows_of
from jiexu.usecases.reading.reader import Look, Reader
from jiexu.usecases.reading.shown import Place

OPENING = "opening"
MOVED = """
  SELECT p.*, k.person FROM posting p JOIN {keys} ON p.agency = k.agency
    AND ((p.debit_kind = 'personal' AND p.debit_key = k.person) OR (p.credit_kind = 'personal' AND p.credit_key = k.person))
  ORDER BY p.agency, p.booked_on, p.reason <> 'opening', p.version NULLS FIRST, p.id
"""


@dataclass(frozen=True, slots=True)
class Movement:
    """One posting as the person sees it. ``fen``: into the account, negative out of it. ``balance_fen``: after it.

    ``reason``: a word of ``ledger.entries.PostingReason``. ``by``: who handled and who reviewed it, empty where nobody had to.
    """

    on: date
    reason: str
    case_no: str
    rule: str
    fen: int
    balance_fen: int
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """The account at one agency. ``balance_fen``: as the agency keeps it, of which ``held_fen`` are set aside for a case."""

    place: Place
    movements: tuple[Movement, ...]
    parts: tuple[tuple[str, int], ...]
    balance_fen: int
    held_fen: int

    @property
    def opening_fen(self) -> int:
        return sum(each.fen for each in self.movements if each.reason == OPENING)

    @property
    def in_fen(self) -> int:
        return sum(each.fen for each in self.movements if each.fen > 0 and each.reason != OPENING)

    @property
    def out_fen(self) -> int:
        return -sum(each.fen for each in self.movements if each.fen < 0)

    @property
    def adds_up(self) -> bool:
        """Whether what was there, what came and what went are exactly the balance the agency keeps."""
        return self.opening_fen + self.in_fen - self.out_fen == self.balance_fen


@dataclass(frozen=True, slots=True)
class Accounts:
    """Everything the page of the account shows."""

    today: date
    has_clock: bool
    name: str
    accounts: tuple[Account, ...]

    @property
    def whole_fen(self) -> int:
        return sum(each.balance_fen for each in self.accounts)


def accounts(reader: Reader, subject: Subject) -> Accounts:
    """The accounts of a person at every agency here that knows them."""
    with reader.looking("mine.account") as look:
        return Accounts(
            look.today,
            look.has_clock,
            name_of(look, subject),
            accounts_of(look, persons.everywhere(look.cursor, subject)),
        )


def accounts_of(look: Look, keys: Sequence[Key]) -> tuple[Account, ...]:
    """One account for each agency that keeps one; an agency that knows the person twice keeps two."""
    moved = bulk.select_keys(look.cursor, MOVED, keys, PAIR)
    parts = rows_of(look, "account", keys, "t.agency, t.person, t.part")
    return tuple(
        _account(
            look,
            key,
            [row for row in moved if (row["agency"], row["person"]) == key],
            [row for row in parts if (row["agency"], row["person"]) == key],
        )
        for key in keys
        if any((row["agency"], row["person"]) == key for row in parts)
    )


def _account(look: Look, key: Key, moved: Sequence[Row], parts: Sequence[Row]) -> Account:
    return Account(
        place=look.place(key[0]),
        movements=tuple(_movements(key[1], moved)),
        parts=tuple((row["part"], row["balance_fen"]) for row in parts),
        balance_fen=sum(row["balance_fen"] for row in parts),
        held_fen=sum(row["held_fen"] for row in parts),
    )


def _movements(person: str, moved: Iterable[Row]) -> Iterable[Movement]:
    balance = 0
    for row in moved:
        into = (row["credit_kind"], row["credit_key"]) == ("personal", person)
        out = (row["debit_kind"], row["debit_key"]) == ("personal", person)
        fen = row["amount_fen"] * (into - out)
        balance += fen
        yield Movement(
            on=row["booked_on"],
            reason=row["reason"],
            case_no=row["case_no"] or "",
            rule=row["rule"],
            fen=fen,
            balance_fen=balance,
            by=tuple(each for each in (row["handled_by"], row["reviewed_by"]) if each),
        )
