"""Starts jiexu on a machine that has Python 3.11-3.13 and nothing else.

    python3 start.py [up|down|status|reset|doctor|setup|test|test-web] [--wheels DIR] [--dev] [--lang zh|en] ...

Makes the environment ``.venv`` from the hashed lock, once, then hands over to ``.venv/bin/jiexu``, which
understands ``--data``, ``--port`` and the rest. Standard library only. This file must still be *read* by older
Pythons, so that they get a sentence instead of a syntax error: nothing newer than f-strings here.
"""

import argparse
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

OLDEST, NEWEST = (3, 11), (3, 13)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VERSION = ".".join(platform.python_version_tuple()[:2])
SITE_PACKAGES = VENV / "lib" / f"python{VERSION}" / "site-packages"
UNFINISHED = VENV / "jiexu-unfinished"
IN_SEVERAL = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")
"""The tests run in as many processes as there are cores, four at most; each makes its own databases."""
VERBS = ("up", "down", "status", "reset", "doctor", "setup", "test", "test-web", "wheels")
TESTS = {"test": IN_SEVERAL, "test-web": ("tests/web",)}
"""What runs the tests: all that need no browser, and those in a real one, which share one node."""
HANDED_ON = {"--data": "DIR", "--port": "N", "--lang": "zh|en"}
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
# A lock is complete, so nothing is resolved; wheels only, so nothing is built and no compiler is needed.
FROM_LOCK = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r"]

# The only texts outside src/jiexu/texts: these are said before anything that could read a catalogue exists.
TEXTS = {
    "python": {
        "zh": "接续需要 Python 3.11 至 3.13；{here} 是 {version}。{cure}",
        "en": "jiexu needs Python 3.11 to 3.13; {here} is {version}. {cure}",
    },
    "python_other": {"zh": "请改用：{command}", "en": "Run this instead: {command}"},
    "python_none": {
        "zh": "请安装其中之一，例如：apt install python3.11 python3.11-venv",
        "en": "Install one of them, for example: apt install python3.11 python3.11-venv",
    },
    "venv": {
        "zh": "此 Python 缺少 venv 模块，无法建立环境。请运行：{command}，然后再次启动。",
        "en": "This Python has no venv module, so no environment can be made. Run: {command} and start again.",
    },
    "windows": {
        "zh": "接续可在 Linux 和 macOS 上运行；在 Windows 上请使用 WSL 2。",
        "en": "jiexu runs on Linux and macOS; on Windows use WSL 2.",
    },
    "making": {
        "zh": "正在 {venv} 建立环境（仅第一次）……",
        "en": "Making the environment in {venv} (only once) ...",
    },
    "fetching": {"zh": "正在取得 {count} 个包 ……", "en": "Fetching {count} packages ..."},
    "fetched": {
        "zh": "已取得 {count} 个包，共 {megabytes:.1f} MB，用时 {seconds:.0f} 秒。",
        "en": "Fetched {count} packages, {megabytes:.1f} MB, in {seconds:.0f} s.",
    },
    "installing": {"zh": "正在安装 ……", "en": "Installing ..."},
    "made": {
        "zh": "环境已就绪（安装用时 {seconds:.0f} 秒）。",
        "en": "The environment is ready (installed in {seconds:.0f} s).",
    },
    "no_folder": {
        "zh": "--wheels {folder} 不是文件夹。请在能联网的同类机器上用 make wheels 生成，再整个拷贝过来。",
        "en": "--wheels {folder} is not a folder. Fill one with `make wheels` on a like machine that is online, and copy it here.",
    },
    "pip_failed": {
        "zh": "包没有取得或安装完整（pip 的说明见上）。{cure}",
        "en": "The packages could not all be fetched or installed (pip says why above). {cure}",
    },
    "cure_online": {
        "zh": "请检查网络后再次启动；在封闭网络中：在能联网的同类机器上运行 make wheels，再用 start.py --wheels DIR。",
        "en": "Check the network and start again; on a closed network run `make wheels` on a like machine that is online, then start.py --wheels DIR.",
    },
    "cure_wheels": {
        "zh": "文件夹 {folder} 须由同一版本的接续、同类系统（{machine}）和 Python {version} 用 make wheels 生成。",
        "en": "The folder {folder} must come from `make wheels` of this version of jiexu on a like system ({machine}) with Python {version}.",
    },
    "disk": {
        "zh": "{folder} 所在磁盘只剩 {free:.0f} MB，建立环境需要约 {need:.0f} MB。请腾出空间后再次启动。",
        "en": "Only {free:.0f} MB are free where {folder} lies; the environment needs about {need:.0f} MB. Make room and start again.",
    },
    "wheels_done": {
        "zh": "{folder} 中有 {count} 个包，共 {megabytes:.1f} MB。在封闭网络中：python3 start.py --wheels {folder}",
        "en": "{folder} holds {count} packages, {megabytes:.1f} MB. On the closed network: python3 start.py --wheels {folder}",
    },
}


