"""What people, employers and clerks see and do where cases are stored: on a real database."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
from django.test import Client
from mission_desk import Desk

from jiexu.usecases import reading
from journeys.terminal import PEOPLE, lives, number_of, table

EMPLOYER = "Y1320100XN0000006Q"
STAFF = "姓名,证件号码,转出地,转入地,转出险种,转入险种,申请人,单位统一社会信用代码,收到日期,本人同意"


def page(desk: Desk, case_no: str) -> reading.CasePage:
    reader = reading.open_reader(desk.roles.desk)
    try:
        return reading.case(reader, case_no=case_no)
    finally:
        reader.close()


def test_a_case_shows_where_it_is_who_holds_it_until_when_and_what_happened(desk: Desk) -> None:
    """S000-036 state, holder, deadline and history of every case. S000-037 read anew each time, whatever it is called.

    S002-012 progress: where it is and the next date. S003-001 where the old money is, what is next, by when.
    """
    said = desk.said("transfer", "show", desk.waiting)
    assert (
        "in the hands of Qujing (the clerk); next: issuing the information form, by 2026-12-08 (by law)"
        in said
    )
    done = desk.said("transfer", "track", desk.cases["remitted"][0])
    assert "Your months count at the destination." in done
    assert "3,208.55: The amount stands in the personal account at the destination." in done
    history = desk.said("transfer", "explain", desk.cases["remitted"][0])
    days = [line[:10] for line in history.splitlines() if line[:4] == "2026"]
    assert days[0] == "2026-11-23"
    lines = desk.told("transfer", "track", desk.cases["money_unknown"][0])["lines"]
    [money] = [line for line in lines if line["leg"] == 1]
    assert (money["due_kind"], money["due"]) == ("promise", "2026-11-30")
    assert "Changsha" in money["waits"]


def test_the_way_of_a_case_is_a_line_of_dated_steps_with_their_actor(desk: Desk) -> None:
    """S003-074 certificate, application, form and money: each with its day and who acted."""
    shown = page(desk, desk.cases["remitted"][0])
    steps = [
        (entry.day.isoformat(), entry.place.short, each.event)
        for entry in shown.entries
        for each in entry.happenings
    ]
    events = [event for _, _, event in steps]
    for event in ("Applied", "FormIssued", "TakenIn", "BatchSent"):
        assert event in events, event
    who = {event: place for _, place, event in steps}
    assert (who["Applied"], who["FormIssued"], who["TakenIn"]) == ("成都", "曲靖", "成都")
    assert [day for day, _, _ in steps] == sorted(day for day, _, _ in steps)


def test_months_are_counted_and_their_gaps_shown(desk: Desk) -> None:
    """S004-025 how many months were paid, read from what the agency wrote: counted, with the gaps between."""
    strip = page(desk, desk.cases["remitted"][0]).months
    assert strip.counted == 58 + 80 + 1, (
        "2015-03 to 2019-12, 2020-03 to 2026-10, and 2026-11 at the destination"
    )
    assert (strip.strip.gaps, strip.strip.twice) == (2, 0)
    overlap = page(desk, desk.cases["overlap"][0]).months.strip
    assert overlap.twice == 3


def test_each_answer_names_its_source_and_marks_what_was_not_read(desk: Desk) -> None:
    """S003-019 an article nobody read in the text itself is shown as such. S000-024 each answer has its source and how sure it is.

    S000-002 every fact used carries its day.
    """
    said = desk.said("transfer", "explain", desk.waiting)
    blocks = said.count("how sure:")
    assert said.count("ground:") == blocks
    assert "(医保办发〔2021〕43号), article 7 (number not verified)" in said
    assert "Social" in said
    assert "facts: nation/handling.transfer_out_days/2021-12-01" in said
    assert "(number not verified)" not in "".join(line for line in said.splitlines() if "article 3" in line)


def test_a_wrong_place_is_named_and_corrected_without_starting_again(desk: Desk) -> None:
    """S000-043 a wrong place is found before anything is sent; put right, the same command goes through.

    S000-034 a number whose check digit is wrong is refused too.
    """
    ask = ["transfer", "apply", "--name", "张三", "--document", number_of(31), "--on", "2026-11-23", "--from"]
    desk.said("people", "import", table(_file(desk, "one.csv"), PEOPLE, lives(31)))
    wrong = desk.run(*ask, "曲精", "--to", "成都")
    assert wrong.exit_code == 1
    assert "Qujing 530300" in str(wrong.output)
    good = number_of(31)
    mistyped = [each if each != good else good[:-1] + ("0" if good[-1] != "0" else "1") for each in ask]
    refused = desk.run(*mistyped, "曲靖", "--to", "成都")
    assert refused.exit_code == 1
    assert "check" in str(refused.output)
    right = desk.said(*ask, "曲靖", "--to", "成都")
    assert "case " in right


def _file(desk: Desk, name: str) -> Path:
    folder = desk.folder.parent
    folder.mkdir(exist_ok=True)
    return folder / name


def test_an_employer_applies_for_many_at_once(desk: Desk) -> None:
    """S001-015 the employer hands in one file for its staff, with its own code and each person's consent.

    A row without either is not handled; the others are.
    """
    people = [row for at in (41, 42, 43) for row in _employed(at)]
    desk.said("people", "import", table(_file(desk, "staff.csv"), f"{PEOPLE},单位统一社会信用代码", people))
    rows = [
        f"张三,{number_of(at)},曲靖,成都,职工,职工,单位,{code},2026-11-23,{consent}"
        for at, code, consent in (
            (41, EMPLOYER, "是"),
            (42, EMPLOYER, "否"),
            (43, "", "是"),
        )
    ]
    report = _file(desk, "report.json")
    desk.run(
        "transfer", "run", table(_file(desk, "asked.csv"), STAFF, rows),
        "--on", "2026-11-23", "--reviewer", "李", "--report", report,
    )  # fmt: skip
    told = json.loads(report.read_text(encoding="utf-8"))["rows"]
    assert {row["row"]: row["outcome"] for row in told} == {2: "completed", 3: "lapsed", 4: "not_read"}


def _employed(at: int) -> list[str]:
    left, joined = lives(at)
    return [f"{left},", f"{joined},{EMPLOYER}"]


def test_what_the_person_was_told_is_kept(desk: Desk) -> None:
    """S001-116 the receiving agency's word to the person is written down when it has counted the months."""
    with psycopg.connect(desk.admin) as connection:
        told = connection.execute(
            "SELECT key FROM notice WHERE case_no = %s ORDER BY 1", [desk.cases["remitted"][0]]
        ).fetchall()
    keys = {key for (key,) in told}
    assert {"accepted", "form_received", "record_in", "money_credited"} <= keys


