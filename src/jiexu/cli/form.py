"""``jiexu form``: a form or paper filled and printed. Nothing is stored, and no node needs to run."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from jiexu.cli.calc import Written, word
from jiexu.cli.common import Refused, lang
from jiexu.cli.params import fault_words
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.policyfiles.names import names_of
from jiexu.guide.forms import Filled, FormKind
from jiexu.texts import LANGS, say
from jiexu.usecases.calculators import OUTSIDE
from jiexu.usecases.calculators.fields import Field
from jiexu.usecases.forms import fields_of, filled
from jiexu.values.errors import ValueFault
from jiexu.wording.guide import Words, sentence_as_json


@click.group("form", help=say(lang(), "forms.help"))
def form_() -> None:
    """Forms."""


def _option(field: Field) -> click.Option:
    return click.Option(
        [f"--{field.option}", field.name],
        type=Written(field),
        multiple=field.many,
        required=field.required,
        help=word(f"help_{field.help}"),
    )


def _command(kind: FormKind) -> click.Command:
    """The command of one form: an option for each field."""
    fields = fields_of(kind)

    def run(*, as_json: bool, legal: bool, out: Path | None, **given: Any) -> None:
        now = datetime.now(BEIJING).replace(tzinfo=None)
        for field in fields:
            if given[field.name] is None:
                given[field.name] = field.value_when_empty(now)
        try:
            paper = filled(kind, given)
        except ValueFault as fault:
            raise Refused(fault_words(fault)) from None
        except OUTSIDE:
            raise Refused(word("outside")) from None
        words = Words(lang(), shipped_policy().parameters)
        if as_json:
            lines = [sentence_as_json(one, words) for one in paper.lines]
            told = {
                "kind": kind.value,
                "version": paper.version,
                "names": names_of(kind.value),
                "lines": lines,
            }
            click.echo(json.dumps(told, ensure_ascii=False))
            return
        text = "\n".join(_lines(paper, words, legal=legal)) + "\n"
        if out is None:
            click.echo(text, nl=False)
            return
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise Refused(say(lang(), "guide.file_unwritable", file=out, why=error.strerror)) from None
        click.echo(say(lang(), "guide.letter_written", file=out), err=True)

    options: list[click.Parameter] = [_option(field) for field in fields]
    options += [
        click.Option(["--out"], type=click.Path(path_type=Path), help=say(lang(), "guide.help_out")),
        click.Option(["--legal"], is_flag=True, help=say(lang(), "guide.help_legal")),
        click.Option(["--json", "as_json"], is_flag=True, help=say(lang(), "cli.help_json")),
        click.Option(
            ["--lang"], type=click.Choice(LANGS), expose_value=False, help=say(lang(), "cli.help_lang")
        ),
    ]
    about = say(lang(), f"forms.{kind.value.replace('-', '_')}_lead")
    return click.Command(kind.value, params=options, callback=run, help=about)


def _lines(paper: Filled, words: Words, *, legal: bool) -> list[str]:
    lines = []
    for sentence in paper.lines:
        lines.append(words.plain(sentence))
        lines += [f"    {line}" for line in words.legal(sentence)] if legal else []
    return lines


for _kind in FormKind:
    form_.add_command(_command(_kind))
