"""My transfers: what people see of their own things, and that nobody sees another's."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import django
import psycopg
import pytest
from django.db import connections
from django.test import Client
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from pypdf import PdfReader

from jiexu.conf import settings
from jiexu.documents import making
from jiexu.documents.kinds import Kind
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.postgres.roles import OWNER, Connections, create_database
from jiexu.ledger.entries import PostingReason
from jiexu.simulation.demonstration import SHOWN
from jiexu.simulation.demonstration import demonstration as demonstration_of
from jiexu.store import atrest
from jiexu.texts import LANGS, catalogue, say
from jiexu.usecases import demonstration, doors, looks, own_accounts, persons, requests
from jiexu.usecases.doors import Role, Subject
from jiexu.usecases.node import Node, found_agencies, open_node
from jiexu.usecases.reading.mine import account as reading_account
from jiexu.usecases.reading.mine import everything as reading_everything
from jiexu.usecases.reading.mine import record as reading_record
from jiexu.usecases.reading.reader import open_reader
from jiexu.usecases.verifying import verify
from jiexu.values import short_code
from page_reader import LARGEST, Page

CHENGDU, SHENZHEN = "510100", "440300"
FIRST_DAY = date(2026, 11, 1)
PAGES = ("", "record/", "account/", "papers/", "looks/", "requests/", "everything/")


@dataclass(slots=True)
class Home:
    """A node with the stories of the demonstration, and the accounts of people in them."""

    roles: Connections
    grants: dict[str, int]
    """By the name of the account."""
    cases: dict[str, str]
    """One case number of each story."""

    def node(self) -> Node:
        return open_node(self.roles.worker)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.roles.owner) as connection:
            every = connection.execute("SELECT string_agg(code, ',') FROM agency").fetchone() or ("",)
            connection.execute("SELECT set_config('jiexu.agencies', %s, true)", every)
            return connection.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def home(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    name, template = f"mine_{os.getpid()}", str(conninfo_to_dict(postgres.template.owner)["dbname"])
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        create_database(connection=admin, name=name, owner=OWNER, template=template)
    roles = postgres.template.to(name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    before = {alias: dict(connections[alias].settings_dict) for alias in ("worker", "default")}
    for alias, url in {"worker": roles.worker, "default": roles.desk}.items():
        connections[alias].close()
        connections[alias].settings_dict.update(settings.database(url))
    from jiexu.web import desk, staff  # noqa: PLC0415  asks for Django's settings

    node = open_node(roles.worker)
    found_agencies(node, on=FIRST_DAY)
    demonstration.begin(
        node, demonstration_of(drawn=0), data=tmp_path_factory.mktemp("mine"), tell=lambda *_: None
    )
    staff.make_invented(node, on=FIRST_DAY)
    grants = {
        row["name"]: row["id"] for row in doors.every(node) if row["role"] in {"person", "agent", "employer"}
    }
    with node.store.transaction("test.stories") as cursor:
        row = cursor.execute("SELECT value FROM node_setting WHERE name = 'stories'").fetchone()
    assert row is not None
    cases = {story["name"]: story["case_nos"][0] for story in row["value"]}
    node.store.close()
    yield Home(roles, grants, cases)
    desk.close()
    connections["default"].close()
    for alias, kept in before.items():
        connections[alias].settings_dict.update(kept)
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def enter(home: Home) -> Callable[[str], Client]:
    """The window of an invented account, signed in."""

    def entered(name: str) -> Client:
        window = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
        assert window.post("/demonstration/sign-in/", {"name": name}).status_code == 303
        return window

    return entered


def addresses(home: Home, name: str) -> list[str]:
    """Pages about the person an account speaks for."""
    number = home.grants[name]
    cases = [f"cases/{home.cases[name]}/"] if name in home.cases else []
    return ["/my/", *(f"/my/{number}/{page}" for page in (*PAGES, *cases))]


def test_a_copy_of_the_demonstration_holds_no_number_and_no_account_of_anybody(
    home: Home, postgres: Any
) -> None:
    """Each number of the tables is opened, and looked for in every row of every table, also within bytes and in hex."""
    papers = home.rows("SELECT agency, person, kind, number FROM identity_document")
    numbers = {
        atrest.number_of(dict(zip(("agency", "person", "kind", "number"), each, strict=True)))
        for each in papers
    }
    accounts = {atrest.account_of(each) for (each,) in home.rows("SELECT account FROM agency_account")}
    assert len(numbers) > 10
    assert len(accounts) > 300
    database = conninfo_to_dict(home.roles.owner)["dbname"]
    found: dict[str, set[str]] = {}
    with psycopg.connect(postgres.admin, dbname=database) as admin:
        for (table,) in admin.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall():
            rows = "\n".join(
                row
                for (row,) in admin.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table)))
            )
            inside = b"\n".join(bytes.fromhex(each) for each in re.findall(r"\\x((?:[0-9a-f]{2})+)", rows))
            words = set(re.findall(r"[0-9]{12,18}X?", rows + inside.decode("latin-1")))
            found[table] = words & (numbers | accounts)
    assert len(found) > 80
    assert {table: words for table, words in found.items() if words} == {}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", ["standard", "elder"])
def test_every_page_of_mine_is_whole_in_every_mode(
    home: Home, enter: Callable[[str], Client], lang: str, view: str
) -> None:
    for name in ("陈念云", "罗家明", "韦兰"):
        window = enter(name)
        for address in addresses(home, name):
            answer = window.get(f"{address}?lang={lang}&view={view}")
            html = answer.content.decode()
            read = Page(html)
            assert answer.status_code == 200, address
            assert (read.faults, read.headings, read.unlabelled) == ([], 1, []), address
            assert len(answer.content) < LARGEST
            assert "0000001990" not in html
            assert "00000019870903" not in html
            assert answer.headers["Cache-Control"] == "no-store"


def test_the_first_page_says_for_whom_one_speaks_and_where_each_open_line_stands(
    home: Home, enter: Callable[[str], Client]
) -> None:
    html = enter("陈念云").get("/my/").content.decode()
    assert "陈念云" in html
    own = home.grants["陈念云"]
    assert f"/my/{own}/cases/{home.cases['陈念云']}/" in enter("陈念云").get(f"/my/{own}/").content.decode()
    agents = enter("韦兰").get("/my/").content.decode()
    assert say("en", "mine.until") in agents
    # Staff get to their desk from the same page, and see nobody's things there.
    staff = enter("何文静").get("/my/").content.decode()
    assert say("en", "doors.to_desk") in staff
    assert "陈念云" not in staff


def test_nobody_sees_another_persons_things_by_any_number(home: Home, enter: Callable[[str], Client]) -> None:
    """Another's grant, a number that is none, another's case under one's own grant, and staff: no such page."""
    own = home.grants["陈念云"]
    for name in ("罗家明", "韦兰", "成都一家公司", "何文静", "吴审计"):
        window = enter(name)
        for page in (*PAGES, f"cases/{home.cases['陈念云']}/"):
            assert window.get(f"/my/{own}/{page}").status_code == 404, f"{name} {page}"
    window = enter("陈念云")
    assert window.get(f"/my/{own}/cases/{home.cases['陈念云']}/").status_code == 200
    assert window.get(f"/my/{own}/cases/{home.cases['罗家明']}/").status_code == 404
    for odd in (
        f"0{own}",
        f"{own} ",
        "-1",
        "٧",
        "9" * 30,
        str(home.grants["罗家明"]),
    ):
        assert window.get(f"/my/{odd}/record/").status_code == 404, odd
    assert Client(SERVER_NAME="localhost").get(f"/my/{own}/record/").url.startswith("/sign-in/")