def test_no_password_is_asked_for_or_kept(desk: Desk) -> None:
    """S004-028 no card password is asked for or stored: no column of any table could hold one."""
    with psycopg.connect(desk.admin) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        ).fetchall()
    assert len(columns) > 100
    # Those who work here sign in; theirs is kept as Django keeps it, and no insured person has a row there.
    others = [name for name in columns if name != ("auth_user", "password")]
    assert [name for name in others if "pass" in name[1] or "pin" in name[1].split("_")] == []


def test_a_refused_application_says_every_reason_and_can_be_made_again(desk: Desk) -> None:
    """S001-102 whoever is refused is told why in writing, always: each reason has its rule and its cure."""
    first = desk.cases["stopped_too_late"][0]
    shown = page(desk, first)
    assert shown.refusals == ("NA-01",)
    pdf = _file(desk, "refusal.pdf")
    made = desk.said(
        "document", "make", first, "--kind", "refusal-notice", "--on", "2026-11-24", "--out", pdf
    )
    assert "made" in made
    proven = desk.said("document", "verify", pdf, lang="zh")
    assert proven.startswith("真实：不予受理告知书第1号")
    assert first in pdf_case(proven)


def pdf_case(proven: str) -> str:
    """The case number a document is proven to belong to, without dashes."""
    return proven.split("案件 ")[1].split("，", maxsplit=1)[0].replace("-", "")


