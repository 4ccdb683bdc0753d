"""One case, all its rows side by side: form, holds, postings, months, messages and tracks say the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from psycopg.types.json import Jsonb

from jiexu.cases.file import MoneyTrack
from jiexu.cases.legs import AT_THE_DESK
from jiexu.cases.origin import form_lines
from jiexu.cases.promises import broken_between, broken_in_one
from jiexu.cases.states import MoneyState, RecordState, Way
from jiexu.cases.states import Side as SideOf
from jiexu.exchange.payloads import Form, LegNotice, MoneyCredited, PaymentAdvice, RecordIn
from jiexu.ledger.entries import PostingReason
from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line, MonthKind
from jiexu.rules.money import MoneyMode
from jiexu.store.db import Row
from jiexu.store.files import FILE_COLUMNS, MONEY_COLUMNS, StoredFile, file_row, money_row
from jiexu.store.people import months_of
from jiexu.usecases.verifying.cases import Side
from jiexu.usecases.verifying.report import Findings

Parts = Counter[str]
LEFT = frozenset(
    {
        MoneyState.SETTLED, MoneyState.QUERIED, MoneyState.CHASING, MoneyState.CREDITED, MoneyState.TO_PERSON,
        MoneyState.CLEARED, MoneyState.ESTATE, MoneyState.ESTATE_IN_DOUBT, MoneyState.ESTATE_PAID,
    }
)  # fmt: skip
"""States of an amount at the origin in which it has left the person's account for good."""
ON_THE_TABLE = AT_THE_DESK | {MoneyState.ORDERED, MoneyState.RESIDUAL, MoneyState.STOPPED_BY_DEATH}
SET_ASIDE = frozenset({MoneyState.ESTATE, MoneyState.ESTATE_IN_DOUBT})
FOR_HEIRS = SET_ASIDE | {MoneyState.ESTATE_PAID}
ARRIVED = FOR_HEIRS | {MoneyState.CREDITED}
TAKEN = ("in", "came_back", "already_counted")


def check_side(side: Side, findings: Findings) -> None:
    """What one agency holds about a case, without looking at the other."""
    stored = side.stored
    findings.count("files")
    if stored is None:
        return
    for sentence in broken_in_one(stored.file):
        findings.add("promise_two", *side.key, said=sentence)
    _columns(side, stored, findings)
    _form(side, stored, findings)
    _months(side, stored, findings)
    for leg in sorted({row["leg"] for row in side.postings} - {track.leg for track in stored.file.money}):
        findings.add("posting_without_amount", *side.key, leg=leg)
    for track in stored.file.money:
        findings.count("amounts")
        _amount(side, track, findings)
    _told(side, stored, findings)


def check_case(one: Side, other: Side | None, hosted: bool, findings: Findings) -> None:
    """Promise 2 over both files, and what left here is what came there. ``hosted``: the other agency lives here too."""
    if one.stored is None or (other is not None and other.stored is None):
        return
    if other is None:
        waits = (
            any(row["holder"] == "other_agency" for row in one.money)
            or one.file["record_holder"] == "other_agency"
        )
        if hosted and waits:
            findings.add("other_file_missing", *one.key, other=one.file["other"])
        return
    there = other.stored
    if there is None:
        return
    if (one.file["other"], other.file["other"]) != (other.key[0], one.key[0]) or one.file[
        "side"
    ] == other.file["side"]:
        findings.add("files_do_not_face", *one.key, other=other.key[0])
    for sentence in (
        *broken_between(one.stored.file, there.file),
        *broken_between(there.file, one.stored.file),
    ):
        findings.add("promise_two", *one.key, said=sentence)
    origin, destination = (one, other) if one.file["side"] == "origin" else (other, one)
    _across(origin, destination, findings)


def _columns(side: Side, stored: StoredFile, findings: Findings) -> None:
    """Holder, next event, date and all else stand as the pure table gives them."""
    for name, value in zip(FILE_COLUMNS, file_row(stored), strict=True):
        if not _same(side.file[name], value):
            findings.add("file_column_differs", *side.key, column=name)
    rows = {row["leg"]: row for row in side.money}
    for track in stored.file.money:
        for name, value in zip(MONEY_COLUMNS, money_row(stored.file, track), strict=True):
            if not _same(rows[track.leg][name], value):
                findings.add("file_column_differs", *side.key, column=f"{name} of amount {track.leg}")


def _same(held: object, written: object) -> bool:
    return bool(held == (written.obj if isinstance(written, Jsonb) else written))


