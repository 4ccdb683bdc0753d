"""Reads the files of ``policy/`` into the types of the pure packages, checking them on the way."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jiexu


class PolicyFolderMissingError(FileNotFoundError):
    """Neither the installed package nor the repository holds the policy files. Install jiexu again."""


@cache
def policy_folder() -> Path:
    """The folder of the policy files: inside the installed package, else the repository's ``policy/``.

    Raises PolicyFolderMissingError where neither is there.
    """
    package = Path(jiexu.__file__).parent
    for folder in (package / "policy_data", package.parents[1] / "policy"):
        if folder.is_dir():
            return folder
    raise PolicyFolderMissingError(
        f"No policy files beside {package} nor in the repository. Install jiexu again."
    )