def test_a_document_is_numbered_and_can_be_checked_by_its_code(desk: Desk) -> None:
    """S001-004 the certificate has a serial number and a code by which anybody checks it."""
    pdf = _file(desk, "certificate.pdf")
    case_no = desk.cases["remitted"][0]
    desk.said(
        "document", "make", case_no, "--kind", "enrolment-certificate", "--on", "2026-11-25", "--out", pdf
    )
    proven = desk.said("document", "verify", pdf)
    assert "enrolment certificate no. 1" in proven
    pdf.write_bytes(pdf.read_bytes().replace(b"/Type/Page/", b"/Type/Pag2/", 1))
    assert desk.run("document", "verify", pdf).exit_code == 1


def test_a_letter_is_carried_by_hand_and_taken_in_once(desk: Desk) -> None:
    """S001-049 what is brought by hand counts like what came by wire: read, proven, taken in, and only once."""
    desk.said("people", "import", table(_file(desk, "carried.csv"), PEOPLE, lives(51)))
    applied = desk.said(
        "transfer", "apply", "--name", "张三", "--document", number_of(51), "--from", "曲靖", "--to", "成都", "--on", "2026-11-23",
    )  # fmt: skip
    case_no = applied.split("case ")[1].split(".")[0].replace("-", "")
    letter, receipt = _file(desk, "letter.json"), _file(desk, "receipt.json")
    desk.said("desk", "letter", case_no, "--agency", "成都", "--out", letter, "--on", "2026-11-23")
    desk.said("desk", "take-letter", letter, "--receipt", receipt, "--on", "2026-11-24")
    assert receipt.exists()
    assert page(desk, case_no).row.origin.short == "曲靖"
    known = len(page(desk, case_no).entries)
    desk.said("desk", "take-letter", letter, "--receipt", receipt, "--on", "2026-11-25")
    assert len(page(desk, case_no).entries) == known, "the same letter again changes nothing"
    changed = _file(desk, "changed.json")
    changed.write_text(letter.read_text(encoding="utf-8").replace("530300", "530100"), encoding="utf-8")
    assert desk.run("desk", "take-letter", changed, "--receipt", receipt, "--on", "2026-11-24").exit_code != 0


def test_the_information_form_is_signed_and_its_amount_proven(desk: Desk) -> None:
    """S000-020 the form on paper is signed: whoever holds it reads amount and months as they were issued.

    S003-008 the proxy form is registered with a line in the journal when it is made.
    """
    case_no = desk.cases["remitted"][0]
    form, proxy = _file(desk, "form.pdf"), _file(desk, "proxy.pdf")
    desk.said("document", "make", case_no, "--kind", "information-form", "--on", "2026-11-25", "--out", form)
    proven = desk.said("document", "verify", form, lang="zh")
    assert proven.startswith("真实：信息表第1号")
    assert "金额：3,208.55 元" in proven
    before = _documents(desk)
    desk.said("document", "make", case_no, "--kind", "proxy-form", "--on", "2026-11-25", "--out", proxy)
    assert _documents(desk) == before + 1


def _documents(desk: Desk) -> int:
    with psycopg.connect(desk.admin) as connection:
        row = connection.execute("SELECT count(*) FROM document").fetchone()
    assert row is not None
    return int(row[0])


def test_nobody_needs_an_account_to_read(desk: Desk) -> None:
    """S002-055 everything works without an account: the pages ask for none, and nobody can register one."""
    client = Client(SERVER_NAME="localhost")
    for address in ("/", "/cases/", f"/cases/{desk.waiting}/"):
        html = client.get(address, {"lang": "en"}, follow=True).content.decode()
        assert "password" not in html.lower(), address
        assert desk.waiting[:4] in html or address == "/", address
    assert client.get("/login/").status_code == 404
