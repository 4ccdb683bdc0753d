"""Somebody is given a file about their case, and asks two programs and a stranger's directory what it proves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from terminal import APPLICATIONS, PEOPLE, Terminal, asks, lives, table

from jiexu.exchange.container import pack, unpack
from jiexu.gateways.postgres.roles import Connections

TOOL = Path(__file__).parents[2] / "tools" / "check_evidence.py"


@pytest.fixture
def terminal(database: Connections, tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "data", {**database.environment(), "DATABASE_URL": database.owner})


def independent(*words: str | Path) -> tuple[int, str]:
    """What the checker that knows nothing of jiexu says: from another folder, without jiexu's path."""
    command = [sys.executable, "-I", str(TOOL), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return done.returncode, done.stdout


def test_a_case_becomes_a_file_that_others_can_check(terminal: Terminal, tmp_path: Path) -> None:
    terminal.done("people", "import", table(tmp_path / "people.csv", PEOPLE, lives(1)))
    file = table(tmp_path / "asked.csv", APPLICATIONS, [asks(1)])
    rows = terminal.done("transfer", "run", file, "--on", "2026-11-23", "--reviewer", "李", "--json").json()[
        "rows"
    ]
    case_no = rows[0]["case_no"]
    root = terminal.done("case", "root").out.strip()
    paper = terminal.done(
        "document", "make", case_no, "--kind", "information-form", "--out", tmp_path / "form.pdf"
    )
    assert "information form" in paper.words

    whole, again, hidden = (tmp_path / f"{name}.zip" for name in ("whole", "again", "hidden"))
    said = terminal.done("case", "export", case_no, "--out", whole).out
    assert root in said
    assert "Qujing (530300)" in said
    terminal.done("case", "export", case_no, "--out", again, "--agency", "曲靖", lang="zh")
    assert whole.read_bytes() == again.read_bytes()
    terminal.done("case", "export", case_no, "--out", hidden, "--side", "destination", "--redact")
    assert "documents/information_form-1.pdf" in unpack(whole.read_bytes())

    # Checked where nothing of the node is.
    elsewhere = Terminal(tmp_path / "nothing", {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    fits = elsewhere.done("case", "check", whole)
    assert "You have not compared the root fingerprint" in fits.out
    assert "On the word of Qujing (530300) alone" in fits.out
    spaced = f"{root[:32].upper()} {root[32:]}"
    in_chinese = elsewhere.done("case", "check", hidden, "--root", spaced, lang="zh")
    assert f"目录根指纹与您给的一致：{root}" in in_chinese.out
    assert "没有放进这个文件" in in_chinese.out
    assert independent(whole, "--root", root)[0] == 0
    assert "NOT COMPARED" in independent(hidden)[1]

    # Another directory, a word changed, no evidence file at all, no file.
    stranger = elsewhere.run("case", "check", whole, "--root", "ab" * 32)
    assert (stranger.status, stranger.err) == (1, "")
    assert "leads to another directory than yours" in stranger.out
    assert independent(whole, "--root", "ab" * 32)[0] == 1
    entries = unpack(whole.read_bytes())
    whole.write_bytes(
        pack({**entries, "index.html": entries["index.html"].replace(b"3,208.55", b"9,208.55")})
    )
    changed = elsewhere.run("case", "check", whole, lang="zh")
    assert (changed.status, "index.html 被改动" in changed.out) == (1, True)
    assert independent(whole)[1].startswith("WRONG. index.html")
    assert "cannot be read" in elsewhere.run("case", "check", tmp_path / "gone.zip").err

    # What this node does not have, and where it may not write.
    assert (
        "has no file of case"
        in terminal.run("case", "export", case_no, "--out", again, "--agency", "北京").err
    )
    nowhere = terminal.run("case", "export", case_no, "--out", tmp_path / "no" / "folder" / "x.zip")
    assert (nowhere.status, "cannot be written" in nowhere.err) == (1, True)


def test_a_supervisor_draws_files_by_a_seed_and_anybody_can_draw_them_again(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.done("people", "import", table(tmp_path / "people.csv", PEOPLE, lives(4)))
    # The last one asks for a transfer inside one pooling area: refused by the only agency there is.
    inside = asks(4, origin="成都", to="成都")
    file = table(tmp_path / "asked.csv", APPLICATIONS, [*(asks(person) for person in range(1, 4)), inside])
    terminal.done("transfer", "run", file, "--on", "2026-11-23", "--reviewer", "李")
    root = terminal.done("case", "root").out.strip()
    first, again = tmp_path / "first", tmp_path / "again"
    said = terminal.done("case", "draw", "--count", "3", "--seed", "7", "--out", first).out
    assert said.startswith("3 of 7 files drawn by seed 7")
    assert said.rstrip().endswith("0 not sound.")
    terminal.done("case", "draw", "--count", "3", "--seed", "7", "--out", again)
    drawn = {each.name: each.read_bytes() for each in first.iterdir()}
    assert len(drawn) == 3
    assert drawn == {each.name: each.read_bytes() for each in again.iterdir()}
    for each in sorted(first.iterdir()):
        assert independent(each, "--root", root)[0] == 0
    every = tmp_path / "all"
    all_of_them = terminal.done("case", "draw", "--count", "100", "--seed", "8", "--out", every, lang="zh")
    assert "从 7 份案卷中按种子 8 抽出 7 份" in all_of_them.out
    assert [independent(each, "--root", root)[0] for each in every.iterdir()] == [0] * 7
