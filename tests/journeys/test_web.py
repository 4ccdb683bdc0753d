"""What people see of their transfers: every page, in both languages, from a store in which things happened."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import django
import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.json import Jsonb

from jiexu.conf import settings
from jiexu.documents import making
from jiexu.documents.kinds import Kind
from jiexu.documents.setting import Press
from jiexu.exchange.envelope import BEIJING
from jiexu.exchange.evidence import Evidence
from jiexu.gateways.policyfiles.limits import shipped_limits
from jiexu.gateways.postgres.roles import OWNER, create_database
from jiexu.simulation.demonstration import SHOWN
from jiexu.simulation.demonstration import demonstration as demonstration_of
from jiexu.texts import LANGS, catalogue, say
from jiexu.usecases import demonstration, evidence, faults, figures, reading
from jiexu.usecases.caseview import sides
from jiexu.usecases.node import Node, found_agencies, open_node
from jiexu.values import case_number, short_code
from page_reader import LARGEST, Page
from waiting_cast import one_that_waits

WEB = Path(reading.__file__).parents[2] / "web"
DOCUMENT_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


@dataclass(frozen=True, slots=True)
class World:
    """A node with the twelve stories and one case that only waits for the origin's form."""

    worker: str
    desk: str
    data: Path
    waiting: str

    def node(self) -> Node:
        return open_node(self.worker)

    def set_clock(self, day: date) -> None:
        with psycopg.connect(self.worker) as connection:
            connection.execute(
                "UPDATE node_setting SET value = %s WHERE name = 'clock'", [Jsonb(day.isoformat())]
            )

    def numbers(self) -> dict[str, list[str]]:
        """Case numbers by the name of their story."""
        with psycopg.connect(self.worker) as connection:
            row = connection.execute("SELECT value FROM node_setting WHERE name = 'stories'").fetchone()
        assert row is not None
        return {story["name"]: story["case_nos"] for story in row[0]}


@pytest.fixture(scope="module")
def world(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One database for the pages of this file: they only read, the clock excepted, which comes last."""
    name, template = f"web_{os.getpid()}", str(conninfo_to_dict(postgres.template.owner)["dbname"])
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        create_database(connection=admin, name=name, owner=OWNER, template=template)
    roles = postgres.template.to(name)
    data = tmp_path_factory.mktemp("web")
    node = open_node(roles.worker)
    found_agencies(node, on=date(2026, 11, 1))
    demonstration.begin(node, demonstration_of(drawn=0), data=data, tell=lambda *_: None)
    waiting = one_that_waits(node)
    node.store.close()
    yield World(worker=roles.worker, desk=roles.desk, data=data, waiting=waiting)
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def browser(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A visitor's browser, on Django's own door to this world."""
    monkeypatch.setenv("JIEXU_DATA", str(world.data))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    from jiexu.web import desk, tries  # noqa: PLC0415  asks for Django's settings

    before = {alias: dict(connections[alias].settings_dict) for alias in ("worker", "default")}
    for alias, url in {"worker": world.worker, "default": world.desk}.items():
        connections[alias].settings_dict.update(settings.database(url))
    for counted in (tries.tracking, tries.proving, tries.reporting):
        counted.forget()
    yield Client(SERVER_NAME="localhost")
    desk.close()
    world.set_clock(SHOWN)
    for alias, kept in before.items():
        connections[alias].settings_dict.update(kept)


def addresses(world: World) -> list[str]:
    numbers = [number for each in world.numbers().values() for number in each] + [world.waiting]
    pages = [
        "/",
        "/demonstration/",
        "/track/",
        "/track/?case=1234",
        "/nowhere/",
        "/cases/",
        "/cases/?area=530300",
        "/cases/?area=海口2",
    ]
    pages += [f"/cases/?show={each}" for each in reading.Filter]
    return pages + [f"/{kind}{number}" for number in numbers for kind in ("cases/", "track/?case=")]


def test_every_page_says_whom_to_call_and_where_to_complain_and_needs_no_app(
    browser: Client, world: World
) -> None:
    """S002-063: help stands on every page, by telephone and in words, and no page sends anybody to an app."""
    for address in addresses(world)[:12]:
        html = browser.get(address).content.decode()
        assert 'href="tel:12393"' in html, address
        assert 'href="/complaints/"' in html, address
        assert 'href="/guide/start/"' in html, address
        assert "<script" not in html, address
        assert not re.search(r'href="(?!/|#|\?|tel:)', html), f"{address} leads elsewhere"


def last_four(world: World, number: str) -> str:
    """Of a document of the person whose case it is."""
    reader = reading.open_reader(world.desk)
    try:
        return reading.last_four(reader, case_no=number)
    finally:
        reader.close()


def followed(browser: Client, world: World, number: str, lang: str = "zh") -> str:
    """What the person sees of a case."""
    given = {"case": number, "last": last_four(world, case_number.validate(number))}
    html = browser.post(f"/track/?lang={lang}", given).content.decode()
    assert Page(html).faults == []
    assert not DOCUMENT_NUMBER.search(html)
    return html


@pytest.mark.parametrize("lang", LANGS)
def test_every_page_is_whole_quiet_and_names_nobody_by_number(
    browser: Client, world: World, lang: str
) -> None:
    for address in addresses(world):
        join = "&" if "?" in address else "?"
        html = browser.get(f"{address}{join}lang={lang}", follow=True).content.decode()
        assert Page(html).faults == [], address
        assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}"' in html, address
        assert say(lang, "web.demo") in html, address
        assert not DOCUMENT_NUMBER.search(html), address


