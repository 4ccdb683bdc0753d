"""Files of cases as rows and back. Holder, next event and date are written from the pure table, never by hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from psycopg.types.json import Jsonb

from jiexu.cases.file import Due, File, MoneyTrack, Payer, RecordTrack, money_waiting, record_waiting
from jiexu.cases.states import DueKind, MoneyState, RecordState, Side, Way
from jiexu.exchange.codec import plain, read_record
from jiexu.exchange.envelope import ZEROS, Lane
from jiexu.exchange.payloads import Form, Part
from jiexu.rules.decision import Confidence
from jiexu.rules.inputs import Applicant, Asked, Channel, Scheme
from jiexu.rules.money import MoneyMode
from jiexu.store import atrest, bulk
from jiexu.store.db import Cursor, Row
from jiexu.values.changing import changed

FILE_FIXED = (
    "agency", "case_no", "side", "other", "opener", "person", "name", "from_scheme", "to_scheme", "asked", "opened_on",
)  # fmt: skip
"""What a file is about. No role may change it: an UPDATE is granted on the other columns alone."""
FILE_STATE = (
    "stands", "accepted_on", "origin_due", "destination_due", "own_check", "other_check", "doubt", "refusals",
    "withdrawing", "died_on", "trips", "sent", "sent_hash", "received", "received_hash", "version",
    "record_state", "record_open", "record_holder", "record_next", "record_due_on", "record_due_kind",
    "record_due_calendar", "record_handing_over", "record_after", "form",
)  # fmt: skip
"""Where it stands. The form last: it is the longest, changes once, and is written only then."""
FILE_COLUMNS = FILE_FIXED + FILE_STATE
MONEY_COLUMNS = (
    "agency", "case_no", "leg", "way", "state", "mode", "rule", "parts", "amount_fen", "attempt", "held_by_issue",
    "received_fen", "early", "handled_by", "reviewed_by", "is_open", "holder", "next_event", "due_on", "due_kind", "due_calendar",
    "handing_over", "after", "payers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file with the place of its lane in the exchange."""

    file: File
    lane: Lane


class StaleFileError(RuntimeError):
    """A file changed between reading and writing; the step is rolled back and decided again on what is there now."""


Key = tuple[str, str]
"""Agency and case number."""
PAIR = ("agency", "case_no")


class FileCache:
    """Files as they stood when they were last read or written here, so that a file read again costs one number.

    A file's version counts its steps, and every change of its rows is a step: where the version in the table is the
    one kept here, the rows are those kept here. Bounded: what was not used for longest goes first.
    """

    CAPACITY: Final = 10_000

    def __init__(self) -> None:
        self._files: OrderedDict[Key, StoredFile] = OrderedDict()

    def find(self, key: Key, version: int) -> StoredFile | None:
        """The file in exactly this version, if it is kept."""
        kept = self._files.get(key)
        if kept is None or kept.file.version != version:
            return None
        self._files.move_to_end(key)
        return kept

    def keep(self, stored: StoredFile) -> None:
        """Keep a file whose rows are committed. Documents stand in messages and the identity table only."""
        file = stored.file
        if file.documents:
            stored = changed(stored, file=changed(file, documents=()))
        key = file.agency, file.case_no
        self._files[key] = stored
        self._files.move_to_end(key)
        if len(self._files) > self.CAPACITY:
            self._files.popitem(last=False)


def lock(
    cursor: Cursor, keys: Sequence[Key], cache: FileCache, *, wait: bool = False
) -> dict[Key, StoredFile]:
    """Files of which this transaction may write, locked in key order; what another process holds is skipped or awaited."""
    query = (
        "SELECT f.agency, f.case_no, f.version FROM file f JOIN {keys} ON (f.agency, f.case_no) = (k.agency, k.case_no) "
        f"ORDER BY f.agency, f.case_no FOR UPDATE OF f {'' if wait else 'SKIP LOCKED'}"
    )
    rows = bulk.select_keys(cursor, query, keys, PAIR)
    there = {(row["agency"], row["case_no"]): row["version"] for row in rows}
    known = {key: kept for key, version in there.items() if (kept := cache.find(key, version))}
    read = load(cursor, [key for key in there if key not in known])
    for stored in read.values():
        cache.keep(stored)
    return known | read


def load(cursor: Cursor, keys: Sequence[Key]) -> dict[Key, StoredFile]:
    """Files by (agency, case number), from their rows."""
    query = "SELECT f.* FROM file f JOIN {keys} ON (f.agency, f.case_no) = (k.agency, k.case_no)"
    rows = bulk.select_keys(cursor, query, keys, PAIR)
    money: dict[Key, list[Row]] = {key: [] for key in keys}
    query = "SELECT m.* FROM money_track m JOIN {keys} ON (m.agency, m.case_no) = (k.agency, k.case_no) ORDER BY m.leg"
    for row in bulk.select_keys(cursor, query, keys, PAIR):
        money[row["agency"], row["case_no"]].append(row)
    return {
        (row["agency"], row["case_no"]): of_rows(row, money[row["agency"], row["case_no"]]) for row in rows
    }


