"""The files of this repository, for tests that look at all of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "jiexu"
MADE_HERE = {".git", ".venv", ".jiexu", "wheels", "mutants", "build", "dist"}


def tracked() -> list[Path]:
    """Every file that belongs to the repository: what git tracks, or in an unpacked archive all but what is made."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, text=True, check=True
        )
        files = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        files = [file for file in ROOT.rglob("*") if not MADE_HERE & set(file.relative_to(ROOT).parts)]
    return [file for file in files if file.is_file()]


def lines() -> Iterator[tuple[str, str]]:
    """``file:line`` and the line, of every tracked file; what is no text comes with gaps."""
    for file in tracked():
        for number, line in enumerate(file.read_bytes().decode("utf-8", "ignore").split("\n"), 1):
            yield f"{file.relative_to(ROOT)}:{number}", line
