"""Every command and every group of them explains itself, in the language asked for, wherever that stands."""

from __future__ import annotations

from collections.abc import Iterator

import click
from click.testing import CliRunner

from jiexu.cli.main import main

NAMED_IN_THE_ISSUE = {
    *((word,) for word in ("up", "down", "status", "reset", "doctor", "verify", "simulate")),
    *(("sample", word) for word in ("people", "applications")),
    ("people", "import"),
    *(("transfer", word) for word in ("run", "apply", "consent", "withdraw", "show", "track", "explain")),
    *(
        ("desk", word)
        for word in ("inbox", "take", "issue-form", "review-batch", "send-batch", "match", "credit", "return")
    ),
}


def every(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of each command, groups among them."""
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for word in command.list_commands(context):
            below = command.get_command(context, word)
            assert below is not None
            yield from every(below, (*words, word))


def test_every_command_has_help_in_the_language_asked_for() -> None:
    found = set(every(main))
    assert found >= NAMED_IN_THE_ISSUE, "these names are kept"
    wrong = {}
    for words in sorted(found):
        for lang in ("zh", "en"):
            said = CliRunner().invoke(main, [*words, "--help", "--lang", lang])
            if said.exit_code or "--lang" not in said.output:
                wrong[words] = said.output
    assert wrong == {}
