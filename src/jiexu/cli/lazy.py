"""A group of commands each of which is imported when it is asked for, and not before."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any

import click

from jiexu.cli.common import text
from jiexu.texts import LANGS


class LazyGroup(click.Group):
    """``places``: word → ``module:attribute`` of its click command. A word whose module does not exist is not offered.

    A group of commands understands ``--lang``, as its commands do, so that its own help can be had in a language.
    """

    def __init__(self, *args: Any, places: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click asks for it so
        return [
            word for word, place in self.places.items() if importlib.util.find_spec(place.partition(":")[0])
        ]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module, _, attribute = self.places[cmd_name].partition(":")
        command: object = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - a wrong place is our own mistake
        if isinstance(command, click.Group) and all("--lang" not in option.opts for option in command.params):
            command.params.append(
                click.Option(["--lang"], type=click.Choice(LANGS), expose_value=False, help=text("help_lang"))
            )
        return command