def test_every_page_carries_the_headers_that_keep_it_safe(browser: Client, world: World) -> None:
    for address in ("/", "/demonstration/", "/cases/", f"/cases/{world.waiting}/", "/nowhere/"):
        headers = browser.get(address).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_chinese_comes_first_and_a_choice_is_remembered(browser: Client) -> None:
    assert say("zh", "pages_guide.front_h") in browser.get("/").content.decode()
    english = browser.get("/", headers={"accept-language": "en-GB"}).content.decode()
    assert say("en", "pages_guide.front_h") in english
    assert say("en", "pages_guide.front_h") in browser.get("/?lang=en").content.decode()
    assert (
        say("en", "web.list_h")
        in browser.get("/cases/", headers={"accept-language": "zh-CN"}).content.decode()
    )
    assert say("zh", "web.list_h") in browser.get("/cases/?lang=zh").content.decode()


def test_the_demonstration_shows_clock_stories_figures_and_what_falls_due(
    browser: Client, world: World
) -> None:
    html = browser.get("/demonstration/").content.decode()
    assert "2026年11月25日 周三" in html
    assert 'action="/clock/next/"' in html
    assert say("zh", "web.next_day") in html
    for name in world.numbers():
        assert f"<h3>{name}</h3>" in html
    assert html.index("<h3>") < html.index('id="list-h"'), "stories come before the list"


def test_figures_are_those_of_the_list(browser: Client, world: World) -> None:
    """The database and Python decide on their own which line speaks for a case; here they must agree."""
    reader = reading.open_reader(world.desk)
    try:
        figures = reading.front(reader).figures
        every = reading.listing(reader, shown=reading.Filter.ALL, size=500).cases
        for shown in reading.Filter:
            listed = reading.listing(reader, shown=shown, size=500).cases
            assert len(listed) == getattr(figures, shown.value), shown
    finally:
        reader.close()
    assert figures.open == sum(row.is_open for row in every)
    assert [row.pressing.due.on if row.pressing.due else date.max for row in every] == sorted(
        row.pressing.due.on if row.pressing.due else date.max for row in every
    )


def test_pages_of_the_list_hold_every_case_once_forwards_and_back(browser: Client, world: World) -> None:
    reader = reading.open_reader(world.desk)
    try:
        whole = [row.case_no for row in reading.listing(reader, shown=reading.Filter.ALL, size=500).cases]
        page = reading.listing(reader, shown=reading.Filter.ALL, size=4)
        pages = [page]
        while page.after is not None:
            page = reading.listing(reader, shown=reading.Filter.ALL, size=4, after=page.after)
            pages.append(page)
        assert [row.case_no for each in pages for row in each.cases] == whole
        back = reading.listing(reader, shown=reading.Filter.ALL, size=4, before=str(pages[2].before))
        assert [row.case_no for row in back.cases] == [row.case_no for row in pages[1].cases]
        assert pages[0].before is None
        odd = reading.listing(reader, shown=reading.Filter.ALL, size=4, after="nonsense")
        assert [row.case_no for row in odd.cases] == whole[:4]
    finally:
        reader.close()


