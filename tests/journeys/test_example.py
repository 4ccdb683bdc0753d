"""The example in the README, run as a reader would: the same commands give the very words that stand there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that PostgreSQL's own user can reach too, where the tests run as root."""
    with tempfile.TemporaryDirectory(prefix="jiexu-example-") as named:
        Path(named).chmod(0o755)
        yield Path(named)


def jiexu(place: Path, lang: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "JIEXU_DATA": str(place / "data"),
        "PYTHONUTF8": "1",
    }
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "jiexu.cli.main", *words, "--lang", lang]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_readme_example_gives_the_report_it_shows(place: Path, lang: str) -> None:
    loaded = jiexu(place, lang, "people", "import", str(ROOT / "examples/people.csv"))
    assert loaded.returncode == 0, loaded.stderr
    run = jiexu(
        place, lang, "transfer", "run", str(ROOT / "examples/applications.csv"),
        "--on", "2026-11-23", "--reviewer", "王芳", "--report", "report.json",
    )  # fmt: skip
    # Two rows were at fault, so the status is 1; the other rows are done all the same.
    assert run.returncode == 1
    assert run.stderr + run.stdout == (ROOT / f"examples/report.{lang}.txt").read_text(encoding="utf-8")
    assert (place / "report.json").is_file()
