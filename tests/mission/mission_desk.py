"""The command line on a stored world of cases, for tests of what people see of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from mission_cast import LOCALES

from jiexu.cli.main import main
from jiexu.gateways.postgres.roles import Connections


@dataclass(frozen=True, slots=True)
class Desk:
    """A data folder on that database. ``cases``: case numbers by story; ``waiting``: accepted, no form issued yet.

    ``admin``: a connection string that no row is hidden from.
    """

    folder: Path
    roles: Connections
    admin: str
    cases: dict[str, list[str]]
    waiting: str

    def run(self, *words: str | Path, lang: str = "en") -> Any:
        """What a command answers, in this process: starting one for each would take minutes."""
        environment = {**self.roles.environment(), "DATABASE_URL": self.roles.owner, "LC_ALL": LOCALES[lang]}
        given = [*map(str, words), "--data", str(self.folder)]
        return CliRunner().invoke(main, given, env=environment)

    def said(self, *words: str | Path, lang: str = "en") -> str:
        """The answer of a command that must end well."""
        result = self.run(*words, lang=lang)
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    def told(self, *words: str | Path) -> Any:
        """The same as data."""
        return json.loads(self.said(*words, "--json"))
