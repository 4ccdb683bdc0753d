"""A letter that was spoilt on its way, at the desk: refused with a sentence, kept, looked at; then the right one, and the seals."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from terminal import PEOPLE, Terminal, lives, number_of, table

from jiexu.gateways.postgres.roles import Connections

ON = "2026-11-23"


@pytest.fixture
def terminal(database: Connections, tmp_path: Path) -> Terminal:
    """On a server that runs already."""
    return Terminal(tmp_path / "data", {**database.environment(), "DATABASE_URL": database.owner})


def test_a_spoilt_letter_is_kept_and_the_right_one_goes_its_way(terminal: Terminal, tmp_path: Path) -> None:
    terminal.done("people", "import", table(tmp_path / "people.csv", PEOPLE, lives(1)))
    asked = terminal.done(
        "transfer", "apply", "--name", "张三", "--document", number_of(1), "--from", "曲靖", "--to", "成都", "--on", ON
    )  # fmt: skip
    case_no = asked.out.split("case ")[1].split(".")[0]
    letter, receipt = tmp_path / "letter.jiexu", tmp_path / "receipt.jiexu"
    terminal.done("desk", "letter", case_no, "--agency", "成都", "--out", str(letter), "--on", ON)

    spoilt = tmp_path / "spoilt.jiexu"
    spoilt.write_bytes(letter.read_bytes().replace(b'"count":1', b'"count":2'))
    refused = terminal.run(
        "desk", "take-letter", str(spoilt), "--receipt", str(receipt), "--on", ON, lang="zh"
    )
    assert refused.status == 1
    assert "批次声明 2 条消息" in refused.err
    assert not receipt.exists()
    assert "could not be taken: 1; with" in terminal.done("desk", "inbox", "--agency", "曲靖").out
    (line,) = terminal.done("desk", "not-taken", "--agency", "曲靖").out.splitlines()
    assert (line.split()[0], line.split()[3]) == (ON, "510100")
    copy = tmp_path / "copy.jiexu"
    shown = terminal.done(
        "desk", "not-taken", "--agency", "曲靖", "--show", line.split()[1], "--out", str(copy)
    )
    assert "The bundle speaks for 2 messages and 1 are here" in shown.out
    assert copy.read_bytes() == spoilt.read_bytes()
    long = tmp_path / "long.jiexu"
    with long.open("wb") as endless:
        endless.truncate(1 << 40)
    refused = terminal.run("desk", "take-letter", str(long), "--receipt", str(receipt), "--on", ON, lang="zh")
    assert (refused.status, "文件有 1099511627776 字节，超过上限" in refused.err) == (1, True)
    unknown = terminal.run("desk", "not-taken", "--agency", "曲靖", "--show", "none")
    assert (unknown.status, "no" in unknown.err) == (1, True)

    terminal.done("desk", "take-letter", str(letter), "--receipt", str(receipt), "--on", ON)
    terminal.done("desk", "receipt", str(letter), str(receipt), "--on", ON)
    terminal.done("keys", "change", "--agency", "曲靖", "--on", ON)
    keys = terminal.done("keys", "list", "--agency", "曲靖").out
    assert "530300-20261123  2026-11-23 to 2036-11-20  signs today" in keys
    terminal.done("desk", "carry", "--on", ON)
    verified = terminal.done("verify", "--json").json()
    assert verified["breaks"] == []
    assert verified["counted"]["not_taken"] == 1
    assert terminal.done("desk", "not-taken", "--agency", "成都").out.startswith("Nothing")


def test_what_came_beyond_the_room_of_a_day_is_told_in_one_line(
    terminal: Terminal, database: Connections
) -> None:
    terminal.done("desk", "carry", "--on", ON)
    with psycopg.connect(database.owner) as owner:
        owner.execute("SELECT set_config('jiexu.agencies', '530300', true)")
        owner.execute(
            "INSERT INTO not_taken SELECT '530300', repeat(i::text, 64), '', '', '', '', 'bytes_not_json', 100, "
            "repeat('d', 64), NULL, %s FROM generate_series(1, 3) i",
            [ON],
        )
    listed = terminal.done("desk", "not-taken", "--agency", "曲靖", lang="zh").out
    assert listed == (f"{ON}  另有 3 件（共 300 字节）只留摘要、大小和原因：当日整件留存已满 64 MB。\n")
    shown = terminal.run("desk", "not-taken", "--agency", "曲靖", "--show", "1" * 12)
    assert (shown.status, f"the digest {'d' * 64} is kept" in shown.err) == (1, True)


def test_seals_that_counterparts_hold_are_handed_out_and_checked(terminal: Terminal, tmp_path: Path) -> None:
    terminal.done("people", "import", table(tmp_path / "people.csv", PEOPLE, lives(1)))
    asks = table(
        tmp_path / "asks.csv", "姓名,证件号码,转出地,转入地,转出险种,转入险种,收到日期,本人同意",
        [f"张三,{number_of(1)},曲靖,成都,职工,职工,{ON},是"],
    )  # fmt: skip
    terminal.done(
        "transfer", "run", str(asks), "--on", ON, "--until", "2027-01-31", "--reviewer", "李", "--report", str(tmp_path / "report.json")
    )  # fmt: skip
    held = tmp_path / "held.jsonl"
    held.write_text(terminal.done("seals").out, encoding="utf-8")
    assert held.read_text(encoding="utf-8").count("\n") >= 1
    assert terminal.done("verify", "--held", str(held)).out.splitlines()[-1].startswith("Nothing disagrees")
    false = held.read_text(encoding="utf-8").replace('"upto":', '"upto":9')
    (tmp_path / "false.jsonl").write_text(false, encoding="utf-8")
    refused = terminal.run("verify", "--held", str(tmp_path / "false.jsonl"))
    assert refused.status == 1
    assert "held by false.jsonl, is not signed with a key of that agency" in refused.out
    assert terminal.done("seals", "--of", "曲靖").out in held.read_text(encoding="utf-8")