def of_rows(row: Row, money: Iterable[Row]) -> StoredFile:
    """A file from its own row and those of its amounts, in the order of their legs."""
    return _file(row, tuple(_money(each) for each in money))


def save(cursor: Cursor, files: Iterable[tuple[StoredFile | None, StoredFile]]) -> None:
    """Write files as (what was read, what to write). New ones must be new, others unchanged since they were read."""
    pairs = list(files)
    fresh = [new for old, new in pairs if old is None]
    known = [(old, new) for old, new in pairs if old is not None]
    alike: dict[tuple[int, bool], list[StoredFile]] = {}
    for old, new in known:
        behind = new.file.version - old.file.version
        alike.setdefault((behind, old.file.form != new.file.form), []).append(new)
    for behind, with_form in sorted(alike):
        _save_known(cursor, alike[behind, with_form], behind, FILE_STATE if with_form else FILE_STATE[:-1])
    # Changed files before new ones: a case that yields its place must have left it when the other one takes it.
    bulk.insert_all(cursor, "file", FILE_COLUMNS, [file_row(each) for each in fresh])
    _save_money(cursor, pairs)


def _save_known(cursor: Cursor, files: Sequence[StoredFile], behind: int, columns: Sequence[str]) -> None:
    """Write where files stand now that were ``behind`` steps back when they were read."""
    rows = [(each.file.agency, each.file.case_no, *_state_row(each, columns)) for each in files]
    unchanged_since = f"t.version = s.version - {behind:d}"
    written = bulk.update(cursor, "file", FILE_COLUMNS[:2], columns, rows, unchanged_since)
    if written != len(rows):
        raise StaleFileError(
            f"{len(rows) - written} files changed while a step was decided on them; it is decided again."
        )


def _save_money(cursor: Cursor, pairs: Sequence[tuple[StoredFile | None, StoredFile]]) -> None:
    fresh, changed = [], []
    for old, new in pairs:
        earlier = {track.leg: track for track in old.file.money} if old is not None else {}
        for track in new.file.money:
            if track.leg not in earlier:
                fresh.append(money_row(new.file, track))
            elif track != earlier[track.leg]:
                changed.append(money_row(new.file, track))
    bulk.insert_all(cursor, "money_track", MONEY_COLUMNS, fresh)
    bulk.update(
        cursor, "money_track", MONEY_COLUMNS[:3], MONEY_COLUMNS[3:], changed, fixed=frozenset({"way"})
    )


def file_row(stored: StoredFile) -> tuple[Any, ...]:
    """A file as its row, in the order of ``FILE_COLUMNS``."""
    file = stored.file
    return (
        file.agency, file.case_no, file.side.value, file.other, file.opener, file.person or None, file.name,
        file.asked.from_scheme.value, file.asked.to_scheme.value, Jsonb(asked_content(file.asked)), file.opened_on,
        *_state_row(stored, FILE_STATE),
    )  # fmt: skip


def _state_row(stored: StoredFile, columns: Sequence[str]) -> tuple[Any, ...]:
    """Where a file stands, in the order of ``FILE_STATE``: with its form, or without it where ``columns`` end before."""
    file, lane = stored.file, stored.lane
    waiting = record_waiting(file)
    state = (
        file.stands, file.accepted_on, _due_json(file.origin_due), _due_json(file.destination_due),
        _codes(file.own_check), _codes(file.other_check), file.doubt.value, list(file.refusals),
        file.withdrawing, file.died_on, file.trips,
        lane.sent, lane.sent_hash, lane.received, lane.received_hash, file.version,
        file.record.state.value, file.record.is_open,
        waiting and waiting.holder.value, waiting and waiting.next_event.value,
        waiting and waiting.due.on, waiting and waiting.due.kind.value, waiting and waiting.due.calendar,
        file.record.handing_over, _due_json(file.record.due_after),
    )  # fmt: skip
    if len(columns) == len(state):
        return state
    return *state, None if file.form is None else Jsonb(plain(file.form))


