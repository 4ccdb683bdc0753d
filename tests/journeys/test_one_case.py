"""One transfer by hand, from application to credited balance, as a clerk, a reviewer and finance do it at a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo
from terminal import APPLICATIONS, PEOPLE, Terminal, asks, lives, number_of, table

from jiexu.gateways.postgres.roles import Connections

ON, DUE_OUT, DUE_IN = "2026-11-23", "2026-12-07", "2026-12-14"


@pytest.fixture
def terminal(database: Connections, tmp_path: Path) -> Terminal:
    """On a server that runs already, so that forty commands do not start and stop one forty times."""
    return Terminal(tmp_path / "data", {**database.environment(), "DATABASE_URL": database.owner})


def desk_of(terminal: Terminal) -> Terminal:
    """The same place, where the worker's connection cannot write: what is done there, the desk role does."""
    read_only = make_conninfo(
        terminal.environment["JIEXU_WORKER_URL"], options="-c default_transaction_read_only=on"
    )
    return Terminal(terminal.folder, {**terminal.environment, "JIEXU_WORKER_URL": read_only})


def window_of(terminal: Terminal) -> Terminal:
    """The same place, where the worker's connection leads nowhere: what is seen there, the desk role sees."""
    nowhere = "postgresql://jiexu_worker@127.0.0.1:1/nowhere"
    return Terminal(terminal.folder, {**terminal.environment, "JIEXU_WORKER_URL": nowhere})


def lines(terminal: Terminal, case_no: str) -> list[tuple[str | None, str | None, str]]:
    """What the person sees of each track: due day, its kind, and the sentence of who waits for what."""
    told = window_of(terminal).done("transfer", "track", case_no, "--json").json()
    return [(each["due"], each["due_kind"], each["waits"]) for each in told["lines"]]


def inbox(terminal: Terminal, agency: str) -> list[tuple[int, str, str, str]]:
    """Leg (0: the record), role that must act, next event and day of everything an agency has to do."""
    told = json.loads(window_of(terminal).done("desk", "inbox", "--agency", agency, "--json").out)
    return [(row["leg"], row["holder"], row["next_event"], row["due_on"]) for row in told["work"]]


