"""Starts and stops the embedded PostgreSQL server of a data folder.

Durability settings (fsync, synchronous_commit, full_page_writes) and the isolation level stay as PostgreSQL
ships them. The server listens on a socket in a private folder and on no network; who may connect is decided by
the operating system's word for who is asking (``peer``).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from jiexu.gateways.postgres.account import Account, server_account
from jiexu.gateways.postgres.binaries import Binaries, copied, packaged
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.gateways.postgres.trouble import NodeTroubleError

ADMIN = "jiexu_admin"
ROLES = ("jiexu_owner", "jiexu_worker", "jiexu_desk")
PORT = 5432
"""Only part of the socket's file name: no port is opened."""
SOCKET_BYTES = 100
"""A socket's whole name fits in 107 bytes on Linux and 103 on macOS."""
LOG_BYTES = 20_000_000
PAUSE_SECONDS = 0.05
TELL_SECONDS = 2.0
LEAVING_SECONDS = 20
"""How long sessions may outlive a killed server before that is an error."""

STARTED: list[subprocess.Popen[bytes]] = []
"""Servers this process started. Kept, because they outlive what started them and are reaped only by ``stop``."""

Tell = Callable[[str, dict[str, object]], None]
"""Is told what goes on: a key of ``texts/cli.yaml`` and its data."""

LEAST_BUFFERS, MOST_BUFFERS = 128, 1024
"""Megabytes the server keeps pages in: a sixteenth of the machine's memory within these (decision 69)."""

CONTAINER_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)

SETTINGS = """# Written by jiexu at each start; changes here are lost.
listen_addresses = ''
unix_socket_directories = '"{socket_folder}"'
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = '{shared_buffers}MB'
work_mem = '16MB'
maintenance_work_mem = '64MB'
# A day of ten thousand cases between two checkpoints, and the rows of its waves in memory: decision 65.
max_wal_size = '3GB'
temp_buffers = '64MB'
# Parallel workers and /dev/shm are what small machines and containers are short of.
max_parallel_workers_per_gather = 0
dynamic_shared_memory_type = mmap
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%m [%p] %q%u@%d '
log_startup_progress_interval = '2s'
"""


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """The server of one data folder, running or not."""

    folder: DataFolder
    account: Account
    binaries: Binaries

    @property
    def socket_folder(self) -> Path:
        """Inside the data folder, or a private folder under /tmp where that name would be too long."""
        inside = self.folder.run
        name = os.fsencode(inside / f".s.PGSQL.{PORT}")
        if len(name) <= SOCKET_BYTES and not set(name) & set(b"\"'\\,"):
            return inside
        digest = hashlib.sha256(os.fsencode(self.folder.path)).hexdigest()[:16]
        return Path("/tmp") / f"jiexu-{self.account.uid}-{digest}"  # noqa: S108 - owner and mode are checked

    @property
    def log(self) -> Path:
        return self.folder.logs / "postgres.log"

    @property
    def pid_file(self) -> Path:
        return self.folder.cluster / "postmaster.pid"

    def pid(self) -> int | None:
        """The running server's process, or None: a pid file left by a killed server is not a running one."""
        try:
            process = psutil.Process(int(self.pid_file.read_text().split("\n", 1)[0]))
            alive = process.status() != psutil.STATUS_ZOMBIE and process.name() == "postgres"
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None
        return process.pid if alive else None

    def is_ready(self) -> bool:
        """Whether the server runs and accepts connections; it writes so into the last line of its pid file."""
        try:
            lines = self.pid_file.read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and self.pid() is not None


def embedded(folder: DataFolder) -> EmbeddedServer:
    """The embedded server of a folder. Raises NodeTroubleError where programs or user are missing."""
    return EmbeddedServer(folder=folder, account=server_account(), binaries=packaged())


def start(*, server: EmbeddedServer, tell: Tell) -> None:
    """Makes the cluster where there is none, starts the server and waits until it is ready.

    A running server of this folder is taken as it is. Recovery after a crash is waited for, however long, and
    told every two seconds. Only the holder of the folder's lock may call this.
    Raises NodeTroubleError for a folder of another PostgreSQL version, a full disk or a server that ends.
    """
    make_folders(server)
    check_version(server)
    if not (server.folder.cluster / "PG_VERSION").exists():
        tell("pg_init", {"version": server.binaries.version})
        make_cluster(server)
    write_settings(server)
    if server.pid() is not None:
        wait_ready(server=server, child=None, tell=tell)
        return
    until = time.monotonic() + LEAVING_SECONDS
    while not came_up(server=server, tell=tell, last_try=time.monotonic() > until):
        time.sleep(10 * PAUSE_SECONDS)


def came_up(*, server: EmbeddedServer, tell: Tell, last_try: bool) -> bool:
    """Launches the server and waits for it; False while sessions of a killed one still leave its memory.

    Raises NodeTroubleError where it does not come up for another reason, or on the last try.
    """
    # With the lock in our hands and no server alive, these files of a killed one are only in the way: their
    # process number may by now be a stranger's, or a dead process nobody has reaped.
    for left in (server.pid_file, server.socket_folder / f".s.PGSQL.{PORT}.lock"):
        left.unlink(missing_ok=True)
    try:
        wait_ready(server=server, child=launch(server), tell=tell)
    except NodeTroubleError:
        if last_try or "pre-existing shared memory" not in last_words(server.log):
            raise
        return False
    return True


def make_folders(server: EmbeddedServer) -> None:
    """The data folder and the private one of the socket, owned by the server's user."""
    account, folder = server.account, server.folder
    if folder.made_here:
        account.take_over(folder.path)
    account.check_reach(folder)
    private_folder(path=server.socket_folder, account=account)