def money_row(file: File, track: MoneyTrack) -> tuple[Any, ...]:
    """An amount as its row, in the order of ``MONEY_COLUMNS``."""
    waiting = money_waiting(track)
    return (
        file.agency, file.case_no, track.leg, track.way.value, track.state.value, track.mode.value, track.rule,
        Jsonb([[part.part, part.amount_fen] for part in track.parts]), track.amount_fen, track.attempt,
        track.held_by_issue, track.received_fen, track.early, track.handled_by, track.reviewed_by, track.is_open,
        waiting and waiting.holder.value, waiting and waiting.next_event.value,
        waiting and waiting.due.on, waiting and waiting.due.kind.value, waiting and waiting.due.calendar,
        track.handing_over, _due_json(track.due_after), Jsonb([[atrest.sealed_account(payer.account), payer.amount_fen] for payer in track.payers]),
    )  # fmt: skip


def _file(row: Row, money: tuple[MoneyTrack, ...]) -> StoredFile:
    file = File(
        case_no=row["case_no"],
        side=Side(row["side"]),
        agency=row["agency"],
        other=row["other"],
        opener=row["opener"],
        asked=asked_of(row["asked"]),
        person=row["person"] or "",
        name=row["name"],
        documents=(),
        record=RecordTrack(
            state=RecordState(row["record_state"]),
            due=_due(row["record_due_on"], row["record_due_kind"], row["record_due_calendar"]),
            handing_over=row["record_handing_over"],
            due_after=_due_of_json(row["record_after"]),
        ),
        money=money,
        opened_on=row["opened_on"],
        accepted_on=row["accepted_on"],
        origin_due=_due_of_json(row["origin_due"]),
        destination_due=_due_of_json(row["destination_due"]),
        own_check=_tuple(row["own_check"]),
        other_check=_tuple(row["other_check"]),
        doubt=Confidence(row["doubt"]),
        refusals=tuple(row["refusals"]),
        form=None if row["form"] is None else cast("Form", read_record(Form, row["form"], "form")),
        withdrawing=row["withdrawing"],
        died_on=row["died_on"],
        sent=row["sent"],
        version=row["version"],
        trips=row["trips"],
    )
    lane = Lane(
        row["case_no"],
        row["agency"],
        row["other"],
        row["sent"],
        row["sent_hash"],
        row["received"],
        row["received_hash"],
    )
    return StoredFile(file, lane)


def _money(row: Row) -> MoneyTrack:
    return MoneyTrack(
        leg=row["leg"],
        way=Way(row["way"]),
        state=MoneyState(row["state"]),
        mode=MoneyMode(row["mode"]),
        rule=row["rule"],
        parts=tuple(Part(name, amount) for name, amount in row["parts"]),
        due=_due(row["due_on"], row["due_kind"], row["due_calendar"]),
        attempt=row["attempt"],
        held_by_issue=row["held_by_issue"],
        received_fen=row["received_fen"],
        early=row["early"],
        handled_by=row["handled_by"],
        reviewed_by=row["reviewed_by"],
        handing_over=row["handing_over"],
        due_after=_due_of_json(row["after"]),
        payers=tuple(Payer(atrest.account_of(account), amount) for account, amount in row["payers"]),
    )


def asked_content(asked: Asked) -> dict[str, object]:
    """What was asked, as plain values."""
    return {
        "received_on": asked.received_on.isoformat(), "origin": asked.origin, "destination": asked.destination,
        "from_scheme": asked.from_scheme.value, "to_scheme": asked.to_scheme.value, "applicant": asked.applicant.value,
        "channel": asked.channel.value, "authorised": asked.authorised, "employer": asked.employer, "wants_cash": asked.wants_cash,
    }  # fmt: skip


def asked_of(value: dict[str, Any]) -> Asked:
    """What was asked, from plain values."""
    return Asked(
        received_on=date.fromisoformat(value["received_on"]),
        origin=value["origin"],
        destination=value["destination"],
        from_scheme=Scheme(value["from_scheme"]),
        to_scheme=Scheme(value["to_scheme"]),
        applicant=Applicant(value["applicant"]),
        channel=Channel(value["channel"]),
        authorised=value["authorised"],
        employer=value["employer"],
        wants_cash=value["wants_cash"],
    )


def new_lane(file: File) -> Lane:
    """The lane of a file that has neither sent nor received."""
    return Lane(file.case_no, file.agency, file.other, 0, ZEROS, 0, ZEROS)


def _due(on: Any, kind: str | None, calendar: str | None) -> Due | None:
    return None if on is None or kind is None else Due(on, DueKind(kind), calendar or "")


def _due_json(due: Due | None) -> Jsonb | None:
    return None if due is None else Jsonb([due.on.isoformat(), due.kind.value, due.calendar])


def _due_of_json(value: list[str] | None) -> Due | None:
    return None if value is None else Due(date.fromisoformat(value[0]), DueKind(value[1]), value[2])


def _codes(codes: tuple[str, ...] | None) -> list[str] | None:
    return None if codes is None else list(codes)


def _tuple(codes: list[str] | None) -> tuple[str, ...] | None:
    return None if codes is None else tuple(codes)