def test_the_list_can_be_narrowed_to_a_place_and_says_when_it_knows_none(
    browser: Client, world: World
) -> None:
    html = browser.get("/cases/", {"area": "qujing"}).content.decode()
    assert case_number.format(world.waiting) in html
    assert "深圳" not in html
    answer = browser.get("/cases/", {"area": "没有这个地方"})
    assert answer.status_code == 404
    assert "没有这个地方" in answer.content.decode()


def test_a_case_names_its_holder_the_legal_date_and_the_reasons(browser: Client, world: World) -> None:
    html = browser.get(f"/cases/{world.waiting}/").content.decode()
    assert "曲靖市医保经办机构" in html
    assert "法定 12月8日 周二前" in html
    assert "还剩 9 个工作日" in html
    assert say("zh", "web.money_not_yet") in html
    assert say("zh", "outcomes.R-017.STOPPED") in html
    assert "《基本医疗保险关系转移接续暂行办法》" in html
    assert say("zh", "web.fact.handling.transfer_out_days") in html


def test_a_legal_date_that_passed_is_red_and_comforts_the_person(browser: Client, world: World) -> None:
    world.set_clock(date(2026, 12, 10))
    html = browser.get(f"/cases/{world.waiting}/").content.decode()
    assert "deadline--late" in html
    assert "超 2 个工作日" in html
    assert say("zh", "web.late_note") in html
    assert 'class="is-late"' in browser.get("/cases/?show=late").content.decode()
    assert "2 working days late" in followed(browser, world, world.waiting, "en")


def test_the_day_itself_is_not_late_and_a_weekend_after_it_is(browser: Client, world: World) -> None:
    world.set_clock(date(2026, 12, 8))
    html = browser.get(f"/cases/{world.waiting}/").content.decode()
    assert say("zh", "web.due_today") in html
    assert "deadline--late" not in html
    reader = reading.open_reader(world.desk)
    try:
        with reader.looking("test") as look:
            friday = date(2026, 12, 4)
            assert look.deadline(friday, "legal").left == -2
        world.set_clock(friday + timedelta(days=1))
        with reader.looking("test") as look:
            assert look.deadline(friday, "legal").is_late, "Saturday is after Friday"
    finally:
        reader.close()


def test_money_is_whole_to_the_fen_wherever_it_is(browser: Client, world: World) -> None:
    reader = reading.open_reader(world.desk)
    try:
        cases = reading.listing(reader, shown=reading.Filter.ALL, size=500).cases
        ways = [way for row in cases for way in reading.case(reader, case_no=row.case_no).money]
    finally:
        reader.close()
    assert ways
    for way in ways:
        assert min(way.left, way.on_the_way, way.arrived) >= 0
        assert way.left + way.on_the_way + way.arrived == way.whole
    [remitted] = world.numbers()["陈念云"]
    html = browser.get(f"/cases/{remitted}/").content.decode()
    assert say("zh", "web.find_money") in html
    assert "一分不差" in html


def test_a_refusal_says_why_and_what_to_do(browser: Client, world: World) -> None:
    refused = world.numbers()["何志远"][0]
    whole = browser.get(f"/cases/{refused}/").content.decode()
    for html in (whole, followed(browser, world, refused)):
        assert say("zh", "refusals.NA-01") in html
        assert say("zh", "refusals.NA-01_cure") in html


def test_money_whose_way_is_not_known_says_so_and_names_who_decides(browser: Client, world: World) -> None:
    [number] = world.numbers()["彭玉芳"]
    html = followed(browser, world, number)
    assert say("zh", "states.money.mode_unknown") in html
    assert "长沙市医保经办机构" in html
    assert say("zh", "web.no_legal_date") in html


def test_the_old_procedure_is_shown_as_old(browser: Client, world: World) -> None:
    [number] = world.numbers()["韩梅"]
    html = browser.get(f"/cases/{number}/").content.decode()
    assert "R-030" in html
    assert "2021年" in html


