"""What people and desks do with each other, everybody at a window of their own, on a desktop and on a phone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from nodes import Served
from playwright.sync_api import expect
from walks import PHONE, Walk
from windows import People

from jiexu.exchange.payloads import Document
from jiexu.rules.inputs import Asked, Channel, Scheme
from jiexu.usecases import employers
from jiexu.usecases.applications import ApplicationIn, take
from jiexu.usecases.doors import Role, Subject
from jiexu.values import case_number
from own_cast import EMPLOYER, PASSWORD, Town

Open = Callable[..., Walk]
QUJING, CHENGDU = "530300", "510100"
AT_QUJING, AT_CHENGDU = ("杨丽华", "段志强", "李云芳"), ("何文静", "罗建平", "马晓燕")
"""Clerk, reviewer and finance of the two desks."""
MOST_DAYS = 6
SIZES = pytest.mark.parametrize("options", [{}, PHONE], ids=["wide", "phone"])


def today(node: Served) -> date:
    (day,) = node.row("SELECT value #>> '{}' FROM node_setting WHERE name = 'clock'")
    return date.fromisoformat(day)


def amounts(node: Served, state: str) -> int:
    """How many payments of Qujing stand in its batch."""
    query = "SELECT count(*) FROM money_track WHERE agency = %s AND is_open AND way IN ('out', 'back') AND state = %s"
    return int(node.row(query, QUJING, state)[0])


def applied(person: Walk, grant: int) -> str:
    """She presses apply herself, disturbed at every step; the case number."""
    person.follow(person.words("pages_apply.start_h")).at(f"/my/{grant}/apply/").disturb()
    person.follow(person.words("pages_apply.begin"))
    for word in ("origin", "destination"):
        person.at(f"/my/{grant}/apply/{word}/").disturb().press("pages_apply.next")
    person.at(f"/my/{grant}/apply/check/").disturb().reads("pages_apply.fits")
    person.press("pages_apply.send").reads("pages_apply.error_agree")
    person.tick("pages_apply.agree").press("pages_apply.send").reads("pages_apply.sent_h")
    number = person.page.url.rstrip("/").rpartition("/")[2]
    person.disturb().reads("pages_apply.then_check")
    return number


@SIZES
def test_she_applies_and_sees_the_money_credited_with_three_people_at_each_agency(
    enter: Open, sign_in: Open, people: People, node: Served, options: dict[str, Any]
) -> None:
    name = "顾南枝" if options else "沈北望"
    grant = people(lambda town: town.mover(name))
    person = sign_in(name, **options)
    case = applied(person, grant)
    for agency in (QUJING, CHENGDU):
        node.row("INSERT INTO by_hand VALUES (%s, %s, %s) RETURNING 1", agency, case, today(node))
    desk, own = f"/desk/cases/{case}/", f"/my/{grant}/cases/{case}/"
    clerk, reviewer, finance = (enter(each, **options) for each in AT_QUJING)
    taker, second, cashier = (enter(each, **options) for each in AT_CHENGDU)
    clerk.go("/demonstration/").press("web.next_day")
    person.go(own).reads("pages_own.acts_h").disturb()
    # Both have checked and it is accepted: the form is the clerk's, the payment the reviewer's, then finance's.
    clerk.go(desk).disturb().press("doors.act_issue_form").at(desk).reads("doors.needs_other")
    reviewer.go(desk).disturb().press("doors.agree").at(desk)
    reviewer.go("/desk/batch/").disturb().press("doors.batch_review", n=amounts(node, "due"))
    finance.go("/desk/batch/").disturb().press("doors.batch_send", n=amounts(node, "reviewed"))
    person.go(f"{own}money/").disturb()
    expect(person.page.locator("main")).to_contain_text("3,208.55")
    # The form reaches Chengdu: its clerk takes the months in, its reviewer agrees, its finance sees the money arrive.
    clerk.go("/demonstration/").press("web.next_day")
    taker.go(desk).disturb().press("doors.act_take_in").at(desk)
    assert not taker.button("doors.agree").count(), "nobody agrees with themselves"
    second.go(desk).disturb().press("doors.agree").at(desk)
    closed = "SELECT count(*) FROM file WHERE case_no = %s AND NOT record_open"
    credited = "SELECT count(*) FROM money_track WHERE case_no = %s AND state = 'credited'"
    for _ in range(MOST_DAYS):
        if node.row(closed, case) == node.row(credited, case) == (2,):
            break
        clerk.go("/demonstration/").press("web.next_day")
    row = cashier.go("/desk/receipts/").page.get_by_role("row", name=case_number.format(case))
    expect(row).to_contain_text(name)
    expect(row).to_contain_text(cashier.words("matching.reason_reference"))
    person.go(own).reads("web.all_done").reads("states.money.credited").disturb()
    person.go(f"/my/{grant}/account/")
    expect(person.page.locator("main")).to_contain_text("3,208.55")
    person.go(f"{own}rate/").disturb()
    person.page.get_by_label(person.words("pages_own.score_5")).check()
    person.press("pages_own.rate_button").reads("pages_own.rated", score=5)


@SIZES
def test_whoever_is_known_at_the_counter_sets_a_password_chooses_both_places_and_waits_for_the_answer(
    enter: Open, window: Open, people: People, node: Served, options: dict[str, Any]
) -> None:
    """S003-029: an account bound to the identity document, both places, the application, and its examination, step by step."""
    name = "程有号" if options else "童开户"
    number = people(lambda town: (town.settle([name]), town.numbers[name])[1])
    clerk = enter("何文静", **options).go("/desk/accounts/")
    clerk.fill("opening.f_number", number).fill("opening.f_name", name).press("opening.desk_button")
    assert clerk.page.locator(".error").count(), "without a look at the document there is no account"
    clerk.tick("opening.checked_yes").press("opening.desk_button").reads("opening.opened_h")
    account, code = clerk.page.locator(".code.money--big").all_inner_texts()
    person = window(**options).go("/sign-up/").disturb()
    person.fill("opening.f_account", account).fill("opening.f_code", code)
    person.fill("opening.f_password", PASSWORD).fill("opening.f_again", PASSWORD)
    person.press("opening.begin_button").reads("opening.set_h").follow(person.words("doors.sign_in"))
    person.fill("doors.name", account).fill("doors.password", PASSWORD).press("doors.sign_in")
    grant = "SELECT g.id FROM role_grant g JOIN auth_user u ON u.id = g.account WHERE u.username = %s"
    case = applied(person, int(node.row(grant, account)[0]))
    assert node.row("SELECT record_state FROM file WHERE case_no = %s", case) == ("checking",)
    person.reads("pages_apply.we_promise")


@SIZES
def test_a_proposed_transfer_is_stopped_in_its_window_by_the_person(
    sign_in: Open, enter: Open, people: People, node: Served, options: dict[str, Any]
) -> None:
    name = "白露迟" if options else "秦不急"
    grant, day = people(lambda town: town.mover(name)), today(node)

    def proposed(town: Town) -> str:
        asked = Asked(day, QUJING, CHENGDU, Scheme.EMPLOYEE, Scheme.EMPLOYEE, channel=Channel.PROACTIVE)
        opened = town.node()
        application = ApplicationIn(1, name, Document("01", town.numbers[name]), asked, proposal=True)
        [taken] = take(opened, [application], day=day, actor="test")
        opened.store.close()
        return taken.case_no

    case = people(proposed)
    state = "SELECT record_state, (SELECT count(*) FROM file f WHERE f.case_no = file.case_no) FROM file WHERE case_no = %s"
    person = sign_in(name, **options).reads("mine.must_act").disturb()
    person.go(f"/my/{grant}/cases/{case}/acts/").disturb().follow(person.words("pages_own.consent_link"))
    person.disturb().reads("pages_own.may_stop")
    assert node.row(state, case) == ("proposed", 1), "looking starts nothing"
    person.press("pages_own.consent_button").disturb()
    assert node.row(state, case) == ("window", 1)
    person.follow(person.words("pages_own.stop_link")).disturb().reads("pages_own.stop_now")
    assert node.row(state, case) == ("window", 1), "asking is not doing"
    person.press("pages_own.stop_button").reads("states.record.stopped").disturb()
    enter("杨丽华").go("/demonstration/").press("web.next_day")
    assert node.row(state, case) == ("stopped", 1), "and Qujing never heard of it"
    person.go("/my/").reads("mine.nothing_open")


def filled(template: bytes, rows: list[dict[str, str]], path: Path) -> Path:
    """The template as somebody fills it in; ``rows``: the column's place (from 0) → what is written."""
    book = openpyxl.load_workbook(BytesIO(template))
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append([row.get(str(at), "") for at in range(sheet.max_column)])
    book.save(path)
    return path


