"""``jiexu transfer``: run a file of applications, apply for one person, follow and explain a case."""

from __future__ import annotations

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import click

from jiexu.cli.case_words import explained, shown, tracked
from jiexu.cli.common import lang, node_options
from jiexu.cli.desk_verbs import desk_verb
from jiexu.cli.run_bar import RunBar
from jiexu.cli.run_report import say_summary, write_report
from jiexu.cli.working import (
    Day,
    FaultTeller,
    at_desk,
    context,
    file_faults,
    seal_writer,
    seen_from_desk,
    show_unread,
    today,
    word,
    working,
)
from jiexu.exchange.payloads import Document
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.tables.applications import read_applications
from jiexu.gateways.tables.events import read_events
from jiexu.rules.inputs import Asked, Scheme
from jiexu.usecases import report as reporting
from jiexu.usecases.applications import ApplicationIn, take
from jiexu.usecases.crew import processes_for
from jiexu.usecases.deskwork import Verb
from jiexu.usecases.laps import Laps
from jiexu.usecases.node import Node
from jiexu.usecases.runfiles import keep_files
from jiexu.usecases.running import Plan, Progress, go
from jiexu.values import identity

SCHEMES = tuple(scheme.value for scheme in Scheme)
DAYS_AT_MOST = 400
"""A run without ``--until`` ends by itself when nothing moves any more; this only bounds a fault of ours."""


@click.group(help=word("help_transfer"))
def transfer() -> None:
    """Cases."""


@transfer.command(help=word("help_run"))
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--on", type=Day(), help=word("help_on"))
@click.option("--until", type=Day(), help=word("help_until"))
@click.option("--events", "events_file", type=click.Path(), help=word("help_events"))
@click.option("--reviewer", required=True, help=word("help_reviewer"))
@click.option("--report", "report_file", type=click.Path(path_type=Path), help=word("help_report"))
@click.option("--json", "as_json", is_flag=True, help=word("help_json"))
@node_options
def run(
    *,
    file: str,
    on: date | None,
    until: date | None,
    events_file: str | None,
    reviewer: str,
    report_file: Path | None,
    as_json: bool,
    folder: DataFolder,
) -> None:
    """Status 0: every row was taken. 1: some rows were at fault, or a case stands alone with an error."""
    first, seconds = on or today(), Laps()
    with (
        working(folder, "run") as node,
        file_faults(),
        tempfile.TemporaryFile("w+", encoding="utf-8") as not_read,
    ):
        read, faults = context(node, first), FaultTeller(not_read)
        with seconds.of("read"):
            given, key = keep_files(
                node,
                read_applications(file, context=read, unread=show_unread),
                read_events(events_file, context=read, unread=show_unread) if events_file else (),
                first=first,
                reviewer=reviewer,
                faulty=faults.add,
                faulty_event=faults.tell,
            )
        faults.end(word("faults_in_report"))
        last = until or first + timedelta(days=DAYS_AT_MOST)
        processes = processes_for(given.count)
        plan = Plan(key, first, last, reviewer, given=given, seals=seal_writer(folder), processes=processes)
        with seconds.of("totals"):
            before = reporting.totals(node)
        progress = _go(node, plan, given.count)
        with seconds.of("totals"):
            after = reporting.totals(node)
        progress.seconds.update(seconds)
        not_read.seek(0)
        summary = write_report(node, progress, before, after, not_read, report_file, as_json=as_json)
    if not as_json:
        say_summary(summary, report_file)
    if faults.rows or not summary.is_clean:
        sys.exit(1)


def _go(node: Node, plan: Plan, count: int) -> Progress:
    bar = RunBar(count)
    progress = go(node, plan, bar.tell)
    bar.end()
    return progress


@transfer.command(help=word("help_show"))
@click.argument("case_no")
@click.option("--json", "as_json", is_flag=True, help=word("help_json"))
@node_options
def show(*, case_no: str, as_json: bool, folder: DataFolder) -> None:
    """Both sides of a case as the operator of the node sees them."""
    with seen_from_desk(folder) as node:
        shown(node, case_no, lang(), as_json=as_json)


@transfer.command(help=word("help_track"))
@click.argument("case_no")
@click.option("--json", "as_json", is_flag=True, help=word("help_json"))
@node_options
def track(*, case_no: str, as_json: bool, folder: DataFolder) -> None:
    """What the person sees: one line for the record, one for each amount."""
    with seen_from_desk(folder) as node:
        tracked(node, case_no, lang(), as_json=as_json)


@transfer.command(help=word("help_explain"))
@click.argument("case_no")
@click.option("--json", "as_json", is_flag=True, help=word("help_json"))
@node_options
def explain(*, case_no: str, as_json: bool, folder: DataFolder) -> None:
    """Every decision with its article, facts, inputs and how sure it is."""
    with seen_from_desk(folder) as node:
        explained(node, case_no, lang(), as_json=as_json)


@transfer.command(help=word("help_apply"))
@click.option("--name", required=True, help=word("help_name"))
@click.option("--document", required=True, help=word("help_document"))
@click.option("--kind", default="01", show_default=True, help=word("help_kind"))
@click.option("--from", "origin", required=True, help=word("help_from"))
@click.option("--to", "destination", required=True, help=word("help_to"))
@click.option(
    "--from-scheme",
    type=click.Choice(SCHEMES),
    default="310",
    show_default=True,
    help=word("help_from_scheme"),
)
@click.option(
    "--to-scheme", type=click.Choice(SCHEMES), default="310", show_default=True, help=word("help_to_scheme")
)
@click.option("--wants-cash", is_flag=True, help=word("help_wants_cash"))
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def apply(
    *,
    name: str,
    document: str,
    kind: str,
    origin: str,
    destination: str,
    from_scheme: str,
    to_scheme: str,
    wants_cash: bool,
    on: date | None,
    folder: DataFolder,
) -> None:
    """Open one case by the path that ten thousand take; it moves with ``jiexu desk`` or ``jiexu transfer run``."""
    day = on or today()
    with at_desk(folder, "apply") as node, file_faults():
        places = context(node, day)
        identity.validate_document(kind, document, today=day, allow_synthetic=places.demonstration)
        asked = Asked(
            day,
            places.area(origin, day),
            places.area(destination, day),
            Scheme(from_scheme),
            Scheme(to_scheme),
            wants_cash=wants_cash,
        )
        application = ApplicationIn(1, name, Document(kind, document), asked)
        node.speak_for(application.opener)
        taken = take(node, [application], day=day, actor="applicant")[0]
    click.echo(word(f"taken_{taken.outcome}", case=taken.case_no))
    if taken.outcome == "exception":
        sys.exit(1)


@transfer.command(help=word("help_consent"))
@click.argument("case_no")
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def consent(*, case_no: str, on: date | None, folder: DataFolder) -> None:
    """The consent is the application (免申即转)."""
    desk_verb(folder, Verb.CONSENT, case_no, on=on or today())


@transfer.command(help=word("help_withdraw"))
@click.argument("case_no")
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def withdraw(*, case_no: str, on: date | None, folder: DataFolder) -> None:
    """Before anything began it simply stops; later the other side must consent."""
    desk_verb(folder, Verb.WITHDRAW, case_no, on=on or today())