def test_an_account_shows_every_posting_and_adds_up_to_the_stored_balance(home: Home) -> None:
    people = home.rows("SELECT DISTINCT agency, person FROM account")
    reader = open_reader(home.roles.desk)
    try:
        for agency, person in people:
            found = reading_account.accounts(reader, Subject(agency, person))
            listed = {each.place.code: each for each in found.accounts}
            assert all(each.adds_up for each in found.accounts)
            [(rows, fen)] = home.rows(
                "SELECT count(*), coalesce(sum(CASE WHEN (credit_kind, credit_key) = ('personal', %s) THEN amount_fen ELSE -amount_fen END), 0) "
                "FROM posting WHERE agency = %s AND ((debit_kind, debit_key) = ('personal', %s) OR (credit_kind, credit_key) = ('personal', %s))",
                person, agency, person, person,
            )  # fmt: skip
            assert (len(listed[agency].movements), listed[agency].balance_fen) == (rows, fen)
            assert [each.balance_fen for each in listed[agency].movements[-1:]] == [fen][: bool(rows)]
    finally:
        reader.close()
    assert len(people) > 12


def test_every_reason_of_a_posting_and_every_look_has_words() -> None:
    texts = catalogue("mine")
    assert all(f"moved_{reason.value}" in texts for reason in PostingReason)
    assert all(f"what_{what.value}" in texts for what in looks.What)
    assert all(f"why_{why}" in texts for why in looks.STATED)


