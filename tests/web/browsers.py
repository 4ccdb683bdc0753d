"""Finds a Chromium for the tests in a real browser, and gets one where the machine has none.

Found in this order: the program ``JIEXU_BROWSER`` names, the system's own, Playwright's. Where there is none, it is
installed: by apt as root on Debian and its like, else by Playwright into the user's cache. A run never skips for want of one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
)
"""A browser that asks nobody outside, also on machines with little shared memory."""  # fmt: skip
CURE = (
    "No browser was found and none could be installed. Install one with the one command that fits: "
    "`apt install chromium`, or `.venv/bin/playwright install --with-deps chromium`; or name one in JIEXU_BROWSER."
)
APT = (
    ("apt-get", "-qq", "update"),
    ("apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium"),
)
OWN = ((sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"), (sys.executable, "-m", "playwright", "install", "chromium"))  # fmt: skip
"""With the system's libraries where one may install them; without, where they are there already."""


def found(playwright: Playwright) -> Iterator[str]:
    """Programs that look like a Chromium, the likeliest first."""
    named = os.environ.get("JIEXU_BROWSER")
    yield from filter(None, (shutil.which(name) for name in ((named,) if named else NAMES)))
    own = playwright.chromium.executable_path
    if not named and Path(own).exists():
        yield own


def start(playwright: Playwright) -> Browser:
    """A running browser. One that is there and does not start is passed over: some are only a word of how to install it."""
    started = _first(playwright)
    if started is None:
        _install()
        started = _first(playwright)
    if started is None:
        sys.exit(CURE)
    return started


def _first(playwright: Playwright) -> Browser | None:
    alone = ("--no-sandbox",) if os.geteuid() == 0 else ()
    for program in found(playwright):
        try:
            return playwright.chromium.launch(executable_path=program, args=[*QUIET, *alone], timeout=60_000)
        except Error as error:
            print(f"{program} does not start: {error}", file=sys.stderr)  # noqa: T201  said once, to who waits
    return None


def _install() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _ran(APT[0])  # failing to refresh one of several lists of packages is no reason not to try
        if _ran(APT[1]):
            return
    any(_ran(command) for command in OWN)


def _ran(command: Sequence[str]) -> bool:
    return (
        subprocess.run(
            command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        ).returncode
        == 0
    )
