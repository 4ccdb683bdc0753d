"""``jiexu sample people|applications|events``: invented files to try everything with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from jiexu.cli.common import Refused, is_disk_full, lang
from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.tables import applications, events, people, write_rows
from jiexu.gateways.tables.columns import Column
from jiexu.simulation import sample as samples
from jiexu.texts import LANGS, say

Rows = Iterable[Any]


def sampled(key: str, /, **data: object) -> str:
    """A sentence of ``texts/sample.yaml`` in the language of this run."""
    return say(lang(), f"sample.{key}", **data)


@click.group(help=sampled("help_sample"))
def sample() -> None:
    """The group itself does nothing."""


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What the three commands share."""
    first = samples.FIRST_DAY.isoformat()
    for option in (
        click.option("--lang", type=click.Choice(LANGS), expose_value=False),
        click.option("--json", "as_json", is_flag=True, help=sampled("help_json")),
        click.option(
            "--on", type=click.DateTime(["%Y-%m-%d"]), default=first, help=sampled("help_on", day=first)
        ),
        click.option(
            "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help=sampled("help_out")
        ),
        click.option("--seed", type=int, required=True, help=sampled("help_seed")),
        click.option("--count", type=click.IntRange(min=1), required=True, help=sampled("help_count")),
    ):
        command = option(command)
    return command


@sample.command("people", help=sampled("help_people"))
@options
def sample_people(count: int, seed: int, out: Path, on: datetime, as_json: bool) -> None:
    """People at their agencies."""
    setting = setting_of(seed, on)
    write(out, samples.people(setting, count=count), people.COLUMNS, setting, as_json=as_json)


@sample.command("applications", help=sampled("help_applications"))
@options
def sample_applications(count: int, seed: int, out: Path, on: datetime, as_json: bool) -> None:
    """Applications of the same people."""
    setting = setting_of(seed, on)
    write(out, samples.applications(setting, count=count), applications.COLUMNS, setting, as_json=as_json)


@sample.command("events", help=sampled("help_events"))
@options
def sample_events(count: int, seed: int, out: Path, on: datetime, as_json: bool) -> None:
    """What happens to the same applications."""
    setting = setting_of(seed, on)
    write(out, samples.events(setting, count=count), events.COLUMNS, setting, as_json=as_json)


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
        click.echo(sampled("written", file=out, rows=written, seed=setting.seed, day=day.isoformat()))


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Turns what keeps a file from being written into its sentence."""
    try:
        yield
    except OSError as error:
        key = "disk_full" if is_disk_full(error) else "not_written"
        raise Refused(sampled(key, file=out, reason=error.strerror or error)) from None
