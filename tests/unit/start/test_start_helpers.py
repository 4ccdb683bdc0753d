"""Language, folders, locks and connection strings, without a server."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
import start
from psycopg.conninfo import conninfo_to_dict

from jiexu.cli.common import is_disk_full, spoken
from jiexu.cli.lazy import LazyGroup
from jiexu.cli.main import COMMANDS, main
from jiexu.cli.ports import LAST, USUAL, listen
from jiexu.conf.settings import database
from jiexu.gateways.postgres.binaries import version_said
from jiexu.gateways.postgres.folder import DataFolder, FolderLock, default_folder, holder
from jiexu.gateways.postgres.roles import Connections
from jiexu.gateways.postgres.trouble import NodeTroubleError
from jiexu.texts import catalogue

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(path=tmp_path / "data")
    made.make()
    return made


@pytest.mark.parametrize(
    ("arguments", "environment", "lang"),
    [
        (["up"], {}, "en"),
        (["up"], {"LANG": "zh_CN.UTF-8"}, "zh"),
        (["up"], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        (["up", "--lang", "zh"], {"LANG": "en_GB"}, "zh"),
        (["--lang=en", "up"], {"LANG": "zh_CN"}, "en"),
        (["up", "--lang"], {"LANG": "zh_TW"}, "zh"),
    ],
)
def test_start_and_command_agree_on_the_language(
    arguments: list[str], environment: dict[str, str], lang: str
) -> None:
    assert spoken(arguments, environment) == lang
    assert start.language(arguments, environment) == lang


def test_everything_start_says_exists_in_both_languages() -> None:
    for key, langs in start.TEXTS.items():
        assert set(langs) == {"zh", "en"}, key
        assert sorted(re.findall(r"{(\w+)", langs["zh"])) == sorted(re.findall(r"{(\w+)", langs["en"])), key


@pytest.mark.parametrize(
    ("status", "cure"), [(0, "Run this instead: python3.99 start.py"), (127, "Install one")]
)
def test_only_a_python_that_answers_is_named_instead(
    status: int, cure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What pyenv puts on the path for a Python that is not chosen ends with 127."""
    shim = tmp_path / "python3.99"
    shim.write_text(f"#!/bin/sh\nexit {status}\n", encoding="utf-8")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    for name in ("OLDEST", "NEWEST"):
        monkeypatch.setattr(start, name, (3, 99))
    monkeypatch.setattr(start, "LANG", "en")
    with pytest.raises(SystemExit) as said:
        start.check_python()
    assert cure in str(said.value)


