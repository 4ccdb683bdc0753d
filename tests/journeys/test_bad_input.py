"""Bad input, each with row, column, value and cure, and nothing half done: the issue's list at a real terminal."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from terminal import APPLICATIONS, PEOPLE, SOURCE, Terminal, asks, lives, number_of, table

from jiexu.gateways.postgres.roles import Connections

ON = ("--on", "2026-11-23", "--reviewer", "李")
BAD, GOOD = 1, 0


@pytest.fixture
def terminal(database: Connections, tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "data", {**database.environment(), "DATABASE_URL": database.owner})


@pytest.fixture
def alone() -> Iterator[Terminal]:
    """With the server that comes along, right under the temporary folder where root's server user can get at it."""
    folder = Path(tempfile.gettempdir()) / f"jiexu-bad-{uuid.uuid4().hex[:12]}"
    yield Terminal(folder, {})
    pid = folder / "postgres" / "postmaster.pid"
    if pid.exists():
        Terminal(folder, {}).run("down")
    shutil.rmtree(folder, ignore_errors=True)


def counted(terminal: Terminal, what: str) -> int:
    """Rows of a table, whoever they belong to."""
    with psycopg.connect(terminal.environment["JIEXU_WORKER_URL"]) as worker:
        worker.execute("SELECT set_config('jiexu.agencies', string_agg(code, ','), true) FROM agency")
        row = worker.execute(f"SELECT count(*) FROM {what}").fetchone()
        assert row is not None
        return int(row[0])


def test_every_bad_row_is_named_with_its_cure_and_the_good_rows_are_done(
    terminal: Terminal, tmp_path: Path
) -> None:
    people = table(tmp_path / "people.csv", PEOPLE, lives(1))
    terminal.done("people", "import", people)
    wrong = number_of(2)[:-1] + ("0" if number_of(2)[-1] != "0" else "1")
    rows = [
        asks(1),
        asks(2, to="阿特兰蒂斯"),
        asks(3, to="郑州"),
        asks(4).replace(number_of(4), wrong),
        asks(5, on="2026-02-30"),
        asks(6, on="2036-11-23"),
        asks(1),
        asks(7).replace("职工,职工", "职工,农民"),
        asks(8, name="=1+1"),
    ]
    said = terminal.run(
        "transfer",
        "run",
        table(tmp_path / "asked.csv", APPLICATIONS, rows),
        *ON,
        "--report",
        tmp_path / "report.json",
    )
    assert said.status == BAD
    assert "completed: 1" in said.out
    told = {line.split()[1].strip(",:"): line for line in said.err.splitlines() if line.startswith("Row ")}
    assert set(told) == {"3", "4", "5", "6", "7", "8", "9", "10"}
    assert "“转入地”, value “阿特兰蒂斯”" in told["3"]
    assert "write a city or county" in told["3"]
    assert "410100" in told["4"], "the pools of 郑州 are offered with their codes"
    assert "“证件号码”" in told["5"]
    assert wrong not in said.words, "personal numbers are shown masked"
    assert "check month and day" in told["6"]
    assert "check the year" in told["7"]
    assert told["8"] == "Row 8: this is the same application as in row 2; delete one of them."
    assert "“农民”" in told["9"]
    assert "“姓名”, value “=1+1”" in told["10"]
    in_chinese = terminal.run("transfer", "run", tmp_path / "asked.csv", *ON, lang="zh")
    assert "第 8 行：与第 2 行完全相同；请删去其中一行" in in_chinese.err
    assert counted(terminal, "file") == 2


def test_bad_people_are_named_with_their_cure_and_the_good_ones_loaded(
    terminal: Terminal, tmp_path: Path
) -> None:
    out, here = lives(1)

    def person(at: int, **changes: str) -> str:
        cells = dict(zip(PEOPLE.split(","), lives(at)[0].split(","), strict=True)) | changes
        return ",".join(cells.values())

    rows = [
        out, here,
        person(2, 实缴月份="2019-07..2199-01"), person(3, 实缴月份="1980-01..2020-01"), person(4, 实缴月份="2020-05..2020-01"),
        person(5, 当年余额="1.005"), person(6, 当年余额="-3.00"), person(7, 当年余额="1e5"), person(8, 停保日期=""),
    ]  # fmt: skip
    said = terminal.run("people", "import", table(tmp_path / "people.csv", PEOPLE, rows))
    assert said.status == BAD
    assert "2 people loaded" in said.out
    assert "7 rows at fault" in said.out
    lines = said.err.splitlines()
    for row, column, value in [
        (4, "实缴月份", "2019-07..2199-01"), (5, "实缴月份", "1980-01..2020-01"), (6, "实缴月份", "2020-05..2020-01"),
        (7, "当年余额", "1.005"), (8, "当年余额", "-3.00"), (9, "当年余额", "1e5"), (10, "停保日期", ""),
    ]:  # fmt: skip
        (line,) = [
            line for line in lines if line.startswith(f"Row {row}, column “{column}”, value “{value}”: ")
        ]
        assert "; " in line, "the cure stands after the semicolon"
    assert counted(terminal, "person") == 2