def test_months_of_all_places_stand_in_one_strip_and_none_is_lost(home: Home) -> None:
    reader = open_reader(home.roles.desk)
    try:
        for agency, person in home.rows("SELECT agency, person FROM person"):
            for months in reading_record.record(reader, Subject(agency, person)).months:
                counted = sum(n for _, n in months.counted)
                assert months.strip.total <= counted + months.on_the_way + months.strip.twice
                drawn = sum(
                    bar.months * (year.last - year.first + 1)
                    for year in months.strip.rows
                    for bar in year.bars
                    if bar.kind not in {"gap", "none"}
                )
                assert drawn == months.strip.total
    finally:
        reader.close()


def test_a_whole_number_is_shown_to_a_desk_once_for_a_stated_reason_and_the_person_reads_it(
    home: Home, enter: Callable[[str], Client]
) -> None:
    own, case = home.grants["陈念云"], home.cases["陈念云"]
    [(agency, known_as)] = home.rows(
        "SELECT agency, person FROM file WHERE case_no = %s AND agency = %s", case, CHENGDU
    )
    [paper] = home.rows(
        "SELECT kind, number FROM identity_document WHERE (agency, person) = (%s, %s)", agency, known_as
    )
    number = atrest.number_of({"agency": agency, "person": known_as, "kind": paper[0], "number": paper[1]})
    clerk, person = enter("何文静"), enter("陈念云")
    address, button = f"/desk/cases/{case}/", f"/desk/cases/{case}/number/"
    page = clerk.get(address).content.decode()
    assert number not in page
    assert f"**{number[-4:]}" in page
    assert clerk.get(button).status_code == 405, "nothing is shown by an address alone"

    def kept() -> list[tuple[Any, ...]]:
        return home.rows(
            "SELECT why, looked_by, role, case_no, shown FROM look WHERE what = 'number' ORDER BY id"
        )

    for why, words in (("", ""), ("other", ""), ("other", " x "), ("curious", "because I am")):
        refused = clerk.post(button, {"why": why, "words": words})
        assert refused.status_code == 409
        assert number not in refused.content.decode()
        assert say("en", "errors.unmask_why") in refused.content.decode()
    assert kept() == []
    shown = clerk.post(button, {"why": "compare_paper", "words": ""})
    assert number in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert number not in clerk.get(address).content.decode(), "the next page is masked again"
    assert number in clerk.post(button, {"why": "other", "words": f"she  forgot {number}"}).content.decode()
    masked_words = f"she forgot {'*' * 14}{number[-4:]}"
    assert kept() == [
        ("compare_paper", "何文静", "clerk", case, 1),
        (masked_words, "何文静", "clerk", case, 1),
    ]
    read = person.get(f"/my/{own}/looks/").content.decode()
    assert say("en", "mine.what_number") in read
    assert say("en", "mine.why_compare_paper") in read
    assert masked_words in read
    assert enter("韦兰").post(button, {"why": "compare_paper"}).status_code == 404


def test_a_look_by_a_desk_or_an_agent_is_shown_to_the_person_with_its_reason(
    home: Home, enter: Callable[[str], Client]
) -> None:
    own, number = home.grants["陈念云"], home.cases["陈念云"]
    clerk, person = enter("何文静"), enter("陈念云")
    assert clerk.get(f"/desk/cases/{number}/").status_code == 200
    seen = person.get(f"/my/{own}/looks/").content.decode()
    assert "何文静" in seen
    assert say("en", "mine.why_work") in seen
    # The person's own looks are nobody's business; an agent's are the person's.
    before = home.rows("SELECT count(*) FROM look")
    person.get(f"/my/{own}/record/")
    assert home.rows("SELECT count(*) FROM look") == before
    agent = enter("韦兰")
    agent.get(f"/my/{home.grants['韦兰']}/account/")
    rows = home.rows("SELECT what, why, role FROM look WHERE looked_by = '韦兰' ORDER BY id DESC LIMIT 1")
    assert rows == [("account", "authorised", "agent")]
    assert say("en", "mine.why_authorised") in agent.get(f"/my/{home.grants['韦兰']}/looks/").content.decode()


