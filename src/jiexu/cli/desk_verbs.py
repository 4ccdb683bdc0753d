"""One desk verb on one case, told in a sentence."""

from __future__ import annotations

import sys
from datetime import date

import click

from jiexu.cases.states import Side
from jiexu.cli.common import lang
from jiexu.cli.working import agency_of, at_desk, file_faults, word
from jiexu.exchange.bundle import REFUSED
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.store.db import Row
from jiexu.texts import say
from jiexu.usecases.caseview import sides
from jiexu.usecases.deskwork import AT, CLERK, DeskEvent, Verb, perform
from jiexu.values import case_number
from jiexu.values.case_number import CaseNumberError


def desk_verb(
    folder: DataFolder,
    verb: Verb,
    given: str,
    *,
    on: date,
    reviewer: str = "desk-reviewer",
    by: str = CLERK,
    word_: str = "",
    leg: int = 1,
    fen: int = 0,
    side: Side | None = None,
    agency: str | None = None,
) -> None:
    """Do a verb and say what became of it. Status 1 where it was not possible.

    ``agency``: whose desk this is; unnamed, the one that has the case at the verb's side.
    """
    if by == reviewer:
        raise click.ClickException(word("same_person", name=by))
    try:
        number = case_number.validate(given)
    except CaseNumberError as error:
        raise click.ClickException(str(error)) from None
    event = DeskEvent(f"{verb.value}-{on}", on, verb, number, word=word_, leg=leg, amount_fen=fen, side=side)
    with at_desk(folder, verb.value) as node, file_faults():
        at = sides(node, number).get(side or AT[verb]) if agency is None else agency_of(node, agency, on)
        if at is not None:
            node.speak_for(at)
        outcome = perform(node, "", [event], day=on, by=by, reviewer=reviewer, found=lambda done: None)[
            event.key
        ]
    said, _, reason = outcome.partition(": ")
    if reason and said != "exception":
        reason = say(lang(), f"reasons.{reason}")
    click.echo(word(f"desk_{said}", case=number, reason=reason))
    if said not in {"done", "already_done"}:
        sys.exit(1)


def not_taken_there(row: Row) -> str:
    """One of our messages that the other side did not take."""
    outcome = "outcome_refused" if row["outcome"] == REFUSED else f"arrival_{row['outcome']}"
    return word(
        "inbox_not_taken_there",
        case=row["case_no"],
        what=say(lang(), f"exchange.type_{row['type']}"),
        receiver=row["receiver"],
        outcome=say(lang(), f"exchange.{outcome}"),
    )


def account_waits(row: Row) -> str:
    """An account that somebody entered, with all its approver must compare."""
    return word(
        "inbox_account",
        due=row["due_on"],
        kind=say(lang(), f"states.due.{row['due_kind']}"),
        number=row["number"],
        bank=f"{row['bank']} {row['cnaps']}",
        account=row["account"],
        holder=row["account_holder"],
        day=row["valid_from"],
        name=row["entered_by"],
        who=say(lang(), f"states.holder.{row['holder']}"),
    )
