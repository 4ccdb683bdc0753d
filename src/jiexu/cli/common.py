"""What every command shares: language, data folder, errors as sentences, a progress line."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from jiexu.gateways.postgres.folder import DataFolder, default_folder
from jiexu.gateways.postgres.trouble import NodeTroubleError
from jiexu.texts import LANGS, Lang, say

if TYPE_CHECKING:  # psycopg would make ``jiexu --version`` slow
    from jiexu.gateways.postgres.roles import Connections

Progress = Callable[[str, int, int], None]
"""Is told a sentence, how much is done, and of how much (0: not known)."""


def spoken(arguments: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """``--lang`` wherever it stands, else LC_ALL, LC_MESSAGES, LANG: zh when they begin so, English otherwise."""
    chosen = [after for word, after in zip(arguments, [*arguments[1:], ""], strict=False) if word == "--lang"]
    chosen += [word.removeprefix("--lang=") for word in arguments if word.startswith("--lang=")]
    usual = [environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)]
    # A document may be asked for in both; what the command itself says is then in the usual language.
    known = [word for word in chosen if word in LANGS]
    return "zh" if next(filter(None, [*known, *usual]), "").startswith("zh") else "en"


def lang() -> Lang:
    """The language of this run."""
    return spoken(sys.argv[1:], os.environ)


def text(key: str, /, **data: object) -> str:
    """A sentence of ``texts/cli.yaml`` in the language of this run."""
    return say(lang(), f"cli.{key}", **data)


def tell(key: str, data: Mapping[str, object]) -> None:
    """Says on stderr what goes on, so that stdout stays what was asked for."""
    click.echo(text(key, **data), err=True)


def show_progress(sentence: str, done: int, total: int) -> None:
    """A bar that redraws itself on a terminal; elsewhere one line when a part is complete."""
    bar = f"{sentence} [{'#' * (20 * done // total):20}] {done}/{total}" if total else sentence
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{bar}", err=True, nl=done >= total)
    elif done >= total:
        click.echo(bar, err=True)


class Refused(click.ClickException):
    """A command that could not be done, said in one sentence; exit status 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, err=True, file=file)


@contextmanager
def sentences(folder: DataFolder) -> Iterator[None]:
    """Turns trouble with folder, server or disk into its sentence in the language of this run."""
    try:
        yield
    except NodeTroubleError as trouble:
        raise Refused(trouble.sentence(lang())) from None
    except Exception as error:
        if isinstance(error, PermissionError) and error.filename:
            raise Refused(text("file_forbidden", place=error.filename)) from None
        if not is_disk_full(error):
            raise
        raise Refused(text("disk_full", folder=getattr(error, "filename", None) or folder.path)) from None


def is_disk_full(error: BaseException) -> bool:
    """Whether this, or what caused it, is a full disk: said by the system, by a copy of many files, or by SQL."""
    said = os.strerror(errno.ENOSPC) in str(error) or getattr(error, "sqlstate", None) == "53100"
    return said or (error.__cause__ is not None and is_disk_full(error.__cause__))


def data_folder(named: str | None) -> DataFolder:
    """The folder ``--data`` or ``JIEXU_DATA`` names, or the usual one."""
    chosen = named or os.environ.get("JIEXU_DATA")
    usual = default_folder(is_root=os.geteuid() == 0, here=Path.cwd())
    return DataFolder(path=(Path(chosen).expanduser() if chosen else usual).absolute())


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--data`` to a command, given to it as a DataFolder."""
    return click.option(
        "--data",
        "folder",
        metavar="DIR",
        callback=lambda _c, _p, named: data_folder(named),
        help=text("help_data"),
    )(command)


def node_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--data`` (given to the command as a DataFolder) and ``--lang`` to a command."""
    language = click.option("--lang", type=click.Choice(LANGS), expose_value=False, help=text("help_lang"))
    return data_option(language(command))


def process_environment(*, folder: DataFolder, connections: Connections) -> dict[str, str]:
    """What a process needs in its environment to run Django for this folder."""
    return {
        **connections.environment(),
        "DJANGO_SETTINGS_MODULE": "jiexu.conf.settings",
        "JIEXU_DATA": str(folder.path),
        "JIEXU_SECRET_KEY": folder.secret("django"),
    }