def test_a_paper_is_downloaded_again_as_it_was_issued_and_by_nobody_else(
    home: Home, enter: Callable[[str], Client]
) -> None:
    own, number = home.grants["罗家明"], home.cases["罗家明"]
    node = home.node()
    made = making.make(node, number, Kind.APPLICATION_FORM, day=SHOWN, by="test")
    node.store.close()
    window = enter("罗家明")
    listed = window.get(f"/my/{own}/papers/").content.decode()
    address = f"/my/{own}/papers/{number}/application_form/{made.issued.number}/"
    assert address in listed
    assert short_code.format(made.issued.short_code) in listed
    answer = window.get(address)
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="jiexu-application_form-1.pdf"'
    assert window.get(f"/my/{own}/papers/{number}/application_form/2/").status_code == 404
    assert window.get(f"/my/{own}/papers/{number}/nonsense/1/").status_code == 404
    assert (
        enter("陈念云").get(f"/my/{home.grants['陈念云']}/papers/{number}/application_form/1/").status_code
        == 404
    )


def test_a_grant_that_is_ended_opens_nothing_any_more(home: Home, enter: Callable[[str], Client]) -> None:
    """A person's and an agent's alike, from the moment it ends; what was opened before stays with nobody."""
    from jiexu.web import staff  # noqa: PLC0415  asks for Django's settings

    account, _ = staff.make_account("暂时的代办人", staff.DEMONSTRATION_PASSWORD)
    node = home.node()
    with node.store.transaction("test.subject", [CHENGDU]) as cursor:
        subject = persons.by_document(cursor, CHENGDU, "01", "000000199004120028")
    assert subject is not None
    today = datetime.now(BEIJING).date()
    number = doors.grant(
        node, account.pk, Role.AGENT, subject=subject, since=FIRST_DAY, until=today, by="test"
    )
    window = Client(SERVER_NAME="localhost")
    window.force_login(account, backend="jiexu.web.accounts.Accounts")
    assert window.get(f"/my/{number}/record/").status_code == 200
    doors.end(node, number, on=today, by="test")
    node.store.close()
    for page in (*PAGES, f"cases/{home.cases['陈念云']}/"):
        assert window.get(f"/my/{number}/{page}").status_code == 404


CONTEST = {
    "place": CHENGDU, "scheme": "310", "first": "2020-03", "last": "2020-05", "right": "three months were paid",
    "why": "my payslips say so",
}  # fmt: skip


