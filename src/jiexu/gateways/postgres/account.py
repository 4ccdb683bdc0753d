"""The system user PostgreSQL runs as. PostgreSQL refuses root, so root lends it a user of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.postgres.trouble import NodeTroubleError

SERVER_USER = "jiexu-pg"


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server. ``lent`` when root runs it as another user than itself."""

    name: str
    uid: int
    gid: int
    lent: bool

    def process_options(self) -> dict[str, Any]:
        """What ``subprocess`` needs to start a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.lent else {}

    def take_over(self, path: Path) -> None:
        """Gives a file or folder that we made to this user."""
        if self.lent:
            os.chown(path, self.uid, self.gid)

    def check_reach(self, folder: DataFolder) -> None:
        """Raises NodeTroubleError where this user cannot get into the data folder; permissions stay as they are."""
        if not self.lent:
            return
        command = ["/bin/sh", "-c", 'cd -- "$0"', str(folder.path)]
        tried = subprocess.run(command, check=False, capture_output=True, **self.process_options())  # noqa: S603 - fixed command
        if tried.returncode != 0:
            raise NodeTroubleError("folder_out_of_reach", folder=folder.path, user=self.name)


def server_account() -> Account:
    """The present user, or for root the system user ``jiexu-pg``, created where it is missing.

    Raises NodeTroubleError where this system has no ``useradd`` to create it with.
    """
    if os.geteuid() != 0:
        own = pwd.getpwuid(os.geteuid())
        return Account(name=own.pw_name, uid=own.pw_uid, gid=own.pw_gid, lent=False)
    try:
        lent = pwd.getpwnam(SERVER_USER)
    except KeyError:
        create_user()
        lent = pwd.getpwnam(SERVER_USER)
    return Account(name=lent.pw_name, uid=lent.pw_uid, gid=lent.pw_gid, lent=True)


def create_user() -> None:
    """Creates the system user: no home, no login, a group of its own."""
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise NodeTroubleError("no_useradd", user=SERVER_USER)
    command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", "/usr/sbin/nologin", "--comment", "PostgreSQL of jiexu", SERVER_USER]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed command
    if done.returncode != 0:
        raise NodeTroubleError("useradd_failed", user=SERVER_USER, reason=done.stderr.strip())