@pytest.mark.parametrize(("options", "count"), [({}, 500), (PHONE, 30)], ids=["wide", "phone"])
def test_an_employer_sends_a_spreadsheet_whose_rows_it_saw_first(
    sign_in: Open, people: People, node: Served, tmp_path: Path, options: dict[str, Any], count: int
) -> None:
    own = f"{EMPLOYER[:-4]}{count:04d}"
    names = [f"职工{count}之{at:03d}" for at in range(count)]
    stranger = f"别家{count}"

    def hired(town: Town) -> tuple[int, dict[str, str]]:
        town.settle(names, employer=own)
        town.settle([stranger], employer="somebody else")
        return town.grant(f"{count}人的单位", Role.EMPLOYER, Subject(CHENGDU, own)), dict(town.numbers)

    grant, numbers = people(hired)
    boss = sign_in(f"{count}人的单位", **options)
    boss.follow(boss.words("pages_employer.to_upload")).at(f"/my/{grant}/members/upload/").disturb()
    with boss.page.expect_download() as got:
        boss.page.get_by_role("link", name=boss.words("pages_employer.template_xlsx")).click()
    template = Path(str(got.value.path())).read_bytes()
    rows = [
        {"0": each, "2": numbers[each], "3": "曲靖", "4": "成都", "5": "职工", "6": "职工", "7": "是"}
        for each in (*names, stranger)
    ]
    boss.page.locator("#file").set_input_files(filled(template, rows, tmp_path / "members.xlsx"))
    boss.press("pages_employer.upload_button").reads("pages_employer.not_sent").disturb()
    batch = boss.page.url
    # Every row is seen before anything is sent, page by page, what cannot go first.
    seen: list[str] = []
    while True:
        seen += boss.page.locator("tbody th").all_inner_texts()
        onward = boss.page.get_by_role("link", name=boss.words("web.page_after"))
        if not onward.count():
            break
        boss.follow(boss.words("web.page_after"))
    assert seen == [stranger, *names]
    files = "SELECT count(*) FROM file WHERE side = 'destination' AND asked ->> 'employer' = %s"
    assert node.row(files, own) == (0,), "nothing is sent before it was seen"
    boss.page.goto(batch)
    boss.tick("pages_employer.agree").press("pages_employer.send", n=count)
    # The page renews itself until all is sent, with scripts or without.
    done = boss.page.locator("h1", has_text=boss.words("pages_employer.batch_done_h"))
    expect(done).to_be_visible(timeout=60_000)
    boss.reads("pages_employer.progress", done=count, n=count)
    assert node.row(files, own) == (count,)
    with boss.page.expect_download() as got:
        boss.page.get_by_role("link", name=boss.words("pages_employer.result_xlsx")).click()
    sheet = openpyxl.load_workbook(BytesIO(Path(str(got.value.path())).read_bytes())).active
    assert sheet is not None
    told = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [str(each[1]) for each in told] == [*names, stranger]
    assert all(case_number.validate(str(each[5])) for each in told[:-1])
    assert told[-1][6] == boss.words("pages_employer.not_member")
    assert count <= employers.MOST_ROWS