def test_months_are_contested_checked_sent_held_answered_and_the_answer_is_read(
    home: Home, enter: Callable[[str], Client]
) -> None:
    own = home.grants["陈念云"]
    form = f"/my/{own}/requests/new/months/"
    person = enter("陈念云")
    assert Page(person.get(form).content.decode()).faults == []
    # What cannot be taken is named with its cure, and nothing is kept.
    wrong = person.post(form, {**CONTEST, "first": "March", "why": " "})
    assert wrong.status_code == 422
    assert say("en", "errors.request_empty") in wrong.content.decode()
    assert person.post(form, {**CONTEST, "first": "2020-06"}).status_code == 422
    assert person.post(form, {**CONTEST, "last": "2999-01"}).status_code == 422
    assert person.post(form, {**CONTEST, "place": "999999"}).status_code == 422
    told = person.post(form, CONTEST)
    assert (told.status_code, told.url) == (303, f"{form}?step=check"), "going back later sends nothing again"
    check = person.get(told.url)
    assert "three months were paid" in person.get(f"{told.url}&lang=zh").content.decode()
    assert person.get(f"{form}?step=change&lang=en").content.decode().count("my payslips say so") == 1
    assert say("en", "requests.not_sent") in check.content.decode()
    assert home.rows("SELECT count(*) FROM person_request") == [(0,)]
    sent = person.post(form, {**CONTEST, "step": "send"})
    assert sent.status_code == 303
    assert person.post(form, {**CONTEST, "step": "send"}).url == sent.url, "pressed twice, asked once"
    back = person.get(told.url)
    assert (back.status_code, back.url) == (303, f"/my/{own}/requests/"), "back from what was sent: the list"
    page = unescape(person.get(sent.url).content.decode())
    assert say("en", "requests.sent_h") in page
    assert say("en", "web.no_legal_date") in page
    [(number, content)] = home.rows("SELECT id, content FROM person_request")
    assert b"payslips" not in bytes(content), "what was said stands encrypted"
    # Nobody else sees it: another person, another desk, a role that answers nothing.
    assert enter("罗家明").get(f"/my/{home.grants['罗家明']}/requests/{number}/").status_code == 404
    assert enter("杨丽华").get(f"/desk/requests/{number}/").status_code == 404
    assert enter("罗建平").get(f"/desk/requests/{number}/").status_code == 404
    clerk = enter("何文静")
    for address in ("/desk/", "/desk/requests/", f"/desk/cases/{home.cases['陈念云']}/"):
        html = clerk.get(address).content.decode()
        assert f"/desk/requests/{number}/" in html, address
        assert Page(html).faults == []
    task = f"/desk/requests/{number}/"
    assert "my payslips say so" in clerk.get(task).content.decode()
    assert clerk.post(task, {"outcome": "accepted", "text": " "}).status_code == 409
    assert clerk.post(task, {"outcome": "perhaps", "text": "yes"}).status_code == 409
    answered = clerk.post(task, {"outcome": "not_accepted", "text": "the employer paid for others"})
    assert answered.status_code == 303
    assert clerk.post(task, {"outcome": "accepted", "text": "yes"}).status_code == 409, "answered once"
    page = person.get(f"/my/{own}/requests/{number}/").content.decode()
    assert say("en", "requests.then_record") in unescape(clerk.get(task).content.decode())
    assert "the employer paid for others" in page
    assert 'href="/complaints/"' in page
    assert say("en", "mine.what_request") in person.get(f"/my/{own}/looks/").content.decode()
    node = home.node()
    assert {each.kind for each in verify(node).breaks} <= {"seals_missing"}, "seals stand in another folder"
    node.store.close()


def test_who_is_right_is_told_that_the_answer_alone_changes_no_record(
    home: Home, enter: Callable[[str], Client]
) -> None:
    own = home.grants["罗家明"]
    [(agency, person)] = home.rows(
        "SELECT agency, person FROM person WHERE agency || '/' || person = (SELECT subject FROM role_grant WHERE id = %s)", own
    )  # fmt: skip
    node = home.node()
    said = requests.Said("enrolled until March", "my contract says so")
    asker = requests.Asker("罗家明", "person", FIRST_DAY)
    number = requests.ask(node, (agency, person), requests.Kind.ENROLMENT, said, by=asker)
    right = requests.Answer(requests.Outcome.ACCEPTED, "mended in our system tomorrow", "何经办", FIRST_DAY)
    requests.answer(node, agency, number, right)
    node.store.close()
    page = unescape(enter("罗家明").get(f"/my/{own}/requests/{number}/").content.decode())
    for key in ("changes_nothing", "mine_record", "o_accepted"):
        assert say("en", f"requests.{key}") in page, key


def test_a_request_that_is_not_answered_in_time_is_shown_as_late(
    home: Home, enter: Callable[[str], Client]
) -> None:
    own = home.grants["罗家明"]
    node = home.node()
    [(agency, person)] = home.rows(
        "SELECT agency, person FROM identity_document WHERE agency = %s AND seek = %s",
        SHENZHEN,
        atrest.seek("01", "00000019870903001X"),
    )
    said = requests.Said("罗家明", "on my card")
    asker = requests.Asker("罗家明", "person", FIRST_DAY)
    number = requests.ask(node, (agency, person), requests.Kind.NAME, said, by=asker)
    node.store.close()
    page = enter("罗家明").get(f"/my/{own}/requests/{number}/").content.decode()
    assert say("en", "requests.late") in page


