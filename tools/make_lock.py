"""Writes requirements.lock, -dev.lock and -bench.lock from pyproject.toml. For maintainers; needs uv.

The locks hold names, versions, markers and hashes for every supported platform (Linux x86-64 and aarch64,
macOS, Python 3.11-3.13) and no download address: where packages come from is the reader's choice.

    python tools/make_lock.py [--uv PATH] [--upgrade]
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / "requirements.lock"
DEV = ROOT / "requirements-dev.lock"
BENCH = ROOT / "requirements-bench.lock"
ADDRESS = re.compile(r"://|--(?:extra-)?index-url|--find-links|--trusted-host")
HEADER = (
    "# Written by tools/make_lock.py from pyproject.toml; do not edit. Installed with --require-hashes.\n"
)


def compile_lock(*, uv: str, target: Path, extra: list[str], upgrade: bool) -> None:
    """Resolves pyproject.toml for all platforms at once and writes one lock.

    Raises CalledProcessError where uv finds no solution, SystemExit where an address would get in.
    """
    command = [
        uv,
        "pip",
        "compile",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--quiet",
    ]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    command += ["--upgrade"] if upgrade else []
    command += [*extra, "pyproject.toml", "--output-file", str(target)]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - the maintainer's own uv, no outside input
    text = target.read_text(encoding="utf-8")
    if found := ADDRESS.search(text):
        target.unlink()
        sys.exit(
            f"{target.name} would hold {found.group()!r}: an address must not stand in a lock. Check uv's settings."
        )
    target.write_text(HEADER + text.removeprefix(HEADER), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uv", default=shutil.which("uv"), help="the uv program, when it is not on PATH")
    parser.add_argument("--upgrade", action="store_true", help="take newer versions where they are allowed")
    asked = parser.parse_args()
    if not asked.uv:
        sys.exit("uv was not found. Install it, or name it with --uv PATH.")
    compile_lock(uv=asked.uv, target=RUN, extra=[], upgrade=asked.upgrade)
    compile_lock(
        uv=asked.uv, target=DEV, extra=["--group", "dev", "--constraint", RUN.name], upgrade=asked.upgrade
    )
    compile_lock(
        uv=asked.uv, target=BENCH, extra=["--group", "bench", "--constraint", DEV.name], upgrade=asked.upgrade
    )
    for lock in (RUN, DEV, BENCH):
        pins = len(re.findall(r"^[a-z0-9].*==", lock.read_text(encoding="utf-8"), re.MULTILINE))
        print(f"{lock.name}: {pins} pins")


if __name__ == "__main__":
    main()
