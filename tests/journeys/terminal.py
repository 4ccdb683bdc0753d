"""The command as a person at a terminal uses it, on a data folder of its own, and files to give it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jiexu.values.citizen import make_synthetic

SOURCE = Path(__file__).resolve().parents[2] / "src"
COMPILED = tempfile.TemporaryDirectory(prefix="jiexu-compiled-")
"""Forty commands compile the same modules once, also where the environment forbids to keep them beside the source."""
CACHED = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": COMPILED.name}
BIRTH = date(1990, 1, 1)
PEOPLE = "姓名,证件号码,参保地,险种,参保状态,参保日期,停保日期,实缴月份,当年余额"
APPLICATIONS = "姓名,证件号码,转出地,转入地,转出险种,转入险种,收到日期,本人同意"


def number_of(person: int) -> str:
    """The synthetic citizen number of the person counted so."""
    return make_synthetic(BIRTH, person)


def lives(person: int, name: str = "张三", *, balance: str = "3208.55") -> list[str]:
    """Somebody who left 曲靖 at the end of September 2026 and is insured in 成都 since November."""
    return [
        f"{name},{number_of(person)},曲靖,职工,停保,2019-07-01,2026-09-30,2019-07..2026-09,{balance}",
        f"{name},{number_of(person)},成都,职工,参保,2026-11-01,,2026-11,50.00",
    ]


def asks(
    person: int, name: str = "张三", *, on: str = "2026-11-23", origin: str = "曲靖", to: str = "成都"
) -> str:
    """That person's application as a row."""
    return f"{name},{number_of(person)},{origin},{to},职工,职工,{on},是"


def table(file: Path, header: str, rows: Sequence[str]) -> Path:
    """A CSV as a spreadsheet writes it."""
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8-sig")
    return file


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered. ``words``: stdout and stderr together."""

    status: int
    out: str
    err: str

    @property
    def words(self) -> str:
        return self.out + self.err

    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Terminal:
    """A data folder and what is set in the environment of every command on it."""

    folder: Path
    environment: dict[str, str]

    def environ(self) -> dict[str, str]:
        known = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "JIEXU_DATA"}
        }
        return {**known, "PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1", **CACHED, **self.environment}

    def command(self, *words: str | Path, lang: str = "en") -> list[str]:
        return [
            sys.executable,
            "-m",
            "jiexu.cli.main",
            *map(str, words),
            "--data",
            str(self.folder),
            "--lang",
            lang,
        ]

    def run(
        self, *words: str | Path, lang: str = "en", before: Sequence[str] = (), given: str | None = None
    ) -> Said:
        done = subprocess.run(
            [*before, *self.command(*words, lang=lang)], env=self.environ(), capture_output=True, text=True, check=False,
            timeout=240, input=given,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    def done(self, *words: str | Path, lang: str = "en") -> Said:
        """A command that must end well."""
        said = self.run(*words, lang=lang)
        assert said.status == 0, said.words
        return said