def test_one_case_by_hand(terminal: Terminal, tmp_path: Path) -> None:
    loaded = terminal.done("people", "import", table(tmp_path / "people.csv", PEOPLE, lives(1)))
    assert loaded.out.startswith("2 people loaded")
    desk, window = desk_of(terminal), window_of(terminal)
    ask = (
        "transfer",
        "apply",
        "--name",
        "张三",
        "--document",
        number_of(1),
        "--from",
        "曲靖",
        "--to",
        "chengdu",
        "--on",
    )
    taken = desk.done(*ask, ON)
    case_no = taken.out.split("case ")[1].split(".")[0]
    again = desk.done(*ask, "2026-11-24", lang="zh")
    assert case_no in again.out
    assert "没有另开一件" in again.out

    # Both agencies answer the check; both count the ten working days of the origin from the acceptance.
    assert lines(terminal, case_no)[0][:2] == ("2026-11-24", "promise")
    terminal.done("desk", "carry", "--on", ON)
    assert lines(terminal, case_no) == [
        (
            DUE_OUT,
            "legal",
            "in the hands of Qujing (the clerk); next: issuing the information form, by 2026-12-07 (by law)",
        )
    ]
    assert inbox(terminal, "曲靖") == [(0, "clerk", "issue_form", DUE_OUT)]
    in_chinese = window.done("desk", "inbox", "--agency", "曲靖", lang="zh").out
    assert f"{DUE_OUT}（法定期限）" in in_chinese
    assert "经办人员 · 出具信息表" in in_chinese

    # The form: two people, and nothing happens out of order.
    alone = desk.run(
        "desk", "issue-form", case_no, "--by", "王", "--reviewer", "王", "--on", DUE_OUT, lang="zh"
    )
    assert (alone.status, alone.out) == (1, "")
    assert "经办人和复核人是同一个人（王）" in alone.err
    early = desk.run("desk", "take", case_no, "--agency", "成都", "--reviewer", "钱", "--on", DUE_OUT)
    assert early.status == 1
    assert "has not arrived yet" in early.out
    desk.done("desk", "issue-form", case_no, "--by", "王", "--reviewer", "李", "--on", DUE_OUT)
    terminal.done("desk", "carry", "--on", DUE_OUT)
    assert lines(terminal, case_no)[0][:2] == (DUE_IN, "legal")
    assert inbox(terminal, "成都") == [(0, "clerk", "take_in", DUE_IN)]
    desk.done("desk", "take", case_no, "--by", "赵", "--reviewer", "钱", "--on", DUE_IN)
    again = desk.run("desk", "take", case_no, "--reviewer", "钱", "--on", DUE_IN)
    assert again.out.startswith(f"{case_no}: already so")
    assert "--reviewer" in desk.run("desk", "take", case_no, "--on", DUE_IN).err

    # The money: a reviewed batch, the bank's day, the credit.
    unreviewed = terminal.run(
        "desk", "send-batch", "--agency", "曲靖", "--by", "王", "--reviewer", "李", "--on", DUE_IN
    )
    assert unreviewed.status == 1
    assert "No payment of 曲靖 that 李 reviewed waits" in unreviewed.err
    assert (
        "1 amounts"
        in desk.done("desk", "review-batch", "--agency", "曲靖", "--reviewer", "李", "--on", DUE_IN).out
    )
    same = terminal.run(
        "desk", "send-batch", "--agency", "曲靖", "--by", "李", "--reviewer", "李", "--on", DUE_IN
    )
    assert same.status == 1
    assert "takes two people" in same.err
    terminal.done("desk", "send-batch", "--agency", "曲靖", "--by", "王", "--reviewer", "李", "--on", DUE_IN)
    banked = terminal.done("desk", "bank-day", "--on", "2026-12-15", lang="zh")
    assert "匹配到账 1 笔" in banked.out
    terminal.done("desk", "carry", "--on", "2026-12-15")
    assert lines(terminal, case_no) == [(None, None, "closed")] * 2

    # Everything explains itself, in both languages, and nothing disagrees.
    decisions = window.done("transfer", "explain", case_no, "--json").json()
    due = [each["inputs"]["on"] for each in decisions if each["rule"] in {"R-024", "R-025"}]
    assert {DUE_OUT, DUE_IN} <= set(due)
    assert all(each["articles"] and each["policy_digest"] and each["engine"] for each in decisions)
    assert {each["agency"] for each in decisions} == {"530300", "510100"}
    spoken = {lang: window.done("transfer", "explain", case_no, lang=lang).out for lang in ("zh", "en")}
    assert "《基本医疗保险关系转移接续暂行办法》" in spoken["zh"]
    assert spoken["en"].count("how sure:") == spoken["zh"].count("可靠程度：") == len(decisions)
    assert "3,208.55" in window.done("transfer", "show", case_no, lang="zh").out
    checked = terminal.done("verify", "--json")
    assert checked.json()["breaks"] == []
    assert "Cases [####################] 1/1" in checked.err


DAYS = {
    "2026-09-28": "2026-10-16",
    "2026-10-01": "2026-10-20",
    "2026-10-10": "2026-10-23",
    "2026-11-21": "2026-12-04",
    "2026-11-22": "2026-12-04",
    "2026-11-23": "2026-12-07",
    "2026-12-25": "2027-01-11",  # provisional: the calendar of 2027 is not announced
}
"""Accepted on, and the last day the law leaves the origin."""


def test_the_last_day_of_the_origin_is_exact_on_every_kind_of_day(terminal: Terminal, tmp_path: Path) -> None:
    people = [
        row for at in range(len(DAYS)) for row in (
            f"张三,{number_of(at)},曲靖,职工,停保,2019-07-01,2026-07-31,2019-07..2026-07,1.00",
            f"张三,{number_of(at)},成都,职工,参保,2026-08-01,,2026-08..2026-09,",
        )
    ]  # fmt: skip
    asked = [asks(at, on=day) for at, day in enumerate(DAYS)]
    terminal.done("people", "import", table(tmp_path / "people.csv", PEOPLE, people))
    first = min(DAYS)
    done = terminal.done(
        "transfer",
        "run",
        table(tmp_path / "asked.csv", APPLICATIONS, asked),
        "--on",
        first,
        "--reviewer",
        "李",
        "--json",
    )
    rows = done.json()["rows"]
    assert {row["outcome"] for row in rows} == {"completed"}
    assert dict(zip(DAYS, [row["origin_due"] for row in rows], strict=True)) == DAYS
    received = dict(zip(DAYS, [row["destination_due"] for row in rows], strict=True))
    assert received["2026-11-23"] == "2026-11-30"
