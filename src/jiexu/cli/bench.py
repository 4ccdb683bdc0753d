"""``jiexu bench``: measurements that anybody can repeat, with the ground looked at before any number is given."""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

import click

from jiexu.bench.baseline import SCALE, SECONDS
from jiexu.bench.ground import UnevenGroundError
from jiexu.bench.report import as_json, lines, step_json, step_lines, uneven_json, web_json, web_lines
from jiexu.bench.rules import BLOCK, PEOPLE, POPULATION
from jiexu.bench.rules import measure as measure_rules
from jiexu.bench.rules_report import rules_json, rules_lines
from jiexu.bench.server import Server, opened
from jiexu.bench.step import FEW, ROUNDS, STORED, WAVE, WantedStep
from jiexu.bench.step import measure as measure_step
from jiexu.bench.transfer import CASES, REPEAT, SINGLE, Wanted, measure
from jiexu.bench.web import CLIENTS, WantedWeb
from jiexu.bench.web import SECONDS as SECONDS_A_ROUND
from jiexu.bench.web import STORED as STORED_PAGES
from jiexu.bench.web import measure as measure_web
from jiexu.cli.common import data_folder, lang, sentences, tell
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.texts import LANGS, say
from jiexu.wording.guide import Words
from jiexu.wording.guide import as_json as guide_json

LARGEST_SEED = 10**9
ENDED_BY_SIGNAL = 128
"""What a shell adds to the number of the signal that ended a command."""


def _text(key: str, **data: object) -> str:
    return say(lang(), f"bench.{key}", **data)


def _tell(key: str, data: dict[str, object]) -> None:
    """Says on stderr what goes on."""
    click.echo(_text(key, **data), err=True)


@click.group(help=_text("help_bench"))
def bench() -> None:
    """The group itself does nothing."""


def bench_folder(named: str | None) -> DataFolder:
    """The folder ``--data`` names, or one beside the node's, whose server is never measured on."""
    if named:
        return data_folder(named)
    node = data_folder(None).path
    return DataFolder(path=node.with_name(f"{node.name}-bench"))


def bench_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every measurement can be told."""
    for option in (
        click.option(
            "--lang", type=click.Choice(LANGS), expose_value=False, help=say(lang(), "cli.help_lang")
        ),
        click.option(
            "--data",
            "folder",
            metavar="DIR",
            callback=lambda _c, _p, named: bench_folder(named),
            help=_text("help_data"),
        ),
        click.option("--json", "as_json_", is_flag=True, help=say(lang(), "cli.help_json")),
        click.option("--seed", type=click.IntRange(0), help=_text("help_seed")),
    ):
        command = option(command)
    return command


def count(name: str, default: int, help_: str, *, least: int = 1) -> Callable[..., Any]:
    """An option that takes a whole number."""
    return click.option(
        name, type=click.IntRange(least), default=default, show_default=True, help=_text(help_)
    )


@bench.command(help=_text("help_transfer"))
@count("--cases", CASES, "help_cases")
@count("--repeat", REPEAT, "help_repeat")
@click.option("--mixed", is_flag=True, help=_text("help_mixed"))
@click.option("--memory", is_flag=True, help=_text("help_memory"))
@click.option("--profile", is_flag=True, help=_text("help_profile"))
@count("--interactive", SINGLE, "help_single", least=0)
@count("--baseline-seconds", SECONDS, "help_baseline_seconds")
@count("--baseline-scale", SCALE, "help_baseline_scale")
@bench_options
def transfer(*, seed: int | None, interactive: int, folder: DataFolder, as_json_: bool, **size: Any) -> None:
    """Status 1: the ground is not even, the work was not all done, or the rows are not those of the list."""
    wanted = Wanted(seed=drawn(seed), single=interactive, **size)
    with ready(folder, wanted.seed, as_json=as_json_) as server:
        measured = measure(server, wanted, _tell)
    _say(as_json(measured), lines(measured, lang()), as_json=as_json_)
    if measured.off:
        sys.exit(1)


@bench.command(help=_text("help_step"))
@count("--stored", STORED, "help_stored", least=FEW)
@count("--wave", WAVE, "help_wave")
@count("--rounds", ROUNDS, "help_rounds")
@bench_options
def step(*, seed: int | None, folder: DataFolder, as_json_: bool, **size: int) -> None:
    """Status 1: the ground is not even."""
    wanted = WantedStep(seed=drawn(seed), **size)
    with ready(folder, wanted.seed, as_json=as_json_) as server:
        cost = measure_step(server, wanted, _tell)
    _say(step_json(cost), step_lines(cost, lang()), as_json=as_json_)


@bench.command(help=_text("help_web"))
@count("--stored", STORED_PAGES, "help_stored")
@count("--clients", CLIENTS, "help_clients")
@click.option(
    "--seconds",
    type=click.FloatRange(0.1),
    default=SECONDS_A_ROUND,
    show_default=True,
    help=_text("help_seconds"),
)
@bench_options
def web(*, seed: int | None, folder: DataFolder, as_json_: bool, **size: Any) -> None:
    """Status 1: the ground is not even, or a page was not answered."""
    wanted = WantedWeb(**size) if seed is None else WantedWeb(seed=seed, **size)
    with ready(folder, wanted.seed, as_json=as_json_) as server:
        waits = measure_web(server, wanted, _tell)
    _say(web_json(waits), web_lines(waits, lang()), as_json=as_json_)


@bench.command(help=_text("help_rules"))
@count("--people", PEOPLE, "help_people", least=BLOCK)
@count("--population", POPULATION, "help_population")
@click.option("--seed", type=click.IntRange(0), help=_text("help_seed"))
@click.option("--json", "as_json_", is_flag=True, help=say(lang(), "cli.help_json"))
@click.option("--lang", type=click.Choice(LANGS), expose_value=False, help=say(lang(), "cli.help_lang"))
def rules(*, people: int, population: int, seed: int | None, as_json_: bool) -> None:
    """Needs no server and no data folder."""
    parameters = shipped_policy().parameters
    measured = measure_rules(
        people=people,
        population=population,
        seed=drawn(seed),
        render=lambda guide: guide_json(guide, Words(lang(), parameters)),
    )
    _say(rules_json(measured), rules_lines(measured, lang()), as_json=as_json_)


def drawn(seed: int | None) -> int:
    """The seed that was named, or a new one."""
    return secrets.randbelow(LARGEST_SEED) if seed is None else seed


@contextmanager
def ready(folder: DataFolder, seed: int, *, as_json: bool) -> Iterator[Server]:
    """The server to measure on. Ends the command in sentences where it does not come up, or the ground is not even.

    Whoever asks the process to end gets its databases taken away and its server stopped first.
    """
    signal.signal(signal.SIGTERM, _leave)
    try:
        with sentences(folder), opened(folder=folder, environment=os.environ, tell=tell) as server:
            yield server
    except UnevenGroundError as uneven:
        said = [_text("uneven", seed=seed), *(each.sentence(lang()) for each in uneven.differences)]
        _say(uneven_json(uneven, seed=seed), said, as_json=as_json)
        sys.exit(1)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """Ends the process on its usual way, with the status that says by which signal."""
    sys.exit(ENDED_BY_SIGNAL + number)


def _say(told: dict[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))