@pytest.mark.parametrize(
    ("options", "desk", "name"),
    [({}, AT_CHENGDU, "陆明远"), (PHONE, AT_QUJING, "何秀英")],
    ids=["wide", "phone"],
)
def test_a_receipt_is_matched_by_hand_by_one_and_agreed_to_by_another(
    enter: Open, node: Served, options: dict[str, Any], desk: tuple[str, ...], name: str
) -> None:
    _, second, first = desk
    finance, reviewer = enter(first, **options), enter(second, **options)
    finance.go("/desk/receipts/").disturb()
    row = finance.page.get_by_role("row").filter(has_text=name).first
    number = row.locator("a").first.inner_text()
    finance.follow(number).disturb()
    expect(finance.page.get_by_label(name)).to_be_checked()
    state = "SELECT m.state FROM money_track m JOIN file f USING (agency, case_no) WHERE f.name = %s AND m.way = 'in'"
    before = node.row(state, name)
    finance.press("matching.ask").reads("matching.done_asked")
    assert node.row(state, name) == before, "one alone credits nothing"
    waiting = finance.page.locator("section", has_text=number).first
    assert not waiting.get_by_role("button", name=finance.words("doors.agree")).count()
    reviewer.go("/desk/receipts/").disturb()
    expect(reviewer.page.locator("main")).to_contain_text(name)
    reviewer.press("doors.agree")
    assert node.row(state, name) == ("credited",)
    row = reviewer.go("/desk/receipts/").page.get_by_role("row").filter(has_text=name)
    for words in (reviewer.words("matching.reason_by_hand"), first, second):
        expect(row).to_contain_text(words)


