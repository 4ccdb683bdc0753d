"""``jiexu desk``: what a clerk, a reviewer and finance do by hand, one verb at a time."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import click

from jiexu.cases.states import Side
from jiexu.cli.common import lang, node_options
from jiexu.cli.desk_verbs import account_waits, desk_verb, not_taken_there
from jiexu.cli.working import (
    Day,
    agency_of,
    at_desk,
    connected,
    file_faults,
    opened,
    seen_from_desk,
    today,
    word,
    working,
)
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.rules.money import MoneyMode
from jiexu.store.db import Row
from jiexu.texts import say
from jiexu.usecases import bankday, banking, delivery, not_taken, returning
from jiexu.usecases.deskwork import CLERK, Verb
from jiexu.usecases.inbox import inbox as looked_up
from jiexu.usecases.inbox import unapproved, unmatched, untaken
from jiexu.values import case_number
from jiexu.values.money import format_yuan
from jiexu.values.writing import masked

REVIEWER = "desk-reviewer"


@click.group(help=word("help_desk"))
def desk() -> None:
    """The agency desk."""


@desk.command(help=word("help_inbox"))
@click.option("--agency", required=True, help=word("help_agency"))
@click.option("--json", "as_json", is_flag=True, help=word("help_json"))
@node_options
def inbox(*, agency: str, as_json: bool, folder: DataFolder) -> None:
    """Sorted by date, records and amounts together, unmatched receipts last."""
    with seen_from_desk(folder) as node:
        code = agency_of(node, agency, today())
        node.speak_for(code)
        rows, receipts = looked_up(node, code), unmatched(node, code, day=today())
        entered = unapproved(node, code)
        came, sent = untaken(node, code), not_taken.unanswered(node, code)
    if as_json:
        found = {
            "work": rows,
            "unmatched": [{**row, "payer_account": masked(row["payer_account"])} for row in receipts],
            "not_taken": came,
            "not_taken_there": sent,
            "accounts": entered,
        }
        click.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    for row in rows:
        click.echo(_work_waits(row))
    for row in receipts:
        click.echo(_receipt_waits(row))
    for row in entered:
        click.echo(account_waits(row))
    for row in sent:
        click.echo(not_taken_there(row))
    if came:
        click.echo(
            word(
                "inbox_not_taken",
                count=len(came),
                agency=code,
                day=min(row["due_on"] for row in came),
                holder=say(lang(), f"states.holder.{came[0]['holder']}"),
            )
        )
    if not (rows or receipts or entered or came or sent):
        click.echo(word("inbox_empty"))


def _work_waits(row: Row) -> str:
    """A record, an amount, or a case that stands alone, with who must act next."""
    told = {
        "day": row["due_on"],
        "kind": say(lang(), f"states.due.{row['due_kind']}"),
        "case": row["case_no"],
        "holder": say(lang(), f"states.holder.{row['holder']}"),
    }
    if row["state"] == "stuck":
        return word("inbox_stuck", **told, said=row["next_event"])
    what = (
        word("inbox_money", leg=row["leg"], yuan=format_yuan(row["amount_fen"]))
        if row["leg"]
        else word("inbox_record")
    )
    return word(
        "inbox_line",
        **told,
        side=say(lang(), f"states.side.{row['side']}"),
        what=what,
        event=say(lang(), f"states.next.{row['next_event']}"),
    )


def _receipt_waits(row: Row) -> str:
    """Money that arrived and is matched to nothing, with who paid it and why it waits."""
    return word(
        "inbox_receipt",
        due=row["due_on"],
        kind=say(lang(), f"states.due.{row['due_kind']}"),
        holder=say(lang(), f"states.holder.{row['holder']}"),
        receipt=row["receipt"],
        yuan=format_yuan(row["amount_fen"]),
        day=row["received_on"],
        remark=row["remark"] or "-",
        payer=masked(row["payer_account"]) or "-",
        why=say(lang(), f"reasons.{row['why'] or 'not_matched_yet'}"),
    )


def _verb(
    name: str,
    verb: Verb,
    *,
    money: bool = False,
    side: bool = False,
    words: tuple[str, ...] | None = None,
    amount: bool = False,
    two_people: bool = False,
) -> None:
    """Add one verb on one case as a command. ``two_people``: money moves, though of no amount that is named."""
    named = money or two_people

    def do(case_no: str, on: date | None, by: str, reviewer: str, folder: DataFolder, **more: Any) -> None:
        chosen = Side(more["side"]) if more.get("side") else None
        desk_verb(
            folder,
            verb,
            case_no,
            on=on or today(),
            by=by,
            reviewer=reviewer,
            word_=more.get("word") or "",
            leg=more.get("leg", 1),
            fen=more.get("fen", 0),
            side=chosen,
            agency=more["agency"],
        )

    command: Callable[..., Any] = do
    if money:
        command = click.option(
            "--leg", type=click.IntRange(1), default=1, show_default=True, help=word("help_leg")
        )(command)
    if side:
        command = click.option(
            "--side", type=click.Choice([each.value for each in Side]), help=word("help_side")
        )(command)
    if words is not None:
        command = click.option(
            "--as",
            "word",
            type=click.Choice(words) if words else str,
            required=bool(words),
            help=word("help_word"),
        )(command)
    if amount:
        command = click.option("--fen", type=click.IntRange(1), required=True, help=word("help_fen"))(command)
    for option in (
        # Where money moves nobody is put in the second person's place: the name must be given. (A default of None would
        # count as given.)
        click.option("--reviewer", required=True, help=word("help_reviewer"))
        if named
        else click.option("--reviewer", default=REVIEWER, show_default=True, help=word("help_reviewer")),
        click.option("--by", default=CLERK, show_default=True, help=word("help_by")),
        click.option("--agency", help=word("help_whose_desk")),
        click.option("--on", type=Day(), help=word("help_on")),
        click.argument("case_no"),
    ):
        command = option(command)
    desk.command(name, help=word(f"help_verb_{verb.value}"))(node_options(command))


_verb("issue-form", Verb.ISSUE_FORM, two_people=True)
_verb("recall-form", Verb.RECALL_FORM, words=())
_verb("dispute", Verb.DISPUTE_FORM, words=())
_verb("take", Verb.TAKE_IN, two_people=True)
_verb("credit", Verb.CREDIT, money=True)
_verb("return", Verb.HOLD_BACK, money=True, side=True)
_verb("order-again", Verb.ORDER_AGAIN, money=True, side=True)
_verb(
    "decide-mode",
    Verb.DECIDE_MODE,
    money=True,
    words=(MoneyMode.REMIT.value, MoneyMode.KEEP.value, MoneyMode.TO_PERSON.value),
)
_verb("late-money", Verb.LATE_MONEY, amount=True, two_people=True)
_verb("death", Verb.DEATH, side=True, two_people=True)
_verb("take-back-death", Verb.TAKE_BACK_DEATH, side=True, two_people=True)
_verb("set-aside", Verb.SET_ASIDE, money=True)
_verb("pay-estate", Verb.PAY_ESTATE, money=True, side=True)
_verb("stop", Verb.STOP)


@desk.command("review-batch", help=word("help_review_batch"))
@click.option("--agency", required=True, help=word("help_agency"))
@click.option("--reviewer", required=True, help=word("help_reviewer"))
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def review_batch(*, agency: str, reviewer: str, on: date | None, folder: DataFolder) -> None:
    """A batch without review is not sent."""
    day = on or today()
    with at_desk(folder, "review-batch") as node, file_faults():
        node.speak_for(agency_of(node, agency, day))
        count = banking.review(node, day=day, reviewer=reviewer, found=lambda done: None)
    click.echo(word("batch_reviewed", count=count, name=reviewer))


@desk.command("send-batch", help=word("help_send_batch"))
@click.option("--agency", required=True, help=word("help_agency"))
@click.option("--by", default=CLERK, show_default=True, help=word("help_by"))
@click.option("--reviewer", required=True, help=word("help_reviewer"))
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def send_batch(*, agency: str, by: str, reviewer: str, on: date | None, folder: DataFolder) -> None:
    """Give what is reviewed to the bank."""
    if by == reviewer:
        raise click.ClickException(word("same_person", name=by))
    day = on or today()
    with connected(folder, "send-batch") as roles:
        with opened(roles.desk) as node:
            node.speak_for(agency_of(node, agency, day))
            orders = banking.send(node, day=day, by=by, reviewer=reviewer, found=lambda done: None)
        with opened(roles.worker) as node:
            # The demonstration's bank takes the orders; it is outside every agency, and no desk sees into it.
            bankday.hand_over(node, day=day)
    if not orders:
        raise click.ClickException(word("nothing_reviewed", agency=agency, name=reviewer))
    click.echo(word("batches_sent", orders=orders))


@desk.command("carry", help=word("help_carry"))
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def carry(*, on: date | None, folder: DataFolder) -> None:
    """Deliver messages until no outbox has any that can go."""
    with working(folder, "carry") as node:
        carried = delivery.carry(node, day=on or today())
    click.echo(word("carried", messages=carried))


@desk.command("bank-day", help=word("help_bank_day"))
@click.option("--on", type=Day(), help=word("help_on"))
@click.option("--reviewer", default=REVIEWER, show_default=True, help=word("help_reviewer"))
@node_options
def bank_day(*, on: date | None, reviewer: str, folder: DataFolder) -> None:
    """The demonstration's bank acts; answers and receipts reach the files they belong to."""
    day = on or today() + timedelta(days=1)
    with working(folder, "bank-day") as node:
        bankday.statements(node, day=day)
        answers = banking.take_answers(node, day=day, found=lambda done: None)
        matched = banking.match(node, day=day, reviewer=reviewer, found=lambda done: None)
    click.echo(word("bank_day_done", answers=answers, matched=matched))