def language(arguments: "list[str]", environment: "Mapping[str, str]") -> str:
    """``zh`` or ``en``: what --lang says, else LC_ALL, LC_MESSAGES, LANG: zh when they begin so, English otherwise."""
    for place, word in enumerate(arguments):
        value = word.partition("=")[2] if word.startswith("--lang=") else ""
        value = arguments[place + 1] if word == "--lang" and place + 1 < len(arguments) else value
        if value:
            return "zh" if value.startswith("zh") else "en"
    spoken = next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )
    return "zh" if spoken.startswith("zh") else "en"


LANG = language(sys.argv[1:], os.environ)


def say(key: str, **data: object) -> str:
    """One text in the language asked for. Raises KeyError for an unknown key."""
    return TEXTS[key][LANG].format(**data)


def stop(key: str, **data: object) -> NoReturn:
    """Says why and ends with status 1."""
    sys.exit(say(key, **data))


def answers(name: str) -> bool:
    """Whether a Python of this name runs: one that pyenv merely knows of is on the path too, and does not."""
    if not shutil.which(name):
        return False
    silent = subprocess.DEVNULL
    return subprocess.call([name, "-c", ""], stdin=silent, stdout=silent, stderr=silent) == 0


def check_python() -> None:
    """Ends with one sentence where this Python or system cannot run jiexu."""
    if os.name != "posix":
        stop("windows")
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        names = (f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1))
        other = next((name for name in names if answers(name)), None)
        command = " ".join([other or "", "start.py", *sys.argv[1:]])
        cure = say("python_other", command=command) if other else say("python_none")
        stop("python", here=sys.executable, version=platform.python_version(), cure=cure)


