"""``jiexu letter``: a letter to print and sign. Nothing about the person is asked for, and nothing is stored."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from jiexu.cli.common import Refused, lang
from jiexu.cli.guide import opened_case, told_options, told_words
from jiexu.cli.working import Day, today
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.case import Case
from jiexu.guide.letters import Letter, LetterError, LetterKind, letter
from jiexu.guide.question import Question
from jiexu.texts import LANGS, say
from jiexu.wording.guide import Words, sentence_as_json


def _word(key: str, /, **data: object) -> str:
    return say(lang(), f"guide.{key}", **data)


@click.command("letter", help=_word("help_letter"))
@click.argument("kind", type=click.Choice([kind.value for kind in LetterKind]))
@told_options
@click.option("--on", type=Day(), help=_word("help_on"))
@click.option("--out", type=click.Path(path_type=Path), help=_word("help_out"))
@click.option("--legal", is_flag=True, help=_word("help_legal"))
@click.option("--json", "json_wanted", is_flag=True, help=_word("help_json"))
@click.option("--lang", type=click.Choice(LANGS), expose_value=False, help=say(lang(), "cli.help_lang"))
def letter_(
    *,
    kind: str,
    file: Path | None,
    on: date | None,
    out: Path | None,
    legal: bool,
    json_wanted: bool,
    **told: Any,
) -> None:
    """Prints the letter, or writes it to a file; asks for what it needs and was not told."""
    words = Words(lang(), shipped_policy().parameters)
    written = _written(LetterKind(kind), told_words(file, told), on or today(), words)
    if json_wanted:
        lines = [sentence_as_json(one, words) for one in written.lines]
        click.echo(json.dumps({"kind": kind, "lines": lines}, ensure_ascii=False))
        return
    text = "\n".join(line for one in written.lines for line in _lines(one, words, legal=legal)) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(_word("file_unwritable", file=out, why=error.strerror)) from None
    click.echo(_word("letter_written", file=out), err=True)


def _lines(sentence: Any, words: Words, *, legal: bool) -> list[str]:
    said = [words.plain(sentence)]
    return [*said, *(f"    {line}" for line in words.legal(sentence))] if legal else said


def _written(kind: LetterKind, told: dict[str, Any], on: date, words: Words) -> Letter:
    """The letter. Raises Refused with the questions that come first, or with why there can be none."""
    case = opened_case(told, on)
    try:
        found = letter(kind, case) if isinstance(case, Case) else case
    except LetterError as error:
        raise Refused(say(lang(), f"errors.{error.code}", **error.data)) from None
    if isinstance(found, Letter):
        return found
    questions = (found,) if isinstance(found, Question) else found
    raise Refused("\n".join(words.question_line(question) for question in questions))