# ---------------------------------------------------------------- the form


def _forms(side: Side) -> dict[int, Form]:
    return {
        letter.payload.issue: letter.payload for letter in side.letters if isinstance(letter.payload, Form)
    }


def _form(side: Side, stored: StoredFile, findings: Findings) -> None:
    form = stored.file.form
    if form is None:
        return
    sent = _forms(side).get(form.issue)
    # An erased payload leaves nothing to compare; the chain still proves that it was sent.
    if sent is not None and sent != form:
        findings.add("form_differs", *side.key, issue=form.issue)
    if sent is None and all(letter.payload is not None for letter in side.letters):
        findings.add("form_not_sent", *side.key, issue=form.issue)


def _lines(moves: list[Row], issue: int, *kinds: str) -> dict[Line, MonthSet]:
    found: dict[Line, MonthSet] = {}
    for row in moves:
        if row["issue"] == issue and row["move"] in kinds:
            line = Line(row["scheme"], row["area"], MonthKind(row["kind"]))
            found[line] = found.get(line, MonthSet.EMPTY) | months_of(row["months"])
    return dict(sorted(found.items()))


def _months(side: Side, stored: StoredFile, findings: Findings) -> None:
    """The months on the form are those moved: out at the origin, taken or counted already at the destination."""
    file = stored.file
    issue = file.form.issue if file.form else 0
    form = dict(form_lines(file.form)) if file.form else {}
    if any(row["person"] != file.person for row in side.moves):
        findings.add("months_of_another", *side.key)
    if file.side is SideOf.ORIGIN:
        moved = _lines(side.moves, issue, "out")
        for earlier in {row["issue"] for row in side.moves} - {issue}:
            if _lines(side.moves, earlier, "out") != _lines(side.moves, earlier, "undone"):
                findings.add("months_not_undone", *side.key, issue=earlier)
    else:
        moved = _lines(side.moves, issue, *TAKEN)
        if file.record.state is not RecordState.IN:
            form = {}
    if moved != form:
        findings.add("form_months_differ", *side.key, form=_count(form), moved=_count(moved))


def _count(lines: Mapping[Line, MonthSet]) -> int:
    return sum(months.count for months in lines.values())


# ---------------------------------------------------------------- amounts


def _sums(side: Side, leg: int) -> dict[str, Parts]:
    """Fen by part for each thing that can happen to an amount; what was set aside for heirs and booked back is no more."""
    sums: dict[str, Parts] = defaultdict(Counter)
    to_heirs = {row["id"] for row in side.postings if row["reason"] == PostingReason.TO_ESTATE}
    for row in side.postings:
        if row["leg"] != leg:
            continue
        part = row["debit_part"] or row["credit_part"]
        sums[row["reason"]][part] += row["amount_fen"]
        if row["corrects"] in to_heirs:
            sums[PostingReason.TO_ESTATE][part] -= row["amount_fen"]
        if row["debit_kind"] == "personal":
            sums["left"][row["debit_part"]] += row["amount_fen"]
        if row["credit_kind"] == "personal":
            sums["came"][row["credit_part"]] += row["amount_fen"]
        for kind in ("returned", "estate"):
            if row["credit_kind"] == kind:
                sums[kind][""] += row["amount_fen"]
            if row["debit_kind"] == kind:
                sums[kind][""] -= row["amount_fen"]
    return sums


def _amount(side: Side, track: MoneyTrack, findings: Findings) -> None:
    for name, expected, found in _expected(side, track):
        if expected != found:
            findings.add(
                "amount_differs",
                *side.key,
                leg=track.leg,
                state=track.state.value,
                what=name,
                expected_fen=expected,
                found_fen=found,
            )


def _expected(side: Side, track: MoneyTrack) -> Iterator[tuple[str, int, int]]:
    """Name, what the track's state asks for, what the rows give; part by part where a person's account is touched."""
    sums = _sums(side, track.leg)
    parts = Counter({part.part: part.amount_fen for part in track.parts})
    match track.way:
        case Way.OUT:
            yield from _expected_out(side, track, sums, parts)
        case Way.IN:
            arrived = track.state in ARRIVED
            to_heirs = sums[PostingReason.TO_ESTATE].total()
            if not to_heirs:
                for part in sorted(parts | sums["came"]):
                    yield f"credited to {part}", parts[part] if arrived else 0, sums["came"][part]
            else:
                yield "set aside", parts.total() if arrived else 0, to_heirs
            yield "estate", parts.total() if track.state in SET_ASIDE else 0, sums["estate"][""]
        case Way.BACK:
            given = parts.total() if track.state is MoneyState.GIVEN_BACK else 0
            yield "given back", given, sums[PostingReason.GIVEN_BACK].total()


