"""Loading people with their records and accounts *at their agencies*: the only place facts about people come from."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from jiexu.ledger.accounts import Account, AccountKind
from jiexu.ledger.entries import Posting, PostingReason, posting_id
from jiexu.records.monthset import MonthSet
from jiexu.rules.inputs import Enrolment, Sex
from jiexu.store import atrest, bulk, lives, people, steps
from jiexu.store.db import Cursor
from jiexu.store.steps import Entry
from jiexu.usecases.node import Node
from jiexu.values.names import comparable

FIRST_VERSION = 1
"""A person's first line in the journal: they were loaded."""


@dataclass(frozen=True, slots=True)
class PersonAtAgency:
    """One person as one agency's own system would hand them over.

    ``documents``: kind, number, valid from, valid until. ``months``: scheme, kind of month, months earned here.
    ``parts``: name of the account part, balance in fen, whether it may move.
    """

    agency: str
    name: str
    birth: date
    sex: Sex | None
    documents: tuple[tuple[str, str, date | None, date | None], ...]
    enrolments: tuple[Enrolment, ...]
    months: tuple[tuple[str, str, MonthSet], ...] = ()
    parts: tuple[tuple[str, int, bool], ...] = ()
    owed_fen: int = 0
    sharing_open: bool = False
    arrears_months: int = 0
    posted: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many people were new, and how many were there already and left as they are."""

    new: int = 0
    there_already: int = 0

    def __add__(self, other: Loaded) -> Loaded:
        return Loaded(self.new + other.new, self.there_already + other.there_already)


def together(parts: Sequence[PersonAtAgency]) -> PersonAtAgency:
    """One person at one agency of whom several rows speak: their name stands in the first, the rest is put together."""
    if len(parts) == 1:
        return parts[0]
    months: dict[tuple[str, str], MonthSet] = {}
    for scheme, kind, known in (each for part in parts for each in part.months):
        months[scheme, kind] = months.get((scheme, kind), MonthSet.EMPTY) | known
    return replace(
        parts[0],
        documents=tuple({each[:2]: each for part in parts for each in part.documents}.values()),
        enrolments=tuple(each for part in parts for each in part.enrolments),
        months=tuple((*line, known) for line, known in months.items()),
        parts=tuple(each for part in parts for each in part.parts),
        owed_fen=max(part.owed_fen for part in parts),
        sharing_open=any(part.sharing_open for part in parts),
        arrears_months=max(part.arrears_months for part in parts),
        posted=any(part.posted for part in parts),
    )


def person_ref(node: Node, agency: str, kind: str, number: str) -> str:
    """The agency's own reference of a person: derived, so that loading twice finds the same row, and telling nothing."""
    return "P" + hmac.digest(node.secrets[agency].salt, f"{kind}:{number}".encode(), "sha256").hex()[:16]


def load_people(node: Node, listed: Sequence[PersonAtAgency], *, day: date, actor: str) -> Loaded:
    """Load people in one transaction. A person any of whose documents is known at that agency is left as they are."""
    with node.store.transaction("people.load", sorted({each.agency for each in listed})) as cursor:
        numbers = [[(each.agency, kind, number) for kind, number, _, _ in each.documents] for each in listed]
        known = set(people.find(cursor, list(chain.from_iterable(numbers))))
        fresh: dict[tuple[str, str], PersonAtAgency] = {}
        for each, own in zip(listed, numbers, strict=True):
            if known.isdisjoint(own):
                fresh[each.agency, person_ref(node, *own[0])] = each
                known.update(own)
        _insert(node, cursor, fresh, day=day, actor=actor)
    return Loaded(len(fresh), len(listed) - len(fresh))


