"""``jiexu guide``: a personal answer for somebody who moves. Nothing is stored, and no node needs to run."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from jiexu.cli.common import Refused, lang
from jiexu.cli.working import Day, today
from jiexu.gateways.icalendar import calendar_file
from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.situations import KNOWN, SituationError, read_situation, situation_of
from jiexu.guide.answer import Guide, answer
from jiexu.guide.case import Case
from jiexu.guide.myths import every_myth
from jiexu.guide.opening import opened
from jiexu.guide.plan import plan
from jiexu.guide.question import Question
from jiexu.guide.sentence import Voice
from jiexu.guide.situation import ImpossibleSituationError, Topic
from jiexu.texts import LANGS, catalogue, say
from jiexu.wording.guide import Words, as_json, lines
from jiexu.wording.plan import plan_as_json, plan_lines

BY_FILE = frozenset({"from", "to", "wants", "joined"})
"""Words that are no plain option: they have one of their own."""


def _word(key: str, /, **data: object) -> str:
    return say(lang(), f"guide.{key}", **data)


def told_options(command: Any) -> Any:
    """One option for each word of a situation."""
    for name in sorted(KNOWN - BY_FILE, reverse=True):
        option = click.option(f"--{name.replace('_', '-')}", name, metavar="…", help=_help(name))
        command = option(command)
    for name in ("to", "from"):
        command = click.option(f"--{name}", name, metavar="…", help=_word(f"help_{name}"))(command)
    command = click.option(
        "--want", "wants", multiple=True, metavar="…", help=_word("help_want", topics=", ".join(Topic))
    )(command)
    return click.option("--file", "file", type=click.Path(path_type=Path), help=_word("help_file"))(command)


def _help(name: str) -> str:
    own = f"help_{name}" if f"help_{name}" in catalogue("guide") else f"ask_{name}"
    return _word(own)


@click.group(invoke_without_command=True, help=_word("help"))
@told_options
@click.option("--on", type=Day(), help=_word("help_on"))
@click.option("--legal", is_flag=True, help=_word("help_legal"))
@click.option("--ics", "ics", type=click.Path(path_type=Path), help=_word("help_ics"))
@click.option("--json", "json_wanted", is_flag=True, help=_word("help_json"))
@click.option("--lang", type=click.Choice(LANGS), expose_value=False, help=say(lang(), "cli.help_lang"))
@click.pass_context
def guide(
    ctx: click.Context,
    /,
    *,
    file: Path | None,
    on: date | None,
    ics: Path | None,
    legal: bool,
    json_wanted: bool,
    **told: Any,
) -> None:
    """Answers from what a file and the options tell; an option stands above the file."""
    if ctx.invoked_subcommand is not None:
        return
    found = answered(file, told, on or today())
    words = Words(lang(), shipped_policy().parameters)
    if ics is not None:
        write_days(ics, found, words)
    if json_wanted:
        click.echo(json.dumps(as_json(found, words), ensure_ascii=False))
        return
    for line in lines(found, words, legal=legal, myths=Topic.MYTHS.value in told["wants"]):
        click.echo(line)


@guide.command("myths", help=_word("help_myths"))
@click.option("--on", type=Day(), help=_word("help_on"))
@click.option("--legal", is_flag=True, help=_word("help_legal"))
@click.option("--json", "json_wanted", is_flag=True, help=_word("help_json"))
@click.option("--lang", type=click.Choice(LANGS), expose_value=False, help=say(lang(), "cli.help_lang"))
def myths(on: date | None, *, legal: bool, json_wanted: bool) -> None:
    """What popular articles say that is wrong, and the rule that is right."""
    policy, day = shipped_policy(), on or today()
    said = tuple(every_myth(Voice(policy, day)))
    found = Guide(day, None, None, ((Topic.MYTHS, said),), (), policy.digest)
    words = Words(lang(), policy.parameters)
    if json_wanted:
        click.echo(json.dumps(as_json(found, words), ensure_ascii=False))
        return
    for line in lines(found, words, legal=legal, myths=True):
        click.echo(line)


def write_days(place: Path, found: Guide, words: Words) -> None:
    """Every day the answer names, as a calendar file."""
    day = found.on
    try:
        with place.open("w", encoding="utf-8", newline="") as file:
            file.write(calendar_file(words.entries(found), made_on=day, product=_word("ics_product")))
    except OSError as error:
        raise Refused(_word("file_unwritable", file=place, why=error.strerror)) from None
    click.echo(_word("ics_written", file=place), err=True)


def told_words(file: Path | None, told: dict[str, Any]) -> dict[str, Any]:
    """What a file and the options tell; an option stands above the file. Raises Refused for a file that is none."""
    given = {word: value for word, value in told.items() if value not in {None, ()}}
    if "wants" in given:
        given["wants"] = ",".join(given["wants"])
    if given.get("joined_on") in {"no", "否", "没有"}:
        given["joined_on"] = False
    try:
        return {**(read_situation(file) if file else {}), **given}
    except SituationError as error:
        raise Refused(error.sentence(lang())) from None


def answered(file: Path | None, told: dict[str, Any], on: date) -> Guide:
    """The answer. Raises Refused with one sentence for what cannot be read or cannot be."""
    try:
        situation = situation_of(told_words(file, told))
        return answer(situation, policy=shipped_policy(), calendar=working_days(), areas=areas(), on=on)
    except SituationError as error:
        raise Refused(error.sentence(lang())) from None
    except ImpossibleSituationError as error:
        raise Refused(say(lang(), f"errors.{error.code}", **error.data)) from None


@guide.command("plan", help=_word("help_plan"))
@told_options
@click.option("--on", type=Day(), help=_word("help_on"))
@click.option("--legal", is_flag=True, help=_word("help_legal"))
@click.option("--json", "json_wanted", is_flag=True, help=_word("help_json"))
@click.option("--lang", type=click.Choice(LANGS), expose_value=False, help=say(lang(), "cli.help_lang"))
def plan_(file: Path | None, on: date | None, *, legal: bool, json_wanted: bool, **told: Any) -> None:
    """Every place where cover as a retiree could be drawn, side by side; then each in sentences."""
    case = opened_case(told_words(file, told), on or today())
    words = Words(lang(), shipped_policy().parameters)
    questions = plan(case).questions if isinstance(case, Case) else case
    if questions or not isinstance(case, Case):
        raise Refused("\n".join(words.question_line(question) for question in questions))
    found = plan(case)
    if json_wanted:
        click.echo(json.dumps(plan_as_json(found, words), ensure_ascii=False))
        return
    for line in plan_lines(found, words, legal=legal):
        click.echo(line)


def opened_case(told: dict[str, Any], on: date) -> Case | tuple[Question, ...]:
    """The case, or what places are in question. Raises Refused for what cannot be read or cannot be."""
    try:
        return opened(
            situation_of(told), policy=shipped_policy(), calendar=working_days(), areas=areas(), on=on
        )
    except SituationError as error:
        raise Refused(error.sentence(lang())) from None
    except ImpossibleSituationError as error:
        raise Refused(say(lang(), f"errors.{error.code}", **error.data)) from None