@desk.command("return-receipt", help=word("help_return_receipt"))
@click.argument("receipt")
@click.option("--agency", required=True, help=word("help_agency"))
@click.option(
    "--why",
    type=click.Choice(returning.WHY),
    default=returning.WHY[0],
    show_default=True,
    help=word("help_return_why"),
)
@click.option("--by", default=CLERK, show_default=True, help=word("help_by"))
@click.option("--reviewer", required=True, help=word("help_reviewer"))
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def return_receipt(
    *, receipt: str, agency: str, why: str, by: str, reviewer: str, on: date | None, folder: DataFolder
) -> None:
    """Money that belongs to no case goes back to who paid it."""
    if by == reviewer:
        raise click.ClickException(word("same_person", name=by))
    day = on or today()
    with connected(folder, "return-receipt") as roles, file_faults():
        with opened(roles.desk) as node:
            code = agency_of(node, agency, day)
            node.speak_for(code)
            asked = returning.ask(node, code, receipt, why=why, by=by, on=day)
            returning.agree(node, code, receipt, attempt=asked.attempt, by=reviewer, on=day)
        with opened(roles.worker) as node:
            bankday.hand_over(node, day=day)
    click.echo(
        word(
            "receipt_returned",
            receipt=receipt,
            yuan=format_yuan(asked.amount_fen),
            account=masked(asked.payee_account),
        )
    )


