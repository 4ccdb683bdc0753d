"""Documents in words on the command line."""

from __future__ import annotations

import click

from jiexu.cli.common import lang
from jiexu.documents.errors import DocumentError
from jiexu.documents.proving import Verdict
from jiexu.documents.verdict_words import error_words, verdict_lines
from jiexu.texts import catalogue, say
from jiexu.values.areas import Areas
from jiexu.values.errors import ValueFault


def word(key: str, /, **data: object) -> str:
    """A sentence of ``texts/document.yaml`` in the language of this run."""
    return say(lang(), f"document.{key}", **data)


def kind_name(kind: str) -> str:
    return say(lang(), f"papers.kind.{kind}")


def show(verdict: Verdict, places: Areas) -> None:
    """A verdict in sentences."""
    click.echo("\n".join(verdict_lines(verdict, places, lang())))


def outcome_words(outcome: str) -> str:
    known = f"outcome_{outcome}" if f"outcome_{outcome}" in catalogue("exchange") else f"arrival_{outcome}"
    return say(lang(), f"exchange.{known}")


def sentence(error: DocumentError | ValueFault) -> str:
    """Why, in the language of this run where the sentence is translated."""
    return error_words(error, lang())