@SIZES
def test_a_contested_month_has_a_holder_and_an_answer(
    enter: Open, sign_in: Open, people: People, options: dict[str, Any]
) -> None:
    name = "骆少记" if options else "黎对账"
    grant = people(lambda town: town.mover(name))
    person, clerk = sign_in(name, **options), enter("何文静", **options)
    person.go(f"/my/{grant}/record/").follow(person.words("requests.new_months"))
    person.fill("requests.f_first", "2020-06").fill("requests.f_last", "2020-03")
    person.fill("requests.f_right_months", "这三个月都缴了").fill("requests.f_why", "工资单上写着")
    person.press("requests.to_check")
    assert person.page.locator("[role=alert]").count(), "what ends before it begins is named"
    person.fill("requests.f_first", "2020-03").fill("requests.f_last", "2020-05")
    person.press("requests.to_check").reads("requests.not_sent")
    person.press("requests.send").reads("requests.sent_h").reads("web.no_legal_date")
    there = person.page.url.removeprefix(person.address).split("?")[0]
    # Back from what was sent: nothing is sent again, and the browser asks nothing.
    person.page.go_back()
    person.at(f"/my/{grant}/requests/")
    person.go(there).disturb()
    # The clerk of the agency that keeps the months has it among what is to be done.
    clerk.go("/desk/").follow(f"{name}: {clerk.words('requests.kind_months')}").disturb()
    expect(clerk.page.locator("main")).to_contain_text("工资单上写着")
    clerk.tick("requests.o_not_accepted").fill("requests.f_answer", "这三个月是别人的缴费")
    clerk.press("requests.answer_button")
    person.go(there)
    expect(person.page.locator("main")).to_contain_text("这三个月是别人的缴费")
    person.look().reads("requests.o_not_accepted").reads("mine.to_complain").disturb()


def test_a_bar_shows_its_number_on_a_phone(enter: Open) -> None:
    walk = enter("周明", **PHONE).go("/desk/reports/")
    edges = "[...document.querySelectorAll('.bars strong')].map(each => each.getBoundingClientRect().right)"
    found = walk.page.evaluate(edges)
    assert len(found) >= 3
    assert max(found) <= PHONE["viewport"]["width"]  # type: ignore[index]
    said = walk.page.locator(".bars strong").all_inner_texts()
    assert not [each for each in said if re.search(r"\.[0-9]{2}$", each)], "an amount names its unit"


def test_what_a_command_writes_for_programs_shows_no_account_whole(node: Served) -> None:
    accounts = [
        each["payer_account"]
        for agency in (QUJING, CHENGDU)
        for each in json.loads(node.command("desk", "inbox", "--agency", agency, "--json"))["unmatched"]
    ]
    case, payers = node.row(
        "SELECT case_no, payers FROM money_track WHERE jsonb_array_length(payers) > 0 LIMIT 1"
    )
    shown = node.command("transfer", "show", case, "--json")
    assert payers
    assert any(accounts)
    for account in accounts:
        assert set(account[:-4]) <= {"*"}
    # Whole ones have thirteen to thirty-two digits in a row; nothing else of a case has.
    assert not re.search(r'"[0-9]{13,32}"', shown)