def test_nobody_answers_what_they_asked_themselves(home: Home) -> None:
    node = home.node()
    [(agency, person)] = home.rows("SELECT agency, person FROM person ORDER BY 1, 2 LIMIT 1")
    asker = requests.Asker("两边都是", "agent", FIRST_DAY)
    number = requests.ask(
        node, (agency, person), requests.Kind.LOOK, requests.Said("", "who was it"), by=asker
    )
    given = requests.Answer(requests.Outcome.ACCEPTED, "nobody", "两边都是", FIRST_DAY)
    with pytest.raises(requests.RequestError, match="colleague"):
        requests.answer(node, agency, number, given)
    node.store.close()
    insert = "INSERT INTO person_request_answer VALUES (%s, %s, 'accepted', '', %s, current_date)"
    with psycopg.connect(home.roles.desk) as pages:
        pages.execute("SELECT set_config('jiexu.agencies', %s, true)", [agency])
        with pytest.raises(psycopg.errors.CheckViolation):
            pages.execute(insert, [agency, number, " 两边都是"])


def test_a_person_authorises_another_account_for_a_purpose_until_a_day_and_ends_it(
    home: Home, enter: Callable[[str], Client]
) -> None:
    own, today = home.grants["陈念云"], datetime.now(BEIJING).date()
    person, other = enter("陈念云"), enter("罗家明")
    page = f"/my/{own}/authorise/"
    assert Page(person.get(page).content.decode()).faults == []
    until = (today + timedelta(days=30)).isoformat()
    given = {"name": "罗家明", "purposes": "view", "until": until}
    for wrong in ({"name": "陈念云"}, {"name": "没有这个人"}, {"until": "2001-01-01"}, {"until": "2999-01-01"}, {"until": ""},
                  {"purposes": "everything"}, {"name": "吴审计"}):  # fmt: skip
        answer = person.post(page, {**given, **wrong})
        assert answer.status_code == 422, wrong
        assert Page(answer.content.decode()).faults == []
    assert home.rows("SELECT count(*) FROM delegation") == [(0,)]
    assert person.post(page, given).status_code == 303
    [(number,)] = home.rows("SELECT id FROM delegation")
    # The agent sees what the person sees, under both names, and does nothing they were not authorised for.
    assert other.get(f"/my/{number}/record/").status_code == 200
    looked = home.rows("SELECT looked_by, role, why FROM look ORDER BY id DESC LIMIT 1")
    assert looked == [("罗家明", "agent", "authorised")]
    assert other.get(f"/my/{number}/requests/new/months/").status_code == 404
    assert other.get(f"/my/{number}/apply/").status_code == 404
    assert other.get(f"/my/{number}/authorise/").status_code == 404, "no agent authorises another"
    assert person.post(page, given).status_code == 422, "twice"
    # Nobody else ends it; the person does, and from then on there is nothing to see.
    assert other.post(f"/my/{home.grants['罗家明']}/authorise/{number}/end/").status_code == 404
    assert person.post(f"{page}{number}/end/").status_code == 303
    assert person.post(f"{page}{number}/end/").status_code == 404
    assert other.get(f"/my/{number}/record/").status_code == 404
    assert say("en", "authorise.over_h") in person.get(page).content.decode()
    # For more than looking, and only until its day.
    assert person.post(page, {**given, "purposes": "apply", "until": today.isoformat()}).status_code == 303
    [(again,)] = home.rows("SELECT max(id) FROM delegation")
    assert other.get(f"/my/{again}/requests/new/months/").status_code == 200
    node = home.node()
    with node.store.transaction("test.after") as cursor:
        [account] = [
            row["account"] for row in cursor.execute("SELECT account FROM delegation WHERE id = %s", [again])
        ]
        after = doors.held(cursor, account, today + timedelta(days=1))
    node.store.close()
    assert again not in {each.id for each in after}


def test_the_pages_make_an_agent_only_from_a_persons_own_grant_and_never_staff(home: Home) -> None:
    accounts = dict(home.rows("SELECT username, id FROM auth_user"))
    insert = "INSERT INTO delegation (by_grant, by_account, account, purposes, since, until) VALUES (%s, %s, %s, %s, current_date, current_date)"
    person, agent = home.grants["陈念云"], home.grants["韦兰"]
    [(clerk,)] = home.rows("SELECT id FROM role_grant WHERE account = %s", accounts["何文静"])
    refused = (
        [person, accounts["罗家明"], accounts["韦兰"], ["view"]],
        [agent, accounts["韦兰"], accounts["罗家明"], ["view"]],
        [clerk, accounts["何文静"], accounts["罗家明"], ["view"]],
        [person, accounts["陈念云"], accounts["罗家明"], ["clerk"]],
        [person, accounts["陈念云"], accounts["吴审计"], ["view"]],
    )
    for values in refused:
        with psycopg.connect(home.roles.desk) as pages, pytest.raises(psycopg.Error):
            pages.execute(insert, values)
    for forbidden in (
        "INSERT INTO role_grant (account, role, since, granted_by) VALUES (1, 'agent', current_date, 'x')",
        "UPDATE delegation SET until = current_date + 9999",
        "DELETE FROM delegation",
    ):
        with psycopg.connect(home.roles.desk) as pages, pytest.raises(psycopg.Error):
            pages.execute(forbidden)


