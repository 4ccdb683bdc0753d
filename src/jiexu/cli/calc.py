"""``jiexu calc``: calculators that show their working line by line. Nothing here writes, and no node needs to run."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click

from jiexu.cli.common import Refused, lang
from jiexu.cli.params import Day, fault_words, today
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.working import Line, Worked
from jiexu.texts import LANGS, say
from jiexu.usecases.calculators import CALCULATORS, OUTSIDE
from jiexu.usecases.calculators.fields import Calculator, Field, FieldError, Kind, MissingFieldError
from jiexu.values.errors import ValueFault
from jiexu.wording.finding import NoOnePlaceError
from jiexu.wording.working import grounds, sentence


def word(key: str, /, **data: object) -> str:
    """A sentence of ``texts/calc.yaml`` in the language of this run."""
    return say(lang(), f"calc.{key}", **data)


@click.group(help=word("help"))
def calc() -> None:
    """Calculators."""


class Written(click.ParamType[Any]):
    """What people write after an option of a calculator."""

    def __init__(self, field: Field) -> None:
        self.field, self.name = field, field.kind.value

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self.field.read(value, today())
        except NoOnePlaceError as error:
            raise Refused(error.sentence(lang())) from None
        except FieldError as fault:
            self.fail(fault.sentence(lang()), param, ctx)


def _type(field: Field) -> click.ParamType[Any]:
    kinds: dict[Kind, click.ParamType[Any]] = {
        Kind.CHOICE: click.Choice(list(map(str, field.choices))),
        Kind.COUNT: click.IntRange(0, field.most),
        Kind.YEAR: click.INT,
        Kind.DAY: Day(),
    }
    return kinds.get(field.kind) or Written(field)


def _option(field: Field) -> click.Option:
    flags = ["/".join(f"--{flag}" for flag in field.option.split("/")), field.name]
    about = word(f"help_{field.help}")
    if field.kind is Kind.YES_NO:
        return click.Option(flags, is_flag=True, default=field.default, help=about)
    default = field.default if isinstance(field.default, int) or field.kind is Kind.CHOICE else None
    return click.Option(
        flags, type=_type(field), multiple=field.many, default=default, help=about, required=field.required
    )


def _command(calculator: Calculator) -> click.Command:
    """The command of a calculator, with ``--json`` and ``--lang``."""

    def run(*, as_json: bool, **given: Any) -> None:
        now = datetime.now(BEIJING).replace(tzinfo=None)
        for field in calculator.fields:
            if given[field.name] is None:
                given[field.name] = field.value_when_empty(now)
        try:
            worked = calculator.work(**given)
        except MissingFieldError as missing:
            raise click.UsageError(word(f"missing_{missing.name}")) from None
        except ValueFault as fault:
            raise Refused(fault_words(fault)) from None
        except OUTSIDE:
            raise Refused(word("outside")) from None
        if as_json:
            click.echo(json.dumps(as_plain(worked), ensure_ascii=False, sort_keys=True))
        else:
            show(worked)

    options: list[click.Parameter] = [_option(field) for field in calculator.fields]
    options.append(click.Option(["--json", "as_json"], is_flag=True, help=say(lang(), "cli.help_json")))
    options.append(
        click.Option(
            ["--lang"], type=click.Choice(LANGS), expose_value=False, help=say(lang(), "cli.help_lang")
        )
    )
    return click.Command(calculator.name, params=options, callback=run, help=word(f"help_{calculator.help}"))


for _calculator in CALCULATORS.values():
    calc.add_command(_command(_calculator))


def as_plain(worked: Worked[Any]) -> dict[str, Any]:
    """The working as JSON holds it, each line and the closing sentence also in the language of this run."""

    def said(line: Line) -> dict[str, Any]:
        return {**line.as_json(), "text": sentence(line, lang())}

    kept = worked.as_json()
    return {**kept, "lines": [said(line) for line in worked.lines], "closing": said(worked.closing)}


def show(worked: Worked[Any]) -> None:
    """Prints every line with what it rests on, the closing sentence, and how sure it all is."""
    held = shipped_policy()
    for number, line in enumerate(worked.lines, start=1):
        click.echo(f"{number:2}. {sentence(line, lang())}")
        for ground in grounds(line, held, lang()):
            click.echo(f"      {ground}")
    click.echo("\n" + sentence(worked.closing, lang()))
    click.echo(word("sure_within", sure=say(lang(), f"policy.confidence.{worked.confidence.value}")))
