"""``jiexu sample people|applications|events|month``: invented files to try everything with."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from jiexu.cli.common import Refused, is_disk_full, lang, show_progress
from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.tables import applications, events, people, table_file, write_rows
from jiexu.gateways.tables.columns import Column
from jiexu.rules.calendar import YearNotCoveredError
from jiexu.simulation import sample as samples
from jiexu.texts import LANGS, say
from jiexu.values.areas import UnknownAreaError

Rows = Iterable[Any]
TABLES = {"people": people.COLUMNS, "applications": applications.COLUMNS, "events": events.COLUMNS}
TOLD_EVERY = 500


def _text(key: str, /, **data: object) -> str:
    """A sentence of ``texts/sample.yaml`` in the language of this run."""
    return say(lang(), f"sample.{key}", **data)


@click.group(help=_text("help_sample"))
def sample() -> None:
    """The group itself does nothing."""


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What the three commands share."""
    first = samples.FIRST_DAY.isoformat()
    for option in (
        click.option("--lang", type=click.Choice(LANGS), expose_value=False),
        click.option("--json", "as_json", is_flag=True, help=_text("help_json")),
        click.option(
            "--on", type=click.DateTime(["%Y-%m-%d"]), default=first, help=_text("help_on", day=first)
        ),
        click.option(
            "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help=_text("help_out")
        ),
        click.option("--seed", type=int, required=True, help=_text("help_seed")),
        click.option("--count", type=click.IntRange(min=1), required=True, help=_text("help_count")),
    ):
        command = option(command)
    return command


@sample.command("people", help=_text("help_people"))
@options
def sample_people(count: int, seed: int, out: Path, on: datetime, as_json: bool) -> None:
    """People at their agencies."""
    setting = setting_of(seed, on)
    write(out, samples.people(setting, count=count), people.COLUMNS, setting, as_json=as_json)


@sample.command("applications", help=_text("help_applications"))
@options
def sample_applications(count: int, seed: int, out: Path, on: datetime, as_json: bool) -> None:
    """Applications of the same people."""
    setting = setting_of(seed, on)
    write(out, samples.applications(setting, count=count), applications.COLUMNS, setting, as_json=as_json)


@sample.command("events", help=_text("help_events"))
@options
def sample_events(count: int, seed: int, out: Path, on: datetime, as_json: bool) -> None:
    """What happens to the same applications."""
    setting = setting_of(seed, on)
    write(out, samples.events(setting, count=count), events.COLUMNS, setting, as_json=as_json)


@sample.command("month", help=_text("help_month"))
@click.option("--area", required=True, help=_text("help_area"))
@click.option("--cases", type=click.IntRange(min=1), required=True, help=_text("help_cases"))
@click.option("--seed", type=int, help=_text("help_seed_drawn"))
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    default=samples.FIRST_DAY.isoformat(),
    help=_text("help_month_on"),
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help=_text("help_month_out")
)
@click.option("--json", "as_json", is_flag=True, help=_text("help_json"))
@click.option("--lang", type=click.Choice(LANGS), expose_value=False)
def sample_month(*, area: str, cases: int, seed: int | None, on: datetime, out: Path, as_json: bool) -> None:
    """A month of a province: people, applications and events, written in one pass."""
    setting = setting_of(secrets.randbelow(10**9) if seed is None else seed, on)
    try:
        lives = samples.month(setting, area=area, policy=shipped_policy(), cases=cases)
        rows = write_month(out, lives, cases)
    except UnknownAreaError:
        raise Refused(_text("no_such_area", area=area)) from None
    except YearNotCoveredError:
        raise Refused(_text("no_calendar", year=on.year)) from None
    told = {"area": area, "folder": str(out), "month": f"{on:%Y-%m}", "seed": setting.seed, **rows}
    click.echo(
        json.dumps(told, ensure_ascii=False, sort_keys=True) if as_json else _text("month_written", **told)
    )


def write_month(out: Path, lives: Iterable[samples.Written], cases: int) -> Counter[str]:
    """Write the three files of a month, row by row; how many rows each has."""
    rows: Counter[str] = Counter()
    with writing(out), ExitStack() as files:
        out.mkdir(parents=True, exist_ok=True)
        write = {
            name: files.enter_context(table_file(out / f"{name}.csv", columns=columns))
            for name, columns in TABLES.items()
        }
        for at, life in enumerate(lives, start=1):
            for name, lines in life.by_table().items():
                for line in lines:
                    write[name](line)
                rows[name] += len(lines)
            if at % TOLD_EVERY == 0 and rows["applications"] < cases:
                show_progress(_text("month_progress"), rows["applications"], cases)
    show_progress(_text("month_progress"), cases, cases)
    return rows


def setting_of(seed: int, on: datetime) -> samples.Setting:
    """The shipped areas and calendar, with seed and first day."""
    return samples.Setting(seed=seed, on=on.date(), areas=areas(), calendar=working_days())


def write(
    out: Path, rows: Rows, columns: Sequence[Column], setting: samples.Setting, *, as_json: bool
) -> None:
    """Write the rows and say what was written."""
    day: date = setting.on
    with writing(out):
        written = write_rows(out, (row.cells() for row in rows), columns=columns)
    if as_json:
        told = {"file": str(out), "on": day.isoformat(), "rows": written, "seed": setting.seed}
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
    else:
        click.echo(_text("written", file=out, rows=written, seed=setting.seed, day=day.isoformat()))


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Turns what keeps a file from being written into its sentence."""
    try:
        yield
    except OSError as error:
        key = "disk_full" if is_disk_full(error) else "not_written"
        raise Refused(_text(key, file=out, reason=error.strerror or error)) from None