def test_everything_is_taken_away_in_three_forms_that_agree(
    home: Home, enter: Callable[[str], Client]
) -> None:
    """S001-121: the account's statement is a document and a table for each year, and both hold every movement."""
    own = home.grants["陈念云"]
    person = enter("陈念云")
    files = {form: person.post(f"/my/{own}/everything/{form}/") for form in ("pdf", "csv", "json")}
    assert all(answer.status_code == 200 for answer in files.values())
    assert all(answer.headers["Cache-Control"] == "no-store" for answer in files.values())
    names = {answer.headers["Content-Disposition"] for answer in files.values()}
    assert names == {
        f'attachment; filename="{each}"' for each in ("jiexu.pdf", "jiexu-csv.zip", "jiexu.json")
    }
    assert files["pdf"].content.startswith(b"%PDF-")
    told = json.loads(files["json"].content)
    on_paper = "".join(each.extract_text() for each in PdfReader(io.BytesIO(files["pdf"].content)).pages)
    with zipfile.ZipFile(io.BytesIO(files["csv"].content)) as archive:
        tables = {name: archive.read(name).decode("utf-8-sig").splitlines() for name in archive.namelist()}
    moved = [one for each in told["accounts"] for one in each["movements"]]
    assert (
        sum(len(rows) - 1 for name, rows in tables.items() if name.startswith("account-")) == len(moved) > 0
    )
    assert all(f"account-{one['on'][:4]}.csv" in tables for one in moved)
    assert all(one["on"] in on_paper and f"{one['balance_fen'] / 100:,.2f}" in on_paper for one in moved)
    assert sum(one["fen"] for one in moved) == sum(each["balance_fen"] for each in told["accounts"])
    assert {each["case"] for each in told["cases"]} >= {home.cases["陈念云"]}
    assert told["known"][0]["documents"][0]["number"] == "000000199004120028", "it is the person's own"
    assert person.post(f"/my/{own}/everything/exe/").status_code == 404
    # An agent gets the last four, and the person sees that everything was taken.
    agent = enter("韦兰")
    number = home.grants["韦兰"]
    taken = json.loads(agent.post(f"/my/{number}/everything/json/").content)
    assert {one["number"] for each in taken["known"] for one in each["documents"]} == {None}
    assert home.rows("SELECT what FROM look WHERE looked_by = '韦兰' ORDER BY id DESC LIMIT 1") == [
        ("everything",)
    ]
    # Others get nothing, and whoever was away for long shows once more who they are.
    assert enter("罗家明").post(f"/my/{own}/everything/json/").status_code == 404
    session = person.session
    session["account_authentication_methods"] = [
        {**record, "at": record["at"] - 3600} for record in session["account_authentication_methods"]
    ]
    session.save()
    assert person.post(f"/my/{own}/everything/json/").url.startswith("/sign-in/again/")


def test_no_cell_of_the_tables_becomes_a_formula(home: Home) -> None:
    from jiexu.web import takeaway  # noqa: PLC0415  asks for Django's settings

    reader = open_reader(home.roles.desk)
    try:
        [(agency, person)] = home.rows("SELECT agency, person FROM person ORDER BY 1, 2 LIMIT 1")
        every = reading_everything.everything(reader, Subject(agency, person))
    finally:
        reader.close()
    evil = requests.Said('=HYPERLINK("http://x")', "@SUM(1)")
    asked = requests.Request(
        agency, "0" * 32, person, "x", requests.Kind.NAME, evil, "x", "person", SHOWN, SHOWN, "promise"
    )
    data = takeaway.archive(takeaway.Taken(every, [asked], whole=True), "en")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        rows = archive.read(f"requests-{SHOWN.year}.csv").decode("utf-8-sig")
    assert "'=HYPERLINK" in rows
    assert "'@SUM" in rows