def private_folder(*, path: Path, account: Account) -> None:
    """A folder only its owner may enter. Raises NodeTroubleError where somebody else's stands in its place."""
    try:
        path.mkdir(mode=0o700)
        account.take_over(path)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
            raise NodeTroubleError("folder_not_private", folder=path, user=account.name) from None


def check_version(server: EmbeddedServer) -> None:
    """Raises NodeTroubleError where the cluster was made by another major version of PostgreSQL."""
    mark = server.folder.cluster / "PG_VERSION"
    found = mark.read_text(encoding="ascii").strip() if mark.exists() else server.binaries.major
    if found != server.binaries.major:
        raise NodeTroubleError(
            "other_version", folder=server.folder.path, found=found, ours=server.binaries.major
        )


def usable(server: EmbeddedServer) -> Binaries:
    """Programs the server's user can read: a copy in the data folder when the user is lent."""
    if not server.account.lent:
        return server.binaries
    return copied(binaries=server.binaries, into=server.folder.path / "server")


def environment() -> dict[str, str]:
    """What server programs see: nothing of PG*, and messages in one language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def make_cluster(server: EmbeddedServer) -> None:
    """Runs initdb: UTF-8, PostgreSQL's own collation C.UTF-8 (the same everywhere), checksums, peer only.

    A cluster that was begun and not finished is begun anew: initdb writes PG_VERSION early, so it works in a
    draft folder that becomes the cluster when complete.
    """
    draft = server.folder.path / "postgres.draft"
    shutil.rmtree(draft, ignore_errors=True)
    private_folder(path=draft, account=server.account)
    command = [
        usable(server).program("initdb"),
        "--pgdata",
        str(draft),
        "--username",
        ADMIN,
        "--encoding",
        "UTF8",
    ]
    command += ["--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    command += ["--auth-local", "peer", "--auth-host", "reject", "--data-checksums", "--no-instructions"]
    done = subprocess.run(  # noqa: S603 - our own program
        command,
        cwd=draft,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        **server.account.process_options(),
    )
    if done.returncode != 0:
        with server.log.open("a", encoding="utf-8") as log:
            log.write(done.stdout + done.stderr)
        raise failure(server=server, text=last_words(server.log))
    draft.rename(server.folder.cluster)


def _buffers() -> int:
    """Megabytes for ``shared_buffers``. A million cases have sixteen gigabytes of indexes, a demonstration has none to speak of."""
    return max(LEAST_BUFFERS, min(MOST_BUFFERS, _memory() // 16 // 1_000_000))


def _memory() -> int:
    """Bytes of memory of this machine, or of the container this runs in where that has fewer."""
    memory = int(psutil.virtual_memory().total)
    for file in CONTAINER_LIMITS:
        with suppress(OSError, ValueError):
            memory = min(memory, int(file.read_text()))
    return memory


def write_settings(server: EmbeddedServer) -> None:
    """Writes settings and who may connect; both follow from this program, never from edits in the folder."""
    cluster = server.folder.cluster
    people = sorted({server.account.name, *(["root"] if server.account.lent else [])})
    idents = [f'jiexu "{person}" {role}' for person in people for role in (ADMIN, *ROLES)]
    texts = {
        "postgresql.conf": SETTINGS.format(socket_folder=server.socket_folder, shared_buffers=_buffers()),
        "pg_hba.conf": "local all all peer map=jiexu\n",
        "pg_ident.conf": "\n".join(idents) + "\n",
    }
    for name, text in texts.items():
        (cluster / name).write_text(text, encoding="utf-8")


def launch(server: EmbeddedServer) -> subprocess.Popen[bytes]:
    """Starts the server program, detached from this terminal, its words going to the log."""
    if server.log.exists() and server.log.stat().st_size > LOG_BYTES:
        server.log.replace(server.log.with_suffix(".log.1"))
    with server.log.open("ab") as log:
        child = subprocess.Popen(  # noqa: S603 - our own program
            [usable(server).program("postgres"), "-D", str(server.folder.cluster)],
            cwd=server.folder.cluster,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=0o077,
            **server.account.process_options(),
        )
    STARTED.append(child)
    return child


def wait_ready(*, server: EmbeddedServer, child: subprocess.Popen[bytes] | None, tell: Tell) -> None:
    """Waits until connections are accepted; raises NodeTroubleError when the server ends instead."""
    began = told = time.monotonic()
    while not server.is_ready():
        ended = child.poll() is not None if child else server.pid() is None
        if ended:
            raise failure(server=server, text=last_words(server.log))
        if time.monotonic() - told > TELL_SECONDS:
            told = time.monotonic()
            tell("pg_waiting", {"seconds": int(told - began), "log": last_words(server.log, lines=1)})
        time.sleep(PAUSE_SECONDS)


def stop(*, server: EmbeddedServer, tell: Tell) -> bool:
    """Ends the server in an orderly way: sessions are cut, everything is written. False when none ran."""
    pid = server.pid()
    if pid is None:
        return False
    process = psutil.Process(pid)
    process.send_signal(signal.SIGINT)
    began = told = time.monotonic()
    while process.is_running() and server.pid() == pid:
        if time.monotonic() - told > TELL_SECONDS:
            told = time.monotonic()
            tell("pg_stopping", {"seconds": int(told - began)})
        time.sleep(PAUSE_SECONDS)
    STARTED[:] = [child for child in STARTED if child.poll() is None]
    return True


def last_words(log: Path, lines: int = 12) -> str:
    """The end of a log, or nothing where there is none."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def failure(*, server: EmbeddedServer, text: str) -> NodeTroubleError:
    """The sentence for a server that did not come up, from what it said."""
    if "No space left on device" in text:
        return NodeTroubleError("disk_full", folder=server.folder.path)
    return NodeTroubleError("pg_failed", log=server.log, words=text.strip())