@desk.command("match", help=word("help_match"))
@click.argument("receipt")
@click.argument("case_no")
@click.option("--agency", required=True, help=word("help_agency"))
@click.option("--leg", type=click.IntRange(1), default=1, show_default=True, help=word("help_leg"))
@click.option("--other-payer", is_flag=True, help=word("help_other_payer"))
@click.option("--by", default=CLERK, show_default=True, help=word("help_by"))
@click.option("--reviewer", required=True, help=word("help_reviewer"))
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def match(
    *,
    receipt: str,
    case_no: str,
    agency: str,
    leg: int,
    other_payer: bool,
    by: str,
    reviewer: str,
    on: date | None,
    folder: DataFolder,
) -> None:
    """A person says to which amount a receipt belongs."""
    if by == reviewer:
        raise click.ClickException(word("same_person", name=by))
    day = on or today()
    with at_desk(folder, "match") as node, file_faults():
        code, number = agency_of(node, agency, day), case_number.validate(case_no)
        node.speak_for(code)
        done = banking.match_by_hand(
            node,
            agency=code,
            receipt=receipt,
            case_no=number,
            leg=leg,
            day=day,
            by=by,
            reviewer=reviewer,
            other_payer=other_payer,
        )
    if done is None:
        raise click.ClickException(word("no_such_receipt", agency=code, receipt=receipt))
    reason = next((step.reason for _, step in done.steps if step.reason), "")
    if reason or done.failed:
        click.echo(
            word(
                "desk_not_possible",
                case=number,
                reason=say(lang(), f"reasons.{reason}") if reason else done.failed[0][1],
            )
        )
        sys.exit(1)
    click.echo(word("receipt_matched", receipt=receipt, case=number))