def check_venv() -> None:
    """Ends with the command that cures it where Debian's Python came without venv."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        sudo = "" if os.geteuid() == 0 else "sudo "
        stop("venv", command=f"{sudo}apt install python{VERSION}-venv")


def check_disk(kind: str) -> None:
    """Ends with a sentence where the environment would not fit; measured: 350 MB to run, 850 MB to develop."""
    need = {"run": 350, "dev": 850}[kind]
    free = shutil.disk_usage(str(ROOT)).free / 1e6
    if free < need:
        stop("disk", folder=ROOT, free=free, need=need)


def stamp(kind: str) -> "tuple[Path, str]":
    """Where a finished environment says what it was made from, and what it must say to be used as it is."""
    made_from = LOCKS[kind].read_bytes() + f"{VERSION} {ROOT}".encode()
    return VENV / f"jiexu-{kind}.stamp", hashlib.sha256(made_from).hexdigest()


def is_made(kind: str) -> bool:
    """Whether .venv is finished, from this lock, for this Python, in this place."""
    file, digest = stamp(kind)
    return PYTHON.exists() and not UNFINISHED.exists() and file.exists() and file.read_text() == digest


def pip(arguments: "list[str]", wheels: "str | None") -> None:
    """Runs pip in the environment; ends with the cure where it fails."""
    environment = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PYTHONUTF8="1")
    environment.pop("PIP_USER", None)
    command = [str(PYTHON), "-m", "pip", *arguments]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as running:
        for line in running.stdout or ():
            # Of all pip says, the lines that name a package and its size are the progress.
            said = re.search(r"(?:Downloading|Using cached) (?:\S*/)?(\S+\.whl)\S* (\(.+\))", line)
            if said:
                print("  {} {}".format(*said.groups()), flush=True)
    if running.returncode == 0:
        return
    machine = f"{platform.system()} {platform.machine()}"
    cure = (
        say("cure_wheels", folder=wheels, machine=machine, version=VERSION) if wheels else say("cure_online")
    )
    stop("pip_failed", cure=cure)


def fetch(kind: str, into: str) -> "tuple[int, int]":
    """Downloads every package of a lock into a folder, hashes checked; returns their number and bytes."""
    lock = LOCKS[kind]
    pins = set(re.findall(r"^([a-z0-9._-]+)==(?!.*win32)", lock.read_text(encoding="utf-8"), re.MULTILINE))
    print(say("fetching", count=len(pins)), flush=True)
    pip(["download", "--progress-bar", "off", *FROM_LOCK, str(lock), "-d", str(into)], None)
    sizes = [file.stat().st_size for file in Path(into).glob("*.whl")]
    return len(sizes), sum(sizes)


def make_venv() -> None:
    """An empty environment; a half-made one or one of another Python is made anew."""
    if SITE_PACKAGES.exists() and PYTHON.exists() and not UNFINISHED.exists():
        UNFINISHED.touch()
        return
    print(say("making", venv=VENV), flush=True)
    shutil.rmtree(str(VENV), ignore_errors=True)
    VENV.mkdir()
    UNFINISHED.touch()
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)


def put_in_jiexu() -> None:
    """Makes the package importable and the command ``jiexu``, without building anything: works offline."""
    (SITE_PACKAGES / "jiexu.pth").write_text("{}\n".format(ROOT / "src"), encoding="utf-8")
    command = VENV / "bin" / "jiexu"
    # Through /bin/sh, because a '#!' line is cut at 127 bytes and knows no spaces.
    quoted = str(PYTHON).replace("'", "'\"'\"'")
    command.write_text(f"#!/bin/sh\nexec '{quoted}' -m jiexu.cli.main \"$@\"\n", encoding="utf-8")
    command.chmod(0o755)


def setup(kind: str, wheels: "str | None") -> None:
    """Makes the environment where it is not made yet: in a second when it is."""
    if is_made(kind) or (kind == "run" and is_made("dev")):
        return
    check_venv()
    if wheels and not Path(wheels).is_dir():
        stop("no_folder", folder=wheels)
    check_disk(kind)
    make_venv()
    with tempfile.TemporaryDirectory(prefix="jiexu-wheels-") as fetched:
        if not wheels:
            began = time.monotonic()
            count, size = fetch(kind, fetched)
            print(
                say("fetched", count=count, megabytes=size / 1e6, seconds=time.monotonic() - began),
                flush=True,
            )
        began = time.monotonic()
        print(say("installing"), flush=True)
        source = ["--isolated", "install", "--no-index", "--find-links", str(wheels or fetched)]
        pip([*source, *FROM_LOCK, str(LOCKS[kind])], wheels)
    put_in_jiexu()
    file, digest = stamp(kind)
    file.write_text(digest)
    UNFINISHED.unlink()
    print(say("made", seconds=time.monotonic() - began), flush=True)


def wheels_into(folder: str, kind: str) -> None:
    """Fills a folder with every package this platform and Python need, to be carried to a closed network."""
    check_venv()
    if not PYTHON.exists():
        make_venv()
        UNFINISHED.unlink()
    count, size = fetch(kind, folder)
    print(say("wheels_done", folder=folder, count=count, megabytes=size / 1e6))


def main() -> None:
    """Understands what concerns the environment; everything else goes to jiexu as it was typed."""
    check_python()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", nargs="?", default="up", choices=VERBS)
    parser.add_argument("--wheels", metavar="DIR", help="take packages from here, never from the network")
    parser.add_argument("--dev", action="store_true", help="with the tools for tests and checks")
    for option, shape in HANDED_ON.items():
        parser.add_argument(option, metavar=shape, help="handed on to jiexu")
    asked, rest = parser.parse_known_args()
    # The usual data folder is beside this file, wherever it is called from; folders given are the caller's.
    asked.data = asked.data and str(Path(asked.data).absolute())
    asked.wheels = asked.wheels and str(Path(asked.wheels).absolute())
    os.chdir(str(ROOT))
    for option in HANDED_ON:
        value = getattr(asked, option[2:])
        rest += [f"{option}={value}"] if value is not None else []
    kind = "dev" if asked.dev or asked.verb in TESTS else "run"
    if asked.verb == "wheels":
        wheels_into(asked.wheels or "wheels", kind)
        return
    setup(kind, asked.wheels)
    if asked.verb == "setup":
        return
    sys.stdout.flush()
    os.environ["PATH"] = "{}{}{}".format(VENV / "bin", os.pathsep, os.environ.get("PATH", os.defpath))
    module, passed_on = (
        ("pytest", [*TESTS[asked.verb], *rest])
        if asked.verb in TESTS
        else ("jiexu.cli.main", [asked.verb, *rest])
    )
    os.execv(str(PYTHON), [str(PYTHON), "-m", module, *passed_on])  # noqa: S606 - our own interpreter, no shell


if __name__ == "__main__":
    main()
