"""``jiexu sample month``: a month of a province, as three files or loaded straight into the node."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click

from jiexu.cli.common import Refused, node_options, show_progress
from jiexu.cli.sample import sample, sampled, setting_of, writing
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.tables import Row, applications, events, people, table_file
from jiexu.rules.calendar import YearNotCoveredError
from jiexu.simulation import sample as samples
from jiexu.values.areas import UnknownAreaError

TABLES = {"people": people.COLUMNS, "applications": applications.COLUMNS, "events": events.COLUMNS}
TOLD_EVERY = 500
"""Lives between two tellings of how far it is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What month is drawn."""

    setting: samples.Setting
    area: str
    cases: int

    def lives(self) -> Iterator[samples.Written]:
        """All of it, the same every time; how far it is is told on the way."""
        try:
            drawn = samples.month(self.setting, area=self.area, policy=shipped_policy(), cases=self.cases)
        except UnknownAreaError:
            raise Refused(sampled("no_such_area", area=self.area)) from None
        except YearNotCoveredError:
            raise Refused(sampled("no_calendar", year=self.setting.on.year)) from None
        return self._told(drawn)

    def _told(self, drawn: Iterable[samples.Written]) -> Iterator[samples.Written]:
        given = 0
        for at, life in enumerate(drawn, start=1):
            yield life
            given += len(life.applications)
            if at % TOLD_EVERY == 0 and given < self.cases:
                show_progress(sampled("month_progress"), given, self.cases)
        show_progress(sampled("month_progress"), self.cases, self.cases)


@sample.command("month", help=sampled("help_month"))
@click.option("--area", required=True, help=sampled("help_area"))
@click.option("--cases", type=click.IntRange(min=1), required=True, help=sampled("help_cases"))
@click.option("--seed", type=int, help=sampled("help_seed_drawn"))
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    default=samples.FIRST_DAY.isoformat(),
    help=sampled("help_month_on"),
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help=sampled("help_month_out"))
@click.option("--load", is_flag=True, help=sampled("help_month_load"))
@click.option("--json", "as_json", is_flag=True, help=sampled("help_json"))
@node_options
def sample_month(
    *,
    area: str,
    cases: int,
    seed: int | None,
    on: datetime,
    out: Path | None,
    load: bool,
    as_json: bool,
    folder: DataFolder,
) -> None:
    """Rows with a slip are part of a month: what could not be loaded is counted, and the status is 0 all the same."""
    if out is None and not load:
        raise Refused(sampled("month_nowhere"))
    asked = Asked(setting_of(secrets.randbelow(10**9) if seed is None else seed, on), area, cases)
    told: dict[str, object] = {"area": area, "month": f"{on:%Y-%m}", "seed": asked.setting.seed}
    if out is not None:
        told |= {"folder": str(out), **write_month(out, asked.lives())}
    if load:
        told |= load_month(folder, asked.lives(), on.date().replace(day=1))
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
        return
    for key, wanted in (("month_written", out is not None), ("month_loaded", load)):
        if wanted:
            click.echo(sampled(key, **told))


def write_month(out: Path, lives: Iterable[samples.Written]) -> Counter[str]:
    """Write the three files of a month in one pass, row by row; how many rows each has."""
    rows: Counter[str] = Counter()
    with writing(out), ExitStack() as files:
        out.mkdir(parents=True, exist_ok=True)
        write = {
            name: files.enter_context(table_file(out / f"{name}.csv", columns=columns))
            for name, columns in TABLES.items()
        }
        for life in lives:
            for name, lines in life.by_table().items():
                for line in lines:
                    write[name](line)
                rows[name] += len(lines)
    return rows


def load_month(folder: DataFolder, lives: Iterable[samples.Written], first: date) -> dict[str, int]:
    """Load a month's people at their agencies, as if their file were imported on the first day; how many."""
    from jiexu.cli.working import context, working  # noqa: PLC0415  # only here is a node opened
    from jiexu.usecases.peoplefile import load_file  # noqa: PLC0415

    faulty: Counter[str] = Counter()
    with working(folder, "sample") as node:
        rows = people.people_of(rows_of_people(lives), context=context(node, first))
        loaded = load_file(
            node, rows, day=first, actor="sample-month", faulty=lambda row: faulty.update(rows=1)
        )
    return {"loaded": loaded.new, "known": loaded.there_already, "faulty": faulty["rows"]}


def rows_of_people(lives: Iterable[samples.Written]) -> Iterator[Row]:
    """The rows of the people file as a reader of it sees them."""
    titles = {column.name: column.title("zh") for column in people.COLUMNS}
    lines = (line for life in lives for line in life.people)
    return (Row(number, line, titles) for number, line in enumerate(lines, start=2))