def _insert(
    node: Node, cursor: Cursor, fresh: dict[tuple[str, str], PersonAtAgency], *, day: date, actor: str
) -> None:
    rows = list(fresh.items())
    bulk.insert_all(
        cursor, "person", ("agency", "person", "name", "name_key", "birth", "sex", "owed_fen", "sharing_open", "arrears_months", "posted"),
        [(*key, p.name, comparable(p.name), p.birth, p.sex, p.owed_fen, p.sharing_open, p.arrears_months, p.posted) for key, p in rows],
    )  # fmt: skip
    bulk.insert_all(
        cursor, "identity_document", ("agency", "kind", "number", "seek", "seek_end", "person", "valid_from", "valid_until"),
        [(agency, kind, *atrest.sealed_number(agency, ref, kind, number), ref, first, last) for (agency, ref), p in rows for kind, number, first, last in p.documents],
    )  # fmt: skip
    bulk.insert_all(
        cursor, "enrolment", ("agency", "person", "scheme", "since", "status", "stopped_on", "cover_year", "employer", "has_account", "first_month_paid"),
        [(*key, e.scheme.value, e.since, e.status.value, e.stopped_on, e.cover_year, e.employer, e.has_account, e.first_month_paid) for key, p in rows for e in p.enrolments],
    )  # fmt: skip
    months = [
        (agency, posting_id("months", agency, ref, scheme, kind), ref, scheme, kind, held.to_pg(), actor)
        for (agency, ref), p in rows for scheme, kind, held in p.months if held
    ]  # fmt: skip
    bulk.insert_all(
        cursor, "month_entry", ("agency", "entry", "person", "scheme", "kind", "months", "source"), months
    )
    accounts = [(*key, part, movable) for key, p in rows for part, _, movable in p.parts]
    bulk.insert_all(cursor, "account", ("agency", "person", "part", "movable"), accounts)
    openings = [_opening(key, part, fen, actor) for key, p in rows for part, fen, _ in p.parts if fen]
    steps.book(cursor, [(posting, None) for posting in openings], day)
    earned = _grouped(months)
    booked: dict[tuple[str, str], list[list[object]]] = {}
    for posting in openings:
        booked.setdefault((posting.agency, posting.credit.key), []).append(steps.posting_content(posting))
    entries = [
        Entry(
            agency,
            lives.JOURNAL_KIND,
            ref,
            FIRST_VERSION,
            "PersonLoaded",
            actor,
            lives.loaded_content(
                documents=p.documents,
                months=earned.get((agency, ref), []),
                postings=booked.get((agency, ref), []),
            ),
            node.secrets[agency].salt,
            _standing(p),
        )
        for (agency, ref), p in rows
    ]
    steps.journal(cursor, entries, day)


def _standing(p: PersonAtAgency) -> object:
    """How the person stands once loaded, in the order of the columns the journal hashes."""
    return lives.standing_content(
        [
            FIRST_VERSION, p.name, comparable(p.name), p.birth, p.sex and p.sex.value, None,
            p.owed_fen, p.sharing_open, p.arrears_months, p.posted,
        ],
        [
            [
                e.scheme.value, e.since, e.status.value, e.stopped_on, e.cover_year, e.employer,
                e.has_account, e.first_month_paid,
            ]
            for e in p.enrolments
        ],
        [part for part, _, movable in p.parts if not movable],
    )  # fmt: skip


def _grouped(
    months: list[tuple[str, str, str, str, str, str, str]],
) -> dict[tuple[str, str], list[list[object]]]:
    grouped: dict[tuple[str, str], list[list[object]]] = {}
    for agency, _, ref, scheme, kind, spans, _ in months:
        grouped.setdefault((agency, ref), []).append([scheme, kind, spans])
    return grouped


def _opening(key: tuple[str, str], part: str, fen: int, actor: str) -> Posting:
    agency, ref = key
    return Posting(
        id=posting_id("opening", agency, ref, part),
        debit=Account(agency, AccountKind.BANK),
        credit=Account(agency, AccountKind.PERSONAL, ref, part),
        amount_fen=fen,
        reason=PostingReason.OPENING,
        rule="opening",
        handled_by=actor,
    )