def test_a_number_is_found_however_it_is_written_and_a_wrong_one_is_explained(
    browser: Client, world: World
) -> None:
    loose = case_number.format(world.waiting).lower()
    assert "等候" in followed(browser, world, f" {loose} ")
    assert browser.get(f"/cases/{loose}/").headers["Location"] == f"/cases/{world.waiting}/"
    slip = world.waiting[:-1] + ("0" if world.waiting[-1] != "0" else "1")
    for given, sentence in (
        ("123", "13"),
        (slip, say("zh", "errors.case_check", given=slip).partition(slip)[2]),
    ):
        answer = browser.post("/track/", {"case": given, "last": "0000"})
        assert answer.status_code == 422
        assert sentence in unescape(answer.content.decode())
        assert 'aria-invalid="true"' in answer.content.decode()
    absent = case_number.make("530300", "00000000")
    answer = browser.get(f"/cases/{absent}/")
    assert answer.status_code == 404
    assert case_number.format(absent) in answer.content.decode()


def test_a_wrong_number_and_wrong_last_four_are_answered_alike(browser: Client, world: World) -> None:
    right = last_four(world, world.waiting)
    wrong = "0001" if right != "0001" else "0002"
    absent = case_number.make("530300", "00000000")
    answers = [
        browser.post("/track/", {"case": number, "last": last})
        for number, last in (
            (world.waiting, wrong),
            (absent, right),
            (absent, wrong),
            (world.waiting, right[:2]),
        )
    ]
    bodies = []
    for answer, number in zip(answers, (world.waiting, absent, absent, world.waiting), strict=True):
        assert answer.status_code == 404
        html = answer.content.decode().replace(number, "NUMBER")
        bodies.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html))
    assert len(set(bodies)) == 1
    assert say("zh", "pages_prove.no_such_pair") in bodies[0]
    assert browser.post("/track/", {"case": world.waiting, "last": ""}).status_code == 422


def test_who_tries_too_often_has_to_wait_even_with_the_right_answer(
    browser: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jiexu.web import tries  # noqa: PLC0415  asks for Django's settings

    now = [0.0]
    monkeypatch.setattr(tries, "tracking", tries.Tries(3, 60, clock=lambda: now[0]))
    right = {"case": world.waiting, "last": last_four(world, world.waiting)}
    wrong = {**right, "last": "wxyz"}
    assert [browser.post("/track/", wrong).status_code for _ in range(4)] == [404, 404, 404, 429]
    answer = browser.post("/track/", right)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "61")
    assert say("zh", "pages_prove.too_often", minutes=2) in answer.content.decode()
    other = Client(SERVER_NAME="localhost", REMOTE_ADDR="192.0.2.7")
    assert other.post("/track/", right).status_code == 429, "the number itself is tried too often"
    now[0] = 61.0
    assert browser.post("/track/", right).status_code == 200


def test_a_document_is_confirmed_by_its_codes_and_by_the_file_and_a_changed_one_is_not(
    browser: Client, world: World
) -> None:
    node = world.node()
    try:
        [number] = world.numbers()["陈念云"]
        made = making.make(node, number, Kind.INFORMATION_FORM, day=SHOWN, by="何文静")
        at = datetime(SHOWN.year, SHOWN.month, SHOWN.day, 10, tzinfo=BEIJING)
        pdf = making.printed(Press(node.areas), made, ("zh",), at=at, copies=1)
    finally:
        node.store.close()
    short = short_code.format(made.issued.short_code)
    for given in ({"code": short}, {"code": made.issued.code.text()}, {"file": upload("form.pdf", pdf)}):
        answer = browser.post("/verify/", given)
        html = answer.content.decode()
        assert (answer.status_code, Page(html).faults) == (200, []), given
        assert say("zh", "pages_prove.verified_h") in html
        assert "陈念云" in html
        assert not DOCUMENT_NUMBER.search(html)
    at_byte = len(pdf) // 2
    changed = pdf[:at_byte] + bytes([pdf[at_byte] ^ 1]) + pdf[at_byte + 1 :]
    for given in (
        {"file": upload("form.pdf", changed)},
        {"code": "0000-0000-0000-0001"},
        {"code": "JX1:0"},
        {},
    ):
        answer = browser.post("/verify/", given)
        assert answer.status_code == 422, given
        assert say("zh", "pages_prove.not_genuine_h") in answer.content.decode()


