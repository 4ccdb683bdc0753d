"""Straight-through work: what the clerks, reviewers and finance of an agency do when nothing is special."""

from __future__ import annotations

from collections.abc import Iterator

from jiexu.cases.events import (
    BatchReviewed,
    BatchSent,
    CreditReviewed,
    DeathTakenBack,
    EstatePaid,
    Event,
    FormIssued,
    ModeDecided,
    OrderedAgain,
    QueryAnswered,
    RestSent,
    SetAside,
    TakenIn,
)
from jiexu.cases.file import File, MoneyTrack
from jiexu.cases.states import MoneyState, RecordState, Side, Way
from jiexu.rules.money import MoneyMode
from jiexu.simulation.bank import Bank
from jiexu.simulation.world import HANDLED, REVIEWED


def work(file: File, bank: Bank) -> Iterator[Event]:
    """Everything this file asks its own agency to do now, the record first."""
    if not file.is_open:
        return
    if file.withdrawing is None:
        if file.side is Side.ORIGIN and file.record.state in {
            RecordState.ACCEPTED,
            RecordState.FORM_DISPUTED,
        }:
            yield FormIssued(HANDLED, REVIEWED)
        if file.record.state is RecordState.FORM_RECEIVED:
            yield TakenIn(HANDLED, REVIEWED)
    for track in file.money:
        yield from _money(file, track, bank)


def decisions(file: File, mode: MoneyMode) -> Iterator[Event]:
    """What only a person with authority decides: how unknown money travels, that heirs are paid, that nobody died."""
    if any(track.state is MoneyState.ESTATE_IN_DOUBT for track in file.money):
        yield DeathTakenBack(HANDLED, REVIEWED)
    for track in file.money:
        if track.handing_over is not None and track.state is not MoneyState.ESTATE:
            continue
        if track.state is MoneyState.MODE_UNKNOWN and track.way is Way.OUT:
            yield ModeDecided(track.leg, mode, "agreed with the other agency by telephone", HANDLED, REVIEWED)
        if track.state is MoneyState.ESTATE:
            yield EstatePaid(track.leg, HANDLED, REVIEWED)


def _money(file: File, track: MoneyTrack, bank: Bank) -> Iterator[Event]:
    leg = track.leg
    match track.state:
        case MoneyState.DUE:
            yield BatchReviewed(leg, REVIEWED)
        case MoneyState.REVIEWED:
            yield BatchSent(leg, HANDLED)
        case MoneyState.STOPPED_BY_DEATH:
            yield SetAside(leg, HANDLED, REVIEWED)
        case MoneyState.RETURNED | MoneyState.HELD_BACK | MoneyState.RESIDUAL if track.handing_over is None:
            yield OrderedAgain(leg, HANDLED)
        case MoneyState.QUERIED:
            yield QueryAnswered(leg, short=bank.owes(file.case_no, leg))
        case MoneyState.CHASING if not bank.owes(file.case_no, leg):
            yield RestSent(leg)
        case MoneyState.CLEARED if track.way is Way.IN and file.record.state is RecordState.IN:
            yield CreditReviewed(leg, HANDLED, REVIEWED)
        case MoneyState.SETTLED if track.way is Way.IN and track.received_fen >= track.amount_fen:
            if file.record.state is not RecordState.FORM_DISPUTED:
                yield CreditReviewed(leg, HANDLED, REVIEWED)
        case _:
            return