def test_a_header_nearly_right_loses_nothing_in_silence(terminal: Terminal, tmp_path: Path) -> None:
    nearly = table(tmp_path / "people.csv", PEOPLE.replace("实缴月份", "实缴"), lives(1))
    said = terminal.run("people", "import", nearly, lang="zh")
    assert said.status == BAD
    assert "“实缴”不是可读的列名，像是：实际缴费月份" in said.err
    assert "一行都没有采用" in said.err
    assert counted(terminal, "person") == 0
    more = table(tmp_path / "more.csv", PEOPLE + ",联系电话", [row + ",none" for row in lives(1)])
    told = terminal.done("people", "import", more)
    assert "these columns were not read: 联系电话" in told.err
    assert counted(terminal, "person") == 2


def whole_xlsx(file: Path) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415  heavy, and only here

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(APPLICATIONS.split(","))
    sheet.append(asks(1).split(","))
    book.save(file)
    return file.read_bytes()


def test_a_file_that_is_damaged_cut_off_or_none_is_refused_whole(terminal: Terminal, tmp_path: Path) -> None:
    whole = table(tmp_path / "whole.csv", APPLICATIONS, [asks(1), asks(2)]).read_bytes()
    damaged = {
        "cut.csv": (whole[: -len("成都,职工,职工,2026-11-23,是\n".encode())], "incomplete"),
        "half-a-letter.csv": (whole[:-2], "incomplete"),
        "open-quote.csv": (whole.replace("张三".encode(), '"张三'.encode(), 1), "quotation mark"),
        "no-header.csv": (b"\n".join(whole.split(b"\n")[1:]), "lacks"),
        "empty.csv": (b"", "is empty"),
        "letter.pdf": (b"%PDF-1.7 ...", "is no table"),
        "old.xls": (b"\xd0\xcf\x11\xe0" + bytes(512), "old Excel file"),
        "cut.xlsx": (whole_xlsx(tmp_path / "whole.xlsx")[:-200], "damaged or incomplete XLSX"),
    }
    for name, (content, what) in damaged.items():
        (tmp_path / name).write_bytes(content)
        said = terminal.run("transfer", "run", tmp_path / name, *ON)
        assert (said.status, said.out) == (BAD, ""), name
        assert name in said.err, said.err
        assert what in said.err, said.err
    missing = terminal.run("transfer", "run", tmp_path / "not there.csv", *ON)
    assert missing.status == BAD
    assert "cannot be opened" in missing.err
    assert counted(terminal, "file") == 0


