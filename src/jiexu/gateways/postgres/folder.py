"""The data folder of a node: where things lie in it, who made it, and the one lock that guards it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from jiexu.gateways.postgres.trouble import NodeTroubleError

ROOT_FOLDER = Path("/var/lib/jiexu")
MARK = "jiexu.json"


def default_folder(*, is_root: bool, here: Path) -> Path:
    """Where data lie unless ``--data`` says otherwise: ``.jiexu`` here, ``/var/lib/jiexu`` for root."""
    return ROOT_FOLDER if is_root else here / ".jiexu"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The layout of one data folder. ``path`` is absolute."""

    path: Path

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data."""
        return self.path / "postgres"

    @property
    def run(self) -> Path:
        """The private folder of the server's socket, where its name is short enough."""
        return self.path / "run"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def is_ours(self) -> bool:
        """Whether jiexu made or took over this folder: only then is anything in it ever removed."""
        return (self.path / MARK).is_file()

    @property
    def made_here(self) -> bool:
        """Whether jiexu created the folder itself, rather than taking over an empty one."""
        return bool(json.loads((self.path / MARK).read_text(encoding="utf-8"))["made_folder"])

    def make(self) -> None:
        """Creates the folder (0700) with its mark; an existing empty folder is taken over as it is.

        Raises NodeTroubleError for a folder that holds somebody else's things or cannot be made.
        """
        existed = self.path.exists()
        if existed and not self.is_ours and any(self.path.iterdir()):
            raise NodeTroubleError("folder_foreign", folder=self.path)
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for part in (self.logs, self.secrets):
                part.mkdir(mode=0o700, exist_ok=True)
            if not self.is_ours:
                (self.path / MARK).write_text(json.dumps({"made_folder": not existed}), encoding="utf-8")
        except PermissionError as error:
            raise NodeTroubleError("folder_forbidden", folder=self.path, place=error.filename) from None

    def remove(self) -> None:
        """Removes all of it; a folder that stood there before jiexu stays, empty.

        Raises NodeTroubleError for a folder that jiexu did not mark.
        """
        if not self.is_ours:
            raise NodeTroubleError("folder_not_ours", folder=self.path)
        made_folder = self.made_here
        # The mark goes last, so that a reset that was cut short can be asked for again.
        for entry in sorted(self.path.iterdir(), key=lambda entry: entry.name == MARK):
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        if made_folder:
            self.path.rmdir()

    def secret(self, name: str) -> str:
        """A random text that stays the same for this folder, in a file only its owner can read."""
        file = self.secrets / name
        if not file.exists():
            write_private(file=file, text=secrets.token_urlsafe(48))
        return file.read_text(encoding="utf-8")


def write_private(*, file: Path, text: str) -> None:
    """Writes a file that only its owner can read (0600), whole or not at all."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)


class FolderLock:
    """The right to write in a data folder, held by one process family at a time.

    It is an ``flock``: the kernel gives it back when the last holder dies, however it dies, so nothing stale
    is ever left. What the file says (who, doing what, where served) is for people and counts only while the
    lock is held. ``serve`` inherits it from ``up`` through the open file, without a moment in between.
    """

    def __init__(self, *, folder: DataFolder, descriptor: int) -> None:
        self.folder = folder
        self.descriptor = descriptor

    @classmethod
    def take(cls, *, folder: DataFolder, doing: str) -> Self:
        """Takes the lock and writes down who holds it. ``doing`` is one word, such as ``up`` or ``run``.

        Raises NodeTroubleError naming the holder where somebody else has it.
        """
        descriptor = os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        if not locked(descriptor):
            os.close(descriptor)
            held = holder(folder) or {}
            pid, verb = held.get("pid", "?"), held.get("doing", "?")
            key = "locked_by_serve" if verb == "serve" else "locked"
            raise NodeTroubleError(key, folder=folder.path, pid=pid, doing=verb)
        lock = cls(folder=folder, descriptor=descriptor)
        lock.note(doing=doing)
        return lock

    @classmethod
    def inherited(cls, *, folder: DataFolder, descriptor: int) -> Self:
        """The lock a parent process took and handed over."""
        os.set_inheritable(descriptor, False)
        return cls(folder=folder, descriptor=descriptor)

    def note(self, *, doing: str, **more: object) -> None:
        """Writes down what the holder does now, for whoever finds the folder locked."""
        text = json.dumps({"pid": os.getpid(), "doing": doing, "since": int(time.time()), **more})
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, text.encode(), 0)

    def release(self) -> None:
        """Gives this process's hold back; the lock is free once nobody else has inherited it."""
        os.close(self.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def locked(descriptor: int) -> bool:
    """Whether the exclusive lock was got. Tries for a tenth of a second: ``holder`` borrows it for less."""
    for pause in (0.02, 0.03, 0.05, None):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if pause:
                time.sleep(pause)
        else:
            return True
    return False


def holder(folder: DataFolder) -> Mapping[str, Any] | None:
    """What the present holder of the lock wrote down, or None while nobody holds it.

    The answer is empty in the instant between taking the lock and writing in it.
    """
    try:
        descriptor = os.open(folder.lock, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, encoding="utf-8") as opened:
        try:
            # Shared, so that two people asking do not take each other for a writer.
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            text = opened.read()
            return json.loads(text) if text else {}
        return None