def test_start_can_be_read_by_pythons_that_are_too_old_for_jiexu() -> None:
    import ast  # noqa: PLC0415 - for this claim alone

    ast.parse((ROOT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_everything_with_hashes_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in re.sub(r"^[#].*$", "", text, flags=re.MULTILINE)
    entries = re.split(r"\n(?=\S)", text.strip())[1:]
    assert all(re.match(r"[\w.-]+==\S+", entry) and "--hash=sha256:" in entry for entry in entries)


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {"run": project["project"]["dependencies"], "dev": project["dependency-groups"]["dev"]}
    for kind, wanted in asked.items():
        names = {re.split(r"[\[<>=; ]", one)[0].lower() for one in wanted}
        pinned = set(re.findall(r"^([\w.-]+)==", start.LOCKS[kind].read_text(encoding="utf-8"), re.MULTILINE))
        assert names <= pinned, f"run tools/make_lock.py: {names - pinned} missing for {kind}"


def test_root_and_an_ordinary_user_have_their_usual_folders() -> None:
    assert default_folder(is_root=True, here=Path("/home/li")) == Path("/var/lib/jiexu")
    assert default_folder(is_root=False, here=Path("/home/li")) == Path("/home/li/.jiexu")


def test_the_lock_is_free_again_once_its_holder_is_dead(folder: DataFolder) -> None:
    hold = f"""
import sys
sys.path.insert(0, {str(ROOT / "src")!r})
from pathlib import Path
from jiexu.gateways.postgres.folder import DataFolder, FolderLock
lock = FolderLock.take(folder=DataFolder(path=Path(sys.argv[1])), doing="run")
print("held", flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-c", hold, str(folder.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert (holder(folder) or {})["pid"] == other.pid
        with pytest.raises(NodeTroubleError, match=rf"in use by process {other.pid} \(run\)"):
            FolderLock.take(folder=folder, doing="up")
        other.kill()
        other.wait()
    assert holder(folder) is None
    with FolderLock.take(folder=folder, doing="up") as lock:
        lock.note(doing="serve", port=1)
        assert json.loads(folder.lock.read_text())["pid"] == os.getpid()
        with pytest.raises(NodeTroubleError, match="jiexu down"):
            FolderLock.take(folder=folder, doing="run")


def test_a_secret_stays_the_same_and_only_its_owner_reads_it(folder: DataFolder) -> None:
    first = folder.secret("django")
    assert folder.secret("django") == first
    assert len(first) > 40
    assert (folder.secrets / "django").stat().st_mode & 0o777 == 0o600


def test_an_empty_folder_that_stood_there_before_is_emptied_but_kept(tmp_path: Path) -> None:
    mine = DataFolder(path=tmp_path)
    mine.make()
    mine.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_jiexu_did_not_make_is_not_removed(tmp_path: Path) -> None:
    with pytest.raises(NodeTroubleError, match="not made by jiexu"):
        DataFolder(path=tmp_path).remove()


def test_not_asked_for_a_port_the_next_free_one_is_taken() -> None:
    with listen(None) as first, listen(None) as second:
        ports = first.getsockname()[1], second.getsockname()[1]
    assert USUAL <= ports[0] < ports[1] <= LAST


def test_a_port_asked_for_is_taken_or_refused() -> None:
    with listen(None) as first, pytest.raises(NodeTroubleError, match="--port"):
        listen(first.getsockname()[1])


def test_a_version_is_read_from_what_the_server_says() -> None:
    assert version_said("postgres (PostgreSQL) 18.4\n") == "18.4"
    assert version_said("postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)") == "15.20"
    with pytest.raises(ValueError, match="No PostgreSQL version"):
        version_said("sqlite")


def test_django_is_given_every_part_of_a_connection_string() -> None:
    entry = database("postgresql://jiexu_desk:s%40crt@db.example:6432/jiexu?sslmode=require")
    assert (entry["USER"], entry["PASSWORD"], entry["HOST"]) == ("jiexu_desk", "s@crt", "db.example")
    assert (entry["PORT"], entry["NAME"], entry["OPTIONS"]) == ("6432", "jiexu", {"sslmode": "require"})
    assert database("postgresql://o@/jiexu?host=%2Ftmp%2Fa%20b")["HOST"] == "/tmp/a b"  # noqa: S108 - a name only


def test_all_roles_go_to_another_database_together() -> None:
    moved = Connections(owner="dbname=a user=o", worker="dbname=a user=w", desk="dbname=a user=d").to("b")
    parts = [conninfo_to_dict(url) for url in (moved.owner, moved.worker, moved.desk)]
    assert parts == [{"dbname": "b", "user": user} for user in ("o", "w", "d")]


def test_a_full_disk_is_recognised_behind_what_it_caused() -> None:
    full = OSError(28, os.strerror(28))
    outer = RuntimeError("import failed")
    outer.__cause__ = full
    assert is_disk_full(full)
    assert is_disk_full(outer)
    assert not is_disk_full(RuntimeError("import failed"))


def test_every_command_offered_can_be_loaded_and_has_help() -> None:
    assert isinstance(main, LazyGroup)
    with click.Context(main) as context:
        offered = main.list_commands(context)
        assert {"up", "down", "status", "reset", "doctor"} <= set(offered) <= set(COMMANDS)
        assert all(
            command and (command.hidden or command.help)
            for command in (main.get_command(context, word) for word in offered)
        )


def test_the_version_is_said_without_loading_database_or_web() -> None:
    code = "import sys; import jiexu.cli.main; print({'django', 'psycopg', 'psutil', 'waitress'} & set(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout == "set()\n"


def test_every_trouble_says_a_cure() -> None:
    troubles = [
        "folder_foreign",
        "folder_forbidden",
        "locked",
        "other_version",
        "disk_full",
        "port_taken",
        "role_not_ours",
    ]
    for key in troubles:
        assert catalogue("cli")[key]["en"].count(". ") + catalogue("cli")[key]["en"].count("; ") >= 1, key