HUGE = """
import resource, sys
from datetime import date
from pathlib import Path
from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.tables import Application, Context, read_applications
context = Context(areas=areas(), today=date(2026, 11, 23), demonstration=True)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read = sum(isinstance(row, Application) for row in read_applications(Path(sys.argv[1]), context=context))
print(read, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
MEGABYTES = 96


def test_a_huge_file_is_read_row_by_row(tmp_path: Path) -> None:
    """Forty thousand rows, 20 MB of them remarks: far more than may stay in memory at once."""
    file = tmp_path / "huge.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write(APPLICATIONS + ",备注\n")
        for at in range(40_000):
            out.write(asks(at) + "," + "x" * 500 + "\n")
    assert file.stat().st_size > 20_000_000
    said = subprocess.run(
        [sys.executable, "-c", HUGE, str(file)], env={**os.environ, "PYTHONPATH": str(SOURCE)}, capture_output=True, text=True,
        check=True, timeout=200,
    )  # fmt: skip
    read, megabytes = map(int, said.stdout.split())
    assert read == 40_000
    assert megabytes < MEGABYTES


def test_a_huge_file_without_line_breaks_is_refused_before_it_fills_the_memory(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "one-line.csv"
    with file.open("wb") as out:
        out.write(APPLICATIONS.encode() + b"\n")
        for _ in range(64):
            out.write(b"x" * (1 << 20))
    said = terminal.run("transfer", "run", file, *ON)
    assert said.status == BAD
    assert "Line 2 of one-line.csv has more than" in said.err


@pytest.mark.parametrize(
    ("megabytes", "command"),
    [
        (34, ("document", "verify", "FILE", "--root", "00" * 32)),
        (1, ("document", "take", "--codes", "FILE", "--receipt", "receipt.bin")),
        (200, ("document", "make", "--cases", "FILE", "--kind", "information-form", "--out", "forms")),
    ],
)
def test_a_file_that_is_read_whole_is_read_no_further_than_the_longest_there_is(
    megabytes: int, command: tuple[str, ...], tmp_path: Path
) -> None:
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(1 << 40)  # nothing on the disk, and more than any memory
    said = Terminal(tmp_path / "none", {}).run(*(str(huge) if word == "FILE" else word for word in command))
    assert said.status != GOOD
    assert said.out == ""
    assert (
        f"File {huge} is longer than {megabytes} MB and was not read further; check whether it is the right one."
        in said.err
    )


def test_a_list_that_is_no_text_or_no_report_is_said(tmp_path: Path) -> None:
    terminal, listed = Terminal(tmp_path / "none", {}), tmp_path / "listed"
    listed.write_bytes(b"\xff\xfe\x00")
    make = ("document", "make", "--cases", listed, "--kind", "information-form", "--out", tmp_path / "forms")
    assert "is no text in UTF-8" in terminal.run(*make).err
    assert (
        "is no text in UTF-8"
        in terminal.run("document", "take", "--codes", listed, "--receipt", tmp_path / "r").err
    )
    listed.write_text('{"rows": [', encoding="utf-8")
    said = terminal.run(*make)
    assert (said.status, said.out) == (BAD, "")
    assert "its cases cannot be read; give the JSON" in said.err


def test_the_same_application_again_tomorrow_shows_its_case_and_opens_none(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.done("people", "import", table(tmp_path / "people.csv", PEOPLE, lives(1)))
    undated = APPLICATIONS.replace(",收到日期", "")
    file = table(tmp_path / "asked.csv", undated, [asks(1).replace(",2026-11-23", "")])
    first = terminal.done(
        "transfer", "run", file, "--on", "2026-11-23", "--until", "2026-11-23", "--reviewer", "李", "--json"
    ).json()
    case_no = first["rows"][0]["case_no"]
    again = terminal.done(
        "transfer", "run", file, "--on", "2026-11-23", "--until", "2026-11-23", "--reviewer", "李", "--json"
    ).json()
    assert again["rows"][0]["case_no"] == case_no
    tomorrow = terminal.done(
        "transfer", "run", file, "--on", "2026-11-24", "--reviewer", "李", "--json"
    ).json()
    assert (tomorrow["rows"][0]["case_no"], tomorrow["rows"][0]["at_the_door"]) == (case_no, "already_open")
    assert counted(terminal, "file") == 2


def started(terminal: Terminal, *words: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        terminal.command(*words),
        env=terminal.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def at_work(terminal: Terminal, child: subprocess.Popen[str], table: str, rows: int) -> None:
    """Returns once the run has written so many rows and is in the middle of it."""
    while child.poll() is None:
        try:
            if counted(terminal, table) >= rows:
                return
        except psycopg.Error:
            os.sched_yield()
    pytest.fail(f"the run ended before it could be stopped: {child.communicate()}")


@pytest.fixture
def forty(terminal: Terminal, tmp_path: Path) -> Path:
    """Forty people loaded, and the file in which they all apply."""
    terminal.done(
        "people",
        "import",
        table(tmp_path / "people.csv", PEOPLE, [row for at in range(40) for row in lives(at)]),
    )
    return table(tmp_path / "asked.csv", APPLICATIONS, [asks(at) for at in range(40)])


def test_a_file_run_again_after_a_crash_goes_on_and_ends_as_if_nothing_had_been(
    terminal: Terminal, forty: Path
) -> None:
    child = started(terminal, "transfer", "run", forty, *ON)
    at_work(terminal, child, "month_move", 1)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    done = terminal.done("transfer", "run", forty, *ON, "--json").json()
    assert done["outcomes"] == {"completed": 40}
    assert done["balanced"] is True
    assert counted(terminal, "file") == 80


def test_a_database_gone_in_the_middle_is_said_and_the_same_command_goes_on(
    terminal: Terminal, forty: Path
) -> None:
    child = started(terminal, "transfer", "run", forty, *ON)
    at_work(terminal, child, "month_move", 1)
    with psycopg.connect(terminal.environment["JIEXU_WORKER_URL"], autocommit=True) as worker:
        worker.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (BAD, "")
    assert "The database went away" in err
    assert "run the same command again" in err
    assert "Traceback" not in err
    assert terminal.done("transfer", "run", forty, *ON, "--json").json()["outcomes"] == {"completed": 40}


def test_the_server_itself_killed_in_the_middle_is_said_too(alone: Terminal, tmp_path: Path) -> None:
    alone.done(
        "people",
        "import",
        table(tmp_path / "people.csv", PEOPLE, [row for at in range(40) for row in lives(at)]),
    )
    file = table(tmp_path / "asked.csv", APPLICATIONS, [asks(at) for at in range(40)])
    child = started(alone, "transfer", "run", file, *ON)
    pid_file = alone.folder / "postgres" / "postmaster.pid"
    while not is_busy(pid_file):
        assert child.poll() is None, child.communicate()
    server = psutil.Process(int(pid_file.read_text().split("\n")[0]))
    for each in [server, *server.children()]:
        each.send_signal(signal.SIGKILL)
    _, err = child.communicate(timeout=60)
    assert child.returncode == BAD
    assert "The database went away" in err
    assert "Traceback" not in err
    assert alone.done("transfer", "run", file, *ON, "--json").json()["outcomes"] == {"completed": 40}


def is_busy(pid_file: Path) -> bool:
    """Whether a session of the worker is open on this server: its process says so in its title."""
    try:
        server = psutil.Process(int(pid_file.read_text().split("\n")[0]))
        return any("jiexu_worker" in " ".join(each.cmdline()) for each in server.children())
    except (psutil.Error, ValueError, OSError):
        return False


def test_a_disk_that_fills_in_the_middle_is_said_and_nothing_is_half_done(
    alone: Terminal, tmp_path: Path
) -> None:
    """On a small disk of its own. Where no such disk may be mounted this fails: not run is not passed."""
    table(tmp_path / "people.csv", PEOPLE, [row for at in range(4000) for row in lives(at)])
    alone.folder.mkdir(mode=0o755)
    here = Terminal(alone.folder / "data", {})
    lent = [] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps"]
    words = " ".join(f"'{each}'" for each in here.command("people", "import", tmp_path / "people.csv"))
    # Full, then with room again: the same command on the same data does the whole of it.
    steps = (
        f'mount -t tmpfs -o size={SMALL_DISK}m,mode=755 tmpfs "{alone.folder}" || exit 99; {words}; first=$?; '
        f'mount -o remount,size=600m "{alone.folder}" || exit 98; {words} 1>&2; echo "$first $?"'
    )
    done = subprocess.run(
        ["unshare", "--mount", *lent, "sh", "-c", steps], env=here.environ(), capture_output=True, text=True,
        check=False, timeout=200,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert done.stdout.splitlines()[-1] == "1 0", done.stdout + done.stderr
    assert "disk is full" in done.stderr
    assert "8000 people loaded" in done.stderr


SMALL_DISK = 70
"""MB: enough for an empty PostgreSQL with its first journal, not for eight thousand people."""


def test_tables_of_another_version_are_refused_with_their_cure(terminal: Terminal, tmp_path: Path) -> None:
    people = table(tmp_path / "people.csv", PEOPLE, lives(1))
    with psycopg.connect(terminal.environment["DATABASE_URL"]) as owner:
        owner.execute("UPDATE schema_file SET digest = 'of the file as it was'")
    for words in (["people", "import", people], ["verify"]):
        said = terminal.run(*words)
        assert said.status == BAD
        assert "made by another version of jiexu" in said.err
        assert "name an empty database" in said.err
    assert counted(terminal, "person") == 0


def test_looking_where_there_is_nothing_yet_says_how_to_begin(alone: Terminal) -> None:
    said = alone.run("verify")
    assert (said.status, "Run `jiexu up`" in said.err) == (BAD, True)
    assert not alone.folder.exists(), "looking makes nothing"


def test_a_taken_port_is_refused_with_its_holder(terminal: Terminal) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        said = terminal.run("up", "--port", str(other.getsockname()[1]))
    assert said.status == BAD
    assert "is taken by" in said.err
    assert str(os.getpid()) in said.err


def test_a_reviewer_who_handles_too_and_a_day_that_is_none_are_refused(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = table(tmp_path / "asked.csv", APPLICATIONS, [asks(1)])
    day = terminal.run("transfer", "run", file, "--on", "2026-11-31", "--reviewer", "李")
    assert day.status != GOOD
    assert "2026-11-31" in day.err
    nobody = terminal.run("transfer", "show", "FJ4MFG85WXNTQ")
    assert nobody.status == BAD
    assert nobody.err.strip()