def test_an_evidence_file_is_checked_by_what_is_in_it_and_not_by_its_name(
    browser: Client, world: World
) -> None:
    node = world.node()
    try:
        [number] = world.numbers()["陈念云"]
        code = min(sides(node, number).values())
        data = evidence.export(node, case_no=number, agency=code, page=drawn, documents={}, redact=False)
    finally:
        node.store.close()
    answer = browser.post("/verify/", {"file": upload("anything.pdf", data)})
    assert (answer.status_code, Page(answer.content.decode()).faults) == (200, [])
    assert say("zh", "evidence.by_mathematics") in answer.content.decode()
    answer = browser.post("/verify/", {"file": upload("case.zip", data[:-1])})
    assert answer.status_code == 422
    answer = browser.post("/verify/", {"file": upload("case.zip", b"GIF89a")})
    assert say("zh", "document.neither_kind") in answer.content.decode()


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def drawn(found: Evidence) -> bytes:
    """The readable page of an evidence file."""
    from jiexu.web.evidence import page  # noqa: PLC0415  asks for Django's settings

    return page(found)


def test_what_is_too_large_is_refused_before_it_is_read(browser: Client) -> None:
    most = shipped_limits().upload_bytes
    answer = browser.post("/verify/", {"code": "x"}, headers={"content-length": str(most + 1)})
    assert answer.status_code == 413
    assert say("zh", "web.e413_h") in answer.content.decode()


def test_addresses_that_are_none_and_methods_that_are_not_meant_are_refused(browser: Client) -> None:
    assert browser.get("/nowhere/").status_code == 404
    assert browser.post("/cases/").status_code == 405
    assert browser.get("/clock/next/").status_code == 405
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    answer = strict.post("/clock/next/")
    assert answer.status_code == 403
    assert say("zh", "web.e403_h") in answer.content.decode()


def test_health_is_told_and_a_database_that_is_away_is_a_sentence(browser: Client, world: World) -> None:
    assert browser.get("/healthz").content == b"ok\n"
    connections["default"].settings_dict["PORT"] = "1"
    connections["default"].settings_dict["HOST"] = "127.0.0.1"
    for address in ("/demonstration/", "/healthz", f"/cases/{world.waiting}/"):
        answer = browser.get(address)
        assert answer.status_code == 503
        assert say("zh", "web.e503_h") in answer.content.decode()


def test_every_text_a_template_names_exists() -> None:
    named = [
        key
        for file in (WEB / "templates").rglob("*.html")
        for key in re.findall(r"""\b(?:say|counted)\("([^"]+)""", file.read_text(encoding="utf-8"))
    ]
    assert len(named) > 80, "hardly a text is named: this test looks for the wrong words"
    missing = {key for key in named if key.partition(".")[2] not in catalogue(key.partition(".")[0])}
    assert not missing, f"write {sorted(missing)} in src/jiexu/texts"


def test_templates_call_what_they_mean_to_call() -> None:
    methods = r"\.(?:non_field_errors|date|wrap|items|keys|values|isoformat)\b(?!\()"
    named = {
        f"{file.name}: {found}"
        for file in (WEB / "templates").rglob("*.html")
        for code in re.findall(r"\{[{%](.*?)[%}]\}", file.read_text(encoding="utf-8"))
        for found in re.findall(methods, code)
    }
    assert not named, "a method that is not called is always true: write ()"


def test_every_state_event_and_message_has_its_short_word() -> None:
    from typing import get_args  # noqa: PLC0415

    from jiexu.cases.events import Event, Received  # noqa: PLC0415
    from jiexu.cases.states import MoneyState, RecordState  # noqa: PLC0415
    from jiexu.exchange.payloads import MessageType  # noqa: PLC0415

    wanted = {f"step.record.{state.value}" for state in RecordState}
    wanted |= {f"step.money.{state.value}" for state in MoneyState}
    wanted |= {f"event.{event.__name__}" for event in get_args(Event) if event is not Received}
    wanted |= {f"{topic}.{kind.value}" for kind in MessageType for topic in ("event", "message")}
    assert not wanted - set(catalogue("web")), "write them in src/jiexu/texts/web.yaml"