def _expected_out(
    side: Side, track: MoneyTrack, sums: dict[str, Parts], parts: Parts
) -> Iterator[tuple[str, int, int]]:
    held = Counter[str]()
    for row in side.open_holds:
        if row["leg"] == track.leg:
            held[row["part"]] += row["amount_fen"]
    undecided = track.mode is MoneyMode.UNKNOWN
    came_back = track.state in ON_THE_TABLE and track.held_by_issue is None and not undecided
    gone = track.state in LEFT or came_back
    aside = track.state in ON_THE_TABLE and track.held_by_issue is not None
    left = sums["left"] - sums["came"]
    for part in sorted(set(parts) | set(left) | set(held)):
        yield f"taken from {part}", parts[part] if gone else 0, left[part]
        yield f"held on {part}", parts[part] if aside else 0, held[part]
    yield "returned", parts.total() if came_back else 0, sums["returned"][""]
    yield "estate", parts.total() if track.state in SET_ASIDE else 0, sums["estate"][""]


# ---------------------------------------------------------------- what was told


def _told(side: Side, stored: StoredFile, findings: Findings) -> None:
    """Amounts and months in this side's messages are those of its rows."""
    orders = {(row["leg"], row["attempt"]): row["amount_fen"] for row in side.orders}
    for letter in side.own:
        where = (*side.key, f"{letter.envelope.sender}-{letter.envelope.seq}")
        match letter.payload:
            case MoneyCredited(leg=leg, amount_fen=fen):
                sums = _sums(side, leg)
                booked = sums["came"].total() + sums[PostingReason.TO_ESTATE].total()
                if booked != fen:
                    findings.add("told_differs", *where, what="money_credited", told=fen, found=booked)
            case PaymentAdvice(leg=leg, attempt=attempt, amount_fen=fen):
                if orders.get((leg, attempt), 0) != fen:
                    findings.add(
                        "told_differs",
                        *where,
                        what="payment_advice",
                        told=fen,
                        found=orders.get((leg, attempt), 0),
                    )
            case RecordIn(issue=issue, taken=taken, already_counted=already):
                came, twice = (
                    _count(_lines(side.moves, issue, "in", "came_back")),
                    _count(_lines(side.moves, issue, "already_counted")),
                )
                if (came, twice) != (taken, already):
                    findings.add(
                        "told_differs", *where, what="record_in", told=taken + already, found=came + twice
                    )
            case _:
                pass
    if all(letter.payload is not None for letter in side.letters):
        _announced(side, stored, findings)


def _announced(side: Side, stored: StoredFile, findings: Findings) -> None:
    """The parts of every amount stand on the form or in a notice, whichever came last; heirs' money needs none."""
    said: dict[int, list[object]] = defaultdict(list)
    for letter in side.letters:
        match letter.payload:
            case Form(parts=parts):
                said[1].append(parts)
            case LegNotice(leg=leg, parts=parts):
                said[leg].append(parts)
            case _:
                pass
    for track in stored.file.money:
        if (
            track.way is not Way.BACK
            and track.state not in FOR_HEIRS | {MoneyState.ENDED}
            and track.parts not in said[track.leg]
        ):
            findings.add("amount_not_announced", *side.key, leg=track.leg)


def _across(origin: Side, destination: Side, findings: Findings) -> None:
    """What left one side and what came to the other, months and fen."""
    if origin.stored is None or destination.stored is None:
        return
    there = destination.stored.file
    if there.record.state is RecordState.IN and there.form is not None:
        out = _lines(origin.moves, there.form.issue, "out")
        came = _lines(destination.moves, there.form.issue, *TAKEN)
        if out != came:
            findings.add("months_lost_between", *origin.key, left=_count(out), came=_count(came))
    for track in there.money:
        sender = origin.stored.file.leg(track.leg)
        if track.way is not Way.IN or track.state not in ARRIVED:
            continue
        fen = track.amount_fen
        # The receipt may be credited before the sending bank's own answer is read; then the order stands for it.
        left = (
            0 if sender is None else sender.amount_fen if sender.state in LEFT | {MoneyState.ORDERED} else 0
        )
        if left != fen:
            findings.add("money_lost_between", *origin.key, leg=track.leg, left_fen=left, came_fen=fen)