BORN = {"kind": "01", "number": "000000199004120028", "name": "陈念云", "checked": "yes"}


def opened_by(clerk: Client) -> dict[str, str]:
    """Name and code as the clerk's page shows them once."""
    page = clerk.post("/desk/accounts/", BORN)
    assert page.status_code == 200
    account, code = re.findall(r'code">([0-9A-Z]{8})<', page.content.decode())
    return {"account": account, "code": code}


def test_an_account_is_opened_at_the_counter_and_its_password_set_once_with_the_code(
    home: Home, enter: Callable[[str], Client]
) -> None:
    clerk = enter("何文静")
    assert Page(clerk.get("/desk/accounts/").content.decode()).faults == []
    for wrong in ({"checked": ""}, {"number": "000000199405180099"}, {"name": "别人"}):
        assert clerk.post("/desk/accounts/", {**BORN, **wrong}).status_code == 422, wrong
    given = opened_by(clerk)
    assert home.rows("SELECT count(*) FROM counter_account WHERE code LIKE %s", f"%{given['code']}%") == [
        (0,)
    ]
    window = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    assert Page(window.get("/sign-up/").content.decode()).faults == []
    password = "a sentence only she knows"  # noqa: S105  an account of this test
    whole = {**given, "password": password, "again": password}
    assert window.post("/sign-up/", {**whole, "again": "another"}).status_code == 422
    assert window.post("/sign-up/", {**whole, "password": "short", "again": "short"}).status_code == 422
    assert window.post("/sign-up/", {**whole, "code": "00000000"}).status_code == 422
    assert window.post("/sign-up/", {**whole, "account": "00000000"}).status_code == 422
    assert say("en", "opening.set_h") in window.post("/sign-up/", whole).content.decode()
    assert window.post("/sign-up/", whole).status_code == 422, "a code is good once"
    assert window.post("/sign-in/", {"login": given["account"], "password": password}).status_code == 302
    landing = window.get("/my/").content.decode()
    assert "陈念云" in landing
    # A role that is no clerk finds no such page.
    assert enter("罗建平").get("/desk/accounts/").status_code == 404
    assert enter("陈念云").get("/desk/accounts/").status_code == 404


def test_a_code_is_good_for_five_tries_and_half_an_hour(home: Home, enter: Callable[[str], Client]) -> None:
    from jiexu.web import tries  # noqa: PLC0415  asks for Django's settings

    tries.tracking.forget()
    given = opened_by(enter("何文静"))
    node = home.node()
    later = datetime.now(UTC) + timedelta(minutes=31)

    def use(code: str, at: datetime) -> None:
        own_accounts.use_code(
            node.store,
            node.hosted,
            name=given["account"],
            code=code,
            at=at,
            fits=lambda code, _kept: code == given["code"],
        )

    with pytest.raises(own_accounts.OwnAccountError):
        use(given["code"], later)
    for _ in range(5):
        with pytest.raises(own_accounts.OwnAccountError):
            use("00000000", datetime.now(UTC))
    with pytest.raises(own_accounts.OwnAccountError):
        use(given["code"], datetime.now(UTC))
    node.store.close()


def test_the_pages_open_an_account_only_as_a_clerk_of_that_agency(home: Home) -> None:
    accounts = dict(home.rows("SELECT username, id FROM auth_user"))
    [(person,)] = home.rows(
        "SELECT person FROM identity_document WHERE agency = %s AND seek = %s",
        CHENGDU,
        atrest.seek("01", BORN["number"]),
    )
    insert = (
        "INSERT INTO counter_account (agency, id, person, name, code, opened_by, opened_on, opened_at, expires_at) "
        "VALUES (%s, %s, %s, '00000000', %s, %s, current_date, now(), now() + interval '5 minutes')"
    )
    for who in ("杨丽华", "罗建平", "陈念云", "吴审计"):
        with psycopg.connect(home.roles.desk) as pages:
            pages.execute("SELECT set_config('jiexu.agencies', %s, true)", [CHENGDU])
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                pages.execute(insert, [CHENGDU, "0" * 32, person, "-" * 60, accounts[who]])