def test_the_next_working_day_is_one_press_away(browser: Client, world: World) -> None:
    answer = browser.post("/clock/next/", {"back": f"/cases/{world.waiting}/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{world.waiting}/")
    assert "2026年11月26日 周四" in browser.get("/demonstration/").content.decode()
    elsewhere = browser.post("/clock/next/", {"back": "https://elsewhere.example/"})
    assert elsewhere.headers["Location"] == "/demonstration/"
    assert "2026年11月27日 周五" in browser.get("/demonstration/").content.decode()


def test_an_empty_node_says_how_to_fill_it_and_shows_no_clock(django_database: Any) -> None:
    from jiexu.web import desk  # noqa: PLC0415  asks for Django's settings

    browser = Client(SERVER_NAME="localhost")
    html = browser.get("/demonstration/").content.decode()
    assert browser.post("/clock/next/").status_code == 404
    desk.close()
    assert Page(html).faults == []
    assert say("zh", "web.no_cases_yet") in html
    assert 'class="clock"' not in html


@pytest.mark.parametrize("lang", LANGS)
def test_the_small_pages_and_the_figures_are_whole(browser: Client, world: World, lang: str) -> None:
    for address in ("/privacy/", "/terms/", "/complaints/", "/faults/", "/figures/", "/verify/", "/track/"):
        answer = browser.get(f"{address}?lang={lang}")
        read = Page(answer.content.decode())
        assert (answer.status_code, read.faults, read.headings, read.unlabelled) == (200, [], 1, []), address
        assert len(answer.content) < LARGEST


def test_figures_name_their_number_and_single_out_no_pair(browser: Client, world: World) -> None:
    """S003-021 observed times beside the legal limit, never as it; S004-020 each with how many cases it rests on."""
    node = world.node()
    try:
        found = figures.rebuild(node, day=SHOWN)
        again = figures.rebuild(node, day=SHOWN)
    finally:
        node.store.close()
    assert found == again
    origin, destination, money = found.legs
    assert origin.n >= origin.on_time > 0
    assert destination.n > 0
    assert money.on_time is None, "no law sets a day for the money"
    assert all(pair.n >= shipped_limits().figures_smallest for pair in found.pairs)
    assert found.few > 0
    html = browser.get("/figures/").content.decode()
    assert f"{origin.on_time} / {origin.n}" in html
    told = {"n": found.few, "pairs": found.few_pairs, "smallest": found.smallest}
    assert say("zh", "pages_service.few", **told) in html
    assert say("zh", "pages_service.claims_lead") in html


def test_a_case_that_is_late_and_still_open_counts_as_late(world: World) -> None:
    node = world.node()
    try:
        row = {"accepted": date(2026, 11, 2), "issued": None, "came": None, "taken": None, "credited": None}
        row |= {"origin": "530300", "destination": "510100"}
        late = figures.worked_out(node, [row], date(2026, 12, 1)).legs[0]
        early = figures.worked_out(node, [row], date(2026, 11, 3)).legs[0]
    finally:
        node.store.close()
    assert (late.n, late.on_time) == (1, 0)
    assert early.n == 0


def test_a_fault_is_reported_found_by_its_number_and_answered_for_all(browser: Client, world: World) -> None:
    """S001-024 a form for errors of content, with an answer everybody can see."""
    answer = browser.post("/faults/", {"page": "/areas/310000/", "said": "下限已经变了"})
    address = answer.headers["Location"]
    assert answer.status_code == 303
    html = browser.get(address).content.decode()
    assert "下限已经变了" in html
    assert say("zh", "pages_service.no_answer_yet") in html
    number = address.split("/")[2]
    node = open_node(world.desk)
    try:
        assert number in [each.id for each in faults.waiting(node.store)]
        faults.answer(node.store, number.lower(), faults.Outcome.MENDED, "改好了", by="何文静", day=SHOWN)
        assert number not in [each.id for each in faults.waiting(node.store)]
    finally:
        node.store.close()
    assert "改好了" in browser.get(f"/faults/find/?id={number}", follow=True).content.decode()
    listed = browser.get("/faults/").content.decode()
    assert "改好了" in listed
    assert "下限已经变了" not in listed, "what was reported is for who has its number"


def test_a_fault_with_a_document_number_is_not_taken_and_one_nobody_reported_is_not_found(
    browser: Client, world: World
) -> None:
    for said, code in (("", "fault_empty"), ("我是 001234199001011234", "fault_holds_number")):
        answer = browser.post("/faults/", {"said": said})
        assert answer.status_code == 422
        assert say("zh", f"errors.{code}") in answer.content.decode()
    answer = browser.get("/faults/000000000000/")
    assert answer.status_code == 404
    assert say("zh", "errors.fault_unknown") in answer.content.decode()
