"""The command ``jiexu``: finds the asked-for command and loads only that one."""

from __future__ import annotations

import os

import click

from jiexu import __version__
from jiexu.cli.common import text
from jiexu.cli.lazy import LazyGroup
from jiexu.texts import LANGS

COMMANDS = {
    "up": "jiexu.cli.node:up",
    "down": "jiexu.cli.node:down",
    "status": "jiexu.cli.node:status",
    "reset": "jiexu.cli.node:reset",
    "doctor": "jiexu.cli.doctor:doctor",
    "serve": "jiexu.cli.serve:serve",
    "sample": "jiexu.cli.sample_month:sample",
    "people": "jiexu.cli.people:people",
    "transfer": "jiexu.cli.transfer:transfer",
    "desk": "jiexu.cli.desk_not_taken:desk",
    "document": "jiexu.cli.document:document",
    "case": "jiexu.cli.case:case",
    "verify": "jiexu.cli.verify:verify",
    "audit": "jiexu.cli.audit:audit",
    "policy": "jiexu.cli.policy:policy",
    "rules": "jiexu.cli.rules:rules",
    "calc": "jiexu.cli.calc:calc",
    "guide": "jiexu.cli.guide:guide",
    "letter": "jiexu.cli.letter:letter_",
    "form": "jiexu.cli.form:form_",
    "figures": "jiexu.cli.figures:figures",
    "faults": "jiexu.cli.faults:faults",
    "seals": "jiexu.cli.seals:seals",
    "keys": "jiexu.cli.keys:keys",
    "work": "jiexu.cli.work:work",
    "staff": "jiexu.cli.staff:staff",
    "simulate": "jiexu.cli.simulate:simulate",
    "bench": "jiexu.cli.bench:bench",
}
"""Word → ``module:attribute`` of its click command."""


def remember_folder(_ctx: click.Context, _param: click.Parameter, named: str | None) -> None:
    """``--data`` before the command counts as if it stood after it."""
    if named:
        os.environ["JIEXU_DATA"] = named


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    help=text("help_main"),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "--version", message="jiexu %(version)s")
@click.option("--data", metavar="DIR", expose_value=False, callback=remember_folder, help=text("help_data"))
@click.option("--lang", type=click.Choice(LANGS), expose_value=False, help=text("help_lang"))
def main() -> None:
    """The group itself does nothing."""


if __name__ == "__main__":
    main(prog_name="jiexu")
